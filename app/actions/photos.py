"""Photos 照片: keeping one on a ticket or visit, looking at it, and the room they take (A, E, H)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from app.actions.core import derived
from app.actions.models import Saved
from app.actions.records import Records
from app.domain.rules.photos import Picture, Position, photo_blobs, photo_body, photo_of, thumbnail_of
from app.domain.wire.entries import PHOTO, Entry
from app.domain.wire.errors import NOT_FOUND, PICTURE_ELSEWHERE, PICTURE_UNREADABLE, Problem
from app.store.saving import Subject
from app.sync.engine import SyncEngine

HELD: Final = "held-photo:"
"""Prefix of the keys of drafts that hold photos for a form not saved yet."""


@dataclass(frozen=True, slots=True)
class PhotoSpace:
    """Photos on this phone: how many, their bytes, and the bytes that may be cleared."""

    count: int
    bytes: int
    clearable: int


@dataclass(frozen=True, slots=True)
class HeldPhoto:
    """A photo for a form that is still being filled in. ``key``: its draft's key; ``once``: its future entry's id."""

    key: str
    once: str
    number: int
    picture: Picture
    shows: str


class Photos:
    """Keeping photos."""

    def __init__(self, core: Records, engine: SyncEngine) -> None:
        self._core = core
        self._engine = engine

    async def fetch(self, entry: Entry) -> bytes:
        """Return the whole picture of a ``photo_taken`` entry, from the server when it is not here.

        Raises ``Problem``: ``picture_elsewhere`` while only the phone that took it has it, ``no_network``.
        """
        here = self.whole(entry)
        if here is not None:
            return here
        ref = photo_of(entry)
        if ref is None:
            raise Problem(PICTURE_UNREADABLE)
        try:
            data = await self._engine.blobs.fetch_one(ref)
        except Problem as problem:
            if problem.kind is NOT_FOUND:
                raise Problem(PICTURE_ELSEWHERE) from problem
            raise
        await self._core.settled()
        return data

    async def add(
        self,
        subject_type: str,
        subject_id: str,
        picture: Picture,
        shows: str,
        caption: str = "",
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Keep a photo on a ticket or visit: entry, picture and thumbnail in one transaction (A, E, H).

        ``shows``: before, after or record. Raises ``Problem``: ``picture_unreadable``, ``picture_too_large``,
        ``role_may_not``, ``no_subject``, ``disk_full``.
        """
        picture.check()
        refs, data = photo_blobs(picture)
        entry = self._core.entry((subject_type, subject_id), "photo_taken", photo_body(picture, shows, caption), once)
        return await self._core.save([replace(entry, blobs=refs)], draft, data)

    async def hold(self, subject_id: str, picture: Picture, shows: str, *, once: str, draft: str | None = None) -> None:
        """Keep a photo for a form that is not saved yet (a visit being filled in, E) until it is; durable when this
        returns.

        Raises ``Problem``: ``picture_unreadable``, ``picture_too_large``, ``disk_full``.
        """
        picture.check()
        data: dict[str, Any] = asdict(picture) | {
            "data": b64encode(picture.data).decode(),
            "thumbnail": b64encode(picture.thumbnail).decode(),
            "shows": shows,
            "number": 1 + max((held.number for held in self.held(subject_id)), default=0),
        }
        self._core.store.save_draft(f"{HELD}{subject_id}:{once}", data, self._core.clock())
        if draft is not None:
            self._core.store.discard_draft(draft)
        await self._core.settled()

    def held(self, subject_id: str) -> list[HeldPhoto]:
        """Return the photos held for a form that is not saved yet, in the order in which they were taken."""
        start = f"{HELD}{subject_id}:"
        found = []
        for key in self._core.store.drafts():
            kept = self._core.store.draft(key) if key.startswith(start) else None
            if kept is not None:
                once = key.removeprefix(start)
                found.append(HeldPhoto(key, once, int(kept["number"]), _picture(kept), str(kept["shows"])))
        return sorted(found, key=lambda held: held.number)

    def drop(self, subject_id: str, once: str | None = None) -> None:
        """Throw away one photo that is held, or all of them with the form they belong to; for good after ``settled``.

        A photo that was saved with its form is no longer held, and stays.
        """
        for held in self.held(subject_id):
            if once in (None, held.once):
                self._core.store.discard_draft(held.key)

    def held_entries(self, subject: Subject) -> tuple[list[Entry], dict[str, bytes], list[str]]:
        """Return the entries of the photos held for a subject, their bytes by hash, and the drafts they were in."""
        new: list[Entry] = []
        attachments: dict[str, bytes] = {}
        drafts: list[str] = []
        for held in self.held(subject[1]):
            refs, data = photo_blobs(held.picture)
            entry = self._core.entry(subject, "photo_taken", photo_body(held.picture, held.shows), held.once)
            new.append(replace(entry, blobs=refs))
            attachments |= data
            drafts.append(held.key)
        return new, attachments, drafts

    def filed_with(self, held_of: str, subjects: Sequence[Subject]) -> tuple[list[Entry], dict[str, bytes], list[str]]:
        """Return the same as ``held_entries`` for photos that go into several records at once: each of them gets an
        entry of its own, all of the same picture."""
        new: list[Entry] = []
        attachments: dict[str, bytes] = {}
        held = self.held(held_of)
        for photo in held:
            refs, data = photo_blobs(photo.picture)
            body = photo_body(photo.picture, photo.shows)
            for subject in subjects:
                once = derived(photo.once, f"{subject[0]}/{subject[1]}")
                new.append(replace(self._core.entry(subject, "photo_taken", body, once), blobs=refs))
            attachments |= data
        return new, attachments, [photo.key for photo in held]

    def thumbnail(self, entry: Entry) -> bytes | None:
        """Return the small picture of a ``photo_taken`` entry (JPEG), or ``None`` while it is not on this phone."""
        ref = thumbnail_of(entry)
        return None if ref is None else self._core.store.blob(ref.hash)

    def whole(self, entry: Entry) -> bytes | None:
        """Return the whole picture of a ``photo_taken`` entry (JPEG), or ``None`` when it is not on this phone."""
        ref = photo_of(entry)
        return None if ref is None else self._core.store.blob(ref.hash)

    def space(self) -> PhotoSpace:
        """Return how much room photos take on this phone."""
        return PhotoSpace(*self._core.store.photo_space())

    async def clear(self, wanted: int) -> int:
        """Clear photos the server has confirmed, oldest first, until ``wanted`` bytes are free; return the bytes freed.

        Thumbnails stay. Nothing that only this phone has is touched.
        """
        freed = self._core.store.clear_photos(wanted)
        if freed:
            await self._core.settled()
        return freed

    def waiting(self) -> int:
        """Return how many whole photos could go up now if they were not held back (只用 Wi-Fi: Wi-Fi only)."""
        return sum(blob.media_type == PHOTO for blob in self._core.store.blobs_to_send())


def _picture(kept: dict[str, Any]) -> Picture:
    at = kept["position"]
    return Picture(
        b64decode(kept["data"]), b64decode(kept["thumbnail"]), int(kept["width"]), int(kept["height"]),
        str(kept["source"]), kept["taken_at"], Position(**at) if at else None,
    )  # fmt: skip
