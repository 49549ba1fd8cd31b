"""The rules of a follow-up 回访 (D.1-D.6)."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain import roles
from app.domain.rules.clocks import LATE, MET, RED
from app.domain.rules.duty_rules import standard
from app.domain.rules.workdays import Workdays
from app.domain.subjects import SUBJECTS, access, kinds
from app.domain.subjects.fold import fold, why_not
from app.domain.subjects.follow_up import ASK, REVIEW, FollowUpCard
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.clocks import clocks, owed
from app.domain.subjects.follow_up.figures import PARTS, Counted, rates, share
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.follow_up.state import FollowUpState
from app.domain.times import DAY, MINUTE, at_china
from app.domain.wire.errors import Problem
from tests.support.book import BOSS, DESK, STEWARD, Book

PLAN: dict[str, Any] = {
    "source": "complaint", "source_type": "matter", "source_id": "m1", "address": "3栋1单元1501", "building_id": "b3",
    "household_id": "h1", "about": "保洁把垃圾堆在门口", "weight": "ordinary", "owner_id": STEWARD, "post": "steward",
    "drawn": "rule",
}  # fmt: skip
MET_ALL: dict[str, Any] = {
    "met": True, "name": "张伟", "capacity": "self", "satisfied": True, "said": "可以", "settled": True,
}  # fmt: skip
OPEN_STILL: dict[str, Any] = MET_ALL | {"settled": False, "promise": "换人收垃圾"}


def planned(**more: Any) -> Book:
    book = Book(FOLLOW_UP)
    book.add(BOSS, "follow_up_planned", **PLAN | {"due_at": book.now + 3 * DAY, "since": book.now} | more)
    return book


def state(book: Book) -> FollowUpState:
    found = fold(FOLLOW_UP, book.entries)
    assert isinstance(found, FollowUpState)
    return found


def move(book: Book, staff_id: str, held: set[str]) -> str | None:
    subject = SUBJECTS[FOLLOW_UP]
    return subject.move(subject.card(state(book)), staff_id, held)


@pytest.mark.proves("D3")
def test_at_the_door_it_is_done_when_it_is_signed_for() -> None:
    book = planned()
    book.add(STEWARD, "followed_up", way="door", **MET_ALL)
    assert state(book).stage == st.TO_SIGN and state(book).done_at is None
    book.sign(STEWARD, FOLLOW_UP)
    assert state(book).stage == st.DONE and state(book).signature == "intact"


@pytest.mark.proves("D3")
def test_by_phone_nobody_signs() -> None:
    book = planned()
    book.add(STEWARD, "followed_up", way="phone", **MET_ALL)
    assert state(book).stage == st.DONE and not state(book).signatures
    assert SUBJECTS[FOLLOW_UP].facts(state(book), FOLLOW_UP) is None


@pytest.mark.proves("D3")
def test_a_signature_that_was_refused_is_not_done_and_has_a_next_date() -> None:
    refused = {"way": "door", "met": False, "not_met": "refused_to_sign"}
    with pytest.raises(Problem):
        kinds.check_body("followed_up", refused)
    book = planned()
    book.add(STEWARD, "followed_up", **refused, again_at=book.now + DAY)
    assert state(book).stage == st.PLANNED and state(book).tries == 1
    # What is owed stays owed by the day it was owed.
    assert clocks(state(book))[0].due == book.entries[0].body["due_at"]


def test_a_correction_of_what_was_signed_asks_for_a_new_signature() -> None:
    book = planned()
    said = book.add(STEWARD, "followed_up", way="door", **MET_ALL)
    book.sign(STEWARD, FOLLOW_UP)
    body = {"way": "door", **MET_ALL, "said": "还是有味道"}
    book.add(STEWARD, "amended", target_id=said.id, body=body, reason="漏写")
    assert state(book).stage == st.TO_SIGN and state(book).signature == "changed"
    book.sign(STEWARD, FOLLOW_UP)
    assert state(book).stage == st.DONE and len(state(book).asked) == 1


@pytest.mark.proves("D4")
def test_what_is_not_settled_needs_a_promise_and_a_time_and_is_asked_again() -> None:
    with pytest.raises(Problem):
        kinds.check_body("followed_up", {"way": "phone", **OPEN_STILL})
    book = planned()
    book.add(STEWARD, "followed_up", way="phone", **OPEN_STILL, again_at=book.now + DAY)
    assert state(book).stage == st.AGAIN and move(book, STEWARD, {roles.STEWARD}) == ASK
    again = next(one for one in clocks(state(book)) if one.id == "again")
    assert again.level(again.due + MINUTE) == RED
    book.wait(30 * 60)
    book.add(STEWARD, "followed_up", way="phone", **MET_ALL)
    assert state(book).stage == st.DONE
    assert next(one for one in clocks(state(book)) if one.id == "again").level(0) == LATE
    # D.2 counts when somebody was asked for the first time.
    assert next(one for one in clocks(state(book)) if one.id == "follow_up").level(0) == MET


@pytest.mark.proves("D4")
def test_a_major_complaint_is_not_followed_up_by_phone() -> None:
    book = planned(weight="major", owner_id=None, post="manager")
    call = book.add(BOSS, "followed_up", way="phone", **MET_ALL)
    assert why_not(FOLLOW_UP, book.entries, call) == "out_of_order" and state(book).stage == st.PLANNED


def test_one_that_somebody_else_did_too_counts_once() -> None:
    book = planned()
    book.add(STEWARD, "followed_up", way="phone", **MET_ALL)
    again = book.add(DESK, "followed_up", way="phone", **MET_ALL)
    assert why_not(FOLLOW_UP, book.entries, again) == "already_over" and len(state(book).asked) == 1


@pytest.mark.proves("D5")
def test_an_open_letter_answers_it_without_a_signature() -> None:
    book = planned()
    book.add(BOSS, "answered_by_letter", letter_id="letter-1", text="致业主的一封信")
    assert state(book).stage == st.DONE and state(book).done_at == book.now


@pytest.mark.proves("D6")
def test_the_supervisor_signs_an_opinion_and_one_that_is_not_reviewed_shows_after_three_days() -> None:
    book = planned()
    early = book.add(BOSS, "follow_up_reviewed", opinion="同意")
    assert why_not(FOLLOW_UP, book.entries, early) == "out_of_order"
    book.add(STEWARD, "followed_up", way="phone", **MET_ALL)
    review = next(one for one in clocks(state(book)) if one.id == "review")
    assert review.level(book.now + 3 * DAY + 1) == RED
    assert move(book, BOSS, {roles.SERVICE_SUPERVISOR}) == REVIEW and move(book, STEWARD, {roles.STEWARD}) is None
    book.add(BOSS, "follow_up_reviewed", opinion="同意")
    assert state(book).stage == st.REVIEWED


@pytest.mark.proves("D1")
def test_who_plans_moves_and_excuses_with_a_reason() -> None:
    for kind in ("follow_up_planned", "follow_up_moved", "follow_up_excused"):
        assert access.may({roles.SERVICE_SUPERVISOR}, kind) and access.may({roles.MANAGER}, kind)
        assert not access.may({roles.STEWARD, roles.DESK}, kind)
    with pytest.raises(Problem):
        kinds.check_body("follow_up_moved", {"reason": "换人"})
    book = planned()
    book.add(BOSS, "follow_up_moved", owner_id="other", due_at=book.now + 9 * DAY, reason="换人")
    assert state(book).owner == "other" and clocks(state(book))[0].due == book.now + 9 * DAY
    book.add(BOSS, "follow_up_excused", reason="住户已搬走")
    assert state(book).stage == st.EXCUSED and clocks(state(book)) == []


@pytest.mark.proves("D2")
def test_complaints_within_three_days_by_weight_and_all_else_within_a_month() -> None:
    closed, rules = at_china(date(2026, 1, 31), 15), standard()
    complaint, repair = rules.closed("complaint"), rules.closed("repair")
    assert complaint is not None and repair is not None
    assert [owed(complaint, weight, closed, Workdays({})).post for weight in ("ordinary", "important", "major")] == [
        roles.STEWARD, roles.SERVICE_SUPERVISOR, roles.MANAGER,
    ]  # fmt: skip
    assert owed(complaint, "ordinary", closed, Workdays({})).due_at == closed + 3 * DAY
    assert owed(repair, "ordinary", closed, Workdays({})).due_at == at_china(date(2026, 2, 28), 23, 59)


counted_ids = count()


def counted(*, stage: str = st.REVIEWED, **more: Any) -> Counted:
    at = {"since": 0, "due": 3 * DAY} | more
    return Counted(f"f{next(counted_ids)}", "complaint", STEWARD, stage, **at)


@pytest.mark.proves("D6")
def test_rates_are_shares_of_what_is_owed_and_excused_ones_count_apart() -> None:
    in_time, later, never = (
        counted(first_at=DAY, done_at=DAY, satisfied=True),
        counted(first_at=9 * DAY, done_at=9 * DAY, satisfied=False),
        counted(stage=st.PLANNED),
    )
    excused = counted(stage=st.EXCUSED)
    found = rates([in_time, later, never, excused], now=60 * DAY)
    assert found.owed == (in_time.id, later.id, never.id) and found.excused == (excused.id,)
    assert found.in_days == (in_time.id,) and found.in_month == (in_time.id, later.id)
    assert found.late == (never.id,) and found.satisfied == (in_time.id,)
    assert (share(found, "in_days"), share(found, "satisfied"), share(found, "owed")) == (33, 50, None)


@pytest.mark.proves("D6")
def test_one_that_nobody_reviewed_for_more_than_three_days_is_counted() -> None:
    waits = counted(stage=st.DONE, first_at=DAY, done_at=DAY)
    assert rates([waits], now=4 * DAY).unreviewed == ()
    assert rates([waits], now=4 * DAY + 1).unreviewed == (waits.id,)


@given(
    some.lists(
        some.builds(
            Counted, some.uuids().map(str), some.just("repair"), some.sampled_from(("a", "b")),
            some.sampled_from((*st.OPEN, st.DONE, st.REVIEWED, st.EXCUSED)), some.integers(0, 60 * DAY),
            some.integers(0, 60 * DAY), some.none() | some.integers(0, 90 * DAY),
            some.none() | some.integers(0, 90 * DAY), some.none() | some.booleans(),
        ),
        unique_by=lambda one: one.id,
    ),
    some.integers(0, 90 * DAY),
)  # fmt: skip
def test_the_figures_of_each_person_add_up_to_those_of_all(all_: list[Counted], now: int) -> None:
    whole = rates(all_, now)
    by = [rates([one for one in all_ if one.who == who], now) for who in ("a", "b")]
    for part in PARTS:
        assert sorted(getattr(whole, part)) == sorted(id_ for one in by for id_ in getattr(one, part))
    assert set(whole.in_days) <= set(whole.in_month) <= set(whole.owed)
    assert not set(whole.owed) & set(whole.excused)


@pytest.mark.proves("D5")
def test_a_letter_answers_what_a_call_would_and_what_was_raised_is_told_on_the_card() -> None:
    subject = SUBJECTS[FOLLOW_UP]
    assert subject.open_to_letter(subject.card(state(planned())))
    assert not subject.open_to_letter(subject.card(state(planned(weight="major"))))
    book = planned()
    book.add(STEWARD, "followed_up", way="phone", **MET_ALL | {"raised": ["m7", "t1"]})
    card = subject.card(state(book))
    assert not subject.open_to_letter(card)
    assert card.as_(FollowUpCard).raised == ("m7", "t1")
    assert FollowUpCard.of_json(card.extra.to_json()) == card.extra
