"""Blobs: files named by the SHA-256 of their content, received in chunks that resume.

``BlobFiles`` is the interface to a store of contents; ``BlobFolder`` keeps them in a
folder beside the database, finished ones under ``ab/cdef…`` and unfinished ones under
``partial/``. A finished file is complete, checked and durable before its name exists.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from app.domain.wire.errors import BLOB_MISMATCH, BLOB_OFFSET, SERVER_FULL, Problem


class BlobFiles(Protocol):
    """A store of contents named by their SHA-256."""

    def have(self, digest: str, beside: str | None = None) -> int:
        """Return how many bytes of an unfinished blob are here; all of them for a finished one.

        ``beside``: count this person's own upload of it.
        """

    def complete(self, digest: str) -> bool:
        """Tell whether the blob is finished."""

    def write(self, digest: str, offset: int, chunk: bytes, total: int, beside: str | None = None) -> tuple[int, bool]:
        """Write a chunk at ``offset``; return how many bytes are here and whether it is finished.

        ``beside``: the person whose separate upload this is (`Store.upload_of`).

        Raises ``Problem``: ``blob_offset`` when bytes before it are missing, ``blob_mismatch`` when
        the whole is not what its name says (it then begins again), ``server_full``.
        """

    def read(self, digest: str) -> bytes | None:
        """Return a finished blob's content, or ``None``."""


class BlobFolder:
    """Blobs in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def have(self, digest: str, beside: str | None = None) -> int:
        """See ``BlobFiles``."""
        places = (self._final(digest), self._partial(digest)) if beside is None else (self._partial(digest, beside),)
        for path in places:
            try:
                return path.stat().st_size
            except FileNotFoundError:
                continue
        return 0

    def complete(self, digest: str) -> bool:
        """See ``BlobFiles``."""
        return self._final(digest).is_file()

    def write(self, digest: str, offset: int, chunk: bytes, total: int, beside: str | None = None) -> tuple[int, bool]:
        """See ``BlobFiles``."""
        with self._alone(digest), _room():
            if beside is None and self.complete(digest):
                return total, True
            partial = self._partial(digest, beside)
            have = self.have(digest, beside)
            if offset > have:
                raise Problem(BLOB_OFFSET, have=have)
            if offset + len(chunk) > total:
                partial.unlink(missing_ok=True)
                raise Problem(BLOB_MISMATCH, have=0)
            partial.parent.mkdir(parents=True, exist_ok=True)
            # Written in place, so that a chunk sent twice, or by two at once, lands where it belongs.
            with partial.open("r+b" if have else "w+b") as file:
                file.seek(offset)
                file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            have = max(have, offset + len(chunk))
            if have < total:
                return have, False
            self._finish(digest, partial, chunk if len(chunk) == total else None)
            return total, True

    def read(self, digest: str) -> bytes | None:
        """See ``BlobFiles``."""
        try:
            return self._final(digest).read_bytes()
        except FileNotFoundError:
            return None

    def _finish(self, digest: str, partial: Path, content: bytes | None) -> None:
        """Give the finished file its final name. ``content``: all of it, if it came in one piece and need not be read
        again."""
        if content is not None:
            found = hashlib.sha256(content).hexdigest()
        else:
            with partial.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != digest:
            partial.unlink(missing_ok=True)
            raise Problem(BLOB_MISMATCH, have=0)
        final = self._final(digest)
        final.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(final)
        if os.name != "nt":
            folder = os.open(final.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _final(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:]

    def _partial(self, digest: str, beside: str | None = None) -> Path:
        # Hashed: an id is nobody's to choose as a file's name.
        own = "" if beside is None else f".{hashlib.sha256(beside.encode()).hexdigest()[:32]}"
        return self.folder / "partial" / f"{digest}{own}"

    @contextmanager
    def _alone(self, digest: str) -> Iterator[None]:
        with self._guard:
            lock = self._locks.setdefault(digest, threading.Lock())
        try:
            with lock:
                yield
        finally:
            with self._guard:
                if not lock.locked():
                    self._locks.pop(digest, None)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem(SERVER_FULL) from error
        raise
