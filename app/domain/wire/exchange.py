"""The server's answer in one exchange of the sync protocol, read from its JSON (docs/sync.md).

One bad item never makes the whole answer fail: it becomes ``Unreadable`` and is set aside, so that it holds up nothing
behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from app.domain.wire.entries import Entry
from app.domain.wire.errors import ANSWER_UNREADABLE, Problem
from app.domain.wire.first_pull import FirstPull
from app.domain.wire.packing import unpack_items
from app.domain.wire.protocol import ACCEPTED, CHUNK_UNSAID, FLAGGED, KNOWN, REFUSED


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's answer to one pushed entry. ``status`` as in ``protocol``; the other members where they apply."""

    id: str
    status: str
    seq: int | None = None
    received_at: int | None = None
    corrected_at: int | None = None
    code: int | None = None
    name: str | None = None
    message_zh: str = ""
    message_en: str = ""
    flags: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read one answer. Raises ``KeyError``, ``TypeError`` or ``ValueError`` when it is none."""
        status = data["status"]
        if status not in (ACCEPTED, KNOWN, FLAGGED, REFUSED):
            raise ValueError(f"status {status}")
        message = data.get("message") or {}
        answer = cls(
            id=str(data["id"]),
            status=status,
            seq=_whole(data.get("seq")),
            received_at=_whole(data.get("received_at")),
            corrected_at=_whole(data.get("corrected_at")),
            code=_whole(data.get("code")),
            name=data.get("name"),
            message_zh=str(message.get("zh", "")),
            message_en=str(message.get("en", "")),
            flags=tuple(str(reason) for reason in data.get("flags") or ()),
        )
        if status != REFUSED and answer.seq is None:
            raise ValueError("seq")
        return answer


@dataclass(frozen=True, slots=True)
class EntryItem:
    """Somebody's entry with the server's facts on it."""

    pos: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class OwnItem:
    """An entry of this very device: its body is not sent back."""

    pos: int
    id: str
    seq: int
    received_at: int | None
    corrected_at: int | None


@dataclass(frozen=True, slots=True)
class RefItem:
    """One row of reference data, new, changed or deleted."""

    pos: int
    type: str
    id: str
    body: Mapping[str, Any]
    deleted: bool


@dataclass(frozen=True, slots=True)
class DropItem:
    """A subject that has left the scope."""

    pos: int
    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item this program can't read, and why."""

    pos: int
    item: Any
    why: str


Item = EntryItem | OwnItem | RefItem | DropItem | Unreadable


@dataclass(frozen=True, slots=True)
class Page:
    """The next items of one scope; ``to`` is the cursor after them."""

    scope: str
    to: int
    more: bool
    items: tuple[Item, ...]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read one page whose entries are not packed. Raises ``KeyError``, ``TypeError`` or ``ValueError`` when its
        frame is wrong."""
        items = tuple(read_item(item) for item in data["items"])
        return cls(str(data["scope"]), int(data["to"]), bool(data["more"]), items)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One whole answer of ``POST /v1/sync``. ``holes``: ranges of counters that the server is missing, both ends
    included."""

    epoch: str
    server_time: int
    heard_at: int | None = None
    """When the server had read the head of the request; ``None`` from an older server."""
    answers: tuple[Answer, ...] = ()
    holes: tuple[tuple[int, int], ...] = ()
    pages: tuple[Page, ...] = ()
    lost: tuple[str, ...] = ()
    found: tuple[Item, ...] = field(default=())
    looks: tuple[str, ...] = ()
    """Looks at archives (S) that the server has recorded."""
    packs: bool = False
    """Whether this server reads packed entries."""
    left: int | None = None
    """How many items are still to come after these pages; ``None`` unless asked for and answered."""
    chunk: int = CHUNK_UNSAID
    """How many bytes of blobs this server takes in one request."""
    first_pull: FirstPull | None = None
    """A file with all that this phone lacks, instead of the pages' items, which are not in this answer then."""
    sound: bool = True
    """Whether the hashes of all packed entries are right; if not, the phone asks for the same again, unpacked."""

    @classmethod
    def read(cls, data: Any) -> Self:
        """Read the answer's JSON. Raises ``Problem`` ``answer_unreadable`` when its frame is wrong."""
        try:
            pages = [(page, *_read_items(page["items"])) for page in data.get("scopes") or ()]
            found, found_sound = _read_items(data.get("found") or ())
            return cls(
                epoch=str(data["epoch"]),
                server_time=int(data["server_time"]),
                heard_at=_whole(data.get("heard_at")),
                answers=tuple(Answer.read(a) for a in data.get("answers") or ()),
                holes=tuple((int(first), int(last)) for first, last in data.get("holes") or ()),
                pages=tuple(Page(str(p["scope"]), int(p["to"]), bool(p["more"]), items) for p, items, _ in pages),
                lost=tuple(str(scope) for scope in data.get("lost") or ()),
                found=found,
                looks=tuple(str(look) for look in data.get("looks") or ()),
                packs=data.get("packs") is True,
                left=_whole(data.get("left")),
                chunk=int(data.get("chunk") or CHUNK_UNSAID),
                first_pull=FirstPull.read(data.get("first_pull")),
                sound=found_sound and all(sound for _, _, sound in pages),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


def _read_items(items: Sequence[Any]) -> tuple[tuple[Item, ...], bool]:
    """Read items whose entries may be packed; the second value tells whether all their hashes are right."""
    whole, sound = unpack_items(items)
    return tuple(read_item(item) for item in whole), sound


def read_item(data: Any) -> Item:
    """Read one item of a page; what can't be read comes back as ``Unreadable``."""
    pos = data.get("pos") if isinstance(data, dict) else None
    pos = pos if isinstance(pos, int) else 0
    try:
        if "entry" in data:
            entry = Entry.from_wire(data["entry"])
            return EntryItem(
                pos,
                entry.confirmed(
                    seq=int(data["seq"]), received_at=int(data["received_at"]), corrected_at=int(data["corrected_at"])
                ),
            )
        if "own" in data:
            own = data["own"]
            return OwnItem(
                pos, str(own["id"]), int(own["seq"]), _whole(own.get("received_at")), _whole(own.get("corrected_at"))
            )
        if "ref" in data:
            ref = data["ref"]
            body = ref.get("body") or {}
            if not isinstance(body, dict):
                raise TypeError("body")
            return RefItem(pos, str(ref["type"]), str(ref["id"]), body, bool(ref.get("deleted")))
        drop = data["drop"]
        return DropItem(pos, str(drop["type"]), str(drop["id"]))
    except (Problem, KeyError, TypeError, ValueError, AttributeError) as error:
        return Unreadable(pos, data, f"{type(error).__name__}: {error}")


def _whole(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a whole number was expected")
    return value
