"""Shifts 班次: which one ends, whether two hand-overs are of the same one, and between which nobody had the post (R).

Pure, and the same on phone and server. Times are in ms.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.times import HOUR, MINUTE, at_china, china_day, to_china

DAY_SHIFT, EVENING, NIGHT = "day", "evening", "night"
SHIFTS: Final = (DAY_SHIFT, EVENING, NIGHT)
"""白班, 中班, 夜班: named by when they end."""

BEGINS: Final = {NIGHT: 0, DAY_SHIFT: 8, EVENING: 16}
"""The hour in China at which each begins, where nobody handed the post over before it."""
_ENDS_BY: Final = ((2, EVENING, -1), (10, NIGHT, 0), (18, DAY_SHIFT, 0), (24, EVENING, 0))
"""Until which hour a hand-over is taken to end which shift, and how many days back that shift's day is."""

BETWEEN: Final = 15 * MINUTE
"""Longest time between two shifts of a post that is no gap."""
LONGEST: Final = 13 * HOUR
"""How long somebody can have a post before it is asked who has it: the longest shift, and an hour."""

NOT_SIGNED, NOBODY, OTHER, NOT_HANDED_ON = "not_signed", "nobody", "other", "not_handed_on"
"""Why there is a gap: who should have taken over did not sign; nobody had the post for a while; somebody handed over
who had not taken over; nobody has handed the post on."""
_NAMES: Final = uuid.UUID("7a3c9d0e-52a4-4ad7-9d0b-0e5a3a9b7c11")


def ending(now: int) -> tuple[date, str]:
    """Return the day and the name of the shift that a hand-over at ``now`` most likely ends."""
    hour = to_china(now).hour
    _, shift, back = next(one for one in _ENDS_BY if hour < one[0])
    return china_day(now) + timedelta(days=back), shift


def began(day: date, shift: str) -> int:
    """Return when a shift begins by the clock."""
    return at_china(day, BEGINS[shift])


def shift_id(estate: str, post: str, day: date, shift: str) -> str:
    """Return the id of the hand-over of one shift at one post: two phones without a network make the same record of it,
    and the second finds the first one there (R4)."""
    return str(uuid.uuid5(_NAMES, "/".join((estate, post.strip(), day.isoformat(), shift))))


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One hand-over: its ``id``, of which ``post``, from when until when the person who left had it, who took over (""
    for a post that is closed afterwards), and when they signed."""

    id: str
    post: str
    from_at: int
    until_at: int
    outgoing: str
    incoming: str = ""
    signed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A time for which nobody answers, or of which it is not known who does: at which ``post``, from ``start`` to
    ``end`` (``None``: still), why, and after which hand-over."""

    post: str
    start: int
    end: int | None
    why: str
    after: str


def gaps(handed: Iterable[HandedOver], now: int) -> list[Gap]:
    """Return the gaps between the hand-overs of each post, the latest first. A post that was closed (nobody takes over)
    is nobody's until somebody hands it over again, and that is no gap."""
    posts: dict[str, list[HandedOver]] = {}
    for one in handed:
        posts.setdefault(one.post, []).append(one)
    found: list[Gap] = []
    for post, theirs in posts.items():
        theirs.sort(key=lambda one: (one.until_at, one.id))
        for before, after in zip(theirs, [*theirs[1:], None], strict=True):
            gap = _after(post, before, after, now)
            if gap is not None:
                found.append(gap)
    return sorted(found, key=lambda gap: gap.start, reverse=True)


def _after(post: str, before: HandedOver, after: HandedOver | None, now: int) -> Gap | None:
    if not before.incoming:
        return None
    if after is None:
        if before.signed_at is None:
            return Gap(post, before.until_at, None, NOT_SIGNED, before.id) if now > before.until_at + BETWEEN else None
        return Gap(post, before.until_at, None, NOT_HANDED_ON, before.id) if now > before.until_at + LONGEST else None
    end = max(before.until_at, after.from_at)
    if before.signed_at is None:
        return Gap(post, before.until_at, end, NOT_SIGNED, before.id)
    if after.outgoing != before.incoming:
        return Gap(post, before.until_at, end, OTHER, before.id)
    if after.from_at > before.until_at + BETWEEN:
        return Gap(post, before.until_at, after.from_at, NOBODY, before.id)
    return None
