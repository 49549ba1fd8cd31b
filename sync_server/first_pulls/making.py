"""Making the file of a first pull: a phone's store is filled by pages, as a phone is, and written out.

Nowhere else does the server use code of the phone's store. What is in the file is what pages would have brought, by
construction, and a file is brought up to date by the pages behind it. All of it lies on disk meanwhile, none in memory.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.wire import protocol
from app.domain.wire.exchange import Page
from app.domain.wire.first_pull import MOST_UNPACKED, NotTaken
from app.store import PhoneStore
from app.store.database import IN_MEMORY
from app.store.refolding import shape
from sync_server.store import Store
from sync_server.store.people.identity import Identity

__all__ = ["Made", "make", "shape"]

_PACKING = 6
_PIECE = 1024 * 1024
_NO_DEVICE = ""
"""Of whom nothing is held back as their own: whoever gets the file has nothing yet."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file, packed, and its SHA-256; ``cursors``: where it ends in each scope; ``items``: about how many items of
    pages it holds."""

    packed: Path
    sha256: str
    epoch: str
    cursors: dict[str, int]
    items: int


def make(
    store: Store,
    who: Identity,
    folder: Path,
    base: Path | None = None,
    *,
    go_on: Callable[[], bool] = lambda: True,
) -> Made | None:
    """Make the file for the scopes and posts of ``who`` in the empty ``folder``; begin with ``base``, an earlier one,
    if it fits.

    ``go_on`` is asked before each page, and may take its time; ``None`` once it says no, or when the store was restored
    meanwhile.
    """
    anybody = replace(who, device=_NO_DEVICE)
    epoch = store.epoch()
    phone = PhoneStore(folder / "phone.db", journal=IN_MEMORY)
    try:
        phone.put_settings({"epoch": epoch})
        if base is not None:
            _begin_with(phone, base, folder / "base.db")
        more = True
        while more:
            if not go_on():
                return None
            pages, _, _ = store.pull(anybody, phone.cursors(), protocol.PAGE)
            for page in pages:
                phone.apply_page(Page.read(page))
            more = any(page["more"] for page in pages)
        cursors, written = phone.cursors(), folder / "file.db"
        items = phone.whole.write(written, epoch, store.dropped(cursors))
    finally:
        phone.close()
    if store.epoch() != epoch or written.stat().st_size > MOST_UNPACKED:
        return None
    packed = folder / "file.db.gz"
    return Made(packed, _pack(written, packed), epoch, cursors, items)


def _begin_with(phone: PhoneStore, base: Path, unpacked: Path) -> None:
    try:
        with gzip.open(base) as packed, unpacked.open("wb") as file:
            shutil.copyfileobj(packed, file, _PIECE)
        phone.whole.take(unpacked)
    except (NotTaken, OSError, EOFError, zlib.error):
        return  # of another epoch or program, or damaged: made anew


def _pack(file: Path, to: Path) -> str:
    """Pack a file and return the SHA-256 of what that gives."""
    with (
        file.open("rb") as content,
        to.open("wb") as out,
        gzip.GzipFile("", "wb", _PACKING, out, mtime=0) as packed,
    ):
        shutil.copyfileobj(content, packed, _PIECE)
    with to.open("rb") as made:
        return hashlib.file_digest(made, "sha256").hexdigest()
