"""Which installation of the app a window belongs to, and where its data lies.

On a phone the app is one installation. Served to browsers, each browser is one: it keeps an id of its own in its
storage, and its data lies in ``<data>/phones/<id>``, so that a reload or a restart of the browser comes back to it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import flet as ft

from app.device.storage import DiskStorage, Storage
from app.device.this_device import data_folder

T = TypeVar("T")

_KEY: Final = "shangmen.installation"
_ANSWER_S: Final = 3.0
_ASKED_TIMES: Final = 20
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def is_installation_id(value: object) -> bool:
    """Tell whether ``value`` is an id this module made: a random UUID as lower-case text, never part of a path."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def folder_of(data: Path, installation: str) -> Path:
    """Return the folder of one browser's data. Raises ValueError for what is not an installation id."""
    if not is_installation_id(installation):
        raise ValueError("not an installation id")
    return data / "phones" / installation


async def phone_folder(page: ft.Page) -> Path:
    """Return the folder of the installation that ``page`` belongs to; a new browser gets an id."""
    if not page.web:
        return data_folder()
    storage = ft.SharedPreferences()
    kept = await _answered(lambda: storage.get(_KEY))
    if not is_installation_id(kept):
        # The id alone opens the installation's data, so it is random through and through.
        made = str(uuid.uuid4())
        await _answered(lambda: storage.set(_KEY, made))
        # Two tabs opened at once may both have made one: what the browser holds now counts for both.
        kept = await _answered(lambda: storage.get(_KEY))
    return folder_of(data_folder(), str(kept))


async def _answered(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask the browser until it answers. If the page is reloaded during a start it returns to the same session, and what
    was asked before is never answered; the window would stay empty. Raises TimeoutError after a minute."""
    for _ in range(_ASKED_TIMES - 1):
        with suppress(TimeoutError):
            return await asyncio.wait_for(ask(), _ANSWER_S)
    return await asyncio.wait_for(ask(), _ANSWER_S)


async def storage_of(page: ft.Page) -> Storage:
    """Return the storage of the installation that ``page`` belongs to; not opened yet."""
    if sys.platform == "emscripten":
        # Python runs in this very browser: the data is the browser's own, and one installation's.
        from app.device.browser.storage import BrowserStorage

        return BrowserStorage(data_folder())
    return DiskStorage(await phone_folder(page))


def server_url() -> str:
    """Return the sync server's address configured for this installation; empty if people must enter it at sign-in."""
    return os.environ.get("SHANGMEN_SERVER_URL", "").rstrip("/")


class Preferences:
    """What was chosen on this installation (language, theme, size of text), kept in one small file in its folder.

    If the file cannot be read, nothing counts as chosen: it holds no work.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "preferences.json"

    def read(self) -> dict[str, Any]:
        """Return all choices; empty when there are none."""
        try:
            found = json.loads(self._file.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def keep(self, **choices: Any) -> None:
        """Keep some choices beside the others. Raises OSError when the disk does not take them."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(self.read() | choices, ensure_ascii=False), "utf-8")
        part.replace(self._file)
