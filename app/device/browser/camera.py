"""The page's own camera, gallery, decoder and location, for Python in its worker.

The page's side is build/web/static/camera.js.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from app.device.camera import Opened
from app.device.location import PATIENCE_S
from app.device.pictures import Shrunk
from app.domain.rules import photos
from app.domain.rules.photos import Position, ended
from app.domain.wire.errors import (
    CAMERA_BROKEN,
    CAMERA_BUSY,
    CAMERA_DENIED,
    CAMERA_NONE,
    CAMERA_UNSUPPORTED,
    PICTURE_UNREADABLE,
    Problem,
)

log = logging.getLogger(__name__)

_WHY: Final = {
    "denied": CAMERA_DENIED,
    "none": CAMERA_NONE,
    "busy": CAMERA_BUSY,
    "unsupported": CAMERA_UNSUPPORTED,
}
_LIMITS: Final = {
    "longSide": photos.LONG_SIDE,
    "mostBytes": photos.MOST_BYTES,
    "thumbSide": photos.THUMBNAIL_SIDE,
    "mostThumbBytes": photos.MOST_THUMBNAIL_BYTES,
}


async def ask_page(what: str, *args: Any) -> Any:
    """Ask the page for something; what it answers comes as Python's own values."""
    import shangmen_page
    from pyodide.ffi import to_js

    found = await shangmen_page.ask(what, *(to_js(arg, dict_converter=_object()) for arg in args))
    return found.to_py() if hasattr(found, "to_py") else found


def _object() -> Any:
    import js

    return js.Object.fromEntries


def _shrunk(found: dict[str, Any]) -> Shrunk:
    return Shrunk(bytes(found["photo"]), bytes(found["thumbnail"]), int(found["width"]), int(found["height"]))


class PageCamera:
    """See ``app.device.camera.Camera``."""

    here = True

    async def open(self, *, top: float, bottom: float, scan: bool) -> Opened:
        """The browser asks for permission when that was not decided yet."""
        found = await ask_page("camera-open", {"top": top, "bottom": bottom, "scan": scan})
        if found.get("ok"):
            return Opened(bool(found["torch"]))
        raise Problem(_WHY.get(found.get("error"), CAMERA_BROKEN))

    async def move(self, *, top: float, bottom: float) -> None:
        """Move the video."""
        await ask_page("camera-move", {"top": top, "bottom": bottom})

    def listen(self, code: Callable[[str], None], ended: Callable[[], None]) -> Callable[[], None]:
        """Listen to what the page reports of its camera."""
        import shangmen_page
        from pyodide.ffi import create_proxy

        def heard(name: str, detail: Any = None) -> None:
            if name == "code":
                code(str(detail))
            elif name in ("camera-ended", "scan-broken"):
                log.info("the camera ended: %s %s", name, detail)
                ended()

        proxy = create_proxy(heard)
        end = shangmen_page.listen(proxy)

        def stop() -> None:
            end()
            proxy.destroy()

        return stop

    async def torch(self, on: bool) -> bool:
        """Switch the torch."""
        return bool(await ask_page("camera-torch", on))

    async def take(self) -> Shrunk:
        """The picture as it is in view."""
        from pyodide.ffi import JsException

        try:
            return _shrunk(await ask_page("camera-take", _LIMITS))
        except JsException as error:
            log.warning("no photo: %s", error)
            raise Problem(CAMERA_BROKEN) from error

    async def close(self) -> None:
        """Stop the video and let go of the camera."""
        await ask_page("camera-close")

    def unseen(self) -> None:
        """The page itself looks for no codes then, and hears when the camera is taken away."""


class PageGallery:
    """See ``app.device.pictures.Gallery``."""

    async def pick(self) -> bytes | None:
        """The browser's own choice of a picture."""
        from pyodide.ffi import JsException

        try:
            found = await ask_page("picture-pick")
        except JsException as error:
            raise Problem(PICTURE_UNREADABLE) from error
        return None if found is None else bytes(found["bytes"])


class PageTools:
    """A shrinker and decoder: the page's lens worker."""

    async def shrink(self, data: bytes) -> Shrunk:
        """See ``app.device.pictures.Shrinker``."""
        from pyodide.ffi import JsException

        try:
            return _shrunk(await ask_page("picture-shrink", ended(data), _LIMITS))
        except JsException as error:
            log.warning("a picture could not be read: %s", error)
            raise Problem(PICTURE_UNREADABLE) from error

    async def decode(self, data: bytes) -> list[str]:
        """See ``app.device.pictures.Decoder``."""
        from pyodide.ffi import JsException

        try:
            return [str(text) for text in await ask_page("picture-decode", ended(data))]
        except JsException as error:
            log.warning("a picture could not be read: %s", error)
            raise Problem(PICTURE_UNREADABLE) from error


class PageLocation:
    """See ``app.device.location.Location``."""

    async def find(self) -> Position | None:
        """The browser asks for permission when that was not decided yet."""
        found = await ask_page("position", PATIENCE_S * 1000)
        if found.get("error"):
            log.info("no location: %s", found["error"])
            return None
        return Position.of(found["latitude"], found["longitude"], found["accuracy"])


def metered() -> bool:
    """Tell whether the network costs by the byte, where the browser knows; elsewhere it is taken to be free."""
    import js

    connection = getattr(js.navigator, "connection", None)
    if connection is None:
        return False
    return bool(getattr(connection, "saveData", False)) or str(getattr(connection, "type", "")) == "cellular"
