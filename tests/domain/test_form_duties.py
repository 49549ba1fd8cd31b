"""What is owed by forms (H1, O1), and the rules that say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules.duties import Duty, Facts, duties
from app.domain.rules.duty_rules import SESSION, read_rules, standard
from app.domain.rules.form_duties import Filled, Spot, duty_id, is_checked
from app.domain.times import DAY, HOUR, at_china
from app.domain.wire.errors import Problem

TODAY = date(2026, 11, 21)  # a Saturday
NOW = at_china(TODAY, 9)
FORMS = frozenset({("vacant_check", "")})
MONTHLY = duty_id("vacant_check", ("unit", "u"), "2026-11")
WEEKLY = """
[[rule]]
name = "wet"
for = "vacant_unit"
when = "weekly"
months = [4, 5, 6, 7, 8, 9, 11]
{more}
owner = "steward"
done = "form vacant_check"

[[rule]]
name = "vacant_check"
for = "vacant_unit"
when = "monthly"
owner = "steward"
done = "form vacant_check"
"""


def filled(*day: int, hour: int = 10, case: str = "c", duty: str = "") -> Filled:
    return Filled(at_china(date(*day), hour), case, "steward", duty)


def owed(*done: Filled, text: str = "", now: int = NOW, **more: object) -> list[Duty]:
    spot = Spot("unit", "u", "3栋1单元1502", "b3", "", "steward", {"vacant_check": done})
    facts = Facts(spots={"vacant_unit": [spot]}, forms=FORMS, **more)  # type: ignore[arg-type]
    return duties(read_rules(text) if text else standard(), facts, now)


@pytest.mark.proves("H1")
def test_h1_each_vacant_unit_is_owed_a_check_each_month_by_its_steward_until_one_is_filled_in() -> None:
    (one,) = owed(filled(2026, 10, 31))
    assert (one.id, one.about, one.owner, one.form) == (MONTHLY, ("unit", "u"), "steward", "vacant_check")
    assert one.due == at_china(date(2026, 11, 30), 23, 59) and one.owed
    (done,) = owed(filled(2026, 11, 3))
    assert (done.id, done.record, done.done_by, done.standing(NOW)) == (MONTHLY, ("case", "c"), "steward", "done")


@pytest.mark.proves("H1")
def test_h1_in_the_wet_season_a_company_has_it_weekly_and_twice_a_week() -> None:
    weeks = owed(filled(2026, 11, 3), text=WEEKLY.format(more=""))
    said = sorted((one.period, one.standing(NOW)) for one in weeks)
    assert said == [("2026-W44", "late"), ("2026-W45", "done"), ("2026-W46", "late"), ("2026-W47", "open")]
    twice = owed(filled(2026, 11, 17), filled(2026, 11, 18), text=WEEKLY.format(more="times = 2"))
    this_week = [(one.period, one.standing(NOW)) for one in twice if one.period.startswith("2026-W47")]
    assert sorted(this_week) == [("2026-W47/1", "done"), ("2026-W47/2", "done")]
    december = owed(text=WEEKLY.format(more=""), now=at_china(date(2026, 12, 3), 9))
    assert [one.rule for one in december] == ["vacant_check"]


def test_what_is_begun_from_a_late_duty_fulfils_that_one_and_by_whom_ever_once() -> None:
    late = duty_id("wet", ("unit", "u"), "2026-W46")
    twice = (filled(2026, 11, 19, case="first", duty=late), filled(2026, 11, 20, case="second", duty=late))
    by_period = {one.period: one for one in owed(*twice, text=WEEKLY.format(more=""))}
    assert (by_period["2026-W46"].standing(NOW), by_period["2026-W46"].record) == ("done_late", ("case", "first"))
    assert by_period["2026-W47"].owed


def test_nobody_owes_a_form_that_is_not_published_there() -> None:
    spots = {"vacant_unit": [Spot("unit", "u", estate="LY"), Spot("unit", "v", estate="QS")]}
    for forms, owes in ((frozenset(), []), (frozenset({("vacant_check", "LY")}), ["u"]), (FORMS, ["u", "v"])):
        found = duties(standard(), Facts(spots=spots, forms=forms), NOW)
        assert sorted(one.about[1] for one in found) == owes


@pytest.mark.proves("O1")
def test_o1_bills_are_owed_per_household_from_the_25th_to_the_months_end() -> None:
    spots = {"household": [Spot("household", "h", owner="steward")]}
    forms = frozenset({("bill_delivered", "")})
    assert duties(standard(), Facts(spots=spots, forms=forms), NOW) == []
    (one,) = duties(standard(), Facts(spots=spots, forms=forms), at_china(date(2026, 11, 25), 9))
    assert (one.form, one.visit, one.opens) == ("bill_delivered", False, at_china(date(2026, 11, 25), 0))
    assert one.due == at_china(date(2026, 11, 30), 23, 59)


@pytest.mark.proves("W5")
def test_the_office_s_dates_are_owed_until_the_report_is_sent() -> None:
    """W5: Tuesday, the 23rd, 25th and 28th, and the quarter's analysis in the month after it."""
    days = {"finance_summary": (23, "finance"), "month_tables": (25, "service_supervisor"),
            "work_memo": (28, "service_supervisor"), "quarter_report": (15, "service_supervisor")}  # fmt: skip
    forms = frozenset((form, "") for form in (*days, "quality_report"))
    sent = [filled(2026, 10, 22)]

    def owed(now: int) -> dict[str, Duty]:
        spots = {"estate": [Spot("estate", "estate", filled={"finance_summary": sent})]}
        return {one.form: one for one in duties(standard(), Facts(spots=spots, forms=forms), now)}

    october = owed(at_china(date(2026, 10, 26), 9))
    assert {form: (october[form].due, october[form].owner) for form in days} == {
        form: (at_china(date(2026, 10, day), 23, 59), owner) for form, (day, owner) in days.items()
    }
    assert october["finance_summary"].standing(NOW) == "done" and october["month_tables"].owed
    november = owed(at_china(date(2026, 11, 24), 9))
    assert "quarter_report" not in november and november["finance_summary"].standing(NOW + 5 * DAY) == "late"
    assert november["quality_report"].due == at_china(date(2026, 11, 23), 23, 59), "before Tuesday"


