"""The rules of a matter 来人来电来访 (C.0-C.6)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain import roles
from app.domain.rules.clocks import LATE, RED
from app.domain.rules.scopes import building_scope, staff_scope
from app.domain.subjects import SUBJECTS, access, kinds
from app.domain.subjects.fold import fold, why_not
from app.domain.subjects.matter import MatterCard, steps
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.clocks import clocks, running
from app.domain.subjects.matter.kinds import LEADERS, MATTER
from app.domain.subjects.matter.state import MatterState
from app.domain.times import DAY, HOUR, MINUTE
from app.domain.wire.errors import Problem
from tests.support.book import BOSS, DESK, STEWARD, Book

SAID: dict[str, Any] = {
    "class": "complaint", "channel": "phone", "address": "3栋1单元1501", "building_id": "b3", "household_id": "h1",
    "contact_name": "张伟", "contact_phone": "13800138001", "content": "保洁把垃圾堆在门口", "demand": "当天清走",
}  # fmt: skip
CLASSED: dict[str, Any] = {"nature": "service", "weight": "ordinary", "valid": True, "department": "environment"}


def registered(**more: Any) -> Book:
    """A complaint, as the desk took it down."""
    book = Book(MATTER)
    book.add(DESK, "matter_opened", **{k: v for k, v in (SAID | more).items() if v is not None})
    return book


def state(book: Book) -> MatterState:
    found = fold(MATTER, book.entries)
    assert isinstance(found, MatterState)
    return found


def move(book: Book, staff_id: str, held: set[str]) -> str | None:
    return steps.main_move(SUBJECTS[MATTER].card(state(book)), staff_id, held)


def planned(**more: Any) -> Book:
    book = registered(**more)
    book.add(DESK, "classed", **CLASSED)
    book.add(DESK, "planned", cause="夜班漏收", plan="当天清走，换人收")
    return book


def agree(book: Book) -> None:
    plan = state(book).plan
    assert plan is not None
    book.add(DESK, "plan_agreed", plan_id=plan.id, how="phone", name="张伟")


def closed() -> Book:
    book = planned()
    agree(book)
    book.add(DESK, "handled", cause="夜班漏收", corrective="清走", preventive="加一班")
    book.wait(10).add(DESK, "matter_closed", result="已清走，住户知道", satisfied=True)
    return book


def reason(book: Book, kind: str, **body: Any) -> str | None:
    return why_not(MATTER, book.entries, book.make(DESK, kind, **body))


# -- registering and classing ------------------------------------------------------------------


@pytest.mark.proves("C1")
def test_c1_anybody_on_the_staff_registers_and_who_said_it_is_named_unless_they_would_not_say() -> None:
    assert all(access.may({role}, "matter_opened") for role in roles.ROLES)
    kinds.check_body("matter_opened", SAID)
    nameless = {k: v for k, v in SAID.items() if k != "contact_name"}
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("matter_opened", nameless)
    kinds.check_body("matter_opened", nameless | {"anonymous": True})


@pytest.mark.proves("C2")
def test_c2_a_complaint_is_classed_before_anything_else_is_done_about_it() -> None:
    book = registered()
    assert state(book).stage == st.TO_CLASS
    assert reason(book, "planned", cause="x", plan="y") == "not_classed"
    assert reason(book, "matter_closed", result="x") == "not_classed"
    book.add(DESK, "classed", **CLASSED)
    assert state(book).stage == st.TO_HANDLE


@pytest.mark.proves("C2")
def test_c2_what_is_not_valid_says_why_and_is_closed_only_once_that_was_told_politely() -> None:
    invalid = CLASSED | {"valid": False}
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("classed", invalid)
    book = registered()
    book.add(DESK, "classed", **invalid, invalid_reason="不属物业管理范围")
    assert reason(book, "matter_closed", result="已说明") == "not_told_politely"
    assert reason(book, "matter_closed", result="已说明", told_politely=True) is None


@pytest.mark.proves("C3")
def test_c3_a_major_one_has_a_promised_answer_goes_up_the_line_and_turns_red_when_that_is_overdue() -> None:
    major = CLASSED | {"weight": "major"}
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("classed", major)
    book = registered()
    book.add(DESK, "classed", **major, promised_at=book.now + 4 * HOUR)
    assert move(book, "lead-1", {next(iter(LEADERS))}) == "note"
    assert {clock.id for clock in clocks(state(book))} == {"finish", "promised", "told_up"}
    book.wait(30).add(BOSS, "noted")
    clock = running(state(book))
    assert clock is not None
    assert (clock.id, clock.level(book.now + 4 * HOUR)) == ("promised", RED)
    book.add(DESK, "told", what="明早换人", how="phone", answer=True)
    answered = running(state(book))
    assert answered is not None
    assert answered.id == "finish"


# -- owner, plan, handling ---------------------------------------------------------------------


@pytest.mark.proves("C4")
def test_c4_who_takes_it_owns_it_until_it_is_handed_over_with_a_reason() -> None:
    book = registered()
    assert state(book).owner == DESK
    assert reason(book, "owned", owner_id=STEWARD) == "handed_without_reason"
    book.add(DESK, "owned", owner_id=STEWARD, reason="本楼管家跟进")
    assert state(book).owner == STEWARD


@pytest.mark.proves("C4")
def test_c4_handling_fits_only_once_the_resident_agreed_to_that_very_plan() -> None:
    book = planned()
    done = {"cause": "漏收", "corrective": "清走"}
    assert state(book).stage == st.TO_AGREE
    assert reason(book, "handled", **done) == "plan_not_agreed"
    first = state(book).plan
    assert first is not None
    book.add(DESK, "planned", cause="夜班漏收", plan="加装垃圾桶")
    assert reason(book, "plan_agreed", plan_id=first.id, how="phone", name="张伟") == "plan_other"
    agree(book)
    assert reason(book, "handled", **done) is None
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("plan_agreed", {"plan_id": first.id, "how": "phone", "name": " "})


@pytest.mark.proves("C4")
def test_c4_each_time_the_resident_was_told_is_an_entry() -> None:
    book = planned()
    book.add(DESK, "told", what="已约保洁", how="phone")
    book.add(STEWARD, "told", what="明早到", how="door")
    assert [entry.author for entry in state(book).told] == [DESK, STEWARD]


def test_c3_nobody_is_asked_to_agree_who_would_not_say_who_they_are() -> None:
    book = registered(anonymous=True, contact_name=None, contact_phone=None, household_id=None)
    book.add(DESK, "classed", **CLASSED)
    assert reason(book, "handled", cause="漏收", corrective="清走") is None


# -- clocks ------------------------------------------------------------------------------------


@pytest.mark.proves("C5")
def test_c5_three_days_from_registering_and_a_new_appointment_keeps_both() -> None:
    book = registered()
    opened = state(book).opened_at
    book.wait(4 * 24 * 60)
    book.add(DESK, "postponed", explanation="等配件", appointment_at=book.now + DAY)
    shown = running(state(book))
    assert shown is not None
    assert (shown.id, shown.due) == ("new_date", book.now + DAY)
    book.add(DESK, "classed", **CLASSED | {"valid": False, "invalid_reason": "x"})
    book.wait(60).add(DESK, "matter_closed", result="x", told_politely=True)
    levels = {clock.id: clock.level(book.now) for clock in clocks(state(book))}
    assert levels == {"finish": LATE, "new_date": "met"}
    assert clocks(state(book))[0].due == opened + 3 * DAY


def test_c4_a_clock_is_his_who_was_responsible_when_it_was_due() -> None:
    book = registered()
    book.wait(4 * 24 * 60).add(DESK, "owned", owner_id=STEWARD, reason="跟进")
    (finish,) = clocks(state(book))
    assert SUBJECTS[MATTER].owner(state(book), finish) == DESK


# -- closing, reopening, answers ---------------------------------------------------------------


@pytest.mark.proves("C6")
def test_c6_who_is_not_satisfied_reopens_the_same_record_for_a_next_round() -> None:
    book = closed()
    assert state(book).follow_up_owed
    book.wait(60).add(STEWARD, "reopened", reason="又堆了", follow_up_id="f-1")
    again = state(book)
    assert (again.id, again.stage, len(again.rounds)) == (book.subject_id, st.TO_HANDLE, 2)
    assert [r.closed_at is not None for r in again.rounds] == [True, False]
    assert [clock.met_at is not None for clock in clocks(again) if clock.id == "finish"] == [True, False]


@pytest.mark.proves("C7")
def test_c7_nobody_who_is_anonymous_or_can_only_be_written_to_is_owed_a_follow_up_and_the_reply_is_attached() -> None:
    book = registered(channel="letter", contact_phone=None, household_id=None)
    book.add(DESK, "classed", **CLASSED)
    book.add(DESK, "planned", cause="a", plan="b")
    agree(book)
    book.add(DESK, "handled", cause="漏收", corrective="清走")
    assert reason(book, "matter_closed", result="x") == "reply_not_sent"
    draft = book.add(DESK, "reply_drafted", text="尊敬的业主……")
    assert reason(book, "replied", draft_id=draft.id, how="letter") == "reply_not_released"
    book.add(BOSS, "reply_released", draft_id=draft.id)
    book.add(DESK, "replied", draft_id=draft.id, how="attached")
    book.add(DESK, "matter_closed", result="x")
    assert state(book).stage == st.CLOSED
    assert not state(book).follow_up_owed


@pytest.mark.proves("C3")
def test_c3_a_draft_written_after_the_release_has_to_be_released_anew() -> None:
    book = registered(channel="letter")
    draft = book.add(DESK, "reply_drafted", text="一")
    book.add(BOSS, "reply_released", draft_id=draft.id)
    second = book.add(DESK, "reply_drafted", text="二")
    assert reason(book, "replied", draft_id=second.id, how="letter") == "reply_not_released"
    assert not access.may({roles.DESK}, "reply_released")


# -- merging -----------------------------------------------------------------------------------


@pytest.mark.proves("C7")
def test_c7_a_merged_one_takes_no_course_of_its_own() -> None:
    book = registered()
    book.add(DESK, "merged", into="other")
    assert state(book).stage == st.MERGED
    assert clocks(state(book)) == []
    assert reason(book, "classed", **CLASSED) == "merged_already"
    assert reason(book, "matter_closed", result="x") == "merged_already"
    assert reason(book, "absorbed", matter_id="third") == "merged_already"
    assert reason(book, "told", what="并入处理", how="phone") is None


def test_c6_nothing_is_merged_with_itself_and_what_took_another_in_stays() -> None:
    book = registered()
    assert reason(book, "merged", into=book.subject_id) == "merged_with_itself"
    assert reason(book, "absorbed", matter_id=book.subject_id) == "merged_with_itself"
    book.add(DESK, "absorbed", matter_id="other")
    assert reason(book, "merged", into="third") == "has_absorbed"


@given(
    some.lists(some.tuples(some.integers(0, 3), some.integers(0, 3)), max_size=8), some.randoms(use_true_random=False)
)
def test_c6_there_are_no_rings_however_merges_of_several_phones_arrive(
    acts: list[tuple[int, int]], chance: random.Random
) -> None:
    books = [registered() for _ in range(4)]
    ids = [book.subject_id for book in books]
    left = [
        [(books[into], "absorbed", {"matter_id": ids[gone]}), (books[gone], "merged", {"into": ids[into]})]
        for into, gone in acts
    ]
    while any(left):
        entries = chance.choice([one for one in left if one])
        book, kind, body = entries.pop(0)
        book.add(DESK, kind, **body)
    into = {book.subject_id: state(book).merged_into for book in books}
    for one in ids:
        seen: set[str] = set()
        at: str | None = one
        while at is not None:
            assert at not in seen
            seen.add(at)
            at = into[at]


@pytest.mark.proves("C7")
def test_c7_of_two_merged_crosswise_one_holds_and_the_other_is_flagged() -> None:
    one, two = registered(), registered()
    one.add(DESK, "absorbed", matter_id=two.subject_id)
    two.add(DESK, "merged", into=one.subject_id)
    two.add(STEWARD, "absorbed", matter_id=one.subject_id)
    one.add(STEWARD, "merged", into=two.subject_id)
    assert (state(one).merged_into, state(two).merged_into) == (None, one.subject_id)
    assert [flag.reason for flag in state(one).flags] == ["has_absorbed"]
    assert [flag.reason for flag in state(two).flags] == ["merged_already"]


# -- who sees it -------------------------------------------------------------------------------


@pytest.mark.proves("C9")
def test_c9_who_goes_along_sees_it_and_it_is_their_move_as_well() -> None:
    book = registered()
    book.add(DESK, "classed", **CLASSED | {"weight": "important", "joint": [STEWARD, "sup-1"]})
    assert {staff_scope(STEWARD), staff_scope("sup-1")} <= access.audience(state(book))
    assert move(book, STEWARD, {roles.STEWARD}) == "plan"


def test_c1_what_is_said_against_a_member_of_staff_is_not_shown_to_the_whole_building() -> None:
    subject = SUBJECTS[MATTER]
    against, praise = registered(about_id=STEWARD), registered(about_id=STEWARD, **{"class": "praise"})
    assert building_scope("b3") not in access.audience(state(against))
    assert building_scope("b3") in access.audience(state(praise))
    assert subject.for_its_building(state(registered()))


@pytest.mark.proves("D5")
def test_an_open_letter_closes_what_could_be_closed_and_is_filed_with_it() -> None:
    book = registered(**{"class": "suggestion"})
    assert SUBJECTS[MATTER].open_to_letter(SUBJECTS[MATTER].card(state(book)))
    letter = book.add(BOSS, "answered_openly", letter_id="l1", text="小区统一加装减速带")
    assert state(book).stage == st.CLOSED and state(book).letter == letter
    assert state(book).rounds[-1].result == "小区统一加装减速带"
    book.add(BOSS, "reopened", reason="还没有装")
    assert state(book).letter is None


@pytest.mark.proves("D5")
def test_a_remark_of_a_survey_is_never_answered_by_an_open_letter_not_even_when_the_desk_accepts_it() -> None:
    book = registered(**{"class": "survey_remark", "channel": "survey"})
    assert not SUBJECTS[MATTER].open_to_letter(SUBJECTS[MATTER].card(state(book)))
    letter = book.add(BOSS, "answered_openly", letter_id="l1", text="统一答复")
    assert [flag.reason for flag in state(book).flags] == ["not_by_letter"]
    book.add(DESK, "flag_settled", entry_id=letter.id, decision="accept")
    assert state(book).stage != st.CLOSED


@pytest.mark.proves("D5")
def test_a_letter_closes_no_complaint_before_it_is_handled_and_none_that_was_merged() -> None:
    book = planned()
    agree(book)
    letter: dict[str, Any] = {"letter_id": "l1", "text": "统一答复"}
    assert why_not(MATTER, book.entries, book.make(BOSS, "answered_openly", **letter)) == "not_handled"
    book.add(DESK, "handled", cause="夜班漏收", corrective="换人收")
    assert SUBJECTS[MATTER].open_to_letter(SUBJECTS[MATTER].card(state(book)))
    book.add(DESK, "merged", into="m2")
    assert why_not(MATTER, book.entries, book.make(BOSS, "answered_openly", **letter)) == "merged_already"


def requested(**more: Any) -> Book:
    """What the card at a door brought in: the server's own two entries (X)."""
    book = Book(MATTER)
    said = {"class": "help", "channel": "link", "address": "3栋1单元1501", "household_id": "h1", "anonymous": True}
    book.add(roles.SYSTEM, "matter_opened", **said | {"content": "水管漏水", "contact_phone": "138"} | more)
    book.add(roles.SYSTEM, "request_received", number="H20261121-001", wanted="repair", tag="H00000000")
    return book


