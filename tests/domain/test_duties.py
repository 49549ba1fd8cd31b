"""Duties: what follows from the rules, and what somebody said of one (D.1, E)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules.duties import Change, Duty, Facts, Owed, duties
from app.domain.rules.duty_rules import Rules, read_rules, standard, standard_text
from app.domain.rules.form_duties import duty_id
from app.domain.rules.visiting import Door, Met
from app.domain.rules.workdays import Differs, Workdays
from app.domain.subjects.duty import DUTY
from app.domain.subjects.fold import fold, why_not
from app.domain.subjects.kinds import check_body
from app.domain.times import DAY, at_china, china_day
from app.domain.wire.errors import Problem
from tests.support.book import BOSS, NINE, STEWARD, Book

TODAY = date(2026, 11, 21)
NOW = at_china(TODAY, 9)
SPRING = Workdays({2027: {date(2027, 2, d): Differs(False, "春节") for d in range(5, 12)}})
MONTHLY = duty_id("monthly", ("household", "h"), "2026-11")


def met(*day: int, hour: int = 10) -> Met:
    return Met(at_china(date(*day), hour), "visit-1", STEWARD)


def of(door: Door, now: int = NOW, **facts: object) -> list[Duty]:
    return duties(standard(), Facts([door], **facts), now)  # type: ignore[arg-type]


def only(door: Door, now: int = NOW, **facts: object) -> Duty:
    (one,) = of(door, now, **facts)
    return one


def due(one: Duty) -> date:
    return china_day(one.due)


@pytest.mark.proves("E1")
def test_e_each_household_is_owed_a_visit_once_a_calendar_month() -> None:
    before = only(Door("h", met={"visit": met(2026, 10, 3)}))
    assert (before.why, due(before), before.owed) == ("monthly", date(2026, 11, 30), True)
    done = only(Door("h", met={"visit": met(2026, 11, 1)}))
    assert (done.id, done.owed, done.record, done.done_by) == (before.id, False, ("visit", "visit-1"), STEWARD)


def test_e_a_visit_missed_last_month_is_late() -> None:
    one = only(Door("h", met={"visit": met(2026, 9, 3)}))
    assert (one.standing(NOW), one.days_late(NOW)) == ("late", 21)


@pytest.mark.proves("E2")
def test_e_a_new_household_is_owed_one_within_a_month_of_moving_in() -> None:
    one = only(Door("h", date(2026, 11, 10)))
    assert (one.why, due(one)) == ("move_in", date(2026, 12, 10))


@pytest.mark.proves("E2")
def test_e_open_complaints_and_suggestions_come_first() -> None:
    calm, angry = Door("a", met={"visit": met(2026, 9, 1)}), Door("b", met={"visit": met(2026, 11, 3)}, complaints=1)
    first, second = duties(standard(), Facts([calm, angry]), NOW)
    assert (first.about[1], first.why, second.about[1]) == ("b", "complaint", "a")


def test_e_nobody_living_there_is_not_visited() -> None:
    assert of(Door("h", living=False)) == []


@pytest.mark.proves("E2")
def test_e_before_a_festival_a_visit_of_its_own_is_owed_beside_that_of_the_month() -> None:
    now = at_china(date(2027, 1, 25), 9)
    month, festival = of(Door("h"), now, workdays=SPRING)
    assert (festival.why, festival.period, due(festival)) == ("festival", "2027 春节", date(2027, 2, 4))
    assert (month.why, due(month)) == ("monthly", date(2027, 1, 31))
    given = Door("h", met={"visit": met(2027, 1, 26), "festival_visit": met(2027, 1, 26)})
    assert [one.owed for one in of(given, at_china(date(2027, 1, 27), 9), workdays=SPRING)] == [False, False]


def test_e_no_festival_is_owed_long_before_it_or_in_a_month_after() -> None:
    for day in (date(2027, 1, 20), date(2027, 3, 1)):
        assert [one.why for one in of(Door("h"), at_china(day, 9), workdays=SPRING)] == ["monthly"]


def excuse(**more: object) -> Change:
    plain = Change(MONTHLY, "monthly", "monthly", "h", "2026-11", at_china(date(2026, 11, 1), 0), excused="全家外出")
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.proves("D1")
def test_d1_what_was_excused_is_not_owed_and_stands_there_with_its_reason() -> None:
    one = only(Door("h"), changes=[excuse()])
    assert (one.owed, one.standing(NOW + 60 * DAY), one.excused) == (False, "excused", "全家外出")


def test_d1_what_was_done_before_it_was_excused_counts_once_as_done() -> None:
    one = only(Door("h", met={"visit": met(2026, 11, 5)}), changes=[excuse()])
    assert (one.standing(NOW), one.excused) == ("done", "")


@pytest.mark.proves("D1")
def test_d1_what_was_moved_is_owed_by_who_it_was_given_to_until_the_new_day() -> None:
    until = at_china(date(2026, 12, 5), 23, 59)
    moved = excuse(excused="", owner="boss-1", due=until)
    one = only(Door("h", owner=STEWARD), changes=[moved])
    assert (one.id, one.owner, one.due, one.moved) == (MONTHLY, "boss-1", until, True)
    december = of(Door("h", owner=STEWARD), at_china(date(2026, 12, 2), 9), changes=[moved])
    assert [(one.period, one.owner) for one in december] == [("2026-11", "boss-1"), ("2026-12", STEWARD)]


@pytest.mark.proves("D1")
def test_d1_a_visit_planned_by_hand_is_done_by_the_first_visit_since() -> None:
    planned = Change(
        "p", "by_hand", "by_hand", "h", "by_hand", NOW, "boss-1", NOW + 3 * DAY, content="看望", address="3栋"
    )
    door = Door("h", met={"visit": met(2026, 11, 5)})
    assert [one.why for one in of(door, changes=[planned]) if one.owed] == ["by_hand"]
    after = replace(door, met={"visit": Met(NOW + DAY, "visit-2", STEWARD)})
    assert [one.owed for one in of(after, NOW + DAY, changes=[planned])] == [False, False]


def test_what_a_record_owes_is_in_the_same_list() -> None:
    owed = Owed("job", "j", "answer", "worker-li", NOW - DAY, NOW - 1, address="南门岗亭", content="换灯")
    one = duties(standard(), Facts(owed=[owed, owed]), NOW)[0]
    assert (one.about, one.record, one.standing(NOW)) == (("job", "j"), ("job", "j"), "late")
    assert len(duties(standard(), Facts(owed=[owed, owed]), NOW)) == 1


def test_what_somebody_owes_who_is_not_there_any_more_is_nobodys() -> None:
    ten = [Owed("job", f"j{n}", "answer", "gone", NOW, NOW + DAY) for n in range(10)]
    found = duties(standard(), Facts([Door("h", owner="gone")], ten, staff=frozenset({STEWARD})), NOW)
    assert [(one.owner, one.left) for one in found] == [("", "gone")] * 11


def test_a_duty_has_the_same_id_everywhere_and_another_for_each_rule_subject_and_period() -> None:
    assert only(Door("h")).id == MONTHLY == "5f426029-5055-56e6-a18a-f03659f00ea8"
    ids = {duty_id(r, ("household", h), p) for r in "ab" for h in "xy" for p in ("2026-11", "2026-12")}
    assert len(ids) == 8


doors = some.builds(
    Door,
    some.sampled_from("abcdef"),
    some.none() | some.dates(date(2025, 1, 1), date(2027, 12, 31)),
    some.dictionaries(
        some.sampled_from(("visit", "festival_visit")),
        some.builds(Met, some.integers(at_china(date(2026, 1, 1), 0), at_china(date(2027, 6, 30), 0))),
    ),
    some.integers(0, 2),
    some.booleans(),
)
moments = some.integers(at_china(date(2026, 1, 1), 0), at_china(date(2027, 6, 30), 0))


@given(some.lists(doors, unique_by=lambda door: door.id), moments)
def test_each_duty_is_owed_once_and_what_is_done_was_done_in_its_time(listed: list[Door], now: int) -> None:
    found = duties(standard(), Facts(listed, workdays=SPRING), now)
    assert len({one.id for one in found}) == len(found)
    assert all(one.opens <= one.due for one in found)
    assert {one.about[1] for one in found if one.why != "festival"} == {door.id for door in listed if door.living}


@given(doors, moments, some.integers(1, 40))
def test_excusing_what_is_owed_leaves_nothing_of_it_owed(door: Door, now: int, later: int) -> None:
    owed = [one for one in duties(standard(), Facts([door]), now) if one.owed]
    said = [Change(one.id, one.rule, one.why, door.id, one.period, one.opens, excused="外出") for one in owed]
    after = duties(standard(), Facts([door], changes=said), now)
    assert not {one.id for one in after if one.owed} & {one.id for one in owed}


# -- what somebody says of one ---------------------------------------------------------------


def book(now: int = NOW) -> Book:
    made = Book(DUTY, now)
    made.subject_id = MONTHLY
    return made


WHICH: dict[str, Any] = {
    "household_id": "h", "building_id": "b3", "address": "3栋1单元1501",
    "rule": "monthly", "why": "monthly", "period": "2026-11", "opens_at": NOW,
}  # fmt: skip


@pytest.mark.proves("D1")
def test_d1_an_excuse_needs_its_reason() -> None:
    check_body("duty_excused", WHICH | {"reason": "全家外出"})
    with pytest.raises(Problem, match="field_missing"):
        check_body("duty_excused", WHICH)


def test_d1_moving_says_to_whom_or_until_when() -> None:
    with pytest.raises(Problem, match="field_missing"):
        check_body("duty_moved", WHICH | {"reason": "换人"})


def test_d1_no_duty_is_moved_into_the_past() -> None:
    said = book()
    entry = said.make(BOSS, "duty_moved", **WHICH, due_at=NOW - DAY, reason="改期")
    assert why_not(DUTY, [], entry) == "due_in_past"
    assert why_not(DUTY, [], said.make(BOSS, "duty_moved", **WHICH, due_at=NOW + DAY, reason="改期")) is None


def test_d1_what_is_said_of_another_duty_does_not_fit() -> None:
    entry = book().make(BOSS, "duty_excused", **WHICH | {"period": "2026-12"}, reason="外出")
    assert why_not(DUTY, [], entry) == "other_duty"


def test_d1_what_was_excused_is_not_moved_any_more() -> None:
    said = book()
    said.add(BOSS, "duty_excused", **WHICH, reason="外出")
    again = said.make(BOSS, "duty_moved", **WHICH, owner_id="boss-1", reason="换人")
    assert why_not(DUTY, said.entries, again) == "already_over"
    change = fold(DUTY, said.entries).change()  # type: ignore[attr-defined]
    assert (change.id, change.excused) == (MONTHLY, "外出")


# -- the rules a company writes -----------------------------------------------------------------


def test_the_rules_of_the_program_are_read_from_their_file() -> None:
    rules = standard()
    assert [rule.name for rule in rules.all][:4] == ["complaint", "move_in", "monthly", "festival"]
    assert {s: rules.closed(s).share for s in ("complaint", "repair", "event")} == {  # type: ignore[union-attr]
        "complaint": 100, "repair": 30, "event": 10,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('when = "monthly"', 'when = "hourly"', "when is one of"),
        ('owner = "steward"', 'owner = "cook"', "owner is one of"),
        ("before = 15", "before = 0", "before is a whole number"),
        ('within = "1 month"', 'within = "soon"', "within is written like"),
        ("share = 30", "share = 30\nurgent = true", "“urgent” is not known"),
        ('share = 30\nsample = "server"', "share = 30", "needs sample"),
        ('name = "festival"', 'name = "monthly"', "twice"),
        ("[[rule]]", "[[rule]", "not TOML"),
        ('for = "household"', 'for = "complaint"', "when is one of"),
    ],
)
def test_a_word_that_is_not_known_is_named_with_its_rule(old: str, new: str, says: str) -> None:
    with pytest.raises(Problem, match="rules_wrong") as told:
        read_rules(standard_text().replace(old, new, 1))
    assert says in told.value.message("en") and "原来的规则照旧" in told.value.message("zh")


def test_a_company_may_owe_no_visit_each_month() -> None:
    rules = Rules(tuple(rule for rule in standard().all if rule.name != "monthly"))
    assert duties(rules, Facts([Door("h")]), NINE) == []
