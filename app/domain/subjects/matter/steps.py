"""What comes next on a matter, and whose move it is: one main action at a time (C.2-C.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain import roles
from app.domain.subjects.matter import kinds
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.state import MatterState
from app.domain.wire.entries import Entry

CLASS, NOTE, OWN, PLAN, AGREE, TELL, POSTPONE, HANDLE = (
    "class", "note", "own", "plan", "agree", "tell", "postpone", "handle",
)  # fmt: skip
DRAFT, RELEASE, SEND, CLOSE, REOPEN, MERGE = "draft", "release", "send", "close", "reopen", "merge"

KIND_OF = {
    CLASS: "classed", NOTE: "noted", OWN: "owned", PLAN: "planned", AGREE: "plan_agreed", TELL: "told",
    POSTPONE: "postponed", HANDLE: "handled", DRAFT: "reply_drafted", RELEASE: "reply_released", SEND: "replied",
    CLOSE: "matter_closed", REOPEN: "reopened", MERGE: "merged",
}  # fmt: skip
"""The kind of entry each step makes; merging makes one on the other matter as well."""


@dataclass(frozen=True, slots=True)
class Moves:
    """The main action now (``None``: it is not this person's move), and what else they may do."""

    main: str | None
    also: tuple[str, ...] = ()


def moves(state: MatterState, staff_id: str, held: Iterable[str]) -> Moves:
    """Return what ``staff_id`` with the posts ``held`` does next, and what else they may do."""
    held = set(held)
    main = main_move(state, staff_id, held)
    return Moves(main, tuple(verb for verb in _open(state) if verb != main and _kind_allowed(verb, held)))


def main_move(state: MatterState, staff_id: str, held: set[str]) -> str | None:
    """Return the main action of ``staff_id``, or ``None``."""
    if state.stage in st.ENDED:
        return None
    if held & kinds.LEADERS:
        if state.major_since is not None and state.noted_at is None:
            return NOTE
        if state.draft is not None and state.released is None:
            return RELEASE
    if state.stage == st.TO_CLASS and (held & roles.OVERSEERS or staff_id == state.owner):
        return CLASS
    return _owners_move(state) if staff_id == state.owner or staff_id in state.joint else None


def _owners_move(s: MatterState) -> str | None:
    if s.stage == st.TO_HANDLE:
        if s.needs_plan:
            return PLAN
        if s.kind == kinds.COMPLAINT:
            return HANDLE
        return CLOSE
    if s.stage == st.TO_AGREE:
        return AGREE
    if s.stage == st.AGREED:
        return HANDLE
    if s.stage == st.HANDLED:
        if s.kind != kinds.COMPLAINT or not s.written or s.replied is not None:
            return CLOSE
        if s.draft is None:
            return DRAFT
        return SEND if s.released is not None else None
    return None


def _open(s: MatterState) -> list[str]:
    """What can be done now by whoever may, the likeliest first."""
    if s.stage == st.MERGED:
        return [TELL]
    if s.stage == st.CLOSED:
        return [REOPEN, TELL]
    found = [TELL, POSTPONE, OWN, CLASS]
    if not s.needs_classing:
        found.append(PLAN)
        if not s.needs_plan or s.agreed is not None:
            found.append(HANDLE)
        found.append(CLOSE)
    if s.plan is not None and s.agreed is None:
        found.append(AGREE)
    if s.replied is None:
        found.append(DRAFT)
    if s.draft is not None and s.released is None:
        found.append(RELEASE)
    if s.released is not None and s.replied is None:
        found.append(SEND)
    return [*found, MERGE]


def _kind_allowed(verb: str, held: set[str]) -> bool:
    kind = next(kind for kind in kinds.KINDS if kind.name == KIND_OF[verb])
    return bool(kind.roles & held)


def can_do(state: MatterState, verb: str, staff_id: str, held: Iterable[str]) -> bool:
    """Tell whether this step can be done now by somebody with the posts ``held``: a step's screen asks before it shows
    its form, whatever address opened it."""
    held = set(held)
    return _kind_allowed(verb, held) and (verb == main_move(state, staff_id, held) or verb in _open(state))


def repeats(state: MatterState, entry: Entry) -> bool:
    """Tell whether an entry would change nothing."""
    body = entry.body
    if entry.kind == "owned":
        return bool(state.owner == body.get("owner_id"))
    if entry.kind == "noted":
        return state.noted_at is not None
    if entry.kind == "classed":
        return state.classed is not None and dict(state.classed) == dict(body)
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
