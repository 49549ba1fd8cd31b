"""What came of clocks, month by month; a closed month changes only with a mark 补录 (A.1-A.9, W)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from app.domain import roles
from app.domain.rules.subject import Subject
from app.domain.subjects import SUBJECTS
from app.domain.subjects import results as outcome
from app.domain.subjects.fold import fold
from app.domain.subjects.results import Result, results
from app.domain.times import DAY, HOUR, MINUTE, at_china, read_day
from app.domain.wire.entries import Entry
from tests.support.book import BOSS, DESK, LI, Book, opened

LAST_EVENING = at_china(read_day("2026-11-30"), 22)  # type: ignore[arg-type]
NEXT_MONTH = at_china(read_day("2026-12-01"), 0)  # type: ignore[arg-type]


def begun() -> Book:
    """A repair of the last evening of November, assigned by the desk; engineering has not said that it has it."""
    book = Book(start=LAST_EVENING)
    book.add(DESK, "ticket_opened", **{**opened().entries[0].body, "requested_at": LAST_EVENING})
    book.wait(1).add(DESK, "assigned", worker_id=LI)
    return book


def late(book: Book, entry: Entry, received_at: int) -> None:
    """The server hears of an entry at a time of its own."""
    seq = len(book.entries) + 1
    book.entries.append(entry.confirmed(seq=seq, received_at=received_at, corrected_at=entry.made_at))


def of(book: Book, name: str) -> list[Result]:
    return [one for one in results(fold(book.subject_type, book.entries)) if one.outcome.clock.id == name]


def test_each_clock_counts_in_the_month_in_which_it_is_due_and_has_its_owner() -> None:
    book = begun()
    book.wait(2).add(LI, "accepted")
    book.wait(5).add(LI, "arrived")
    found = {one.outcome.clock.id: (one.month, one.outcome.owner, one.late_entry) for one in results(book.ticket)}
    assert found == {
        "register": ("2026-11", DESK, False),
        "hand_over": ("2026-11", roles.ENGINEERING_SUPERVISOR, False),
        "on_site": ("2026-11", LI, False),
    }


def test_what_goes_on_after_the_month_is_no_late_entry() -> None:
    """Missed when the month ended, and taken over late in the next: the month's figure is what it was."""
    book = begun()
    book.now = NEXT_MONTH + HOUR
    book.add(BOSS, "received")
    (hand_over,) = of(book, "hand_over")
    assert (hand_over.month, hand_over.late_entry) == ("2026-11", False)
    assert hand_over.outcome.clock.met_at == NEXT_MONTH + HOUR


def test_what_was_done_in_time_and_heard_of_after_the_month_is_marked_and_what_it_closed_with_is_kept() -> None:
    book = begun()
    signed_for = book.wait(1).make(BOSS, "received")
    late(book, signed_for, NEXT_MONTH + 2 * HOUR)
    (hand_over,) = of(book, "hand_over")
    assert hand_over.late_entry and not hand_over.withdrawn
    assert hand_over.outcome.clock.met_at == signed_for.made_at
    assert hand_over.closed is not None and hand_over.closed.clock.met_at is None


def test_a_record_that_came_in_after_its_month_was_not_in_it_when_it_closed() -> None:
    book = begun()
    book.entries = [replace(entry, received_at=NEXT_MONTH + DAY) for entry in book.entries]
    assert {(one.late_entry, one.closed) for one in results(book.ticket)} == {(True, None)}


def test_what_a_correction_takes_out_of_a_closed_month_stays_visible_and_counts_no_more() -> None:
    book = Book(start=LAST_EVENING)
    body: dict[str, Any] = {**opened().entries[0].body, "requested_at": LAST_EVENING, "due_at": LAST_EVENING + HOUR}
    first = book.add(DESK, "ticket_opened", **body)
    book.now = NEXT_MONTH + HOUR
    book.add(DESK, "amended", target_id=first.id, body={**body, "due_at": NEXT_MONTH + DAY}, reason="写错")
    gone, moved = of(book, "answer")
    assert (gone.month, gone.withdrawn, gone.late_entry) == ("2026-11", True, True)
    assert (moved.month, moved.withdrawn, moved.late_entry) == ("2026-12", False, False)


def test_each_type_with_clocks_says_whose_they_are() -> None:
    for subject in SUBJECTS.values():
        assert type(subject).clocks is Subject.clocks or type(subject).owner is not Subject.owner, subject.name


def test_a_month_in_china_begins_at_midnight_there() -> None:
    assert outcome.month_of(NEXT_MONTH) == "2026-12" and outcome.month_of(NEXT_MONTH - 1) == "2026-11"
    assert outcome.over_at("2026-11") == NEXT_MONTH


def test_returns_of_a_key_are_results_too_and_belong_to_who_had_it() -> None:
    book = Book("thing", LAST_EVENING)
    kept: dict[str, Any] = {"pieces": 1, "condition": "good"}
    book.add(DESK, "stocked", thing_kind="key", name="配电室", rack="A-1", **kept)
    out: dict[str, Any] = {"to_kind": "staff", "to_id": LI, "to_name": "李军", "purpose": "检修", **kept}
    book.add(DESK, "lent", due_at=LAST_EVENING + HOUR, **out)
    book.wait(70).add(LI, "returned", from_id=LI, from_name="李军", rack="A-1", **kept)
    (back,) = results(book.thing)
    assert (back.outcome.owner, back.outcome.clock.clause) == (LI, "G.2")
    assert back.outcome.clock.met_at == back.outcome.clock.due + 10 * MINUTE


@given(some.lists(some.integers(0, 40), min_size=3, max_size=3))
def test_results_follow_from_the_entries_alone(delays: list[int]) -> None:
    """Whatever is heard when: each result is of one month, and only what was heard after its end can mark it."""
    book = Book(start=LAST_EVENING)
    made = [
        book.make(DESK, "ticket_opened", **{**opened().entries[0].body, "requested_at": LAST_EVENING}),
        book.wait(1).make(BOSS, "received"),
        book.wait(1).make(BOSS, "assigned", worker_id=LI),
    ]
    heard = LAST_EVENING
    for entry, delay in zip(made, delays, strict=True):
        heard = max(heard, entry.made_at) + delay * HOUR
        late(book, entry, heard)
    found = results(book.ticket)
    assert found == results(fold("ticket", book.entries))
    assert any(one.late_entry for one in found) <= (heard >= NEXT_MONTH)
    assert not any(one.withdrawn for one in found)
