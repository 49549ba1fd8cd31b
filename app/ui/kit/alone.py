"""Keep signing pages free: no sheet or message may ever cover the signature pad.

`Route(alone=True)` marks a page as a signing page, and everything that shows messages checks here first. A message that
can wait is shown when the page is left; an urgent one is drawn on the page itself, beside the pad.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import flet as ft

from app.ui.kit.base import of_window


@dataclass(frozen=True)
class Said:
    """An urgent message: what happened (`what`), and that nothing is lost (`kept`)."""

    what: str
    kept: str
    id: str


@ft.observable
@dataclass
class Alone:
    """One window's state: whether a signing page is on top, what it must show, and what waits until it is left."""

    said: Said | None = None
    """The urgent message to show beside the pad; components that read it are redrawn when it changes."""
    on_top: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Returns whether the top screen is a signing page; set by the router."""
    clear: Callable[[], object] = field(default=lambda: None, repr=False)
    """Closes every sheet and toast over the screens; set by the router."""
    _waiting: list[Callable[[], object]] = field(default_factory=list, repr=False)

    @property
    def now(self) -> bool:
        """Whether a signing page is on top now, so that nothing may cover it."""
        return self.on_top()

    def later(self, speak: Callable[[], object]) -> None:
        """Call `speak` now, or, on a signing page, when it is left. A call that is made now drops all older ones."""
        if self.now:
            self._waiting.append(speak)
        else:
            self._waiting.clear()
            speak()

    def say(self, what: str, kept: str, id: str) -> None:
        """Show an urgent message on the signing page; `id` identifies the notice for tests."""
        self.said = Said(what, kept, id)

    def unsay(self) -> None:
        """Remove the urgent message: it has been read."""
        self.said = None

    def moved(self) -> None:
        """React to a new top screen: clear the window for a signing page, otherwise show the last waiting message."""
        if self.now:
            self.clear()
            return
        self.unsay()
        waiting, self._waiting = self._waiting, []
        # Shown one after another they would cover the next page for a long time; the last one is the most current.
        for speak in waiting[-1:]:
            speak()


def alone_of(page: ft.Page | ft.BasePage) -> Alone:
    """Return the window's `Alone`, made on first use."""
    return of_window(page, "shangmen.alone", Alone)
