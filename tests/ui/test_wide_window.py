"""On a desk's wide window: keys act in its table and beside it, and a toast is not as wide as the screen."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import flet as ft
import pytest

from app.actions.models import TicketForm
from app.ui.kit.keys import ENTER, ESC, SAVE, Keys, name_of
from app.ui.kit.notices import TOAST_WIDTH, toast_margin
from tests.actions.phones import DESK
from tests.actions.test_session import HOME, Team
from tests.support.screens import screens


@pytest.mark.parametrize(
    ("key", "held", "named"),
    [
        ("c", {}, "C"), ("C", {}, "C"), ("/", {}, "/"), ("/", {"shift": True}, "?"), ("?", {"shift": True}, "?"),
        ("Enter", {"ctrl": True}, SAVE), ("Enter", {"meta": True}, SAVE), ("Numpad Enter", {"ctrl": True}, SAVE),
        ("Enter", {}, ENTER), ("n", {"alt": True}, ""), ("c", {"ctrl": True}, ""),
        ("Enter", {"ctrl": True, "alt": True}, ""),
    ],
)  # fmt: skip
def test_what_is_the_browsers_own_is_no_shortcut(key: str, held: dict[str, bool], named: str) -> None:
    """B25: Alt+N and Ctrl+C stay what they are; only Ctrl+Enter, which no browser takes, is one."""
    assert name_of(key, **held) == named


def test_while_somebody_types_only_saving_and_leaving_act() -> None:
    """B25: nor does anything under a sheet, or on a screen that lies under another."""
    done: list[str] = []
    keys = Keys(cast(ft.Page, SimpleNamespace()))
    keys.path = lambda: "/desk"
    keys.listen("/desk", lambda: {name: partial(done.append, name) for name in ("C", SAVE, ESC)})
    keys.listen("/me", lambda: {"C": lambda: done.append("below")})

    def closed() -> bool:
        done.append("closed")
        return True

    async def press(*names: str) -> list[str]:
        done.clear()
        for name in names:
            await keys.press(name)
        return list(done)

    async def go() -> None:
        assert await press("C", SAVE, ESC) == ["C", SAVE, ESC]
        keys.typing.add("a field")
        assert await press("C", SAVE, ESC) == [SAVE, ESC]
        keys.typing.clear()
        keys.covered, keys.close_over = lambda: True, closed
        assert await press("C", SAVE, ESC) == ["closed"]

    asyncio.run(go())


def test_keys_act_in_the_table_and_beside_it_and_never_leave_them(tmp_path: Path) -> None:
    """B25: they opened other screens over the split view."""
    team = Team(tmp_path)
    for content in ("水管漏水", "灯不亮"):
        team.do(team[DESK].tickets.open(TicketForm(content, household_id=HOME, channel="phone")))

    async def go() -> None:
        async with screens(team[DESK], "/desk", width=1366) as seen:

            async def press(key: str) -> str:
                pressed = SimpleNamespace(key=key, alt=False, ctrl=False, shift=False, meta=False)
                await seen.event(lambda _: seen.page.on_keyboard_event(pressed), None)
                return chosen()

            def chosen() -> str:
                """What stands beside the table: a form, or the record that is told there once more."""
                assert seen.path == "/desk"
                if "home-find" in seen.ids():
                    return "新工单"
                return next((what for what in ("水管漏水", "灯不亮") if seen.words().count(what) > 1), "")

            assert chosen() == ""
            assert [await press(key) for key in ("Arrow Down", "Arrow Down", "Arrow Down", "Arrow Up")] == [
                "水管漏水", "灯不亮", "灯不亮", "水管漏水",
            ]  # fmt: skip
            assert [await press("N"), await press("Arrow Down"), await press("Escape")] == [
                "新工单", "新工单", "水管漏水",
            ]  # fmt: skip
            await seen.go("/me")
            pressed = SimpleNamespace(key="N", alt=False, ctrl=False, shift=False, meta=False)
            await seen.event(lambda _: seen.page.on_keyboard_event(pressed), None)
            seen.router.back()
            await seen.rest()
            assert chosen() == "水管漏水", "the desk under another screen hears no keys"

    asyncio.run(go())


def test_the_same_tabs_stand_at_the_side_of_a_desk(tmp_path: Path) -> None:
    """Nobody learns two ways about: what is below on a phone is beside at a PC, under the same names."""
    team = Team(tmp_path)

    async def tabs(width: float, path: str) -> list[str]:
        async with screens(team[DESK], path, width=width) as seen:
            return [id_ for id_ in seen.ids() if id_.startswith("tab-")]

    for path in ("/", "/desk", "/households", "/me"):
        assert asyncio.run(tabs(390, path)) == asyncio.run(tabs(1366, path)) != []


@pytest.mark.parametrize(("window", "scale"), [(390, 1.0), (360, 2.0), (1366, 1.0), (1366, 1.6), (1920, 1.0)])
def test_a_toast_is_never_wider_than_one_reads_at_a_glance(window: float, scale: float) -> None:
    """B25: 1,334 px at a desk of 1,366."""
    margin = toast_margin(window, scale)
    width = window - float(margin.left or 0) - float(margin.right or 0)
    assert width <= TOAST_WIDTH * scale and margin.left == margin.right and float(margin.left or 0) >= 16


def test_arrows_go_through_the_households_a_call_found_and_enter_takes_the_one_they_point_at(tmp_path: Path) -> None:
    """A.1: the field keeps the focus meanwhile; without an arrow Enter takes none of several."""
    team = Team(tmp_path)

    async def go() -> None:
        async with screens(team[DESK], "/desk", width=1366) as seen:

            async def press(key: str) -> None:
                pressed = SimpleNamespace(key=key, alt=False, ctrl=False, shift=False, meta=False)
                await seen.event(lambda _: seen.page.on_keyboard_event(pressed), None)

            async def enter() -> None:
                field = next(one for one in seen.below("home-find") if isinstance(one, ft.TextField))
                await seen.event(field.on_submit, None)

            def pointed() -> list[str]:
                rows = [one for one in seen.controls() if isinstance(one, ft.Semantics) and one.selected]
                return [str(row.identifier) for row in rows if str(row.identifier).startswith("home-")]

            await press("C")
            field = await seen.type("home-find", "3-2-150")
            await seen.event(field.on_focus, None)
            await enter()
            assert "home-change" not in seen.ids() and pointed() == []
            await press("Arrow Down")
            assert pointed() == ["home-3栋2单元1501"]
            await press("Arrow Down")
            await press("Arrow Down")
            assert pointed() == ["home-3栋2单元1502"]
            await enter()
            assert "home-change" in seen.ids() and "单雄" in seen.words()

    asyncio.run(go())
