"""Photos 照片: keeping one on a ticket or visit, looking at it, and the room they take (A, E, H)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.actions.core import Core
from app.actions.models import Saved
from app.domain.entries import PHOTO, Entry
from app.domain.photos import Picture, photo_blobs, photo_body, photo_of, thumbnail_of


@dataclass(frozen=True, slots=True)
class PhotoSpace:
    """Photos that lie on this phone whole: how many, their bytes, and the bytes that may be cleared."""

    count: int
    bytes: int
    clearable: int


class PhotoVerbs(Core):
    """Keeping photos."""

    async def add_photo(
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
        entry = self._entry((subject_type, subject_id), "photo_taken", photo_body(picture, shows, caption), once)
        return await self._save([replace(entry, blobs=refs)], draft, data)

    def thumbnail(self, entry: Entry) -> bytes | None:
        """Return the small picture of a ``photo_taken`` entry (JPEG), or ``None`` while it is not on this phone."""
        ref = thumbnail_of(entry)
        return None if ref is None else self.store.blob(ref.hash)

    def photo(self, entry: Entry) -> bytes | None:
        """Return the whole picture of a ``photo_taken`` entry (JPEG), or ``None`` when it is not on this phone."""
        ref = photo_of(entry)
        return None if ref is None else self.store.blob(ref.hash)

    def photo_space(self) -> PhotoSpace:
        """Return what photos take here."""
        return PhotoSpace(*self.store.photo_space())

    async def clear_photos(self, wanted: int) -> int:
        """Clear photos the server has confirmed, oldest first, until ``wanted`` bytes are free; the bytes freed.

        Thumbnails stay. Nothing that only this phone has is touched.
        """
        freed = self.store.clear_photos(wanted)
        if freed:
            await self._settle()
        return freed

    def photos_waiting(self) -> int:
        """Return how many whole photos could go up now if they were let (只用 Wi-Fi)."""
        return sum(blob.media_type == PHOTO for blob in self.store.blobs_to_send())
