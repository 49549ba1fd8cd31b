"""The satisfaction survey (F): a round's dates, its meter, what its answers come to; how sheets and remarks fold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules import surveys
from app.domain.rules.duties import Facts, duties
from app.domain.rules.duty_rules import read_rules, standard, standard_text
from app.domain.rules.surveys import ROUND, Figure, Sheet, figures, meters
from app.domain.rules.visiting import Door, Met
from app.domain.rules.workdays import Differs, Workdays
from app.domain.subjects import subject_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.fold import fold
from app.domain.subjects.matter import MatterCard
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.survey_round import COUNT, REPORT
from app.domain.times import at_china
from app.domain.wire.entries import Entry

DRAGON_BOAT = Workdays({2026: {date(2026, 6, 19): Differs(False, "端午")}})
ID = "00000000-0000-4000-8000-0000000000ca"


def history(type_: str, *steps: tuple[str, dict[str, Any]], at: int = 1_800_000_000_000, by: str = "li") -> list[Entry]:
    """Entries of one record, a second apart."""
    return [
        Entry(f"00000000-0000-4000-8000-{n:012}", kind, type_, ID, body, by, "d", n, at + 1000 * n)
        for n, (kind, body) in enumerate(steps, 1)
    ]


# -- dates ---------------------------------------------------------------------------------------


@pytest.mark.proves("F1", "F4")
def test_a_round_takes_ten_workdays_then_three_then_the_month_after() -> None:
    june = surveys.dates("2026-06", DRAGON_BOAT)
    assert (june.begins, june.back_by) == (date(2026, 6, 15), date(2026, 6, 30)), "the 19th is no workday"
    assert (june.count_by, june.report_by) == (date(2026, 7, 3), date(2026, 7, 31))
    december = surveys.dates("2026-12", Workdays({}))
    assert (december.back_by, december.count_by) == (date(2026, 12, 29), date(2027, 1, 1))
    assert december.report_by == date(2027, 1, 31)
    longer = read_rules(standard_text().replace('within = "10 workdays"', 'within = "15 workdays"'))
    assert surveys.dates("2026-12", Workdays({}), longer).back_by == date(2027, 1, 5), "as the company's rules say"


@given(some.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_each_day_has_the_round_that_began_last(day: date) -> None:
    period = surveys.period_of(day)
    began = surveys.first_day(period)
    assert began <= day and (day - began).days <= 184
    assert surveys.before(period) < period and surveys.period_of(began) == period


@pytest.mark.parametrize("odd", ["2026-07", "2026-6", "", "x-06", "2026-06-15"])
def test_what_names_no_round_is_refused(odd: str) -> None:
    with pytest.raises(ValueError):
        surveys.first_day(odd)


# -- duties --------------------------------------------------------------------------------------

DOOR = Door("h", building_id="b", owner="li", address="3栋1501")


def of_survey(day: date, **met: Met) -> dict[str, Any]:
    """The duties of the survey at a door on a day, by kind."""
    facts = Facts([replace(DOOR, met=met)])
    return {one.why: one for one in duties(standard(), facts, at_china(day, 12)) if one.why.startswith("survey")}


@pytest.mark.proves("F1")
def test_each_household_is_owed_a_sheet_and_a_fetching_back_by_its_steward() -> None:
    assert of_survey(date(2026, 12, 14)) == {}
    owed = of_survey(date(2026, 12, 15))
    assert [(one.owner, one.period, one.owed) for one in owed.values()] == [("li", "2026-12", True)] * 2
    assert owed["survey_issue"].due == at_china(date(2026, 12, 22), 23, 59)
    assert owed["survey_return"].due == at_china(date(2026, 12, 29), 23, 59)
    issued = Met(at_china(date(2026, 12, 16), 9), "sheet", "li", CASE)
    owed = of_survey(date(2026, 12, 20), survey_issue=issued)
    assert (owed["survey_issue"].record, owed["survey_issue"].owed) == ((CASE, "sheet"), False)
    assert owed["survey_return"].owed
    last_june = Met(at_china(date(2026, 6, 20), 9), "old", "li", CASE)
    assert of_survey(date(2026, 12, 20), survey_issue=last_june)["survey_issue"].owed, "June's sheet is not December's"
    assert of_survey(date(2027, 1, 2)) == {}, "the month in which it was due is over"


# -- the meter -----------------------------------------------------------------------------------


def sheet(home: str, *, building: str = "b", valid: bool = True, **scored: int) -> Sheet:
    """A sheet that was handed out."""
    return Sheet(home, home, building, True, valid, scored)


@pytest.mark.proves("F1")
def test_the_meter_reaches_95_per_cent_at_19_of_20_and_not_before() -> None:
    doors = {f"h{n}": "b1" if n < 12 else "b2" for n in range(20)}
    whole, first, second = meters(doors, [sheet(f"h{n}") for n in range(19)] + [sheet("h0"), sheet("gone")])
    assert (whole.issued, whole.percent("issued"), whole.reached("issued")) == (19, 95, True)
    assert (first.building_id, first.doors, first.issued) == ("b1", 12, 12)
    assert (second.back, second.percent("back"), second.reached("back")) == (7, 87, False)
    only_out = meters(doors, [sheet(f"h{n}", valid=False) for n in range(20)])[0]
    assert (only_out.issued, only_out.back) == (20, 0)
    assert meters({}, [])[0].percent("back") == 0


@given(some.lists(some.tuples(some.integers(0, 30), some.booleans(), some.sampled_from("ab")), max_size=60))
def test_no_household_counts_twice_and_buildings_add_up(drawn: list[tuple[int, bool, str]]) -> None:
    doors = {f"h{n}": "ab"[n % 2] for n in range(25)}
    found = meters(doors, [sheet(f"h{n}", building=b, valid=valid) for n, valid, b in drawn])
    assert found[0].issued == sum(one.issued for one in found[1:]) <= 25
    assert found[0].back == sum(one.back for one in found[1:]) <= found[0].issued


# -- figures -------------------------------------------------------------------------------------


@pytest.mark.proves("F4")
def test_means_shares_and_what_is_low_as_worked_out_by_hand() -> None:
    now = figures([
        sheet("h1", building="b1", desk=5, guard=3), sheet("h2", building="b1", desk=4, guard=4),
        sheet("h3", building="b2", desk=4, guard=4), sheet("h3", building="b2", desk=1, guard=1),
        sheet("h4", building="b2", valid=False, desk=1, guard=1),
    ])  # fmt: skip
    assert now.sheets == 3, "the second of a household and the one that is not valid do not count"
    assert (now.items["desk"].mean, now.items["desk"].share) == (Decimal("4.33"), Decimal("100.0"))
    assert (now.items["guard"].mean, now.items["guard"].share) == (Decimal("3.67"), Decimal("66.7"))
    assert now.low == ("guard",)
    assert now.buildings["b1"]["guard"].mean == Decimal("3.50")
    assert (now.all.mean, now.all.share) == (Decimal("4.00"), Decimal("83.3"))
    assert surveys.change(now.items["desk"], Figure(2, 9, 2)) == Decimal("-0.17")
    assert surveys.change(now.items["desk"], None) is surveys.change(Figure(), Figure(1, 5, 1)) is None


def test_an_item_just_below_4_is_low_though_it_shows_as_4() -> None:
    one = Figure(1000, 3999, 900)
    assert (one.mean, one.low) == (Decimal("4.00"), True)
    assert not Figure(1, 4, 1).low and not Figure().low


SHEETS = some.lists(
    some.builds(
        Sheet, some.uuids().map(str), some.sampled_from([f"h{n}" for n in range(9)]), some.sampled_from("abc"),
        some.just(True), some.booleans(), some.dictionaries(some.sampled_from("pqr"), some.integers(1, 5)),
    ),
    max_size=25,
)  # fmt: skip


@given(SHEETS)
def test_figures_stay_within_the_scale_and_buildings_add_up_to_the_whole(drawn: list[Sheet]) -> None:
    found = figures(drawn)
    assert found.sheets == len({one.household_id for one in drawn if one.valid})
    for item, one in found.items.items():
        assert one.number <= one.total <= 5 * one.number and 0 <= one.satisfied <= one.number
        assert surveys.together(of[item] for of in found.buildings.values() if item in of) == one
        assert (item in found.low) == (one.total < 4 * one.number)
    assert (
        surveys.unpacked(surveys.packed({k: v.number % 5 + 1 for k, v in found.items.items()})).keys()
        == found.items.keys()
    )


# -- sheets --------------------------------------------------------------------------------------

ABOUT = {"household_id": "h", "building_id": "b", "address": "3栋1501", "about_type": ROUND, "about_id": "r"}
ISSUED = ("form_issued", {"form_id": surveys.FORM_ID, "title": "满意度调查表", "how": "paper", **ABOUT})


def filled(**said: Any) -> tuple[str, dict[str, Any]]:
    """A sheet that was filled in."""
    answers = {"staff": {"desk": "5", "guard": "3"}, "name": "张伟", "phone": "13800138000", **said}
    answers = {name: value for name, value in answers.items() if value}
    return ("form_filled", {"form": "a" * 64, "form_id": surveys.FORM_ID, "title": "满意度调查表", "answers": answers,
                            "shown": [], "facts": {"started": 1}, **ABOUT})  # fmt: skip


def card_of(entries: list[Entry]) -> tuple[str, CaseCard]:
    """The stage and the card's own part of a sheet."""
    card = subject_of(CASE).card(fold(CASE, entries))
    return card.stage, card.as_(CaseCard)


