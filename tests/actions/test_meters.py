"""Meter rounds (M3) and trouble at doors (V6) on phones without a network."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions import Session
from app.actions.form_draft import Where
from app.domain.rules.meter_rounds import LEFT
from app.domain.subjects.case.kinds import CASE
from app.domain.wire.errors import Problem
from tests.actions.phones import DESK, STEWARD, SUPERVISOR, WORKER, uid
from tests.actions.test_session import Team
from tests.support.filled import built_in, fill, open_form
from tests.support.forms import put_on_phone

ROOMS = ("3栋1单元203", "3栋2单元1501", "3栋2单元1502")
METERS = ("meter_reading", "meter_missed", "meter_base", "vacant_check")
MONTH = 24 * 60 * 30


def at(room: str) -> Where:
    return Where(household_id=uid("home", room), unit_id=uid("unit", room), building_id="b3", address=room)


def reader(team: Team, who: str = STEWARD) -> Session:
    put_on_phone(team[who], *built_in(*METERS))
    return team[who]


@pytest.mark.proves("M3")
def test_m3_a_steward_reads_a_building_door_by_door_whichever_form_says_it(tmp_path: Path) -> None:
    team = Team(tmp_path)
    steward = reader(team)

    async def play() -> None:
        for room in ROOMS:
            await fill(steward, "meter_base", at(room), when="change", water="100", power="40")
        team.clock.forward(MONTH)  # 21 December
        (one,) = steward.meters.to_walk()
        assert (one.site.name, one.all(), one.done(), one.owner) == ("3栋", 6, 0, STEWARD)
        await fill(steward, "meter_reading", at(ROOMS[0]), meter="water", reading="112")
        await fill(steward, "meter_base", at(ROOMS[1]), when="move_out", water="99", power="41")
        await fill(steward, "meter_missed", at(ROOMS[2]), meter="water", why="nobody")
        view = steward.meters.view(one.id)
        assert view.reads is not None and view.misses is not None
        said = [(each.door.address, each.standing, each.odd, str(each.used)) for each in view.round.of("water")]
        assert said == [
            (ROOMS[0], "read", "", "12"), (ROOMS[1], "odd", "less", "None"), (ROOMS[2], "missed", "", "None"),
        ]  # fmt: skip
        assert (view.round.done("power"), view.round.first_kind) == (1, "power")
        coming = view.round.next("power")
        assert coming is not None and coming.door.address == ROOMS[2]
        for room in (ROOMS[0], ROOMS[2]):
            await fill(steward, "meter_reading", at(room), meter="power", reading="55")
        again = open_form(steward, "meter_reading", at(ROOMS[0]))[1]
        assert again.find("present").value == "outside", "who read it outside once reads it outside"
        assert steward.meters.to_walk() == [] and steward.meters.rounds()[0].count(LEFT) == 0
        (duty,) = [each for each in steward.duties.of_month() if each.rule == "meter_round"]
        assert (duty.owed, duty.done_by, duty.content) == (False, STEWARD, "6 / 6")
        team.clock.forward(24 * 60 * 12)  # 2 January: that round is over, the next has not begun
        assert steward.meters.rounds() == []
        with pytest.raises(Problem):
            steward.meters.view(one.id)

    asyncio.run(play())


@pytest.mark.proves("M3")
def test_m3_whose_round_it_is(tmp_path: Path) -> None:
    team = Team(tmp_path)
    assert team[STEWARD].meters.to_walk() == [] and not team[STEWARD].meters.any_round(), "nothing is published"
    for who in (STEWARD, WORKER, DESK):
        reader(team, who)
    assert [one.site.id for one in team[STEWARD].meters.rounds()] == ["b3"]
    assert team[WORKER].meters.to_walk() == [] and not team[WORKER].meters.any_round()
    assert team[DESK].meters.to_walk() == []


@pytest.mark.proves("V6")
def test_v6_what_somebody_met_at_a_door_is_answered_and_they_see_the_answer_until_they_open_it(tmp_path: Path) -> None:
    team = Team(tmp_path)
    boss, worker = team[SUPERVISOR], team[WORKER]
    for session in (boss, worker):
        put_on_phone(session, *built_in("door_trouble", "door_trouble_answer"))

    async def play() -> None:
        asked = await fill(worker, "door_trouble", at(ROOMS[0]), trouble="money", words="塞了两百", answer="yes")
        told = await fill(worker, "door_trouble", at(ROOMS[1]), trouble="dog")
        assert worker.todo.mine()[0] == [], "who reported it has nothing more to do"
        team.order.give([*worker.store.entries(CASE, asked), *worker.store.entries(CASE, told)], *team.phones.values())
        assert [card.id for card in boss.cases.watched()["to_answer"]] == [asked]
        assert {card.id for card in boss.troubles.to_teach()} == {asked, told}
        assert worker.troubles.answers() == []
        await fill(boss, "door_trouble_answer", at(ROOMS[0]), asked, said="谢谢，公司有规定，不能收。")
        answered = [one for one in boss.store.entries(CASE, asked) if one.author == SUPERVISOR]
        team.order.give(answered, *team.phones.values())
        assert boss.cases.watched() == {} and [card.id for card in worker.troubles.answers()] == [asked]
        assert team[STEWARD].troubles.answers() == []
        worker.troubles.saw(told)
        assert len(worker.troubles.answers()) == 1
        worker.troubles.saw(asked)
        assert worker.troubles.answers() == []
        held = await boss.trainings.hold(
            boss.new_id(), "trouble", "", 30, boss.now(), [WORKER], troubles=boss.troubles.to_teach()[:1]
        )
        left = [card.id for card in boss.troubles.to_teach()]
        body = held.entries[0].body["troubles"]
        assert len(body) == len(left) == 1 and body[0]["case_id"] not in left

    asyncio.run(play())


@pytest.mark.proves("V6")
def test_v6_an_answer_is_owed_for_what_asks_for_one_and_what_need_not_be_taught_is_left_out(tmp_path: Path) -> None:
    team = Team(tmp_path)
    boss = team[SUPERVISOR]
    put_on_phone(boss, *built_in("door_trouble", "door_trouble_answer"))

    async def play() -> None:
        await fill(boss, "door_trouble", at(ROOMS[1]), trouble="dog")
        case = await fill(boss, "door_trouble", at(ROOMS[0]), trouble="price other", words="嫌贵", answer="yes")
        (duty,) = [one for one in boss.duties.of_month() if one.rule == "trouble_answered"]
        assert (duty.owner, duty.about, duty.form) == ("service_supervisor", ("case", case), "door_trouble_answer")
        await fill(boss, "door_trouble_answer", at(ROOMS[0]), case, said="价目表给住户看", teach="no")
        assert not any(one.owed for one in boss.duties.of_month() if one.rule == "trouble_answered")
        assert [card.address for card in boss.troubles.to_teach()] == [ROOMS[1]]

    asyncio.run(play())
