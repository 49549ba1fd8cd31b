"""What a test of a flow does with a window of the app, whatever shows it: Chromium, or nothing at all.

`tests.support.flet_driver.AppDriver` drives the real client in a browser, `tests.support.window_driver.WindowDriver`
the same app and server in a window without one. A control is named by the identifier that `kit.base.tag` gives it.
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
"""Whether pictures of screens are wanted. Without them a window has a pixel a point: drawing in software, not the app,
is what takes the time, and a test reads the semantics tree."""
PHONE: Final = (390, 844)
WAIT_MS: Final = 10_000

Stroke = Sequence[tuple[float, float]]

NAME_STROKES: Final[list[list[tuple[float, float]]]] = [
    [(0.18 + 0.033 * i, 0.34 - 0.016 * i) for i in range(5)],
    [(0.25 - 0.005 * i, 0.22 + 0.12 * i) for i in range(5)],
    [(0.40, 0.45), (0.46, 0.37), (0.54, 0.53), (0.62, 0.45)],
    [(0.70 + 0.04 * i, 0.30 + 0.12 * i) for i in range(4)],
]
"""Something that looks like a name, in few points: each is a touch that a browser has to carry."""


class Driver(Protocol):
    """One window. Everything waits for what it needs, and fails with what is on the screen instead."""

    shots: Path | None
    """Where pictures go; None: none are taken."""
    problems: list[str]
    """Errors that nobody caught: must stay empty."""
    outside: list[str]
    """Requests to anybody but the app's own server: must stay empty."""

    @property
    def path(self) -> str:
        """The window's address, without a query."""
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
        """The window is killed where it stands, and another one opened there on the same phone."""
        ...

    def back(self) -> None:
        """The browser's Back, which on a phone is the system's."""
        ...

    def stands_at(self, path: str) -> None:
        """Wait until this is the window's address."""
        ...

    def tap(self, id: str) -> None:
        """Tap a control; a button that sleeps is given a moment."""
        ...

    def double_tap(self, id: str) -> None:
        """Tap twice, as a nervous thumb does."""
        ...

    def press(self, keys: str) -> None:
        """Press a key, or several as in "Alt+KeyN"."""
        ...

    def choose(self, id: str) -> None:
        """Tap one of several choices, and wait until it is the chosen one."""
        ...

    def choose_file(self, id: str, name: str, content: bytes, *, timeout_ms: float = WAIT_MS) -> None:
        """Tap what asks for a file, and choose one."""
        ...

    def saved_file(self, id: str) -> tuple[str, bytes]:
        """Tap what hands over a file; its name and content."""
        ...

    def type_into(self, id: str, text: str, *, clear: bool = True) -> None:
        """Write into a field, in place of what was there or, with ``clear=False``, after it."""
        ...

    def value_of(self, id: str) -> str:
        """What a field holds."""
        ...

    def see(self, text: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Wait until these words are on the screen, or have been since the last touch."""
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
        """What a control says."""
        ...

    def enabled(self, id: str) -> bool:
        """Whether a button can be pressed."""
        ...

    def becomes_enabled(self, id: str, timeout_s: float = 5) -> bool:
        """Wait a while for a button to be pressable, and say whether it is."""
        ...

    def ids(self) -> list[str]:
        """All identifiers on the screen."""
        ...

    def words(self) -> str:
        """All words on the screen."""
        ...

    def draw(self, id: str, strokes: Sequence[Stroke]) -> None:
        """Draw with a finger; points are fractions (0..1) of the control's width and height."""
        ...

    def sign(self, id: str = "pad") -> None:
        """Draw something that looks like a name."""
        ...

    def read_on(self) -> None:
        """Scroll a signing page on until all that is signed was seen."""
        ...

    def agree(self) -> None:
        """Read what is signed to its end, and agree."""
        ...

    def scroll(self, dy: float) -> None:
        """Turn the wheel over the middle of the window."""
        ...

    def resize(self, wide: int, high: int) -> None:
        """Give the window another size."""
        ...

    def settle(self) -> None:
        """Wait until nothing moves any more."""
        ...

    def rest(self, seconds: float) -> None:
        """Let time go by in which nobody touches anything."""
        ...

    def shot(self, name: str) -> Path | None:
        """Save a picture of the window when it has come to rest; None when none is wanted."""
        ...

    def show(self, path: str, id: str, name: str, *, timeout_ms: float = WAIT_MS) -> None:
        """Open a path, wait for a control and take a picture."""
        ...
