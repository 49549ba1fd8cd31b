"""What is owed by how an open case stands (K4, L2, P1, X4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules.case_duties import MOST_STEPS, OpenCase, Step, kept
from app.domain.rules.duties import Duty, Facts, duties
from app.domain.rules.duty_rules import read_rules, standard
from app.domain.subjects.case.chains import chain_of
from app.domain.times import DAY, at_china, china_day
from app.domain.wire.errors import Problem

CAME = date(2026, 11, 3)  # a Tuesday
FORMS = frozenset((name, "") for name in ("mail_told", "mail_collected", "lost_given_up", "look", "down"))
RULE = '[[rule]]\nname = "r"\nfor = "case site"\nowner = "holder"\ndone = "form look"\n'


def step(day: date, name: str, form: str = "", hour: int = 10) -> Step:
    return Step(at_china(day, hour), form or f"mail_{name}", name, "li")


def owed(chain: str, steps: Sequence[Step], day: date, text: str = "", **more: object) -> dict[str, Duty]:
    case = OpenCase("c", chain, steps, steward="guan", holder="li", **more)  # type: ignore[arg-type]
    found = duties(read_rules(text) if text else standard(), Facts(cases=[case], forms=FORMS), at_china(day, 20))
    return {one.rule: one for one in found}


def standings(chain: str, steps: Sequence[Step], day: date, **more: object) -> dict[str, str]:
    return {name: one.standing(at_china(day, 20)) for name, one in owed(chain, steps, day, **more).items()}  # type: ignore[arg-type]


@pytest.mark.proves("L2")
def test_l2_mail_is_told_the_day_it_came_and_shows_again_after_seven_days() -> None:
    came = step(CAME, "received", hour=9)
    assert standings("mail", [came], CAME) == {"mail_told": "open"}
    one = owed("mail", [came], CAME)["mail_told"]
    assert (one.about, one.owner, one.form) == (("case", "c"), "desk", "mail_told")
    assert one.due == at_china(CAME, 23, 59)
    assert standings("mail", [came], CAME + timedelta(1)) == {"mail_told": "late"}
    told = step(CAME, "told")
    assert standings("mail", [came, told], CAME + timedelta(6)) == {"mail_told": "done"}
    week = CAME + timedelta(7)
    assert standings("mail", [came, told], week) == {"mail_told": "done", "mail_uncollected": "open"}
    assert standings("mail", [came, told], week + timedelta(1))["mail_uncollected"] == "late"
    fetched = step(week + timedelta(2), "collected")
    assert standings("mail", [came, told, fetched], week + timedelta(3), over_at=fetched.at) == {
        "mail_told": "done", "mail_uncollected": "done_late",
    }  # fmt: skip
    # Fetched the same day without a call: nobody owes anything, and nothing was late.
    fetched = step(CAME, "collected", hour=15)
    assert standings("mail", [came, fetched], week, over_at=fetched.at) == {"mail_told": "done"}
    assert owed("mail", [came], week, ended=True) == {}


def test_who_was_not_reached_was_not_told() -> None:
    mail = chain_of("mail")
    assert not mail.counts({"step": "told", "answers": {"how": "nobody"}})
    assert mail.counts({"step": "told", "answers": {"how": "phone"}}) and mail.counts({"step": "received"})


@pytest.mark.proves("X4")
def test_x4_a_found_thing_is_listed_after_ninety_days_unless_somebody_claimed_it() -> None:
    found = step(CAME, "found", "lost_found")
    day = CAME + timedelta(90)
    assert owed("lost", [found], day - timedelta(1)) == {}
    assert standings("lost", [found], day) == {"lost_unclaimed": "open"}
    assert standings("lost", [found], day + timedelta(8)) == {"lost_unclaimed": "late"}
    claimed = step(day - timedelta(1), "claimed", "lost_claimed")
    assert owed("lost", [found, claimed], day, over_at=claimed.at) == {}
    claimed = step(day + timedelta(1), "claimed", "lost_claimed")
    assert standings("lost", [found, claimed], day + timedelta(2), over_at=claimed.at) == {"lost_unclaimed": "done"}


def test_a_site_is_inspected_twice_in_each_whole_half_week_while_it_goes_on() -> None:
    text = RULE + 'when = "weekly"\ntimes = 2\nafter = ["filed"]\nuntil = ["final"]\n'
    steps = [step(CAME, "filed", "filing"), step(CAME + timedelta(3), "inspected", "look")]
    case = OpenCase("c", "site", steps, holder="li")

    def said(day: date, *more: Step) -> dict[str, str]:
        facts = Facts(cases=[OpenCase("c", "site", [*case.steps, *more], holder="li")], forms=FORMS)
        return {
            one.period: one.standing(at_china(day, 20)) for one in duties(read_rules(text), facts, at_china(day, 20))
        }

    # Tuesday is in the middle of the first half (Monday to Wednesday): owed from Thursday on.
    assert said(date(2026, 11, 10)) == {"2026-W45/2": "done", "2026-W46/1": "open"}
    assert said(date(2026, 11, 12))["2026-W46/1"] == "late"
    final = step(date(2026, 11, 13), "final", "final")
    assert said(date(2026, 11, 20), final) == {"2026-W45/2": "done", "2026-W46/1": "late"}


def test_a_notice_is_taken_down_on_its_last_day_and_one_without_a_day_is_owed_nothing() -> None:
    text = RULE.replace("look", "down") + 'when = "open"\nday = "until"\nafter = ["posted"]\n'
    posted = step(CAME, "posted", "up")
    (one,) = owed("site", [posted], date(2026, 11, 20), text, days={"until": "2026-11-20"}).values()
    assert (one.owner, one.due) == ("li", at_china(date(2026, 11, 20), 23, 59))
    assert owed("site", [posted], date(2026, 11, 19), text, days={"until": "2026-11-20"}) == {}
    assert owed("site", [posted], date(2026, 11, 20), text) == {}


def test_what_a_card_keeps_of_a_long_case_says_how_it_began() -> None:
    steps = [step(CAME, "filed"), *(step(CAME + timedelta(day), "look", "look") for day in range(80))]
    assert len(kept(steps)) == MOST_STEPS and (kept(steps)[0], kept(steps)[-1]) == (steps[0], steps[-1])
    assert kept(steps[:1]) == tuple(steps[:1]) and kept(()) == ()


@given(some.lists(some.tuples(some.integers(0, 40), some.sampled_from(["received", "told", "collected", "returned"])),
                  min_size=1, max_size=8), some.integers(0, 60))  # fmt: skip
def test_each_duty_of_a_case_is_there_once_and_what_is_done_was_owed_before(
    raw: list[tuple[int, str]], until: int
) -> None:
    steps = [step(CAME + timedelta(day), name) for day, name in sorted(raw)]
    now = at_china(CAME + timedelta(until), 20)
    case = OpenCase("c", "mail", steps)
    found = duties(standard(), Facts(cases=[case], forms=FORMS), now)
    assert len({one.id for one in found}) == len(found)
    month = at_china(china_day(now).replace(day=1), 0)
    for one in found:
        assert one.opens <= now and (one.done_at is None or max(one.opens, month) <= one.done_at <= now)
    # What was received last and neither told, collected nor returned since is owed a word.
    seen = [one for one in steps if one.at <= now]
    last = next((one for one in reversed(seen) if one.step in ("told", "collected", "returned")), None)
    waits = [one for one in seen if one.step == "received" and (last is None or seen.index(one) > seen.index(last))]
    assert bool(waits) == any(one.rule == "mail_told" and one.owed for one in found)
    assert not duties(standard(), Facts(cases=[case], forms=frozenset()), now + DAY)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('when = "open"\nafter = "filed"', "after"),
        ('when = "open"\nday = "birthday"', "refund_from"),
        ('when = "open"\nwithin = "soon"', "within"),
        ('when = "open"\nwait = "0 days"', "wait"),
        ('when = "open"\ntimes = 2', "times"),
        ('when = "weekly"\nwait = "3 days"', "wait"),
        ('when = "move_in"', "when"),
    ],
)
def test_what_a_rule_of_a_case_says_wrongly_is_named(wrong: str, says: str) -> None:
    with pytest.raises(Problem) as told:
        read_rules(RULE + wrong)
    assert says in told.value.message("zh") and says in told.value.message("en")


def test_the_steps_of_cases_belong_to_cases_alone() -> None:
    text = '[[rule]]\nname = "r"\nfor = "estate"\nwhen = "daily"\nowner = "steward"\ndone = "form x"\nafter = ["a"]\n'
    with pytest.raises(Problem, match="case"):
        read_rules(text)
