"""The rules of a repair, clause by clause (A.2-A.8)."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.rules.clocks import AMBER, CALM, LATE, MET, RED
from app.domain.rules.state import INTACT, STEP_SET_ASIDE
from app.domain.subjects import kinds
from app.domain.subjects.fold import why_not
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.clocks import clocks, running
from app.domain.subjects.ticket.steps import next_step
from app.domain.times import MINUTE, at_china, china_day
from app.domain.wire.errors import Problem
from app.domain.writing.money import amount_fen
from tests.support.book import (
    BOSS,
    DESK,
    LI,
    NINE,
    WANG,
    Book,
    assigned,
    done,
    lines,
    on_site,
    opened,
    priced,
    to_sign,
    working,
)


def clock(book: Book, name: str) -> Any:
    return next(c for c in clocks(book.ticket) if c.id == name)


def test_a1_registered_two_minutes_and_with_engineering_five_minutes_after_the_request() -> None:
    book = opened()
    assert (clock(book, "register").due, clock(book, "hand_over").due) == (NINE + 2 * MINUTE, NINE + 5 * MINUTE)
    assert clock(book, "register").level(book.now) == MET


def test_a2_listed_repair_is_on_site_ten_minutes_after_acceptance() -> None:
    book = assigned()
    accepted = book.wait(1).add(LI, "accepted")
    assert clock(book, "on_site").due == accepted.at + 10 * MINUTE
    assert clock(book, "on_site").clause == "A.2"


@pytest.mark.parametrize(("minutes", "level"), [(0, CALM), (6, CALM), (7, AMBER), (10, AMBER), (10.1, RED)])
def test_a2_the_clock_is_calm_then_amber_in_its_last_third_then_red(minutes: float, level: str) -> None:
    book = assigned()
    accepted = book.add(LI, "accepted")
    assert clock(book, "on_site").level(accepted.at + round(minutes * MINUTE)) == level


def test_a2_arriving_late_shows_for_good() -> None:
    book = assigned()
    book.add(LI, "accepted")
    book.wait(11).add(LI, "arrived")
    assert clock(book, "on_site").level(book.now) == LATE


def test_a2_with_an_appointment_the_worker_is_there_five_minutes_before() -> None:
    appointment = NINE + 120 * MINUTE
    book = assigned(appointment_at=appointment)
    book.add(LI, "accepted")
    assert clock(book, "on_site").due == appointment - 5 * MINUTE


def test_a2_an_appointment_already_too_near_falls_back_to_ten_minutes() -> None:
    book = assigned(appointment_at=NINE + 3 * MINUTE)
    accepted = book.add(LI, "accepted")
    assert clock(book, "on_site").due == accepted.at + 10 * MINUTE


def test_a2_unlisted_repair_goes_to_the_supervisor_who_has_fifteen_minutes() -> None:
    book = opened(listed=False)
    assert book.ticket.stage == st.TO_JUDGE
    received = book.wait(2).add(BOSS, "received")
    assert clock(book, "judge").due == received.at + 15 * MINUTE
    assert next_step(book.ticket, BOSS, ["engineering_supervisor"]).verb == "judge"  # type: ignore[union-attr]


def test_a2_unlisted_repair_is_not_assigned_before_the_resident_agreed() -> None:
    book = opened(listed=False)
    assert why_not("ticket", book.entries, book.make(BOSS, "assigned", worker_id=LI)) == "out_of_order"
    book.add(BOSS, "judged", feasible=True, price_fen=30_000, work="更换阀门")
    assert book.ticket.stage == st.TO_ASK
    book.add(DESK, "resident_asked", agreed=True)
    book.add(BOSS, "assigned", worker_id=LI)
    assert book.ticket.stage == st.ASSIGNED


@pytest.mark.parametrize("appointment", [None, NINE + 120 * MINUTE])
def test_a2_an_unlisted_repair_that_was_agreed_runs_under_the_same_clocks(appointment: int | None) -> None:
    book = opened(listed=False, appointment_at=appointment)
    book.add(BOSS, "judged", feasible=True, price_fen=30_000, work="更换阀门")
    book.add(DESK, "resident_asked", agreed=True)
    book.add(BOSS, "assigned", worker_id=LI)
    accepted = book.wait(1).add(LI, "accepted")
    due = accepted.at + 10 * MINUTE if appointment is None else appointment - 5 * MINUTE
    assert (clock(book, "on_site").due, clock(book, "on_site").clause) == (due, "A.2")


def test_a2_unlisted_repair_the_resident_does_not_want_ends_with_the_reason() -> None:
    book = opened(listed=False)
    book.add(BOSS, "judged", feasible=True, price_fen=30_000)
    book.add(DESK, "resident_asked", agreed=False, reason="太贵")
    assert (book.ticket.stage, book.ticket.end_reason) == (st.CLOSED, "太贵")


def test_a2_unlisted_found_on_site_waits_for_the_judgement_and_goes_on_with_its_price() -> None:
    book = on_site()
    book.add(LI, "found", listed=False, description="墙内水管破裂")
    assert (book.ticket.stage, clock(book, "judge").due) == (st.TO_JUDGE, book.now + 15 * MINUTE)
    assert why_not("ticket", book.entries, book.make(LI, "priced", **lines())) == "out_of_order"
    book.wait(5).add(BOSS, "judged", feasible=True, price_fen=50_000)
    assert book.ticket.stage == st.TO_PRICE
    assert clock(book, "judge").level(book.now) == CALM  # the resident at the door still waits for an answer
    book.add(LI, "priced", **lines(50_000))
    book.wait(5).add(LI, "consent", agreed=True, name="张伟", capacity="self")
    assert clock(book, "judge").level(book.now) == MET


def test_a2_what_cannot_be_repaired_is_closed_with_a_reason() -> None:
    book = opened(listed=False)
    book.add(BOSS, "judged", feasible=False, reason="属于燃气公司")
    assert book.ticket.stage == st.INFEASIBLE
    book.add(DESK, "closed", reason="请住户联系燃气公司")
    assert book.ticket.stage == st.CLOSED


def test_a2_acceptance_is_stamped_and_only_by_whom_it_was_assigned_to() -> None:
    book = assigned()
    assert why_not("ticket", book.entries, book.make(WANG, "accepted")) == "not_assignee"
    accepted = book.wait(1).add(LI, "accepted")
    assert book.ticket.accepted_at == accepted.at


def test_a3_the_real_item_and_price_are_written_down() -> None:
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("found", {"listed": True, "items": []})
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("found", {"listed": False, "description": "  "})
    ticket = priced().ticket
    assert ticket.found is not None and (ticket.content, ticket.total_fen) == ("厨房水龙头漏水", 8_000)
    assert [(item["name"], item["price_fen"]) for item in ticket.found["items"]] == [("更换水龙头", 8_000)]


def test_a4_no_work_before_the_price_was_shown_and_agreed() -> None:
    book = on_site()
    for kind, body in (
        ("consent", {"agreed": True, "name": "张伟", "capacity": "self"}),
        ("work_started", {"own_materials": False}),
    ):
        assert why_not("ticket", book.entries, book.make(LI, kind, **body)) == "out_of_order"
    shown = priced()
    assert why_not("ticket", shown.entries, shown.make(LI, "work_started", own_materials=False)) == "out_of_order"


def test_a4_a_resident_who_declines_gives_a_reason() -> None:
    with pytest.raises(Problem, match="field_missing"):
        kinds.check_body("consent", {"agreed": False, "name": "张伟", "capacity": "self"})


def test_a4_declined_is_closed_only_when_worker_and_supervisor_signed() -> None:
    book = priced()
    book.add(LI, "consent", agreed=False, name="张伟", capacity="self", reason="自己找人修")
    assert book.ticket.stage == st.DECLINED
    assert why_not("ticket", book.entries, book.make(LI, "closed", reason="x")) == "out_of_order"
    book.sign(LI, "declined", "worker", "李师傅")
    assert book.ticket.stage == st.DECLINED
    book.sign(BOSS, "declined", "supervisor", "赵主管")
    assert (book.ticket.stage, book.ticket.end_reason) == (st.CLOSED, "自己找人修")


def test_a4_a_new_price_asks_for_a_new_consent() -> None:
    book = working()
    book.add(LI, "priced", **lines(9_000))
    assert (book.ticket.stage, book.ticket.consent) == (st.TO_AGREE, None)


@pytest.mark.parametrize("verdict", ["fail", "poor"])
def test_a5_a_failing_material_needs_the_consequences_told_and_the_residents_choice(verdict: str) -> None:
    body: dict[str, Any] = {"name": "三角阀", "verdict": verdict, "remarks": "螺纹毛刺"}
    for more in ({}, {"warned": True}, {"warned": False, "choice": "use_anyway"}, {"choice": "use_anyway"}):
        with pytest.raises(Problem, match="consequences_not_told"):
            kinds.check_body("material_checked", body | more)
    kinds.check_body("material_checked", body | {"warned": True, "choice": "use_anyway"})


def test_a5_a_passing_material_needs_nothing_more_and_other_words_are_refused() -> None:
    kinds.check_body("material_checked", {"name": "水龙头", "verdict": "pass"})
    with pytest.raises(Problem, match="field_wrong"):
        kinds.check_body("material_checked", {"name": "水龙头", "verdict": "ok"})


def test_a5_verdict_and_choice_are_part_of_what_is_signed() -> None:
    book = working()
    book.add(LI, "material_checked", name="三角阀", verdict="fail", remarks="裂纹", warned=True, choice="use_anyway")
    book.add(LI, "fees_written", **lines())
    book.add(LI, "tried", ok=True, how="tried")
    signed = book.sign(LI, "repair")
    material = signed.body["content"]["facts"]["materials"][0]
    assert (material["verdict"], material["choice"], material["warned"]) == ("fail", "use_anyway", True)


def test_a6_fees_are_lines_that_add_up() -> None:
    wrong_total = lines() | {"total_fen": 1}
    wrong_line = {"lines": [{"name": "x", "qty": "2", "price_fen": 100, "amount_fen": 100}], "total_fen": 100}
    for body in (wrong_total, wrong_line):
        with pytest.raises(Problem, match="field_wrong"):
            kinds.check_body("fees_written", body)
    assert amount_fen("2.5", 333) == 833


def test_a6_fees_above_what_was_agreed_are_not_taken_without_a_new_price() -> None:
    book = working()
    assert why_not("ticket", book.entries, book.make(LI, "fees_written", **lines(8_001))) == "price_raised"
    assert why_not("ticket", book.entries, book.make(LI, "fees_written", **lines(7_000))) is None


def test_a6_no_kind_of_entry_takes_money() -> None:
    words = {name for kind in kinds.KINDS.values() for name in (kind.name, *(f.name for f in kind.fields))}
    assert not {w for w in words if any(part in w for part in ("paid", "payment", "cash"))}


def test_a7_the_resident_tries_before_signing() -> None:
    book = working()
    book.add(LI, "fees_written", **lines())
    assert why_not("ticket", book.entries, book.make(LI, "signed", **book.signature("repair"))) == "out_of_order"


def test_a7_a_trial_that_fails_goes_back_to_work() -> None:
    book = working()
    book.add(LI, "fees_written", **lines())
    book.add(LI, "tried", ok=False, how="tried", remarks="还在滴水")
    assert book.ticket.stage == st.WORKING


def test_a7_signed_is_done() -> None:
    assert done().ticket.stage == st.DONE
    assert done().ticket.signature == INTACT


def test_a8_handed_in_by_five_the_same_day_and_confirmed() -> None:
    book = done()
    day = china_day(book.now)
    assert clock(book, "hand_in").due == at_china(day, 17)
    assert next_step(book.ticket, BOSS, ["engineering_supervisor"]).verb == "confirm"  # type: ignore[union-attr]
    book.add(BOSS, "confirmed")
    assert next_step(book.ticket, DESK, ["desk"]).verb == "hand_back"  # type: ignore[union-attr]
    book.add(DESK, "handed_back")
    assert book.ticket.stage == st.FILED


def test_a8_work_done_after_five_is_handed_in_the_next_day() -> None:
    book = to_sign()
    book.now = at_china(china_day(book.now), 18)
    book.sign(LI, "repair")
    assert clock(book, "hand_in").due == at_china(china_day(book.now), 17) + 24 * 60 * MINUTE


@pytest.mark.parametrize(("minutes", "level"), [(-1, MET), (1, LATE)])
def test_a8_handed_in_is_when_the_server_has_it_not_when_it_was_signed(minutes: int, level: str) -> None:
    book = to_sign()
    five = at_china(china_day(book.now), 17)
    book.now = five - 10 * MINUTE
    signed = book.make(LI, "signed", **book.signature("repair"))
    book.now = five + minutes * MINUTE
    book.take(signed)
    assert clock(book, "hand_in").level(book.now) == level


def test_a8_finance_receives_only_what_was_confirmed_and_that_meets_its_clock() -> None:
    book = done()
    assert why_not("ticket", book.entries, book.make("finance-1", "finance_received")) == "out_of_order"
    book.add(BOSS, "confirmed")
    book.add("finance-1", "finance_received")
    assert clock(book, "finance").level(book.now) == MET


@pytest.mark.parametrize(("day", "due"), [("2026-11-21", "2026-11-25"), ("2026-11-25", "2026-12-25")])
def test_a8_finance_has_its_copy_before_the_twenty_fifth(day: str, due: str) -> None:
    from datetime import date

    book = done()
    book.now = at_china(date.fromisoformat(day), 16)
    book.add(BOSS, "confirmed")
    assert clock(book, "finance").due == at_china(date.fromisoformat(due), 0)


def test_a9_public_repair_is_on_site_in_fifteen_minutes_and_needs_no_residents_signature() -> None:
    book = assigned(ticket_kind="public_repair")
    accepted = book.add(LI, "accepted")
    assert (clock(book, "on_site").due, clock(book, "hand_over").due) == (accepted.at + 15 * MINUTE, NINE + 10 * MINUTE)
    book.add(LI, "arrived")
    book.add(LI, "finished", result="已换灯管", tidied=True)
    assert book.ticket.stage == st.DONE


def test_b2_a_ticket_is_escalated_with_a_reason_and_stays_with_its_worker() -> None:
    book = assigned()
    book.add(LI, "escalated", reason="需要登高车")
    assert (book.ticket.escalated, book.ticket.assignee, book.ticket.stage) == ("需要登高车", LI, st.ASSIGNED)


def test_b3_progress_reported_before_the_due_time_meets_the_clock() -> None:
    book = assigned(ticket_kind="job", due_at=NINE + 60 * MINUTE)
    assert running(book.ticket).clause == "B.3"  # type: ignore[union-attr]
    book.add(LI, "progress_reported", note="等配件")
    assert clock(book, "answer").level(book.now) == MET


def test_two_workers_who_finish_the_same_ticket_are_both_kept_and_the_second_flagged() -> None:
    book = to_sign()
    late = book.make(LI, "signed", **book.signature("repair"))
    book.sign(LI, "repair")
    book.take(late)
    assert [f.reason for f in book.ticket.flags] == ["already_over"]
    assert len(book.ticket.steps) == len(book.entries)


def test_work_on_a_ticket_that_was_reassigned_meanwhile_is_kept_flagged_and_can_be_accepted() -> None:
    book = assigned()
    offline = book.make(LI, "accepted")
    book.add(BOSS, "assigned", worker_id=WANG)
    taken = book.take(offline)
    assert [f.reason for f in book.ticket.flags] == ["reassigned"]
    assert book.ticket.stage == st.ASSIGNED
    book.add(DESK, "flag_settled", entry_id=taken.id, decision="accept")
    assert (book.ticket.stage, book.ticket.flags) == (st.ACCEPTED, [])


def test_what_a_ticket_begins_with_cannot_be_set_aside() -> None:
    """It would be gone from every list and its number with it (B.6, seed 1218): a ticket is voided instead."""
    book = priced()
    before = book.ticket.stage
    book.add(DESK, "flag_settled", entry_id=book.entries[0].id, decision="set_aside")
    assert (book.ticket.opened, book.ticket.stage, book.ticket.flags) == (book.entries[0], before, [])


def test_a_flag_set_aside_stays_readable_and_changes_nothing() -> None:
    book = assigned()
    taken = book.add(WANG, "accepted")
    book.add(DESK, "flag_settled", entry_id=taken.id, decision="set_aside")
    assert (book.ticket.stage, book.ticket.flags) == (st.ASSIGNED, [])
    assert taken.id in {step.entry.id for step in book.ticket.steps if step.standing == STEP_SET_ASIDE}
