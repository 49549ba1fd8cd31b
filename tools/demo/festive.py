"""A festival's round of visits in the demo's past, and a door at which nobody is ever met in the evening (E.2, E.3)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Final

import chinese_calendar

from app.domain.subjects.visit import VISIT, VISIT_RECORD
from app.domain.times import DAY, MINUTE, SECOND, at_china, china_day
from app.domain.writing.addresses import address_order
from sync_server.estate.data import Household, StaffMember
from tools.demo.plot import CAPACITY_OF, Plot, Thread, door_of

GIFTS: Final = {
    "Mid-autumn Festival": ("中秋", "月饼一盒"),
    "Spring Festival": ("春节", "春联一副"),
    "National Day": ("国庆", "水果一份"),
}
"""The gift for each festival, keyed by the festival's name in the calendar; the first ones are preferred."""
LONG: Final = timedelta(days=45)
"""A past that is shorter than this has neither the round nor that door."""


def play_festive_round(plot: Plot) -> None:
    """Add one evening round of each steward on the eve of a past festival, with a gift at each door where somebody is
    met; and three evenings on which nobody was met at one door."""
    if plot.last_day - plot.first_day < LONG:
        return
    # From a random source of its own: everything else stays as it was before there were festivals.
    rng = random.Random(f"festive {plot.first_day}")
    found = _festival(plot.first_day, plot.last_day)
    if found is not None:
        day, (festival, gift) = found
        for steward in plot.cast.stewards:
            _round(plot, rng, steward, day, festival, gift)
    _never_met(plot, rng)


def _festival(first: date, last: date) -> tuple[date, tuple[str, str]] | None:
    """Return the eve of the past festival that is first in ``GIFTS``, with name and gift; ``None`` if there is none."""
    found: dict[str, date] = {}
    for number in range((last - first).days, 1, -1):
        day = first + timedelta(days=number)
        try:
            off, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:  # a year that the calendar does not know
            continue
        if off and name in GIFTS:
            found[name] = day - timedelta(days=1)
    return next(((found[name], gift) for name, gift in GIFTS.items() if name in found), None)


def _round(plot: Plot, rng: random.Random, steward: StaffMember, day: date, festival: str, gift: str) -> None:
    homes = [home for home in plot.cast.homes if home.building_id in steward.building_ids]
    homes = sorted(rng.sample(homes, min(10, len(homes))), key=lambda home: address_order(home.address))
    at = at_china(day, 18) + rng.randrange(30) * MINUTE
    made = []
    for home in homes:
        at += rng.randrange(3, 7) * MINUTE
        made.append(_call(plot, rng, steward, home, at, festival, gift))
        at = made[-1].acts[-1].at
    for visit in made:
        visit.send_together(at + 20 * SECOND)


def _call(
    plot: Plot, rng: random.Random, steward: StaffMember, home: Household, at: int, festival: str, gift: str
) -> Thread:
    thread = plot.thread(VISIT, at)
    door = {**door_of(home), "occasion": "festival"}
    if rng.random() < 0.2:
        thread.act(steward, "visited", at, **door, met=False, not_met="nobody_home")
        return thread
    person = plot.cast.people[home.id][0]
    capacity = CAPACITY_OF[person.relation]
    said = rng.choice(("谢谢物业惦记", "一切都好", None))
    thread.act(steward, "visited", at, **door, met=True, met_name=person.name, met_capacity=capacity, said=said)
    thread.act(steward, "gift_handed", at + SECOND, gift=gift, festival=festival)
    thread.sign(steward, at + MINUTE, VISIT_RECORD, "resident", person.name, capacity, person.id)
    return thread


def _never_met(plot: Plot, rng: random.Random) -> None:
    lately = {
        act.body.get("household_id")
        for thread in plot.threads
        if thread.subject[0] == VISIT
        for act in thread.acts
        if act.at > plot.now - 20 * DAY
    }
    steward = plot.cast.stewards[0]
    quiet = [home for home in plot.cast.homes if home.building_id in steward.building_ids and home.id not in lately]
    if not quiet:
        return
    home = rng.choice(quiet)
    for back in (13, 8, 2):
        at = at_china(china_day(plot.now - back * DAY), 18, 40)
        body = {**door_of(home), "occasion": "monthly", "met": False, "not_met": "nobody_home"}
        plot.thread(VISIT, at).act(steward, "visited", at, **body)
