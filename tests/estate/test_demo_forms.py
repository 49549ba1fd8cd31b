"""The demo shows forms at work: all built-in ones are published, and what was filled in is right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from app.domain.times import at_china
from sync_server.estate.workbook import read_workbook
from sync_server.store.estate.importing import import_estate
from sync_server.store.subjects.case.sheet import case_forms, cases
from sync_server.store.tables import published_forms
from tests.support.server import StoreHelper
from tools.demo.estate import write_demo_workbook
from tools.demo.forms import FORMS, TOLD, play_forms

TODAY = date(2026, 11, 21)


def test_the_demo_estate_has_its_forms_and_some_were_filled_in(tmp_path: Path) -> None:
    helper = StoreHelper(f"sqlite:///{tmp_path / 'server.db'}", tmp_path / "server")
    write_demo_workbook(tmp_path / "demo.xlsx", today=TODAY)
    estate = read_workbook(tmp_path / "demo.xlsx")
    import_estate(helper.store, estate)
    number = len(list(FORMS.glob("*.md")))
    assert play_forms(helper.store, estate, now=at_china(TODAY, 17), seed=1) == (number, len(TOLD))
    assert play_forms(helper.store, estate, now=at_china(TODAY, 18), seed=1) == (0, 0), "once"
    with helper.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(published_forms)) == number
        assert connection.scalar(select(func.count()).select_from(case_forms)) == len(TOLD)
        assert connection.scalar(select(func.sum(cases.c.open_flags))) == 0, "the server finds nothing wrong"
        ended = sum(one.on is not None for one in TOLD)
        assert connection.scalar(select(func.count()).select_from(cases)) == len(TOLD) - ended
    helper.store.close()