@pytest.mark.proves("F3")
def test_one_sheet_counts_and_a_second_is_kept_and_flagged() -> None:
    assert card_of(history(CASE, ISSUED))[0] == "issued"
    stage, one = card_of(history(CASE, ISSUED, filled()))
    assert (stage, one.valid, one.scores) == ("back", True, "staff/desk:5 staff/guard:3")
    assert one.issued_at is not None
    state = fold(CASE, history(CASE, ISSUED, filled(), filled(staff={"desk": "1"})))
    assert [flag.reason for flag in state.flags] == ["opened_twice"] and len(state.steps) == 3
    assert subject_of(CASE).card(state).as_(CaseCard).scores == "staff/desk:5 staff/guard:3", "the first one counts"
    assert card_of(history(CASE, filled()))[1].valid, "who answers at once needs no handing out first"
    state = fold(CASE, history(CASE, ISSUED, ISSUED))
    assert [flag.reason for flag in state.flags] == ["opened_twice"]


@pytest.mark.proves("F3")
@pytest.mark.parametrize("lacks", [{"name": ""}, {"phone": "  "}])
def test_without_name_or_phone_a_sheet_does_not_count(lacks: dict[str, str]) -> None:
    assert not card_of(history(CASE, ISSUED, filled(**lacks)))[1].valid


