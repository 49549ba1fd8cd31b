"""What sync needs from the phone's store. Every method that writes is one durable transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from app.domain.wire.entries import BlobRef, Entry
from app.domain.wire.exchange import Answer, Item, Page


class SendableBlob(Protocol):
    """A blob made here; ``have`` is how many bytes of it the server has."""

    @property
    def hash(self) -> str:
        """SHA-256 of the bytes."""
        ...

    @property
    def size(self) -> int:
        """Bytes in all."""
        ...

    @property
    def media_type(self) -> str:
        """Its media type."""
        ...

    @property
    def have(self) -> int:
        """Bytes on the server."""
        ...


class WholePulls(Protocol):
    """See ``app.store.whole_pulls.WholePulls``: first pulls as one file."""

    def shape(self) -> str:
        """Return of which shape a file must be; "" where none can be taken in."""
        ...

    def have(self, name: str) -> int:
        """Return how many bytes of a file are here; of any other, none stay."""
        ...

    def add(self, name: str, piece: bytes) -> None:
        """Append the next bytes."""
        ...

    def whole(self, name: str, digest: str) -> bytes | None:
        """Return the file if it has this SHA-256."""
        ...

    def forget(self) -> None:
        """Remove what is here."""
        ...

    def take(self, content: bytes) -> None:
        """Take in a file, unpacked. Raises ``NotTaken``."""
        ...

    def prove(self, most: int) -> bool:
        """Check entries that came in a file against their hashes; return whether some are left."""
        ...


class SyncStore(Protocol):
    """See ``app.store.PhoneStore``, which is one."""

    @property
    def whole(self) -> WholePulls:
        """Return what takes first pulls as one file."""
        ...

    def at_once(self) -> AbstractContextManager[None]:
        """Return a context in which several reads see the same state; nothing is written inside the block."""
        ...

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a setting."""
        ...

    def put_settings(self, values: Mapping[str, Any]) -> None:
        """Set settings."""
        ...

    def gather_news(self) -> None:
        """Announce what pages bring only when told to."""
        ...

    def untold(self) -> frozenset[tuple[str, str]]:
        """Return the subjects that are gathered."""
        ...

    def tell_news(self, *, go_on: bool = True) -> None:
        """Announce what was gathered, and ``go_on`` gathering or end it."""
        ...

    def outgoing(self, limit: int, max_bytes: int, skip: Iterable[str] = ()) -> list[Entry]:
        """Return waiting entries in the order they were made."""
        ...

    def cursors(self) -> dict[str, int]:
        """Return the position reached in each scope."""
        ...

    def wanted(self, limit: int) -> list[str]:
        """Return ids of entries to ask for."""
        ...

    def apply_answers(self, answers: Sequence[Answer], now: int) -> None:
        """Take in answers."""
        ...

    def note_tried(self, ids: Sequence[str], now: int) -> None:
        """Note that entries were sent without an answer."""
        ...

    def apply_page(self, page: Page) -> None:
        """Take in a page and its cursor."""
        ...

    def take_found(self, items: Sequence[Item]) -> None:
        """Take in entries asked for."""
        ...

    def lose(self, scopes: Sequence[str]) -> None:
        """Leave scopes."""
        ...

    def requeue(self, holes: Sequence[tuple[int, int]]) -> int:
        """Queue again what the server misses."""
        ...

    def new_epoch(self, epoch: str, author: str) -> int:
        """Start over with a restored server, wiping nothing."""
        ...

    def epoch_pulled(self) -> None:
        """Note that everything a restored server has is here again."""
        ...

    def begin_chain(self, device: str, settings: Mapping[str, Any] | None = None) -> None:
        """Take a device id and its token, sealing unsent entries again when it is a new one."""
        ...

    def looks(self, limit: int) -> list[dict[str, Any]]:
        """Return looks at archives the server has not recorded yet."""
        ...

    def looks_told(self, ids: Sequence[str]) -> None:
        """Forget looks the server has recorded."""
        ...

    def wipe(self, epoch: str | None, author: str) -> None:
        """Remove what came from the server, nothing unsent; with another ``epoch``, all entries of ``author`` count as
        unsent."""
        ...

    def blobs_to_send(self) -> Sequence[SendableBlob]:
        """Return blobs that may go up now."""
        ...

    def blobs_of(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return the bytes of those blobs that are on the phone."""
        ...

    def note_blob(self, name: str, have: int, complete: bool) -> None:
        """Note how much of a blob the server has."""
        ...

    def note_blobs(self, names: Sequence[str]) -> None:
        """Note that the server has all of these blobs."""
        ...

    def absent_blobs(self, subjects: Iterable[tuple[str, str]], media_type: str) -> list[BlobRef]:
        """Return blobs of subjects that are not here."""
        ...

    def keep_blob(self, ref: BlobRef, data: bytes) -> None:
        """Keep a fetched blob."""
        ...
