"""今日: what must be done first stands first, each tile opens the very list it counts, and scanning is one tap away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import flet as ft
import pytest

from app.actions import Session
from app.actions.models import TicketForm
from app.domain.times import HOUR
from app.ui.screens.desk import confirm
from app.ui.screens.today.page import TILES
from app.ui.subjects.ticket.tickets import Wanted
from tests.actions.phones import DESK, STEWARD, SUPERVISOR, WORKER
from tests.actions.test_session import HOME, Team
from tests.support.screens import screens, written_on

RED_EDGE = ft.Border.all(2, ft.Colors.ERROR)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    made = Team(tmp_path)
    for phone in made.phones.values():
        phone.store.put_settings({"first_pull_done": True})
    return made


def words(session: Session, path: str = "/") -> tuple[list[str], str]:
    """What stands on a screen: its identifiers and its words."""

    async def look() -> tuple[list[str], str]:
        async with screens(session, path) as seen:
            return seen.ids(), seen.words()

    return asyncio.run(look())


def judged_elsewhere(team: Team) -> str:
    """A ticket of the worker's that waits for the supervisor: at the door it turned out not to be on the list."""
    ticket = team.ticket()
    team.until(ticket, "arrive")
    team.do(team[WORKER].tickets.find(ticket, description="墙内漏水", listed=False))
    return ticket


def test_what_others_must_do_stands_apart_and_below_without_their_clock_as_mine(team: Team) -> None:
    """B6: the first card was red by the supervisor's clock, and not the worker's move."""
    theirs = judged_elsewhere(team)
    team.clock.forward(60)
    mine = team.ticket()
    today = team[WORKER].today()
    assert [card.id for card in today.tickets] == [mine] and [card.id for card in today.waiting] == [theirs]
    ids, said = words(team[WORKER])
    assert ids.index(f"ticket-{mine}") < ids.index(f"waiting-{theirs}")
    assert "等主管" in said and "待主管判定" in said and "判定 已超" not in said
    assert theirs in [card.id for card in team[SUPERVISOR].today().tickets]
    assert "判定 已超 47 分钟" in words(team[SUPERVISOR])[1]


def test_urgent_ones_stand_first_and_among_equals_the_clock_decides(team: Team) -> None:
    """B6: a new urgent ticket stood fifth."""
    soon, later = team.ticket(), team.ticket(appointment_at=team.clock.now + 5 * HOUR)
    for ticket in (soon, later):
        team.do(team[WORKER].tickets.accept(ticket))
    plain, urgent = team.ticket(), team.ticket(urgent=True)
    assert [card.id for card in team[WORKER].today().tickets] == [urgent, soon, plain, later]
    team.do(team[DESK].tickets.set_urgent(later, True))
    assert [card.id for card in team[WORKER].today().tickets] == [urgent, later, soon, plain]
    team.do(team[DESK].tickets.set_urgent(urgent, False))
    assert [card.id for card in team[WORKER].today().tickets] == [later, soon, plain, urgent]


def test_urgent_ones_stand_first_on_the_board_and_in_every_list_and_say_so(team: Team) -> None:
    """B6: with its sign and in words, at the desk, in the list and on the paper."""
    team.do(team[DESK].tickets.open(TicketForm("灯不亮", household_id=HOME, channel="phone")))
    team.clock.forward(30)
    burst = TicketForm("水管爆裂", household_id=HOME, channel="phone", urgent=True)
    urgent = team.do(team[DESK].tickets.open(burst)).subject_id
    for who, path in ((DESK, "/desk"), (DESK, "/tickets"), (SUPERVISOR, "/")):
        said = words(team[who], path)[1]
        assert said.index("水管爆裂") < said.index("灯不亮") and "紧急" in said[said.index("水管爆裂") :], (who, path)
    assert "紧急" in words(team[DESK], f"/ticket/{urgent}")[1]


def test_a_ticket_is_new_until_it_is_opened(team: Team) -> None:
    """B6: 新, on this phone, after a restart too."""
    first, second = team.ticket(), team.ticket()
    assert team[WORKER].today().new == {first, second}
    assert words(team[WORKER])[1].splitlines().count("新") == 2
    words(team[WORKER], f"/ticket/{first}")
    assert team[WORKER].today().new == {second}
    assert words(team[WORKER])[1].splitlines().count("新") == 1
    team.do(team[WORKER].tickets.accept(second))
    assert team[WORKER].today().new == frozenset(), "who took it knows it"


def test_tickets_that_were_opened_stay_opened(team: Team) -> None:
    """B6: the second one that is opened does not make the first one new again."""
    for ticket in (team.ticket(), team.ticket()):
        words(team[WORKER], f"/ticket/{ticket}")
    assert team[WORKER].today().new == frozenset()


def in_red(session: Session, path: str, unfold: str = "") -> tuple[int, int]:
    """How many marks of 紧急 stand on a screen in red, how many cards have a red edge; ``unfold`` is tapped first."""

    async def look() -> tuple[int, int]:
        async with screens(session, path) as seen:
            if unfold:
                await seen.tap(unfold)
            boxes = [c for c in seen.controls() if isinstance(c, ft.Container)]
            marks = [box for box in boxes if box.bgcolor == ft.Colors.ERROR and written_on(box) == "紧急"]
            edges = [box for box in boxes if isinstance(box.border, ft.Border) and box.border == RED_EDGE]
            return len(marks), len(edges)

    return asyncio.run(look())


