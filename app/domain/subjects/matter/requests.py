"""Figures about what residents asked for by the cards at their doors (X6): how much of each kind and service, how fast
somebody called back, and what is still open. Each figure is kept as the list that it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.subjects.matter.kinds import OUTCOMES, WANTED


@dataclass(frozen=True, slots=True)
class Request:
    """One request by the card at a door, as the register of matters has it. Times in ms.

    ``id``: its matter; ``wanted``: one of ``WANTED``; ``service``: the id of the service, "" for none, and
    ``service_name`` what it is called; ``asked_at``: when the card was scanned and the request sent; ``called_at``:
    when somebody first called back, whatever came of the call (``None``: nobody yet); ``open``: nobody has closed it;
    ``outcome``: one of ``OUTCOMES``, or "" where nobody said; ``none``: the call found that nobody wants anything
    (恶作剧, 无效); ``repeat``: it was merged into another matter, in which it counts (C.6).
    """

    id: str
    wanted: str
    asked_at: int
    service: str = ""
    service_name: str = ""
    called_at: int | None = None
    open: bool = True
    outcome: str = ""
    none: bool = False
    repeat: bool = False
    estate: str = ""
    building_id: str | None = None


@dataclass(frozen=True, slots=True)
class RequestFigures:
    """Lists of requests, each as the ids of their matters, the oldest first. What was merged into another matter is in
    ``repeats`` and in no other list.

    ``answered``: somebody called back; ``waiting``: nobody did yet; ``open``: not closed, called back or not; ``none``:
    nobody wanted anything; ``outcomes``: by what came of them, without empty ones; ``times``: how long it took from the
    scan to the call (ms), the shortest first, one for each of ``answered``.
    """

    name: str
    asked: tuple[str, ...]
    answered: tuple[str, ...]
    waiting: tuple[str, ...]
    open: tuple[str, ...]
    none: tuple[str, ...]
    repeats: tuple[str, ...]
    outcomes: Mapping[str, tuple[str, ...]]
    times: tuple[int, ...]

    @property
    def median(self) -> int | None:
        """The time (ms) within which half of those who were called back heard of the desk; ``None`` for nobody."""
        return _within(self.times, 50)

    @property
    def within_90(self) -> int | None:
        """The shortest time (ms) within which 90 % of those who were called back heard of the desk; ``None`` for
        nobody."""
        return _within(self.times, 90)


Key = tuple[str, str]
"""A kind and a service: ``("repair", "")``, ``("help", "wheelchair")``."""


def request_figures(requests: Iterable[Request], since: int, until: int) -> dict[Key, RequestFigures]:
    """Return the figures about the requests that were sent from ``since`` on and before ``until`` (ms): by kind and
    service, in the order of the page's kinds, services by their ids. A call made after ``until`` counts, too: how fast
    a month's residents were called does not change with the day on which one looks.

    ``requests``: as the server reads them for a month and estates (``store.subjects.door_figures.requests_of``).
    """
    by_key: dict[Key, list[Request]] = {}
    for one in sorted(requests, key=lambda one: (one.asked_at, one.id)):
        if since <= one.asked_at < until:
            by_key.setdefault((one.wanted, one.service), []).append(one)
    return {key: _figures(by_key[key]) for key in sorted(by_key, key=_place)}


def _within(times: tuple[int, ...], percent: int) -> int | None:
    """Return the least of these times, the shortest first, that so many per cent of them do not exceed."""
    return times[-(-len(times) * percent // 100) - 1] if times else None


def _place(key: Key) -> tuple[int, str]:
    wanted, service = key
    return (WANTED.index(wanted) if wanted in WANTED else len(WANTED), service)


def _figures(found: list[Request]) -> RequestFigures:
    counted = [one for one in found if not one.repeat]
    outcomes = {name: tuple(one.id for one in counted if one.outcome == name) for name in OUTCOMES}
    return RequestFigures(
        name=found[-1].service_name,
        asked=tuple(one.id for one in counted),
        answered=tuple(one.id for one in counted if one.called_at is not None),
        waiting=tuple(one.id for one in counted if one.called_at is None and one.open),
        open=tuple(one.id for one in counted if one.open),
        none=tuple(one.id for one in counted if one.none),
        repeats=tuple(one.id for one in found if one.repeat),
        outcomes={name: ids for name, ids in outcomes.items() if ids},
        times=tuple(sorted(max(0, one.called_at - one.asked_at) for one in counted if one.called_at is not None)),
    )
