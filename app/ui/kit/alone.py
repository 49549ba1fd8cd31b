"""A page somebody signs on has the window to itself: no sheet or message ever covers the pad.

`Route(alone=True)` marks such pages; everything that shows messages asks here. What can wait is shown when the page is
left; what must be said now is shown on the page, where it covers nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import flet as ft

from app.ui.kit.base import of_window


@dataclass(frozen=True)
class Said:
    """Something that must be told at once: what happened, and that nothing is lost."""

    what: str
    kept: str
    id: str


@ft.observable
@dataclass
class Alone:
    """One window's: whether a page is alone now, what waits until it is left, and what it is told meanwhile."""

    said: Said | None = None
    """What the page shows beside the pad; components that use it are drawn again."""
    on_top: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Whether the screen on top is such a page; the router says so."""
    clear: Callable[[], object] = field(default=lambda: None, repr=False)
    """Takes away what lies over the screens."""
    _waiting: list[Callable[[], object]] = field(default_factory=list, repr=False)

    @property
    def now(self) -> bool:
        """Whether nothing may be laid over the screen on top."""
        return self.on_top()

    def later(self, speak: Callable[[], object]) -> None:
        """Speaks at once, or when nobody signs any more; what waited is stale once something newer is said."""
        if self.now:
            self._waiting.append(speak)
        else:
            self._waiting.clear()
            speak()

    def say(self, what: str, kept: str, id: str) -> None:
        """Tells something on the page that is alone."""
        self.said = Said(what, kept, id)

    def unsay(self) -> None:
        """It was read."""
        self.said = None

    def moved(self) -> None:
        """Another screen is on top: clears the window for a page that is alone, or says what waited."""
        if self.now:
            self.clear()
            return
        self.unsay()
        waiting, self._waiting = self._waiting, []
        # One after another they would stand over the next page for long: the last says how things are.
        for speak in waiting[-1:]:
            speak()


def alone_of(page: ft.Page | ft.BasePage) -> Alone:
    """The window's."""
    return of_window(page, "shangmen.alone", Alone)
