"""On a desk's wide window: keys act in its two panes, and what is said briefly is not as wide as the screen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.actions.models import TicketForm
from app.ui.kit.notices import TOAST_WIDTH, toast_margin
from app.ui.screens.desk.board import BEFORE, CLOSE, FIND, NEW, NEXT, key_means
from tests.actions.phones import DESK
from tests.actions.test_session import HOME, Team
from tests.support.screens import screens


@pytest.mark.parametrize(
    ("key", "alt", "form", "meant"),
    [
        ("Arrow Down", False, "", NEXT),
        ("Arrow Up", False, "", BEFORE),
        ("Arrow Down", False, "assign", ""),
        ("Arrow Up", False, NEW, ""),
        ("n", True, "", NEW),
        ("F", True, "judge", FIND),
        ("Escape", False, "assign", CLOSE),
        ("Escape", False, "", ""),
        ("n", False, "", ""),
        ("Arrow Down", True, "", ""),
    ],
)
def test_a_key_acts_in_the_pane_one_is_in(key: str, alt: bool, form: str, meant: str) -> None:
    """B25: arrows are the open form's own; Alt+N and Alt+F stay on the board; Esc closes a form and nothing else."""
    assert key_means(key, alt, form) == meant


def test_keys_of_the_board_act_in_its_panes_and_never_leave_them(tmp_path: Path) -> None:
    """B25: they opened other screens over the split view."""
    team = Team(tmp_path)
    for content in ("水管漏水", "灯不亮"):
        team.do(team[DESK].tickets.open(TicketForm(content, household_id=HOME, channel="phone")))

    async def go() -> None:
        async with screens(team[DESK], "/desk", width=1366) as seen:

            async def press(key: str, alt: bool = False) -> str:
                pressed = SimpleNamespace(key=key, alt=alt)
                await seen.event(lambda _: seen.page.on_keyboard_event(pressed), None)
                return chosen()

            def chosen() -> str:
                """What stands in the right pane: a form, or the ticket that is told there once more."""
                assert seen.path == "/desk"
                if "home-find" in seen.ids():
                    return "新工单"
                return next((what for what in ("水管漏水", "灯不亮") if seen.words().count(what) > 1), "")

            assert chosen() == ""
            assert [await press(key) for key in ("Arrow Down", "Arrow Down", "Arrow Down", "Arrow Up")] == [
                "水管漏水", "灯不亮", "灯不亮", "水管漏水",
            ]  # fmt: skip
            assert [await press("N", alt=True), await press("Arrow Down"), await press("Escape")] == [
                "新工单", "新工单", "水管漏水",
            ]  # fmt: skip
            await seen.go("/me")
            seen.page.on_keyboard_event(SimpleNamespace(key="N", alt=True))
            seen.router.back()
            await seen.rest()
            assert chosen() == "水管漏水", "the board under another screen hears no keys"

    asyncio.run(go())


@pytest.mark.parametrize(("window", "scale"), [(390, 1.0), (360, 2.0), (1366, 1.0), (1366, 1.6), (1920, 1.0)])
def test_a_toast_is_never_wider_than_one_reads_at_a_glance(window: float, scale: float) -> None:
    """B25: 1,334 px at a desk of 1,366."""
    margin = toast_margin(window, scale)
    width = window - float(margin.left or 0) - float(margin.right or 0)
    assert width <= TOAST_WIDTH * scale and margin.left == margin.right and float(margin.left or 0) >= 16
