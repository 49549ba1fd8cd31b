"""When each clock of a ticket begins and ends, and whose it is (A.1, A.2, A.8, A.9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain import roles
from app.domain.rules.clocks import LATE, MET, RED, Clock
from app.domain.subjects import access
from app.domain.subjects.fold import fold, why_not
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.clocks import clocks, owner
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.ticket.steps import next_step, to_receive
from app.domain.times import HOUR, MINUTE, SECOND
from app.domain.wire.entries import Entry
from tests.support.book import BOSS, DESK, LI, NINE, WANG, Book, assigned, lines, on_site, opened

PUBLIC: dict[str, Any] = {"ticket_kind": "public_repair", "household_id": None, "listed": None}


def clock(book: Book, name: str) -> Clock | None:
    return next((one for one in clocks(book.ticket) if one.id == name), None)


def level(book: Book, name: str) -> str:
    found = clock(book, name)
    return "" if found is None else found.level(book.now)


def older(book: Book) -> Book:
    """The same as an older program wrote it, which cannot say that engineering takes a ticket over."""
    book.entries = [replace(entry, schema=1) for entry in book.entries]
    return book


@pytest.mark.proves("A1")
@pytest.mark.parametrize(("seconds", "stands"), [(120, MET), (121, LATE)])
def test_a1_registering_is_late_two_minutes_and_a_second_after_the_call(seconds: int, stands: str) -> None:
    book = Book()
    book.now += seconds * SECOND
    book.add(DESK, "ticket_opened", **{**opened().entries[0].body, "requested_at": NINE})
    assert level(book, "register") == stands


@pytest.mark.proves("A2")
def test_a1_the_hand_over_ends_when_engineering_signs_for_it_not_when_the_server_hears_of_it() -> None:
    book = opened()
    signed_for = book.wait(2).make(BOSS, "received")
    book.wait(90)
    book.entries.append(signed_for.confirmed(seq=2, received_at=book.now, corrected_at=signed_for.made_at))
    found = clock(book, "hand_over")
    assert found is not None and (found.met_at, found.level(book.now)) == (NINE + 3 * MINUTE, MET)


@pytest.mark.proves("A2")
def test_a1_without_it_the_hand_over_is_red_whoever_was_assigned_by_the_desk() -> None:
    book = opened()
    book.add(DESK, "assigned", worker_id=LI)
    book.wait(10)
    assert level(book, "hand_over") == RED and to_receive(book.ticket)
    assert next_step(book.ticket, BOSS, {roles.ENGINEERING_SUPERVISOR}).verb == "receive"  # type: ignore[union-attr]


def test_a1_who_accepts_has_taken_it_over() -> None:
    book = opened()
    book.add(DESK, "assigned", worker_id=LI)
    book.wait(2).add(LI, "accepted")
    assert level(book, "hand_over") == MET and not to_receive(book.ticket)


def test_a1_the_first_who_said_so_counts_in_whichever_order_phones_are_heard() -> None:
    book = opened()
    early = book.wait(1).make(BOSS, "received")
    book.add(DESK, "assigned", worker_id=LI)
    book.wait(9).add(LI, "accepted")
    book.take(early)
    assert book.ticket.taken_over_at == early.made_at and not book.ticket.flags


def test_a1_the_supervisor_and_whoever_was_told_to_do_it_may_sign_for_it() -> None:
    book = opened()
    mine = book.make(LI, "received")
    assert not access.may_make({roles.REPAIR_WORKER}, mine, book.entries)
    assert access.may_make({roles.ENGINEERING_SUPERVISOR}, book.make(BOSS, "received"), book.entries)
    assert not access.may_make({roles.DESK}, book.make(DESK, "received"), book.entries)
    book.add(DESK, "assigned", worker_id=LI)
    book.add(DESK, "assigned", worker_id=WANG)
    # The first worker's phone had no network: what it says is kept.
    assert access.may_make({roles.REPAIR_WORKER}, mine, book.entries)
    assert why_not("ticket", book.entries, mine) is None


def test_a_ticket_of_an_older_program_keeps_its_outcome() -> None:
    """A.1, A.2: assigned and on the server was taken over, the judgement was the end of judging."""
    told = older(assigned())
    assert level(told, "hand_over") == MET
    book = opened(listed=False)
    book.wait(5).add(BOSS, "judged", feasible=True, price_fen=5000)
    book.wait(60)
    assert level(book, "judge") == RED
    assert level(older(book), "judge") == MET


def test_an_assignment_by_an_older_program_takes_over_a_newer_ticket() -> None:
    book = opened()
    book.entries.append(replace(book.wait(1).make(BOSS, "assigned", worker_id=LI), schema=1, seq=2))
    assert level(book, "hand_over") == MET


@pytest.mark.proves("A3")
@pytest.mark.parametrize("agreed", [True, False])
def test_a2_judging_ends_when_the_resident_has_been_asked(agreed: bool) -> None:
    book = opened(listed=False)
    book.wait(2).add(BOSS, "received")
    book.wait(3).add(BOSS, "judged", feasible=True, price_fen=5000)
    book.wait(11)
    assert level(book, "judge") != MET
    book.add(DESK, "resident_asked", agreed=agreed, **({} if agreed else {"reason": "太贵"}))
    found = clock(book, "judge")
    assert found is not None and (found.start, found.met_at) == (NINE + 3 * MINUTE, book.now)
    assert found.level(book.now) == MET


@pytest.mark.proves("A3")
def test_a2_judging_ends_when_the_resident_was_told_that_it_cannot_be_done() -> None:
    book = opened(listed=False)
    book.add(BOSS, "judged", feasible=False, reason="属于燃气公司")
    assert level(book, "judge") != MET
    book.wait(16).add(DESK, "closed", reason="已告知住户")
    assert level(book, "judge") == LATE


@pytest.mark.proves("A3")
def test_a2_found_unlisted_at_the_door_ends_with_the_answer_to_the_price() -> None:
    book = on_site()
    book.add(LI, "found", listed=False, description="墙内水管破裂")
    since = book.now
    book.wait(4).add(BOSS, "judged", feasible=True, price_fen=50_000)
    book.wait(1).add(LI, "priced", **lines(50_000))
    book.wait(2).add(LI, "consent", agreed=False, name="张伟", capacity="self", reason="太贵")
    found = clock(book, "judge")
    assert found is not None and (found.start, found.met_at) == (since, book.now)


@pytest.mark.proves("A4")
def test_a9_public_repairs_are_taken_over_in_ten_minutes_and_reached_fifteen_after_by_anybody() -> None:
    book = opened(**PUBLIC)
    assert clock(book, "on_site") is None and level(book.wait(8), "hand_over") != RED
    book.add(BOSS, "received")
    since = book.now
    book.wait(1).add(DESK, "assigned", worker_id=LI)
    book.wait(5).add(LI, "accepted")
    found = clock(book, "on_site")
    assert found is not None and (found.clause, found.due) == ("A.9", since + 15 * MINUTE)
    book.add(BOSS, "assigned", worker_id=WANG)
    book.add(WANG, "accepted")
    book.wait(3).add(WANG, "arrived")
    book.add(WANG, "finished", result="灯已亮", tidied=True)
    assert level(book, "on_site") == MET and book.ticket.stage == st.DONE
    assert book.ticket.result == {"result": "灯已亮", "tidied": True} and not book.ticket.signatures


@pytest.mark.proves("A7")
def test_a4_that_who_declines_was_asked_to_think_it_over_is_on_record() -> None:
    book = on_site()
    book.add(LI, "found", listed=True, items=[{"item_id": "i", "name": "n", "qty": "1", "price_fen": 1}])
    assert why_not("ticket", book.entries, book.make(LI, "reminded")) == "out_of_order"
    book.add(LI, "priced", **lines())
    book.add(LI, "reminded")
    book.add(LI, "consent", agreed=False, name="张伟", capacity="self", reason="太贵")
    assert book.ticket.reminded_at == book.now and book.ticket.stage == st.DECLINED


@pytest.mark.proves("A6")
def test_a8_the_day_s_papers_have_their_clocks_and_people() -> None:
    book = assigned()
    state = book.ticket
    state.done_at, state.confirmed_at, state.fees = book.now, book.now, {"total_fen": 1}
    whose = {one.id: owner(state, one) for one in clocks(state)}
    assert whose["hand_in"] == LI and whose["confirm"] == roles.ENGINEERING_SUPERVISOR
    assert whose["finance"] == roles.DESK and whose["register"] == DESK
    late = state.done_at + 24 * HOUR
    assert {one.id for one in clocks(state) if one.level(late) == RED} >= {"hand_in"}


def test_a_voided_ticket_asks_nothing_more_and_what_was_late_stays_late() -> None:
    soon, late = opened(), opened()
    soon.add(DESK, "voided", reason="重复")
    late.wait(10).add(DESK, "voided", reason="重复")
    assert clock(soon, "hand_over") is None and level(late, "hand_over") == RED


@given(some.permutations(range(5)))
def test_taking_over_does_not_depend_on_the_order_in_which_phones_are_heard(order: list[int]) -> None:
    book = opened()
    made: list[Entry] = [book.wait(1).make(BOSS, "received") for _ in range(5)]
    for number in order:
        book.take(made[number])
    state = fold("ticket", book.entries)
    assert isinstance(state, TicketState) and state.taken_over_at == made[0].made_at and not state.flags
