"""The phone's own camera in a packaged app: Flet's camera plug-in; codes are looked for in its frames here.

The plug-in's picture is a Flutter widget. It stays in the page's overlay, hidden while the camera is closed, and is
never taken out: an answer that comes for a control which has left the page is an error to Flet. Flutter throws a hidden
widget away, and with it goes the camera.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import flet as ft
from flet_camera import (
    Camera,
    CameraDescription,
    CameraImageEvent,
    CameraLensDirection,
    CameraLensType,
    CameraStateEvent,
    FlashMode,
    ResolutionPreset,
)

from app.device.camera import Opened
from app.device.pictures import Decoder, Shrinker, Shrunk
from app.domain.wire.errors import (
    CAMERA_BROKEN,
    CAMERA_BUSY,
    CAMERA_DENIED,
    CAMERA_NONE,
    CAMERA_UNSUPPORTED,
    Problem,
    ProblemKind,
)

log = logging.getLogger(__name__)

SAME_AGAIN_S: Final = 2.5
"""A code that stays in view is reported again after this many seconds, as in the browser."""
LOOK_EVERY_S: Final = 0.2
"""Seconds between the beginnings of two looks, at least. Each takes a core for about as long; the rest is for
drawing."""
AGAIN_S: Final = 0.5
"""Seconds to wait after a fault of the plug-in's own before it is asked to begin once more."""
ASK_S: Final = 120.0
"""How long, in seconds, somebody may think about whether the camera is allowed."""
ANSWER_S: Final = 20.0
"""How long, in seconds, the plug-in may take for anything else before it counts as broken."""

_WHY: Final = (
    # Codes of the plug-in on Android, iOS and in browsers; "in use" is CameraX's text, it has no code of its own.
    (r"CameraAccess(Denied|Restricted)|CameraPermission|cameraSecurity", CAMERA_DENIED),
    (r"cameraNotFound|cameraOverconstrained|No ?Camera ?Available", CAMERA_NONE),
    (r"cameraNotReadable|cameraAbort|in use", CAMERA_BUSY),
    (r"cameraNotSupported|cameraType", CAMERA_UNSUPPORTED),
)

_NO_TORCH: Final = re.compile("torch|flash", re.IGNORECASE)
"""Matches errors that concern the lamp alone: the plug-in calls the whole camera faulty when only its lamp did not
obey."""


def why(error: str) -> ProblemKind:
    """Return what the plug-in's error means to a person."""
    return next((kind for pattern, kind in _WHY if re.search(pattern, error, re.IGNORECASE)), CAMERA_BROKEN)


def best(cameras: list[CameraDescription]) -> CameraDescription | None:
    """Return the camera that looks away from whoever holds the phone, its main lens if that is known; None if there is
    none."""

    def worth(camera: CameraDescription) -> tuple[bool, bool, bool]:
        return (
            camera.lens_direction is not CameraLensDirection.BACK,
            camera.lens_direction is CameraLensDirection.FRONT,
            camera.lens_type in (CameraLensType.TELEPHOTO, CameraLensType.ULTRA_WIDE),
        )

    return min(cameras, key=worth, default=None)


@dataclass(eq=False, slots=True)
class _Live:
    """One opening of the camera: its newest frame, and who looks at it."""

    frame: bytes | None = None
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    shutter: asyncio.Lock = field(default_factory=asyncio.Lock)
    looking: asyncio.Task[None] | None = None