def test_a_weekly_meeting_is_due_by_its_day() -> None:
    text = '[[rule]]\nname = "m"\nfor = "estate"\nwhen = "weekly"\nby = "friday"\nowner = "manager"\ndone = "form m"\n'
    spots = {"estate": [Spot("estate", "estate", filled={"m": [filled(2026, 11, 13), filled(2026, 11, 21)]})]}
    found = duties(read_rules(text), Facts(spots=spots, forms=frozenset({("m", "")})), NOW + HOUR)
    assert [(one.period, one.standing(NOW + 2 * HOUR)) for one in sorted(found, key=lambda one: one.due)] == [
        ("2026-W45", "late"), ("2026-W46", "done"), ("2026-W47", "done_late"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('done = "visit"', "form 表单的 form_id"),
        ('done = "form"', "form 表单的 form_id"),
        ('done = "form x"\nmonths = [13]', "1 到 12"),
        ('done = "form x"\ntimes = 8', "1 到 7"),
        ('done = "form x"\nfrom = 25', "from"),
        ('done = "form x"\nby = "freitag"', "monday"),
        ('done = "form x"\nwithin = "3 days"', "within"),
        ('done = "form x"\nshare = 30', "share"),
    ],
)
def test_what_a_rule_of_a_form_says_wrongly_is_named(wrong: str, says: str) -> None:
    text = f'[[rule]]\nname = "r"\nfor = "vacant_unit"\nwhen = "weekly"\nowner = "steward"\n{wrong}\n'
    with pytest.raises(Problem) as told:
        read_rules(text)
    assert says in told.value.message("zh") and told.value.details["rule"] == "r"


def test_parking_spaces_are_not_checked() -> None:
    assert [is_checked(room) for room in ("1502", "商铺03", "整栋", "车位B1-023", "储藏室12")] == [True] * 3 + [
        False
    ] * 2


DAYS = some.integers(0, 75).map(lambda n: date(2026, 10, 1) + timedelta(days=n))


