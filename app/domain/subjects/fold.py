"""Folding: from a subject's entries to its state, by the same functions on phone and server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.rules.state import STEP_DONE, STEP_FLAGGED, STEP_SET_ASIDE, STEP_UNKNOWN, Flag, Step, SubjectState
from app.domain.subjects import UNKNOWN, kinds, subject_of
from app.domain.subjects.common import TAKEN_OVER
from app.domain.wire.entries import SCHEMA, Entry, fold_order
from app.domain.wire.errors import NO_SUBJECT, TARGET_MISSING, Problem

MEANING = 7
"""Raise this when the meaning of a known kind changes: phones and servers then fold everything again."""


def understanding() -> dict[str, Any]:
    """Return what decides how this program folds entries: another version with the same values folds them the same
    way."""
    return {"meaning": MEANING, "schema": SCHEMA, "kinds": sorted(kinds.KINDS)}


def fold(subject_type: str, entries: Iterable[Entry]) -> SubjectState:
    """Return the state that results from ``entries`` (all of one subject, in any order).

    An entry that does not fit what happened before it changes nothing and is flagged, unless
    the desk settled it (``flag_settled``): ``accept`` lets it take effect all the same; ``set_aside`` keeps it
    readable without effect (not possible for the entry a subject begins with). An ``amended`` entry replaces the
    body of an earlier one; both stay in the timeline.
    """
    return _fold(subject_type, fold_order(entries), {})


def _fold(subject_type: str, ordered: list[Entry], seen_before: dict[int, SubjectState]) -> SubjectState:
    """Fold entries in the order given. ``seen_before`` keeps states of earlier folds, by how many entries they
    cover."""
    subject_id = ordered[0].subject_id if ordered else ""
    subject = subject_of(subject_type)
    state: SubjectState = subject.state_class(subject_id)
    state.type = subject_type
    decisions = _decisions(ordered)
    amendments = _amendments(ordered)
    for index, entry in enumerate(ordered):
        state.authors.add(entry.author)
        own = amendments.get(entry.id, [])
        body = own[-1].body["body"] if own else entry.body
        standing, reason = STEP_DONE, None
        if subject is UNKNOWN or not _readable(entry, body):
            standing = STEP_UNKNOWN
        else:
            decision = decisions.get(entry.id)
            # The desk cannot set aside the entry a subject begins with: it closes or voids the subject instead.
            if decision == "set_aside" and (state.opened is not None or not kinds.opens(entry.kind)):
                standing = STEP_SET_ASIDE
            else:
                seen = _as_signed(subject_type, state, ordered, index, amendments, seen_before)
                forced = decision == "accept"
                reason = _envelope(state, entry, ordered) or (
                    subject.taken_over(state, entry, body, forced=forced)
                    if entry.kind == TAKEN_OVER
                    else subject.apply(state, entry, body, forced=forced, seen=seen)
                )
                if reason is not None:
                    standing = STEP_FLAGGED
                    state.flags.append(Flag(entry.id, reason))
        state.steps.append(Step(entry, standing, body, reason, tuple(own)))
    if state.steps:
        # From the entry itself, not its correction: a correction moves nothing into another estate.
        said = (state.opened or state.steps[0].entry).body.get("estate")
        state.estate = said if isinstance(said, str) else ""
    subject.finish(state)
    return state


def why_not(subject_type: str, entries: Iterable[Entry], new: Entry) -> str | None:
    """Return why ``new`` would be flagged after ``entries``, or ``None`` when it fits."""
    state = fold(subject_type, [*entries, new])
    return next((flag.reason for flag in state.flags if flag.entry_id == new.id), None)


def _readable(entry: Entry, body: Mapping[str, Any]) -> bool:
    """Tell whether this program can read the entry: it knows the kind, and a body of a newer schema still has the
    kind's fields."""
    if not kinds.known(entry.kind):
        return False
    if entry.schema <= SCHEMA:
        return True
    try:
        kinds.check_body(entry.kind, body)
    except Problem:
        return False
    return True


def _as_signed(
    subject_type: str,
    state: SubjectState,
    ordered: list[Entry],
    index: int,
    amendments: Mapping[str, list[Entry]],
    seen_before: dict[int, SubjectState],
) -> SubjectState:
    """Return the state that the signer saw: without the corrections made afterwards."""
    entry = ordered[index]
    if entry.kind != "signed":
        return state
    before = {e.id for e in ordered[:index]}
    if all(amendment.id in before for own in amendments.values() for amendment in own):
        return state
    if index not in seen_before:
        seen_before[index] = _fold(subject_type, ordered[:index], seen_before)
    return seen_before[index]


def repeats(state: SubjectState, entry: Entry) -> bool:
    """Tell whether ``entry`` would change nothing, because the state says the same already (a stale screen, a second
    tap).

    Such an entry fits, and two phones without a network may both make it; a phone that has the first does not make
    another.
    """
    body = entry.body
    if entry.kind == "amended":
        target = next((step for step in state.steps if step.entry.id == body.get("target_id")), None)
        return target is not None and dict(target.body) == dict(body.get("body") or {})
    if entry.kind == "flag_settled":
        settled = [s.entry for s in state.steps if s.entry.kind == "flag_settled"]
        last = next((e.body for e in reversed(settled) if e.body.get("entry_id") == body.get("entry_id")), None)
        return last is not None and last.get("decision") == body.get("decision")
    return subject_of(state.type).repeats(state, entry)


def _decisions(ordered: list[Entry]) -> dict[str, str]:
    return {str(e.body.get("entry_id")): str(e.body.get("decision")) for e in ordered if e.kind == "flag_settled"}


def _amendments(ordered: list[Entry]) -> dict[str, list[Entry]]:
    """Return the corrections that hold, by the entry they correct, oldest first."""
    by_id = {e.id: e for e in ordered}
    found: dict[str, list[Entry]] = {}
    for entry in ordered:
        if entry.kind == "amended" and _amend_fault(entry, by_id) is None:
            found.setdefault(str(entry.body["target_id"]), []).append(entry)
    return found


def _amend_fault(entry: Entry, by_id: Mapping[str, Entry]) -> str | None:
    target = by_id.get(str(entry.body.get("target_id")))
    if target is None or target.kind not in kinds.KINDS or not kinds.KINDS[target.kind].amendable:
        return TARGET_MISSING.name
    try:
        kinds.check_body(target.kind, entry.body.get("body") or {})
    except Problem as problem:
        return problem.name
    return None


def _envelope(state: SubjectState, entry: Entry, ordered: list[Entry]) -> str | None:
    if entry.kind == "amended":
        fault = _amend_fault(entry, {e.id: e for e in ordered})
        if fault is not None:
            return fault
    if state.opened is None and not kinds.opens(entry.kind):
        return NO_SUBJECT.name
    return None
