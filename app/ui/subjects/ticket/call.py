"""来电: the moment the telephone rings counts as the moment of the request; from then on the desk has two minutes
(A.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import flet as ft

from app.domain import roles
from app.domain.rules.clocks import AMBER, RED, Clock
from app.domain.subjects.ticket.clocks import REGISTER_MINUTES
from app.domain.times import MINUTE, SECOND
from app.ui import theme
from app.ui.context import Ui, use_ui
from app.ui.kit.base import column, icon, row, tag, txt
from app.ui.kit.buttons import icon_button, small_button
from app.ui.kit.choose import pills
from app.ui.kit.money import section
from app.ui.kit.ticket import TONES
from app.ui.texts import t, time_text

TICK_S: Final = 1
"""Seconds between two drawings of the countdown."""
NEW: Final = "/ticket-new"
CHANNELS: Final = ("phone", "desk", "door", "message")
RANG: Final = "rang_at"
"""The value of a new ticket's form that holds when the telephone rang, in ms of corrected time; ``None``: not said
yet."""


def takes_calls(ui: Ui) -> bool:
    """Return whether this person answers the telephone in the chosen estates."""
    return roles.DESK in ui.session.roles


def call_button(ui: Ui, on_call: Callable[[int], object] | None = None, short: bool = False) -> ft.Control:
    """Return the button 来电, tapped when the telephone is picked up: it opens the form, or calls ``on_call`` with the
    time.

    ``short``: only an icon, where large text leaves no room for words.
    """

    def rang() -> None:
        now = ui.now()
        if on_call is not None:
            on_call(now)
        else:
            ui.go(NEW, **{RANG: now})

    words = t("newticket.call.start")
    if short:
        return icon_button("call", ft.Icons.PHONE_IN_TALK_OUTLINED, words, rang)
    return small_button("call", words, rang, icon=ft.Icons.PHONE_IN_TALK_OUTLINED)


@ft.component
def CallTime(rang_at: int, set_rang: Callable[[int | None], object]) -> ft.Control:
    """Draw when the telephone rang and what is left of the two minutes, to the second, with a button that undoes the
    tap."""
    ui = use_ui()
    now, set_now = ft.use_state(ui.now())
    running: ft.MutableRef[asyncio.Task[None]] = ft.use_ref()

    async def run() -> None:
        while True:
            await asyncio.sleep(TICK_S)
            set_now(ui.now())

    def start() -> None:
        running.current = asyncio.get_running_loop().create_task(run())

    def end() -> None:
        if running.current is not None:
            running.current.cancel()

    ft.use_effect(start, [rang_at], end)
    due = rang_at + REGISTER_MINUTES * MINUTE
    level = Clock("register", "A.1", rang_at, due).level(now)
    ink, ground = TONES[{AMBER: "amber", RED: "red"}.get(level, "calm")]
    words = t("newticket.call.rang", when=time_text(rang_at), left=left_words(due - now))
    told = [
        icon(ft.Icons.PHONE_IN_TALK_OUTLINED, 24, ink),
        txt(words, ft.TextThemeStyle.TITLE_MEDIUM, color=ink, expand=True),
    ]
    undo = small_button("call-undo", t("newticket.call.undo"), lambda: set_rang(None), tone="text")
    large = theme.look_of(ft.context.page).scale > 1.3
    return tag(
        "call-time",
        ft.Container(
            column([row(told), undo], gap=0) if large else row([*told, undo]),
            bgcolor=ground,
            border_radius=12,
            padding=ft.Padding.only(left=14, right=4, top=4, bottom=4),
        ),
    )


def left_words(left: int) -> str:
    """Return what is left of the two minutes, or how long they are over, in words: 还剩 1:20, 已超 0:15. ``left`` is in
    ms."""
    # Round up: a second that has begun still counts as left, and the first one over counts as over.
    seconds = -(-abs(left) // SECOND)
    key = "left" if left >= 0 else "over"
    return t(f"newticket.call.{key}", m=seconds // 60, s=f"{seconds % 60:02d}")


def call_part(ui: Ui, values: dict[str, Any], update: Callable[..., object], handed: int | None) -> list[ft.Control]:
    """Return the choice of how it was reported; or, after a call, its time and the countdown.

    ``handed``: when another call was picked up just now, while the form still holds an earlier one.
    """
    rang = values.get(RANG)

    def began(at: int | None) -> None:
        update(**{RANG: at, "channel": "phone"})

    def choose(channel: str) -> None:
        if channel == "phone" and takes_calls(ui):
            began(ui.now())
        else:
            update(channel=channel)

    if rang is None:
        # Until 来电 is tapped, nobody has said when the telephone rang: "phone" is not shown as chosen, although it is
        # the default.
        calls = takes_calls(ui)
        said = "" if calls and values["channel"] == "phone" else values["channel"]
        names = {name: t(f"newticket.channels.{name}") for name in CHANNELS}
        if calls:
            names["phone"] = t("newticket.call.start")
        return [section(t("newticket.channel"), [pills([*names.items()], said, choose, id="channel")])]
    found: list[ft.Control] = [CallTime(int(rang), began, key=f"call-{rang}")]  # type: ignore[call-arg]
    if handed is not None and handed != rang:
        again = small_button("call-again", t("newticket.call.again"), lambda: began(handed), tone="text")
        found.append(ft.Row([again]))
    return found
