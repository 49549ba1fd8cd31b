"""Files that the app saves and the words it tells, for screens without a window that has either."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest


@dataclass
class SavedFiles:
    """What was saved, by name and content, and what was told, in order."""

    saved: list[tuple[str, bytes]] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)

    async def told(self, many: int) -> None:
        """Wait until ``many`` things were told. Raises TimeoutError after 20 seconds."""
        async with asyncio.timeout(20):
            while len(self.toasts) < many:
                await asyncio.sleep(0.02)


def saving_files(monkeypatch: pytest.MonkeyPatch) -> SavedFiles:
    """Have files saved and words told into what is returned."""
    files = SavedFiles()

    async def save(_picker: object, **said: object) -> str:
        files.saved.append((str(said["file_name"]), bytes(said["src_bytes"])))  # type: ignore[call-overload]
        return ""

    monkeypatch.setattr("flet.FilePicker.save_file", save)
    monkeypatch.setattr("app.ui.context.Ui.toast", lambda _ui, words, **_more: files.toasts.append(words))
    return files
