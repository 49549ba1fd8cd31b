"""Two months of the demo's past: what happens too seldom for the few days other tests play (D.2, D.5, E.2, E.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from app.domain.rules.another_time import another_time
from app.domain.times import at_china, from_datetime
from sync_server.estate.workbook import read_workbook
from sync_server.store import Store
from sync_server.store.estate.importing import import_estate
from sync_server.store.subjects.analysis import analyses
from sync_server.store.subjects.follow_up.sheet import follow_ups
from sync_server.store.subjects.matter import matters
from sync_server.store.subjects.sheet import flags
from sync_server.store.subjects.visit import visit_gifts, visits
from tools.demo.estate import write_demo_workbook
from tools.demo.history import Mix, play_history

TODAY = date(2026, 11, 21)
NOW = at_china(TODAY, 10, 30)
FEW = Mix(repairs=20, visits=60, public=5)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with two months of a very quiet estate."""
    folder = tmp_path_factory.mktemp("two-months")
    write_demo_workbook(folder / "demo.xlsx", today=TODAY)
    estate = read_workbook(folder / "demo.xlsx")
    played = Store(f"sqlite:///{(folder / 'store.sqlite').as_posix()}", folder / "blobs", now=lambda: NOW)
    played.migrate()
    import_estate(played, estate)
    play_history(played, estate, now=NOW, days=60, mix=FEW)
    yield played
    played.close()


def test_two_months_have_mid_autumn_s_gifts_and_somebody_who_is_never_at_home(store: Store) -> None:
    calls: dict[str, list[tuple[int, bool]]] = {}
    with store.read() as connection:
        gifts = connection.execute(select(visit_gifts)).all()
        v = visits.c
        for home, at, met in connection.execute(select(v.household_id, v.visited_at, v.met)):
            calls.setdefault(home, []).append((from_datetime(at), met))
    assert len(gifts) > 10 and {(row.festival, row.gift, row.signed) for row in gifts} == {("中秋", "月饼一盒", True)}
    assert any(another_time(found) for found in calls.values())


def test_two_months_have_an_open_letter_follow_ups_planned_by_hand_and_analyses(store: Store) -> None:
    with store.read() as connection:
        letters = connection.scalars(select(matters.c.letter_id).where(matters.c.letter_id != "")).all()
        by_hand = connection.scalars(select(follow_ups.c.stage).where(follow_ups.c.drawn == "by_hand")).all()
        stages = connection.scalars(select(analyses.c.stage)).all()
        theirs = flags.c.subject_type.in_(("matter", "follow_up", "analysis"))
        flagged = connection.scalars(select(flags.c.reason).where(theirs)).all()
    assert flagged == []
    assert len(letters) == 3 and len(set(letters)) == 1
    assert sorted(by_hand) == ["planned", "reviewed"]
    assert sorted(stages) == ["approved", "written"]
