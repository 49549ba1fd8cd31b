"""The error boundary around each card, row and step: an item that cannot be drawn says so and leaves the others intact.

A stored record may hold data that this program did not foresee; a list must still show all its other records. The error
is logged under a reference code as in ``app.ui.faults``, once per item and error in a window. In the item's place
stands 这一条显示不了 (this one cannot be shown) with that code; a tap says whom to tell. For steps of a timeline, see
``timeline.step_of``.
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
"""How many faults a window remembers; then it forgets them all, and logs the next ones under new references."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Unread:
    """A card whose record could not be read for a list."""

    card: Card
    error: Exception

    def draw(self) -> ft.Control:
        """Draw the placeholder that stands in the list instead of the card."""
        return _undrawn(self.card.id, self.card.number or "", reference_of(self.card.id, self.error))


def read_each(cards: Iterable[Card], read: Callable[[Card], T]) -> tuple[list[T], list[Unread]]:
    """Call ``read`` on each card; return the results, and separately the cards for which it failed."""
    found: list[T] = []
    unread: list[Unread] = []
    for card in cards:
        try:
            found.append(read(card))
        except Exception as error:  # any error: it is logged when the placeholder is drawn, and the others still show
            unread.append(Unread(card, error))
    return found, unread


def drawn(id: str, draw: Callable[[], ft.Control], *, what: str = "") -> ft.Control:
    """Return ``draw()``, or a placeholder when it fails; ``what``, such as a ticket number, names the item there."""
    try:
        return draw()
    except Exception as error:  # any error: the items beside it must still show
        return _undrawn(id, what, reference_of(id, error))


def guarded(component: Callable[P, ft.Control]) -> Callable[P, ft.Control]:
    """Decorator that puts a component inside a list item into the error boundary; it goes below ``@ft.component``.

    Flet draws components later, where ``drawn`` cannot catch their errors. The component must call all its hooks
    before anything that may fail.
    """

    @functools.wraps(component)
    def draw(*args: P.args, **kwargs: P.kwargs) -> ft.Control:
        return drawn(str(kwargs.get("key") or component.__name__), lambda: component(*args, **kwargs))

    return draw


def reference_of(id: str, error: Exception) -> str:
    """Log an item's error and return its reference code; a repeated error keeps its code and is not logged again."""
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
