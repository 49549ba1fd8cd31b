"""紧急: said by whoever opens a ticket, set later by who sees to the order of work; and the clock of the desk (A.1)."""

from __future__ import annotations

import pytest

from app.domain import roles
from app.domain.rules.clocks import AMBER, RED
from app.domain.subjects import access, kinds
from app.domain.subjects.fold import why_not
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.clocks import clocks, running
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import MINUTE
from app.domain.wire.errors import Problem
from tests.support.book import BOSS, DESK, LI, NINE, Book, assigned, on_site, opened


def test_what_older_apps_wrote_is_not_urgent() -> None:
    """B6: an opening without the field."""
    assert not opened().ticket.urgent


def test_it_is_urgent_from_the_opening_until_somebody_says_otherwise() -> None:
    """B6: the last word counts."""
    book = opened(urgent=True)
    assert book.ticket.urgent
    book.add(DESK, "urgency_set", urgent=False, note="住户说不急")
    assert not book.ticket.urgent
    book.add(BOSS, "urgency_set", urgent=True)
    assert book.ticket.urgent and not book.ticket.flags


def test_a_correction_by_an_app_that_knows_no_urgency_leaves_it() -> None:
    """B6: an older phone writes the whole opening again, without the field."""
    book = opened(urgent=True)
    first = book.entries[0]
    body = {key: value for key, value in first.body.items() if key != "urgent"} | {"content": "厨房漏水很大"}
    book.add(DESK, "amended", target_id=first.id, body=body, reason="写错")
    assert book.ticket.urgent and book.ticket.content == "厨房漏水很大"
    book.add(DESK, "amended", target_id=first.id, body=body | {"urgent": False}, reason="不急")
    assert not book.ticket.urgent


def test_what_is_over_is_not_made_urgent() -> None:
    """B6: nobody can do it first any more."""
    book = opened()
    book.add(DESK, "voided", reason="重复")
    assert why_not(TICKET, book.entries, book.make(DESK, "urgency_set", urgent=True)) == "already_over"


def test_it_must_say_which() -> None:
    """B6: a clear error for a body that says nothing."""
    for body in ({}, {"urgent": "yes"}):
        with pytest.raises(Problem, match="field_"):
            kinds.check_body("urgency_set", body)


def test_who_may_say_so_later() -> None:
    """B6: who answers for the order of work; everybody who opens a ticket says it there."""
    may = {role for role in roles.ROLES if access.may([role], "urgency_set")}
    assert may == {roles.DESK, roles.ENGINEERING_SUPERVISOR, roles.SERVICE_SUPERVISOR}


def due_in(book: Book, minutes: float) -> str:
    clock = running(book.ticket)
    return "" if clock is None else clock.level(NINE + round(minutes * MINUTE))


def test_what_nobody_was_assigned_to_is_amber_and_then_late() -> None:
    """B7: five minutes from the request, though the server has it: nobody took it over (A.1)."""
    book = opened(listed=None)
    assert [due_in(book, n) for n in (1, 4, 5.1, 60)] == ["calm", AMBER, RED, RED]
    clock = running(book.ticket)
    assert clock is not None and (clock.id, clock.minutes_left(NINE + 60 * MINUTE)) == ("hand_over", -55)
    book.wait(1).add(BOSS, "received")
    book.add(BOSS, "assigned", worker_id=LI)
    assert due_in(book, 60) == ""


def test_a_ticket_on_no_other_phone_yet_is_not_taken_over() -> None:
    """B7: assigned at once by a desk without a network, engineering cannot know."""
    book = Book()
    book.entries += [
        book.make(DESK, "ticket_opened", unsent=True, **opened().entries[0].body),
        book.make(DESK, "assigned", unsent=True, worker_id=LI),
    ]
    assert due_in(book, 60) == RED


def test_what_another_system_ordered_waits_with_a_clock_too() -> None:
    """B7: from the moment it is here."""
    book = opened(channel="api", requested_at=NINE - 600 * MINUTE)
    assert [due_in(book, n) for n in (2, 10)] == ["calm", RED]
    assert running(opened(channel="import").ticket) is None


def test_what_is_judged_first_has_the_judges_clock_and_then_the_assigners() -> None:
    """B7: A.2, 15 minutes to judge; once the resident agreed, to be assigned like any other."""
    book = opened(listed=False)
    book.add(BOSS, "received")
    first = running(book.ticket)
    assert first is not None and first.id == "judge"
    book.add(BOSS, "judged", feasible=True, price_fen=5000)
    book.add(DESK, "resident_asked", agreed=True, name="张伟")
    again = running(book.ticket)
    assert again is not None and (again.id, book.ticket.stage) == ("hand_over", st.OPEN)
    book.add(BOSS, "assigned", worker_id=LI)
    assert running(book.ticket) is None


def test_another_worker_later_does_not_make_the_hand_over_late() -> None:
    """B7: what counts is when engineering first had it."""
    book = assigned()
    book.add(BOSS, "received")
    book.wait(300).add(BOSS, "assigned", worker_id="worker-wang")
    met = next(clock for clock in clocks(book.ticket) if clock.id == "hand_over")
    assert met.met_at is not None and met.met_at < NINE + 5 * MINUTE
    assert all(clock.id != "hand_over" or clock.met_at for clock in clocks(on_site().ticket))
