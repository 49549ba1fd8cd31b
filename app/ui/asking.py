"""Hooks and parts for screens that ask the server when they open: the few that need a network (devices, looks,
verdicts)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import flet as ft

from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.ui.kit.base import quiet, tag
from app.ui.kit.lists import empty_state
from app.ui.kit.notices import notice
from app.ui.router import use_router
from app.ui.texts import t

T = TypeVar("T")


@dataclass(frozen=True)
class Asked(Generic[T]):
    """The server's answer to the latest request (`value`), or why it failed (`problem`); both None while it is under
    way.

    `again` sends the request once more.
    """

    value: T | None
    problem: Problem | None
    again: Callable[[], Awaitable[None]]


def use_asked(ask: Callable[[], Awaitable[T]], *, wanted: bool = True) -> Asked[T]:
    """Hook: send a request when the screen opens (only if `wanted`) and whenever `again` is called; return how it
    stands."""
    no_value: T | None = None
    no_problem: Problem | None = None
    value, set_value = ft.use_state(no_value)
    problem, set_problem = ft.use_state(no_problem)

    async def again() -> None:
        set_problem(None)
        try:
            set_value(await ask())
        except Problem as wrong:
            set_value(None)
            set_problem(wrong)

    async def begin() -> None:
        if wanted:
            await again()

    ft.on_mounted(begin)
    return Asked(value, problem, again)


def use_asked_here(ask: Callable[[], Awaitable[T]], path: str, *, wanted: bool = True, of: Hashable = None) -> Asked[T]:
    """Hook: as `use_asked`, and once more whenever somebody comes back to the screen at `path`, where what a page above
    it changed is shown, or asks for something else (`of`)."""
    here = use_router().path == path
    begun: ft.MutableRef[bool] = ft.use_ref()
    asked = use_asked(ask, wanted=wanted)

    async def look_again() -> None:
        if begun.current and here and wanted:
            await asked.again()
        begun.current = True

    ft.use_effect(look_again, [here, of])
    return asked


def waiting(words: str, *, id: str = "waiting") -> ft.Control:
    """Return the spinner with `words` that is shown until the answer arrives."""
    ring = ft.ProgressRing(width=32, height=32, stroke_width=3, color=ft.Colors.PRIMARY)
    inside = ft.Column([ring, quiet(words)], horizontal_alignment=ft.CrossAxisAlignment.CENTER, spacing=12, tight=True)
    return tag(id, ft.Container(inside, padding=ft.Padding.symmetric(vertical=64), alignment=ft.Alignment.CENTER))


def told(problem: Problem, lang: str, *, offline: tuple[str, str] | None = None) -> ft.Control:
    """Return why a page that needs the network shows nothing.

    `offline` is what it says without a network: a heading, and what to do.
    """
    if problem.kind is errors.NO_NETWORK:
        words, says = offline or (t("devices.offline"), t("devices.offline_says"))
        return empty_state(words, says, mark=ft.Icons.CLOUD_OFF_OUTLINED, id="needs-network")
    return notice(problem.message(lang), tone="red", id="went-wrong")
