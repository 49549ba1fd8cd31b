"""Who owes what, as the page puts it (D.1), and that a year's workdays lack."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.domain.rules.duties import Duty
from app.domain.rules.workdays import Workdays
from app.domain.times import DAY, at_china
from app.ui.subjects.duty.who import by_owner, years_lacking

NOW = at_china(date(2026, 11, 21), 9)


def duty(id: str, owner: str, due: int, done: int | None = None) -> Duty:
    return Duty(id, "monthly", "monthly", ("household", id), "2026-11", owner, NOW - 20 * DAY, due, done)


@pytest.mark.proves("D1")
def test_d1_nobody_s_come_first_then_who_is_late_with_most() -> None:
    found = [
        duty("a", "calm", NOW + DAY),
        duty("b", "late", NOW - DAY),
        duty("c", "late", NOW + DAY, NOW),
        duty("d", "", NOW + DAY),
    ]
    owners = by_owner(found, "", NOW)
    assert [(one.owner, one.late(NOW), len(one.owed), one.done) for one in owners] == [
        ("", 0, 1, 0), ("late", 1, 1, 1), ("calm", 0, 1, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "month", "lacking"),
    [({2026: {}}, 11, []), ({2026: {}}, 12, [2027]), ({2025: {}}, 6, [2026]), ({}, 12, [])],
)
def test_a_year_without_workdays_is_told_where_the_server_keeps_a_calendar(
    known: dict[int, Any], month: int, lacking: list[int]
) -> None:
    session: Any = SimpleNamespace(duties=SimpleNamespace(workdays=lambda: Workdays(known)))
    assert years_lacking(session, at_china(date(2026, month, 20), 9)) == lacking
