"""The demo's two months have a festival's round, and a door at which nobody is ever met (E.2, E.3)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from app.domain.rules.another_time import another_time
from app.domain.times import at_china, from_datetime
from sync_server.estate.workbook import read_workbook
from sync_server.store import Store
from sync_server.store.estate.importing import import_estate
from sync_server.store.subjects.visit import visit_gifts, visits
from tools.demo.estate import write_demo_workbook
from tools.demo.history import Mix, play_history

TODAY = date(2026, 11, 21)
NOW = at_china(TODAY, 10, 30)
FEW = Mix(repairs=20, visits=60, public=5)


def test_two_months_have_mid_autumn_s_gifts_and_somebody_who_is_never_at_home(tmp_path: Path, sqlite_url: str) -> None:
    write_demo_workbook(tmp_path / "demo.xlsx", today=TODAY)
    estate = read_workbook(tmp_path / "demo.xlsx")
    store = Store(sqlite_url, tmp_path / "blobs", now=lambda: NOW)
    store.migrate()
    import_estate(store, estate)
    play_history(store, estate, now=NOW, days=60, mix=FEW)
    calls: dict[str, list[tuple[int, bool]]] = {}
    with store.read() as connection:
        gifts = connection.execute(select(visit_gifts)).all()
        v = visits.c
        for home, at, met in connection.execute(select(v.household_id, v.visited_at, v.met)):
            calls.setdefault(home, []).append((from_datetime(at), met))
    store.close()
    assert len(gifts) > 10 and {(row.festival, row.gift, row.signed) for row in gifts} == {("中秋", "月饼一盒", True)}
    assert any(another_time(found) for found in calls.values())
