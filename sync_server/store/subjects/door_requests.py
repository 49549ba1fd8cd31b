"""What residents ask for by the cards at their doors (X): who may ask how often, and the matter that it becomes.

The server itself takes a request down, as a matter that came by ``link`` 扫码 and that nobody has confirmed. The page
gives each request an id of its own, and the matter's id follows from it: sent twice, it is still one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Index, Integer, String, Table, func, insert, select, update

from app.domain import roles
from app.domain.rules import photos
from app.domain.rules.photos import Picture
from app.domain.subjects.matter.kinds import ADDED_SERVICE, COMPLAINT, ENQUIRY, HELP, LINK, MATTER, WANTED
from app.domain.times import DAY, HOUR
from app.domain.wire.entries import Entry
from app.domain.wire.errors import NOT_FOUND, Problem
from app.domain.writing.tags import UNIT
from sync_server.door import cards
from sync_server.door.services import Service
from sync_server.store.database import Write
from sync_server.store.people.identity import Identity
from sync_server.store.store import Store
from sync_server.store.subjects.numbers import Numbers
from sync_server.store.subjects.place import tagged_places
from sync_server.store.tables import entries, entry_blobs, estate, households, meta, metadata, uuid_column
from sync_server.store.taking import keeping
from sync_server.store.taking.keeping import Known
from sync_server.store.types import Moment, moment

OF_A_DOOR: Final = ((3, HOUR), (10, DAY))
"""Most requests from one door's card, each within so many ms."""
OF_A_NETWORK: Final = ((20, HOUR), (60, DAY))
"""Most requests from one network address: a whole building may share one."""
_CLASS_OF: Final[Mapping[str, str]] = {"repair": HELP, "complaint": COMPLAINT, "help": HELP, "other": ENQUIRY}
_UNSAID: Final[Mapping[str, str]] = {"repair": "报修", "complaint": "投诉", "help": "帮忙", "other": "请回电"}
"""What is taken down for who chose, and wrote nothing."""
_SECRET: Final = "door_cards"
_IDS: Final = uuid.UUID("0b3f0b61-1c0e-4c43-9a53-7a6f5f6f2d18")

door_cards = Table(
    "door_cards",
    metadata,
    Column("tag", String(9), primary_key=True),
    Column("edition", Integer, nullable=False, comment="cards of an earlier edition open nothing any more"),
    Column("renewed_at", Moment, nullable=False),
    comment="Doors whose cards were made useless and printed anew; all others have edition 1 (X)",
)
door_requests = Table(
    "door_requests",
    metadata,
    uuid_column("matter_id", key=True),
    Column("tag", String(9), nullable=False),
    Column("network", String(64), nullable=False, comment="keyed hash of where it came from; empty after a day"),
    Column("asked_at", Moment, nullable=False),
    Column("number", String(40), nullable=False, comment="what the resident was told"),
    Index(None, "tag", "asked_at"),
    Index(None, "network", "asked_at"),
    comment="Requests by the cards at doors: how often, and what each became (X)",
)
NUMBERS: Final = Numbers("door_request_numbers", "matter_id", "H")
_PLACE: Final = tagged_places.c
EntriesOf = Callable[[Write, Known, str], list[Entry]]
"""Returns the entries of what somebody sent, given the number it was given."""


class TooMany(Exception):
    """More requests than one door, or one network address, may make within the time."""


@dataclass(frozen=True, slots=True)
class Door:
    """A door with a card: its tag, the place as it is written on the card, and its estate with the office's phone."""

    tag: str
    unit_id: str
    building_id: str
    address: str
    estate_key: str
    estate_name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a resident sent: the page's own id for it, one of ``WANTED``, what they added, and of help which service."""

    id: str
    wanted: str
    words: str = ""
    phone: str = ""
    picture: Picture | None = None
    service: Service | None = None


def door_of(store: Store, code: str) -> Door | None:
    """Return the door whose card has this code; ``None`` if it was made up, is no longer valid, or hangs nowhere."""
    tag = cards.tag_on(code)
    if not tag:
        return None
    with store.read() as connection:
        key = _kept(connection)
        if key is None or not cards.is_real(key, code, _edition(connection, tag)):
            return None
        query = select(
            _PLACE.unit_id, _PLACE.building_id, _PLACE.address, _PLACE.estate_key, estate.c.name, estate.c.phone
        ).join(estate, estate.c.key == _PLACE.estate_key)
        row = connection.execute(query.where(_PLACE.tag == tag, _PLACE.kind == UNIT)).first()
    return Door(tag, *row) if row is not None else None


