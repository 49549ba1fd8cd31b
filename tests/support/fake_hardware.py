"""Hardware that a test controls: a camera that sees what the test tells it, a gallery, a location. Needs no window.

hands = hands_full()
with FletServer(holding(hands)) as app: ...        # every window of that app has this hardware
hands.camera.see("K7M2QD91X"); hands.camera.vanish(); hands.camera.problem = Problem(CAMERA_BUSY)
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import flet as ft

from app.device.camera import Opened
from app.device.hardware import Hardware
from app.device.pictures import Shrunk
from app.domain.rules.photos import Position
from app.domain.wire.errors import PICTURE_UNREADABLE, Problem
from app.ui.context import ui_of
from main import main
from tests.support.pictures import picture


def shrunk(seed: int) -> Shrunk:
    """Return a made-up picture in the form in which the app's shrinker returns one."""
    made = picture(1200, 900, seed=seed)
    return Shrunk(made.data, made.thumbnail, made.width, made.height)


class HandCamera:
    """See ``app.device.camera.Camera``. With a ``problem`` it cannot be opened and takes no pictures."""

    here = True

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self.is_open = self.lit = False
        self.taken = 0
        self._ears: list[tuple[Callable[[str], None], Callable[[], None]]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self, *, top: float, bottom: float, scan: bool) -> Opened:
        """Open the camera, or raise its ``problem``."""
        self._loop = asyncio.get_running_loop()
        if self.problem is not None:
            raise self.problem
        self.is_open = True
        return Opened(torch=True)

    async def move(self, *, top: float, bottom: float) -> None:
        """Do nothing: no camera picture is shown."""

    def listen(self, code: Callable[[str], None], ended: Callable[[], None]) -> Callable[[], None]:
        """Call back when the test calls ``see`` or ``vanish``; return a function that ends this."""
        self._ears.append((code, ended))
        return lambda: self._ears.remove((code, ended))

    async def torch(self, on: bool) -> bool:
        """Switch the light; always possible."""
        self.lit = on
        return True

    async def take(self) -> Shrunk:
        """Return a picture, a different one each time."""
        if self.problem is not None:
            raise self.problem
        self.taken += 1
        return shrunk(self.taken)

    async def close(self) -> None:
        """Close the camera."""
        self.is_open = self.lit = False

    def unseen(self) -> None:
        """Do nothing: the camera stays open."""

    def see(self, text: str) -> None:
        """Let the camera see this code."""
        self._tell(lambda: [code(text) for code, _ in list(self._ears)])

    def vanish(self) -> None:
        """Let another app take the camera away."""
        self.is_open = False
        self._tell(lambda: [ended() for _, ended in list(self._ears)])

    def _tell(self, tell: Callable[[], object]) -> None:
        if self._loop is None:
            raise RuntimeError("the camera was never opened")
        self._loop.call_soon_threadsafe(tell)


@dataclass
class HandGallery:
    """See ``app.device.pictures.Gallery``: its user always picks ``file``."""

    file: bytes | None = None

    async def pick(self) -> bytes | None:
        """Return ``file``."""
        return self.file


@dataclass
class HandTools:
    """A shrinker, and a decoder that finds the codes it was told of beforehand."""

    codes: dict[bytes, list[str]] = field(default_factory=dict)

    async def shrink(self, data: bytes) -> Shrunk:
        """Return a made-up small picture for any JPEG. Raises Problem for other files."""
        if not data.startswith(b"\xff\xd8\xff"):
            raise Problem(PICTURE_UNREADABLE)
        return shrunk(len(data))

    async def decode(self, data: bytes) -> list[str]:
        """Return the codes in this file."""
        return self.codes.get(data, [])


@dataclass
class HandLocation:
    """See ``app.device.location.Location``."""

    at: Position | None = None

    async def find(self) -> Position | None:
        """Return the position that the test has set."""
        return self.at


@dataclass
class Hands:
    """All fake hardware of a phone, as the test controls it."""

    camera: HandCamera = field(default_factory=HandCamera)
    gallery: HandGallery = field(default_factory=HandGallery)
    tools: HandTools = field(default_factory=HandTools)
    location: HandLocation = field(default_factory=HandLocation)


def holding(hands: Hands) -> Callable[[ft.Page], Awaitable[None]]:
    """Return the app's main, with this hardware in place of its windows' own."""

    async def start(page: ft.Page) -> None:
        await main(page)
        ui_of(page).hardware = Hardware(hands.camera, hands.gallery, hands.tools, hands.tools, hands.location)

    return start
