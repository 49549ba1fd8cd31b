"""What is drawn anew, and what is not: in a browser's Python each drawing of a screen is time a person waits."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter

import flet as ft

from app.ui import theme
from app.ui.kit.here import use_here
from app.ui.router import Route, Router, router_of, run_router
from tests.support.window import window

drawn: Counter[str] = Counter()


@ft.component
def Under() -> ft.Control:
    drawn["under"] += 1
    theme.use_look()
    return ft.Text("under")


@ft.component
def Over(n: str) -> ft.Control:
    drawn[f"over {n}"] += 1
    return ft.Text(n)


def main(page: ft.Page) -> None:
    drawn.clear()
    theme.install(page)
    run_router(page, (Route("/", Under, None), Route("/over/{n}", Over)))


def test_a_screen_is_not_drawn_again_because_another_comes_and_goes() -> None:
    async def go() -> None:
        async with window(main) as shown:
            router: Router = router_of(shown.session.page)
            for n in ("1", "2"):
                router.go(f"/over/{n}")
                await shown.rest()
            router.back()
            await shown.rest()
            assert drawn == {"under": 1, "over 1": 1, "over 2": 1}

    asyncio.run(go())


def test_a_screen_under_another_follows_what_it_uses() -> None:
    async def go() -> None:
        async with window(main) as shown:
            router_of(shown.session.page).go("/over/1")
            await shown.rest()
            theme.choose(shown.session.page, scale=1.5)
            await shown.rest()
            router_of(shown.session.page).back()
            await shown.rest()
            assert drawn["under"] == 2

    asyncio.run(go())


heard: list[str] = []


@ft.component
def Inside() -> ft.Control:
    theme.use_look()
    heard.append(use_here())
    return ft.Text("inside")


@ft.component
def Around() -> ft.Control:
    return Inside()


def test_a_part_of_a_screen_knows_the_screens_path_also_when_what_is_around_it_was_replaced() -> None:
    """Or the phone's Back would not be asked about, and the camera would stay open under another screen."""

    def main(page: ft.Page) -> None:
        theme.install(page)
        run_router(page, (Route("/", Around, None), Route("/over/{n}", Over)))

    async def go() -> None:
        heard.clear()
        async with window(main) as shown:
            router_of(shown.session.page).go("/over/1")
            await shown.rest()
            gc.collect()
            theme.choose(shown.session.page, scale=1.5)
            await shown.rest()

    asyncio.run(go())
    assert heard == ["/", "/"]
