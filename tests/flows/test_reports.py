"""统计: a supervisor reads a month, opens what a figure counts, and takes it away as a file (W)."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from app.actions import Session
from app.actions.models import MatterForm
from tests.support.field_day import FieldDay, choose_look

ANSWERED = 30_000


@pytest.fixture
def a_month(field_day: FieldDay) -> FieldDay:
    """A month in which two households complained and one asked something."""
    homes = [field_day.household_id(address) for address in ("3栋2单元1501", "5栋1单元201")]

    async def said(desk: Session) -> None:
        for home, class_, content in (
            (homes[0], "complaint", "楼上半夜装修"), (homes[1], "complaint", "电梯里有异味"),
            (homes[1], "enquiry", "停车位怎么租"),
        ):  # fmt: skip
            await desk.matters.open(MatterForm(class_, content, household_id=home, contact_name="单丽"))
        await desk.sync_now()

    field_day.act("desk", said)
    return field_day


def test_a_figure_opens_the_list_that_it_counts_and_a_line_its_record(a_month: FieldDay) -> None:
    boss = a_month.phone("supervisor")
    boss.go("/reports")
    boss.see_id("report-complaints", timeout_ms=ANSWERED)
    boss.shot("reports")
    boss.tap("report-complaints")
    boss.see_id("figure-all", timeout_ms=ANSWERED)
    boss.shot("report")
    boss.tap("figure-all")
    boss.see_id("line-1", timeout_ms=ANSWERED)
    boss.see("电梯里有异味")
    boss.shot("report-list")
    name, book = boss.saved_file("report-xlsx")
    rows = {row[1]: row[2] for row in load_workbook(io.BytesIO(book)).worksheets[0].iter_rows(values_only=True)}
    assert name.startswith("shangmen-complaints-") and rows["投诉合计"] == 2
    boss.tap("apart-building")
    boss.tap("share-0")
    boss.see_id("report-alone", timeout_ms=ANSWERED)
    boss.see_id("figure-all", timeout_ms=ANSWERED)
    boss.tap("figure-all")
    boss.see_id("line-0", timeout_ms=ANSWERED)
    boss.tap("line-0")
    boss.see_id("matter", timeout_ms=ANSWERED)


def test_a_month_without_anything_says_so_and_who_may_not_read_is_told(field_day: FieldDay) -> None:
    boss = field_day.phone("supervisor")
    boss.go("/reports/keys")
    boss.see("这一期没有记录", timeout_ms=ANSWERED)
    boss.shot("report-nothing")
    worker = field_day.phone("worker")
    worker.go("/reports")
    worker.see_id("reports")
    worker.gone_id("report-complaints")


@pytest.mark.long
def test_reports_are_drawn_dark_large_and_wide(a_month: FieldDay) -> None:
    boss = a_month.phone("supervisor")
    choose_look(boss, "theme-dark", "scale-200")
    boss.show("/reports/complaints", "figure-all", "report-dark-200", timeout_ms=ANSWERED)
    wide = a_month.phone("desk", size=(1366, 768), scale=1, touch=False)
    wide.show("/reports/month-end", "figure-all", "report-wide", timeout_ms=ANSWERED)
