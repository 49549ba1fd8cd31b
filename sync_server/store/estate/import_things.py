"""Importing keys and lent things of an old register as entries by the server's own device (G).

A new row becomes an ``entrusted`` (or ``stocked``) entry and, if somebody has the thing, a ``lent`` one. A row that is
here already with other content is corrected (``amended``), except for who holds it: that follows from later entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.subjects.fold import fold
from app.domain.subjects.thing.kinds import OUTSIDE, STAFF, THING
from app.domain.times import DAY
from app.domain.wire.entries import Entry
from sync_server.estate.data import LentThing
from sync_server.store.database import Write
from sync_server.store.people.identity import system
from sync_server.store.taking import accept as accepting
from sync_server.store.taking import keeping
from sync_server.store.taking.accept import Submitted
from sync_server.store.taking.entry_rows import of_subjects

_LONG_AGO = 30 * DAY
"""How long before the import a thing counts as added, if the register does not say."""


def import_things(write: Write, found: Sequence[LentThing], estate_key: str) -> tuple[int, int]:
    """Record an estate's things that are not in the store yet, and correct those that are; return how many of each."""
    here = of_subjects(write.connection, {(THING, thing.id) for thing in found})
    me = system(keeping.system_device(write.connection))
    known = keeping.Known(me.device)
    made: list[Entry] = []
    added = changed = 0

    def record(thing: LentThing, kind: str, body: dict[str, Any], at: int | None = None) -> None:
        plain = {key: value for key, value in body.items() if value is not None and value != ""}
        made.append(keeping.system_entry(write, known, kind, (THING, thing.id), plain, at))

    for thing in found:
        before = here.get((THING, thing.id))
        kind, body = _opening(thing)
        body |= {"estate": estate_key}
        if before is None:
            added += 1
            at = min(thing.lent_at or write.now, write.now) - _LONG_AGO
            record(thing, kind, body, at)
            if thing.lent_at is not None:
                record(thing, "lent", _lent(thing), thing.lent_at)
            continue
        opened = next((step for step in fold(THING, before).steps if step.entry.kind == kind), None)
        wanted = {key: value for key, value in body.items() if value is not None and value != ""}
        if opened is not None and dict(opened.body) != wanted:
            changed += 1
            record(thing, "amended", {"target_id": opened.entry.id, "body": wanted, "reason": "重新导入资料"})
    for answer in accepting.accept(write, [Submitted(entry.to_wire(), entry) for entry in made], me):
        if answer.problem is not None:
            raise answer.problem
        if answer.flags:
            raise ValueError(f"imported entry {answer.id} does not fit: {answer.flags}")
    return added, changed


def _opening(thing: LentThing) -> tuple[str, dict[str, Any]]:
    body: dict[str, Any] = {
        "thing_kind": thing.kind,
        "name": thing.name,
        "address": thing.address,
        "household_id": thing.household_id,
        "unit_id": thing.unit_id,
        "building_id": thing.building_id,
        "pieces": thing.pieces,
        "condition": thing.condition,
        "note": "按原登记" if thing.condition == "damaged" else None,
        "rack": thing.rack,
        "tag": thing.tag,
        "external_ref": thing.external_ref,
    }
    if not thing.entrusted_by:
        return "stocked", body
    more = {"given_by": thing.entrusted_by, "capacity": "self", "purpose": thing.purpose, "until": thing.until}
    return "entrusted", body | more


def _lent(thing: LentThing) -> dict[str, Any]:
    return {
        "to_kind": STAFF if thing.holder_id else OUTSIDE,
        "to_id": thing.holder_id,
        "to_name": thing.holder_name,
        "purpose": thing.purpose or "按原登记",
        "due_at": thing.due_at,
        "pieces": thing.pieces,
        "condition": thing.condition,
        "note": "按原登记" if thing.condition == "damaged" else None,
    }
