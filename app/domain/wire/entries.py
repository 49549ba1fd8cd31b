"""Entries 记录: what somebody did, never overwritten.

An entry is immutable, made by one person on one device about one subject, like a carbon copy
of a paper form. Each device numbers its entries without gaps and chains them by hash, so that
a missing or altered one shows (B.6 for numbers, design: a signature is bound to what was shown).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from app.domain import roles
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.errors import HASH_WRONG, MALFORMED, Problem

SCHEMA = 2
"""Version of the entries this program writes. Since 2, engineering records that it takes a ticket over (``received``,
A.1); entries of version 1, whose programs cannot record that, keep their meaning."""

STROKES = "application/vnd.shangmen.strokes+json"
"""Media type of a signature's vector strokes."""

PHOTO = "image/jpeg"
THUMBNAIL = "image/jpeg; role=thumbnail"
"""Media types of a photo and of the small picture of it that timelines show."""

_WIRE_KEYS = frozenset(
    ("id", "kind", "subject", "body", "author", "device", "counter", "made_at", "prev", "schema", "blobs", "hash")
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FAR_FUTURE = 1 << 53
"""The largest integer that every JSON reader keeps exactly."""


class Reckoned(dict[str, Any]):
    """The wire form of an entry whose hash this program has just computed, so that it need not be checked again."""


@dataclass(frozen=True, slots=True)
class BlobRef:
    """A picture or signature that belongs to an entry: named by the SHA-256 of its bytes."""

    hash: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did, once, on one device, about one subject.

    ``made_at`` is the device's clock and may lie; ``at`` is the best known time. ``seq``,
    ``received_at`` and ``corrected_at`` are the server's facts, not part of the hash, and
    ``None`` while the entry waits on the phone. ``extra`` holds members of the wire form that
    this program does not know; they are kept, and the hash covers them.
    """

    id: str
    kind: str
    subject_type: str
    subject_id: str
    body: Mapping[str, Any]
    author: str
    device: str
    counter: int
    made_at: int
    prev: str = ""
    schema: int = SCHEMA
    blobs: tuple[BlobRef, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""
    seq: int | None = None
    received_at: int | None = None
    corrected_at: int | None = None

    @property
    def at(self) -> int:
        """When it was done, in ms: the server's corrected time, or the device's own while the entry is unsent."""
        return self.made_at if self.corrected_at is None else self.corrected_at

    def _unsealed_wire(self) -> dict[str, Any]:
        return {
            **self.extra,
            "id": self.id,
            "kind": self.kind,
            "subject": {"type": self.subject_type, "id": self.subject_id},
            "body": dict(self.body),
            "author": self.author,
            "device": self.device,
            "counter": self.counter,
            "made_at": self.made_at,
            "prev": self.prev,
            "schema": self.schema,
            "blobs": [{"hash": b.hash, "size": b.size, "type": b.media_type} for b in self.blobs],
        }

    def compute_hash(self) -> str:
        """Return the SHA-256 of the canonical form of all members that the author's device wrote."""
        return canonical_hash(self._unsealed_wire())

    def sealed(self, *, device: str, counter: int, prev: str) -> Self:
        """Return this entry as number ``counter`` in ``device``'s chain, with its hash."""
        placed = replace(self, device=device, counter=counter, prev=prev)
        return replace(placed, hash=placed.compute_hash())

    def confirmed(self, *, seq: int, received_at: int, corrected_at: int) -> Self:
        """Return this entry with the server's facts about it."""
        return replace(self, seq=seq, received_at=received_at, corrected_at=corrected_at)

    def to_wire(self) -> dict[str, Any]:
        """Return the entry as it travels and as it is kept in rescue files."""
        return {**self._unsealed_wire(), "hash": self.hash}

    @classmethod
    def from_wire(cls, data: Any) -> Self:
        """Read an entry from its wire form and check its envelope and hash, not its body.

        A kind, subject type or member this program does not know is kept as it is. Raises
        ``Problem`` ``malformed`` or ``hash_wrong``.
        """
        entry = cls._read(data)
        if isinstance(data, Reckoned):
            return entry
        try:
            right = entry.hash == entry.compute_hash()
        except (TypeError, ValueError, RecursionError) as error:
            raise Problem(MALFORMED, what=str(error)) from error
        if not right:
            raise Problem(HASH_WRONG, id=entry.id)
        return entry

    @classmethod
    def _read(cls, data: Any) -> Self:
        if not isinstance(data, dict):
            raise Problem(MALFORMED, what="entry")
        subject = data.get("subject")
        if not isinstance(subject, dict) or set(subject) != {"type", "id"}:
            raise Problem(MALFORMED, what="subject")
        body = data.get("body")
        if not isinstance(body, dict):
            raise Problem(MALFORMED, what="body")
        prev = data.get("prev")
        if prev != "":
            prev = _match(_SHA256, prev, "prev")
        return cls(
            id=_match(_UUID, data.get("id"), "id"),
            kind=_match(_NAME, data.get("kind"), "kind"),
            subject_type=_match(_NAME, subject["type"], "subject.type"),
            subject_id=_match(_UUID, subject["id"], "subject.id"),
            body=body,
            author=_text(data.get("author"), "author"),
            device=_match(_UUID, data.get("device"), "device"),
            counter=_count(data.get("counter"), "counter", 1),
            made_at=_count(data.get("made_at"), "made_at", -_FAR_FUTURE),
            prev=str(prev),
            schema=_count(data.get("schema"), "schema", 1),
            blobs=_read_blobs(data.get("blobs")),
            extra={key: value for key, value in data.items() if key not in _WIRE_KEYS},
            hash=_match(_SHA256, data.get("hash"), "hash"),
        )


def fold_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries in the order in which they take effect.

    First those the server has, in its order; then the unsent ones, in the order in which this phone made them.
    """
    return sorted(
        entries,
        key=lambda e: (e.seq is None, e.seq or 0, e.device, e.counter) if e.seq is None else (False, e.seq, "", 0),
    )


def gaps(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the ranges from 1 to the greatest of ``numbers`` that are not among them.

    The cost depends on how many numbers there are, not on how large they are: a hostile device may claim number 2^52.
    """
    before = 0
    for number in sorted(set(numbers)):
        if number > before + 1:
            yield before + 1, number - 1
        before = number


def _match(pattern: re.Pattern[str], value: Any, what: str) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise Problem(MALFORMED, what=what)
    return value


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 100:
        raise Problem(MALFORMED, what=what)
    return value


def _count(value: Any, what: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < _FAR_FUTURE:
        raise Problem(MALFORMED, what=what)
    return value


def _read_blobs(value: Any) -> tuple[BlobRef, ...]:
    if not isinstance(value, list) or len(value) > 50:
        raise Problem(MALFORMED, what="blobs")
    refs = []
    for item in value:
        if not isinstance(item, dict) or set(item) != {"hash", "size", "type"}:
            raise Problem(MALFORMED, what="blobs")
        refs.append(
            BlobRef(
                _match(_SHA256, item["hash"], "blobs.hash"),
                _count(item["size"], "blobs.size", 0),
                _text(item["type"], "blobs.type"),
            )
        )
    return tuple(refs)


def actor(entry: Entry) -> str:
    """Return the id of who did it: the author, or whom the server recorded it for."""
    if entry.author == roles.SYSTEM:
        return str(entry.body.get("on_behalf") or roles.SYSTEM)
    return entry.author
