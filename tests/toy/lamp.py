"""A street lamp 路灯, as the records of a company know it: named once, looked at, and signed for by the electrician."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from app.domain import roles
from app.domain.rules.binding import Facts
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.kind import Kind
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import DOOR, NOTE, missing
from app.domain.times import DAY
from app.domain.wire.entries import Entry
from app.domain.wire.errors import OPENED_TWICE, OUT_OF_ORDER, SIGNED_OTHER
from app.domain.wire.fields import Field, boolean, choice, text

LAMP = "lamp"
REPAIRED = "lamp"
DARK_DAYS = 3


def _dark_is_told(body: Any) -> None:
    """A lamp that does not burn says what is wrong with it."""
    if not body["lit"] and not (body.get("note") or "").strip():
        raise missing("备注", "remarks")


KINDS = (
    Kind(
        "lamp_named",
        LAMP,
        roles.OVERSEERS | {roles.STEWARD},
        (
            Field("name", "名称", "name", text()),
            Field("light", "光源", "kind of light", choice("led", "sodium")),
            Field("address", "地址", "address", text(), required=False),
            *DOOR,
        ),
        amendable=True,
    ),
    Kind(
        "lamp_checked",
        LAMP,
        roles.OVERSEERS | {roles.STEWARD, roles.REPAIR_WORKER},
        (Field("lit", "是否亮", "burning", boolean), NOTE),
        rule=_dark_is_told,
    ),
)


@dataclass(slots=True)
class LampState(SubjectState):
    """A lamp as its entries leave it."""

    name: str = ""
    light: str = ""
    stage: str = "lit"
    dark_since: int | None = None
    checks: int = 0


@dataclass(frozen=True, slots=True)
class LampCard(Extra):
    """What a list of lamps shows besides."""

    columns: ClassVar[tuple[str, ...]] = ()

    light: str = ""
    checks: int = 0


class Lamp(Subject[LampState]):
    """路灯."""

    name = LAMP
    state_class = LampState
    opens_with = ("lamp_named",)
    kinds = KINDS
    stage_words = {"lit": ("亮", "burning"), "dark": ("不亮", "dark")}  # noqa: RUF012
    purposes = (REPAIRED,)
    signers = ("electrician",)
    extra = LampCard
    on_today = True
    fresh = ("dark",)
    moves = {roles.SERVICE_SUPERVISOR: ("dark",)}  # noqa: RUF012

    def apply(self, state: LampState, entry: Entry, body: Body, *, forced: bool, seen: LampState) -> str | None:
        """Apply one entry."""
        if entry.kind == "lamp_named":
            if state.opened is not None:
                return OPENED_TWICE.name
            state.opened, state.name, state.light = entry, body["name"], body["light"]
            state.address, state.building_id = body.get("address") or "", body.get("building_id")
            state.household_id, state.unit_id = body.get("household_id"), body.get("unit_id")
        elif entry.kind == "lamp_checked":
            if state.stage == ("lit" if body["lit"] else "dark") == "dark" and not forced:
                return OUT_OF_ORDER.name
            state.checks += 1
            state.stage, state.dark_since = ("lit", None) if body["lit"] else ("dark", entry.at)
        elif entry.kind == "signed":
            if not self.fits(entry, seen) and not forced:
                return SIGNED_OTHER.name
            state.signatures["electrician"] = entry
        return None

    def facts(self, state: LampState, purpose: str) -> Facts | None:
        """Return what the electrician signs: that this lamp burns."""
        if purpose != REPAIRED or state.opened is None:
            return None
        return {"lamp_id": state.id, "name": state.name, "checks": state.checks}

    def clocks(self, state: LampState) -> list[Clock]:
        """Return how long it may stay dark."""
        if state.dark_since is None:
            return []
        return [Clock("dark", "Y", state.dark_since, state.dark_since + DARK_DAYS * DAY)]

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Tell supervisors to see to a dark one."""
        return "see_to" if card.stage == "dark" and roles.SERVICE_SUPERVISOR in held else None

    def card(self, state: LampState) -> Card:
        """Return what lists show of it."""
        clock = self.clock(state)
        return replace(
            plain_card(state),
            content=state.name,
            clock=clock,
            due_at=clock.due if clock else None,
            over=state.stage == "lit",
            ended=state.stage == "lit",
            extra=LampCard(state.light, state.checks),
        )
