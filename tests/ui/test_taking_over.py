"""签收 and 来电 in the app's own screens: one tap each, and the clocks say what is so (A.1)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.actions.models import TicketForm
from app.domain.subjects.ticket.clocks import clocks
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import MINUTE, SECOND
from app.ui.subjects.ticket.call import left_words
from tests.actions.phones import DESK, SUPERVISOR, WORKER
from tests.actions.test_session import HOME, Team
from tests.support.screens import screens


@pytest.fixture
def team(tmp_path: Path) -> Team:
    made = Team(tmp_path)
    for phone in made.phones.values():
        phone.store.put_settings({"first_pull_done": True})
    return made


def told_by_desk(team: Team) -> str:
    form = TicketForm("灯不亮", household_id=HOME, channel="phone")
    return team.do(team[DESK].tickets.open(form, assign_to=WORKER)).subject_id


@pytest.mark.proves("A2")
def test_the_supervisor_takes_over_from_today_and_from_the_board_by_one_tap(team: Team) -> None:
    first, second = told_by_desk(team), told_by_desk(team)
    team.clock.forward(10)

    async def go() -> None:
        async with screens(team[SUPERVISOR], "/") as seen:
            assert "转工程 已超" in seen.words()
            await seen.tap(f"receive-{first}")
        async with screens(team[SUPERVISOR], "/desk") as seen:
            await seen.tap(f"act-{second}")
        async with screens(team[DESK], "/desk") as seen:
            assert "转工程 已超" in seen.words()  # until it hears of it

    asyncio.run(go())
    for ticket in (first, second):
        assert team[SUPERVISOR].tickets.view(ticket).state.taken_over_at == team.clock.now
    assert [card.id for card in team[SUPERVISOR].today().tickets] == []


@pytest.mark.proves("A2")
def test_the_ticket_s_page_offers_it_to_the_supervisor_and_the_worker(team: Team) -> None:
    ticket = told_by_desk(team)

    async def go() -> None:
        for who, action in ((WORKER, "second-action"), (SUPERVISOR, "main-action")):
            async with screens(team[who], f"/ticket/{ticket}") as seen:
                assert "签收" in seen.words()
                await seen.tap(action)
            assert team[who].tickets.view(ticket).state.taken_over_at == team.clock.now

    asyncio.run(go())


def test_assigning_takes_over_for_the_supervisor_and_not_for_the_desk(team: Team) -> None:
    ticket = team.do(team[DESK].tickets.open(TicketForm("灯不亮", household_id=HOME))).subject_id
    team.do(team[SUPERVISOR].tickets.assign(ticket, WORKER))
    kinds = [row.kind for row in team[SUPERVISOR].tickets.view(ticket).steps]
    assert "received" in kinds
    other = told_by_desk(team)
    assert team[DESK].tickets.view(other).state.taken_over_at is None


@pytest.mark.proves("A1")
def test_the_moment_of_the_call_is_the_request_and_outlives_a_kill(team: Team) -> None:
    rang = team[DESK].now()

    async def begin() -> None:
        async with screens(team[DESK], "/") as seen:
            await seen.tap("call")
            assert seen.path == "/ticket-new" and "还剩 2:00" in seen.words()

    async def go_on() -> str:
        async with screens(team[DESK], "/ticket-new") as seen:
            assert "已超 0:01" in seen.words()
            await seen.tap("where-public")
            await seen.type("place", "南门岗亭")
            await seen.type("content", "灯不亮")
            await seen.tap("main-action")
            return seen.path

    asyncio.run(begin())
    team.clock.forward(2 + 1 / 60)
    path = asyncio.run(go_on())
    state = team[DESK].tickets.view(path.removeprefix("/ticket/")).state
    assert state.requested_at == rang and state.channel == "phone"
    late = next(one for one in clocks(state) if one.id == "register")
    assert late.met_at is not None and late.met_at - late.due == SECOND


def test_a_wrong_tap_is_taken_back(team: Team) -> None:
    async def go() -> None:
        async with screens(team[DESK], "/ticket-new") as seen:
            await seen.tap("channel-phone")
            assert "call-time" in seen.ids()
            await seen.tap("call-undo")
            assert "call-time" not in seen.ids() and "channel-desk" in seen.ids()

    asyncio.run(go())


@pytest.mark.parametrize(
    ("left", "words"),
    [(2 * MINUTE, "还剩 2:00"), (1_001, "还剩 0:02"), (0, "还剩 0:00"), (-1, "已超 0:01"), (-61_000, "已超 1:01")],
)
def test_the_two_minutes_are_told_to_the_second(left: int, words: str) -> None:
    assert left_words(left) == words


@pytest.mark.proves("A7")
def test_who_declines_is_asked_to_think_it_over_before_anybody_asks_why(team: Team) -> None:
    ticket = team.ticket()
    team.until(ticket, "price")
    steps: list[Any] = []

    async def go() -> None:
        async with screens(team[WORKER], f"/ticket/{ticket}/consent") as seen:
            await seen.tap("second-action")
            assert "请您考虑后再报" in seen.words() and "decline-reason" not in seen.ids()
            await seen.tap("main-action")
            await seen.type("decline-reason", "太贵")
            await seen.tap("main-action")

    asyncio.run(go())
    steps = [entry.kind for entry in team[WORKER].store.entries(TICKET, ticket)]
    assert steps[-2:] == ["reminded", "consent"]
