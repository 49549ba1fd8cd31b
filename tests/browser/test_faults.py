"""Errors nobody foresaw: told calmly with a reference that stands in the log, and the window goes on working."""

from __future__ import annotations

import logging

import flet as ft
import pytest
from playwright.sync_api import Browser

from app.ui import faults, theme
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route, run_router
from tests.support.flet_driver import FletServer, open_app


@ft.component
def Broken() -> ft.Control:
    drawn, draw = ft.use_state(0)
    if drawn == 1:
        raise ZeroDivisionError("while drawing")

    def tapped() -> None:
        raise ZeroDivisionError("in a handler")

    return Scaffold(
        f"drawn {drawn}",
        [small_button("draw", "draw", lambda: draw(1)), small_button("again", "again", lambda: draw(2))],
        action=Action("tap", tapped),
    )


def main(page: ft.Page) -> None:
    faults.watch(page)
    theme.install(page)
    run_router(page, (Route("/", Broken, parent=None),))


@pytest.mark.parametrize("where", ["main-action", "draw"])
def test_an_unforeseen_error_is_told_with_its_reference_and_the_window_lives(
    chromium: Browser, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    caplog.set_level(logging.ERROR, "app.ui.faults")
    with FletServer(main) as server, open_app(chromium, server.url) as app:
        app.tap(where)
        app.see("这一步出了问题")
        told = [record.args[0] for record in caplog.records if record.args and "unforeseen" in record.msg]  # type: ignore[index]
        assert len(told) == 1
        app.see(str(told[0]))
        app.tap("fault-close")
        app.gone("这一步出了问题")
        app.tap("again")
        app.see("drawn 2")
