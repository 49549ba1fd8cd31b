"""抄表 (M3): meters read of those owed, building by building, what is odd, what was not read and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from sqlalchemy import Connection

from app.domain.rules.duties import UNIT
from app.domain.rules.meter_rounds import (
    HIGH,
    LEFT,
    LESS,
    MISSED,
    MISSED_FORM,
    ODD,
    READ,
    STILL,
    MeterRound,
    MeterStand,
    every,
)
from app.domain.rules.meters import GAS, POWER, WATER, plain
from app.domain.subjects.case.kinds import CASE
from app.domain.times import add_months, at_china
from sync_server.store import duties
from sync_server.store.estate import calendar
from sync_server.store.reports import filled
from sync_server.store.reports.report import Asked, Figure, Line, Said
from sync_server.store.subjects.case import meters as facts
from sync_server.store.subjects.case import owed

_READ: Final[Said] = ("抄表", "Readings")
_ODD: Final[Said] = ("要再看的", "To look at again")
_WHY: Final[Said] = ("没抄到的原因", "Why not read")
KINDS: Final[Mapping[str, Said]] = {WATER: ("水表", "water"), POWER: ("电表", "power"), GAS: ("气表", "gas")}
_ODDS: Final[Mapping[str, Said]] = {
    HIGH: ("用得太多", "far too much"), LESS: ("比上次少", "less than before"), STILL: ("没有走字", "did not move"),
}  # fmt: skip


def meter_rounds(connection: Connection, asked: Asked) -> Iterator[Figure]:
    """抄表统计: a meter counts in the month of its round."""
    listed = [one for month in asked.period.months for one in _rounds(connection, asked, month)]
    cases = {stand.seen.case_id for _, stand in every(listed) if stand.seen is not None}
    late = {id_ for id_, forms in filled.of_cases(connection, asked, cases).items() if any(one.late for one in forms)}
    whys = filled.labels(connection, MISSED_FORM, "why")

    def those(*standings: str, kind: str = "", odd: str = "", why: str = "") -> tuple[Line, ...]:
        return tuple(
            _line(one, stand, late, filled.label(whys, stand.seen.missed)[0] if stand.seen is not None else "")
            for one, stand in every(listed, *standings)
            if kind in ("", stand.kind) and odd in ("", stand.odd)
            and (not why or (stand.seen is not None and stand.seen.missed == why))
        )  # fmt: skip

    whole = those()
    yield Figure("owed", ("应抄", "owed"), whole, part=_READ)
    yield Figure("read", ("已抄", "read"), those(READ, ODD), whole, _READ, target=100)
    for kind in KINDS:
        mine = those(kind=kind)
        if mine:
            said = KINDS[kind]
            called = (f"其中{said[0]}", f"of these {said[1]}")
            yield Figure(f"read-{kind}", called, those(READ, ODD, kind=kind), mine, _READ, target=100)
    yield Figure("missed", ("没抄到，有原因", "not read, with a reason"), those(MISSED), whole, _READ)
    yield Figure("left", ("没有抄", "not read"), those(LEFT), whole, _READ, worry=True)
    odd = those(ODD)
    yield Figure("odd", ("合计", "in all"), odd, those(READ, ODD), _ODD, worry=True)
    for name, said in _ODDS.items():
        yield Figure(f"odd-{name}", said, those(ODD, odd=name), odd, _ODD)
    for why in sorted({stand.seen.missed for _, stand in every(listed, MISSED) if stand.seen is not None}):
        yield Figure(f"why-{why}", filled.label(whys, why), those(MISSED, why=why), those(MISSED), _WHY)


def _rounds(connection: Connection, asked: Asked, month: str) -> list[MeterRound]:
    """Return the rounds of a month as they stand now, or stood at its end."""
    first = date.fromisoformat(f"{month}-01")
    now = min(asked.now, at_china(add_months(first, 1), 0) - 1)
    if now < at_china(first, 0):
        return []
    houses, owners, _ = duties.houses_of(connection)
    mine = {id_: row for id_, row in houses.items() if asked.estates is None or row.estate_key in asked.estates}
    held = calendar.rules(connection).of_meters()
    return facts.rounds(connection, held, mine, owners, owed.forms(connection, now), first, now)


def _line(one: MeterRound, stand: MeterStand, late: set[str], why: str) -> Line:
    seen, kind = stand.seen, KINDS[stand.kind][0]
    if seen is None:
        said = f"{kind} 上次 {plain(stand.before.shown)}" if stand.before is not None else kind
        return Line(
            (UNIT, stand.door.id), "", said, one.due, one.site.estate, stand.door.address, one.site.id, one.owner
        )
    used = f"，用了 {plain(stand.used)}" if stand.used is not None else ""
    said = f"{kind} {plain(seen.reading.shown)}{used}" if seen.reading is not None else f"{kind} {why}"
    return Line(
        (CASE, seen.case_id), "", said, seen.at, one.site.estate, stand.door.address, one.site.id, seen.by,
        late=seen.case_id in late,
    )  # fmt: skip
