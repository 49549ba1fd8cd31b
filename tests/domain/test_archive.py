"""A household's archive (S): who reads which of its twelve classes; a paper from its filing to its end; the quarter's
check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain import roles
from app.domain.rules.archive import NUMBERS, classes_of, posts_reading
from app.domain.rules.archive_checks import OnFile, Turn, checks
from app.domain.rules.duties import Facts, duties
from app.domain.rules.duty_rules import Rules, standard
from app.domain.rules.scopes import archive_scope, scopes_of
from app.domain.subjects import access, subject_of
from app.domain.subjects.archive_paper import (
    APPROVED,
    ASKED,
    DESTROYED,
    FILED,
    LOAN,
    OUT,
    PAPER,
    PROPOSED,
    PaperCard,
    PaperState,
)
from app.domain.subjects.fold import fold
from app.domain.subjects.kinds import check_body
from app.domain.times import DAY, HOUR, at_china
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem

EVERY_CLASS = frozenset(NUMBERS)
_posts = some.sets(some.sampled_from(roles.ROLES))


@pytest.mark.parametrize(
    ("post", "read"),
    [
        (roles.ARCHIVIST, EVERY_CLASS),
        (roles.MANAGER, EVERY_CLASS),
        (roles.SERVICE_SUPERVISOR, EVERY_CLASS),
        (roles.DESK, EVERY_CLASS - {2}),
        (roles.STEWARD, EVERY_CLASS - {2, 9}),
        (roles.FINANCE, {2, 9}),
        (roles.ENGINEERING_SUPERVISOR, {3, 10, 12}),
        (roles.REPAIR_WORKER, {10, 12}),
        (roles.GUARD, {7}),
        (roles.ADMIN, set()),
        (roles.CLEANER, set()),
    ],
)
def test_a_post_reads_the_classes_it_needs(post: str, read: set[int]) -> None:
    """S: confidential, seen only by those who need it; money neither by stewards nor by who repairs."""
    assert classes_of({post}) == read


@given(_posts, _posts, some.booleans())
def test_who_holds_two_posts_reads_what_each_reads(some_posts: set[str], others: set[str], own: bool) -> None:
    """Posts add up, and a steward's counts in their own building alone."""
    one, two = classes_of(some_posts, own_building=own), classes_of(others, own_building=own)
    assert classes_of(some_posts | others, own_building=own) == one | two <= EVERY_CLASS
    assert classes_of(some_posts, own_building=False) <= classes_of(some_posts)
    assert classes_of({roles.STEWARD}, own_building=False) == frozenset()


# -- one paper (S2-S4) ------------------------------------------------------------------------

LI, WU, ZHAO = "staff-li", "staff-wu", "staff-zhao"
HOUSE = {"household_id": "h-1", "building_id": "b-1", "address": "3栋2单元1501"}


def fold_of(*said: tuple[str, str, dict[str, Any]]) -> tuple[PaperState, list[Entry]]:
    """Fold a paper from what was said: who, kind, body; entries are called e0, e1, …"""
    entries = [
        Entry(f"e{n}", kind, PAPER, "p-1", body, who, "d-1", n + 1, n * HOUR, corrected_at=n * HOUR, seq=n + 1)
        for n, (who, kind, body) in enumerate(said)
    ]
    for entry in entries:
        check_body(entry.kind, entry.body)
    state = fold(PAPER, entries)
    assert isinstance(state, PaperState)
    return state, entries


def filed(number: int = 4, who: str = LI) -> tuple[str, str, dict[str, Any]]:
    return who, "paper_filed", {**HOUSE, "archive": number, "title": "前期物业服务协议"}


ASK = (LI, "loan_asked", {"name": "李静", "purpose": "核对面积", "due_at": 9 * HOUR})


def decided(who: str, approved: bool = True, reason: str = "") -> tuple[str, str, dict[str, Any]]:
    return who, "loan_decided", {"asked_id": "e1", "approved": approved, "reason": reason}


def reasons(state: PaperState) -> dict[str, str]:
    return {flag.entry_id: flag.reason for flag in state.flags}


