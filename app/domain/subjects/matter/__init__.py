"""A matter: a line of the register 来人来电来访登记表, tracked to its result (C.0)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from typing import Any, ClassVar

from app.domain import roles
from app.domain.rules import archive
from app.domain.rules.archive_gaps import Filed
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.closing import ORDINARY, Closing
from app.domain.rules.deeds import Deed
from app.domain.rules.scopes import staff_scope
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.matter import clocks, kinds, life, steps
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.card import DRAFTED, RELEASED, SENT, MatterCard
from app.domain.subjects.matter.kinds import COMPLAINT, KINDS, MATTER
from app.domain.subjects.matter.state import MatterState
from app.domain.wire.entries import Entry

_FILED_IN = {COMPLAINT: archive.COMPLAINTS, kinds.BREACH: archive.BREACHES}
"""The class of the household's archive in which a matter stands, where it is not that of correspondence."""


class Matter(Subject[MatterState]):
    """来人来电来访 (C)."""

    name = MATTER
    grievances = (kinds.COMPLAINT, kinds.HELP, kinds.SUGGESTION)
    opens_with = ("matter_opened",)
    kinds = KINDS
    state_class = MatterState
    stage_words = st.STAGE_WORDS
    extra: ClassVar[type[Extra]] = MatterCard
    on_today = True
    fresh = (st.UNCONFIRMED,)
    dues = frozenset(("finish", "new_date", "promised", "told_up"))
    letter_kind = "answered_openly"
    moves = dict.fromkeys(steps.ASKED, steps.UNDER_WAY)
    rings: ClassVar[Mapping[str, tuple[str, ...]]] = {roles.DESK: (st.UNCONFIRMED,)}

    def apply(self, state: MatterState, entry: Entry, body: Body, *, forced: bool, seen: MatterState) -> str | None:
        """Apply one entry."""
        return life.apply(state, entry, body, forced)

    def audience(self, state: MatterState) -> set[str]:
        """Return the scopes of those who are responsible or go along (C.3, C.8)."""
        return {staff_scope(one) for one in (state.owner, *state.joint) if one}

    def for_its_building(self, state: MatterState) -> bool:
        """Tell whether the building's stewards see it: not if it is about a member of staff, who may be one of them;
        praise they do see."""
        return not state.body.get("about_id") or state.kind == kinds.PRAISE

    def may_begin(self, held: Set[str], buildings: Set[str], kind: str, building: str | None) -> bool:
        """Return true: anybody may take down what is said to them, wherever the place is that it is about (C.1)."""
        return True

    def repeats(self, state: MatterState, entry: Entry) -> bool:
        """Tell whether an entry would change nothing."""
        return steps.repeats(state, entry)

    def clocks(self, state: MatterState) -> list[Clock]:
        """Return the clocks of C.2 and C.4."""
        return clocks.clocks(state)

    def holder(self, state: MatterState) -> str | None:
        """Return who is responsible, as long as it is open."""
        return None if state.stage in st.ENDED else state.owner

    def hand_to(self, state: MatterState, staff_id: str, entry: Entry) -> None:
        """Make who takes over responsible (C.3)."""
        state.owner = staff_id
        state.owners.append((entry.at, staff_id))

    def owner(self, state: MatterState, clock: Clock) -> str:
        """Return whom a clock binds."""
        return clocks.owner(state, clock)

    def debtor(self, card: Card, clock: Clock) -> str:
        """Return who is responsible: the manager for what goes up the line, else the matter's owner, and the desk where
        there is none."""
        return roles.MANAGER if clock.id in clocks.OWNERS else card.assignee or roles.DESK

    def deeds(self, state: MatterState) -> list[Deed]:
        """Return a deed for each time it was closed, of who was responsible then; the last one says whether the
        resident was satisfied, the ones before it that they were not."""
        closed = [one.closed_at for one in state.rounds if one.closed_at is not None]
        last = len(closed) - 1
        return [
            Deed(state.owner_at(at), at, state.satisfied if number == last else False)
            for number, at in enumerate(closed)
            if state.merged_into is None and state.dismissed is None
        ]

    def clock(self, state: MatterState) -> Clock | None:
        """Return the clock that lists show."""
        return clocks.running(state)

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of this person's main action, or ``None``."""
        return steps.main_move(card, staff_id, held)

    def own_clock(self, card: Card, staff_id: str, held: Set[str]) -> Clock | None:
        """Return the clock that runs if it binds this person: the manager for what goes up the line, else who is
        responsible or goes along."""
        if card.clock is None:
            return None
        whose = clocks.OWNERS.get(card.clock.id)
        if whose is not None:
            return card.clock if whose & held else None
        return card.clock if staff_id == card.assignee or staff_id in card.as_(MatterCard).joint else None

    def open_to_letter(self, card: Card) -> bool:
        """Tell whether an open letter would close it (D.5)."""
        return steps.open_to_letter(card)

    def closing(self, state: MatterState) -> Closing | None:
        """Return what a follow-up of a closed complaint has to know, each round anew (C.5)."""
        if state.kind != COMPLAINT or not state.follow_up_owed or state.closed_at is None:
            return None
        said = state.body
        return Closing(
            MATTER,
            state.id,
            "complaint",
            state.closed_at,
            f"{said.get('content') or ''}\n{state.rounds[-1].result}".strip(),
            state.address,
            len(state.rounds),
            state.weight or ORDINARY,
            state.household_id,
            state.unit_id,
            state.building_id,
            said.get("contact_name") or "",
            said.get("contact_phone") or "",
        )

    def filed(self, card: Card, by_form: Mapping[str, int]) -> Filed | None:
        """Return complaints, breaches, or what was written and said between household and office (S1)."""
        return Filed(frozenset({_FILED_IN.get(card.kind, archive.CORRESPONDENCE)}))

    def card(self, state: MatterState) -> Card:
        """Return its card, which lists show."""
        said, clock, ended = state.body, clocks.running(state), state.stage in st.ENDED
        return replace(
            plain_card(state),
            kind=state.kind,
            content=said.get("content") or "",
            contact_name=said.get("contact_name") or "",
            contact_phone=said.get("contact_phone") or "",
            assignee=state.owner,
            clock=clock,
            due_at=clock.due if clock else None,
            urgent=(state.major_since is not None or state.presses) and not ended,
            ended=ended,
            over=ended,
            extra=MatterCard(
                nature=str((state.classed or {}).get("nature") or ""),
                weight=state.weight,
                valid=state.valid,
                channel=said.get("channel") or "",
                department=state.department,
                about_id=said.get("about_id") or "",
                about=said.get("about") or "",
                demand=said.get("demand") or "",
                anonymous=state.anonymous,
                joint=state.joint,
                ticket_id=state.ticket_id,
                merged_into=state.merged_into,
                absorbed=tuple(state.absorbed),
                promised_at=state.promised_at,
                closed_at=state.closed_at,
                result=state.rounds[-1].result if state.rounds else "",
                satisfied=state.satisfied,
                follow_up=state.follow_up_owed,
                rounds=len(state.rounds),
                to_note=state.major_since is not None and state.noted_at is None and not ended,
                letter=_letter(state),
                request=str((state.request or {}).get("number") or ""),
                wanted=str((state.request or {}).get("wanted") or ""),
                **_service(state),
                outcome=state.outcome,
                of_survey=state.of_survey,
            ),
        )

    def misfit(self, state: MatterState, entry: Entry, name_of: Callable[[str | None], str]) -> dict[str, Any]:
        """Return the name of who is responsible."""
        holder = name_of(state.owner)
        return {"holder": holder, "holder_zh": holder, "holder_en": holder}


def _service(state: MatterState) -> dict[str, str]:
    """Return which service a resident asked for, with its names (X3)."""
    said = state.request or {}
    return {name: str(said.get(name) or "") for name in ("service", "service_zh", "service_en")}


def _letter(state: MatterState) -> str:
    if state.replied is not None:
        return SENT
    if state.draft is None:
        return ""
    return RELEASED if state.released is not None else DRAFTED


__all__ = ["Matter", "MatterCard"]
