"""Hardware for tests, held by hand: a camera that sees what it is told to, a gallery, a place. No window is needed.

hands = hands_full()
with FletServer(holding(hands)) as app: ...        # every window of that app gets these
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
    """A picture as a shrinker gives it."""
    made = picture(1200, 900, seed=seed)
    return Shrunk(made.data, made.thumbnail, made.width, made.height)


class HandCamera:
    """See ``app.device.camera.Camera``. With a ``problem`` it cannot be opened, and takes nothing."""

    here = True

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self.is_open = self.lit = False
        self.taken = 0
        self._ears: list[tuple[Callable[[str], None], Callable[[], None]]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self, *, top: float, bottom: float, scan: bool) -> Opened:
        """Open it, or raise the problem."""
        self._loop = asyncio.get_running_loop()
        if self.problem is not None:
            raise self.problem
        self.is_open = True
        return Opened(torch=True)

    async def move(self, *, top: float, bottom: float) -> None:
        """Nothing is shown."""

    def listen(self, code: Callable[[str], None], ended: Callable[[], None]) -> Callable[[], None]:
        """Hear what ``see`` and ``vanish`` tell."""
        self._ears.append((code, ended))
        return lambda: self._ears.remove((code, ended))

    async def torch(self, on: bool) -> bool:
        """Light it."""
        self.lit = on
        return True

    async def take(self) -> Shrunk:
        """Another picture each time."""
        if self.problem is not None:
            raise self.problem
        self.taken += 1
        return shrunk(self.taken)

    async def close(self) -> None:
        """Let go of it."""
        self.is_open = self.lit = False

    def unseen(self) -> None:
        """It stays."""

    def see(self, text: str) -> None:
        """Hold a code before it."""
        self._tell(lambda: [code(text) for code, _ in list(self._ears)])

    def vanish(self) -> None:
        """Another app takes the camera."""
        self.is_open = False
        self._tell(lambda: [ended() for _, ended in list(self._ears)])

    def _tell(self, tell: Callable[[], object]) -> None:
        if self._loop is None:
            raise RuntimeError("the camera was never opened")
        self._loop.call_soon_threadsafe(tell)


@dataclass
class HandGallery:
    """See ``app.device.pictures.Gallery``: gives the file that lies in it."""

    file: bytes | None = None

    async def pick(self) -> bytes | None:
        """What was laid in."""
        return self.file


@dataclass
class HandTools:
    """A shrinker and a decoder that know the files they were told of."""

    codes: dict[bytes, list[str]] = field(default_factory=dict)

    async def shrink(self, data: bytes) -> Shrunk:
        """Any JPEG will do."""
        if not data.startswith(b"\xff\xd8\xff"):
            raise Problem(PICTURE_UNREADABLE)
        return shrunk(len(data))

    async def decode(self, data: bytes) -> list[str]:
        """The codes of that file."""
        return self.codes.get(data, [])


@dataclass
class HandLocation:
    """See ``app.device.location.Location``."""

    at: Position | None = None

    async def find(self) -> Position | None:
        """Where the test says."""
        return self.at


@dataclass
class Hands:
    """All of it, with the test's side of each."""

    camera: HandCamera = field(default_factory=HandCamera)
    gallery: HandGallery = field(default_factory=HandGallery)
    tools: HandTools = field(default_factory=HandTools)
    location: HandLocation = field(default_factory=HandLocation)


def holding(hands: Hands) -> Callable[[ft.Page], Awaitable[None]]:
    """Return the app whose windows have this hardware instead of their own."""

    async def start(page: ft.Page) -> None:
        await main(page)
        ui_of(page).hardware = Hardware(hands.camera, hands.gallery, hands.tools, hands.tools, hands.location)

    return start
