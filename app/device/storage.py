"""The storage of this installation's data: where it is, when it is durable, who has it open, how much room is left.

One protocol; ``app.device.installation`` chooses the adapter: a folder on a disk (phones, desks, tests), or a browser's
private file system. What lies above does not know which.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

LOW_BYTES: Final = 100 * 1024 * 1024
"""With less room than this people are warned; it is enough for a day's work with pictures."""


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes used here, bytes left, and whether the browser may remove all of it when the device runs short."""

    used: int
    left: int
    may_evict: bool = False

    @property
    def low(self) -> bool:
        """Whether room is about to run out."""
        return self.left < LOW_BYTES


class Storage(Protocol):
    """The durable storage of one installation."""

    @property
    def folder(self) -> Path:
        """Where the files lie; they may be opened once ``claim`` or ``take_over`` has returned True."""
        ...

    @property
    def journal(self) -> str:
        """How databases there keep their journal: ``wal``, ``alone`` or ``memory`` (``app.store.database``)."""
        ...

    async def claim(self) -> bool:
        """Open the storage for this window's program; False when another one has it open.

        Raises ``Problem`` ``store_damaged`` when there is no storage at all.
        """
        ...

    async def take_over(self) -> bool:
        """Have the other one settle and close, then open the storage here; False when it stays open there."""
        ...

    def when_lost(self, act: Callable[[], object]) -> None:
        """Call ``act`` once when another window takes over; ``act`` must close every file and call ``give_up``."""
        ...

    async def give_up(self) -> None:
        """Settle, and let another window have the storage."""
        ...

    async def settle(self) -> None:
        """Return when everything written before is durable. Raises ``Problem`` ``disk_full``."""
        ...

    async def room(self) -> Room:
        """Return how much is used and left."""
        ...

    async def ask_to_keep(self) -> bool:
        """Ask that the data is never evicted; return whether that is promised."""
        ...


class DiskStorage:
    """A folder on a disk: every commit and every flushed file is durable when the call returns."""

    journal = "wal"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def claim(self) -> bool:
        """Windows of this process share the folder; SQLite keeps other processes apart."""
        return True

    async def take_over(self) -> bool:
        """See ``claim``."""
        return True

    def when_lost(self, act: Callable[[], object]) -> None:
        """It is never lost."""

    async def give_up(self) -> None:
        """Nothing holds it."""

    async def settle(self) -> None:
        """See the class."""

    async def room(self) -> Room:
        """Return what the folder takes and what its disk has left."""
        at = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        used = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return Room(used, shutil.disk_usage(at).free)

    async def ask_to_keep(self) -> bool:
        """A disk is not evicted."""
        return True
