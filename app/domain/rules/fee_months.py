"""What the doors were told of their bills in a time (O6): bills delivered of those owed, payments promised for it, and
what came of the promises. Each figure is the list of what it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

HANDED, LETTERBOX, FAILED = "handed", "letterbox", "failed"
"""How a bill was delivered: into somebody's hands, into the letterbox, not at all."""
DELIVERED: Final = frozenset((HANDED, LETTERBOX))
PAID, PART, NOT = "yes", "part", "no"
"""What came of a promise: paid, paid in part, not paid."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A bill that is owed to a household's door. ``id``: of the duty; ``how``: it was delivered, "" while nobody did
    anything."""

    id: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """A payment that was promised, or postponed, to a day. ``id``: of the case; ``outcome``: "" while nobody said."""

    id: str
    day: date
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class FeeMonth:
    """``owed`` bills, of these ``delivered``, ``failed`` and ``undone``; ``promised`` payments, of these ``kept``, kept
    in ``part``, ``broken`` (not paid, or the day is over and nobody knows of a payment) and ``waiting``."""

    owed: tuple[Delivery, ...]
    delivered: tuple[Delivery, ...]
    failed: tuple[Delivery, ...]
    undone: tuple[Delivery, ...]
    promised: tuple[Promise, ...]
    kept: tuple[Promise, ...]
    part: tuple[Promise, ...]
    broken: tuple[Promise, ...]
    waiting: tuple[Promise, ...]


def month_of(deliveries: Iterable[Delivery], promises: Iterable[Promise], today: date) -> FeeMonth:
    """Return what these come to, as it is known on the day ``today``."""
    owed, promised = tuple(deliveries), tuple(promises)
    stands = {one.id: standing(one, today) for one in promised}
    return FeeMonth(
        owed,
        tuple(one for one in owed if one.how in DELIVERED),
        tuple(one for one in owed if one.how and one.how not in DELIVERED),
        tuple(one for one in owed if not one.how),
        promised,
        *(tuple(one for one in promised if stands[one.id] == name) for name in ("kept", "part", "broken", "waiting")),
    )


def standing(one: Promise, today: date) -> str:
    """Return how a promise stands: ``kept``, ``part``, ``broken`` or ``waiting``."""
    known = {PAID: "kept", PART: "part", NOT: "broken"}
    return known.get(one.outcome) or ("broken" if one.day < today else "waiting")
