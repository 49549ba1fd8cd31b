"""Reports 统计 of the server (W), asked for by a desk: which there are, and one of them with its figures and lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from app.domain.wire.errors import ANSWER_UNREADABLE, Problem
from app.sync.calls import call, read_json
from app.sync.transport import Transport

Words = Mapping[str, str]
"""What something is called, by language: zh and en."""


@dataclass(frozen=True, slots=True)
class ReportName:
    """One report that may be read; ``lengths``: of which lengths of time it is made, the usual one first."""

    id: str
    title: Words
    lengths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """One figure as the server worked it out. ``makes``: count, sum, median, p90; ``measure``: fen, minutes or "";
    ``number``: ``None`` where there is nothing to take a middle of; ``late``: how many of its lines came in when the
    period was over."""

    id: str
    part: Words
    said: Words
    makes: str
    measure: str
    number: int | None
    of: int | None
    percent: int | None
    target: int | None
    worry: bool
    late: int


@dataclass(frozen=True, slots=True)
class ReportShare:
    """What one estate, building or person has of each figure, by the figure's id."""

    key: str
    said: Words
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One thing that a figure counts: the record it opens, its number, what it says, when (ms), where, whose."""

    subject_type: str
    subject_id: str
    called: str
    words: str
    at: int | None
    estate: Words
    building: Words
    address: str
    person: Words
    value: int
    late: bool


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """A report of a period. ``apart``: by estate, building, person; ``lines``: of the figure that was asked for, and
    ``more`` how many follow."""

    id: str
    title: Words
    period: str
    made_at: int
    figures: tuple[ReportFigure, ...]
    apart: Mapping[str, tuple[ReportShare, ...]]
    lines: tuple[ReportLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a report, a period as ``Period.name`` writes it, and of which estate, building or person alone
    (``None``: all)."""

    name: str
    period: str
    estate_key: str | None = None
    building: str | None = None
    person: str | None = None

    def path(self, **more: str | int) -> str:
        """Return the address to ask."""
        narrow = {"estate_key": self.estate_key, "building": self.building, "person": self.person}
        given = {"period": self.period, **{key: value for key, value in narrow.items() if value is not None}, **more}
        return f"/v1/reports/{quote(self.name)}?{urlencode(given)}"


async def ask_reports(transport: Transport, token: str) -> tuple[ReportName, ...]:
    """Return the reports that one may read. Raises ``Problem``: ``no_network``, ..."""
    data = read_json(await call(transport, "GET", "/v1/reports", token=token))
    try:
        return tuple(ReportName(str(one["id"]), _words(one["title"]), tuple(one["lengths"])) for one in data["reports"])
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(error) from error


async def ask_report(
    transport: Transport, token: str, wanted: Wanted, figure: str | None = None, after: int = 0
) -> ReportAnswer:
    """Return a report, with the list of one figure, if it is named, from the line ``after`` on.

    Raises ``Problem``: ``no_network``, ``not_found``, ...
    """
    more: dict[str, str | int] = {} if figure is None else {"figure": figure, "after": after}
    data = read_json(await call(transport, "GET", wanted.path(**more), token=token))
    try:
        return ReportAnswer(
            str(data["id"]),
            _words(data["title"]),
            str(data["period"]),
            int(data["made_at"]),
            tuple(_figure(one) for one in data["figures"]),
            {str(way): tuple(_share(one) for one in rows) for way, rows in data["apart"].items()},
            tuple(_line(one) for one in data["lines"]),
            int(data["more"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(error) from error


def _words(said: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": str(said["zh"]), "en": str(said["en"])}


def _figure(one: Mapping[str, Any]) -> ReportFigure:
    return ReportFigure(
        str(one["id"]), _words(one["part"]), _words(one["said"]), str(one["makes"]), str(one["measure"]),
        one["number"], one["of"], one["percent"], one["target"], bool(one["worry"]), int(one["late"]),
    )  # fmt: skip


def _share(one: Mapping[str, Any]) -> ReportShare:
    return ReportShare(str(one["key"]), _words(one["said"]), {str(k): int(v) for k, v in one["numbers"].items()})


def _line(one: Mapping[str, Any]) -> ReportLine:
    return ReportLine(
        str(one["subject_type"]), str(one["subject_id"]), str(one["called"]), str(one["words"]), one["at"],
        _words(one["estate"]), _words(one["building"]), str(one["address"]), _words(one["person"]),
        int(one["value"]), bool(one["late"]),
    )  # fmt: skip


def _unreadable(error: Exception) -> Problem:
    return Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}")
