"""The signed text behind the code of a resident's copy 住户留底 (A.8, E, S)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.domain.rules import copies
from app.domain.subjects.signing import SIGNATURE_BROKEN, SIGNATURE_CHANGED
from app.domain.times import DAY
from app.domain.wire.entries import Entry
from app.domain.wire.strokes import strokes_to_svg
from sync_server.store import printing
from sync_server.store.store import Store
from sync_server.store.tables import entries
from sync_server.store.taking.entry_rows import to_entry
from sync_server.store.upkeep import verifying

INTACT, CHANGED, BROKEN = "intact", "changed", "broken"
_STANDINGS: Final = {SIGNATURE_CHANGED: CHANGED, SIGNATURE_BROKEN: BROKEN}


@dataclass(frozen=True, slots=True)
class Copy:
    """What somebody signed. ``lines``: the text as it was shown; ``drawing``: SVG, "" while it has not arrived;
    ``standing``: whether the record still says it; ``signed_at`` and ``until`` in ms."""

    lines: tuple[str, ...]
    name: str
    capacity: str
    signed_at: int
    drawing: str
    standing: str
    until: int
    estate_name: str
    phone: str


def copy_of(store: Store, code: str, days: int) -> Copy | None:
    """Return the copy behind a code; ``None`` if it was made up, has not arrived yet, or ended ``days`` ago."""
    entry_id = copies.entry_of(code)
    if not entry_id or not days:
        return None
    with store.read() as connection:
        row = connection.execute(select(entries).where(entries.c.id == entry_id)).first()
        if row is None:
            return None
        entry = to_entry(row)
        until = row.received_at_ms + days * DAY
        if not copies.is_real(code, entry) or store.now() >= until:
            return None
        subject = (entry.subject_type, entry.subject_id)
        found = verifying.verify_subject(connection, store.files, subject)
        office = printing.office_of(connection, subject)
    verdicts = {one.id: verdict.standing for one, verdict in found.signatures} if found is not None else {}
    altered = found is None or entry.id in found.altered
    standing = BROKEN if altered else _STANDINGS.get(verdicts.get(entry.id, SIGNATURE_BROKEN), INTACT)
    return Copy(
        lines=tuple(str(line) for line in entry.body["content"].get("shown") or ()),
        name=str(entry.body["name"]),
        capacity=str(entry.body["capacity"]),
        signed_at=entry.at,
        drawing=_drawing(store, entry),
        standing=standing,
        until=until,
        estate_name=office.estate,
        phone=office.phone,
    )


def _drawing(store: Store, entry: Entry) -> str:
    drawing = printing.drawing_of(store.files.read(str(entry.body["strokes"])))
    return "" if drawing is None else strokes_to_svg(*drawing)
