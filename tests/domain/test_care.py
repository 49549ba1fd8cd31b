"""Special care (P3): whom an outage has somebody call, until when, who reads the register; emergency contacts at the
gate (Y4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain import roles
from app.domain.rules.care import (
    CALL_FORM,
    CALLED,
    NOT_CALLED,
    TO_CALL,
    Call,
    CareCall,
    Cared,
    call_duty,
    care_calls,
    in_order,
)
from app.domain.rules.duties import Duty, Facts, duties
from app.domain.rules.duty_rules import read_rules, standard
from app.domain.rules.notices import Notice
from app.domain.rules.scopes import CARE, GATE, building_scope, scopes_of, staff_scope
from app.domain.rules.workdays import WEEKDAYS
from app.domain.subjects import access, subject_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.chains.care import CARE_EXPIRED, CARE_EXPIRING, CARE_VALID, contacts_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.fold import fold
from app.domain.times import DAY, HOUR, at_china
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem

NOW = at_china(date(2026, 3, 2), 9)
FORMS = frozenset(((CALL_FORM, ""),))
OUTAGE = Notice(
    "n-1", "停水通知", "outage", date(2026, 3, 4), "", ("b1",), True, NOW, NOW + 4 * HOUR, None, NOW + 10 * HOUR,
    NOW + 2 * HOUR,
)  # fmt: skip
HOME = Cared("c-1", "h-1", NOW - DAY, date(2026, 12, 31), None, True, "1栋101", "b1", "", "zhao", "独居老人")
REACHED = Call(NOW + HOUR, "call-1", "n-1", "h-1", "zhao")


def listed(*register: Cared, notice: Notice = OUTAGE, made: tuple[Call, ...] = (), at: int = NOW) -> list[CareCall]:
    """The calls that this notice owes these households."""
    return list(care_calls([notice], register, made, at))


def owed(calls: list[CareCall], at: int) -> list[Duty]:
    """What is owed of them, and was in this month."""
    return duties(standard(), Facts(forms=FORMS, calls=calls), at)


@pytest.mark.proves("P3")
def test_each_household_of_the_affected_buildings_in_the_register_owes_one_call_to_its_steward() -> None:
    other = replace(HOME, case_id="c-2", household_id="h-2", building_id="b2", address="2栋201")
    baby = replace(HOME, case_id="c-3", needs="婴幼儿")
    (call,) = listed(HOME, other, baby)
    assert (call.home.household_id, call.home.needs) == ("h-1", "独居老人"), "two entries of one household: one call"
    (duty,) = owed([call], NOW)
    assert (duty.owner, duty.form, duty.about, duty.opens, duty.due) == (
        "zhao", CALL_FORM, ("household", "h-1"), NOW, NOW + 2 * HOUR
    )  # fmt: skip
    assert (duty.id, duty.visit, duty.content) == (call_duty("n-1", "h-1"), False, "停水通知")
    everywhere = listed(HOME, other, notice=replace(OUTAGE, buildings=()))
    assert [one.home.household_id for one in everywhere] == ["h-1", "h-2"]
    assert listed(HOME, notice=replace(OUTAGE, kind="works")) == []
    assert duties(standard(), Facts(calls=[call]), NOW) == [], "nobody owes a form that is not published"


@pytest.mark.proves("P3")
def test_nobody_calls_a_household_that_moved_out_or_whose_entry_ended_but_what_was_done_stays() -> None:
    gone, over = replace(HOME, living=False), replace(HOME, over_at=NOW + HOUR)
    past = replace(HOME, until=date(2026, 3, 1))
    assert listed(gone) == listed(past) == listed(over, at=NOW + 2 * HOUR) == []
    assert len(listed(over)) == 1, "it had not ended yet"
    assert listed(HOME, notice=replace(OUTAGE, withdrawn_at=NOW + 1), at=NOW + 2) == []
    for entry in (gone, past, over):
        (call,) = listed(entry, made=(REACHED,), at=NOW + 3 * HOUR)
        assert call.standing(NOW + 3 * HOUR) == CALLED and not owed([call], NOW + 3 * HOUR)[0].owed


@pytest.mark.proves("P3")
def test_two_phones_that_called_make_one_duty_and_who_reached_nobody_calls_again() -> None:
    nobody = replace(REACHED, at=NOW + 1, case_id="call-0", reached=False)
    second = replace(REACHED, at=NOW + 90, case_id="call-2", by="qian")
    (tried,) = listed(HOME, made=(nobody,), at=NOW + HOUR)
    assert (tried.tries, tried.standing(NOW + HOUR), owed([tried], NOW + HOUR)[0].owed) == (1, TO_CALL, True)
    (call,) = listed(HOME, made=(REACHED, second, nobody), at=NOW + HOUR)
    (duty,) = owed([call], NOW + HOUR)
    assert (duty.done_by, duty.record, duty.standing(NOW + HOUR)) == ("qian", (CASE, "call-2"), "done")


@pytest.mark.proves("P3")
def test_it_is_made_within_the_companys_setting_and_what_nobody_made_is_seen_until_the_month_is_over() -> None:
    ours = read_rules(
        '[[rule]]\nname = "care"\nfor = "notice"\nwhen = "outage"\nwithin = "1 hour"\nowner = "steward"\ndone = "call"'
    ).of_notices()
    assert ours["outage"].within is not None and ours["outage"].within.until(NOW, WEEKDAYS) == NOW + HOUR
    said = standard().of_notices()["outage"].within
    assert said is not None and said.until(NOW, WEEKDAYS) == NOW + 2 * HOUR
    for done in ("posting", "visit"):
        with pytest.raises(Problem):
            read_rules(
                f'[[rule]]\nname = "x"\nfor = "notice"\nwhen = "outage"\nwithin = "1 hour"\nowner = "steward"\n'
                f'done = "{done}"'
            )
    new = replace(HOME, since=NOW + 3 * HOUR)
    assert listed(new) == [] and listed(new, at=NOW + 3 * HOUR)[0].due == NOW + 5 * HOUR, "as long, from then on"
    after = NOW + 11 * HOUR
    (missed,) = listed(HOME, at=after)
    assert missed.standing(after) == NOT_CALLED and owed([missed], after)[0].standing(after) == "late"
    april = at_china(date(2026, 4, 1), 9)
    assert owed(listed(HOME, at=april), april) == []
    assert [one.standing(after) for one in in_order([replace(missed, done=REACHED), missed], after)] == [
        NOT_CALLED, CALLED
    ]  # fmt: skip


@given(
    some.integers(-5 * DAY, 5 * DAY), some.integers(-3, 3), some.none() | some.integers(-2 * DAY, 2 * DAY),
    some.booleans(), some.none() | some.integers(0, 2 * DAY),
    some.lists(some.tuples(some.integers(0, DAY), some.booleans())),
    some.integers(0, 3 * DAY),
)  # fmt: skip
def test_whatever_happens_there_is_at_most_one_call_and_nobody_out_of_the_register_owes_one(
    since: int, days: int, over: int | None, living: bool, withdrawn: int | None, tries: list[tuple[int, bool]], at: int
) -> None:
    now = NOW + at
    home = replace(
        HOME, since=NOW + since, until=date(2026, 3, 2) + timedelta(days), living=living,
        over_at=None if over is None else NOW + over,
    )  # fmt: skip
    notice = replace(OUTAGE, withdrawn_at=None if withdrawn is None else NOW + withdrawn)
    made = tuple(Call(NOW + when, f"c{n}", "n-1", "h-1", "zhao", ok) for n, (when, ok) in enumerate(tries))
    found = listed(home, home, notice=notice, made=made, at=now)
    reached = sorted(call.at for call in made if call.reached and call.at <= now)
    assert len(found) <= 1
    if reached:
        assert found and found[0].done is not None and found[0].done.at == reached[0]
    elif found:
        assert living and home.holds(min(now, NOW + 10 * HOUR - 1)) and (withdrawn is None or NOW + withdrawn > now)
    for duty in owed(found, now):
        assert duty.owed == (not reached) and duty.id == call_duty("n-1", "h-1")


# -- the forms -----------------------------------------------------------------------------------


def folded(form: str, *steps: tuple[str, dict[str, Any]], by: str = "zhao", **more: Any) -> CaseState:
    """A case at a door of building 1 after these forms, a day apart."""
    shared = {"form": "0" * 64, "title": form, "facts": {"started": 1}, "household_id": "h-1", "building_id": "b1"}
    entries = [
        Entry(
            f"e-{n}", "form_filled", CASE, "c-1",
            shared | {"form_id": form, "step": step, "answers": said, "shown": []} | more
            | ({"after": ["entered", "checked"]} if n else {}),
            by, "d", n, NOW + n * DAY,
        )
        for n, (step, said) in enumerate(steps)
    ]  # fmt: skip
    state = fold(CASE, entries)
    assert isinstance(state, CaseState)
    return state


def entry(*checks: dict[str, Any], **more: Any) -> CaseState:
    """An entry of the register, and what checks said of it."""
    steps = [("entered", {"until": "2026-04-10"}), *(("checked", said) for said in checks)]
    return folded("special_care", *steps, case="special_care", **more)


@pytest.mark.proves("P3")
def test_the_register_is_read_by_the_steward_of_the_building_and_by_three_posts_alone() -> None:
    for state in (entry(), folded(CALL_FORM, ("called", {"reached": "self"}), case="care_call", ends=True)):
        assert access.audience(state) == {CARE, building_scope("b1")}, "not even whoever wrote it, at another building"
    reads = [
        role for role in roles.ROLES
        if set(scopes_of("x", (role,), ("b1",))) & {CARE, building_scope("b1")}
    ]  # fmt: skip
    assert reads == ["steward", "service_supervisor", "desk", "manager"]
    case = subject_of(CASE)
    filled = entry().filled[0].entry
    may = [role for role in roles.ROLES if case.may({role}, filled, [])]
    assert may == ["steward", "service_supervisor", "desk", "manager"], "who would not read it does not write it"


def test_an_entry_is_in_force_until_its_day_is_renewed_by_a_check_and_ended_by_one() -> None:
    case = subject_of(CASE)

    def card(state: CaseState) -> CaseCard:
        assert state.flags == []
        return case.card(state).as_(CaseCard)

    stands = []
    for state in (entry(), entry({"still": "yes", "until": "2026-09-01"}), entry({"still": "no"})):
        known = card(state).known
        stands.append((known.get("until", ""), card(state).watched, state.stage))
    assert stands == [("2026-04-10", True, "open"), ("2026-09-01", True, "open"), ("", False, "done")]
    chain = chain_of(card(entry()).chain)

    days = (date(2026, 3, 1), date(2026, 3, 20), date(2026, 4, 11))
    assert [chain.standing({"until": "2026-04-10"}, day) for day in days] == [
        CARE_VALID, CARE_EXPIRING, CARE_EXPIRED
    ]  # fmt: skip


@pytest.mark.proves("Y4")
def test_the_gate_reads_emergency_contacts_and_no_other_form_of_a_household() -> None:
    said = {"contact": [{"#": "1", "name": "王芳", "relation": "child", "phone": "13800138000"}], "key": "call"}
    shown = [{"path": "contact[1]/relation", "label": "关系", "text": "子女"}]
    state = folded("emergency_contacts", ("", said), shown=shown)
    assert GATE in access.audience(state) and staff_scope("zhao") in access.audience(state)
    (contact,) = contacts_of(state.last)
    assert (contact.name, contact.relation, contact.phone) == ("王芳", "子女", "13800138000")
    for other in ("customer_file", "identity_card", "special_care", "vacant_check"):
        assert GATE not in access.audience(folded(other, ("", {})))
    ended = Entry("e-9", "case_ended", CASE, "c-1", {"reason": "住户已迁出"}, "system", "d", 9, NOW + DAY)
    over = fold(CASE, [state.filled[0].entry, ended])
    assert GATE not in access.audience(over) and over.flags == []
