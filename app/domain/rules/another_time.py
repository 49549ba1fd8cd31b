"""Another time of day is proposed for calling on a household where nobody is ever met (E.3).

Somebody who finds a door shut three times in a row has mostly come at the same hour. The steward is told which times
were tried and which were not, and the time tried least is proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.domain.times import to_china

TRIES: Final = 3
"""After this many calls in a row that met nobody, another time of day is proposed."""
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
"""All parts of the week, those in which people are most likely at home first."""


@dataclass(frozen=True, slots=True)
class AnotherTime:
    """``tries``: how many calls in a row met nobody; ``tried``: the parts of the week of those calls, most often first;
    ``propose``: the part tried least, and of several such the likeliest (``LIKELY``)."""

    tries: int
    tried: tuple[Hours, ...]
    propose: Hours


def hours_of(at: int) -> Hours:
    """Return the part of the week of a point in time (ms)."""
    when = to_china(at)
    part = "morning" if when.hour < NOON else "afternoon" if when.hour < EVENING else "evening"
    return Hours(when.weekday() >= 5, part)


def another_time(calls: Iterable[tuple[int, bool]]) -> AnotherTime | None:
    """Return when to call instead, or ``None`` while fewer than three calls in a row met nobody (E.3).

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