# -- remarks -------------------------------------------------------------------------------------

REMARK = ("matter_opened", {"class": "survey_remark", "channel": "survey", "contact_name": "张伟", "content": "灯太暗",
                            "case_id": ID, "case_path": "worst"})  # fmt: skip
CLOSE = ("matter_closed", {"result": "已换灯"})
DRAFT = ("reply_drafted", {"text": "已换灯"})


def step(kind: str, n: int, **more: Any) -> tuple[str, dict[str, Any]]:
    """A step about the draft that is the n-th entry."""
    return kind, {"draft_id": f"00000000-0000-4000-8000-{n:012}", **more}


@pytest.mark.proves("F5")
def test_a_remark_is_answered_by_its_own_letter_and_by_nobody_before_it_is_released() -> None:
    def reasons(*steps: tuple[str, dict[str, Any]]) -> list[str]:
        return [flag.reason for flag in fold(MATTER, history(MATTER, *steps)).flags]

    sent, released = step("replied", 2, how="in_person"), step("reply_released", 2)
    assert reasons(REMARK, CLOSE) == ["reply_not_sent"]
    assert reasons(REMARK, DRAFT, sent) == ["reply_not_released"]
    answer = ("told", {"what": "已换灯", "how": "phone", "answer": True})
    assert reasons(REMARK, DRAFT, answer) == ["reply_not_released"]
    assert reasons(REMARK, DRAFT, released, sent, CLOSE) == []
    assert reasons(REMARK, ("merged", {"into": "other"})) == ["not_by_letter"], "merged ones would be answered together"
    by_hand = ("matter_opened", {key: value for key, value in REMARK[1].items() if not key.startswith("case")})
    assert reasons(by_hand, CLOSE) == [], "what was closed before there were rounds stays as it was"


@pytest.mark.proves("F5")
def test_whose_move_a_remark_is() -> None:
    matter = subject_of(MATTER)

    def move(*steps: tuple[str, dict[str, Any]], held: frozenset[str] = frozenset(("steward",))) -> str | None:
        return matter.move(matter.card(fold(MATTER, history(MATTER, *steps))), "li", held)

    assert move(REMARK) == "draft"
    assert move(REMARK, DRAFT) is None
    assert move(REMARK, DRAFT, held=frozenset(("manager",))) == "release"
    assert move(REMARK, DRAFT, step("reply_released", 2)) == "send"
    whole = (REMARK, DRAFT, step("reply_released", 2), step("replied", 2, how="letter"))
    assert move(*whole) == "close"
    assert matter.card(fold(MATTER, history(MATTER, *whole))).as_(MatterCard).of_survey


# -- the round -----------------------------------------------------------------------------------

OPENED = ("round_opened", {"period": "2026-12", "back_by": "2026-12-29", "count_by": "2027-01-01",
                           "report_by": "2027-01-31"})  # fmt: skip
COUNTED = ("round_counted", {"doors": 20, "issued": 19, "valid": 19})
OPINION = ("opinion_released", {"opinion": "加强夜间巡查"})


@pytest.mark.proves("F4")
def test_the_count_follows_closing_and_the_opinion_follows_the_count() -> None:
    after = at_china(date(2026, 12, 31), 9)
    state = fold(ROUND, history(ROUND, OPENED, COUNTED, OPINION, at=after))
    assert (state.stage, state.flags) == ("released", [])
    clocks = {one.id: one for one in subject_of(ROUND).clocks(state)}
    assert clocks[COUNT].due == at_china(date(2027, 1, 1), 23, 59) and clocks[COUNT].level(after) == "met"
    assert clocks[REPORT].due == at_china(date(2027, 1, 31), 23, 59)
    early = fold(ROUND, history(ROUND, OPENED, COUNTED, at=at_china(date(2026, 12, 20), 9)))
    assert [flag.reason for flag in early.flags] == ["out_of_order"], "it is not closed yet"
    uncounted = fold(ROUND, history(ROUND, OPENED, OPINION, at=after))
    assert [flag.reason for flag in uncounted.flags] == ["out_of_order"]
    (owed,) = subject_of(ROUND).owed(subject_of(ROUND).card(fold(ROUND, history(ROUND, OPENED))))
    assert (owed.clock, owed.owner) == (COUNT, "service_supervisor")
