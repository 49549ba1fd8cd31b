"""Meter rounds (M3): the way past the doors, what is settled, odd and left, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules import meter_rounds as m
from app.domain.rules.duties import Facts, duties
from app.domain.rules.duty_rules import Rules, read_rules, standard
from app.domain.rules.meter_rounds import MeterDoor, MeterRound, Seen, Site
from app.domain.rules.meters import reading
from app.domain.times import HOUR, at_china
from app.domain.wire.errors import Problem

TODAY = date(2026, 11, 21)
FORMS = frozenset({("meter_reading", "")})
ROOMS = ("3栋1单元201", "3栋1单元202", "3栋1单元1001", "3栋2单元201")


def door(address: str, household: str = "h") -> MeterDoor:
    found = m.door_of_unit(address, address, "", None, household)
    assert found is not None
    return found


SITE = Site("b3", "3栋", "", "li", [door(one) for one in reversed(ROOMS)])


def seen(room: str, day: date, shown: str = "", kind: str = "water", **more: object) -> Seen:
    at = at_china(day, 10)
    return Seen(room, kind, at, f"{room}{day}", "li", reading(at, shown) if shown else None, **more)  # type: ignore[arg-type]


def round_of(*said: Seen, today: date = TODAY, site: Site = SITE, rules: Rules | None = None) -> MeterRound:
    (found,) = m.rounds((rules or standard()).of_meters(), [site], said, FORMS, today)
    return found


def past(room: str, *shown: int) -> list[Seen]:
    """Readings of one month each, the last in October."""
    first = date(2026, 10, 21)
    return [seen(room, first - timedelta(days=30 * (len(shown) - 1 - n)), str(one)) for n, one in enumerate(shown)]


@pytest.mark.proves("M3")
def test_m3_a_building_is_walked_entrance_by_entrance_and_floor_by_floor_and_the_next_door_is_behind_the_last() -> None:
    begun = round_of()
    assert [one.door.id for one in begun.of("water")] == list(ROOMS)
    assert (begun.period, begun.opens, begun.due) == (
        "2026-11", at_china(date(2026, 11, 20), 0), at_china(date(2026, 11, 30), 23, 59),
    )  # fmt: skip
    assert (begun.all("water"), begun.done("water"), begun.first_kind) == (4, 0, "water")
    first = begun.next("water")
    assert first is not None and first.door.id == ROOMS[0]
    jumped = round_of(seen(ROOMS[2], TODAY, "7"))
    after = jumped.next("water")
    assert after is not None and after.door.id == ROOMS[3], "who began in the middle goes on from there"
    wrapped = round_of(
        seen(ROOMS[2], TODAY, "7"), seen(ROOMS[3], TODAY + timedelta(1), "8"), today=TODAY + timedelta(1)
    )
    back = wrapped.next("water")
    assert back is not None and back.door.id == ROOMS[0]


@pytest.mark.proves("M3")
def test_m3_what_is_odd_is_told_from_what_was_used_before() -> None:
    usual = past(ROOMS[0], 100, 110, 121, 131)

    def stand(shown: str, *, household: str = "h", before: list[Seen] = usual) -> tuple[str, str, Decimal | None]:
        site = replace(SITE, doors=[door(ROOMS[0], household)])
        (one,) = round_of(*before, seen(ROOMS[0], TODAY, shown), site=site).of("water")
        return one.standing, one.odd, one.used

    assert stand("141") == ("read", "", Decimal(10))
    assert stand("161") == ("read", "", Decimal(30)), "three times the usual is not more than that"
    assert stand("161.5") == ("odd", "high", Decimal("30.5"))
    assert stand("130") == ("odd", "less", None)
    assert stand("131") == ("odd", "still", Decimal(0))
    assert stand("131", household="") == ("read", "", Decimal(0)), "nobody lives there, nothing is used"
    assert stand("500", before=[]) == ("read", "", None)


@pytest.mark.proves("M3")
def test_m3_a_round_is_owed_by_the_steward_each_month_until_the_last_meter_is_read_or_has_a_reason() -> None:
    now = at_china(TODAY, 18)
    power = [seen(one, TODAY, "9", "power") for one in ROOMS]
    some_read = [*power, *(seen(one, TODAY, "5") for one in ROOMS[:3])]
    whole = [*some_read, replace(seen(ROOMS[3], TODAY, missed="nobody"), at=at_china(TODAY, 17))]

    def owed(*said: Seen) -> tuple[str, str, str, str]:
        (one,) = duties(standard(), Facts(meter_rounds=[round_of(*said)]), now)
        return one.owner, one.content, one.standing(now), one.done_by

    assert owed(*some_read) == ("li", "7 / 8", "open", "")
    assert owed(*whole) == ("li", "8 / 8", "done", "li")
    (done,) = duties(standard(), Facts(meter_rounds=[round_of(*whole)]), now)
    assert (done.done_at, done.about, done.address) == (at_china(TODAY, 17), ("meter_round", "b3"), "3栋")
    assert round_of(*whole).count(m.MISSED) == 1
    assert m.rounds(standard().of_meters(), [SITE], [], frozenset(), TODAY) == [], "the form is not published"
    assert m.rounds(standard().of_meters(), [SITE], [], FORMS, date(2026, 11, 19)) == [], "from the 20th"
    assert m.rounds(standard().of_meters(), [replace(SITE, doors=[])], [], FORMS, TODAY) == []


def test_an_earlier_reading_is_compared_with_and_one_begun_in_a_round_counts_in_it_after_midnight() -> None:
    early = seen(ROOMS[0], date(2026, 11, 10), "50")
    (one, *_) = round_of(early).of("water")
    assert (one.standing, one.before) == ("left", early.reading)
    late = replace(seen(ROOMS[0], date(2026, 12, 20), "60"), duty=round_of().id)
    december = round_of(late, today=date(2026, 12, 21))
    assert december.of("water")[0].standing == "left", "it was begun in November's round, and saved late"
    assert round_of(late).of("water")[0].standing == "read"


def test_where_there_is_no_meter_nobody_is_sent_again_until_one_is_read_there() -> None:
    none = seen(ROOMS[1], date(2026, 10, 22), missed=m.NO_METER)
    assert round_of(none).all("water") == 3 and round_of(none).all("power") == 4
    fitted = seen(ROOMS[1], date(2026, 11, 5), "0")
    assert round_of(none, fitted).all("water") == 4
    assert round_of(seen(ROOMS[1], TODAY, missed=m.NO_METER)).done("water") == 1


def test_parking_spaces_and_cellars_have_no_meter_and_words_come_last() -> None:
    assert m.door_of_unit("u", "地下车位B1-023", "", None, "") is None
    shop = m.door_of_unit("u", "老门房", "", None, "")
    assert shop is not None
    assert [one.id for one in m.walk([shop, *SITE.doors])] == [*ROOMS, "u"]


RULE = '[[rule]]\nname = "gas"\nfor = "building"\nwhen = "monthly"\nowner = "steward"\ndone = "meter_round"\n'


def test_a_company_says_which_meters_and_in_which_months() -> None:
    text = RULE + 'meters = ["gas"]\nmonths = [3, 11]\nfrom = 5\n'
    (rule,) = read_rules(text).of_meters()
    assert (rule.meters, rule.months, rule.from_day, rule.form) == (("gas",), (3, 11), 5, "")
    assert round_of(rules=read_rules(text)).kinds == ("gas",)
    assert m.rounds([rule], [SITE], [], FORMS, date(2026, 12, 9)) == []
    assert read_rules(RULE).of_meters()[0].meters == ("water", "power")
    for wrong in ('meters = ["steam"]', "meters = []", 'meters = ["gas", "gas"]', 'by = "friday"', "times = 2"):
        with pytest.raises(Problem):
            read_rules(RULE + wrong)
    for old, new in (('"building"', '"estate"'), ('"monthly"', '"weekly"')):
        with pytest.raises(Problem):
            read_rules(RULE.replace(old, new))
    with pytest.raises(Problem):
        read_rules(RULE.replace('done = "meter_round"', 'done = "form x"\nmeters = ["gas"]'))


SAID = some.tuples(
    some.sampled_from(ROOMS[:3]), some.sampled_from(("water", "power")), some.integers(0, 600), some.integers(0, 90),
    some.sampled_from(("", "nobody", "none")),
)  # fmt: skip


@given(some.lists(SAID, max_size=25), some.randoms())
def test_a_round_adds_up_whatever_was_said_in_whatever_order(
    said: list[tuple[str, str, int, int, str]], chance: Random
) -> None:
    listed = []
    for n, (room, kind, shown, ago, why) in enumerate(said):
        at = at_china(TODAY, 12) - ago * 24 * HOUR + n
        now = None if why else reading(at, str(shown))
        listed.append(Seen(room, kind, at, f"c{n}", "li", now, why))
    found = round_of(*listed)
    mixed = listed[:]
    chance.shuffle(mixed)
    assert round_of(*mixed) == found
    for kind in found.kinds:
        assert found.done(kind) + found.count(m.LEFT, kind=kind) == found.all(kind) == len(found.of(kind))
        coming = found.next(kind)
        assert (coming is None) == (found.count(m.LEFT, kind=kind) == 0)
        assert coming is None or coming.standing == m.LEFT
    assert (found.done_at is None) == (found.count(m.LEFT) > 0)
    assert {one.door.id for one in found.meters} <= set(ROOMS)
    for one in found.meters:
        assert (one.standing == m.ODD) == bool(one.odd)
        assert one.used is None or one.used >= 0
