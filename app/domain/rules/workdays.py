"""The calendar of workdays 工作日: Monday to Friday, except for the days that the State Council moves each year.

The days that differ are a table that the server keeps and phones get (``python -m sync_server calendar``). For a year
missing in it the rules assume Monday to Friday, and whatever shows the result says so (``known``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from app.domain.times import read_day

_DAY: Final = timedelta(days=1)
_LAST_WEEKDAY: Final = 4
"""Friday, as ``date.weekday`` counts."""


@dataclass(frozen=True, slots=True)
class Differs:
    """A day that is not what its weekday says: ``workday`` is true for a Saturday or Sunday that is worked (调休),
    false for a holiday; ``name``: the festival 节日 that is the reason."""

    workday: bool
    name: str


@dataclass(frozen=True, slots=True)
class Workdays:
    """The days that differ, by year. For a year that is missing nothing is known."""

    years: Mapping[int, Mapping[date, Differs]]

    def known(self, year: int) -> bool:
        """Tell whether the table has this year."""
        return year in self.years

    def workday(self, day: date) -> bool:
        """Tell whether people work on ``day``."""
        differs = self.years.get(day.year, {}).get(day)
        return day.weekday() <= _LAST_WEEKDAY if differs is None else differs.workday

    def add_workdays(self, day: date, days: int) -> date:
        """Return the workday ``days`` workdays after ``day``, or before it if ``days`` is negative."""
        step = _DAY if days >= 0 else -_DAY
        for _ in range(abs(days)):
            day += step
            while not self.workday(day):
                day += step
        return day

    def festival(self, name: str, year: int) -> date | None:
        """Return the first day off of the festival of this name in a year; ``None``: the table does not know it."""
        days = self.years.get(year, {})
        return min((day for day, one in days.items() if one.name == name and not one.workday), default=None)

    def names(self) -> list[str]:
        """Return the names of the festivals it knows."""
        return sorted({one.name for days in self.years.values() for one in days.values() if one.name})


WEEKDAYS: Final = Workdays({})
"""What is known without any table: Monday to Friday."""


def read_workdays(bodies: Iterable[Mapping[str, Any]]) -> Workdays:
    """Return the calendar that the server sent, one body a year: ``{year, days: [[day, workday, name], ...]}``.

    A day that cannot be read was written by a newer server, and is taken for what its weekday says.
    """
    years: dict[int, dict[date, Differs]] = {}
    for body in bodies:
        days = years.setdefault(int(body.get("year") or 0), {})
        for text, workday, name in body.get("days") or ():
            day = read_day(text)
            if day is not None:
                days[day] = Differs(bool(workday), str(name))
    return Workdays(years)
