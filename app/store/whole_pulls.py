"""First pulls that come as one file: fetching, taking in, proving; and writing such a file, which a server does."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from app.domain.wire.errors import STORE_DAMAGED, Problem
from app.domain.wire.first_pull import NotTaken
from app.store import blobs, first_pull, pulling, refolding
from app.store.database import WAL, PhoneFile, told
from app.store.downloads import Download
from app.store.saving import Subject

_PROOFS_NOTED: Final = 20
"""How many calls of ``prove`` are noted together: each note has all screens read anew."""


class WholePulls:
    """Of the store in ``file``. ``changed`` is told the subjects that change, and whether a pull brought them."""

    def __init__(
        self,
        file: PhoneFile,
        journal: str,
        setting: Callable[[str], Any],
        changed: Callable[[set[Subject], bool], None],
    ) -> None:
        self._file = file
        self._download = Download(file.path, on_disk=journal == WAL)
        self._setting = setting
        self._changed = changed
        self._proved, self._proofs = "", 0

    def shape(self) -> str:
        """Return the shape (``refolding.shape``) of a file that this store can take in; "" where it can take none."""
        if not hasattr(sqlite3.Connection, "deserialize"):
            return ""  # a Python without it
        with self._file.read():
            return refolding.shape()

    # -- fetching --------------------------------------------------------------------------

    def have(self, name: str) -> int:
        """Return how many bytes of the file ``name`` are here; what is here of another is removed."""
        with told():
            return self._download.have(name)

    def add(self, name: str, piece: bytes) -> None:
        """Append what follows on ``have(name)`` bytes. Raises ``Problem`` ``disk_full``."""
        with told():
            self._download.add(name, piece)

    def whole(self, name: str, digest: str) -> bytes | None:
        """Return the fetched file if its SHA-256 is ``digest``."""
        with told():
            return self._download.whole(name, digest)

    def forget(self) -> None:
        """Remove what was fetched."""
        with told():
            self._download.forget()

    # -- taking in -------------------------------------------------------------------------

    def take(self, content: bytes | Path) -> None:
        """Take in a first pull, unpacked, in one transaction.

        Raises ``NotTaken`` when it does not fit; then nothing has changed.
        """
        try:
            with self._file.beside(content), self._file.write() as connection:
                changed = first_pull.take(connection)
                gone, unlink = pulling.purge(connection)
        except ValueError as error:
            raise NotTaken(str(error)) from error
        except Problem as problem:
            if problem.kind is not STORE_DAMAGED:
                raise
            raise NotTaken("damaged") from problem  # if it is the store that is, pages will tell
        self._proved = ""
        self._file.fold_journal()  # all of it went through the journal: that room is the phone's
        blobs.unlink(self._file.path, unlink)
        self._changed(changed | gone, True)

    def prove(self, most: int) -> bool:
        """Check up to ``most`` entries that came in a file against their hashes; return whether some are left.

        One that does not match is set aside, as it would have been on a page. How far this is, is written now and then.
        """
        after = self._setting(first_pull.UNPROVED)
        if after is None:
            return False
        with self._file.read() as connection:
            last, wrong = first_pull.prove(connection, max(after, self._proved), most)
        self._proved, self._proofs = last or "", self._proofs + 1
        if wrong or last is None or self._proofs % _PROOFS_NOTED == 0:
            with self._file.write() as connection:
                changed = first_pull.note_proved(connection, last, wrong)
            if changed:
                self._changed(changed, False)
        return last is not None

    # -- writing ---------------------------------------------------------------------------

    def write(self, to: Path, epoch: str, drops: Iterable[Subject] = ()) -> int:
        """Write the store's tables into the new file ``to``; return about how many items of pages it stands for.

        ``drops``: see ``first_pull.write``.
        """
        with self._file.beside(to), self._file.write() as connection:
            return first_pull.write(connection, epoch, drops)
