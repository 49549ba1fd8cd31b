"""The typed rows of keys and lent things, tagged places and rack counts, worked out from states (G.1-G.4)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Table

from app.domain.subjects.count import CountState
from app.domain.subjects.place import PLACE, PlaceState
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.life import due
from app.domain.subjects.thing.state import ThingState
from sync_server.store import custody_tables as t
from sync_server.store.types import moment

Rows = dict[Table, list[dict[str, Any]]]


def thing(rows: Rows, s: ThingState) -> None:
    """Add the rows of a key or lent thing: itself, its chain of hands, its tags."""
    what, _, due_at = due(s) or (None, 0, None)
    rows.setdefault(t.things, []).append(
        {
            "id": s.id,
            "kind": s.kind,
            "name": s.name,
            "stage": s.stage,
            "external_ref": s.external_ref,
            "address": s.address,
            "household_id": s.household_id,
            "unit_id": s.unit_id,
            "building_id": s.building_id,
            "entrusted": s.entrusted,
            "until": s.until,
            "purpose": s.purpose,
            "rack": s.rack,
            "pieces": s.pieces,
            "condition": s.condition,
            "holder_kind": s.hands.where,
            "holder_id": s.hands.id,
            "holder_name": s.hands.name,
            "ticket_id": s.ticket_id,
            "since": moment(s.since),
            "due_what": what,
            "due_at": moment(due_at),
            "tag": s.tag,
            "missed_at": moment(s.missed.at) if s.missed else None,
            "missed_by": s.missed.author if s.missed else None,
            "ended_at": moment(s.ended_at),
            "end_reason": s.end_reason,
            "open_flags": len(s.flags),
            "last_seq": s.steps[-1].entry.seq,
        }
    )
    rows.setdefault(t.custody_steps, []).extend(
        {
            "thing_id": s.id,
            "line": n,
            "entry_id": link.entry.id,
            "kind": link.entry.kind,
            "at": moment(link.at),
            "giver": link.giver.name,
            "giver_id": link.giver.id,
            "taker": link.taker.name,
            "taker_id": link.taker.id,
            "due_at": moment(link.due_at),
            "pieces": link.pieces,
            "condition": link.condition,
            "giver_signed": "giver" in link.signatures,
            "taker_signed": "taker" in link.signatures,
            "jump": link.jump,
        }
        for n, link in enumerate(s.links, 1)
    )
    _tags(rows, s, THING)


def place(rows: Rows, s: PlaceState) -> None:
    """Add the rows of a tagged door or patrol point."""
    rows.setdefault(t.tagged_places, []).append(
        {
            "id": s.id,
            "kind": s.kind,
            "name": s.name,
            "address": s.address,
            "unit_id": s.unit_id,
            "building_id": s.building_id,
            "tag": s.tag,
            "open_flags": len(s.flags),
            "last_seq": s.steps[-1].entry.seq,
        }
    )
    _tags(rows, s, PLACE)


def count(rows: Rows, s: CountState) -> None:
    """Add the row of a rack count."""
    assert s.opened is not None
    standings = Counter(row["standing"] for row in s.body["found"])
    rows.setdefault(t.rack_counts, []).append(
        {
            "id": s.id,
            "rack": s.body.get("rack") or "",
            "counted_by": s.opened.author,
            "counted_at": moment(s.counted_at),
            "expected": s.body["expected"],
            "found": len(s.body["found"]),
            "missing": len(s.body["missing"]),
            "extra": standings["extra"] + standings["unknown"],
            "misplaced": standings["misplaced"],
            "open_flags": len(s.flags),
            "last_seq": s.steps[-1].entry.seq,
        }
    )


def _tags(rows: Rows, s: ThingState | PlaceState, subject_type: str) -> None:
    rows.setdefault(t.tags, []).extend(
        {"code": code, "subject_id": s.id, "subject_type": subject_type, "standing": standing, "name": s.name}
        for code, standing in s.tags.items()
    )
