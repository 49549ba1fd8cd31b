"""Meter rounds 抄表 by building (M3): which meters are to be read in a month, at which doors in which order, how each
of them stands, what is odd about it, and which door comes next.

A round is worked out, as duties are: from the company's rules, the doors of a building and what was filled in there. A
reading counts whichever form said it (``meters.readings_of``). Times in ms; water and gas in m³, power in kWh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from app.domain import roles
from app.domain.rules.duty_rules import Rule
from app.domain.rules.form_duties import Period, duty_id, in_force, is_checked, periods
from app.domain.rules.meters import Reading, last_and_usual
from app.domain.times import DAY, add_months, at_china, month_name
from app.domain.writing.addresses import address_order, parse_address

METER_ROUND: Final = "meter_round"
"""The type in ``Duty.about`` of a round; its id is the building's."""
READING_FORM, MISSED_FORM = "meter_reading", "meter_missed"
"""The form of a reading, and of a meter that could not be read."""
READ, ODD, MISSED, LEFT = "read", "odd", "missed", "left"
"""How a meter stands in a round: read; read, and to be looked at; not read, with a reason; still to be read."""
HIGH, LESS, STILL = "high", "less", "still"
"""What is odd: more than three times the usual; less than the time before; nothing used where somebody lives and
usually uses something."""
NO_METER: Final = "none"
"""Why a meter was not read: there is none at this door. Nobody is sent there for a year."""
FORGOTTEN: Final = 400 * DAY
"""How far back readings matter: a year of rounds, and a month."""
_HIGH: Final = 3


@dataclass(frozen=True, slots=True)
class MeterDoor:
    """A door with meters. ``id``: of its unit; ``entrance``, ``floor`` and ``order`` sort as one walks; ``household``:
    who lives there, "" for nobody."""

    id: str
    address: str
    entrance: tuple[Any, ...] = ()
    floor: int = 1
    order: Any = ()
    household: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A building whose meters are read. ``owner``: its steward, "" where there is none."""

    id: str
    name: str
    estate: str = ""
    owner: str = ""
    doors: Sequence[MeterDoor] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What was said of one meter of a door: a ``reading``, or why there is none (``missed``). ``duty``: what it was
    begun from."""

    door: str
    kind: str
    at: int
    case_id: str
    by: str = ""
    reading: Reading | None = None
    missed: str = ""
    duty: str = ""


@dataclass(frozen=True, slots=True)
class MeterStand:
    """A meter of a round as it stands. ``seen``: what was said of it in the round, the last; ``first_at``: when it was
    settled for the first time; ``before``: the reading before; ``usual``: the median of what is used between two;
    ``odd``: what is odd ("": nothing)."""

    door: MeterDoor
    kind: str
    standing: str
    seen: Seen | None = None
    first_at: int | None = None
    before: Reading | None = None
    usual: Decimal | None = None
    odd: str = ""

    @property
    def used(self) -> Decimal | None:
        """What was used since the reading before; ``None`` where that says nothing."""
        now = self.seen.reading if self.seen is not None else None
        if now is None or self.before is None or now.anew or now.shown < self.before.shown:
            return None
        return now.shown - self.before.shown


@dataclass(frozen=True, slots=True)
class MeterRound:
    """One building's round in one period. ``id`` is that of the duty; ``meters``: of each kind in turn, in the order in
    which one walks past the doors."""

    id: str
    rule: str
    site: Site
    owner: str
    period: str
    opens: int
    due: int
    kinds: tuple[str, ...]
    meters: tuple[MeterStand, ...]

    def of(self, kind: str) -> tuple[MeterStand, ...]:
        """Return its meters of a kind."""
        return tuple(one for one in self.meters if one.kind == kind)

    def count(self, *standings: str, kind: str = "") -> int:
        """Return how many meters (of a kind) stand so."""
        return sum(one.standing in standings and kind in ("", one.kind) for one in self.meters)

    def all(self, kind: str = "") -> int:
        """Return how many meters it has (of a kind)."""
        return sum(kind in ("", one.kind) for one in self.meters)

    def done(self, kind: str = "") -> int:
        """Return how many of them are settled: read, or with a reason why not."""
        return self.count(READ, ODD, MISSED, kind=kind)

    @property
    def first_kind(self) -> str:
        """The first kind of which meters are left, else the first."""
        return next((one for one in self.kinds if self.count(LEFT, kind=one)), self.kinds[0] if self.kinds else "")

    def next(self, kind: str) -> MeterStand | None:
        """Return the meter to be read next: the first one left behind the door where something was said last, as one
        walks; from the first door again where none is left behind it. ``None``: none is left."""
        here = self.of(kind)
        settled = [(one.seen.at, n) for n, one in enumerate(here) if one.seen is not None]
        at = max(settled)[1] if settled else -1
        ahead = (*here[at + 1 :], *here[: at + 1])
        return next((one for one in ahead if one.standing == LEFT), None)

    @property
    def done_at(self) -> int | None:
        """When the last of its meters was settled; ``None`` while one is left."""
        times = [one.first_at for one in self.meters if one.first_at is not None]
        return max(times) if times and len(times) == len(self.meters) else None

    @property
    def last(self) -> Seen | None:
        """What was said last in it; ``None`` for nothing."""
        return max((one.seen for one in self.meters if one.seen is not None), key=lambda one: one.at, default=None)


