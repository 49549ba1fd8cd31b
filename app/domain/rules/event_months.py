"""What the community events 社区活动 of a time come to (U5): how many were held, who signed up and came, who is asked
afterwards of those who came, photos and cost. Each figure is the list of what it counts. Money in fen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Event:
    """An event. ``id``: of its case; ``day``: for which it is planned; ``came``: how many came as its summary says,
    ``None`` while there is none; ``photos`` in it; ``spent`` and ``budget``."""

    id: str
    day: date
    came: int | None = None
    photos: int = 0
    spent: int = 0
    budget: int = 0


@dataclass(frozen=True, slots=True)
class Guest:
    """One household's sign-up. ``id``: of its case; ``came``: how many of it came, ``None`` while nobody said."""

    id: str
    event: str
    came: int | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A household that came and is asked afterwards (U3). ``guest``: the id of its sign-up."""

    id: str
    guest: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class EventMonth:
    """``planned`` events, of these ``held``, ``over_budget`` and ``not_held``, whose day is over and of which there is
    no summary; ``guests``: the households that signed up, of these ``there``, who came; ``drawn`` for a follow-up, of
    these ``asked``."""

    planned: tuple[Event, ...]
    held: tuple[Event, ...]
    over_budget: tuple[Event, ...]
    not_held: tuple[Event, ...]
    guests: tuple[Guest, ...]
    there: tuple[Guest, ...]
    drawn: tuple[FollowUp, ...]
    asked: tuple[FollowUp, ...]


def month_of(
    events: Iterable[Event], guests: Iterable[Guest], follow_ups: Iterable[FollowUp], today: date
) -> EventMonth:
    """Return what these events come to, as it is known on the day ``today``; guests and follow-ups of other events are
    left out."""
    planned = tuple(sorted(events, key=lambda one: (one.day, one.id)))
    mine = {one.id for one in planned}
    signed_up = tuple(one for one in guests if one.event in mine)
    there = tuple(one for one in signed_up if one.came)
    came = {one.id for one in there}
    drawn = tuple(one for one in follow_ups if one.guest in came)
    return EventMonth(
        planned,
        tuple(one for one in planned if one.came is not None),
        tuple(one for one in planned if one.came is not None and one.spent > one.budget),
        tuple(one for one in planned if one.came is None and one.day < today),
        signed_up,
        there,
        drawn,
        tuple(one for one in drawn if one.done),
    )
