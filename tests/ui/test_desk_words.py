"""What the desk's screens know without drawing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from app.actions import CardFilter
from app.actions.models import Card, StepRow
from app.domain.rules.state import STEP_DONE, STEP_FLAGGED
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.bill_month import BillMonth
from app.domain.times import at_china
from app.domain.wire.entries import Entry
from app.ui.screens.desk.words import GROUPS, Cards, against, flag_story, is_late, parse_yuan
from app.ui.texts import LANGUAGES, catalogue


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("80", 8000), ("80.5", 8050), ("80.55", 8055), (" ¥12.00 ", 1200), ("0", 0), ("12。5", 1250), ("7.", 700)],
)
def test_money_is_read_as_people_type_it(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize("typed", ["", "-5", "12块", "1.234", "1,000", "八十", "99999999", ".5", "1.2.3"])
def test_what_is_no_amount_is_none(typed: str) -> None:
    assert parse_yuan(typed) is None


@given(any_.integers(0, 999_999_999))
def test_every_amount_comes_back(fen: int) -> None:
    assert parse_yuan(f"{fen // 100}.{fen % 100:02d}") == fen


def test_every_open_stage_has_one_place_on_the_board() -> None:
    """A.2-A.8: a ticket that is not over is in exactly one section."""
    shown = [stage for stages in GROUPS.values() for stage in stages]
    assert sorted(shown) == sorted(set(st.STAGES) - st.ENDED)


@pytest.mark.parametrize(
    ("confirmed", "month"),
    [
        ((2026, 11, 24, 23), date(2026, 11, 1)),
        ((2026, 11, 25, 0), date(2026, 12, 1)),
        ((2026, 12, 25, 0), date(2027, 1, 1)),
        ((2026, 10, 25, 9), date(2026, 11, 1)),
    ],
)
def test_a_ticket_stands_on_the_bill_of_the_25th_after_its_confirmation(
    confirmed: tuple[int, int, int, int], month: date
) -> None:
    """A.8: with finance before the 25th of the month; what comes later is the next month's."""
    year, number, day, hour = confirmed
    at = at_china(date(year, number, day), hour)
    found = BillMonth.of(date(year, number, day))
    assert found.first == month and found.due == month.replace(day=25)
    assert found.starts_at <= at < found.moved(1).starts_at


def test_months_follow_each_other_over_the_year() -> None:
    assert BillMonth(date(2026, 12, 1)).moved(1).moved(-1) == BillMonth(date(2026, 12, 1))
    assert BillMonth(date(2026, 1, 1)).moved(-1).first == date(2025, 12, 1)


def test_a_ticket_without_a_clock_is_never_late() -> None:
    assert not is_late(Card("ticket", "1"), 1 << 60)


class Reader:
    """A store of numbered cards that notes what was read."""

    def __init__(self, count: int) -> None:
        self.cards = [Card("ticket", str(n)) for n in range(count)]
        self.reads: list[int] = []

    def __call__(self, wanted: CardFilter, offset: int, limit: int) -> list[Card]:
        self.reads.append(offset)
        return self.cards[offset : offset + limit]


def test_a_long_list_reads_only_what_is_looked_at() -> None:
    reader = Reader(10_000)
    cards = Cards(reader, CardFilter(), 10_000)
    assert len(cards) == 10_000 and not reader.reads
    assert [card.id for card in cards[5_040:5_045]] == ["5040", "5041", "5042", "5043", "5044"]
    assert cards[9_999].id == cards[-1].id == "9999"
    assert reader.reads == [5_000, 9_900]


def test_a_list_that_shrank_meanwhile_shows_what_is_left() -> None:
    cards = Cards(Reader(3), CardFilter(), 5)
    assert [card.id for card in cards[0:5]] == ["0", "1", "2"]
    with pytest.raises(IndexError):
        cards[4]


def step(number: int, kind: str, standing: str = STEP_DONE, reason: str | None = None, **body: Any) -> StepRow:
    entry = Entry(str(number), kind, "ticket", "t", body, "a", "d", number, number)
    return StepRow(entry, "王强", number, standing, body, reason)


def test_the_desk_sees_the_reassignment_beside_the_old_workers_entry() -> None:
    """待核实: what conflicts, not just what came before."""
    steps = [
        step(1, "ticket_opened"),
        step(2, "assigned"),
        step(3, "assigned"),
        step(4, "accepted"),
        step(5, "arrived", STEP_FLAGGED, "reassigned"),
    ]
    found = against(steps, "5")
    assert found is not None and found.entry.id == "3"


def test_a_flag_nobody_knows_shows_what_counted_last() -> None:
    steps = [
        step(1, "ticket_opened"),
        step(2, "accepted", STEP_FLAGGED, "out_of_order"),
        step(3, "x", "flagged", "new"),
    ]
    found = against(steps, "3")
    assert found is not None and found.entry.id == "1"
    assert against(steps, "9") is None
    assert "new" in flag_story("new", "王强", "到场", 0, 0).what


def test_every_reason_of_a_flag_has_a_sentence() -> None:
    """Errors 11xx that folding gives as reasons are told in plain words in both languages."""
    reasons = ("not_assignee", "out_of_order", "already_over", "reassigned", "price_raised", "signed_other")
    for language in LANGUAGES:
        for reason in (*reasons, "opened_twice", "target_missing", "no_subject", "changed_after_signing"):
            assert f"desk.flag.{reason}" in catalogue(language)
