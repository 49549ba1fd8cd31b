"""Cards as rows: written when a subject changes, so that lists need not fold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, replace
from typing import Any, Final

from sqlalchemy import RowMapping

from app.domain.rules.card import Card, names_of
from app.domain.rules.clocks import Clock
from app.domain.rules.deeds import Deed, Worked
from app.domain.rules.state import SubjectState
from app.domain.subjects import subject_of
from app.store.codec import dumps

_OWN: Final = frozenset(names_of(Card)) - {"extra", "unsent"}
_EXTRA_COLUMNS: Final[dict[str, Any]] = {
    "done_at": None, "met": False, "promises": 0, "confirmed_at": None, "missed_at": None
}  # fmt: skip
"""The columns that only some types fill, with their value for the other types."""


def card_of(subject_type: str, state: SubjectState) -> Card:
    """Return the card of a folded subject."""
    card = subject_of(subject_type).card(state)
    return replace(card, estate=state.estate) if state.estate else card


def row_of(subject_type: str, state: SubjectState) -> dict[str, Any]:
    """Return the row of ``subjects`` that keeps a folded subject: its card, and what it counts for those who worked on
    it."""
    return to_row(card_of(subject_type, state)) | {"worked": _worked_text(subject_of(subject_type).worked(state))}


def _worked_text(worked: Worked) -> str:
    deeds = [[one.by, one.at, one.satisfied] for one in worked.deeds]
    clocks = [[owner, astuple(clock)] for owner, clock in worked.clocks]
    return dumps([deeds, clocks]) if deeds or clocks else ""


def read_worked(text: str) -> Worked:
    """Return what ``row_of`` kept in the column ``worked``."""
    deeds, clocks = json.loads(text or "[[], []]")
    return Worked(tuple(Deed(*one) for one in deeds), tuple((owner, Clock(*said)) for owner, said in clocks))


def to_row(card: Card) -> dict[str, Any]:
    """Return the columns of a row of ``subjects`` that keep ``card``."""
    return {
        "type": card.type,
        "id": card.id,
        "kind": card.kind,
        "stage": card.stage,
        "ended": card.ended,
        "over": card.over,
        "number": card.number,
        "address": card.address,
        "building_id": card.building_id,
        "unit_id": card.unit_id,
        "household_id": card.household_id,
        "assignee": card.assignee,
        "opener": card.opener,
        "opened_at": card.opened_at,
        "last_at": card.last_at,
        "due_at": card.clock.due if card.clock else None,
        "flags": card.flags,
        "search": card.words(),
        "card": dumps(_to_json(card)),
        "dropped": False,
        "urgent": card.urgent,
        "estate": card.estate,
    } | (_EXTRA_COLUMNS | card.extra.row())


def _to_json(card: Card) -> dict[str, Any]:
    """Return a card as one flat object, as apps wrote it before each type had its own ``extra``."""
    data = {name: getattr(card, name) for name in _OWN}
    data["clock"] = asdict(card.clock) if card.clock else None
    return data | card.extra.to_json()


def from_row(row: RowMapping | Mapping[str, Any], unsent: int = 0) -> Card:
    """Return the card kept in a row of ``subjects``, with how many of its entries wait here."""
    data = json.loads(row["card"])
    own = {name: data[name] for name in _OWN if name in data}
    clock = own.pop("clock", None)
    return Card(
        **own | {"tags": tuple(own.get("tags", ()))},
        clock=Clock(**clock) if clock else None,
        unsent=unsent,
        extra=subject_of(str(data["type"])).extra.of_json(data),
    )
