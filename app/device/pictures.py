"""Pictures from the device's gallery, and making them small enough to keep: one protocol for each, with an adapter for
each platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import flet as ft

from app.device import exif
from app.domain.rules.photos import Picture, Position
from app.domain.wire.errors import PICTURE_NO_TOOL, PICTURE_UNREADABLE, Problem


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A picture and its thumbnail as JPEG, upright, within the limits of ``app.domain.rules.photos``."""

    photo: bytes
    thumbnail: bytes
    width: int
    height: int

    def picture(self, source: str, taken_at: int | None = None, position: Position | None = None) -> Picture:
        """Return the picture with the time and position at which it was taken, as far as known."""
        return Picture(self.photo, self.thumbnail, self.width, self.height, source, taken_at, position)


class Gallery(Protocol):
    """The device's own pictures."""

    async def pick(self) -> bytes | None:
        """Let somebody choose a picture; return its file's bytes, or None when they chose none."""
        ...


class Shrinker(Protocol):
    """Makes pictures small enough."""

    async def shrink(self, data: bytes) -> Shrunk:
        """Turn a picture upright and shrink it. Raises ``Problem``: ``picture_unreadable``, ``picture_no_tool``."""
        ...


class Decoder(Protocol):
    """Finds codes in pictures."""

    async def decode(self, data: bytes) -> list[str]:
        """Return the texts of the QR codes in a picture, the one nearest the middle first.

        Raises ``Problem``: ``picture_unreadable``, ``picture_no_tool``.
        """
        ...


class NoTool:
    """A shrinker and decoder for where there is none."""

    async def shrink(self, data: bytes) -> Shrunk:
        """There is no tool."""
        raise Problem(PICTURE_NO_TOOL)

    async def decode(self, data: bytes) -> list[str]:
        """There is no tool."""
        raise Problem(PICTURE_NO_TOOL)


class PickerGallery:
    """Flet's own file picker: packaged apps (their bytes come along), and windows drawn by a server."""

    def __init__(self) -> None:
        self._picker = ft.FilePicker()

    async def pick(self) -> bytes | None:
        """See ``Gallery``."""
        chosen = await self._picker.pick_files(file_type=ft.FilePickerFileType.IMAGE, with_data=True)
        if not chosen:
            return None
        if not chosen[0].bytes:
            raise Problem(PICTURE_UNREADABLE)
        return bytes(chosen[0].bytes)


async def from_gallery(data: bytes, shrinker: Shrinker, *, located: bool) -> Picture:
    """Return a chosen file as a picture to keep, with its own time and, if ``located``, its own position."""
    said = exif.read(data)
    shrunk = await shrinker.shrink(data)
    return shrunk.picture("gallery", said.taken_at, said.position if located else None)
