"""What cleaning owes and what a month of it comes to (Q), by example and by chance."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules import cleaning as c
from app.domain.rules.cleaning import Check, SignedIn, Taken, month_of
from app.domain.rules.duty_rules import standard
from app.domain.rules.form_duties import Filled, Spot, form_owings
from app.domain.subjects import subject_of
from app.domain.subjects.case.chains.cleaning import materials_of
from app.domain.subjects.case.kinds import CASE
from app.domain.times import at_china
from tests.domain.test_chain_rules import Chain

DAY = date(2026, 11, 2)  # a Monday


def check(n: int, score: int, post: str = "p1", **more: Any) -> Check:
    said = {"name": "大堂", "area": "lobby", "contractor": "", "standing": ""} | more
    return Check(id=f"c{n}", at=n, by="lead", post=post, score=score, **said)


@pytest.mark.proves("Q2")
def test_what_was_poor_is_due_again_on_its_day_until_a_check_finds_it_right() -> None:
    chain = Chain("cleaning")
    chain.step("checked", DAY, answers={"score": "2", "area": "lobby", "again": "2026-11-04"})
    assert chain.standing(DAY) == "to_recheck" and chain.state.stage == "open"
    (clock,) = subject_of(CASE).clocks(chain.state)
    assert (clock.id, clock.due, clock.met_at) == ("cleaning_recheck", at_china(date(2026, 11, 4), 23, 59), None)
    again = chain.step("rechecked", DAY + timedelta(2), ("checked", "rechecked"), answers={"score": "3"})
    first, second = subject_of(CASE).clocks(chain.state)
    assert (first.met_at, second.due) == (again.at, at_china(date(2026, 11, 5), 23, 59)), "without a day: the next one"
    chain.step("rechecked", DAY + timedelta(3), ("checked", "rechecked"), answers={"score": "4"})
    assert chain.standing(DAY) == "" and chain.state.stage == "done" and chain.reasons == []
    assert all(one.met_at for one in subject_of(CASE).clocks(chain.state))
    good = Chain("cleaning")
    good.step("checked", DAY, answers={"score": "4", "area": "lobby"})
    assert good.state.stage == "done" and subject_of(CASE).clocks(good.state) == []


@pytest.mark.proves("Q3")
@pytest.mark.parametrize("form", ["quality_check", "quality_report"])
def test_the_weekly_check_and_its_report_are_owed_on_monday(form: str) -> None:
    rules = [one for one in standard().by_form() if one.form == form]
    forms = {(form, "")}

    def owed(day: date, *filled: Filled) -> list[tuple[date, bool]]:
        spot = Spot("estate", "estate", filled={form: filled})
        return [
            (one.period.due, one.done is not None) for one in form_owings(rules, {"estate": [spot]}, forms, day)
        ]  # fmt: skip

    assert [rule.owner for rule in rules] == ["environment_supervisor"]
    assert owed(DAY) == [(DAY, False)], "before Tuesday begins"
    done = Filled(at_china(DAY, 15), "c")
    assert owed(DAY + timedelta(7), done) == [(DAY, True), (DAY + timedelta(7), False)]
    assert list(form_owings(rules, {"estate": [Spot("estate", "estate")]}, set(), DAY)) == [], "not published: not owed"


def test_a_month_by_post_the_contractors_alike_and_materials() -> None:
    found = month_of(
        [check(1, 5), check(2, 2, standing=c.WAITING), check(3, 4, "p2", name="花园", area="", contractor="绿源"),
         check(4, 3, "green@路边", name="路边", area="green", standing=c.RIGHT)],
        [SignedIn("s1", 5, "cleaner", "p1", "大堂"), SignedIn("s2", 6, "cleaner", "p3", "车库")],
        [Taken("m1", 1, "bags", 3), Taken("m2", 2, "gloves", 9), Taken("m3", 3, "bags", 4)],
    )  # fmt: skip
    rows = [(one.name, one.mean, len(one.checks), len(one.signed), one.contracted) for one in found.posts]
    assert rows == [
        ("路边", Decimal("3.0"), 1, 0, True), ("大堂", Decimal("3.5"), 2, 1, False),
        ("花园", Decimal("4.0"), 1, 0, True), ("车库", None, 0, 1, False),
    ]  # fmt: skip
    assert [one.name for one in found.of(contracted=True)] == ["路边", "花园"]
    assert c.mean([check(1, 4), check(2, 5), check(3, 5), check(4, 4)]) == Decimal("4.5")
    assert {what: c.total(rows) for what, rows in found.materials.items()} == {"gloves": 9, "bags": 7}
    assert found.posts[1].count(c.WAITING) == 1


@given(some.lists(some.tuples(some.integers(1, 5), some.sampled_from("abc")), max_size=30), some.randoms())
def test_each_check_counts_at_one_post_whatever_their_order(said: list[tuple[int, str]], chance: Any) -> None:
    checks = [check(n, score, post, name=post) for n, (score, post) in enumerate(said)]
    found = month_of(checks, [], [])
    assert sorted(one.id for one in found.checks) == sorted(one.id for one in checks)
    for post in found.posts:
        scores = [one.score for one in post.checks]
        assert post.mean is not None and min(scores) <= post.mean <= max(scores)
    mixed = checks[:]
    chance.shuffle(mixed)
    assert month_of(mixed, [], []) == found


def test_materials_of_one_kind_are_one_line_and_what_no_form_says_is_left_out() -> None:
    rows = [{"#": "1", "what": "bags", "number": "3"}, {"#": "2", "what": "bags", "number": "2"}, {"#": "3"}]
    known = materials_of({"answers": {"material": rows}})
    assert known == {"materials": "bags:5"}
    assert c.read_taken("m", 1, known) == [Taken("m", 1, "bags", 5)] and c.read_taken("m", 1, {}) == []
    assert c.read_check("x", 1, "", ("", ""), "", {}) is None
