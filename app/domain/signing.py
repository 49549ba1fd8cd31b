"""Signatures bound to what was shown (design: a signature is bound to what was shown; A.4, A.7, E).

A resident signs *this text, these prices, this material verdict*. The facts are worked out
from the state, the screen shows lines made from them, and both go into the signed content,
whose SHA-256 the signature entry carries beside the strokes. Verifying is one function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.domain.canonical import canonical_hash, sha256_hex
from app.domain.entries import Entry, gaps
from app.domain.errors import NOTHING_TO_SIGN, Problem
from app.domain.state import STEP_SET_ASIDE, SubjectState, ThingState, TicketState, VisitState
from app.domain.state import Link as CustodyLink

MOST_MISSING = 10_000
"""Missing numbers of one chain that are told at most; one is enough to say that it is not whole."""

REPAIR_DONE, DECLINE, VISIT_RECORD, CUSTODY = "repair", "declined", "visit", "custody"
"""Purposes of a signature; ``custody``: both sides sign one step of a key or lent thing (G.2)."""


def facts_to_sign(state: SubjectState, purpose: str) -> dict[str, Any]:
    """Return what a signature for ``purpose`` is bound to, as the state has it now.

    Raises ``Problem`` ``nothing_to_sign`` when the state has nothing of the kind.
    """
    if isinstance(state, TicketState) and purpose in (REPAIR_DONE, DECLINE):
        return _ticket_facts(state, purpose)
    if isinstance(state, VisitState) and purpose == VISIT_RECORD:
        return _visit_facts(state)
    if isinstance(state, ThingState) and purpose == CUSTODY and state.links:
        return custody_facts(state, state.links[-1])
    raise Problem(NOTHING_TO_SIGN)


def custody_facts(state: ThingState, link: CustodyLink) -> dict[str, Any]:
    """Return what both sides of one step of custody sign: what went from whom to whom, in what condition (G.2)."""
    return {
        "thing_id": state.id,
        "step_id": link.entry.id,
        "step": link.entry.kind,
        "name": state.name,
        "address": state.address,
        "from": link.giver.name,
        "to": link.taker.name,
        "pieces": link.pieces,
        "condition": link.condition,
        "due_at": link.body.get("due_at"),
        "until": link.body.get("until"),
        "purpose": link.body.get("purpose"),
        "ticket_id": link.body.get("ticket_id"),
        "note": link.body.get("note"),
    }


def _ticket_facts(state: TicketState, purpose: str) -> dict[str, Any]:
    if state.opened is None:
        raise Problem(NOTHING_TO_SIGN)
    facts: dict[str, Any] = {
        "ticket_id": state.id,
        "address": state.address,
        "contact": state.contact_name,
        "reported": state.content,
        "found": _plain(state.found),
    }
    if purpose == DECLINE:
        return facts | {
            "priced": _plain(state.priced),
            "reason": (state.consent or {}).get("reason"),
            "declined_by": (state.consent or {}).get("name"),
        }
    return facts | {
        "materials": [_plain(m) for m in state.materials],
        "lines": list((state.fees or {}).get("lines", [])),
        "total_fen": state.total_fen,
        "fee_remarks": (state.fees or {}).get("remarks"),
        "tried": _plain(state.tried),
    }


def _visit_facts(state: VisitState) -> dict[str, Any]:
    body = state.body
    return {
        "visit_id": state.id,
        "household_id": state.household_id,
        "address": state.address,
        "met_name": body.get("met_name"),
        "said": body.get("said"),
        "promises": [dict(p) for p in body.get("promises") or []],
        "tickets": list(body.get("tickets") or []),
    }


def _plain(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if value is None else dict(value)


def make_content(purpose: str, facts: Mapping[str, Any], shown: Sequence[str], day: str) -> dict[str, Any]:
    """Return the content that is signed: the facts, the very lines shown, and the day (YYYY-MM-DD)."""
    return {"v": 1, "doc": purpose, "facts": dict(facts), "shown": list(shown), "day": day}


def signature_body(
    *, purpose: str, signer: str, name: str, capacity: str, content: Mapping[str, Any], strokes: bytes
) -> dict[str, Any]:
    """Return the body of a ``signed`` entry. ``strokes`` are the bytes of the blob that goes with it."""
    return {
        "purpose": purpose,
        "as": signer,
        "name": name,
        "capacity": capacity,
        "content": dict(content),
        "content_hash": canonical_hash(content),
        "strokes": sha256_hex(strokes),
    }


def signed_facts_match(entry: Entry, state: SubjectState) -> bool:
    """Tell whether what the entry's signature is bound to is what the state says now."""
    content = entry.body.get("content")
    if not isinstance(content, Mapping):
        return False
    if isinstance(state, ThingState):
        step_id = (content.get("facts") or {}).get("step_id")
        links = [link for link in (*state.links, *state.disputed) if link.entry.id == step_id]
        if not links:
            return _fits_set_aside(state, content.get("facts") or {})
        return any(canonical_hash(content["facts"]) == canonical_hash(custody_facts(state, link)) for link in links)
    try:
        facts = facts_to_sign(state, str(entry.body.get("purpose")))
    except Problem:
        return False
    return canonical_hash(content.get("facts")) == canonical_hash(facts)


