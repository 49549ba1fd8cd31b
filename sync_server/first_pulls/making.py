"""Making the file of a first pull: a phone's store is filled by pages, as a phone is, and written out.

Nowhere else does the server use code of the phone's store. What is in the file is what pages would have brought, by
construction, and a file is brought up to date by the pages behind it.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

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
_NO_DEVICE = ""
"""Of whom nothing is held back as their own: whoever gets the file has nothing yet."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file, packed; ``cursors``: where it ends in each scope; ``items``: about how many items of pages it holds."""

    packed: bytes
    epoch: str
    cursors: dict[str, int]
    items: int


def make(
    store: Store,
    who: Identity,
    folder: Path,
    base: bytes | None = None,
    *,
    go_on: Callable[[], bool] = lambda: True,
) -> Made | None:
    """Make the file for the scopes and posts of ``who``, working in ``folder``; begin with ``base``, an earlier one, if
    it fits.

    ``go_on`` is asked before each page, and may take its time; ``None`` once it says no, or when the store was restored
    meanwhile.
    """
    anybody = replace(who, device=_NO_DEVICE)
    epoch = store.epoch()
    with TemporaryDirectory(dir=folder, prefix="making-") as name:
        phone = PhoneStore(Path(name) / "phone.db", journal=IN_MEMORY)
        try:
            phone.put_settings({"epoch": epoch})
            if base is not None:
                _begin_with(phone, base)
            more = True
            while more:
                if not go_on():
                    return None
                pages, _, _ = store.pull(anybody, phone.cursors(), protocol.PAGE)
                for page in pages:
                    phone.apply_page(Page.read(page))
                more = any(page["more"] for page in pages)
            cursors = phone.cursors()
            content, items = phone.whole.write(epoch, store.dropped(cursors))
        finally:
            phone.close()
    if store.epoch() != epoch or len(content) > MOST_UNPACKED:
        return None
    return Made(gzip.compress(content, _PACKING, mtime=0), epoch, cursors, items)


def _begin_with(phone: PhoneStore, base: bytes) -> None:
    try:
        phone.whole.take(gzip.decompress(base))
    except (NotTaken, OSError, EOFError, zlib.error):
        return  # of another epoch or program, or damaged: made anew
