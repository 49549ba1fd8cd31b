"""What Flet's client does on its own, and we work around: a test that fails here says that our part can go.

Which part that is: docs/flet-internals.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import flet as ft
import pytest
from playwright.sync_api import Browser

from app.ui.kit.base import tag
from tests.support.flet_driver import AppDriver, FletServer, open_app

pytestmark = pytest.mark.browser


def main(page: ft.Page) -> None:
    """Show a password's field, and a button that opens two sheets, of which the upper one closes both."""

    def close_both() -> None:
        for sheet in (lower, upper):
            sheet.open = False
            sheet.update()

    upper = ft.BottomSheet(tag("upper", ft.Button("close both, the lower one first", on_click=close_both)))
    lower = ft.BottomSheet(tag("lower", ft.Button("open the upper one", on_click=lambda: page.show_dialog(upper))))
    page.add(
        tag("password", ft.TextField(label="word", password=True, can_reveal_password=True)),
        ft.Button("open the lower one", on_click=lambda: page.show_dialog(lower)),
    )


@pytest.fixture(scope="module")
def app(chromium: Browser) -> Iterator[AppDriver]:
    """One window of it."""
    with FletServer(main) as server, open_app(chromium, server.url) as driver:
        yield driver


def test_the_eye_of_a_password_has_no_name_for_a_screen_reader(app: AppDriver) -> None:
    """`kit.fields.TextBox` brings an eye of its own."""
    app.see_id("password")
    buttons = app.page.locator("flt-semantics[role=button]").all()
    assert sorted(button.inner_text() for button in buttons) == ["", "open the lower one"]


def test_closing_a_sheet_leaves_the_one_that_lies_over_it(app: AppDriver) -> None:
    """An earlier client took away the one on top: `kit.notices.Sheets` waits until no sheet is there."""
    app.tap_text("open the lower one")
    app.tap_text("open the upper one")
    app.tap_text("close both, the lower one first")
    app.gone_id("upper")
    app.see_id("password")
