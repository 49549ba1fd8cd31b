"""The rules of an analysis of a quarter's complaints 用户投诉分析 (C.7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain import roles
from app.domain.subjects import SUBJECTS, access, kinds
from app.domain.subjects.analysis import (
    ANALYSIS,
    APPROVE,
    APPROVED,
    WRITTEN,
    AnalysisState,
    analysis_id,
    first_day,
    quarter_of,
    span,
)
from app.domain.subjects.fold import fold, why_not
from app.domain.times import at_china
from app.domain.wire.errors import Problem
from tests.support.book import BOSS, DESK, Book

SAID: dict[str, Any] = {
    "department": "environment", "quarter": "2026-Q4", "cause": "夜班漏收", "corrective": "换人收",
    "preventive": "每晚拍照",
}  # fmt: skip


def state(book: Book) -> AnalysisState:
    found = fold(ANALYSIS, book.entries)
    assert isinstance(found, AnalysisState)
    return found


@pytest.mark.proves("C8")
def test_the_manager_approves_what_is_written_and_a_change_needs_approval_anew() -> None:
    book = Book(ANALYSIS)
    first = book.add(BOSS, "analysis_written", **SAID)
    subject = SUBJECTS[ANALYSIS]
    assert subject.move(subject.card(state(book)), "m", {roles.MANAGER}) == APPROVE
    book.add(DESK, "analysis_approved", written_id=first.id)
    assert state(book).stage == APPROVED and subject.card(state(book)).ended
    second = book.add(BOSS, "analysis_written", **SAID | {"cause": "人手不够", "replaces": first.id})
    assert (state(book).stage, state(book).approved, state(book).body["cause"]) == (WRITTEN, None, "人手不够")
    late = book.make(DESK, "analysis_approved", written_id=first.id)
    assert why_not(ANALYSIS, book.entries, late) == "changed_before_approval"
    book.add(DESK, "analysis_approved", written_id=second.id)
    assert state(book).stage == APPROVED


@pytest.mark.proves("C8")
def test_of_two_that_are_written_without_knowing_of_each_other_the_first_holds_and_the_other_is_kept_flagged() -> None:
    book = Book(ANALYSIS)
    book.add(BOSS, "analysis_written", **SAID)
    first = state(book).written
    assert first is not None
    book.add(DESK, "analysis_written", **SAID | {"cause": "别的"})
    book.add(BOSS, "analysis_written", **SAID | {"cause": "改过", "replaces": first.id})
    book.add(DESK, "analysis_written", **SAID | {"cause": "也改", "replaces": first.id})
    assert state(book).body["cause"] == "改过"
    assert [flag.reason for flag in state(book).flags] == ["opened_twice", "written_already"]


@pytest.mark.proves("C8")
@pytest.mark.parametrize(
    ("department", "held", "may"),
    [
        ("environment", roles.ENVIRONMENT_SUPERVISOR, True),
        ("environment", roles.SERVICE_SUPERVISOR, False),
        ("engineering", roles.ENGINEERING_SUPERVISOR, True),
        ("order", roles.SERVICE_SUPERVISOR, True),
        ("finance", roles.MANAGER, True),
        ("service", roles.DESK, False),
    ],
)
def test_it_is_entered_by_that_departments_head_alone(department: str, held: str, may: bool) -> None:
    entry = Book(ANALYSIS).make(BOSS, "analysis_written", **SAID | {"department": department})
    assert access.may_make({held}, entry, []) is may


def test_a_quarter_is_three_months_and_nothing_else_is_one() -> None:
    assert [quarter_of(date(2026, month, 1)) for month in (1, 3, 4, 12)] == ["2026-Q1", "2026-Q1", "2026-Q2", "2026-Q4"]
    assert span("2026-Q4") == (at_china(date(2026, 10, 1), 0), at_china(date(2027, 1, 1), 0))
    assert first_day("2026-Q2") == date(2026, 4, 1)
    for wrong in ("2026-Q5", "2026", "26-Q1", "2026-Q01"):
        with pytest.raises(Problem) as told:
            kinds.check_body("analysis_written", SAID | {"quarter": wrong})
        assert told.value.kind.name == "field_wrong"


def test_two_phones_that_write_one_make_the_same_record() -> None:
    assert analysis_id("", "service", "2026-Q4") == analysis_id("", "service", "2026-Q4")
    assert (
        len({analysis_id(e, d, q) for e in ("", "hy") for d in ("service", "order") for q in ("2026-Q3", "2026-Q4")})
        == 8
    )
