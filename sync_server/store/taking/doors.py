"""Where new records may be opened: a steward's are in their buildings (roles × verb × scope)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.domain.subjects import kinds, subject_of
from app.domain.wire.entries import Entry
from app.domain.wire.errors import OUT_OF_SCOPE, Problem
from sync_server.store.database import Write, chunks
from sync_server.store.people.identity import Identity
from sync_server.store.tables import households, units


class Doors:
    """The buildings in which the doors named by a batch really are."""

    def __init__(self, building_of: Mapping[str, str]) -> None:
        self._building_of = building_of

    @classmethod
    def load(cls, write: Write, batch: Sequence[Entry]) -> Doors:
        """Look up every unit and household that an entry of the batch names."""
        bodies = [entry.body for entry in batch] + [
            entry.body["body"] for entry in batch if isinstance(entry.body.get("body"), dict)
        ]
        named = {v for b in bodies for v in (b.get("household_id"), b.get("unit_id")) if isinstance(v, str)}
        named |= {entry.subject_id for entry in batch if subject_of(entry.subject_type).id_is_door}
        found: dict[str, str] = {}
        for some in chunks(sorted(named)):
            for table in (households, units):
                for row in write.execute(select(table.c.id, table.c.building_id).where(table.c.id.in_(some))):
                    found[row.id] = row.building_id
        return cls(found)

    def check(self, author: Identity, entry: Entry, body: Mapping[str, Any]) -> None:
        """Raise ``Problem`` ``out_of_scope`` where the author may not open a record.

        Overseers may anywhere, everybody else where its type lets them (``Subject.may_begin``). Nobody may name a
        building that the door isn't in: it would show the record to the wrong people.
        """
        subject = subject_of(entry.subject_type)
        building = body.get("building_id")
        named = [str(body.get(key)) for key in ("household_id", "unit_id")]
        if subject.id_is_door:
            named.append(entry.subject_id)
        real = {self._building_of[one] for one in named if one in self._building_of}
        if len(real) > 1 or (real and building not in (None, *real)):
            raise Problem(OUT_OF_SCOPE)
        if author.overseer:
            return
        where = building if building is not None else next(iter(real), None)
        if not subject.may_begin(set(author.roles), set(author.buildings), entry.kind, where):
            raise Problem(OUT_OF_SCOPE)

    def check_amendment(self, author: Identity, entry: Entry, before: Sequence[Entry]) -> None:
        """Raise ``Problem`` ``out_of_scope`` if a correction would move a record where the author may not open it."""
        target = next((e for e in before if e.id == entry.body.get("target_id")), None)
        if target is not None and kinds.opens(target.kind):
            self.check(author, target, entry.body["body"])
