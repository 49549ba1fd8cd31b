"""The folder of files: each lies there whole or not at all, and all of them within a bound."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.domain.wire.first_pull import name_of

_FACTS, _CONTENT, _LOCK = ".json", ".gz", ".making"
_MAKING_SECONDS: Final = 900
"""After so long whoever was making a file has ended without saying so."""
_KEPT_SECONDS: Final = 7 * 86_400
"""For how long a file that nobody asks for is kept: people's data must not lie about."""
_OLDER_SECONDS: Final = 3_600
"""For how long a file is kept beside a newer one: a phone may still be fetching it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is there: its name, bytes, and what it holds."""

    name: str
    size: int
    items: int
    epoch: str
    cursors: dict[str, int]
    made_at: float


class Folder:
    """The files in ``path``, at most ``most`` bytes; several processes may share it. ``clock``: seconds."""

    def __init__(self, path: Path, most: int, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.most = most
        self._clock = clock

    def newest(self, scopes: str, shape: str) -> Kept | None:
        """Return the latest file for a set of scopes and a shape."""
        found = [kept for path in self.path.glob(f"{scopes}-{shape}-*{_FACTS}") if (kept := _read(path)) is not None]
        return max(found, key=lambda kept: kept.made_at, default=None)

    def named(self, name: str) -> Kept | None:
        """Return a file by its name."""
        return _read(self.path / f"{name}{_FACTS}")

    def piece(self, kept: Kept, start: int, end: int) -> bytes | None:
        """Return the bytes from ``start`` up to ``end`` of a file, which counts as used now; ``None`` if it went."""
        try:
            with self.content(kept).open("rb") as file:
                file.seek(start)
                piece = file.read(end - start)
            self._used(kept.name)
        except OSError:
            return None
        return piece

    def keep(
        self, scopes: str, shape: str, packed: Path, sha256: str, epoch: str, cursors: dict[str, int], items: int
    ) -> Kept | None:
        """Keep the file ``packed``, which is moved here, and make room for it; ``None`` if it is larger than all may
        be."""
        size = packed.stat().st_size
        if size > self.most:
            return None
        kept = Kept(name_of(scopes, shape, sha256), size, items, epoch, cursors, self._clock())
        facts = {"size": kept.size, "items": items, "epoch": epoch, "cursors": cursors, "made_at": kept.made_at}
        packed.chmod(0o600)
        packed.replace(self.path / f"{kept.name}{_CONTENT}")
        self._put(f"{kept.name}{_FACTS}", json.dumps(facts).encode())  # last: only now it is there
        self._used(kept.name)
        self.tidy()
        return kept

    def forget(self, name: str) -> None:
        """Remove a file."""
        for ending in (_FACTS, _CONTENT):
            (self.path / f"{name}{ending}").unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what was not used for long, what a newer one has replaced, and what is too much: first what was used
        longest ago."""
        if not self.path.is_dir():
            return
        now = self._clock()
        newest: dict[str, float] = {}
        used: list[tuple[float, Kept]] = []
        for path in self.path.glob(f"*{_FACTS}"):
            kept, at = _read(path), _used_at(path)
            if kept is None or at is None:
                self.forget(path.name.removesuffix(_FACTS))
                continue
            used.append((at, kept))
            newest[_of(kept)] = max(kept.made_at, newest.get(_of(kept), 0))
        left = self.most
        for at, kept in sorted(used, key=lambda one: one[0], reverse=True):
            replaced = kept.made_at < newest[_of(kept)] and now - newest[_of(kept)] > _OLDER_SECONDS
            left -= kept.size
            if replaced or left < 0 or now - at > _KEPT_SECONDS:
                self.forget(kept.name)
        self._clear_up(now)

    def _clear_up(self, now: float) -> None:
        """Remove what was left by a process that ended in the middle of its work."""
        for path in self.path.iterdir():
            at = _used_at(path)
            if path.suffix == _FACTS or at is None or now - at <= _MAKING_SECONDS:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif not path.with_suffix(_FACTS).exists():
                path.unlink(missing_ok=True)

    def content(self, kept: Kept) -> Path:
        """Return where a file lies."""
        return self.path / f"{kept.name}{_CONTENT}"

    @contextmanager
    def making(self, scopes: str, shape: str) -> Iterator[bool]:
        """Tell whether this process may make a file in the block: nobody else does."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = self.path / f"{scopes}-{shape}{_LOCK}"
        since = _used_at(lock)
        if since is not None and self._clock() - since > _MAKING_SECONDS:
            lock.unlink(missing_ok=True)
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            yield False
            return
        try:
            yield True
        finally:
            lock.unlink(missing_ok=True)

    def _used(self, name: str) -> None:
        os.utime(self.path / f"{name}{_FACTS}", (self._clock(), self._clock()))

    def _put(self, name: str, data: bytes) -> None:
        part = self.path / f"{secrets.token_hex(8)}.part"
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(data)
            part.replace(self.path / name)
        finally:
            part.unlink(missing_ok=True)


def _of(kept: Kept) -> str:
    """Return for whom and of which shape a file is."""
    return kept.name.rpartition("-")[0]


def _used_at(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _read(path: Path) -> Kept | None:
    try:
        facts: dict[str, Any] = json.loads(path.read_bytes())
        return Kept(path.name.removesuffix(_FACTS), **facts)
    except (OSError, ValueError, TypeError):
        return None