class FletCamera:
    """See ``app.device.camera.Camera``. ``asking`` is held while the system may be asking for a permission."""

    here = True

    def __init__(
        self,
        page: ft.Page,
        decoder: Decoder,
        shrinker: Shrinker,
        asking: asyncio.Lock,
        plug_in: Callable[[], Camera] = Camera,
    ) -> None:
        self._page = page
        self._decoder = decoder
        self._shrinker = shrinker
        self._asking = asking
        self._camera = plug_in()
        self._camera.on_state_change = self._changed
        self._camera.on_stream_image = self._framed
        self._aim = _aim()
        self._box = ft.Container(
            self._camera,
            left=0,
            right=0,
            visible=False,
            alignment=ft.Alignment.CENTER,  # loosely, or the picture is pulled out of shape
            clip_behavior=ft.ClipBehavior.HARD_EDGE,
            ignore_interactions=True,
        )
        self._live: _Live | None = None
        self._ears: list[tuple[Callable[[str], None], Callable[[], None]]] = []

    async def open(self, *, top: float, bottom: float, scan: bool) -> Opened:
        """The system asks for permission when that was not decided yet. An opening is over when another begins."""
        self._let_go()
        live = self._live = _Live()
        try:
            return await self._open(live, top, bottom, scan)
        except Problem:
            self._let_go(live)
            raise
        except (RuntimeError, TimeoutError) as error:
            self._let_go(live)
            log.warning("the camera did not open: %s", error)
            raise Problem(why(str(error))) from error

    async def _open(self, live: _Live, top: float, bottom: float, scan: bool) -> Opened:
        camera = self._camera
        camera.content = self._aim if scan else None
        self._box.top, self._box.bottom, self._box.bgcolor, self._box.visible = top, bottom, None, True
        if self._box in self._page.overlay:
            self._page.update(self._box)
        else:
            self._page.overlay.append(self._box)
            self._page.update()

        # One question at a time: Android answers a second one, asked meanwhile, with no.
        async with self._asking:
            try:
                chosen = await self._begin(live, scan)
            except RuntimeError as error:
                if why(str(error)) is not CAMERA_BROKEN:
                    raise
                # Seen in its web half: it trips over the end of the opening before, and works a moment later.
                log.info("the camera is asked once more: %s", error)
                await asyncio.sleep(AGAIN_S)
                chosen = await self._begin(live, scan)
        self._still(live)
        # Photos without a flash, as in the browser; and a camera that cannot even be told so has no torch.
        torch = await self.torch(False) and chosen.lens_direction is not CameraLensDirection.FRONT
        self._still(live)
        self._box.bgcolor = ft.Colors.BLACK
        self._page.update(self._box)
        if scan:
            live.looking = asyncio.get_running_loop().create_task(self._look(live))
        return Opened(torch)

    async def _begin(self, live: _Live, scan: bool) -> CameraDescription:
        """Choose a camera and start it."""
        self._still(live)
        chosen = best(await asyncio.wait_for(self._camera.get_available_cameras(), ASK_S))
        if chosen is None:
            raise Problem(CAMERA_NONE)
        self._still(live)
        preset = ResolutionPreset.HIGH if scan else ResolutionPreset.VERY_HIGH
        # No sound: otherwise the microphone would be asked for.
        await asyncio.wait_for(self._camera.initialize(chosen, preset, enable_audio=False), ASK_S)
        return chosen

    def _still(self, live: _Live) -> None:
        """Raise Problem when the screen was left, or another opening began."""
        if self._live is not live:
            raise Problem(CAMERA_BROKEN)

    async def move(self, *, top: float, bottom: float) -> None:
        """Move the picture."""
        if self._live is not None and (self._box.top, self._box.bottom) != (top, bottom):
            self._box.top, self._box.bottom = top, bottom
            self._page.update(self._box)

    def listen(self, code: Callable[[str], None], ended: Callable[[], None]) -> Callable[[], None]:
        """Hear of codes and of the end."""
        ear = (code, ended)
        self._ears.append(ear)

        def stop() -> None:
            if ear in self._ears:
                self._ears.remove(ear)

        return stop

    async def torch(self, on: bool) -> bool:
        """Switch the torch: it is the flash that stays on."""
        if self._live is None:
            return False
        try:
            await asyncio.wait_for(self._camera.set_flash_mode(FlashMode.TORCH if on else FlashMode.OFF), ANSWER_S)
        except (RuntimeError, TimeoutError) as error:
            log.info("no torch: %s", error)
            return False
        return True

    async def take(self) -> Shrunk:
        """Take a photo with the camera's own shutter."""
        live = self._live
        if live is None:
            raise Problem(CAMERA_BROKEN)
        try:
            taken = await self._shot(live)
        except (RuntimeError, TimeoutError) as error:
            log.warning("no photo: %s", error)
            raise Problem(CAMERA_BROKEN) from error
        return await self._shrinker.shrink(taken)

    async def close(self) -> None:
        """Let go of the camera."""
        self._let_go()

    def unseen(self) -> None:
        """The system takes the camera from an app that nobody sees; what it gives back later may stand still."""
        if self._live is not None:
            self._end(self._live)

    # -- looking for codes -------------------------------------------------------------------

    async def _look(self, live: _Live) -> None:
        now = asyncio.get_running_loop().time
        last, last_at = "", 0.0
        try:
            next_frame = self._framed_next if await self._streams() else self._shot
            while self._live is live:
                begun = now()
                frame = await next_frame(live)
                if self._live is not live:
                    return
                seen = await self._codes(frame)
                if self._live is not live:
                    return
                if seen and (seen[0] != last or begun - last_at > SAME_AGAIN_S):
                    last, last_at = seen[0], begun
                    for code, _ in list(self._ears):
                        code(seen[0])
                await asyncio.sleep(max(0.01, LOOK_EVERY_S - (now() - begun)))
        except Exception as error:
            # Whatever it was, nothing is looked for any more: the screen must not go on as if.
            if self._live is live:  # otherwise the screen was left in the middle of a photo
                log.warning("scanning ended: %s", error)
                self._end(live)

    async def _streams(self) -> bool:
        """Whether frames come by themselves now; otherwise photos are taken one after the other."""
        try:
            if await asyncio.wait_for(self._camera.supports_image_streaming(), ANSWER_S):
                await asyncio.wait_for(self._camera.start_image_stream(), ANSWER_S)
                return True
        except RuntimeError as error:
            log.info("no stream: %s", error)
        return False

    async def _framed_next(self, live: _Live) -> bytes:
        """Wait for a frame that was not looked at; empty when the camera is let go of meanwhile."""
        while live.frame is None and self._live is live:
            live.stirred.clear()
            await live.stirred.wait()
        frame, live.frame = live.frame, None
        return frame or b""

    async def _shot(self, live: _Live) -> bytes:
        async with live.shutter:  # the plug-in refuses a second one
            self._still(live)
            return bytes(await asyncio.wait_for(self._camera.take_picture(), ANSWER_S))

    async def _codes(self, frame: bytes) -> list[str]:
        try:
            return await self._decoder.decode(frame)
        except Problem as problem:
            log.info("a frame could not be read: %s", problem)
            return []

    def _framed(self, event: CameraImageEvent) -> None:
        if self._live is not None:
            self._live.frame = event.bytes  # one that nobody looked at in time is forgotten
            self._live.stirred.set()

    # -- the end -----------------------------------------------------------------------------

    def _changed(self, event: CameraStateEvent) -> None:
        live = self._live
        if event.has_error and live is not None and not _NO_TORCH.search(event.error_description or ""):
            log.warning("the camera ended: %s", event.error_description)
            self._end(live)

    def _end(self, live: _Live) -> None:
        if self._let_go(live):
            for _, ended in list(self._ears):
                ended()

    def _let_go(self, only: _Live | None = None) -> bool:
        """Hide the picture, which lets go of the camera; return whether there was one. ``only``: leave any other
        opening alone."""
        live = self._live
        if live is None or (only is not None and live is not only):
            return False
        self._live = None
        live.stirred.set()
        self._box.visible = False
        self._page.update(self._box)
        return True


def _aim() -> ft.Control:
    """Return a frame in the middle of the picture, which shows where to hold a tag."""
    line = ft.Border.all(3, ft.Colors.with_opacity(0.92, ft.Colors.WHITE))
    frame = ft.Container(width=180, height=180, border_radius=24, border=line)
    return ft.Container(frame, alignment=ft.Alignment.CENTER)
