"""Patrol rounds 巡检 (I) on the phone: which are to be walked now, where one is in them, and what the supervisor sees.

Everything comes from routes (reference data) and from the forms that were filled in at their points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from app.actions import form_duties
from app.actions.reads import Reads
from app.domain import roles
from app.domain.forms.filling import Tables
from app.domain.rules.card import Card
from app.domain.rules.departments import stands_above
from app.domain.rules.patrols import PatrolFigures, Point, Round, Route, Stand, figures
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.ticket.kinds import PUBLIC_REPAIR, REPAIR, TICKET
from app.domain.times import HOUR, at_china, china_day
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import CardFilter

POINT: Final = "point"
"""The table of patrol points, as ``pulldata`` names it."""
_MOST: Final = 500
DAYS: Final = 30
"""Over how many days the figures go that a supervisor sees."""


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round's page. ``may_walk``: it is this person's, and can still be walked; ``tickets``: by point id, the tickets
    that are open there; ``names``: of who scanned."""

    round: Round
    may_walk: bool
    tickets: Mapping[str, tuple[Card, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RouteFigures:
    """A route's figures of the last ``DAYS`` days, how many defects its points raised and how many of those are closed
    (I5)."""

    route: Route
    figures: PatrolFigures
    defects: int
    closed: int


class Patrols:
    """The patrols of one signed-in person."""

    def __init__(self, core: Reads) -> None:
        self._core = core

    def routes(self) -> list[Route]:
        """Return the routes this person sees: their own (I4), or all for those who oversee."""
        found = form_duties.routes(self._core)
        return [one for one in found if self._oversees(one) or self._mine(one)]

    def rounds(self) -> list[Round]:
        """Return the rounds to look at now, the earliest first: today's, and what is still open from yesterday; for
        those who oversee also yesterday's."""
        now, walked = self._core.now(), self.routes()
        today = china_day(now)
        first = today - timedelta(days=1)
        found = form_duties.rounds(self._core, walked, first, now) if walked else []
        since = at_china(today, 0)
        return [one for one in found if one.due >= since or self._oversees(one.route)]

    def open(self) -> list[Round]:
        """Return the rounds that this person walks now: open, not done, and theirs."""
        now = self._core.now()
        if not any(self._mine(route) for route in self.routes()):
            return []
        return [one for one in self.rounds() if one.due >= now and one.done_at is None and self._mine(one.route)]

    def to_walk(self) -> list[Round]:
        """Return those of them that 今日 asks for: none in which this person was at the point that is theirs (Q1)."""
        me = self._core.profile.staff_id
        return [
            one
            for one in self.open()
            if not (one.route.own_point and any(stand.call is not None and stand.call.by == me for stand in one.points))
        ]

    def view(self, route_id: str, period: str) -> RoundView:
        """Return a round's page. Raises ``Problem`` ``not_found`` for a round that is not this person's to see."""
        core = self._core
        route = next((one for one in self.routes() if one.id == route_id), None)
        day = period.partition("T")[0]
        if route is None or not day:
            raise Problem(NOT_FOUND)
        try:
            first = date.fromisoformat(day)
        except ValueError:
            raise Problem(NOT_FOUND) from None
        listed = form_duties.rounds(core, [route], first, core.now())
        found = next((one for one in listed if one.period == period), None)
        if found is None:
            raise Problem(NOT_FOUND)
        by = {one.call.by for one in found.points if one.call is not None}
        names = {who: core.staff_name(who) for who in by}
        # Late is better than never: a round can be walked until some hours after it was due.
        walks = self._mine(route) and found.done_at is None and core.now() < found.due + 4 * HOUR
        wanted = CardFilter(type=TICKET, kinds=(PUBLIC_REPAIR, REPAIR), ended=False)
        there: dict[str, list[Card]] = {}
        for card in core.store.cards(core.here(wanted), 0, _MOST):
            there.setdefault(card.address, []).append(card)
        return RoundView(found, walks, {p.id: tuple(there.get(p.name, ())) for p in route.points}, names)

    def at_tag(self, code: str) -> tuple[Round, Stand] | None:
        """Return the point of an open round of this person that bears a tag; ``None`` if none does."""
        places = {card.id for card in self._core.bearers(code) if card.number == code}
        for round_ in self.open():
            for one in round_.points:
                if one.point.id in places or (not places and one.point.tag == code):
                    return round_, one
        return None

    def point(self, place_id: str) -> Point | None:
        """Return a point of any route here."""
        points = (point for route in form_duties.routes(self._core) for point in route.points)
        return next((point for point in points if point.id == place_id), None)

    def named(self, code: str) -> list[str]:
        """Return the name of the point that bore a tag when its route was written, for phones without its record."""
        points = (point for route in form_duties.routes(self._core) for point in route.points)
        return [point.name for point in points if point.tag == code][:1]

    def tickets_at(self, point: Point) -> list[Card]:
        """Return the tickets that are open at a point, as far as they are here (I3)."""
        wanted = CardFilter(type=TICKET, kinds=(PUBLIC_REPAIR, REPAIR), ended=False, text=point.name)
        return [card for card in self._core.store.cards(wanted, 0, 20) if card.address == point.name]

    def said_of(self, place_id: str, column: str) -> str:
        """Return what ``pulldata('point', column, 'id', 'this')`` says: ``sop`` and ``standard`` in words,
        ``open_ticket`` the number of one that is open there, ``name``, ``contractor``; "" for what is not known."""
        point = self.point(place_id)
        if point is None:
            return ""
        if column == "open_ticket":
            return next((card.number or card.content for card in self.tickets_at(point)), "")
        said: dict[str, Any] = {
            "sop": point.sop, "standard": point.standard, "name": point.name, "contractor": point.contractor,
        }  # fmt: skip
        return str(said.get(column) or "")

    def figures(self) -> list[RouteFigures]:
        """Return the figures of each route, for those who oversee (I5)."""
        core, now = self._core, self._core.now()
        first = china_day(now) - timedelta(days=DAYS - 1)
        watched = [one for one in self.routes() if self._oversees(one)]
        if not watched:
            return []
        listed = form_duties.rounds(core, watched, first, now)
        return [self._figures(route, [one for one in listed if one.route.id == route.id]) for route in watched]

    def _figures(self, route: Route, listed: Sequence[Round]) -> RouteFigures:
        cases = {one.call.case_id for round_ in listed for one in round_.points if one.call is not None}
        cards = self._core.store.cards(CardFilter(type=CASE, ids=tuple(sorted(cases))), 0, len(cases)) if cases else []
        raised = tuple(dict.fromkeys(id_ for card in cards for id_ in card.as_(CaseCard).raised))
        found = self._core.store.cards(CardFilter(type=TICKET, ids=raised), 0, len(raised)) if raised else []
        return RouteFigures(route, figures(listed), len(found), sum(card.ended for card in found))

    def _mine(self, route: Route) -> bool:
        return route.is_for(self._core.profile.staff_id, self._core.roles_in(route.estate))

    def _oversees(self, route: Route) -> bool:
        held = self._core.roles_in(route.estate)
        return bool(held & roles.OVERSEERS) or stands_above(held, route.owner)


class PointTables:
    """What a form about a patrol point looks up: ``pulldata('point', …)`` says what the route says of it, everything
    else is looked up as at any place."""

    def __init__(self, others: Tables, patrols: Patrols, place_id: str) -> None:
        self._others, self._patrols, self._place_id = others, patrols, place_id

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what a column says; "" for what is not known here."""
        if table == POINT:
            return self._patrols.said_of(self._place_id, column)
        return self._others.look_up(table, column, by, key)
