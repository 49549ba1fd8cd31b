"""The frame of all reports 统计 (W): a report is a function from what is stored to figures, a figure a list of lines.

Nothing is counted twice: the number that stands on the screen, in the workbook and on paper is worked out of the lines
that it opens, so figure and list cannot differ. Buildings, people and estates are told apart by these lines, too; a
report only says which lines belong to which figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from app.domain import roles
from app.domain.rules.periods import LENGTHS, Period

Said = tuple[str, str]
"""Words in Chinese and in English."""
COUNT, SUM, MEAN, MEDIAN, MOST = "count", "sum", "mean", "median", "p90"
"""What a figure makes of its lines: how many they are; what their values add up to; their mean, rounded half up; the
value in the middle; the value that nine of ten do not exceed."""
FEN, MINUTES, SCORE, TIMES = "fen", "minutes", "score", ""
"""What values are measured in; scores are in tenths."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is counted. ``subject``: type and id of the record that it opens, ``entry`` the entry that made it
    count ("": the record's first); ``called``: its number or name; ``at``: when, in ms; ``person``: a staff id, or a
    post where it is nobody's own; ``value``: in the figure's measure; ``late``: it came in when the period was over
    (补录)."""

    subject: tuple[str, str]
    called: str
    words: str
    at: int | None
    estate: str
    address: str = ""
    building: str = ""
    person: str = ""
    value: int = 1
    entry: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its lines, and of which lines they are a part (``of``; ``None``: it has no share). ``target``: the
    share in per cent that is aimed at; ``worry``: the fewer, the better. ``part``: the heading that it stands under."""

    id: str
    said: Said
    lines: tuple[Line, ...]
    of: tuple[Line, ...] | None = None
    part: Said = ("", "")
    makes: str = COUNT
    measure: str = TIMES
    target: int | None = None
    worry: bool = False

    @property
    def number(self) -> int | None:
        """What it comes to; ``None`` where there is nothing to take a middle of."""
        if self.makes == COUNT:
            return len(self.lines)
        values = sorted(line.value for line in self.lines)
        if self.makes == SUM:
            return sum(values)
        if self.makes == MEAN:
            return (2 * sum(values) + len(values)) // (2 * len(values)) if values else None
        return at_share(values, 50 if self.makes == MEDIAN else 90)

    @property
    def percent(self) -> int | None:
        """Its share of what it is a part of, rounded half up; ``None`` without a share or of nothing."""
        return share(len(self.lines), len(self.of)) if self.of else None

    def only(self, wanted: Callable[[Line], bool]) -> Figure:
        """Return it with the wanted lines alone."""
        of = None if self.of is None else tuple(filter(wanted, self.of))
        return replace(self, lines=tuple(filter(wanted, self.lines)), of=of)


def share(part: int, whole: int) -> int:
    """Return how many per cent that is, rounded half up: 1 of 8 is 13, as people round by hand."""
    return (200 * part + whole) // (2 * whole)


def at_share(values: Sequence[int], percent: int) -> int | None:
    """Return the least of these sorted values that so many per cent of them do not exceed; ``None`` of nothing."""
    return values[-(-len(values) * percent // 100) - 1] if values else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a period, the estates it is asked of (``None``: all), and what time it is (ms)."""

    period: Period
    estates: frozenset[str] | None
    now: int


Gather = Callable[[Connection, Asked], Iterable[Figure]]


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its name in addresses, what people call it, the clause it comes from, how to work it out, for which
    lengths of time, and which posts read it."""

    id: str
    said: Said
    clause: str
    gather: Gather
    lengths: tuple[str, ...] = LENGTHS
    readers: frozenset[str] = roles.OVERSEERS


BUILDING, PERSON, ESTATE = "building", "person", "estate"
WAYS: Final = (ESTATE, BUILDING, PERSON)
"""The ways in which figures are told apart."""


def key_in(way: str, line: Line) -> str:
    """Return where a line belongs: its estate, building or person; "" where it has none."""
    return {BUILDING: line.building, PERSON: line.person, ESTATE: line.estate}[way]


def apart(figures: Sequence[Figure], way: str) -> dict[str, list[Figure]]:
    """Return the figures for each building, person or estate that any of their lines belongs to, those of none last.

    What adds up over all adds up over the parts: each line is in exactly one.
    """
    parted: dict[str, list[tuple[list[Line], list[Line]]]] = {}
    for n, figure in enumerate(figures):
        for side, lines in ((0, figure.lines), (1, figure.of or ())):
            for line in lines:
                mine = parted.setdefault(key_in(way, line), [([], []) for _ in figures])
                mine[n][side].append(line)
    return {
        key: [
            replace(figure, lines=tuple(own), of=None if figure.of is None else tuple(of))
            for figure, (own, of) in zip(figures, parted[key], strict=True)
        ]
        for key in sorted(parted, key=lambda key: (not key, key))
    }


def narrowed(figures: Iterable[Figure], wanted: Mapping[str, str]) -> list[Figure]:
    """Return the figures of the wanted building, person or estate alone (way → key)."""
    if not wanted:
        return list(figures)
    return [
        figure.only(lambda line: all(key_in(way, line) == key for way, key in wanted.items())) for figure in figures
    ]