def the_only_phone(store: Store) -> str:
    """Return the office's phone where the company has one estate, else "": a card that leads nowhere names none."""
    with store.read() as connection:
        phones = list(connection.scalars(select(estate.c.phone).limit(2)))
    return str(phones[0]) if len(phones) == 1 else ""


def card_codes(store: Store, tags: Sequence[str]) -> dict[str, str]:
    """Return the code to print on the card of each of these doors, by its tag."""
    with store.numbered() as write:
        key = _key(write)
        return {tag: cards.card_code(key, tag, _edition(write.connection, tag)) for tag in tags}


def renew(store: Store, tag: str) -> int:
    """Make every card of a door useless that was printed until now; return the edition of the next one.

    Raises ``Problem`` ``not_found`` for what is no door's tag.
    """
    with store.numbered() as write:
        known = select(_PLACE.id).where(_PLACE.tag == tag, _PLACE.kind == UNIT)
        if write.connection.scalar(known) is None:
            raise Problem(NOT_FOUND)
        edition, at = _edition(write.connection, tag) + 1, moment(write.now)
        if edition == 2:
            write.execute(insert(door_cards).values(tag=tag, edition=edition, renewed_at=at))
        else:
            write.execute(update(door_cards).where(door_cards.c.tag == tag).values(edition=edition, renewed_at=at))
    return edition


def ask(store: Store, door: Door, asked: Asked, network: str) -> str:
    """Take a request down, once however often it is sent; return the number to tell the resident.

    ``network``: where it came from; only a keyed hash of it is kept, for a day. Raises ``TooMany``, and ``Problem`` for
    what cannot be kept.
    """
    assert asked.wanted in WANTED
    matter_id = id_of(door, asked.id)
    told = take(store, door, matter_id, network, lambda write, known, number: _entries(
        write, known, door, asked, matter_id, number))  # fmt: skip
    if asked.picture is not None:
        _keep_picture(store, matter_id, asked.picture)
    return told


def id_of(door: Door, once: str, what: str = "") -> str:
    """Return the id of the record that the page's own id ``once`` leads to; ``what``: what is asked for besides a
    matter."""
    return str(uuid.uuid5(_IDS, "/".join(one for one in (door.tag, what, once) if one)))


def take(store: Store, door: Door, subject_id: str, network: str, entries_of: EntriesOf) -> str:
    """Take down what somebody sent by a door's card, once however often it is sent; return its number.

    ``subject_id``: the record it becomes (``id_of``); ``entries_of`` returns its entries, and may raise what keeps it
    from being taken. Raises ``TooMany``, and ``Problem`` for what cannot be kept; then nothing is.
    """
    with store.read() as connection:
        key = _kept(connection) or b""
        whence = hmac.new(key, f"network\n{network}".encode(), hashlib.sha256).hexdigest()
        # Looked at before anything is written as well: who sends too many takes no turn among those who write.
        told = _told(connection, subject_id) or _within_limits(connection, door.tag, whence, store.now())

    def made(write: Write, known: Known, me: Identity) -> list[Entry]:
        nonlocal told
        told = _told(write.connection, subject_id) or _within_limits(write.connection, door.tag, whence, write.now)
        if told:
            return []
        told = NUMBERS.next(write, subject_id, door.estate_key)
        _forget_networks(write)
        row = {"matter_id": subject_id, "tag": door.tag, "network": whence, "asked_at": moment(write.now)}
        write.execute(insert(door_requests).values(row | {"number": told}))
        return entries_of(write, known, told)

    if not told:
        for answer in store.record(made):
            if answer.problem is not None:
                raise answer.problem
    return told


