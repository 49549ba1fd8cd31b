"""What comes next on a matter, and whose move it is: one main action at a time (C.2-C.6)."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from app.domain import roles
from app.domain.rules.card import Card
from app.domain.subjects.matter import kinds
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.card import DRAFTED, RELEASED, SENT, MatterCard
from app.domain.subjects.matter.state import MatterState
from app.domain.wire.entries import Entry

CLASS, NOTE, OWN, PLAN, AGREE, TELL, POSTPONE, HANDLE = (
    "class", "note", "own", "plan", "agree", "tell", "postpone", "handle",
)  # fmt: skip
CONFIRM, DISMISS = "confirm", "dismiss"
DRAFT, RELEASE, SEND, CLOSE, REOPEN, MERGE = "draft", "release", "send", "close", "reopen", "merge"

KIND_OF = {
    CLASS: "classed", NOTE: "noted", OWN: "owned", PLAN: "planned", AGREE: "plan_agreed", TELL: "told",
    POSTPONE: "postponed", HANDLE: "handled", DRAFT: "reply_drafted", RELEASE: "reply_released", SEND: "replied",
    CLOSE: "matter_closed", REOPEN: "reopened", MERGE: "merged",
    CONFIRM: "request_confirmed", DISMISS: "request_dismissed",
}  # fmt: skip
"""The kind of entry each step makes; merging makes one on the other matter as well."""

UNDER_WAY: Final = (st.UNCONFIRMED, st.TO_CLASS, st.TO_HANDLE, st.TO_AGREE, st.AGREED, st.HANDLED)
ASKED: Final = (*sorted(roles.OVERSEERS), roles.STEWARD, roles.ENVIRONMENT_SUPERVISOR)
"""Posts that can have the next move on somebody else's matter: to class it, to release its answer, or because they go
along (C.2, C.6, C.8)."""


@dataclass(frozen=True, slots=True)
class Moves:
    """The main action now (``None``: it is not this person's move), and what else they may do."""

    main: str | None
    also: tuple[str, ...] = ()


def moves(state: MatterState, card: Card, staff_id: str, held: Set[str]) -> Moves:
    """Return what ``staff_id`` with the posts ``held`` does next, and what else they may do."""
    main = main_move(card, staff_id, held)
    return Moves(main, tuple(verb for verb in _open(state) if verb != main and _kind_allowed(verb, held)))


def main_move(card: Card, staff_id: str, held: Set[str]) -> str | None:
    """Return the main action of ``staff_id`` on a matter, or ``None`` if it is not their move."""
    if card.stage in st.ENDED:
        return None
    if card.stage == st.UNCONFIRMED:
        # Nothing comes before the call: what the card at a door brought in may be nobody's (X).
        return CONFIRM if staff_id == card.assignee or held & kinds.CALLERS else None
    more = card.as_(MatterCard)
    if held & kinds.LEADERS:
        if more.to_note:
            return NOTE
        if more.letter == DRAFTED:
            return RELEASE
    if card.stage == st.TO_CLASS and (held & roles.OVERSEERS or staff_id == card.assignee):
        return CLASS
    return _owners_move(card, more) if staff_id == card.assignee or staff_id in more.joint else None


def _owners_move(card: Card, more: MatterCard) -> str | None:
    if more.of_survey and card.stage in (st.TO_HANDLE, st.HANDLED) and more.valid is not False:
        return {"": DRAFT, RELEASED: SEND, SENT: CLOSE}.get(more.letter)
    if card.stage == st.TO_HANDLE:
        if card.kind != kinds.COMPLAINT:
            return CLOSE
        return HANDLE if more.anonymous else PLAN
    if card.stage == st.HANDLED:
        if card.kind != kinds.COMPLAINT or more.channel not in kinds.WRITTEN:
            return CLOSE
        # Written complaints are answered in writing first (C.6); while the manager reads the draft, nobody else moves.
        return {"": DRAFT, RELEASED: SEND, SENT: CLOSE}.get(more.letter)
    return {st.TO_AGREE: AGREE, st.AGREED: HANDLE}.get(card.stage)


def _open(s: MatterState) -> list[str]:
    """Return the steps that are possible now, whoever may take them, the likeliest first."""
    if s.stage == st.MERGED:
        return [TELL]
    if s.stage == st.CLOSED:
        return [REOPEN, TELL]
    if s.stage == st.UNCONFIRMED:
        return [CONFIRM, DISMISS, OWN, MERGE]
    found = [TELL, POSTPONE, OWN, CLASS]
    if not s.needs_classing:
        found.append(PLAN)
        if not s.needs_plan or s.agreed is not None:
            found.append(HANDLE)
        if not s.of_survey or s.valid is False or s.replied is not None:
            found.append(CLOSE)
    if s.plan is not None and s.agreed is None:
        found.append(AGREE)
    if s.replied is None:
        found.append(DRAFT)
    if s.draft is not None and s.released is None:
        found.append(RELEASE)
    if s.released is not None and s.replied is None:
        found.append(SEND)
    return found if s.of_survey else [*found, MERGE]


def _kind_allowed(verb: str, held: Set[str]) -> bool:
    kind = next(kind for kind in kinds.KINDS if kind.name == KIND_OF[verb])
    return bool(kind.roles & held)


def can_do(state: MatterState, card: Card, verb: str, staff_id: str, held: Set[str]) -> bool:
    """Tell whether this step can be done now by this person. A step's screen asks this before it shows its form,
    however it was opened."""
    return _kind_allowed(verb, held) and (verb == main_move(card, staff_id, held) or verb in _open(state))


def repeats(state: MatterState, entry: Entry) -> bool:
    """Tell whether an entry would change nothing."""
    body = entry.body
    if entry.kind == "owned":
        return bool(state.owner == body.get("owner_id"))
    if entry.kind == "noted":
        return state.noted_at is not None
    if entry.kind == "classed":
        return state.classed is not None and dict(state.classed) == dict(body)
    if entry.kind == "request_confirmed":
        return state.confirmed is not None
    if entry.kind == "request_dismissed":
        return state.dismissed is not None
    if entry.kind == "plan_agreed":
        return state.agreed is not None
    if entry.kind == "handled":
        return state.handled is not None and dict(state.handled) == dict(body)
    if entry.kind == "merged":
        return bool(state.merged_into == body.get("into"))
    if entry.kind == "absorbed":
        return body.get("matter_id") in state.absorbed
    if entry.kind == "reply_released":
        return state.released is not None
    return entry.kind == "replied" and state.replied is not None


def open_to_letter(card: Card) -> bool:
    """Tell whether an open letter would close a matter, as far as its card tells (D.5): one that could be closed now,
    and is not a remark from a survey, or a service somebody waits for."""
    more = card.as_(MatterCard)
    if card.stage in st.ENDED or card.kind == kinds.SURVEY_REMARK or more.to_note or more.service:
        return False
    if card.kind != kinds.COMPLAINT:
        return card.stage not in (st.UNCONFIRMED, st.TO_CLASS)
    return card.stage == st.HANDLED and (more.channel not in kinds.WRITTEN or more.letter == SENT)
