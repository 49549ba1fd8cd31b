"""Patrol rounds 巡检 (I): which rounds of a route are owed, how each of their points stands, and which scans nobody can
have walked.

A route is an ordered list of points, walked in windows of time each day. A point is done by its form, or left out with
a reason by another one. Times in ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from app.domain.rules.form_duties import duty_id
from app.domain.times import at_china, china_day, to_china

ROUTE: Final = "route"
"""The type in ``Duty.about`` of a round; also that of the reference data that says where a route goes."""
POINT_FORM, SKIPPED_FORM = "patrol_point", "patrol_skipped"
"""The forms of a point, and of one that was not reached, where a route names no other."""
DONE, LATE, SKIPPED, MISSED, WAITING = "done", "late", "skipped", "missed", "waiting"
"""How a point of a round stands: done in time, done too late, left out with a reason, not done and the time is over,
still to come."""
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a route. ``id``: of the place that bears its ``tag`` (its code when the route was written); ``walk``:
    the least time in seconds in which somebody walks here from the point before; ``contractor``: the company that does
    the work here where it is not one's own staff (Q.4); ``own``: somebody comes here and to no other point of the route
    (Q.1)."""

    id: str
    name: str
    form: str = POINT_FORM
    walk: int = 0
    sop: str = ""
    standard: str = ""
    building_id: str | None = None
    tag: str = ""
    contractor: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A route. ``windows``: from when to when each of its rounds is walked, in minutes of the day it begins on (more
    than 1,440: past midnight); ``days``: the days of the week, 1 to 7; ``owner``: a post; ``staff``: the ids of those
    who walk it (empty: everybody with that post)."""

    id: str
    name: str
    estate: str
    points: tuple[Point, ...]
    windows: tuple[tuple[int, int], ...]
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    owner: str = "guard"
    staff: tuple[str, ...] = ()
    since: int = 0
    """From when on it is walked: no round before it was ever owed."""

    @property
    def own_point(self) -> bool:
        """Whether each person goes to the one point that is theirs, as to sign in (Q1), instead of walking them all."""
        return all(point.own for point in self.points)

    def is_for(self, staff_id: str, held: Iterable[str]) -> bool:
        """Tell whether it is this person's to walk (I4)."""
        return staff_id in self.staff if self.staff else self.owner in held


