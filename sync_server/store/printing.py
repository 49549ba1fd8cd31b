"""What papers of every kind of record have in common: the office in whose name they are, signatures with their
handwriting, who did what, and photos."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from app.domain.rules.copies import copy_address, has_copy
from app.domain.rules.photos import photo_of, thumbnail_of
from app.domain.rules.scopes import FIRST
from app.domain.rules.state import STEP_SET_ASIDE, SubjectState
from app.domain.subjects.signing import SIGNATURE_INTACT, STROKES_MISSING
from app.domain.wire.entries import Entry
from app.domain.wire.strokes import Strokes, read_drawing
from sync_server.store.database import chunks
from sync_server.store.estate import estates
from sync_server.store.tables import estate, staff
from sync_server.store.taking.blobs import BlobFiles
from sync_server.store.taking.entry_rows import Subject

VALID: Final = (SIGNATURE_INTACT, STROKES_MISSING)
"""Verdicts under which a signature stands for what the paper says."""


@dataclass(frozen=True, slots=True)
class Office:
    """In whose name a paper is: the company ("" where none is set), the estate, and the service centre's phone."""

    company: str
    estate: str
    phone: str
    key: str = FIRST

    @property
    def head(self) -> str:
        """What stands above a paper's title."""
        return "　".join(filter(None, (self.company, self.estate)))


@dataclass(frozen=True, slots=True)
class Done:
    """Who did one step of the work, and when (ms)."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Ink:
    """One signature. ``standing``: the verdict on it (``signing``); ``drawing``: strokes, width and height, ``None``
    while they have not arrived, or where they are none; ``also``: the other papers it is under."""

    signer: str
    name: str
    capacity: str
    at: int
    standing: str
    drawing: tuple[Strokes, int, int] | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a record: the SHA-256 of its picture, what it shows, and when it was taken (ms)."""

    digest: str
    caption: str
    at: int
    data: bytes | None


def office_of(connection: Connection, subject: Subject, company: str = "") -> Office:
    """Return the office a record belongs to."""
    return office(connection, estates.of_subjects(connection, [subject]).get(subject, FIRST), company)


def office(connection: Connection, key: str, company: str = "") -> Office:
    """Return the office of an estate, by its key."""
    row = connection.execute(select(estate.c.name, estate.c.phone).where(estate.c.key == key)).first()
    return Office(company, row.name, row.phone or "", key) if row is not None else Office(company, "", "", key)


def names_of(connection: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of members of staff by their ids."""
    found: dict[str, Any] = {}
    for part in chunks(sorted({one for one in ids if one})):
        rows = connection.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(part)))
        found |= {row.id: row.name for row in rows}
    return found


def ink_of(files: BlobFiles, entry: Entry, standing: str, also: Sequence[str] = ()) -> Ink:
    """Return a signature as it is printed."""
    body = entry.body
    return Ink(
        str(body["as"]), str(body["name"]), str(body["capacity"]), entry.at, standing,
        drawing_of(files.read(str(body["strokes"]))), tuple(also),
    )  # fmt: skip


def drawing_of(data: bytes | None) -> tuple[Strokes, int, int] | None:
    """Return the handwriting that a blob holds, with its width and height; ``None`` where there is none: what is wrong
    with it, the check of the signature says."""
    if data is None:
        return None
    try:
        return read_drawing(json.loads(data))
    except (ValueError, RecursionError):
        return None


def code_of(server: str, signed: Iterable[Entry]) -> str:
    """Return the address of the page that shows what was signed: of the last who gets a copy; "" where nobody does."""
    last = max((one for one in signed if has_copy(one)), key=lambda one: one.at, default=None)
    return copy_address(server, last) if last is not None and server else ""


def photos_of(files: BlobFiles, state: SubjectState, wanted: Set[str] | None = None) -> Mapping[str, Photo]:
    """Return the photos of a record by the SHA-256 of their pictures, in their order; only ``wanted`` ones, if given.
    Where the picture has not arrived, its thumbnail stands for it; none of a record whose photos are shown no more."""
    found: dict[str, Photo] = {}
    for step in state.steps if state.shows_photos else ():
        entry = step.entry
        big = photo_of(entry) if entry.kind == "photo_taken" and step.standing != STEP_SET_ASIDE else None
        if big is None or (wanted is not None and big.hash not in wanted):
            continue
        thumbnail = thumbnail_of(entry)
        data = files.read(big.hash) or (files.read(thumbnail.hash) if thumbnail is not None else None)
        taken = step.body.get("taken_at") or entry.at
        found[big.hash] = Photo(big.hash, str(step.body.get("caption") or ""), taken, data)
    return found