def _fits_set_aside(state: ThingState, facts: Mapping[str, Any]) -> bool:
    """Tell whether facts are those of a step that the desk set aside: it was signed so, it just does not count."""
    step = next((s for s in state.steps if s.entry.id == facts.get("step_id") and s.standing == STEP_SET_ASIDE), None)
    if step is None:
        return False
    body = step.body
    told = ("pieces", "condition", "due_at", "until", "purpose", "ticket_id", "note")
    wanted = {name: body.get(name) for name in told} | {"thing_id": state.id, "step": step.entry.kind}
    wanted["to"] = body["to_name"] if "to_name" in body else body.get("rack")
    if "from_name" in body:
        wanted["from"] = body["from_name"]
    return all(facts.get(name) == value for name, value in wanted.items())


SIGNATURE_INTACT = "intact"
SIGNATURE_CHANGED = "changed_after_signing"
SIGNATURE_BROKEN = "broken"
STROKES_MISSING = "strokes_missing"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``verify_signature`` found: ``intact``, ``changed_after_signing``, ``broken``
    (hash of entry, content or strokes does not fit) or ``strokes_missing`` (not here yet)."""

    entry_id: str
    standing: str
    detail: str = ""


def verify_signature(entry: Entry, strokes: bytes | None, state: SubjectState) -> Verdict:
    """Verify one ``signed`` entry against its strokes and the present state of its subject."""
    if entry.hash != entry.compute_hash():
        return Verdict(entry.id, SIGNATURE_BROKEN, "entry")
    if canonical_hash(entry.body.get("content")) != entry.body.get("content_hash"):
        return Verdict(entry.id, SIGNATURE_BROKEN, "content")
    if strokes is not None and sha256_hex(strokes) != entry.body.get("strokes"):
        return Verdict(entry.id, SIGNATURE_BROKEN, "strokes")
    if not signed_facts_match(entry, state):
        return Verdict(entry.id, SIGNATURE_CHANGED)
    if strokes is None:
        return Verdict(entry.id, STROKES_MISSING)
    return Verdict(entry.id, SIGNATURE_INTACT)


@dataclass(frozen=True, slots=True)
class Link:
    """One number in a device's chain: an entry, or one that the server refused."""

    counter: int
    hash: str
    prev: str | None = None


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """What ``verify_chain`` found: missing counters, altered entries, and links that do not fit."""

    device: str
    length: int
    missing: tuple[int, ...] = ()
    altered: tuple[str, ...] = ()
    broken: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        """Tell whether nothing is missing, altered or out of its place."""
        return not (self.missing or self.altered or self.broken)


def verify_chain(device: str, entries: Iterable[Entry], refused: Iterable[Link] = ()) -> ChainVerdict:
    """Verify the chain of one device: gapless counters from 1, each entry naming the one before.

    ``refused`` are the numbers the server refused: they have a place in the chain, no content.
    """
    altered = []
    links = {link.counter: link for link in refused}
    for entry in entries:
        links[entry.counter] = Link(entry.counter, entry.hash, entry.prev)
        if entry.hash != entry.compute_hash():
            altered.append(entry.id)
    missing = list(islice((n for first, last in gaps(links) for n in range(first, last + 1)), MOST_MISSING))
    broken = []
    for n, link in sorted(links.items()):
        before = "" if n == 1 else links[n - 1].hash if n - 1 in links else None
        if link.prev is not None and before is not None and link.prev != before:
            broken.append(n)
    return ChainVerdict(device, len(links), tuple(missing), tuple(altered), tuple(broken))
