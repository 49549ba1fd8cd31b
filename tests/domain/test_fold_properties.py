"""What holds whatever people do in whatever order: nothing is lost, nothing wins in silence."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.rules.state import STEP_DONE, STEP_FLAGGED, STEP_UNKNOWN
from app.domain.subjects.fold import fold
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.clocks import clocks
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.ticket.steps import next_step
from app.domain.wire.entries import SCHEMA, Entry
from tests.support.book import BOSS, DESK, LI, WANG, Book, done, lines, opened

AGREED: dict[str, Any] = {"agreed": True, "name": "张伟", "capacity": "self"}
MOVES: list[tuple[str, dict[str, Any]]] = [
    ("assigned", {"worker_id": LI}),
    ("assigned", {"worker_id": WANG}),
    ("accepted", {}),
    ("arrived", {}),
    ("found", {"listed": False, "description": "墙内漏水"}),
    ("found", {"listed": True, "items": [{"item_id": "i", "name": "阀", "qty": "1", "price_fen": 8000}]}),
    ("judged", {"feasible": True, "price_fen": 8000}),
    ("judged", {"feasible": False, "reason": "做不了"}),
    ("priced", lines()),
    ("consent", AGREED),
    ("consent", AGREED | {"agreed": False, "reason": "贵"}),
    ("material_checked", {"name": "阀", "verdict": "fail", "remarks": "裂", "warned": True, "choice": "use_anyway"}),
    ("work_started", {"own_materials": True}),
    ("fees_written", lines()),
    ("tried", {"ok": True, "how": "tried"}),
    ("tried", {"ok": False, "how": "tried", "remarks": "滴水"}),
    ("escalated", {"reason": "缺件"}),
    ("confirmed", {}),
    ("handed_back", {}),
    ("closed", {"reason": "x"}),
    ("voided", {"reason": "x"}),
    ("teleported", {"x": 1}),
]
people = some.sampled_from((DESK, BOSS, LI, WANG))
moves = some.lists(some.tuples(people, some.sampled_from(MOVES)) | some.just(("sign", None)), max_size=25)


def played(script: list[Any]) -> Book:
    book = opened()
    for who, move in script:
        book.wait(1)
        if who == "sign":
            book.sign(LI, "repair")
        else:
            book.add(who, move[0], **move[1])
    return book


@settings(max_examples=150)
@given(moves)
def test_every_entry_stands_in_the_timeline_exactly_once(script: list[Any]) -> None:
    book = played(script)
    assert [step.entry.id for step in book.ticket.steps] == [e.id for e in book.entries]
    flagged = [s.entry.id for s in book.ticket.steps if s.standing == STEP_FLAGGED]
    assert flagged == [f.entry_id for f in book.ticket.flags]


@settings(max_examples=150)
@given(moves, some.randoms())
def test_the_order_in_which_entries_are_read_does_not_matter(script: list[Any], chance: random.Random) -> None:
    book = played(script)
    shuffled = list(book.entries)
    chance.shuffle(shuffled)
    assert fold("ticket", shuffled) == book.ticket


@settings(max_examples=150)
@given(moves)
def test_a_repair_is_done_only_with_consent_trial_and_signature(script: list[Any]) -> None:
    ticket = played(script).ticket
    if ticket.stage in (st.DONE, st.CONFIRMED, st.FILED):
        assert ticket.consent and ticket.consent["agreed"] and ticket.tried and "resident" in ticket.signatures


@settings(max_examples=150)
@given(moves)
def test_clocks_and_next_steps_can_always_be_told(script: list[Any]) -> None:
    ticket = played(script).ticket
    for clock in clocks(ticket):
        assert clock.due >= clock.start and clock.clause
    for who, role in ((LI, "repair_worker"), (BOSS, "engineering_supervisor"), (DESK, "desk")):
        next_step(ticket, who, [role])


@settings(max_examples=100)
@given(moves)
def test_a_flagged_entry_changes_nothing_but_the_flags(script: list[Any]) -> None:
    book = played(script)
    ticket = book.ticket
    kept: list[Entry] = [s.entry for s in ticket.steps if s.standing == STEP_DONE]
    without = fold("ticket", kept)
    assert isinstance(without, TicketState)
    assert (without.stage, without.total_fen, without.assignee) == (ticket.stage, ticket.total_fen, ticket.assignee)


def test_an_entry_of_a_newer_schema_whose_body_reads_otherwise_is_shown_as_unknown() -> None:
    book = opened()
    newer = replace(book.make(BOSS, "assigned", team="夜班"), schema=SCHEMA + 1)
    book.take(newer)
    assert (book.ticket.stage, book.ticket.steps[-1].standing) == (st.OPEN, STEP_UNKNOWN)


def test_correcting_and_signing_again_and_again_does_not_make_folding_explode() -> None:
    book = done()
    fees = next(e for e in book.entries if e.kind == "fees_written")
    for n in range(25):
        book.add(LI, "amended", target_id=fees.id, body=lines(7_000 + n), reason="改")
        book.sign(LI, "repair")
    assert (book.ticket.total_fen, book.ticket.stage, book.ticket.flags) == (7_024, st.DONE, [])
