"""What was typed gets an answer: a search without a hit, a price that is none."""

from __future__ import annotations

import asyncio
from pathlib import Path

import flet as ft
import pytest

from app.actions.devices import Devices
from app.actions.models import TicketForm
from app.sync.account import Device
from tests.actions.phones import DESK, SUPERVISOR, WORKER
from tests.actions.test_session import HOME, Team
from tests.support import field_work
from tests.support.screens import screens

NOWHERE = "查无此物"
SEARCHES = {
    "tickets-find": (DESK, "/tickets", "没有符合的工单"),
    "desk-find": (DESK, "/desk", "没有符合的工单"),
    "household-find": (DESK, "/households", f"没有找到“{NOWHERE}”"),
    "price-find": (DESK, "/prices", f"没有找到“{NOWHERE}”"),
    "keys-find": (DESK, "/keys", "没有找到"),
    "put-find": (DESK, "/put-on-phone", "没有找到"),
    "devices-find": (DESK, "/devices", "没有找到"),
    "home-find": (DESK, "/ticket-new", f"没有找到“{NOWHERE}”"),
    "item-find": (DESK, "/ticket-new", f"价目表里没有找到“{NOWHERE}”"),
    "door-find": (DESK, "/keys/new/entrusted", f"没有找到“{NOWHERE}”"),
    "price-search": (WORKER, "/ticket/{ticket}/found", f"价目表里没有找到“{NOWHERE}”"),
}
"""Every search: whose it is, where it stands, and what it says when nothing is found."""


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


@pytest.mark.parametrize("field", SEARCHES)
def test_a_search_without_a_hit_says_so(team: Team, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """B19: what was searched for stands in the answer, or what to try instead."""

    async def devices(_its: Devices) -> list[Device]:
        return [one]

    one = Device("d", "Redmi", "web", "1.0", DESK, "孙丽", 0, 0, None)
    monkeypatch.setattr(Devices, "list", devices)
    ticket = team.ticket()
    team.until(ticket, "arrive")
    asyncio.run(field_work.first_key(team[DESK], HOME))
    who, path, says = SEARCHES[field]

    async def go() -> tuple[str, str]:
        async with screens(team[who], path.format(ticket=ticket)) as seen:
            before = seen.words()
            await seen.type(field, NOWHERE)
            return before, seen.words()

    before, after = asyncio.run(go())
    assert says in after and says not in before


@pytest.mark.parametrize(
    ("field", "path", "typed", "found"),
    [("put-find", "/put-on-phone", "ｗ－ｗａｎｇ", "王建国"), ("devices-find", "/devices", "「Redmi」", "孙丽")],
)
def test_people_and_phones_are_found_whatever_widths_and_quotes_are_typed(
    team: Team, field: str, path: str, typed: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def devices(_its: Devices) -> list[Device]:
        return [Device("d", "“Redmi”", "web", "1.0", DESK, "孙丽", 0, 0, None)]

    monkeypatch.setattr(Devices, "list", devices)

    async def go() -> str:
        async with screens(team[DESK], path) as seen:
            await seen.type(field, typed)
            return seen.words()

    assert found in asyncio.run(go())


@pytest.mark.parametrize("typed", ["abc-5", "-5", "12块", "１２元"])
def test_a_price_that_is_none_is_told_at_its_field_and_not_taken(team: Team, typed: str) -> None:
    """B19: judging with abc-5 said nothing."""
    unlisted = TicketForm("墙里漏水", household_id=HOME, channel="phone", listed=False)
    ticket = team.do(team[DESK].tickets.open(unlisted)).subject_id

    async def go() -> None:
        async with screens(team[SUPERVISOR], f"/ticket/{ticket}/judge") as seen:
            await seen.tap("can-yes")
            field = await seen.type("price", typed)
            assert field.error == "请填金额，例如 80 或 80.50" and field.error in seen.words()
            assert not any(getattr(c, "on_click", None) for c in seen.below("main-action"))
            field = await seen.type("price", "80")
            assert field.error is None and "¥80" in seen.words()

    asyncio.run(go())


@pytest.mark.parametrize(("field", "text"), [("content", "水龙头又漏了"), ("home-find", "3栋")])
def test_what_is_typed_while_the_screen_is_drawn_anew_stays_in_its_field(team: Team, field: str, text: str) -> None:
    """The client sends a field's new text first and the event that tells of it after: a drawing may come in between."""

    async def go() -> list[str | None]:
        async with screens(team[DESK], "/ticket-new") as seen:

            def box() -> ft.TextField:
                return next(one for one in seen.below(field) if isinstance(one, ft.TextField))

            old = box()
            seen.page.session.apply_patch(old._i, {"value": text})
            await seen.tap("urgent-yes")
            written = [box().value]
            await seen.event(box().on_change, box(), data=text)
            return [*written, box().value, seen.words()]

    between, after, words = asyncio.run(go())
    assert {between, after} <= {None, text}, "something was written over what stood in the field"
    assert field != "content" or "写一句是什么问题" not in str(words)
