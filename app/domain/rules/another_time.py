"""A household where nobody is ever met is called on at another time of day (E.3).

Whoever finds a door shut three times running tried mostly the same hour. What was tried and what was not is said, and
the time that was tried least is proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.domain.times import to_china

TRIES: Final = 3
"""So many times running nobody was met, before another time of day is proposed."""
NOON: Final = 12
EVENING: Final = 18
"""Hours in China at which the afternoon and the evening begin."""


class Hours(NamedTuple):
    """A part of the day: ``part`` is ``morning`` (before noon), ``afternoon`` or ``evening`` (from six)."""

    weekend: bool
    part: str


LIKELY: Final = (
    Hours(False, "evening"),
    Hours(True, "morning"),
    Hours(True, "afternoon"),
    Hours(True, "evening"),
    Hours(False, "morning"),
    Hours(False, "afternoon"),
)
"""All parts of the week, in the order in which people are mostly at home."""


@dataclass(frozen=True, slots=True)
class AnotherTime:
    """``tries``: how many times running nobody was met; ``tried``: the parts of the week of those, most often first;
    ``propose``: the one tried least, of several the likeliest."""

    tries: int
    tried: tuple[Hours, ...]
    propose: Hours


def hours_of(at: int) -> Hours:
    """Return the part of the week of a point in time (ms)."""
    when = to_china(at)
    part = "morning" if when.hour < NOON else "afternoon" if when.hour < EVENING else "evening"
    return Hours(when.weekday() >= 5, part)


def another_time(calls: Iterable[tuple[int, bool]]) -> AnotherTime | None:
    """Return when to call instead, or ``None`` while nobody was met fewer than three times running (E.3).

    ``calls``: when somebody called at the door (ms) and whether anybody was met, in any order.
    """
    running: list[int] = []
    for at, met in sorted(calls):
        running = [] if met else [*running, at]
    if len(running) < TRIES:
        return None
    tried = Counter(hours_of(at) for at in running)
    propose = min(LIKELY, key=lambda hours: (tried[hours], LIKELY.index(hours)))
    return AnotherTime(len(running), tuple(hours for hours, _ in tried.most_common()), propose)
