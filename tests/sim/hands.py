"""Where a key is, worked out a second time and simply: what cannot have happened must be flagged for the desk (31).

Phones and server share the code that folds, so that all of them agree proves nothing about what they agree on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.domain.subjects import fold
from app.domain.subjects.thing.kinds import KEY, THING
from app.domain.wire.entries import Entry, fold_order

_STEPS = ("entrusted", "stocked", "lent", "handed_over", "returned", "given_back", "issued", "written_off")
_SETTLED = frozenset(("flag_settled", "located", "amended"))
"""What lets something count that did not fit; such keys are left to the tests of the fold."""


def faults(histories: Mapping[tuple[str, str], Sequence[Entry]]) -> Iterator[str]:
    """Yield each step of a key that is flagged though it fits, or not though it does not."""
    for (type_, thing_id), history in histories.items():
        if type_ != THING or _SETTLED & {entry.kind for entry in history}:
            continue
        flagged = {flag.entry_id for flag in fold.fold(type_, history).flags}
        misfits = _misfits(fold_order(history))
        for entry in history:
            if entry.kind in _STEPS and (entry.id in flagged) != (entry.id in misfits):
                is_ = "flagged, and fits" if entry.id in flagged else "not flagged, and does not fit"
                yield f"{entry.kind} {entry.id} of key {thing_id} is {is_}"


def _misfits(history: Sequence[Entry]) -> set[str]:
    """Return the ids of steps from hands that did not hold the key when the server took them."""
    found: set[str] = set()
    holder: str | None = None  # None: nobody, it hangs on the rack
    begun = over = entrusted = at_door = False
    for entry in history:
        body = entry.body
        giver, taker = body.get("from_id") or body.get("from_name"), body.get("to_id") or body.get("to_name")
        if entry.kind in ("entrusted", "stocked"):
            fits = not begun
        elif entry.kind == "lent":
            fits = begun and not over and holder is None
        elif entry.kind in ("handed_over", "returned"):
            fits = begun and not over and holder is not None and holder == giver
        elif entry.kind == "given_back":
            fits = begun and not over and entrusted and holder in (None, giver)
        elif entry.kind == "issued":
            fits = begun and not over and not entrusted and at_door and holder in (None, giver)
        elif entry.kind == "written_off":
            fits = begun and not over
        else:
            continue
        if not fits:
            found.add(entry.id)
            continue
        at_door = at_door or (not begun and body.get("thing_kind") == KEY and bool(body.get("household_id")))
        begun, entrusted = True, entrusted or entry.kind == "entrusted"
        over = entry.kind in ("given_back", "issued", "written_off")
        if entry.kind != "written_off":
            holder = taker if entry.kind in ("lent", "handed_over") else None
    return found
