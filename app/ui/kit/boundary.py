"""The error boundary around each card, row and step: one that cannot be drawn says so, and the others are not affected.

A record may hold what no program foresaw, and is kept all the same. Whoever opens a list must then see all the others.
The fault is logged under a reference as in ``app.ui.faults``, once for each fault of an item in a window, and the place
of the item says 这一条显示不了 with that reference; a tap says whom to tell. Steps of a timeline: ``timeline.step_of``.
"""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, ParamSpec, TypeVar

import flet as ft

from app.actions.models import Card
from app.ui import theme
from app.ui.kit.base import column, icon, of_window, pressable, quiet, row, txt
from app.ui.kit.notices import speak
from app.ui.texts import t

log = logging.getLogger(__name__)

_KEY: Final = "shangmen.undrawn"
_MOST: Final = 500
"""Faults remembered in a window; it forgets them all then, and tells the next ones anew."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Unread:
    """A card whose record could not be read for a list."""

    card: Card
    error: Exception

    def draw(self) -> ft.Control:
        """The card's place in the list, saying so."""
        return _undrawn(self.card.id, self.card.number or "", reference_of(self.card.id, self.error))


def read_each(cards: Iterable[Card], read: Callable[[Card], T]) -> tuple[list[T], list[Unread]]:
    """Read what a list shows of each card; one that cannot be read takes none of the others with it."""
    found: list[T] = []
    unread: list[Unread] = []
    for card in cards:
        try:
            found.append(read(card))
        except Exception as error:  # whatever it is: it is logged where it is drawn, and the others are somebody's work
            unread.append(Unread(card, error))
    return found, unread


def drawn(id: str, draw: Callable[[], ft.Control], *, what: str = "") -> ft.Control:
    """What ``draw`` makes, or, when that fails, the place of what cannot be drawn: ``what`` names it (a number)."""
    try:
        return draw()
    except Exception as error:  # whatever it is: the items beside it are somebody's work
        return _undrawn(id, what, reference_of(id, error))


def guarded(component: Callable[P, ft.Control]) -> Callable[P, ft.Control]:
    """For components in a list's item, below ``ft.component``: Flet draws them later, outside of ``drawn``.

    The component's hooks come before anything that may fail.
    """

    @functools.wraps(component)
    def draw(*args: P.args, **kwargs: P.kwargs) -> ft.Control:
        return drawn(str(kwargs.get("key") or component.__name__), lambda: component(*args, **kwargs))

    return draw


def reference_of(id: str, error: Exception) -> str:
    """The reference under which a fault of an item is logged: the same one as long as the window shows it."""
    known = of_window(ft.context.page, _KEY, dict[tuple[str, str], str])
    fault = (id, f"{type(error).__name__}: {error}")
    if fault not in known:
        if len(known) >= _MOST:
            known.clear()
        known[fault] = secrets.token_hex(3).upper()
        log.error("cannot draw %s, reference %s", id, known[fault], exc_info=error)
    return known[fault]


def _undrawn(id: str, what: str, reference: str) -> ft.Control:
    page = ft.context.page
    ink, ground = ft.Colors.ON_SURFACE_VARIANT, ft.Colors.SURFACE_CONTAINER_HIGH

    def tell() -> None:
        says = t("common.undrawn.tell", reference=reference)
        speak(page, t("common.undrawn.heading"), says, t("common.undrawn.kept"), id="undrawn")

    heading = " · ".join(part for part in (what, t("common.undrawn.heading")) if part)
    words = column(
        [
            txt(heading, ft.TextThemeStyle.TITLE_MEDIUM, lines=2),
            quiet(t("common.undrawn.says", reference=reference), lines=2),
        ],
        gap=2,
    )
    return pressable(
        f"undrawn-{id}",
        row([icon(ft.Icons.REPORT_OUTLINED, 26, ink), ft.Container(words, expand=True)], gap=12),
        tell,
        padding=ft.Padding.symmetric(horizontal=16, vertical=12),
        radius=theme.RADIUS,
        bgcolor=ground,
    )
