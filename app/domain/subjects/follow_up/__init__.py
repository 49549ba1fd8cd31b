"""A follow-up 回访: once something is closed the resident is asked about it, at the door or by phone, until it is
settled (D)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.domain import roles
from app.domain.rules import archive
from app.domain.rules.archive_gaps import Filed
from app.domain.rules.binding import Facts
from app.domain.rules.card import Card, Extra, names_of, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.deeds import Deed
from app.domain.rules.scopes import staff_scope
from app.domain.rules.subject import Body, Subject
from app.domain.subjects.follow_up import clocks, life
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.kinds import BY_HAND, COMPLAINT, FOLLOW_UP, KINDS, MOVE_IN, PLANNERS, REPAIR
from app.domain.subjects.follow_up.state import FollowUpState
from app.domain.wire.entries import Entry

ASK, SIGN, REVIEW = "ask", "sign", "review"
"""Verbs: ask, at the door or by phone; have it signed; sign an opinion."""


@dataclass(frozen=True, slots=True)
class FollowUpCard(Extra):
    """The fields that only cards of follow-ups have. Times in ms.

    ``post``: the post that has to do it where no person is named; ``drawn``: why it is owed; ``phone_will_do``: whether
    a call is enough; ``way``, ``satisfied``: how somebody was last asked and whether they were satisfied ("" and
    ``None``: nobody was asked yet); ``since``: when what it follows up was closed, else when it was planned; ``due``:
    by when it is to be done; ``raised``: the ids of the matters and tickets that were raised each time.
    """

    post: str = ""
    weight: str = ""
    drawn: str = ""
    source_type: str = ""
    source_id: str = ""
    round: int = 1
    phone_will_do: bool = True
    way: str = ""
    satisfied: bool | None = None
    asked: int = 0
    tries: int = 0
    first_at: int | None = None
    done_at: int | None = None
    since: int = 0
    due: int = 0
    reviewed_at: int | None = None
    raised: tuple[str, ...] = ()

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that ``to_json`` wrote."""
        known = {name: data[name] for name in names_of(cls) if name in data}
        return cls(**known | {"raised": tuple(known.get("raised") or ())})


_FILED_IN = {COMPLAINT: archive.COMPLAINTS, REPAIR: archive.REPAIRS, MOVE_IN: archive.MOVE_IN}