@pytest.mark.proves("X2")
def test_x_a_request_is_nobodys_until_somebody_calls_back_and_then_theirs() -> None:
    book = requested()
    before = state(book)
    assert (before.stage, before.owner, before.stage in st.ENDED) == (st.UNCONFIRMED, None, False)
    assert move(book, DESK, {roles.DESK}) == steps.CONFIRM and move(book, "w", {roles.REPAIR_WORKER}) is None
    book.wait(5).add(DESK, "request_confirmed", name="张伟", phone="139")
    after = state(book)
    assert (after.stage, after.owner, after.anonymous) == (st.TO_HANDLE, DESK, False)
    card = SUBJECTS[MATTER].card(after)
    assert (card.contact_name, card.contact_phone, card.as_(MatterCard).request) == ("张伟", "139", "H20261121-001")


def test_x_a_complaint_by_the_card_is_classed_after_the_call() -> None:
    book = requested(**{"class": "complaint"})
    assert state(book).stage == st.UNCONFIRMED
    book.add(DESK, "request_confirmed", name="张伟")
    assert state(book).stage == st.TO_CLASS


def test_x_a_prank_is_closed_with_its_reason_counts_for_nobody_and_is_not_followed_up() -> None:
    book = requested(**{"class": "complaint"})
    book.add(DESK, "request_dismissed", why="prank", reason="住户说没有发过")
    found = state(book)
    assert (found.stage, found.valid, found.rounds[-1].result) == (st.CLOSED, False, "住户说没有发过")
    assert SUBJECTS[MATTER].closing(found) is None and SUBJECTS[MATTER].deeds(found) == []
    book.add(DESK, "reopened", reason="弄错了")
    assert (state(book).stage, state(book).valid) == (st.UNCONFIRMED, None)


