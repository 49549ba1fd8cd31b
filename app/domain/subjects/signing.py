"""Signatures bound to what was shown (design: a signature is bound to what was shown; A.4, A.7, E).

A resident signs *this text, these prices, this material verdict*. The facts are worked out from the state, the screen
shows lines made from them, and both go into the signed content. The signature entry carries the SHA-256 of that content
and of the strokes. One function verifies all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.domain.rules.binding import Facts
from app.domain.rules.state import SubjectState
from app.domain.subjects import subject_of
from app.domain.wire.canonical import canonical_hash, sha256_hex
from app.domain.wire.entries import Entry, gaps
from app.domain.wire.errors import NOTHING_TO_SIGN, Problem

MOST_MISSING = 10_000
"""How many missing numbers of one chain are listed at most; a single one already shows that the chain is not whole."""


def facts_to_sign(state: SubjectState, purpose: str) -> Facts:
    """Return the facts that a signature for ``purpose`` would be bound to, from the present state.

    Raises ``Problem`` ``nothing_to_sign`` when the state has nothing of the kind.
    """
    facts = subject_of(state.type).facts(state, purpose)
    if facts is None:
        raise Problem(NOTHING_TO_SIGN)
    return facts


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
    """Tell whether the facts of a ``signed`` entry are still those of the present state."""
    return subject_of(state.type).fits(entry, state)


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

    ``refused`` are entries that the server refused: it kept their number and hash, so the chain has no gap, but no
    content.
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