@dataclass(frozen=True, slots=True)
class Call:
    """What was done about a point at some time: its form (by its id; "" for any), or the one that says why not
    (``skipped``)."""

    point_id: str
    at: int
    case_id: str
    by: str
    skipped: bool = False
    duty: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """A point of a round as it stands; ``hurried``: nobody can have walked here since the scan before (I6)."""

    point: Point
    standing: str
    call: Call | None = None
    hurried: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a route. ``id`` is that of the duty; it is done once each point is done or left out."""

    id: str
    route: Route
    period: str
    opens: int
    due: int
    points: tuple[Stand, ...]

    @property
    def next(self) -> Stand | None:
        """The first point at which nothing was done yet."""
        return next((one for one in self.points if one.call is None), None)

    @property
    def done_at(self) -> int | None:
        """When the last of its points was done or left out; ``None`` while one is open."""
        calls = [one.call.at for one in self.points if one.call is not None]
        return max(calls) if len(calls) == len(self.points) and calls else None

    def count(self, *standings: str) -> int:
        """Return how many points stand so."""
        return sum(one.standing in standings for one in self.points)

    @property
    def wrong(self) -> bool:
        """Whether a supervisor should look at it (I5, I6): a point is late, missed or was scanned too fast."""
        return any(one.standing in (LATE, MISSED) or one.hurried for one in self.points)


def read_route(id_: str, body: Mapping[str, Any], estate: str) -> Route | None:
    """Return the route of a reference row; ``None`` for one that is not walked any more, or that is not understood."""
    try:
        if not body.get("active", True):
            return None
        return Route(
            id_,
            str(body["name"]),
            estate,
            tuple(
                Point(
                    str(one["id"]), str(one["name"]), str(one.get("form") or POINT_FORM), int(one.get("walk") or 0),
                    str(one.get("sop") or ""), str(one.get("standard") or ""), one.get("building_id"),
                    str(one.get("tag") or ""), str(one.get("contractor") or ""), bool(one.get("own")),
                )
                for one in body["points"]
            ),
            tuple((int(begins), int(ends)) for begins, ends in body["windows"]),
            tuple(int(day) for day in body.get("days") or range(1, 8)),
            str(body.get("owner") or "guard"),
            tuple(str(one) for one in body.get("staff") or ()),
            int(body.get("since") or 0),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None  # a newer server's: the app goes on without it


def rounds(route: Route, calls: Iterable[Call], first: date, now: int) -> list[Round]:
    """Return the rounds of a route that were due since ``first`` or are open at ``now``, the earliest first.

    A call belongs to the round it was begun from; one that was begun from none, to the round in whose window it is.
    """
    forms = {point.id: point.form for point in route.points}
    mine = list(forms)
    # At one point people of several routes do different things: sign in, and check what was done (Q).
    here = (one for one in calls if one.point_id in forms and (one.skipped or one.form in ("", forms[one.point_id])))
    listed = sorted(here, key=lambda call: call.at)
    meant: dict[str, dict[str, Call]] = {}
    free: dict[str, list[Call]] = {}
    for call in listed:
        if call.duty:
            _keep(meant.setdefault(call.duty, {}), call)
        else:
            free.setdefault(call.point_id, []).append(call)
    found = []
    for period, opens, due in _windows(route, first, now):
        id_ = duty_id(ROUTE, (ROUTE, route.id), period)
        of_it = dict(meant.get(id_, {}))
        for point in mine:
            for call in free.get(point, ()):
                if opens <= call.at <= due:
                    _keep(of_it, call)
        found.append(Round(id_, route, period, opens, due, tuple(_stands(route, of_it, due, now))))
    return found


def _keep(found: dict[str, Call], call: Call) -> None:
    """Keep the first call at each point; one that was reached after all counts instead of the reason why not."""
    before = found.get(call.point_id)
    if before is None or (before.skipped and not call.skipped):
        found[call.point_id] = call


def _windows(route: Route, first: date, now: int) -> Iterator[tuple[str, int, int]]:
    # A round of the evening before may be due after midnight.
    day = first - timedelta(days=1)
    while day <= china_day(now):
        for begins, ends in route.windows if day.isoweekday() in route.days else ():
            opens = at_china(day, begins // 60, begins % 60)
            over, minute = divmod(ends, _DAY_MINUTES)
            due = at_china(day + timedelta(days=over), minute // 60, minute % 60)
            if opens <= now and due >= max(at_china(first, 0), route.since):
                yield f"{day}T{begins // 60:02}:{begins % 60:02}", opens, due
        day += timedelta(days=1)


def _stands(route: Route, calls: Mapping[str, Call], due: int, now: int) -> Iterator[Stand]:
    fast = hurried(route, calls.values())
    for point in route.points:
        call = calls.get(point.id)
        if call is None:
            yield Stand(point, MISSED if now > due else WAITING)
        elif call.skipped:
            yield Stand(point, SKIPPED, call)
        else:
            yield Stand(point, LATE if call.at > due else DONE, call, call.case_id in fast)


def hurried(route: Route, calls: Iterable[Call]) -> frozenset[str]:
    """Return the case ids of scans that nobody can have walked to (I6): the same person scanned another point before,
    and less time passed than the shortest way between the two takes.

    Between points that do not follow one another on the route there may be a shorter way than along it: there the
    shortest leg between them counts, so that nobody is marked who took a short cut.
    """
    at = {point.id: number for number, point in enumerate(route.points)}
    by_person: dict[str, list[Call]] = {}
    for call in calls:
        if not call.skipped and call.point_id in at:
            by_person.setdefault(call.by, []).append(call)
    found = set()
    for theirs in by_person.values():
        for before, call in pairwise(sorted(theirs, key=lambda one: one.at)):
            low, high = sorted((at[before.point_id], at[call.point_id]))
            legs = [point.walk for point in route.points[low + 1 : high + 1]]
            if legs and call.at - before.at < min(legs) * 1000:
                found.add(call.case_id)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class PatrolFigures:
    """What rounds came to (I5): ``owed`` and ``done`` points, of those ``late``; ``skipped``, ``missed`` and
    ``hurried`` ones; ``between``: the mean time in ms between two points that one person scanned in a round."""

    owed: int = 0
    done: int = 0
    late: int = 0
    skipped: int = 0
    missed: int = 0
    hurried: int = 0
    between: int | None = None


def figures(listed: Sequence[Round]) -> PatrolFigures:
    """Return the figures of rounds; points that are still to come in time are owed as well."""
    points = [one for round_ in listed for one in round_.points]
    gaps = [gap for round_ in listed for gap in _gaps(round_)]
    return PatrolFigures(
        len(points),
        sum(one.standing in (DONE, LATE) for one in points),
        sum(one.standing == LATE for one in points),
        sum(one.standing == SKIPPED for one in points),
        sum(one.standing == MISSED for one in points),
        sum(one.hurried for one in points),
        sum(gaps) // len(gaps) if gaps else None,
    )


def _gaps(round_: Round) -> Iterator[int]:
    by_person: dict[str, list[int]] = {}
    for one in round_.points:
        if one.call is not None and not one.call.skipped:
            by_person.setdefault(one.call.by, []).append(one.call.at)
    for times in by_person.values():
        for before, after in pairwise(sorted(times)):
            yield after - before


def clock_words(ms: int) -> str:
    """Return a moment as hours and minutes in China: 22:00."""
    return f"{to_china(ms):%H:%M}"