def rounds(
    rules: Iterable[Rule], sites: Iterable[Site], seen: Iterable[Seen], forms: Set[tuple[str, str]], today: date
) -> list[MeterRound]:
    """Return the rounds that the rules demand in the month of ``today``, as far as they have begun; a building without
    doors has none. ``seen``: of the last ``FORGOTTEN`` ms; ``forms``: those in force, id and estate."""
    by_door: dict[tuple[str, str], list[Seen]] = {}
    for one in seen:
        by_door.setdefault((one.door, one.kind), []).append(one)
    for listed in by_door.values():
        listed.sort(key=lambda one: (one.at, one.case_id))
    held = [rule for rule in rules if not rule.months or today.month in rule.months]
    found = []
    for site in sites:
        if not site.doors or not in_force(READING_FORM, site.estate, forms):
            continue
        for rule in held:
            found += [_round(rule, site, period, by_door) for period in periods(rule, today)]
    return [one for one in found if one.meters]


def walk(doors: Iterable[MeterDoor]) -> list[MeterDoor]:
    """Return doors in the order in which one walks past them: entrance by entrance, floor by floor from the bottom."""
    return sorted(doors, key=lambda one: (one.entrance, one.floor, one.order, one.address))


def _round(rule: Rule, site: Site, period: Period, by_door: Mapping[tuple[str, str], Sequence[Seen]]) -> MeterRound:
    about = (METER_ROUND, site.id)
    id_ = duty_id(rule.name, about, period.name)
    before = duty_id(rule.name, about, _month_before(period.first))
    begins, ends = at_china(period.opens, 0), at_china(period.last + timedelta(days=1), 0)
    doors = walk(site.doors)
    meters = []
    for kind in rule.meters:
        for door in doors:
            listed = by_door.get((door.id, kind), ())
            mine = [one for one in listed if one.duty == id_ or (begins <= one.at < ends and one.duty != before)]
            earlier = [one for one in listed if one.at < begins or one.duty == before]
            if mine or not _has_none(earlier):
                meters.append(_stand(door, kind, mine, earlier))
    owner = site.owner if rule.owner == roles.STEWARD else rule.owner
    return MeterRound(
        id_, rule.name, site, owner, period.name, begins, at_china(period.due, 23, 59), rule.meters, tuple(meters)
    )


def _month_before(first: date) -> str:
    return month_name(add_months(first, -1))


def _has_none(earlier: Sequence[Seen]) -> bool:
    """Tell whether the last that was said of a meter is that there is none."""
    return bool(earlier) and earlier[-1].missed == NO_METER


def _stand(door: MeterDoor, kind: str, mine: Sequence[Seen], earlier: Sequence[Seen]) -> MeterStand:
    known = [one.reading for one in earlier if one.reading is not None]
    usual = last_and_usual(known)[1]
    before = max(known, key=lambda one: one.at, default=None)
    read = [one for one in mine if one.reading is not None]
    last = read[-1] if read else mine[-1] if mine else None
    first_at = mine[0].at if mine else None
    if last is None or last.reading is None:
        return MeterStand(door, kind, MISSED if last is not None else LEFT, last, first_at, before, usual)
    odd = what_is_odd(last.reading, before, usual, lived_in=bool(door.household))
    return MeterStand(door, kind, ODD if odd else READ, last, first_at, before, usual, odd)


def what_is_odd(now: Reading, before: Reading | None, usual: Decimal | None, *, lived_in: bool) -> str:
    """Return what is odd about a reading: ``HIGH``, ``LESS`` or ``STILL``; "" for nothing, and for a new meter."""
    if before is None or now.anew:
        return ""
    if now.shown < before.shown:
        return LESS
    used = now.shown - before.shown
    if usual is None or usual <= 0:
        return ""
    if used > _HIGH * usual:
        return HIGH
    return STILL if used == 0 and lived_in else ""


def every(listed: Iterable[MeterRound], *standings: str) -> Iterator[tuple[MeterRound, MeterStand]]:
    """Yield the meters of several rounds that stand so (no standing: all), each with its round."""
    for one in listed:
        for stand in one.meters:
            if not standings or stand.standing in standings:
                yield one, stand


_IN_WORDS: Final = (1 << 31,)
"""Where doors stand whose address is written in words: behind all others."""


def door_of_unit(id_: str, address: str, room: str, floor: int | None, household: str) -> MeterDoor | None:
    """Return the door of a unit, with its place in the walk; ``None`` for a parking space or a cellar, which has no
    meter that is read."""
    try:
        door = parse_address(address)
    except ValueError:
        door = None
    if not is_checked(room or (door.room if door is not None else "")):
        return None
    if door is None:
        return MeterDoor(id_, address, _IN_WORDS, floor or 1, address, household)
    *entrance, order = address_order(door)
    return MeterDoor(id_, address, tuple(entrance), door.floor if floor is None else floor, order, household)
