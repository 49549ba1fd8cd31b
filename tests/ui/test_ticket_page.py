"""A ticket's page: what matters now comes first."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.actions.models import TicketForm
from tests.actions.phones import DESK, SUPERVISOR, WORKER
from tests.actions.test_session import HOME, Team
from tests.support.screens import screens


def test_the_price_and_the_materials_stand_above_what_was_done(tmp_path: Path) -> None:
    """B18: while work goes on the agreed price is on top, and the way there is one folded line."""
    team = Team(tmp_path)
    ticket = team.ticket()
    team.until(ticket, "start_work")
    team.do(team[WORKER].tickets.check_material(ticket, "角阀", "poor", remarks="旧", warned=True, choice="use_anyway"))

    async def go() -> None:
        async with screens(team[WORKER], f"/ticket/{ticket}") as seen:
            words, ids = seen.words(), seen.ids()
            assert words.index("住户同意的价格") < words.index("经过")
            assert "角阀" in words[: words.index("经过")]
            assert "登记 · 派工 · 接单" in words and ids.index("ticket-now") < ids.index("ticket-earlier")
            await seen.tap("ticket-earlier")
            assert "登记 · 派工 · 接单" not in seen.words() and "派工" in seen.words()

    asyncio.run(go())


def test_what_came_of_it_stands_above_what_was_done(tmp_path: Path) -> None:
    """B18: once it is signed, the fees and the signature are what the page is opened for."""
    team = Team(tmp_path)
    ticket = team.ticket()
    team.until(ticket, "sign")

    async def go() -> None:
        async with screens(team[SUPERVISOR], f"/ticket/{ticket}") as seen:
            words = seen.words()
            assert words.index("本次维修") < words.index("合计") < words.index("经过")

    asyncio.run(go())


def test_a_note_with_the_assignment_is_never_folded_away(tmp_path: Path) -> None:
    """B18: what has something to say stays in sight."""
    team = Team(tmp_path)
    ticket = team.do(team[DESK].tickets.open(TicketForm("灯不亮", household_id=HOME, channel="phone"))).subject_id
    team.do(team[DESK].tickets.assign(ticket, WORKER, "先打电话"))

    async def go() -> None:
        async with screens(team[WORKER], f"/ticket/{ticket}") as seen:
            assert "先打电话" in seen.words() and "ticket-earlier" not in seen.ids()

    asyncio.run(go())


def test_the_price_list_opens_near_what_was_reported(tmp_path: Path) -> None:
    """B18: the tap that leaks is the first item, not whatever the list begins with."""
    team = Team(tmp_path)
    ticket = team.do(
        team[DESK].tickets.open(TicketForm("客厅灯具闪", household_id=HOME, channel="phone"), assign_to=WORKER)
    ).subject_id
    team.until(ticket, "arrive")

    async def go() -> None:
        async with screens(team[WORKER], f"/ticket/{ticket}/found") as seen:
            items = [id for id in seen.ids() if id.startswith("item-")]
            assert items[0] == "item-E01" and len(items) == 3

    asyncio.run(go())


def test_no_id_stands_for_a_name(tmp_path: Path) -> None:
    """B19: who is not on this phone's list of staff is told as that, never by an id."""
    session = Team(tmp_path)[WORKER]
    assert session.staff_name("0192f803-6cd0-7a44-b6f0-34eae78da5c9") == "名册外员工"
    assert session.staff_name("system") == "系统" and session.staff_name(None) == ""
