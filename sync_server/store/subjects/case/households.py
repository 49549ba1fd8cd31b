"""What a move-in and a change of owner or tenant do to the register: who lives there from now on, on every phone after
its next sync (J6, Y2)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import delete, select, update

from app.domain.subjects.case.chains import household, move_in
from app.domain.subjects.case.chains.rule import day_of, of_step, said
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, CaseState
from app.domain.subjects.fold import fold
from app.domain.times import china_day
from app.domain.wire.entries import Entry
from sync_server.estate.readings import readings_of_name
from sync_server.store import tables as t
from sync_server.store.database import Write
from sync_server.store.estate import refs
from sync_server.store.taking.feed import publish_refs
from sync_server.store.types import moment

LIVING, VACANT = "living", "vacant"
OWNER, TENANT = "owner", "tenant"
_CHAINS: Final = (move_in.MoveIn.name, household.HouseholdChange.name)

Row = dict[str, Any]


def begun(write: Write, entry: Entry, history: Sequence[Entry], estate_key: str) -> Iterator[tuple[str, Row]]:
    """Yield the entry that says which household lives there now, once a case says so; the register is changed in the
    same transaction. Once for each case: what is corrected afterwards, the office corrects in its register.

    Nothing happens for a case whose answers its form does not allow: the desk is told of that.
    """
    if entry.kind not in ("form_filled", "signed", "amended") or not _concerns(history):
        return
    state = cast(CaseState, fold(CASE, list(history)))
    if state.begun_household is not None or state.refused or state.stage == ENDED_EARLY:
        return
    changed = _Register(write, state, estate_key).change()
    if changed is not None:
        yield "household_begun", {name: value for name, value in changed.items() if value}


def _concerns(history: Sequence[Entry]) -> bool:
    return any(one.kind == "form_filled" and one.body.get("case") in _CHAINS for one in history)


class _Register:
    """The door of a case in the register."""

    def __init__(self, write: Write, state: CaseState, estate_key: str) -> None:
        self._write = write
        self._state = state
        self._key = estate_key
        self._changed: list[tuple[str, str, Sequence[str]]] = []

    def change(self) -> Row | None:
        """Change the register if the case says so, tell phones, and return what is recorded; ``None`` if not."""
        unit = self._unit()
        if unit is None:
            return None
        chain = self._state.first.get("case")
        found = self._moved_in(unit) if chain == move_in.MoveIn.name else self._other_household(unit)
        publish_refs(self._write, self._changed)
        return found

    def _unit(self) -> Row | None:
        s, u, h = self._state, t.units.c, t.households.c
        unit_id = s.unit_id
        if not unit_id and s.household_id:
            unit_id = self._write.connection.scalar(select(h.unit_id).where(h.id == s.household_id))
        row = self._write.execute(select(t.units).where(u.id == unit_id)).first() if unit_id else None
        return dict(row._mapping) if row is not None else None

    def _home(self, unit: Row) -> Row | None:
        """Return the household of the unit: that of the case, else the one that lives there, else any."""
        h = t.households.c
        here = [
            dict(row._mapping)
            for row in self._write.execute(
                select(t.households).where(h.unit_id == unit["id"], h.status != refs.MOVED_OUT).order_by(h.code, h.id)
            )
        ]
        here.sort(key=lambda row: (row["id"] != self._state.household_id, row["status"] != LIVING))
        return here[0] if here else None

    # -- J6 --------------------------------------------------------------------------------

    def _moved_in(self, unit: Row) -> Row | None:
        s = self._state
        if not move_in.is_handed(s):
            return None
        facts = next(iter(of_step(s, move_in.FACTS)), {})
        name, home = said(facts, "name").strip(), self._home(unit)
        day = move_in.moves_in(s) or china_day(s.filled[-1].entry.at)
        if home is None:
            home = self._new(unit, name, day)
        elif home["status"] != LIVING:
            self._update(home, status=LIVING, moved_in_on=day.isoformat(), name=name or home["name"])
        relation = TENANT if said(facts, "who") == "tenant" else OWNER
        self._person(home, name, said(facts, "phone"), relation)
        return {"household_id": home["id"], "name": name, "day": day.isoformat()}

    # -- Y2 --------------------------------------------------------------------------------

    def _other_household(self, unit: Row) -> Row | None:
        s = self._state
        b = next(iter(of_step(s, household.CHANGED)), None)
        if b is None or s.to_sign:
            return None
        kind, name, old = said(b, "kind"), said(b, "name").strip(), self._home(unit)
        day = day_of(b, "day") or china_day(s.filled[0].entry.at)
        people = self._people(old)
        owners = [one for one in people if one["relation"] == OWNER]
        if kind == household.LEFT and old is not None and len(owners) == len(people):
            # The owner moved out and still owns it: the same household, at another address.
            self._update(old, status=VACANT)
            return {"ended_id": old["id"], "ended_name": old["name"], "day": day.isoformat()}
        if old is not None:
            self._end(old, people, day)
        ended = {"ended_id": old["id"], "ended_name": old["name"]} if old is not None else {}
        if kind == household.LEFT:
            if owners:
                self._keep_owners(self._new(unit, owners[0]["name"], None, old), owners)
            return ended | {"day": day.isoformat()}
        new = self._new(unit, name, day, old)
        self._person(new, name, said(b, "phone"), OWNER if kind == household.SOLD else TENANT)
        if kind != household.SOLD:
            self._keep_owners(new, owners)
        return {"household_id": new["id"], "name": name, "day": day.isoformat()} | ended

    def _keep_owners(self, new: Row, owners: Sequence[Row]) -> None:
        """A tenant's home still has its owner: the office calls them about it."""
        for one in owners:
            self._person(new, one["name"], one["phone"], OWNER)

    def _end(self, home: Row, people: Sequence[Row], day: date) -> None:
        """End a household: it and its people leave every phone, its records stay where they are (Y2)."""
        self._update(home, status=refs.MOVED_OUT, moved_out_on=day.isoformat())
        p = t.persons.c
        self._write.execute(delete(t.persons).where(p.household_id == home["id"]))
        self._tell("person", people)

    # -- rows ------------------------------------------------------------------------------

    def _new(self, unit: Row, name: str, day: date | None, old: Row | None = None) -> Row:
        home = {
            "id": str(uuid.uuid5(uuid.UUID(self._state.id), "household")),
            "unit_id": unit["id"],
            "building_id": unit["building_id"],
            "code": old["code"] if old is not None else "1",
            "address": unit["address"],
            "name": name,
            "status": LIVING if day is not None else VACANT,
            "moved_in_on": day.isoformat() if day is not None else None,
            "arrears_fen": 0,
            "notes": "",
            "moved_out_on": None,
        }
        self._write.insert(t.households, [home | {"changed_at": moment(self._write.now)}])
        self._tell("household", [home])
        return home

    def _update(self, home: Row, **said: Any) -> None:
        values = said | {"changed_at": moment(self._write.now)}
        self._write.execute(update(t.households).where(t.households.c.id == home["id"]).values(**values))
        self._tell("household", [home])

    def _people(self, home: Row | None) -> list[Row]:
        if home is None:
            return []
        p = t.persons.c
        query = select(t.persons).where(p.household_id == home["id"]).order_by(p.serial, p.id)
        return [dict(row._mapping) for row in self._write.execute(query)]

    def _person(self, home: Row, name: str, phone: str, relation: str) -> None:
        """Add somebody to a household, unless they are there already."""
        there = self._people(home)
        if not name or any(one["name"] == name for one in there):
            return
        initials, pinyin = readings_of_name(name)
        row = {
            "id": str(uuid.uuid5(uuid.UUID(self._state.id), f"person {name}")),
            "household_id": home["id"],
            "building_id": home["building_id"],
            "name": name,
            "serial": 1,
            "relation": relation,
            "phone": phone.strip(),
            "initials": list(initials),
            "pinyin": list(pinyin),
        }
        self._write.insert(t.persons, [row | {"changed_at": moment(self._write.now)}])
        self._tell("person", [row])

    def _tell(self, ref_type: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self._changed += [(ref_type, row["id"], refs.scopes_of(ref_type, row, self._key)) for row in rows]
