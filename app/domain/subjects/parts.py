"""Fields and posts that the kinds of several types of subject share."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain import roles
from app.domain.rules.kind import CAPACITIES
from app.domain.wire.entries import Entry
from app.domain.wire.errors import FIELD_MISSING, Problem
from app.domain.wire.fields import LONG, Field, choice, text

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