@pytest.mark.proves("S3")
def test_a_loan_is_asked_for_approved_by_another_given_out_and_back() -> None:
    """S3: lent with approval alone, never one's own; from when it is out it has a day on which it is due back."""
    given, back = (WU, "loan_given", {"asked_id": "e1"}), (WU, "loan_returned", {"asked_id": "e1"})
    state, _ = fold_of(filed(), ASK, decided(WU), given)
    (clock,) = subject_of(PAPER).clocks(state)
    assert (state.stage, clock.id, clock.start, clock.due, clock.met_at) == (OUT, LOAN, 3 * HOUR, 9 * HOUR, None)
    card = subject_of(PAPER).card(state)
    assert (card.assignee, card.as_(PaperCard).due_at) == (LI, 9 * HOUR)
    (owed,) = subject_of(PAPER).owed(card)
    assert (owed.owner, owed.due, owed.met_at) == (LI, 9 * HOUR, None)
    assert subject_of(PAPER).own_clock(card, ZHAO, {roles.ARCHIVIST}) == clock, "the archivist gets it back"
    assert subject_of(PAPER).own_clock(card, ZHAO, {roles.MANAGER}) is None
    state, _ = fold_of(filed(), ASK, decided(WU), given, back)
    assert (state.stage, state.flags, subject_of(PAPER).clocks(state)[0].met_at) == (FILED, [], 4 * HOUR)

    state, _ = fold_of(filed(), ASK, given)
    assert (state.stage, reasons(state)) == (ASKED, {"e2": "not_approved"}), "lent without approval is told"
    state, _ = fold_of(filed(), ASK, decided(LI), given)
    assert (state.stage, reasons(state)) == (ASKED, {"e2": "same_person", "e3": "not_approved"}), "nobody's own"
    state, _ = fold_of(filed(), ASK, decided(WU), decided(ZHAO))
    assert (state.stage, state.flags) == (APPROVED, []), "two who had not heard of each other said the same"
    state, _ = fold_of(filed(), ASK, decided(WU), decided(ZHAO, False, "不借"))
    assert (state.stage, reasons(state)) == (APPROVED, {"e3": "out_of_order"})
    state, _ = fold_of(filed(), ASK, decided(WU, False, "原件只在档案室看"), given)
    assert (state.stage, reasons(state)) == (FILED, {"e3": "out_of_order"})
    with pytest.raises(Problem, match="field_missing"):
        fold_of(filed(), ASK, decided(WU, False))


@pytest.mark.proves("S4")
def test_two_names_destroy_a_paper_and_its_entries_stay() -> None:
    """S4: one proposes, another agrees; then its scans are shown no more, and who said so stays."""
    propose = (LI, "destruction_proposed", {"reason": "保管期满"})

    def agreed(who: str, approved: bool = True) -> tuple[str, str, dict[str, Any]]:
        return who, "destruction_decided", {"proposed_id": "e1", "approved": approved, "reason": "再留一年"}

    state, _ = fold_of(filed(), propose, agreed(LI))
    assert (state.stage, state.shows_photos, reasons(state)) == (PROPOSED, True, {"e2": "same_person"})
    accepted = (WU, "flag_settled", {"entry_id": "e2", "decision": "accept"})
    state, _ = fold_of(filed(), propose, agreed(LI), accepted)
    assert (state.stage, state.shows_photos) == (PROPOSED, True), "the desk can't make one name two"
    state, entries = fold_of(filed(), propose, agreed(WU))
    assert (state.stage, state.shows_photos, state.flags, len(state.steps)) == (DESTROYED, False, [], len(entries))
    assert subject_of(PAPER).audience(state) == {archive_scope(one) for one in posts_reading(4)}
    state, _ = fold_of(filed(), propose, agreed(WU, False), (WU, "loan_asked", ASK[2]))
    assert (state.stage, state.flags) == (ASKED, []), "it is on file again"


@pytest.mark.proves("S2")
@given(some.sampled_from(NUMBERS), some.sampled_from(NUMBERS), some.sampled_from(roles.ROLES), some.booleans())
def test_exactly_who_reads_a_class_is_sent_its_papers(number: int, to: int, post: str, own: bool) -> None:
    """S2: neither content nor count reach a phone whose person lacks the class, also once a paper was moved."""
    moved = WU, "paper_moved", {"archive": to, "reason": "归错"}
    for at, said in ((number, [filed(number)]), (to, [filed(number), moved])):
        state, _ = fold_of(*said)
        theirs = set(scopes_of(LI, {post}, ["b-1"] if own else ["b-2"]))
        sees = bool(access.audience(state) & theirs)
        assert sees == (at in classes_of({post}, own_building=own)), (at, post)


