"""Keys 钥匙 and lent things 借用, from the first hands to the last (G.1-G.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from app.domain import roles
from app.domain.rules import archive
from app.domain.rules.archive_gaps import Filed
from app.domain.rules.binding import Facts
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.scopes import staff_scope
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.parts import keeps_external_ref
from app.domain.subjects.tagging import KEEPERS
from app.domain.subjects.thing import facts, life
from app.domain.subjects.thing import state as st
from app.domain.subjects.thing.kinds import CUSTODY, KINDS, STAFF, THING
from app.domain.subjects.thing.state import ThingState
from app.domain.wire.entries import Entry


@dataclass(frozen=True, slots=True)
class ThingCard(Extra):
    """The fields that only cards of keys and lent things have: the hook, the kind in words of one of another kind
    (G.4), whether it is a unit's key in stock, who holds it and since when (ms), how many pieces there are and how many
    are missing, and which rack count did not find it (G.3)."""

    columns: ClassVar[tuple[str, ...]] = ("missed_at",)

    rack: str = ""
    kind_name: str = ""
    stock: bool = False
    holder_kind: str = ""
    since: int = 0
    pieces: int = 0
    short: int = 0
    missed_at: int | None = None
    missed_by: str | None = None

    def row(self) -> dict[str, Any]:
        """Return the columns a list filters by; the one that other types use for what is still to come tells the keys
        of units in stock from all others."""
        return {"missed_at": self.missed_at, "promises": int(self.stock)}

    def words(self) -> tuple[str, ...]:
        """Return its hook and its kind: a search for A-03 finds what hangs there, one for 急救箱 each of them."""
        return (self.rack, self.kind_name) if self.kind_name else (self.rack,)


class Thing(Subject[ThingState]):
    """A bunch of keys, a tool, an umbrella (G)."""

    name = THING
    opens_with = ("entrusted", "stocked")
    kinds = KINDS
    state_class = ThingState
    stage_words = st.STAGE_WORDS
    purposes = (CUSTODY,)
    signers = ("giver", "taker")
    extra = ThingCard

    def apply(self, state: ThingState, entry: Entry, body: Body, *, forced: bool, seen: ThingState) -> str | None:
        """Apply one entry."""
        return life.apply(state, entry, body, forced=forced, seen=seen)

    def finish(self, state: ThingState) -> None:
        """Collect the signatures of the whole chain."""
        life.finish(state)

    def audience(self, state: ThingState) -> set[str]:
        """Return the scopes of whoever holds it or claims to, and of the worker for whose ticket it was lent (G.2)."""
        if state.stage != st.OUT:
            return set()
        scopes = {staff_scope(link.taker.id) for link in state.disputed if link.taker.id and link.taker.where == STAFF}
        if state.hands.id and (state.hands.where == STAFF or state.hands.id == state.worker_id):
            scopes.add(staff_scope(state.hands.id))
        return scopes | {staff_scope(state.worker_id)} if state.worker_id else scopes

    def facts(self, state: ThingState, purpose: str) -> Facts | None:
        """Return the facts that both sides of the latest step sign."""
        if purpose != CUSTODY or not state.links:
            return None
        return facts.step_facts(state, state.links[-1])

    def fits(self, signed: Entry, state: ThingState) -> bool:
        """Tell whether a signature still fits the step it was given for."""
        return facts.fits(signed, state)

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may make it: a worker may hand over and return only what they hold themselves (G.2),
        and nobody may change the number by which another system knows it."""
        if entry.kind in ("handed_over", "returned") and not held & KEEPERS:
            return entry.author == entry.body.get("from_id")
        return roles.SYSTEM in held or keeps_external_ref(entry, before)

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Tell whether somebody may begin one: a steward takes in residents' keys of their own buildings only."""
        if kind == "entrusted":
            return building in buildings
        return super().may_begin(held, buildings, kind, building)

    def may_sign(self, held: Set[str], signer: str) -> bool:
        """Return true: whoever keeps or carries the thing may take signatures, whatever their post (G.2)."""
        return True

    def repeats(self, state: ThingState, entry: Entry) -> bool:
        """Tell whether a new day of return is the same as the present one."""
        return entry.kind == "extended" and bool(state.links) and state.due_at == entry.body.get("due_at")

    def clocks(self, state: ThingState) -> list[Clock]:
        """Return the clocks of its past returns, and the one that runs: for its return (G.2), or for giving it back to
        the resident (G.1)."""
        found = life.clock(state)
        past = [clock for clock, _ in state.returned]
        return sorted([*past, *([found] if found else [])], key=lambda clock: clock.due)

    def owner(self, state: ThingState, clock: Clock) -> str:
        """Return whom a clock binds."""
        return life.owner(state, clock)

    def filed(self, card: Card, by_form: Mapping[str, int]) -> Filed | None:
        """Return correspondence: each of its hand-overs between household and office is signed by both (S1)."""
        return Filed(frozenset({archive.CORRESPONDENCE}))

    def card(self, state: ThingState) -> Card:
        """Return its card, which lists show: its name, its tag, whose hands it is in."""
        return replace(
            plain_card(state),
            kind=state.kind,
            number=state.tag,
            assignee=state.hands.id if state.hands.where == STAFF else None,
            content=state.name,
            contact_name="" if state.stage == st.ON_RACK else state.hands.name,
            contact_phone=state.phone,
            due_at=state.due_at,
            clock=life.clock(state),
            end_reason=state.end_reason,
            tags=tuple(state.tags),
            ended=state.stage in (st.GIVEN_BACK, st.ISSUED, st.WRITTEN_OFF),
            over=state.stage != st.OUT,
            extra=ThingCard(
                rack=state.rack,
                kind_name=state.kind_name,
                stock=state.is_stock,
                holder_kind=state.hands.where,
                since=state.since,
                pieces=state.pieces,
                short=state.missing_pieces,
                missed_at=state.missed.at if state.missed else None,
                missed_by=state.missed.author if state.missed else None,
            ),
        )

    def misfit(self, state: ThingState, entry: Entry, name_of: Callable[[str | None], str]) -> dict[str, Any]:
        """Return the name of whoever holds it, for the sentence."""
        return {"holder": state.hands.name}
