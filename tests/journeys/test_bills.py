"""Finance's list of unpaid bills: read from Excel, put beside the households, whole or not at all (O1, O2)."""

from __future__ import annotations

import asyncio
import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from sync_server import bills
from sync_server.register.grids import Unreadable
from sync_server.store import tables as t
from sync_server.store.estate import unpaid
from tests.journeys.conftest import Town

DAY = date(2026, 11, 20)


def book(*rows: list[Any]) -> bytes:
    """A workbook with a title above its headings, as finance's program writes it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet, day = made.add_worksheet(), made.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate([["荔园小区欠费明细"], *rows]):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell, *([day] if isinstance(cell, date) else []))
    return out.getvalue()


HEAD = ["序号", "房号", "业主", "账期", "应缴金额", "欠费金额"]


def test_a_list_is_read_by_its_headings_and_what_is_not_understood_is_told_by_row() -> None:
    rows, faults = bills.read(
        book(
            HEAD,
            [1, "3栋1单元1501", "张", "2026年9月", 300, 120.5],
            [2, "3-1-1501", "张", date(2026, 10, 1), 300, "300.00"],
            [3, "3栋1单元1502", "李", "202610", 300, None],
            [4, "3栋1单元1503", "王", "上月", 300, 1],
            [5, "3栋1单元1503", "王", "2026-10", 300, "三百"],
            ["合计", "合计", None, None, None, 420.5],
        )
    )
    assert [(row.address, row.month, row.fen) for row in rows] == [
        ("3栋1单元1501", "2026-09", 12_050), ("3-1-1501", "2026-10", 30_000), ("3栋1单元1502", "2026-10", 0),
    ]  # fmt: skip
    assert [(fault.number, fault.zh[:2]) for fault in faults] == [(6, "月份"), (7, "金额")]
    with pytest.raises(Unreadable):
        bills.read(book(["房号", "金额"], ["3栋1单元1501", 1]))


@pytest.mark.proves("O2")
def test_what_is_owed_reaches_the_desk_with_its_day_and_who_is_not_listed_has_paid(town: Town) -> None:
    store = town.server.store
    with store.read() as connection:
        address = str(connection.scalar(select(t.households.c.address).where(t.households.c.id == town.home)))
    rows = [bills.Row(2, address, "2026-09", 30_000), bills.Row(3, address, "2026-10", 20_050)]
    with store.numbered() as write:
        done, faults = unpaid.put(write, "", [*rows, bills.Row(4, "9栋9单元999", "2026-10", 1)], DAY)
    assert (done.changed, [fault.number for fault in faults]) == (0, [4]), "half a list is no list"

    async def owed() -> Any:
        desk = await town.phone("d1")
        return desk.owes(town.home)

    assert asyncio.run(owed()) is None
    with store.numbered() as write:
        assert unpaid.put(write, "", rows, DAY) == (unpaid.Put(1, 1, 50_050), [])
    told = asyncio.run(owed())
    assert (told.day, told.fen, told.months, told.charge_fen) == (DAY, 50_050, 2, 4_291)
    with store.numbered() as write:
        done, _ = unpaid.put(write, "", [], date(2026, 11, 21))
    assert (done.owing, done.changed) == (0, 1)
    assert asyncio.run(owed()) is None
