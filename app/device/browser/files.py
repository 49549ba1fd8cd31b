"""The page's own choice of a file, for Python in its worker; the page's side is build/web/static/camera.js."""

from __future__ import annotations

from collections.abc import Sequence

from app.device.browser.camera import ask_page
from app.device.files import Chosen
from app.domain.wire.errors import FILE_UNREADABLE, Problem


class PageFiles:
    """See ``app.device.files.Files``."""

    async def pick(self, endings: Sequence[str]) -> Chosen | None:
        """The browser's own choice of a file."""
        from pyodide.ffi import JsException

        try:
            found = await ask_page("file-pick", ",".join(f".{ending}" for ending in endings))
        except JsException as error:
            raise Problem(FILE_UNREADABLE) from error
        return None if found is None else Chosen(str(found["name"]), bytes(found["bytes"]))
