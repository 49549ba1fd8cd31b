"""The camera: live picture, codes in it, photos. One protocol, with an adapter for each platform.

``app.device.hardware`` chooses: in the web app the page's own camera (``app.device.browser.camera``), in a packaged app
the phone's (``app.device.native.camera``); elsewhere none, and the screens offer pictures from the gallery and typing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.device.pictures import Shrunk
from app.domain.wire.errors import CAMERA_UNSUPPORTED, Problem


@dataclass(frozen=True, slots=True)
class Opened:
    """An open camera, and whether it has a torch."""

    torch: bool


class Camera(Protocol):
    """The device's camera, one at a time."""

    @property
    def here(self) -> bool:
        """Whether this platform can have one at all; whether it is allowed and present shows at ``open``."""
        ...

    async def open(self, *, top: float, bottom: float, scan: bool) -> Opened:
        """Show the live picture ``top`` and ``bottom`` logical pixels from the window's edges.

        ``scan``: look for codes in it. Raises ``Problem``: ``camera_denied``, ``camera_none``, ``camera_busy``,
        ``camera_unsupported``, ``camera_broken``.
        """
        ...

    async def move(self, *, top: float, bottom: float) -> None:
        """Move the live picture: the window was turned, text became larger."""
        ...

    def listen(self, code: Callable[[str], None], ended: Callable[[], None]) -> Callable[[], None]:
        """Call ``code`` with the text of each code that comes into view, and ``ended`` when the camera is taken away.

        Returns a function that ends the listening.
        """
        ...

    async def torch(self, on: bool) -> bool:
        """Switch the torch; return whether that worked."""
        ...

    async def take(self) -> Shrunk:
        """Take a photo, small enough to keep. Raises ``Problem`` ``camera_broken`` or ``picture_unreadable``."""
        ...

    async def close(self) -> None:
        """Let go of the camera; harmless when none is open."""
        ...

    def unseen(self) -> None:
        """Called when the window is no longer visible. Where the system then takes the camera away, close it and call
        ``ended``."""
        ...


class NoCamera:
    """A platform without a live camera of ours: windows drawn by a server, packaged apps without the plug-in."""

    here = False

    async def open(self, *, top: float, bottom: float, scan: bool) -> Opened:
        """There is none."""
        raise Problem(CAMERA_UNSUPPORTED)

    async def move(self, *, top: float, bottom: float) -> None:
        """Nothing is shown."""

    def listen(self, code: Callable[[str], None], ended: Callable[[], None]) -> Callable[[], None]:
        """Nothing is ever seen."""
        return lambda: None

    async def torch(self, on: bool) -> bool:
        """There is none."""
        return False

    async def take(self) -> Shrunk:
        """There is none."""
        raise Problem(CAMERA_UNSUPPORTED)

    async def close(self) -> None:
        """Nothing is open."""

    def unseen(self) -> None:
        """Nothing is open."""
