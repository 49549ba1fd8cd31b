"""Fields and posts that the kinds of several types of subject share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain import roles
from app.domain.rules.kind import CAPACITIES
from app.domain.wire.entries import Entry
from app.domain.wire.errors import FIELD_MISSING, FIELD_WRONG, Problem
from app.domain.wire.fields import LONG, Field, choice, fen, quantity, rows, text
from app.domain.writing.money import amount_fen

FIELD_STAFF = frozenset((roles.REPAIR_WORKER, roles.STEWARD, roles.ENGINEERING_SUPERVISOR, roles.SYSTEM))
EVERYBODY = frozenset(roles.ROLES) | {roles.SYSTEM}
ANY_BUT_FINANCE = EVERYBODY - {roles.FINANCE}
DISPATCH = frozenset((roles.ENGINEERING_SUPERVISOR, roles.DESK, roles.SYSTEM))

REASON = Field("reason", "原因", "reason", text(LONG))
NOTE = Field("note", "备注", "remarks", text(LONG), required=False)
NAME = Field("name", "姓名", "name", text())
CAPACITY = Field("capacity", "身份", "capacity", choice(*CAPACITIES))
ESTATE = Field("estate", "小区", "estate", text(), required=False)
"""The key of the estate in which a subject begins; left out for the company's first, or where the door implies it."""
DOOR = (
    Field("household_id", "住户", "household", text(), required=False),
    Field("unit_id", "房屋", "unit", text(), required=False),
    Field("building_id", "楼栋", "building", text(), required=False),
    ESTATE,
)
"""The door it is about, if any, and the estate."""
AT_DOOR = (*DOOR, Field("address", "地址", "address", text()))

_FEE_LINE = (
    Field("item_id", "收费项目", "price item", text(), required=False),
    Field("name", "项目", "item", text()),
    Field("unit", "单位", "unit", text(20), required=False),
    Field("qty", "数量", "quantity", quantity),
    Field("price_fen", "单价", "unit price", fen),
    Field("amount_fen", "金额", "amount", fen),
)
FEE_LINES = Field("lines", "费用明细", "fee lines", rows(*_FEE_LINE, least=1))
FEE_LINES_OR_NONE = Field("lines", "费用明细", "fee lines", rows(*_FEE_LINE))
FEE_TOTAL = Field("total_fen", "合计", "total", fen)


def missing(zh: str, en: str) -> Problem:
    """Return the problem of a field that must not be empty here."""
    return Problem(FIELD_MISSING, field=en, field_zh=zh, field_en=en)


def keeps_external_ref(entry: Entry, before: Sequence[Entry]) -> bool:
    """Tell whether a correction leaves ``external_ref`` unchanged: the server finds the subject by that number."""
    if entry.kind != "amended":
        return True
    new = entry.body.get("body")
    ref = new.get("external_ref") if isinstance(new, dict) else None
    target = next((e for e in before if e.id == entry.body.get("target_id")), None)
    return not ref or (target is not None and target.body.get("external_ref") == ref)


def keeps(entry: Entry, before: Sequence[Entry], *names: str) -> bool:
    """Tell whether a correction leaves the fields ``names`` as they were: only a step of its own may change them."""
    new = entry.body.get("body")
    target = next((e for e in before if e.id == entry.body.get("target_id")), None)
    if entry.kind != "amended" or target is None or not isinstance(new, dict):
        return True
    return all(new.get(name) == target.body.get(name) for name in names)


def sums_up(body: Mapping[str, Any]) -> None:
    """A.6: every line is quantity times price, and the total is the sum of the lines."""
    for line in body["lines"]:
        if line["amount_fen"] != amount_fen(line["qty"], line["price_fen"]):
            raise Problem(
                FIELD_WRONG,
                field="amount",
                field_zh="金额",
                field_en="amount",
                why_zh=f"{line['name']} 数量×单价不等于金额",
                why_en=f"{line['name']}: quantity times price is not the amount",
            )
    if body["total_fen"] != sum(line["amount_fen"] for line in body["lines"]):
        raise Problem(
            FIELD_WRONG,
            field="total",
            field_zh="合计",
            field_en="total",
            why_zh="不等于各项之和",
            why_en="it is not the sum of the lines",
        )
