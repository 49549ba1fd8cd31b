"""Who is offered which file, and that nobody gets one whose rights have ended since it was made.

The first phone that asks is not kept waiting: it pulls pages, and goes over to the file as soon as that is made. It is
begun when somebody signs in or is given a code to do so, so mostly it is there in time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import structlog
from anyio import sleep, to_thread

from app.domain.wire.canonical import canonical_hash
from app.domain.wire.errors import NOT_FOUND, Problem
from app.domain.wire.first_pull import FirstPull
from sync_server.first_pulls import making
from sync_server.first_pulls.folder import Folder, Kept
from sync_server.store import Store
from sync_server.store.people.identity import Identity

log = structlog.get_logger(__name__)

SMALL: Final = 1_500
"""Items up to which pages are as quick as a file."""
BEHIND: Final = 500
"""Items behind a file from which on it is brought up to date; until then it is offered as it is."""
_MOST_WAITING: Final = 8
"""Files that may wait to be made, one after another; a first day of two hundred phones goes by pages."""
_TIDY_SECONDS: Final = 3_600
_AGAIN_SECONDS: Final = 600
"""After a file could not be made, or is larger than all of them may be, for how long that is not tried again."""
SHARE: Final = 0.5
"""What part of the time making a file takes, so that requests are answered meanwhile."""


def scopes_key(who: Identity) -> str:
    """Return what names a set of rights in 16 characters: whoever has the same gets the same pages."""
    posts = {key: sorted(held) for key, held in who.posts.items()}
    return canonical_hash({"scopes": who.scopes, "posts": posts})[:16]


def _aside(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="first pull", daemon=True).start()


class FirstPulls:
    """The files of one server. ``most``: bytes of all together, 0 for none; ``start`` runs work in the background.

    ``small`` and ``share``: see ``SMALL`` and ``SHARE``.
    """

    def __init__(
        self,
        store: Store,
        path: Path,
        most: int,
        *,
        small: int = SMALL,
        share: float = SHARE,
        start: Callable[[Callable[[], None]], None] = _aside,
    ) -> None:
        self.store = store
        self.folder = Folder(path, most)
        self._small = small
        self._share = share
        self._start = start
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._making: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._ended = threading.Event()

    def stop(self) -> None:
        """Make no more files."""
        self._ended.set()

    async def keep_tidy(self) -> None:
        """Every hour remove what need not be kept."""
        while True:
            try:
                await to_thread.run_sync(self.folder.tidy)
            except OSError:
                log.exception("old files of first pulls could not be removed; tried again in an hour")
            await sleep(_TIDY_SECONDS)

    def offer(self, who: Identity, shape: str, cursors: Mapping[str, int]) -> FirstPull | None:
        """Return a file for a phone of the given shape that has read up to ``cursors``, and see to it that there will
        be one; ``None`` where there is none now, or pages do as well."""
        if not self.folder.most or shape != making.shape():
            return None
        behind = self.store.items_behind(who, cursors)
        if behind < self._small:
            return None
        kept = self._usable(who)
        left = 0 if kept is None else self.store.items_behind(who, kept.cursors)
        if kept is None or left > BEHIND:
            self._make(who)
        # Not where it would bring little, nor where the phone is further on in some scope.
        if kept is None or behind - left < self._small or any(p > kept.cursors.get(s, 0) for s, p in cursors.items()):
            return None
        return FirstPull(kept.name, kept.size, kept.items)

    def prepare(self, who: Identity) -> None:
        """Make a file for somebody who will ask for one soon, unless there is one."""
        if self.folder.most and self.store.items_behind(who, {}) >= self._small and self._usable(who) is None:
            self._make(who)

    def piece(self, who: Identity, name: str, start: int, end: int | None) -> tuple[bytes, int]:
        """Return a piece of a file and the size of all of it.

        Raises ``Problem`` ``not_found``, also for a file of other rights than ``who`` has now, of another epoch, and
        for one that holds what ``who`` may no longer see.
        """
        kept = self.folder.named(name)
        if kept is None or not name.startswith(f"{scopes_key(who)}-") or not self._holds(who, kept):
            raise Problem(NOT_FOUND)
        piece = self.folder.piece(kept, start, kept.size if end is None else min(end, kept.size))
        if piece is None:
            raise Problem(NOT_FOUND)
        return piece, kept.size

    def _usable(self, who: Identity) -> Kept | None:
        kept = self.folder.newest(scopes_key(who), making.shape())
        return kept if kept is not None and self._holds(who, kept) else None

    def _holds(self, who: Identity, kept: Kept) -> bool:
        """Tell whether all that is in a file may still be seen by ``who``, in the same epoch."""
        return kept.epoch == self.store.epoch() and not self.store.withdrew(who, kept.cursors)

    def _make(self, who: Identity) -> None:
        key = scopes_key(who)
        with self._guard:
            waits = time.monotonic() < self._not_before.get(key, 0) or len(self._making) >= _MOST_WAITING
            if key in self._making or waits or self._ended.is_set():
                return
            self._making.add(key)

        def work() -> None:
            made = False
            try:
                with self._turn:
                    made = self.make_now(who)
            except Exception:
                log.exception("the file of a first pull could not be made; phones pull pages")
            finally:
                with self._guard:
                    self._making.discard(key)
                    if not made:
                        self._not_before[key] = time.monotonic() + _AGAIN_SECONDS

        self._start(work)

    def make_now(self, who: Identity) -> bool:
        """Make a file, or bring it up to date, and tell whether that went well, or another process does so."""
        key, shape = scopes_key(who), making.shape()
        with self.folder.making(key, shape) as mine:
            if not mine:
                return True
            before = self.folder.newest(key, shape)
            base = None if before is None else self.folder.content(before)
            with TemporaryDirectory(dir=self.folder.path, prefix="making-") as name:
                breath = _Breath(self._ended, self._share)
                made = making.make(self.store, who, Path(name), base, go_on=breath.go_on)
                if made is None:
                    return False
                kept = self.folder.keep(key, shape, made.packed, made.sha256, made.epoch, made.cursors, made.items)
            log.info("a first pull was made as one file", items=made.items, kept=kept is not None)
            return kept is not None


class _Breath:
    """Leaves time to others between two pages."""

    def __init__(self, ended: threading.Event, share: float) -> None:
        self._ended = ended
        self._pause = 1 / share - 1
        """Seconds to wait for each second of work."""
        self._since: float | None = None

    def go_on(self) -> bool:
        """Wait a moment, and tell whether to go on."""
        now = time.monotonic()
        pause = 0.0 if self._since is None else (now - self._since) * self._pause
        stopped = self._ended.wait(pause) if pause else self._ended.is_set()
        self._since = time.monotonic()
        return not stopped
