"""Calls: what was given to this person and was neither begun nor opened here.

A new one rings, their number stands in the window's title and on the app's icon, and an urgent 紧急 one stays in sight
on every page and rings again each minute until it is opened.

Looked for only when a sync brings something, or when one of them was opened: no screen reads more because of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card
from app.device.bell import Bell
from app.store.phone_store import Change
from app.ui import theme
from app.ui.context import Ui
from app.ui.kit.base import icon, pressable, row, txt
from app.ui.subjects import face_of
from app.ui.texts import t

REST_S: Final = 0.3
"""Seconds from a change to the look for calls: pages of one sync are looked at together."""
FIRST_S: Final = 3.0
"""Seconds from the start to the first look, which rings for nothing: who opens the app sees 今日."""
AGAIN_S: Final = 60.0
"""Seconds after which an urgent call that nobody opened rings again: the phone may have lain elsewhere."""
_HEIGHT: Final = 64
_LARGE: Final = 1.5
"""From this size of text on, the bar says where in two lines, and nothing else."""


class Calls:
    """The calls of one window."""

    def __init__(self, ui: Ui, bell: Bell) -> None:
        self._ui = ui
        self._bell = bell
        self._known: frozenset[str] | None = None
        """Ids of the calls at the last look; ``None`` before the first."""
        self._of: Session | None = None
        """Whose they are."""
        self._urgent: tuple[Card, ...] = ()
        self._name = ui.page.title or ""
        self._timer: asyncio.TimerHandle | None = None
        self._again: asyncio.TimerHandle | None = None
        ui.when_changed = self.changed

    def begin(self) -> None:
        """Look for the first time."""
        self._soon(FIRST_S)

    def changed(self, change: Change | None) -> None:
        """Look again if a change may have brought a call, or ended one; ``None``: somebody else is signed in."""
        # What is saved here (it fills the outbox, and brings no references as a pull does) is no call, but may be the
        # beginning of what was one.
        saved = change is not None and change.outbox and not change.refs
        if change is None or (change.subjects and (self._known or not saved)):
            self._ui.in_window(lambda: self._soon(REST_S))

    def _soon(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = self._ui.later(seconds, lambda: self._ui.in_window(self.look))

    def look(self) -> None:
        """Read the calls, ring for new ones, and show how many there are."""
        self._timer = None
        session = self._ui.session if self._ui.signed_in else None
        found = session.todo.calls() if session else []
        before = self._known if session is self._of else None
        had, self._known, self._of = len(self._known or ()), frozenset(card.id for card in found), session
        new = [card for card in found if before is not None and card.id not in before]
        if new:
            self._tell(new)
        if len(found) != had:
            self._count(len(found))
        urgent = tuple(card for card in found if card.urgent)
        if urgent != self._urgent:
            self._urgent = urgent
            # A new one each time: one that is the same is not drawn again.
            self._ui.router.banner = (lambda: self._bar()) if urgent else None
            self._ring_again_later()

    def _ring_again_later(self) -> None:
        if self._again is not None:
            self._again.cancel()
        self._again = self._ui.later(AGAIN_S, lambda: self._ui.in_window(self._ring_again)) if self._urgent else None

    def _ring_again(self) -> None:
        # Whoever opened it, or signed out, meanwhile is not called: the look that is due after that comes sooner.
        if self._urgent:
            self._ui.in_background(self._bell.ring(urgent=True, sound=not self._ui.router.alone))
            self._ring_again_later()

    def _tell(self, new: Sequence[Card]) -> None:
        urgent = any(card.urgent for card in new)
        quiet = self._ui.router.alone  # somebody is signing
        self._ui.in_background(self._bell.ring(urgent=urgent, sound=not quiet))
        if not urgent:
            where = face_of(new[0].type).heading(new[0])
            self._ui.toast(t("shell.call.new", what=where) if len(new) == 1 else t("shell.call.several", n=len(new)))

    def _count(self, count: int) -> None:
        self._ui.page.title = f"({count}) {self._name}" if count else self._name
        self._ui.page.update()
        self._ui.in_background(self._bell.badge(count))

    def _bar(self) -> ft.AppBar:
        """Return the bar on top of every page: the most urgent call, and how many more there are."""
        card, more = self._urgent[0], len(self._urgent) - 1
        ink = ft.Colors.ON_ERROR_CONTAINER
        where = t("shell.call.urgent", what=face_of(card.type).heading(card))
        below = t("shell.call.open") if not more else t("shell.call.more", n=more)
        scale = max(1.0, theme.look_of(self._ui.page).scale)
        large = scale >= _LARGE
        said: list[ft.Control] = [txt(where, ft.TextThemeStyle.TITLE_MEDIUM, color=ink, lines=2 if large else 1)]
        if not large:
            said.append(txt(below, ft.TextThemeStyle.BODY_MEDIUM, color=ink, lines=1))
        words = ft.Column(
            said,
            spacing=0,
            expand=True,
            alignment=ft.MainAxisAlignment.CENTER,
        )
        mark = icon(ft.Icons.NOTIFICATION_IMPORTANT_ROUNDED, 28, ink)
        inside = row([mark, words, icon(ft.Icons.CHEVRON_RIGHT_ROUNDED, 24, ink)], gap=12)
        height = _HEIGHT * scale
        return ft.AppBar(
            title=pressable(
                "call-urgent",
                inside,
                lambda: self._ui.go(face_of(card.type).page(card.id)),
                label=f"{where} {below}",
                padding=ft.Padding.symmetric(horizontal=theme.EDGE),
                min_height=height,
            ),
            automatically_imply_leading=False,
            title_spacing=0,
            toolbar_height=height,
            bgcolor=ft.Colors.ERROR_CONTAINER,
        )
