"""Choosing a file on the device: a protocol, and Flet's own picker for everything but the web app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import flet as ft

from app.domain.wire.errors import FILE_UNREADABLE, Problem


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file somebody chose: its name and all it holds."""

    name: str
    data: bytes


class Files(Protocol):
    """The device's own files."""

    async def pick(self, endings: Sequence[str]) -> Chosen | None:
        """Let somebody choose a file with one of these endings (``xlsx``), or None when they chose none.

        Raises ``Problem`` ``file_unreadable`` for one that is far too big, or that the device does not give.
        """
        ...


class PickerFiles:
    """Flet's own file picker: packaged apps, and windows drawn by a server."""

    async def pick(self, endings: Sequence[str]) -> Chosen | None:
        """See ``Files``."""
        kinds = ft.FilePickerFileType.CUSTOM
        found = await ft.FilePicker().pick_files(file_type=kinds, allowed_extensions=list(endings), with_data=True)
        if not found:
            return None
        if not found[0].bytes:
            raise Problem(FILE_UNREADABLE)
        return Chosen(found[0].name, bytes(found[0].bytes))
