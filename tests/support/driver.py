"""What a test of a flow can do with a window of the app, whether Chromium shows it or nothing does.

`tests.support.flet_driver.AppDriver` drives the real client in a browser; `tests.support.window_driver.WindowDriver`
drives the same app and server without a browser. A control is named by the identifier that `kit.base.tag` gives it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

WINDOW: Final = "window"
CHROMIUM: Final = "chromium"
"""The kinds of window that a flow is tried in."""
PICTURES: Final = bool(os.environ.get("SHANGMEN_SCREENS"))
"""Whether pictures of screens are wanted. Without them a window has one pixel per point: drawing in software, not the
app, takes most of the time, and a test reads only the semantics tree."""
PHONE: Final = (390, 844)
WAIT_MS: Final = 10_000

Stroke = Sequence[tuple[float, float]]

NAME_STROKES: Final[list[list[tuple[float, float]]]] = [
    [(0.18 + 0.033 * i, 0.34 - 0.016 * i) for i in range(5)],
    [(0.25 - 0.005 * i, 0.22 + 0.12 * i) for i in range(5)],
    [(0.40, 0.45), (0.46, 0.37), (0.54, 0.53), (0.62, 0.45)],
    [(0.70 + 0.04 * i, 0.30 + 0.12 * i) for i in range(4)],
]
"""Something that looks like a name, in few points: each of them is a touch that the browser must handle."""


class Driver(Protocol):
    """One window. Every method waits for what it needs; its failure says what is on the screen instead."""

    shots: Path | None
    """Folder for pictures; None: no pictures are taken."""
    problems: list[str]
    """Uncaught errors: must stay empty."""
    outside: list[str]
    """Requests to any server but the app's own: must stay empty."""

    @property
    def path(self) -> str:
        """The window's address, without the query."""
        ...

    def start(self, path: str = "/") -> None:
        """Load the app at a path."""
        ...

    def go(self, path: str) -> None:
        """Open a path without loading the app anew, as a link does."""
        ...

    def reload(self) -> None:
        """Reload the page, as somebody with a browser would."""
        ...

    def again(self) -> Driver:
        """Kill the window as it is, and open another one at the same address on the same phone."""
        ...

    def back(self) -> None:
        """Go back with the browser's Back, which on a phone is the system's."""
        ...

    def stands_at(self, path: str) -> None:
        """Wait until the window's address is this path."""
        ...

    def tap(self, id: str) -> None:
        """Tap a control; a button that is disabled gets a moment to become enabled."""
        ...

    def double_tap(self, id: str) -> None:
        """Tap twice, as a nervous thumb does."""
        ...

    def press(self, keys: str) -> None:
        """Press a key, or several as in "Alt+KeyN"."""
        ...

    def choose(self, id: str) -> None:
        """Tap one of several choices, and wait until it is selected."""
        ...

    def choose_file(self, id: str, name: str, content: bytes, *, timeout_ms: float = WAIT_MS) -> None:
        """Tap a control that asks for a file, and choose this one."""
        ...

    def saved_file(self, id: str) -> tuple[str, bytes]:
        """Tap a control that hands over a file; return the file's name and content."""
        ...

    def type_into(self, id: str, text: str, *, clear: bool = True) -> None:
        """Type into a field, replacing its text or, with ``clear=False``, after it."""
        ...

    def value_of(self, id: str) -> str:
        """Return the text in a field."""
        ...

    def see(self, text: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Wait until these words are on the screen, or have been since the last touch (a toast may be gone already)."""
        ...

    def see_id(self, id: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Wait until a control is there."""
        ...

    def gone(self, text: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Wait until these words are no longer on the screen."""
        ...

    def gone_id(self, id: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Wait until a control is no longer there."""
        ...

    def has(self, id: str) -> bool:
        """Whether a control is there now."""
        ...

    def said(self, id: str) -> str:
        """Return the text of a control."""
        ...

    def enabled(self, id: str) -> bool:
        """Whether a button can be pressed."""
        ...

    def becomes_enabled(self, id: str, timeout_s: float = WAIT_MS / 1000) -> bool:
        """Wait up to ``timeout_s`` for a button to become enabled; return whether it did."""
        ...

    def ids(self) -> list[str]:
        """All identifiers on the screen."""
        ...

    def words(self) -> str:
        """All words on the screen."""
        ...

    def draw(self, id: str, strokes: Sequence[Stroke]) -> None:
        """Draw with a finger on a control; points are fractions (0..1) of its width and height."""
        ...

    def sign(self, id: str = "pad") -> None:
        """Draw something that looks like a name."""
        ...

    def read_on(self) -> None:
        """Scroll a signing page until everything that is to be signed has been seen."""
        ...

    def agree(self) -> None:
        """Read everything that is to be signed, and agree."""
        ...

    def scroll(self, dy: float) -> None:
        """Turn the mouse wheel by ``dy`` over the middle of the window."""
        ...

    def resize(self, wide: int, high: int) -> None:
        """Give the window another size."""
        ...

    def settle(self) -> None:
        """Wait until nothing moves or changes any more."""
        ...

    def rest(self, seconds: float) -> None:
        """Let this much time pass without touching anything."""
        ...

    def shot(self, name: str) -> Path | None:
        """Save a picture of the window once nothing moves any more; None when no pictures are wanted."""
        ...

    def show(self, path: str, id: str, name: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Open a path, wait for a control and take a picture."""
        ...