class FollowUp(Subject[FollowUpState]):
    """回访 (D)."""

    name = FOLLOW_UP
    rule_owners = clocks.OWNERS
    state_class = FollowUpState
    opens_with = ("follow_up_planned",)
    kinds = KINDS
    stage_words = st.STAGE_WORDS
    purposes = (FOLLOW_UP,)
    signers = ("resident",)
    signature_takers = frozenset(roles.ROLES) - {roles.FINANCE}
    extra: ClassVar[type[Extra]] = FollowUpCard
    on_today = True
    dues = frozenset(("follow_up", "again", "review"))
    letter_kind = "answered_by_letter"
    moves = dict.fromkeys(sorted(PLANNERS), (*st.OPEN, st.DONE))

    def apply(self, state: FollowUpState, entry: Entry, body: Body, *, forced: bool, seen: FollowUpState) -> str | None:
        """Apply one entry."""
        return life.apply(state, entry, body, forced, seen)

    def finish(self, state: FollowUpState) -> None:
        """Work out whether the signature still fits."""
        life.finish(state)

    def may(self, held: Set[str], entry: Entry, before: Sequence[Entry]) -> bool:
        """Tell whether somebody may make it: that one was drawn, or is owed by a rule, only the server may say
        (D.2)."""
        if entry.kind != "follow_up_planned" or roles.SYSTEM in held:
            return True
        return entry.body.get("drawn") == BY_HAND

    def facts(self, state: FollowUpState, purpose: str) -> Facts | None:
        """Return the facts that the resident signs."""
        return life.facts(state, purpose)

    def audience(self, state: FollowUpState) -> set[str]:
        """Return the scope of the person who is to do it."""
        return {staff_scope(state.owner)} if state.owner else set()

    def clocks(self, state: FollowUpState) -> list[Clock]:
        """Return the clocks of D.2, D.4 and D.6."""
        return clocks.clocks(state)

    def owner(self, state: FollowUpState, clock: Clock) -> str:
        """Return who follows up, or whose opinion is missing."""
        if clock.id == "review":
            return state.reviewed.author if state.reviewed is not None else roles.SERVICE_SUPERVISOR
        return state.owner or str(state.body.get("post") or "")

    def debtor(self, card: Card, clock: Clock) -> str:
        """Return who follows up, or whose opinion is missing."""
        return roles.SERVICE_SUPERVISOR if clock.id == "review" else card.assignee or card.as_(FollowUpCard).post

    def deeds(self, state: FollowUpState) -> list[Deed]:
        """Return a deed for each time somebody was asked."""
        return [Deed(entry.author, entry.at, body["satisfied"]) for entry, body in state.asked]

    def clock(self, state: FollowUpState) -> Clock | None:
        """Return the clock that lists show."""
        return clocks.running(state)

    def move(self, card: Card, staff_id: str, held: Set[str]) -> str | None:
        """Return the verb of this person's main action, or ``None``."""
        if card.stage == st.DONE:
            return REVIEW if held & PLANNERS else None
        if card.stage not in st.OPEN or not is_whose(card, staff_id, held):
            return None
        return SIGN if card.stage == st.TO_SIGN else ASK

    def own_clock(self, card: Card, staff_id: str, held: Set[str]) -> Clock | None:
        """Return the clock that runs if it is this person's move, else ``None``."""
        return card.clock if self.move(card, staff_id, held) is not None else None

    def open_to_letter(self, card: Card) -> bool:
        """Tell whether an open letter is enough: where a call would be, and nobody was asked at the door who still has
        to sign (D.4, D.5)."""
        return card.stage in (st.PLANNED, st.AGAIN) and card.as_(FollowUpCard).phone_will_do

    def filed(self, card: Card, by_form: Mapping[str, int]) -> Filed | None:
        """Return the class of what it follows up; correspondence where that has none (S1)."""
        return Filed(frozenset({_FILED_IN.get(card.kind, archive.CORRESPONDENCE)}))

    def card(self, state: FollowUpState) -> Card:
        """Return its card, which lists show."""
        said, clock = state.body, clocks.running(state)
        last = state.last or {}
        return replace(
            plain_card(state),
            kind=said.get("source") or "",
            content=said.get("about") or "",
            contact_name=said.get("contact_name") or "",
            contact_phone=said.get("contact_phone") or "",
            assignee=state.owner,
            signature=state.signature,
            clock=clock,
            due_at=clock.due if clock else None,
            ended=state.stage in st.ENDED,
            over=state.stage not in st.OPEN,
            extra=FollowUpCard(
                post=said.get("post") or "",
                weight=state.weight,
                drawn=said.get("drawn") or "",
                source_type=said.get("source_type") or "",
                source_id=said.get("source_id") or "",
                round=said.get("round") or 1,
                phone_will_do=state.phone_will_do,
                way=last.get("way") or ("letter" if state.letter is not None else ""),
                satisfied=last.get("satisfied"),
                asked=len(state.asked),
                tries=state.tries,
                first_at=state.asked[0][0].at if state.asked else None,
                done_at=state.done_at,
                since=said.get("since") or (state.opened.at if state.opened is not None else 0),
                due=state.again_at if state.stage == st.AGAIN and state.again_at else state.due_at,
                reviewed_at=state.reviewed.at if state.reviewed is not None else None,
                raised=state.raised,
            ),
        )


def is_whose(card: Card, staff_id: str, held: Set[str]) -> bool:
    """Tell whether an open one is this person's to do: theirs by name, else by their post (a steward sees only those of
    their buildings)."""
    if card.assignee is not None:
        return card.assignee == staff_id
    return card.as_(FollowUpCard).post in held


__all__ = ["ASK", "REVIEW", "SIGN", "FollowUp", "FollowUpCard", "is_whose"]