def test_only_classes_one_reads_are_filed_in_and_a_correction_keeps_the_class() -> None:
    _, (entry,) = fold_of(filed(2))
    assert access.may_make({roles.ARCHIVIST}, entry, [])
    for post in (roles.DESK, roles.STEWARD, roles.ADMIN, roles.FINANCE):
        assert not access.may_make({post}, entry, []), post
    said = {"target_id": "e0", "reason": "写错", "body": {**entry.body, "title": "协议副本"}}
    fix = replace(entry, id="e9", kind="amended", body=said)
    assert access.may_make({roles.ARCHIVIST}, fix, [entry])
    moved = replace(fix, body=said | {"body": {**entry.body, "archive": 5}})
    assert not access.may_make({roles.ARCHIVIST}, moved, [entry])
    photo = replace(entry, id="e8", kind="photo_taken", body={"shows": "record"})
    assert access.may_make({roles.STEWARD}, photo, [entry]) and not access.may_make({roles.GUARD}, photo, [entry])


# -- the quarterly check (S4) ------------------------------------------------------------------

DECEMBER = date(2026, 12, 20)
NOW = at_china(DECEMBER, 12)
QUARTER = at_china(date(2026, 10, 1), 0)
OLD = at_china(date(2026, 3, 1), 9)


@pytest.mark.proves("S4")
def test_a_check_is_owed_in_a_quarters_last_month_and_done_once_each_paper_was_in_hand() -> None:
    """S4: by the archivist, for each estate that has papers; what was not found stands in it."""
    rules = standard().of_archives()
    paper = OnFile("p1", "", OLD)
    other = replace(paper, id="p2", turns=(Turn(QUARTER + HOUR, LI, "missing"),))
    (one,) = checks(rules, [paper, other], DECEMBER, NOW)
    assert (one.owner, one.left, one.missing, one.done_at) == (roles.ARCHIVIST, ("p1",), ("p2",), None)
    assert one.due == at_china(date(2026, 12, 31), 23, 59)
    (duty,) = duties(Rules(rules), Facts(checks=[one]), NOW)
    assert (duty.owner, duty.owed, duty.content) == (roles.ARCHIVIST, True, "1 / 2")
    back = replace(paper, turns=(Turn(QUARTER - HOUR, LI, "here"), Turn(QUARTER + 2 * HOUR, WU, "returned")))
    (one,) = checks(rules, [back, other], DECEMBER, NOW)
    (duty,) = duties(Rules(rules), Facts(checks=[one]), NOW)
    assert (one.left, duty.done_at, duty.done_by) == ((), QUARTER + 2 * HOUR, WU)
    assert not list(checks(rules, [], DECEMBER, NOW)), "nobody checks an empty archive"
    assert not list(checks(rules, [paper], date(2026, 11, 20), NOW)), "in the last month of the quarter"
    ended = replace(paper, ended_at=NOW - HOUR)
    assert not list(checks(rules, [ended, replace(paper, filed_at=NOW)], DECEMBER, NOW)), "gone, or filed meanwhile"
    (one,) = checks(rules, [replace(paper, out=True)], DECEMBER, NOW)
    assert (one.left, one.done_at) == ((), one.opens), "the borrower has it"


_turns = some.lists(some.tuples(some.integers(-90, 80), some.sampled_from(("here", "missing", "obsolete", "given"))))


@given(some.lists(some.tuples(_turns, some.booleans()), min_size=1, max_size=5))
def test_a_check_is_done_exactly_when_no_paper_is_left(said: list[tuple[list[tuple[int, str]], bool]]) -> None:
    papers = [
        OnFile(f"p{n}", "", OLD, None, tuple(Turn(QUARTER + day * DAY, LI, how) for day, how in sorted(turns)), out)
        for n, (turns, out) in enumerate(said)
    ]
    (one,) = checks(standard().of_archives(), papers, DECEMBER, NOW)
    untouched = {f"p{n}" for n, (turns, out) in enumerate(said) if not out and not any(day >= 0 for day, _ in turns)}
    assert set(one.left) == untouched and (one.done_at is None) == bool(untouched)
    assert one.done_at is None or one.done_at <= NOW
