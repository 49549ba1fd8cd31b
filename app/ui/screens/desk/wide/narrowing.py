"""What the desk's table is narrowed to and sorted by: kept from day to day, and worked out from lines without cards.

Nothing is drawn here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from app.actions.models import Line
from app.domain.subjects import subject_of
from app.ui.kit.table import Sorting
from app.ui.subjects import columns as by

LATE, URGENT, ALONE, UNACCEPTED, MINE = "late", "urgent", "alone", "unaccepted", "mine"
MARKS: Final = (LATE, URGENT, ALONE, UNACCEPTED, MINE)
"""Own filters that can be put together: overdue 超时, urgent 紧急, given to nobody 未派, given and not accepted 未接,
one's own 我的."""
BUILDING, WORKER, STAGE, KIND = "building", "worker", "stage", "kind"
DIMENSIONS: Final = (BUILDING, WORKER, STAGE, KIND)
"""Own filters of which one value is chosen, or none."""


@dataclass(frozen=True)
class Narrowed:
    """What the table of one type shows. ``marks`` are some of `MARKS`; ``ended``: what is over, not what is open."""

    type: str
    ended: bool = False
    marks: tuple[str, ...] = ()
    building: str = ""
    worker: str = ""
    stage: str = ""
    kind: str = ""
    sort: str = ""
    down: bool = False

    @property
    def sorting(self) -> Sorting:
        """What its rows are sorted by."""
        return Sorting(self.sort, self.down)

    def sorted_by(self, sorting: Sorting) -> Narrowed:
        """Return the same, sorted otherwise."""
        return replace(self, sort=sorting.column, down=sorting.down)

    def turned(self, mark: str) -> Narrowed:
        """Return the same with one of `MARKS` set, or taken away where it was set."""
        return replace(self, marks=tuple(name for name in MARKS if (name in self.marks) != (name == mark)))

    def wide_open(self) -> Narrowed:
        """Return the same without any filter."""
        return replace(self, marks=(), building="", worker="", stage="", kind="")

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return bool(self.marks or self.building or self.worker or self.stage or self.kind)

    def to_json(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return asdict(self) | {"marks": list(self.marks)}

    @classmethod
    def of_json(cls, kept: Any, type_: str) -> Narrowed:
        """Return what ``to_json`` wrote, or everything of ``type_`` where that cannot be read any more."""
        if not isinstance(kept, Mapping):
            return cls(type_)
        plain = cls(type_)
        said = {
            one.name: kept[one.name]
            for one in fields(cls)
            if one.name not in ("type", "marks") and isinstance(kept.get(one.name), type(getattr(plain, one.name)))
        }
        marks = kept.get("marks")
        chosen = tuple(name for name in MARKS if isinstance(marks, list) and name in marks)
        return replace(plain, **said, marks=chosen)


@dataclass(frozen=True)
class Eye:
    """Who looks, and when (ms): what 我的 and 超时 depend on."""

    staff_id: str
    now: int


@dataclass(frozen=True)
class Found:
    """The ids of the rows in their order; and for each filter, how many rows it leaves beside the others."""

    ids: tuple[str, ...]
    marks: Mapping[str, int]
    values: Mapping[str, Mapping[str, int]]


def has_mark(mark: str, line: Line, type_: str, eye: Eye) -> bool:
    """Whether one of `MARKS` is true of a line."""
    if mark == LATE:
        return line.due_at is not None and line.due_at < eye.now
    if mark == URGENT:
        return bool(line.urgent)
    if mark == ALONE:
        return line.assignee is None
    if mark == UNACCEPTED:
        return line.assignee is not None and line.stage in subject_of(type_).fresh
    return eye.staff_id in (line.assignee, line.opener)


def value_of(dimension: str, line: Line) -> str:
    """What a line is in one of `DIMENSIONS`, "" for nothing."""
    of = {BUILDING: line.building_id, WORKER: line.assignee, STAGE: line.stage, KIND: line.kind}
    return of[dimension] or ""


def find(lines: Iterable[Line], wanted: Narrowed, eye: Eye, keys: Mapping[str, Callable[[Line], Any]]) -> Found:
    """Return which lines the table shows and in which order, and the counts on its filters.

    ``keys`` by the name of a column: what it is sorted by. Equal ones stay in the order in which the lines come.
    """
    shown: list[Line] = []
    marks: Counter[str] = Counter(dict.fromkeys(MARKS, 0))
    values: dict[str, Counter[str]] = {dimension: Counter() for dimension in DIMENSIONS}
    for line in lines:
        true = {mark for mark in MARKS if has_mark(mark, line, wanted.type, eye)}
        of = {dimension: value_of(dimension, line) for dimension in DIMENSIONS}
        lacking = [mark for mark in wanted.marks if mark not in true]
        lacking += [one for one in DIMENSIONS if getattr(wanted, one) not in ("", of[one])]
        if not lacking:
            shown.append(line)
            marks.update(true)
        # A filter counts what is left by all the others: what somebody gets who chooses it.
        for dimension in DIMENSIONS:
            if of[dimension] and lacking in ([], [dimension]):
                values[dimension][of[dimension]] += 1
    key = keys.get(wanted.sort)
    if key is not None:
        shown.sort(key=key, reverse=wanted.down)
    return Found(tuple(line.id for line in shown), marks, values)


_DIGITS: Final = re.compile(r"(\d+)")


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """What texts with numbers in them are sorted by, so that 3栋 comes before 10栋."""
    parts = (part for part in _DIGITS.split(text) if part)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)


def keys_of(staff: Mapping[str, str], stages: Sequence[str]) -> dict[str, Callable[[Line], Any]]:
    """What each column is sorted by. ``staff``: names by id; ``stages``: as the work goes through them.

    What has none of it comes last.
    """
    rank = {stage: n for n, stage in enumerate(stages)}
    return {
        by.NUMBER: lambda line: (line.number is None, natural(line.number or "")),
        by.DOOR: lambda line: (not line.address, natural(line.address)),
        by.KIND: lambda line: line.kind,
        by.STAGE: lambda line: (rank.get(line.stage, len(rank)), line.stage),
        by.WHO: lambda line: (line.assignee is None, staff.get(line.assignee or "", "")),
        by.DUE: lambda line: (line.due_at is None, line.due_at or 0),
        by.SINCE: lambda line: line.opened_at,
    }


def with_value(table: Narrowed, dimension: str, value: str) -> Narrowed:
    """Return the table narrowed to one value of a dimension, or to none for ""."""
    return replace(table, **{dimension: value})  # type: ignore[arg-type]
