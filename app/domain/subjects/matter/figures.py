"""Figures about matters, by day, week and month (C.5, C.7). Each figure is kept as the list that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.rules.card import Card
from app.domain.subjects.matter import kinds
from app.domain.subjects.matter.card import MatterCard
from app.domain.subjects.matter.state import ENDED


@dataclass(frozen=True, slots=True)
class Figures:
    """Lists of matters, each as cards, the oldest first. A matter that was merged is in ``repeats`` and in no other
    list.

    ``by_class``, ``by_department``: by the word for it, without empty ones; ``overdue``: those of the open ones whose
    clock ran out; ``asked``: those of which it is known whether the resident is satisfied; ``complaints``: by the
    department that answers for them, which analyses them each quarter.
    """

    all: tuple[Card, ...]
    repeats: tuple[Card, ...]
    by_class: Mapping[str, tuple[Card, ...]]
    by_department: Mapping[str, tuple[Card, ...]]
    valid: tuple[Card, ...]
    invalid: tuple[Card, ...]
    major: tuple[Card, ...]
    open: tuple[Card, ...]
    overdue: tuple[Card, ...]
    reopened: tuple[Card, ...]
    asked: tuple[Card, ...]
    satisfied: tuple[Card, ...]
    complaints: Mapping[str, tuple[Card, ...]]


def figures(cards: Iterable[Card], now: int) -> Figures:
    """Return the figures about ``cards`` at ``now`` (ms). A repeat counts once, in the matter it was merged into
    (C.6)."""
    known = sorted(cards, key=lambda card: (card.opened_at, card.id))
    counted = [card for card in known if _said(card).merged_into is None]
    running = [card for card in counted if card.stage not in ENDED]
    return Figures(
        all=tuple(counted),
        repeats=tuple(card for card in known if _said(card).merged_into is not None),
        by_class=_groups(counted, kinds.CLASSES, lambda card: card.kind),
        by_department=_groups(counted, kinds.DEPARTMENTS, lambda card: _said(card).department),
        valid=tuple(card for card in counted if _said(card).valid is True),
        invalid=tuple(card for card in counted if _said(card).valid is False),
        major=tuple(card for card in counted if _said(card).weight == kinds.MAJOR),
        open=tuple(running),
        overdue=tuple(card for card in running if card.clock is not None and card.clock.due < now),
        reopened=tuple(card for card in counted if _said(card).rounds > 1),
        asked=tuple(card for card in counted if _said(card).satisfied is not None),
        satisfied=tuple(card for card in counted if _said(card).satisfied is True),
        complaints=_groups(
            [card for card in counted if card.kind == kinds.COMPLAINT],
            kinds.DEPARTMENTS,
            lambda card: _said(card).department or kinds.DEPARTMENTS[-1],
        ),
    )


def _said(card: Card) -> MatterCard:
    return card.as_(MatterCard)


def _groups(cards: Sequence[Card], names: Sequence[str], name_of: Callable[[Card], str]) -> dict[str, tuple[Card, ...]]:
    found = {name: tuple(card for card in cards if name_of(card) == name) for name in names}
    return {name: group for name, group in found.items() if group}