def test_what_is_urgent_is_red_wherever_it_stands(team: Team) -> None:
    """B6: its mark in every list and on its page, and the edge of its card; nothing else is."""
    team.ticket()
    urgent = team.ticket(urgent=True)
    assert in_red(team[WORKER], "/") == in_red(team[SUPERVISOR], "/tickets") == (1, 1)
    assert in_red(team[DESK], "/desk") == (1, 1)
    assert in_red(team[WORKER], f"/ticket/{urgent}")[0] == in_red(team[STEWARD], f"/household/{HOME}")[0] == 1
    assert in_red(team[DESK], f"/ticket-new/{HOME}", unfold="here-fold")[0] == 1
    team.until(urgent, "arrive")
    team.do(team[WORKER].tickets.find(urgent, description="墙内漏水", listed=False))
    assert in_red(team[WORKER], "/") == (1, 0), "waits for others: marked, and quiet"


def test_the_form_and_the_menu_say_what_is_urgent(team: Team) -> None:
    """B6: the desk sets it when it registers, and takes it back or sets it later."""

    async def go() -> None:
        async with screens(team[DESK], f"/ticket-new/{HOME}") as seen:
            await seen.type("content", "水管爆裂")
            await seen.tap("urgent-yes")
            await seen.tap("main-action")
            ticket = seen.path.removeprefix("/ticket/")
            assert team[DESK].tickets.view(ticket).state.urgent
            for wanted in (False, True):
                await seen.tap("ticket-more")
                await seen.tap_over(f"menu-{'set' if wanted else 'unset'}_urgent")
                assert team[DESK].tickets.view(ticket).state.urgent is wanted

    asyncio.run(go())


def test_every_card_says_how_it_stands(team: Team) -> None:
    """B6: one without a clock had no state at all."""
    ticket = team.ticket()
    assert "待接单 · 1 分钟前登记" in words(team[WORKER])[1]
    team.until(ticket, "arrive")
    assert "已到场 · 3 分钟前登记" in words(team[WORKER])[1]


def test_what_nobody_was_assigned_to_is_red_at_the_desk_after_an_hour(team: Team) -> None:
    """B7: 待派工, on the tile, on the board, and on the supervisor's 今日."""
    team.do(team[DESK].tickets.open(TicketForm("灯不亮", household_id=HOME, channel="phone")))
    team.clock.forward(59)
    assert "超时 1" in words(team[DESK])[1]
    for who, path in ((DESK, "/desk"), (DESK, "/tickets"), (SUPERVISOR, "/")):
        assert "转工程 已超 55 分钟" in words(team[who], path)[1], (who, path)


def a_busy_day(team: Team) -> None:
    """Something in every list of the overseers."""
    for _ in range(2):
        team.do(team[DESK].tickets.open(TicketForm("灯不亮", household_id=HOME, channel="phone")))
    team.do(team[DESK].tickets.open(TicketForm("定做门", household_id=HOME, channel="phone", listed=False)))
    judged_elsewhere(team)
    cannot = judged_elsewhere(team)
    team.do(team[SUPERVISOR].tickets.judge(cannot, False, reason="没有这种配件"))
    done = team.ticket(ticket_kind="job")
    team.do(team[WORKER].tickets.accept(done))
    team.do(team[WORKER].tickets.finish(done, "修好了"))
    # Two entries of one ticket that do not fit: a colleague goes on after a reassignment, without a network.
    taken = team.ticket()
    flagged = [asyncio.run(team[WORKER].tickets.accept(taken)), asyncio.run(team[WORKER].tickets.arrive(taken))]
    team.do(team[SUPERVISOR].tickets.assign(taken, "w-chen"))
    team.share(*flagged)


def test_each_tile_opens_exactly_the_list_it_counts(team: Team) -> None:
    """B17: 待判定 opened 待派工; 待核实 counted tickets and lists entries."""
    a_busy_day(team)
    boss = team[SUPERVISOR]
    rows = {
        "/confirm": lambda: confirm.read_evening(boss).waiting,
        "/flags": lambda: len(boss.flags()),
    }
    counted = {}
    for tile in TILES:
        listed = rows[tile.path]() if tile.path in rows else len(boss.cards(Wanted(stage=tile.section).filter(boss)))
        counted[tile.id] = tile.count(boss.today())
        assert counted[tile.id] == listed, tile.id
    assert counted == {"count-open": 2, "count-judge": 3, "count-confirm": 1, "count-flagged": 2}


def test_a_tap_on_a_tile_shows_its_rows_and_no_others(team: Team) -> None:
    """B17: the same by tapping."""
    a_busy_day(team)

    async def opened(tile: str) -> tuple[str, str]:
        async with screens(team[SUPERVISOR]) as seen:
            await seen.tap(tile)
            return seen.path, seen.words()

    path, said = asyncio.run(opened("count-judge"))
    assert path == "/tickets" and "\n3 件\n" in said and "灯不亮" not in said and "定做门" in said
    path, said = asyncio.run(opened("count-open"))
    assert path == "/tickets" and "\n2 件\n" in said and "定做门" not in said
    assert asyncio.run(opened("count-confirm"))[0] == "/confirm"
    assert asyncio.run(opened("count-flagged"))[0] == "/flags"


@pytest.mark.parametrize("who", [WORKER, STEWARD, SUPERVISOR, DESK])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_scanning_is_one_tap_from_today(team: Team, who: str, scale: float) -> None:
    """B24: it was four taps deep."""

    async def scan() -> str:
        async with screens(team[who], scale=scale) as seen:
            await seen.tap("today-scan")
            return seen.path

    assert asyncio.run(scan()) == "/scan"
