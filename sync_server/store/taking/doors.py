"""Where new records may be opened: in which estate, and for stewards in which buildings (roles × verb × scope)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.domain.subjects import kinds, subject_of
from app.domain.wire.entries import Entry
from app.domain.wire.errors import OUT_OF_SCOPE, Problem
from sync_server.store.database import Write, chunks
from sync_server.store.people.identity import Identity
from sync_server.store.tables import buildings, households, units


class Doors:
    """The real buildings of the doors that a batch names, and the estates of those buildings."""

    def __init__(self, building_of: Mapping[str, str], estate_of: Mapping[str, str]) -> None:
        self._building_of = building_of
        self._estate_of = estate_of

    @classmethod
    def load(cls, write: Write, batch: Sequence[Entry]) -> Doors:
        """Look up every unit, household and building that an entry of the batch names."""
        bodies = [entry.body for entry in batch] + [
            entry.body["body"] for entry in batch if isinstance(entry.body.get("body"), dict)
        ]
        named = {v for b in bodies for v in (b.get("household_id"), b.get("unit_id")) if isinstance(v, str)}
        named |= {entry.subject_id for entry in batch if subject_of(entry.subject_type).id_is_door}
        found: dict[str, str] = {}
        estates: dict[str, str] = {}
        for some in chunks(sorted(named)):
            for table in (households, units):
                query = select(table.c.id, table.c.building_id, buildings.c.estate_key).join(
                    buildings, buildings.c.id == table.c.building_id
                )
                for row in write.execute(query.where(table.c.id.in_(some))):
                    found[row.id] = row.building_id
                    estates[row.building_id] = row.estate_key
        others = {b["building_id"] for b in bodies if isinstance(b.get("building_id"), str)} - set(estates)
        for some in chunks(sorted(others)):  # for what is at no door, which is rare
            for row in write.execute(select(buildings.c.id, buildings.c.estate_key).where(buildings.c.id.in_(some))):
                estates[row.id] = row.estate_key
        return cls(found, estates)

    def where(self, author: Identity, entry: Entry, body: Mapping[str, Any], otherwise: str) -> str:
        """Return the estate in which the author opens a record: the one it names, or that of its door, else
        ``otherwise``.

        Raises ``Problem`` ``out_of_scope`` where the author may not open it: overseers may anywhere in their estates,
        everybody else where the type lets them (``Subject.may_begin``). Nobody may name a building or an estate that
        the door isn't in: that would show the record to the wrong people.
        """
        subject = subject_of(entry.subject_type)
        building = body.get("building_id")
        named = [str(body.get(key)) for key in ("household_id", "unit_id")]
        if subject.id_is_door:
            named.append(entry.subject_id)
        real = {self._building_of[one] for one in named if one in self._building_of}
        if len(real) > 1 or (real and building not in (None, *real)):
            raise Problem(OUT_OF_SCOPE)
        where = building if building is not None else next(iter(real), None)
        said = body.get("estate") if isinstance(body.get("estate"), str) and body["estate"] else None
        theirs = self._estate_of.get(where) if isinstance(where, str) else None
        if said is not None and theirs not in (None, said):
            raise Problem(OUT_OF_SCOPE)
        estate = said if said is not None else theirs if theirs is not None else otherwise
        if not author.holds(estate):
            raise Problem(OUT_OF_SCOPE)
        here = author.at(estate)
        if not here.overseer and not subject.may_begin(set(here.roles), set(here.buildings), entry.kind, where):
            raise Problem(OUT_OF_SCOPE)
        return estate

    def check_amendment(self, author: Identity, entry: Entry, before: Sequence[Entry], estate: str) -> None:
        """Raise ``Problem`` ``out_of_scope`` if a correction would move a record to a place where the author may not
        open it, or out of its ``estate``."""
        target = next((e for e in before if e.id == entry.body.get("target_id")), None)
        if target is None or not kinds.opens(target.kind):
            return
        if self.where(author, target, entry.body["body"], estate) != estate:
            raise Problem(OUT_OF_SCOPE)
