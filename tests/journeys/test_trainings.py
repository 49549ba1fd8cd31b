"""Training between phones and a real server: attendance by scan, files, who may go to doors (V)."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from app.actions import Session
from app.actions.trainings import InductionForm, MarkForm
from app.domain.rules.sessions import read_session
from app.domain.subjects.training import TRAINING, TrainingState
from app.domain.times import china_day, month_name
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from tests.journeys.conftest import MakeTown, Town
from tests.journeys.test_jobs import sync, team
from tests.support.reports import counted


@pytest.fixture
def school(make_town: MakeTown) -> Town:
    """A town with everybody."""
    return team(make_town())


def of(session: Session, record: str) -> TrainingState:
    """A record as somebody sees it."""
    found = session.state(TRAINING, record)
    assert isinstance(found, TrainingState)
    return found


def there(session: Session, record: str) -> dict[str, tuple[bool, bool]]:
    """Who was at a session: confirmed, scanned."""
    return {one.staff_id: (one.confirmed, one.scanned) for one in session.trainings.attendance(of(session, record))}


@pytest.mark.proves("V2", "V5")
def test_who_scans_and_who_is_confirmed_meet_on_the_server_and_nobody_else_reads_it(school: Town) -> None:
    town = school

    async def play() -> None:
        boss, guard, worker, desk = [await town.phone(one) for one in ("k1", "g1", "w1", "d1")]
        session = boss.new_id()
        code = boss.trainings.code(session, "manner", boss.now())
        seen = read_session(code.text())
        assert seen is not None
        for one in (guard, worker, desk):  # in a cellar: nobody has heard of the session
            await one.trainings.attend(seen)
        with pytest.raises(Problem) as twice:
            await guard.trainings.attend(seen)
        assert twice.value.name == "already_noted"
        who = [town.staff[one] for one in ("g1", "c1", "d1")]
        await boss.trainings.hold(session, "manner", "", 45, code.begun_at, who)
        for _ in range(2):
            for one in (worker, guard, desk, boss):
                status = await one.sync_now()
                assert (status.waiting, status.refused, status.problem) == (0, 0, None), one.unsent()
        assert there(boss, session) == {
            town.staff["g1"]: (True, True), town.staff["d1"]: (True, True), town.staff["c1"]: (True, False),
            town.staff["w1"]: (False, True),
        }  # fmt: skip
        assert len(boss.trainings.of_this_week()) == 1
        # V5: each has their own in their file, the desk no more than that.
        for login, one in (("g1", guard), ("d1", desk)):
            mine = one.trainings.file(town.staff[login])
            assert [card.kind for card in mine] == ["attendance"]
            assert {card.opener for card in one.cards(CardFilter(type=TRAINING))} == {town.staff[login]}
        assert desk.trainings.file(town.staff["g1"]) == []
        assert [card.kind for card in boss.trainings.file(town.staff["g1"])] == ["attendance"]

    asyncio.run(play())
    month = counted(town.server.store, "training", month_name(china_day(town.server.store.now())))
    assert {name: month[name] for name in ("sessions", "minutes", "present")} == {
        "sessions": 1, "minutes": 45, "present": 3,
    }  # fmt: skip


@pytest.mark.proves("V4")
def test_who_has_not_passed_for_doors_is_known_to_whoever_sends_them_and_nothing_else_is(school: Town) -> None:
    town = school

    async def play() -> None:
        boss, desk = await town.phone("e1"), await town.phone("d1")
        w1, w2 = town.staff["w1"], town.staff["w2"]
        assert desk.trainings.untrained([w1, w2]) == frozenset(), "nobody keeps such records here yet"
        failed = await boss.trainings.mark(MarkForm(w1, "manner", 40, 5))
        newcomer = InductionForm(w2, date(2026, 11, 28), ("company", "safety"), ("summary",), True)
        await boss.trainings.induct(newcomer)
        await sync(town, "e1", "d1")
        assert desk.trainings.untrained([w1, w2]) == {w1}
        assert {card.kind for card in desk.cards(CardFilter(type=TRAINING))} == {"manners"}, "no marks at the desk"
        await boss.trainings.resit(failed.subject_id, 70, 8)
        await sync(town, "e1", "d1", "w1")
        assert desk.trainings.untrained([w1, w2]) == frozenset()
        worker = await town.phone("w1")
        assert [card.kind for card in worker.trainings.file(w1)] == ["exam"]

    asyncio.run(play())
    month = counted(town.server.store, "training", month_name(china_day(town.server.store.now())))
    hand = {"exams": 1, "passed": 0, "passed-again": 1, "to-resit": 0, "warned": 0}
    assert {name: month[name] for name in hand} == hand
