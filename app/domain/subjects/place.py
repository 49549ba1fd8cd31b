"""Doors and patrol points that bear a tag (G.3, I); boards and letterboxes, where notices hang (P), may bear one."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import ClassVar

from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.kind import Kind
from app.domain.rules.notices import SORTS
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import DOOR
from app.domain.subjects.tagging import KEEPERS, TAG, assign_tag, lose_tag, tag_of
from app.domain.wire.entries import Entry
from app.domain.wire.errors import OPENED_TWICE
from app.domain.wire.fields import LONG, Field, choice, text

PLACE = "place"

_place_fields = (
    Field("place_kind", "类别", "kind", choice("unit", "point", *SORTS)),
    Field("name", "名称", "name", text()),
    Field("address", "地址", "address", text(), required=False),
    *DOOR,
    Field("sop", "检查方法", "how it is checked", text(LONG), required=False),
    Field("standard", "合格标准", "when it is right", text(LONG), required=False),
    TAG,
)

KINDS = (Kind("place_named", PLACE, KEEPERS, _place_fields, amendable=True),)


@dataclass(slots=True)
class PlaceState(SubjectState):
    """A door, patrol point, board or bank of letterboxes."""

    stage: str = "named"
    kind: str = ""
    name: str = ""
    sop: str = ""
    standard: str = ""

    @property
    def tag(self) -> str | None:
        """The code of the tag that hangs there now."""
        return tag_of(self)


@dataclass(frozen=True, slots=True)
class PlaceCard(Extra):
    """The fields that only cards of places have: how one is checked, and when it is right (I.2, Q.2)."""

    sop: str = ""
    standard: str = ""


class Place(Subject[PlaceState]):
    """A tagged door or patrol point."""

    name = PLACE
    opens_with = ("place_named",)
    kinds = KINDS
    state_class = PlaceState
    id_is_door = True
    extra: ClassVar[type[Extra]] = PlaceCard

    def apply(self, state: PlaceState, entry: Entry, body: Body, *, forced: bool, seen: PlaceState) -> str | None:
        """Apply one entry."""
        if entry.kind == "place_named":
            if state.opened is not None and not forced:
                return OPENED_TWICE.name
            state.opened = state.opened or entry
            state.kind, state.name = body["place_kind"], body["name"]
            state.address = body.get("address") or ""
            state.sop, state.standard = body.get("sop") or "", body.get("standard") or ""
            state.household_id, state.unit_id = body.get("household_id"), body.get("unit_id")
            state.building_id = body.get("building_id")
            if body.get("tag"):
                assign_tag(state, entry, body, forced)  # if the desk accepted a second one, its tag hangs there now
        elif entry.kind == "tag_assigned":
            return assign_tag(state, entry, body, forced)
        elif entry.kind == "tag_lost":
            return lose_tag(state, entry, body, forced)
        return None

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Tell whether somebody may begin one: only in the buildings they look after."""
        return building in buildings

    def card(self, state: PlaceState) -> Card:
        """Return the card of a place: nobody has anything to do about it."""
        plain = plain_card(state)
        return replace(plain, kind=state.kind, number=state.tag, content=state.name, tags=tuple(state.tags),
                       extra=PlaceCard(state.sop, state.standard))  # fmt: skip
