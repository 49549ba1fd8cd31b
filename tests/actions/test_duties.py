"""What a supervisor says of visits that are owed, and what is refused of it with nothing lost (D.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from app.actions.session import Session
from app.domain.rules.duties import Duty
from app.domain.times import DAY
from app.domain.wire.errors import Problem
from app.domain.wire.exchange import Page
from tests.actions.phones import SERVICE, STEWARD, Clock, phone_of, ref, uid

HOME = uid("home", "3栋2单元1501")


def owed_at(session: Session, household_id: str = HOME) -> Duty:
    home = session.home(household_id)
    assert home is not None
    found = session.duties.at_door(home)
    assert found is not None
    return found


def refused(session: Session, verb: Coroutine[Any, Any, Any]) -> str:
    """Why a verb says no; nothing of it is saved."""
    before = session.store.outbox_counts()
    with pytest.raises(Problem) as told:
        asyncio.run(verb)
    assert session.store.outbox_counts() == before
    assert told.value.message("zh") and told.value.message("en")
    return told.value.kind.name


@pytest.mark.proves("D1")
def test_d1_an_excuse_without_reason_and_a_day_that_is_over_are_refused_with_nothing_saved(tmp_path: Path) -> None:
    boss = phone_of(tmp_path, SERVICE)
    duty, now = owed_at(boss), boss.now()
    home = boss.home(HOME)
    assert home is not None
    assert refused(boss, boss.duties.excuse(duty, "")) == "field_missing"
    assert refused(boss, boss.duties.move(duty, "", SERVICE)) == "field_missing"
    assert refused(boss, boss.duties.move(duty, "改期", due=now - DAY)) == "due_in_past"
    assert refused(boss, boss.duties.plan(home, "看望老人", now - DAY)) == "due_in_past"
    assert refused(boss, boss.duties.plan(home, "", now + DAY)) == "field_missing"
    assert refused(boss, boss.duties.hand_over([], SERVICE, "请假")) == "not_found"
    assert owed_at(boss) == duty


@pytest.mark.proves("D1")
def test_d1_a_visit_is_planned_for_the_steward_or_for_who_is_named_once(tmp_path: Path) -> None:
    boss = phone_of(tmp_path, SERVICE)
    home = boss.home(HOME)
    assert home is not None and boss.duties.steward_of(home) == STEWARD
    once = boss.new_id()
    for _ in range(2):
        asyncio.run(boss.duties.plan(home, "看望老人", boss.now() + DAY, once=once))
    asyncio.run(boss.duties.plan(home, "住户约好的", boss.now() + 2 * DAY, SERVICE))
    planned = [one for one in boss.duties.of_month() if one.rule == "by_hand"]
    assert [(one.content, one.owner, one.given) for one in planned] == [
        ("看望老人", STEWARD, False), ("住户约好的", SERVICE, True),
    ]  # fmt: skip


@pytest.mark.proves("D1")
def test_d1_what_was_planned_done_and_then_excused_counts_once(tmp_path: Path) -> None:
    clock = Clock()
    boss = phone_of(tmp_path, SERVICE, clock)
    home = boss.home(HOME)
    assert home is not None
    made = asyncio.run(boss.duties.plan(home, "看望老人", boss.now() + DAY)).subject_id
    planned = boss.duties.find(made)
    assert planned is not None
    clock.forward(5)
    visit = {"household_id": HOME, "address": home.address, "occasion": "monthly", "met": True, "met_name": "张伟"}
    asyncio.run(boss.record("visit", boss.new_id(), "visited", visit))
    asyncio.run(boss.duties.excuse(planned, "全家外出"))
    done = boss.duties.find(made)
    assert done is not None and (done.done_at is not None, done.excused) == (True, "")


def test_all_that_somebody_owed_who_left_is_nobody_s_and_given_on_at_once(tmp_path: Path) -> None:
    boss = phone_of(tmp_path, SERVICE)
    gone = {"number": "LI", "name": "李静", "roles": [], "phone": "", "active": False, "building_ids": ["b3"]}
    boss.store.apply_page(Page("estate", 2, False, (ref("staff", STEWARD, **gone),)))
    theirs = [one for one in boss.duties.of_month() if one.left == STEWARD]
    assert len(theirs) == 3 and {one.owner for one in theirs} == {""}
    asyncio.run(boss.duties.hand_over(theirs, SERVICE, "李静离职"))
    assert {one.owner for one in boss.duties.of_month() if one.id in {two.id for two in theirs}} == {SERVICE}
