"""The evening's round 晚间走访 (E): which doors, in the order in which one walks past them, and where one is.

A round is kept as a setting of this phone: its doors in their order, those passed over, the gift. What was done at a
door is read from the visits themselves, so the round goes on where it is after the app was killed, in a second window,
and after a visit made from another screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from app.actions.duties import Duties
from app.actions.models import VisitDueRow
from app.actions.records import Records
from app.actions.server import Server
from app.actions.visits import Visits
from app.domain import roles
from app.domain.rules.another_time import AnotherTime, another_time
from app.domain.rules.duty_rules import COMPLAINT
from app.domain.rules.visiting import month_end
from app.domain.rules.walking import Stop, walk
from app.domain.subjects.visit import VISIT, VisitCard
from app.domain.times import DAY, at_china, china_day, read_day
from app.store.queries import Call, CardFilter
from app.store.search import Household

MONTHLY, FESTIVAL = "monthly", "festival"
"""What a round is for: the visits owed this month, or a festival's with a gift (E.2)."""

_ROUND: Final = "round"
"""Setting: the round that is walked now."""
_USUAL: Final = "round_usual"
"""Setting: whether to walk from the bottom or the top, and the last festival's gift; so they are chosen only once."""
_SAME_FESTIVAL: Final = 30 * DAY
"""A festival's visit within this time, in ms, counts for the festival that is near now."""

MET, NOT_MET, PASSED, WAITING = "met", "not_met", "passed", "waiting"
"""How a door of a round stands: somebody was met, nobody was, it was passed over, it is still to come."""
LATE, OWED, VACANT = "late", "owed", "vacant"
"""How else a door of a building's picture can stand: its visit is late, or owed this month; nobody lives there."""
STANDINGS: Final = (COMPLAINT, LATE, NOT_MET, OWED, MET, VACANT)
"""All standings of a building's doors, the one to be dealt with first in front."""


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it is kept: ``order`` the ids of its households in walking order, ``passed`` those passed over,
    ``building_id`` "" for all buildings, ``started_at`` in ms."""

    occasion: str
    building_id: str
    order: tuple[str, ...]
    started_at: int
    passed: tuple[str, ...] = ()
    gift: str = ""
    festival: str = ""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a steward chose the last time: whether floors are walked from the bottom, and the gift of the festival."""

    upward: bool = True
    gift: str = ""
    festival: str = ""


@dataclass(frozen=True, slots=True)
class WalkDoor:
    """A door of a round: how it stands, why it is owed, and another time to call where nobody is ever met (E.3)."""

    household: Household
    standing: str
    due: VisitDueRow | None = None
    another: AnotherTime | None = None
    last_met: int | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """A round as it stands: ``next`` is the door to call at now, ``None`` when all are done; ``gifts``: how many were
    handed over; ``noted``: how many tickets and matters were taken down at its doors."""

    round: Round
    doors: tuple[WalkDoor, ...]
    gifts: int = 0
    noted: int = 0

    @property
    def next(self) -> WalkDoor | None:
        """The first door in the order of the walk at which nothing was done yet."""
        return next((door for door in self.doors if door.standing == WAITING), None)

    def count(self, standing: str) -> int:
        """Return how many doors have this standing."""
        return sum(door.standing == standing for door in self.doors)


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """A building to walk through: how many doors wait there, how many of them with a complaint, how many are late."""

    id: str
    code: str
    doors: int
    complaints: int = 0
    late: int = 0
    estate: str = ""


@dataclass(frozen=True, slots=True)
class PictureDoor:
    """One door of a building's picture; ``standing`` is one of ``STANDINGS``."""

    household: Household
    standing: str
    due: VisitDueRow | None = None

    @property
    def label(self) -> str:
        """What is written on the door: the room, else the address."""
        return self.household.door.room if self.household.door else self.household.address


