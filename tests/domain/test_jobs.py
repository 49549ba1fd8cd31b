"""The rules of a job 工作单 (B.1-B.8)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain import roles
from app.domain.rules.departments import ENGINEERING, ENVIRONMENT
from app.domain.rules.state import CHANGED, INTACT
from app.domain.subjects import access, fold, kinds
from app.domain.subjects.job import Job, JobCard
from app.domain.subjects.job import state as st
from app.domain.subjects.job.breaches import LATE, UNSIGNED, YUAN, breaches, of_month, pay
from app.domain.subjects.job.clocks import clocks, late_without_report
from app.domain.subjects.job.kinds import JOB, PLAIN
from app.domain.subjects.job.state import JobState
from app.domain.times import DAY, HOUR, MINUTE
from app.domain.wire.errors import Problem
from tests.support.book import BOSS, DESK, LI, NINE, WANG, Book, lines

DUE = NINE + 8 * HOUR
SENT: dict[str, Any] = {
    "job_kind": PLAIN,
    "address": "3栋电梯厅",
    "content": "张贴停水通知",
    "requirements": "每部电梯一张，拍照",
    "due_at": DUE,
    "receiver_id": LI,
    "department": ENGINEERING,
}


def sent(**more: Any) -> Book:
    """A job sent at nine, its answer due at five."""
    book = Book(JOB)
    book.add(DESK, "job_sent", **(SENT | more))
    return book


def finished(**more: Any) -> Book:
    """The same, done at eleven."""
    book = sent(**more)
    book.wait(10).add(LI, "job_accepted")
    book.wait(110).add(LI, "job_finished", process="贴了", result="六部电梯都有")
    return book


def confirmed() -> Book:
    """The same, signed and confirmed."""
    book = finished()
    book.sign(LI, "job", "served")
    book.wait(5).add(BOSS, "job_confirmed", department=ENGINEERING)
    return book


def state_of(book: Book) -> JobState:
    state = fold.fold(JOB, book.entries)
    assert isinstance(state, JobState)
    return state


def why_not(book: Book, author: str, kind: str, **body: Any) -> str | None:
    return fold.why_not(JOB, book.entries, book.make(author, kind, **body))


@pytest.mark.parametrize("blank", ["address", "content", "requirements", "due_at", "receiver_id"])
def test_b1_a_blank_field_is_named(blank: str) -> None:
    with pytest.raises(Problem, match="field_missing") as problem:
        kinds.check_body("job_sent", {**SENT, blank: None})
    assert problem.value.details["field"] == blank


def test_b1_heads_of_departments_send_and_nobody_else() -> None:
    senders = [role for role in roles.ROLES if access.may({role}, "job_sent")]
    others = {roles.STEWARD, roles.REPAIR_WORKER, roles.FINANCE, roles.CLEANER, roles.GUARD}
    others |= {roles.ARCHIVIST, roles.CULTURE_CLERK}
    assert set(senders) == set(roles.ROLES) - others


@pytest.mark.parametrize("post", roles.ROLES)
def test_b1_any_member_of_staff_can_do_what_a_receiver_does(post: str) -> None:
    verbs = ("job_accepted", "job_progress", "job_escalated", "job_finished", "job_confirmed_by_phone", "signed")
    assert all(access.may({post}, verb) for verb in verbs) and Job().may_sign({post}, "served")


def test_b2_acceptance_is_stamped_and_there_is_no_way_to_refuse() -> None:
    book = sent()
    book.wait(7).add(LI, "job_accepted")
    assert state_of(book).accepted_at == NINE + 7 * MINUTE
    assert not [kind.name for kind in Job.kinds if "refuse" in kind.name or "decline" in kind.name]


def test_b2_an_escalated_job_stays_with_its_receiver_until_the_named_person_decides() -> None:
    book = sent()
    book.add(LI, "job_accepted")
    book.wait(30).add(LI, "job_escalated", reason="要登高车", to_id=BOSS)
    card = Job().card(state_of(book))
    assert (card.assignee, card.stage, card.as_(JobCard).escalated_to) == (LI, st.ESCALATED, BOSS)
    assert Job().move(card, BOSS, set()) == "decide" and Job().move(card, LI, set()) is None
    book.add(BOSS, "job_decided", decision="keep")
    assert (state_of(book).stage, state_of(book).receiver) == (st.ACCEPTED, LI)


@pytest.mark.parametrize(
    ("decision", "stage", "receiver"),
    [
        ({"decision": "give", "receiver_id": WANG, "department": ENGINEERING}, st.SENT, WANG),
        ({"decision": "extend", "due_at": DUE + DAY}, st.ACCEPTED, LI),
        ({"decision": "end", "reason": "不需要了"}, st.ENDED_EARLY, LI),
    ],
)
def test_b2_what_can_be_decided(decision: dict[str, Any], stage: str, receiver: str) -> None:
    book = sent()
    book.add(LI, "job_accepted")
    book.add(LI, "job_escalated", reason="要登高车", to_id=BOSS)
    kinds.check_body("job_decided", decision)
    book.wait(1).add(BOSS, "job_decided", **decision)
    assert (state_of(book).stage, state_of(book).receiver) == (stage, receiver)


@pytest.mark.parametrize("decision", ["give", "extend", "end"])
def test_b2_a_decision_says_what_it_takes(decision: str) -> None:
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("job_decided", {"decision": decision})


def test_b2_only_the_named_person_decides_or_who_stands_above_all() -> None:
    book = sent()
    book.add(LI, "job_escalated", reason="?", to_id=BOSS)
    decided = book.make(WANG, "job_decided", decision="keep")
    assert not access.may_make({roles.ENGINEERING_SUPERVISOR}, decided, book.entries)
    assert access.may_make({roles.MANAGER}, decided, book.entries)
    assert access.may_make({roles.STEWARD}, book.make(BOSS, "job_decided", decision="keep"), book.entries)


def test_b2_an_escalation_that_crosses_a_reassignment_is_kept_and_flagged() -> None:
    book = sent()
    book.add(LI, "job_accepted")
    late = book.wait(5).make(LI, "job_escalated", unsent=True, reason="要登高车", to_id=BOSS)
    book.add(DESK, "job_given", receiver_id=WANG, department=ENGINEERING, reason="李军请假")
    book.take(late)
    state = state_of(book)
    assert ([flag.reason for flag in state.flags], state.receiver, state.stage) == (["reassigned"], WANG, st.SENT)


@pytest.mark.proves("B3")
def test_b3_a_report_written_before_the_time_and_synced_after_it_counts() -> None:
    book = sent()
    book.add(LI, "job_accepted")
    book.now = DUE - MINUTE
    late = book.make(LI, "job_progress", unsent=True, note="还差两部电梯")
    book.now = DUE + HOUR
    book.add(DESK, "job_given", receiver_id=WANG, department=ENGINEERING, reason="?")
    assert late_without_report(state_of(book), book.now) == [DUE]
    book.take(late)
    state = state_of(book)
    assert state.flags == [] and late_without_report(state, book.now) == []
    answer = next(clock for clock in clocks(state) if clock.id == "answer")
    assert answer.met_at is None and answer.level(book.now) == "red", "it is late all the same, and shows"


def test_b3_a_report_after_the_time_is_too_late_and_more_time_in_time_is_not() -> None:
    book = sent()
    book.add(LI, "job_accepted")
    book.now = DUE + MINUTE
    book.add(LI, "job_progress", note="快了")
    assert late_without_report(state_of(book), DUE + HOUR) == [DUE]
    book = sent()
    book.add(LI, "job_escalated", reason="?", to_id=BOSS)
    book.add(BOSS, "job_decided", decision="extend", due_at=DUE + DAY)
    assert late_without_report(state_of(book), DUE + HOUR) == []
    assert late_without_report(state_of(book), DUE + 2 * DAY) == [DUE + DAY]


@pytest.mark.proves("B4")
def test_b4_the_order_is_enforced_and_what_does_not_fit_is_flagged() -> None:
    book = sent()
    assert why_not(book, LI, "job_finished", process="做", result="好") == "out_of_order"
    book.add(LI, "job_accepted")
    phone = {"name": "张伟", "reason": "不在家"}
    assert why_not(book, LI, "job_confirmed_by_phone", **phone) == "out_of_order"
    book.add(LI, "job_finished", process="做", result="好")
    assert why_not(book, BOSS, "job_confirmed", department=ENGINEERING) == "out_of_order"
    book.sign(LI, "job", "served")
    assert why_not(book, DESK, "job_called_back", satisfied=True, name="张伟") == "out_of_order"
    book.add(BOSS, "job_confirmed", department=ENGINEERING)
    assert why_not(book, DESK, "job_filed") == "out_of_order"
    book.add(DESK, "job_called_back", satisfied=True, name="张伟")
    assert why_not(book, DESK, "job_called_back", satisfied=True, name="张伟") == "already_over"
    book.add(DESK, "job_filed")
    assert (state_of(book).stage, state_of(book).signature) == (st.FILED, INTACT)


def test_b4_without_a_signature_the_reason_and_a_confirmation_by_phone() -> None:
    book = finished()
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("job_confirmed_by_phone", {"name": "张伟"})
    book.add(LI, "job_confirmed_by_phone", name="张伟", reason="出差")
    assert state_of(book).stage == st.DONE


def test_b4_a_corrected_result_is_signed_again() -> None:
    book = finished()
    book.sign(LI, "job", "served")
    body = {**book.entries[2].body, "result": "五部电梯"}
    book.add(LI, "amended", target_id=book.entries[2].id, body=body, reason="记错")
    assert (state_of(book).stage, state_of(book).signature) == (st.TO_SIGN, CHANGED)


def test_b4_work_sent_back_is_done_and_signed_anew() -> None:
    book = finished()
    book.sign(LI, "job", "served")
    book.add(BOSS, "job_sent_back", department=ENGINEERING, reason="一部没贴")
    assert (state_of(book).stage, state_of(book).signatures) == (st.ACCEPTED, {})


@pytest.mark.proves("B8")
def test_b8_cleaning_is_confirmed_by_the_environment_department() -> None:
    book = finished(job_kind="cleaning", department=ENVIRONMENT, **lines())
    book.sign(LI, "job", "served")
    assert why_not(book, BOSS, "job_confirmed", department=ENGINEERING) == "other_department"
    theirs = book.make(BOSS, "job_confirmed", department=ENVIRONMENT)
    assert not access.may_make({roles.ENGINEERING_SUPERVISOR}, theirs, book.entries)
    assert access.may_make({roles.ENVIRONMENT_SUPERVISOR}, theirs, book.entries)
    card = Job().card(state_of(book))
    assert Job().move(card, "x", {roles.ENVIRONMENT_SUPERVISOR}) == "confirm"
    assert Job().move(card, "x", {roles.ENGINEERING_SUPERVISOR}) is None


def test_b8_the_resident_signs_what_it_costs_and_nobody_takes_money() -> None:
    book = finished(job_kind="special_cleaning", department=ENVIRONMENT, **lines(12_000))
    facts = Job().facts(state_of(book), "job")
    assert facts is not None and facts["total_fen"] == 12_000
    with pytest.raises(Problem, match="field_wrong"):
        kinds.check_body("job_sent", SENT | lines(12_000) | {"total_fen": 1})
    assert not [field.name for kind in Job.kinds for field in kind.fields if "paid" in field.name]


def test_b6_a_voided_job_keeps_its_number_and_says_why() -> None:
    book = sent()
    book.add(roles.SYSTEM, "job_numbered", number="G20261121-001")
    book.add(DESK, "job_voided", reason="派错了")
    state = state_of(book)
    assert (state.number, state.stage, state.end_reason) == ("G20261121-001", st.VOIDED, "派错了")


def test_a_correction_gives_a_job_to_nobody_else_and_puts_it_off_no_further() -> None:
    book = sent()
    for changed in ({"receiver_id": WANG}, {"due_at": DUE + DAY}, {"department": ENVIRONMENT}):
        amended = book.make(DESK, "amended", target_id=book.entries[0].id, body=SENT | changed, reason="?")
        assert not access.may_make({roles.DESK}, amended, book.entries)
    words = book.make(DESK, "amended", target_id=book.entries[0].id, body=SENT | {"content": "贴停电通知"}, reason="?")
    assert access.may_make({roles.DESK}, words, book.entries)


@pytest.mark.proves("B7")
def test_b7_breaches_of_a_month_person_by_person() -> None:
    late, unsigned = sent(), finished()
    late.add(DESK, "job_faulted", fault="unreasonable", staff_id=DESK, reason="三分钟的活派到明天")
    now = DUE + 3 * DAY
    found = [one for book in (late, unsigned) for one in breaches(state_of(book), now)]
    theirs = of_month(found, 2026, 11)
    assert {who: [one.kind for one in all_] for who, all_ in theirs.items()} == {
        LI: [LATE, UNSIGNED],
        DESK: ["unreasonable"],
    }
    assert (pay(theirs[LI], {}), pay(theirs[LI], YUAN)) == (0, 60), "nothing is counted in yuan unless it is said"
    assert of_month(found, 2026, 10) == {}


def test_b7_a_job_that_nobody_phoned_back_about_is_its_senders() -> None:
    state = state_of(confirmed())
    assert [(one.kind, one.staff_id) for one in breaches(state, NINE + 3 * DAY)] == [(UNSIGNED, DESK)]


@given(some.lists(some.integers(0, 16), max_size=4), some.integers(0, 16), some.booleans())
def test_b3_in_time_is_whatever_was_written_down_by_the_hour_it_was_due(
    told: list[int], done: int, finishes: bool
) -> None:
    book = sent()
    book.add(LI, "job_accepted")
    steps = [(NINE + hours * HOUR, "job_progress", {"note": f"{hours}"}) for hours in sorted(set(told))]
    if finishes:
        steps.append((NINE + done * HOUR, "job_finished", {"process": "做", "result": "好"}))
    for at, kind, body in sorted(steps, key=lambda step: (step[0], step[1] == "job_finished")):
        book.now = at
        book.add(LI, kind, **body)
    state = state_of(book)
    kept = [entry.at for entry in state.progress] + ([state.finished_at] if state.finished_at else [])
    assert (late_without_report(state, NINE + 20 * HOUR) == []) == any(at <= DUE for at in kept)
