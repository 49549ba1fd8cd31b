"""Corrections are new entries; what was signed before them shows as changed (A.7, design)."""

from __future__ import annotations

from typing import Any

from app.domain.rules.state import CHANGED, INTACT
from app.domain.subjects import access, signing
from app.domain.subjects.fold import why_not
from app.domain.subjects.ticket import state as st
from tests.support.book import LI, STROKE_BYTES, WANG, done, lines, priced, to_sign


def test_a_correction_takes_effect_and_the_old_words_stay_readable() -> None:
    book = to_sign()
    fees = next(e for e in book.entries if e.kind == "fees_written")
    book.add(LI, "amended", target_id=fees.id, body=lines(7_500), reason="单价写错")
    step = next(s for s in book.ticket.steps if s.entry.id == fees.id)
    assert (book.ticket.total_fen, step.entry.body["total_fen"], step.body["total_fen"]) == (7_500, 8_000, 7_500)


def test_a_correction_after_signing_makes_the_signature_not_count_until_signed_again() -> None:
    book = done()
    fees = next(e for e in book.entries if e.kind == "fees_written")
    signed = book.entries[-1]
    book.add(LI, "amended", target_id=fees.id, body=lines(7_500), reason="少收")
    assert (book.ticket.stage, book.ticket.signature, book.ticket.flags) == (st.TO_SIGN, CHANGED, [])
    verdict = signing.verify_signature(signed, STROKE_BYTES, book.ticket)
    assert verdict.standing == signing.SIGNATURE_CHANGED
    book.sign(LI, "repair")
    assert (book.ticket.stage, book.ticket.signature) == (st.DONE, INTACT)


def test_a_correction_that_says_nothing_right_is_flagged() -> None:
    book = priced()
    found = next(e for e in book.entries if e.kind == "found")
    wrong = book.make(LI, "amended", target_id=found.id, body={"listed": True, "items": []}, reason="?")
    assert why_not("ticket", book.entries, wrong) == "field_missing"
    nowhere = book.make(LI, "amended", target_id="nowhere", body={}, reason="?")
    assert why_not("ticket", book.entries, nowhere) == "target_missing"


def test_times_are_not_corrected_by_hand() -> None:
    book = priced()
    arrived = next(e for e in book.entries if e.kind == "arrived")
    assert (
        why_not("ticket", book.entries, book.make(LI, "amended", target_id=arrived.id, body={}, reason="?"))
        == "target_missing"
    )


def test_only_who_wrote_it_or_an_overseer_corrects() -> None:
    book = priced()
    found = next(e for e in book.entries if e.kind == "found")
    body: dict[str, Any] = {"target_id": found.id, "body": dict(found.body), "reason": "?"}
    assert access.may_make(["repair_worker"], book.make(LI, "amended", **body), book.entries)
    assert not access.may_make(["repair_worker"], book.make(WANG, "amended", **body), book.entries)
    assert access.may_make(["desk"], book.make("desk-9", "amended", **body), book.entries)