@given(some.lists(some.tuples(DAYS, some.integers(0, 23)), max_size=12), DAYS, some.sampled_from(("", "times = 3")))
def test_each_form_fulfils_at_most_one_duty_and_each_duty_stands_once(
    done: list[tuple[date, int]], today: date, more: str
) -> None:
    now = at_china(today, 23, 59)
    fills = [Filled(at_china(day, hour), f"c{n}") for n, (day, hour) in enumerate(sorted(done))]
    fills = [one for one in fills if one.at <= now]
    found = owed(*fills, text=WEEKLY.format(more=more), now=now)
    records = [one.record for one in found if one.record is not None]
    assert len(records) == len(set(records)) and len({one.id for one in found}) == len(found)
    for one in found:
        assert one.opens <= now and one.opens < one.due
        assert one.done_at is None or abs(one.done_at - one.opens) < 32 * DAY


def at_estate(now: int, form: str, *done: Filled) -> list[tuple[str, str]]:
    """What an estate owes by one form of the built-in rules: each period, and how it stands."""
    spots = {"estate": [Spot("estate", "estate", filled={form: done})]}
    found = duties(standard(), Facts(spots=spots, forms=frozenset({(form, "")})), now)
    return sorted((one.period, one.standing(now)) for one in found if one.form == form)


@pytest.mark.proves("V1")
def test_v1_the_plan_of_the_next_year_is_owed_until_the_15th_of_december_and_counts_once_it_is_approved() -> None:
    plan = filled(2026, 12, 2)
    unsigned = replace(plan, signed=False)
    said = [
        at_estate(at_china(date(*day), 9), "training_plan", *done)
        for day, done in (
            ((2026, 11, 14), ()), ((2026, 11, 15), ()), ((2026, 12, 15), (unsigned,)), ((2026, 12, 16), (unsigned,)),
            ((2026, 12, 16), (plan,)), ((2027, 1, 4), (plan,)),
        )
    ]  # fmt: skip
    assert said == [[], *([("2026", how)] for how in ("open", "open", "late", "done")), []]


@pytest.mark.proves("V1")
def test_v1_a_training_session_is_owed_each_week_where_training_is_planned() -> None:
    spots = {"estate": [Spot("estate", "estate", filled={SESSION: [filled(2026, 11, 11, case="held")]})]}
    assert [one for one in duties(standard(), Facts(spots=spots), NOW) if one.rule == "training"] == []
    facts = Facts(spots=spots, forms=frozenset({("training_plan", "")}))
    found = [one for one in duties(standard(), facts, NOW) if one.rule == "training"]
    assert sorted((one.period, one.standing(NOW)) for one in found) == [
        ("2026-W44", "late"), ("2026-W45", "late"), ("2026-W46", "done"), ("2026-W47", "open"),
    ]  # fmt: skip
    assert [(one.record, one.form) for one in found if not one.owed] == [(("training", "held"), "")]


@pytest.mark.proves("U2")
def test_u2_a_gathering_is_owed_in_each_half_of_the_year_and_the_first_counts_for_the_first() -> None:
    spring, autumn = filled(2026, 4, 6), filled(2026, 10, 3)
    said = [
        at_estate(at_china(date(*day), 9), "event_result", *done)
        for day, done in (
            ((2026, 2, 1), ()), ((2026, 4, 30), (spring,)), ((2026, 5, 2), (spring,)), ((2026, 7, 1), ()),
            ((2026, 11, 21), (spring,)), ((2026, 10, 31), (spring, autumn)),
        )
    ]  # fmt: skip
    assert said == [
        [("2026/1", "open")], [("2026/1", "done")], [], [("2026/2", "open")], [("2026/2", "open")],
        [("2026/2", "done")],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "says"),
    [('done = "form x"\nby = "2-30"', "12-15"), ('done = "form x"\nsigned = 1', "true"),
     ('done = "training"\nsigned = true', "signed")],
)  # fmt: skip
def test_what_a_yearly_rule_says_wrongly_is_named(wrong: str, says: str) -> None:
    text = f'[[rule]]\nname = "r"\nfor = "estate"\nwhen = "yearly"\nowner = "manager"\n{wrong}\n'
    with pytest.raises(Problem) as told:
        read_rules(text)
    assert says in told.value.message("zh")