def test_x_two_who_call_back_without_hearing_of_each_other_change_it_once() -> None:
    book = requested()
    book.add(DESK, "request_confirmed", name="张伟")
    book.add(BOSS, "request_dismissed", why="void", reason="没人接")
    found = state(book)
    assert (found.stage, found.owner, [flag.reason for flag in found.flags]) == (
        st.TO_HANDLE,
        DESK,
        ["out_of_order"],
    )


def test_x_what_staff_take_down_by_the_same_channel_needs_no_call() -> None:
    assert state(registered(channel="link")).stage == st.TO_CLASS


def test_x_only_the_server_says_that_a_request_came_in() -> None:
    kind = kinds.KINDS["request_received"]
    assert kind.roles == {roles.SYSTEM} and roles.REPAIR_WORKER not in kinds.KINDS["request_confirmed"].roles


@pytest.mark.proves("X3")
def test_x_a_service_is_known_by_name_calls_while_it_presses_and_ends_with_its_outcome() -> None:
    book = Book(MATTER)
    book.add(roles.SYSTEM, "matter_opened", **{"class": "added_service", "channel": "link", "content": "急救",
                                               "anonymous": True})  # fmt: skip
    book.add(roles.SYSTEM, "request_received", number="H20261121-001", wanted="help", tag="H00000000",
             service="first_aid", service_zh="急救", service_en="First aid", urgent=True)  # fmt: skip
    card = SUBJECTS[MATTER].card(state(book))
    more = card.as_(MatterCard)
    assert (more.wanted, more.service, more.service_zh, more.service_en) == ("help", "first_aid", "急救", "First aid")
    assert card.urgent and {"急救", "First aid", "H20261121-001"} <= set(more.words())
    begun = book.now
    book.wait(7).add(DESK, "request_confirmed", name="张伟")
    assert not SUBJECTS[MATTER].card(state(book)).urgent and state(book).called_at == begun + 7 * MINUTE
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("matter_closed", {"result": "", "outcome": "done"})
    with pytest.raises(Problem, match="field_wrong"):
        kinds.check_body("matter_closed", {"result": "好", "outcome": "perhaps"})
    book.wait(5).add(DESK, "matter_closed", result="已送医", outcome="done")
    found = state(book)
    assert (found.stage, found.outcome, SUBJECTS[MATTER].card(found).as_(MatterCard).outcome) == (
        st.CLOSED,
        *["done"] * 2,
    )
    book.add(DESK, "reopened", reason="又不舒服")
    assert (state(book).outcome, state(book).called_at) == ("", begun + 7 * MINUTE)