def _keep_picture(store: Store, matter_id: str, picture: Picture) -> None:
    """Keep the contents that the request's entries name and that are not here yet: a retry brings what was cut off."""
    named = (
        select(entry_blobs.c.hash)
        .join(entries, entries.c.id == entry_blobs.c.entry_id)
        .where(entries.c.subject_type == MATTER, entries.c.subject_id == matter_id, entries.c.author == roles.SYSTEM)
        .where(entry_blobs.c.borrowed)
    )
    with store.read() as connection:
        missing = set(connection.scalars(named))
    for digest, content in photos.photo_blobs(picture)[1].items():
        if digest in missing:
            store.put_blob(digest, 0, content, len(content), beside=roles.SYSTEM)


def _entries(write: Write, known: Known, door: Door, asked: Asked, matter_id: str, number: str) -> list[Entry]:
    subject = (MATTER, matter_id)
    opened = {
        "class": _CLASS_OF[asked.wanted] if asked.service is None else ADDED_SERVICE,
        "channel": LINK,
        "address": door.address,
        "unit_id": door.unit_id,
        "building_id": door.building_id,
        "household_id": household_of(write, door.unit_id),
        "anonymous": True,
        "contact_phone": asked.phone,
        "content": _content(asked),
    }
    received = {"number": number, "wanted": asked.wanted, "tag": door.tag, **_service(asked.service)}
    body = {name: value for name, value in opened.items() if value not in (None, "")}
    made = [
        keeping.system_entry(write, known, "matter_opened", subject, body),
        keeping.system_entry(write, known, "request_received", subject, received),
    ]
    if asked.picture is not None:
        refs, _ = photos.photo_blobs(asked.picture)
        shown = {n: v for n, v in photos.photo_body(asked.picture, photos.RECORD).items() if v is not None}
        made.append(keeping.system_entry(write, known, "photo_taken", subject, shown, blobs=refs))
    return made


def _content(asked: Asked) -> str:
    """Return what is wanted in words. A service stands before what the resident wrote: phones that know of no services
    show it, too."""
    if asked.service is None:
        return asked.words or _UNSAID[asked.wanted]
    return f"{asked.service.zh}：{asked.words}" if asked.words else asked.service.zh


def _service(service: Service | None) -> dict[str, Any]:
    if service is None:
        return {}
    said = {"service": service.id, "service_zh": service.zh, "service_en": service.en}
    return said | ({"urgent": True} if service.urgent else {})


def household_of(write: Write, unit_id: str) -> str | None:
    """Return the household behind a door, where there is only one: whom the desk may call back."""
    h = households.c
    query = select(h.id).where(h.unit_id == unit_id, h.moved_out_on.is_(None), h.status == "living").limit(2)
    found = list(write.connection.scalars(query))
    return str(found[0]) if len(found) == 1 else None


def _told(connection: Connection, matter_id: str) -> str:
    """Return the number that was told for a request before; "" for a new one."""
    found = connection.scalar(select(door_requests.c.number).where(door_requests.c.matter_id == matter_id))
    return str(found or "")


def _within_limits(connection: Connection, tag: str, network: str, now: int) -> str:
    """Return "" unless there were too many; then raise ``TooMany``."""
    c = door_requests.c
    for whose, limits in ((c.tag == tag, OF_A_DOOR), (c.network == network, OF_A_NETWORK)):
        for most, span in limits:
            counted = select(func.count()).select_from(door_requests)
            if int(connection.scalar(counted.where(whose, c.asked_at > moment(now - span))) or 0) >= most:
                raise TooMany
    return ""


def _forget_networks(write: Write) -> None:
    c = door_requests.c
    old = update(door_requests).where(c.asked_at < moment(write.now - DAY), c.network != "")
    write.execute(old.values(network=""))


def _edition(connection: Connection, tag: str) -> int:
    return int(connection.scalar(select(door_cards.c.edition).where(door_cards.c.tag == tag)) or 1)


def _kept(connection: Connection) -> bytes | None:
    """Return the store's key; ``None`` before a card was printed."""
    found = connection.scalar(select(meta.c.value).where(meta.c.key == _SECRET))
    return None if found is None else str(found).encode()


def _key(write: Write) -> bytes:
    """Return the store's key, which is made for the first card."""
    kept = _kept(write.connection)
    if kept is None:
        kept = secrets.token_urlsafe(32).encode()
        write.execute(insert(meta).values(key=_SECRET, value=kept.decode()))
    return kept
