"""The signed text behind the code of a resident's copy 住户留底 (A.8, E, S)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.domain.rules import copies
from app.domain.rules.binding import signed_facts
from app.domain.subjects import subject_of
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import SIGNATURE_BROKEN, SIGNATURE_CHANGED
from app.domain.times import DAY
from app.domain.wire.entries import Entry
from app.domain.wire.strokes import Strokes, strokes_to_svg
from sync_server.store import printing
from sync_server.store.printing import Office
from sync_server.store.store import Store
from sync_server.store.tables import entries
from sync_server.store.taking.entry_rows import of_subject, to_entry
from sync_server.store.upkeep import verifying

INTACT, CHANGED, AGAIN, OVER, BROKEN = "intact", "changed", "again", "over", "broken"
"""How a record stands to what was signed: it says the same; it was changed; it was changed, and then signed once more;
it was voided or ended early; what is stored does not fit the signature."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What somebody signed. ``lines``: the text as it was shown; ``ink``: strokes, width and height, ``None`` while
    they have not arrived; ``standing``: whether the record still says it; ``signed_at`` and ``until`` in ms."""

    lines: tuple[str, ...]
    name: str
    capacity: str
    signed_at: int
    ink: tuple[Strokes, int, int] | None
    standing: str
    until: int
    office: Office

    @property
    def drawing(self) -> str:
        """The handwriting as SVG, "" while it has not arrived."""
        return "" if self.ink is None else strokes_to_svg(*self.ink)


def copy_of(store: Store, code: str, days: int, company: str = "") -> Copy | None:
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
        standing = _standing(store, entry, of_subject(connection, subject))
        office = printing.office_of(connection, subject, company)
    return Copy(
        lines=tuple(str(line) for line in entry.body["content"].get("shown") or ()),
        name=str(entry.body["name"]),
        capacity=str(entry.body["capacity"]),
        signed_at=entry.at,
        ink=printing.drawing_of(store.files.read(str(entry.body["strokes"]))),
        standing=standing,
        until=until,
        office=office,
    )


def _standing(store: Store, entry: Entry, own: Sequence[Entry]) -> str:
    """Return how the record of a signature, whose entries are ``own``, stands to what was signed."""
    state = fold(entry.subject_type, own)
    signed = verifying.verify_signatures(store.files, own, state)
    verdicts = {one.id: verdict.standing for one, verdict in signed}
    if verdicts[entry.id] == SIGNATURE_BROKEN:
        return BROKEN
    if state.stage in subject_of(state.type).called_off:
        return OVER
    if verdicts[entry.id] != SIGNATURE_CHANGED:
        return INTACT
    later = [one for one, _ in signed][[one.id for one, _ in signed].index(entry.id) + 1 :]
    again = (_part(one) == _part(entry) and verdicts[one.id] in printing.VALID for one in later)
    return AGAIN if any(again) else CHANGED


def _part(signed: Entry) -> tuple[object, ...]:
    """Return for what, of which entry, and in which part somebody signed."""
    facts = signed_facts(signed)
    return signed.body["purpose"], facts.get("entry_id") or facts.get("step_id"), signed.body["as"]
