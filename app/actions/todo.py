"""What one person does now, in which order: worked out from cards, so that 今日 folds nothing.

Each type of record says itself whose move one is (``Subject.move``) and whose clock runs on it (``Subject.own_clock``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from app.actions.core import Core
from app.domain.rules.card import Card
from app.domain.rules.clocks import Clock
from app.domain.rules.subject import Subject
from app.domain.subjects import SUBJECTS, subject_of
from app.domain.times import HOUR
from app.store.queries import CardFilter, Stages

_SEEN: Final = "seen_tickets"
"""Setting: the records that this person opened on this phone before anybody began work on them."""


def next_verb(card: Card, staff_id: str, held: frozenset[str]) -> str | None:
    """Return the verb of this person's main action on a record, as far as its card tells; ``None``: not their move."""
    return subject_of(card.type).move(card, staff_id, held)


def own_clock(card: Card, staff_id: str, held: frozenset[str]) -> Clock | None:
    """Return the clock that runs on a record if this person is the one who must be quick, else ``None``."""
    return subject_of(card.type).own_clock(card, staff_id, held)


def in_order(cards: Iterable[Card], staff_id: str, held: Callable[[Card], frozenset[str]], now: int) -> list[Card]:
    """Return records as they are to be done: urgent ones first, and among equals by this person's own clock.

    ``held``: the posts of this person where a record is.

    A clock that is late or runs out within the hour comes first; then what has no clock, for it should be done at once
    (A.2 assigning, accepting); then clocks with time left (an appointment, 17:00, the 25th).
    """
    soon = now + HOUR

    def order(card: Card) -> tuple[bool, int, int, int, str]:
        clock = own_clock(card, staff_id, held(card))
        if clock is None:
            return (not card.urgent, 1, card.opened_at, 0, card.id)
        return (not card.urgent, 0 if clock.due <= soon else 2, clock.due, card.opened_at, card.id)

    return sorted(cards, key=order)


def on_today() -> Stages:
    """Return the types of record that can stand on 今日, in whatever stage."""
    return tuple((name, ()) for name, subject in SUBJECTS.items() if subject.on_today)


class Todo:
    """What one signed-in person has to do, of whatever type."""

    def __init__(self, core: Core, announce: Callable[[str, str], None]) -> None:
        """``announce`` is called with the type and id of a record of which something that screens read has changed."""
        self._core = core
        self._announce = announce

    def mine(self) -> tuple[list[Card], list[Card]]:
        """Return what this person must act on now, in the order of ``in_order``, and what is assigned to them but
        somebody else's move now."""
        core = self._core
        me = core.profile.staff_id
        own = CardFilter(type=None, any_of=on_today(), assignee=me, over=False)
        found = {card.id: card for card in core.store.cards(core.here(own), 0, 1000)}
        for part in core.parts():
            if stages := _by_post(part.roles, lambda subject: subject.moves):
                wanted = CardFilter(type=None, any_of=stages, estates=part.estates)
                found |= {card.id: card for card in core.store.cards(wanted, 0, 1000)}
        ordered = in_order(found.values(), me, core.roles_on, core.now())
        moves = {card.id for card in ordered if next_verb(card, me, core.roles_on(card)) is not None}
        waiting = [card for card in ordered if card.id not in moves and card.assignee == me]
        return [card for card in ordered if card.id in moves], waiting

    def new(self, cards: Iterable[Card]) -> frozenset[str]:
        """Return the ids of those among ``cards`` on which nobody began work and which this person has not opened
        here."""
        seen = self._seen()
        return frozenset(card.id for card in cards if _fresh(card) and card.id not in seen)

    def calls(self) -> list[Card]:
        """Return what was given to this person, in any of their estates, to begin with, or came in for one of their
        posts and is nobody's yet; and was not opened here. In the order of ``in_order``."""
        core = self._core
        me = core.profile.staff_id
        fresh = tuple((name, subject.fresh) for name, subject in SUBJECTS.items() if subject.on_today and subject.fresh)
        with core.store.at_once():
            found = core.store.cards(CardFilter(type=None, any_of=fresh, assignee=me, over=False), 0, 100)
            for part in core.parts():
                if ringing := _by_post(part.roles, lambda subject: subject.rings):
                    came_in = CardFilter(type=None, any_of=ringing, estates=part.estates)
                    found += [card for card in core.store.cards(came_in, 0, 100) if card.assignee is None]
            seen = self._seen() if found else frozenset()
            mine = [c for c in found if c.id not in seen and next_verb(c, me, core.roles_on(c)) is not None]
        return in_order(mine, me, core.roles_on, core.now())

    def saw(self, subject_type: str, subject_id: str) -> None:
        """Note that this person opened a record here: it is not new 新 any more."""
        seen, card = self._seen(), self._core.store.card(subject_type, subject_id)
        if card is None or not _fresh(card) or subject_id in seen:
            return
        # Records that moved on or left this phone meanwhile need no note.
        wanted = CardFilter(type=None, any_of=on_today(), ids=(subject_id, *seen))
        fresh = [one.id for one in self._core.store.cards(wanted, 0, len(seen) + 1) if _fresh(one)]
        self._core.store.put_settings({_SEEN: sorted(fresh)})
        self._announce(subject_type, subject_id)

    def _seen(self) -> frozenset[str]:
        return frozenset(self._core.store.setting(_SEEN) or ())


def _by_post(held: Iterable[str], said: Callable[[Subject[Any]], Mapping[str, tuple[str, ...]]]) -> Stages:
    """Return the types with the stages that ``said`` names for any of the posts ``held``."""
    held = tuple(held)
    return tuple(
        (name, theirs)
        for name, subject in SUBJECTS.items()
        if (theirs := tuple(sorted({stage for role in held for stage in said(subject).get(role, ())})))
    )


def _fresh(card: Card) -> bool:
    return card.stage in subject_of(card.type).fresh
