"""Patrol rounds: which are owed, how their points stand, and what nobody can have walked (I1, I5, I6)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.rules.duties import Facts, duties
from app.domain.rules.duty_rules import standard
from app.domain.rules.patrols import Call, Point, Route, figures, hurried, read_route, rounds
from app.domain.times import MINUTE, at_china

DAY = date(2026, 11, 20)
POINTS = tuple(Point(name, name, walk=walk) for name, walk in (("lobby", 0), ("pump", 120), ("roof", 300)))
ROUTE = Route("r", "夜间", "", POINTS, ((8 * 60, 10 * 60), (14 * 60, 16 * 60), (23 * 60, 25 * 60)))


def call(point: str, hour: int, minute: int = 0, **more: object) -> Call:
    base = {"point_id": point, "at": at_china(DAY, hour, minute), "case_id": f"{point}{hour}{minute}", "by": "guard"}
    return Call(**base | more)  # type: ignore[arg-type]


def standings(route: Route, calls: list[Call], hour: int) -> dict[str, list[str]]:
    found = rounds(route, calls, DAY, at_china(DAY, hour, 30))
    return {one.period[11:]: [stand.standing for stand in one.points] for one in found if one.period[:10] == str(DAY)}


@pytest.mark.proves("I1")
def test_i1_rounds_are_owed_three_times_a_day_and_at_night_past_midnight() -> None:
    assert list(standings(ROUTE, [], 7)) == []
    assert list(standings(ROUTE, [], 14)) == ["08:00", "14:00"]
    night = rounds(ROUTE, [], DAY, at_china(DAY, 23, 30))[-1]
    assert (night.opens, night.due) == (at_china(DAY, 23), at_china(date(2026, 11, 21), 1))
    weekdays = Route("r", "x", "", POINTS, ((480, 600),), days=(1,))
    assert rounds(weekdays, [], DAY, at_china(DAY, 20)) == []  # a Friday


@pytest.mark.proves("I1")
def test_i1_each_point_stands_by_its_own_scan_and_a_round_is_done_once_none_is_open() -> None:
    calls = [call("lobby", 8, 5), call("pump", 8, 10), call("roof", 8, 40, skipped=True)]
    assert standings(ROUTE, calls, 9) == {"08:00": ["done", "done", "skipped"]}
    (one,) = duties(standard(), Facts(rounds=rounds(ROUTE, calls, DAY, at_china(DAY, 9))[1:]), at_china(DAY, 9))
    assert (one.about, one.owner, one.done_at) == (("route", "r"), "guard", at_china(DAY, 8, 40))
    reached = [*calls, call("roof", 8, 50)]
    assert standings(ROUTE, reached, 9) == {"08:00": ["done", "done", "done"]}


@pytest.mark.proves("I5")
def test_i5_what_was_not_done_in_time_is_missed_and_what_came_after_late() -> None:
    morning = rounds(ROUTE, [], DAY, at_china(DAY, 8, 30))[-1]
    calls = [call("lobby", 8, 5), call("pump", 10, 20, duty=morning.id)]
    assert standings(ROUTE, calls, 11) == {"08:00": ["done", "late", "missed"]}
    found = rounds(ROUTE, calls, DAY, at_china(DAY, 11))
    counted = figures([one for one in found if one.id == morning.id])
    assert (counted.owed, counted.done, counted.late, counted.missed) == (3, 2, 1, 1)
    assert counted.between == 135 * MINUTE and found[-1].wrong


@pytest.mark.proves("I6")
def test_i6_scans_that_cannot_be_walked_are_marked_and_short_cuts_are_not() -> None:
    same_minute = [call("lobby", 8, 0), call("pump", 8, 1)]
    assert hurried(ROUTE, same_minute) == {"pump81"}
    assert hurried(ROUTE, [call("lobby", 8, 0), call("pump", 8, 2)]) == frozenset()
    # From the lobby straight to the roof there may be a lift: only less than the shortest leg is too fast.
    assert hurried(ROUTE, [call("lobby", 8, 0), call("roof", 8, 2)]) == frozenset()
    assert hurried(ROUTE, [call("roof", 8, 0), call("lobby", 8, 1)]) == {"lobby81"}
    two_people = [call("lobby", 8, 0), call("pump", 8, 0, by="other")]
    assert hurried(ROUTE, two_people) == frozenset()


@pytest.mark.proves("I4")
def test_i4_a_route_is_for_its_post_or_for_those_it_names() -> None:
    assert ROUTE.is_for("anybody", {"guard"}) and not ROUTE.is_for("anybody", {"steward"})
    named = Route("r", "x", "", POINTS, ((480, 600),), staff=("wang",))
    assert named.is_for("wang", set()) and not named.is_for("li", {"guard"})


def test_a_route_that_is_not_understood_or_ended_is_none_and_before_it_began_nothing_is_owed() -> None:
    body = {
        "name": "夜间",
        "points": [{"id": "p", "name": "大堂"}],
        "windows": [[480, 600]],
        "since": at_china(DAY, 12),
    }
    route = read_route("r", body, "")
    assert route is not None and route.points[0].form == "patrol_point"
    assert rounds(route, [], DAY, at_china(DAY, 11)) == []
    assert read_route("r", {**body, "active": False}, "") is None
    assert read_route("r", {**body, "windows": [["dusk"]]}, "") is None


CALLS = some.lists(
    some.tuples(
        some.sampled_from(("lobby", "pump", "roof")), some.integers(0, 23), some.integers(0, 59), some.booleans()
    ),
    max_size=20,
)


@given(CALLS, some.integers(0, 23))
def test_each_scan_counts_in_one_round_and_every_point_stands_somehow(
    calls: list[tuple[str, int, int, bool]], hour: int
) -> None:
    made = [call(p, h, m, skipped=skips, case_id=str(n)) for n, (p, h, m, skips) in enumerate(calls)]
    now = at_china(DAY, hour, 59)
    found = rounds(ROUTE, [one for one in made if one.at <= now], DAY, now)
    used = [stand.call.case_id for one in found for stand in one.points if stand.call is not None]
    assert len(used) == len(set(used))
    for one in found:
        assert sum(one.count(s) for s in ("done", "late", "skipped", "missed", "waiting")) == len(POINTS)
        assert (one.done_at is None) == (one.next is not None)