@dataclass(frozen=True, slots=True)
class PictureFloor:
    """The doors of one floor of one entrance, as one walks past them."""

    entrance: str
    floor: int
    doors: tuple[PictureDoor, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A building with its doors, the highest floor first, entrance by entrance."""

    floors: tuple[PictureFloor, ...]
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One building in a month: its doors where somebody lives, how many were met, are owed, are late (E.1)."""

    steward: str
    building_id: str
    code: str
    doors: int
    done: int
    owed: int
    late: int
    estate: str = ""


class Rounds:
    """The rounds of one signed-in person."""

    def __init__(
        self, core: Records, visits: Visits, duties: Duties, server: Server, announce: Callable[[], None]
    ) -> None:
        """``announce`` is called when something that screens read has changed."""
        self._core = core
        self._visits = visits
        self._duties = duties
        self._server = server
        self._announce = announce

    # -- the round -------------------------------------------------------------------------

    @property
    def usual(self) -> Usual:
        """What was chosen the last time."""
        return Usual(**(self._core.store.setting(_USUAL) or {}))

    def choose(self, usual: Usual) -> None:
        """Keep what is chosen for this round and the next ones; durable after ``settled``."""
        self._core.store.put_settings({_USUAL: asdict(usual)})
        self._announce()

    def now(self) -> Round | None:
        """Return the round that is walked now."""
        kept = self._core.store.setting(_ROUND)
        if not kept:
            return None
        return Round(**{**kept, "order": tuple(kept["order"]), "passed": tuple(kept["passed"])})

    def of(self, household_id: str) -> Round | None:
        """Return the round that is walked now if the household is one of its doors."""
        found = self.now()
        return found if found is not None and household_id in found.order else None

    def buildings(self, occasion: str) -> list[BuildingRow]:
        """Return the buildings with doors to call at, those with complaints first."""
        found: dict[str, list[tuple[Household, VisitDueRow | None]]] = {}
        for home, due in self._owed(occasion):
            found.setdefault(home.building_id or "", []).append((home, due))
        rows = [self._building(id_, doors) for id_, doors in found.items()]
        return sorted(rows, key=lambda row: not row.complaints)

    def plan(self, occasion: str, building_id: str, upward: bool) -> list[WalkDoor]:
        """Return the doors of a round that is not begun, in walking order; ``building_id`` "" for all buildings."""
        owed = {home.id: (home, due) for home, due in self._owed(occasion) if building_id in ("", home.building_id)}
        order = [stop.id for stop in walk((_stop(*door) for door in owed.values()), upward)]
        return self._doors(order, {id_: due for id_, (_, due) in owed.items() if due is not None}, {}, ())

    async def begin(self, occasion: str, building_id: str) -> Round | None:
        """Begin a round with the doors that are owed now; their order holds until it ends. ``None``: none is owed any
        more, and no round was begun."""
        usual = self.usual
        doors = self.plan(occasion, building_id, usual.upward)
        if not doors:
            return None
        begun = Round(occasion, building_id, tuple(door.household.id for door in doors), self._core.now())
        if occasion == FESTIVAL:
            begun = replace(begun, gift=usual.gift, festival=usual.festival)
        await self._keep(begun)
        return begun

    async def pass_over(self, household_id: str) -> None:
        """Pass over a door for now; it comes again with ``take_up``."""
        found = self.of(household_id)
        if found is not None and household_id not in found.passed:
            await self._keep(replace(found, passed=(*found.passed, household_id)))

    async def take_up(self, household_id: str | None = None) -> None:
        """Put the doors that were passed over, or one of them, back into the round."""
        found = self.now()
        if found is not None:
            left = tuple(id_ for id_ in found.passed if household_id not in (None, id_))
            await self._keep(replace(found, passed=left))

    async def end(self) -> None:
        """End the round. Nothing that was recorded is touched."""
        self._core.store.put_settings({_ROUND: None})
        self._announce()
        await self._core.settled()

    def walk(self) -> Walk | None:
        """Return the round that is walked now as it stands, or ``None``."""
        found = self.now()
        if found is None:
            return None
        since = CardFilter(type=VISIT, opened_from=found.started_at, order="recent")
        visits = [card for card in self._core.store.cards(since, 0, 1000) if card.household_id in found.order]
        met = {str(card.household_id): NOT_MET for card in visits}
        met |= {str(card.household_id): MET for card in visits if card.as_(VisitCard).met}
        due = {row.household.id: row for row in self._visits.due()}
        return Walk(
            found,
            tuple(self._doors(found.order, due, met, found.passed)),
            sum(bool(card.as_(VisitCard).gift) for card in visits),
            sum(card.as_(VisitCard).raised for card in visits),
        )

    def _doors(
        self, order: Sequence[str], due: Mapping[str, VisitDueRow], met: Mapping[str, str], passed: Sequence[str]
    ) -> list[WalkDoor]:
        calls = self._core.store.calls(0, self._core.now() + DAY, order)
        found = []
        for id_ in order:
            home = self._core.home(id_)
            # Whoever moved out, or whose building is another steward's now, is no door of this round any more.
            if home is None or home.gone:
                continue
            standing = met.get(id_) or (PASSED if id_ in passed else WAITING)
            here = calls.get(id_, [])
            last = max((at for at, met_then in here if met_then), default=None)
            found.append(WalkDoor(home, standing, due.get(id_), another_time(here), last))
        return found

    def festival(self) -> str:
        """Return the festival for which visits are owed now, by the calendar; "" for none."""
        owed = self._visits.due_on_a_round()[1]
        duty = owed[0].duty if owed else None
        return duty.period.partition(" ")[2] if duty is not None else ""

    def _owed(self, occasion: str) -> list[tuple[Household, VisitDueRow | None]]:
        """Return the doors a round of this kind is for. A festival round is possible even when the calendar does not
        ask for one: then it goes to every door that had no festival visit lately."""
        usual, festive = self._visits.due_on_a_round()
        if occasion == MONTHLY or festive:
            return [(row.household, row) for row in (usual if occasion == MONTHLY else festive)]
        due = {row.household.id: row for row in usual}
        wanted = CardFilter(type=VISIT, kinds=(FESTIVAL,), opened_from=self._core.now() - _SAME_FESTIVAL)
        had = {card.household_id for card in self._core.store.cards(wanted, 0, 10_000) if card.as_(VisitCard).met}
        return [(home, due.get(home.id)) for home in self._mine() if home.status == "living" and home.id not in had]

    def _building(self, building_id: str, doors: Sequence[tuple[Household, VisitDueRow | None]]) -> BuildingRow:
        home = doors[0][0]
        due = [row for _, row in doors if row is not None]
        return BuildingRow(
            building_id,
            _code(home),
            len(doors),
            sum(row.reason == COMPLAINT for row in due),
            sum(row.days_late > 0 for row in due),
            home.estate,
        )

    async def _keep(self, found: Round) -> None:
        self._core.store.put_settings({_ROUND: asdict(found)})
        self._announce()
        await self._core.settled()

    # -- a building, and a month ----------------------------------------------------------------

    def houses(self) -> list[BuildingRow]:
        """Return the buildings this person visits, in order, with how many doors each has."""
        found: dict[str, list[Household]] = {}
        for home in self._seen():
            found.setdefault(home.building_id or "", []).append(home)
        return [BuildingRow(id_, _code(homes[0]), len(homes), estate=homes[0].estate) for id_, homes in found.items()]

    def picture(self, building_id: str) -> Picture:
        """Return the doors of a building with how each stands this month."""
        now = self._core.now()
        first, last = _month(china_day(now))
        due = {row.household.id: row for row in self._visits.due_on_a_round()[0]}
        homes = [home for home in self._seen() if home.building_id == building_id]
        calls = self._core.store.calls(first, last, [home.id for home in homes])
        floors: dict[tuple[Any, int], list[PictureDoor]] = {}
        for home in homes:
            door = PictureDoor(home, _standing(home, due.get(home.id), calls.get(home.id, ())), due.get(home.id))
            floors.setdefault((_entrance(home), -_floor(home)), []).append(door)
        made = [
            PictureFloor(doors[0].household.door.entrance if doors[0].household.door else "", -down, tuple(doors))
            for (_, down), doors in sorted(floors.items())
        ]
        standings = [door.standing for floor in made for door in floor.doors]
        return Picture(tuple(made), {one: standings.count(one) for one in STANDINGS if one in standings})

    def month(self, first: date) -> list[MonthRow]:
        """Return how the visits of the month that begins with ``first`` stand, building by building (E.1).

        For a steward their own buildings; for those who oversee visits all of them, with their stewards.
        """
        from_, until = _month(first)
        calls = self._core.store.calls(from_, until)
        over = until <= self._core.now()
        due = {} if over else {row.household.id: row for row in self._visits.due_on_a_round()[0]}
        found: dict[str, list[Household]] = {}
        for home in self._seen():
            moved_in = read_day(home.moved_in_on)
            if home.status == "living" and (moved_in is None or moved_in <= month_end(first)):
                found.setdefault(home.building_id or "", []).append(home)
        names, stewards = self._core.store.staff_names(), self._duties.stewards()
        rows = []
        for id_, homes in found.items():
            done = {home.id for home in homes if any(met for _, met in calls.get(home.id, ()))}
            left = [home for home in homes if home.id not in done]
            late = len(left) if over else sum(home.id in due and due[home.id].days_late > 0 for home in left)
            owed = len(left) - late
            rows.append(
                MonthRow(
                    names.get(stewards.get(id_, ""), ""),
                    id_,
                    _code(homes[0]),
                    len(homes),
                    len(done),
                    owed,
                    late,
                    homes[0].estate,
                )
            )
        return rows

    async def print_list(self, building_id: str) -> bytes:
        """Return a PDF of a building's doors in walking order, with room to write (E.1); needs the network.

        Raises ``Problem``: ``no_network``, ``not_found``, ...
        """
        return await self._server.get(f"/v1/rounds/{building_id}")

    def _mine(self) -> Iterable[Household]:
        """Return the households whose visits are this person's, in the order of the doors."""
        for part in self._core.parts_of({roles.STEWARD, roles.SERVICE_SUPERVISOR}):
            yield from self._visits.called_on(part)

    def _seen(self) -> Iterable[Household]:
        """Return the households whose visits this person answers for: a steward's own, all for those who oversee
        visits."""
        for part in self._core.parts_of({roles.STEWARD, roles.SERVICE_SUPERVISOR}):
            oversees = roles.SERVICE_SUPERVISOR in part.roles
            yield from self._visits.called_on(replace(part, roles=part.roles - {roles.STEWARD}) if oversees else part)


def _stop(home: Household, due: VisitDueRow | None) -> Stop:
    return Stop(home.id, _entrance(home), _floor(home), home.order, due is not None and due.reason == COMPLAINT)


def _entrance(home: Household) -> tuple[Any, ...]:
    """Return a sort key by estate, building and entrance; a door whose address is written in words stands by itself."""
    return (home.estate, *(home.order[:-1] if home.door else home.order))


def _floor(home: Household) -> int:
    return home.door.floor if home.door else 1


def _code(home: Household) -> str:
    return home.door.building if home.door else ""


def _month(day: date) -> tuple[int, int]:
    """Return when the month of a day begins, and when the next one does (ms)."""
    return at_china(day.replace(day=1), 0), at_china(month_end(day) + timedelta(days=1), 0)


def _standing(home: Household, due: VisitDueRow | None, calls: Sequence[Call]) -> str:
    """Return how a door stands this month, by what has to be dealt with first."""
    if home.status != "living":
        return VACANT
    if due is not None and due.reason == COMPLAINT:
        return COMPLAINT
    if due is not None and due.days_late:
        return LATE
    if any(met for _, met in calls):
        return MET
    return NOT_MET if calls else OWED
