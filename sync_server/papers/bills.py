"""A billing month's repairs for finance as a workbook: a row a fee line (A.8)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import xlsxwriter

from app.domain.subjects.ticket.bill_month import BillMonth
from app.domain.times import china_day
from sync_server.store.subjects.ticket.papers import TicketPaper

COLUMNS: Final = (
    ("编号", 18), ("小区", 16), ("地址", 24), ("报修人", 12), ("确认日期", 12), ("收费项目", 24), ("单位", 8),
    ("数量", 8), ("单价（元）", 10), ("金额（元）", 10), ("签名", 14), ("财务收单", 12),
)  # fmt: skip
_AMOUNT: Final = 9


def workbook(month: BillMonth, found: Sequence[TicketPaper]) -> bytes:
    """Return the workbook. Amounts and quantities are numbers, dates are dates; the last row sums up."""
    made = BytesIO()
    # What residents and staff wrote is text, also where it begins like a formula or an address.
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    money = book.add_format({"num_format": "0.00"})
    sum_ = book.add_format({"num_format": "0.00", "bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(f"{month.first.year}年{month.first.month}月")
    sheet.freeze_panes(1, 0)
    for column, (name, wide) in enumerate(COLUMNS):
        sheet.set_column(column, column, wide)
        sheet.write_string(0, column, name, bold)
    at = 1
    for one in found:
        state = one.state
        for line in (state.fees or {}).get("lines") or []:
            words = (state.number or "", one.office.estate, state.address, state.contact_name)
            for column, said in enumerate(words):
                sheet.write_string(at, column, said)
            if state.confirmed_at is not None:
                sheet.write_datetime(at, 4, china_day(state.confirmed_at), day)
            sheet.write_string(at, 5, str(line["name"]))
            sheet.write_string(at, 6, str(line.get("unit") or ""))
            sheet.write_number(at, 7, float(line["qty"]))
            sheet.write_number(at, 8, line["price_fen"] / 100, money)
            sheet.write_number(at, _AMOUNT, line["amount_fen"] / 100, money)
            sheet.write_string(at, 10, "有效" if one.valid else "未签名有效")
            if state.finance_at is not None:
                sheet.write_datetime(at, 11, china_day(state.finance_at), day)
            at += 1
    sheet.write_string(at, 0, "合计", bold)
    whole = sum(one.state.total_fen for one in found)
    if at > 1:
        sheet.write_formula(at, _AMOUNT, f"=SUM(J2:J{at})", sum_, whole / 100)
    else:
        sheet.write_number(at, _AMOUNT, 0, sum_)
    sheet.autofilter(0, 0, max(at - 1, 0), len(COLUMNS) - 1)
    book.close()
    return made.getvalue()
