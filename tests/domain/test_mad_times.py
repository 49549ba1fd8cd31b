"""A1: whatever number stands in an entry as a time, the rules go on: it sorts, waits, is late, and stops nothing."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as some

from app.domain import times
from app.domain.rules.duties import Facts, duties
from app.domain.rules.duty_rules import standard
from app.domain.rules.visiting import Door, Met
from app.domain.subjects.thing import life
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import OUT, ThingState
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.clocks import clocks, running
from app.domain.subjects.ticket.kinds import TICKET, TICKET_KINDS
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import Entry

NOON = 1_795_233_600_000
MICROSECONDS = 1_764_276_000_000_000
numbers = some.one_of(some.integers(), some.sampled_from((0, -1, 1 << 53, -(1 << 53), MICROSECONDS, NOON)))
maybe = some.none() | numbers
days = some.dates()


@given(numbers)
def test_every_number_is_a_moment_in_china(ms: int) -> None:
    """A1: to_china and china_day never fail, and what they give can be reckoned with."""
    day = times.china_day(ms)
    assert times.FIRST_DAY <= day <= times.LAST_DAY
    assert times.to_china(ms).date() == day
    assert times.in_calendar(times.at_china(day, 12))


@given(some.integers(times.at_china(times.FIRST_DAY, 0), times.at_china(times.LAST_DAY, 23, 59)))
def test_what_is_in_the_calendar_is_itself(ms: int) -> None:
    """A1: the ends hold only what lies beyond them."""
    assert times.in_calendar(ms) and abs(times.from_datetime(times.to_china(ms)) - ms) <= 1


@given(days)
def test_a_month_is_written_with_four_digits_of_its_year(day: date) -> None:
    """A1: what names it is a key on phone, server and browser; some systems write the year 999 without a nought."""
    assert times.read_day(f"{times.month_name(day)}-01") == day.replace(day=1)


@given(days, some.integers(-(10**6), 10**6))
def test_months_can_be_added_to_every_day(day: date, months: int) -> None:
    """A1: 9999-12-31 comes from workbooks that mean "for ever"."""
    assert date.min <= times.add_months(day, months) <= date.max


def test_what_names_no_day_is_none() -> None:
    """A1: a day in words, of a store in the field."""
    assert times.read_day("2026-11-03") == date(2026, 11, 3)
    assert [times.read_day(odd) for odd in ("2026-13-03", "昨天", "", None, 20261103)] == [None] * 5


@given(some.sampled_from(TICKET_KINDS), some.sampled_from(st.STAGES), some.lists(maybe, min_size=12, max_size=12),
       numbers)  # fmt: skip
def test_clocks_of_a_ticket_with_any_times(kind: str, stage: str, at: list[int | None], now: int) -> None:
    """A1: every clock has a due moment, a level and minutes left."""
    opened = Entry("e", "ticket_opened", TICKET, "t", {}, "a", "d", 1, at[0] or 0)
    state = TicketState(
        "t", kind=kind, stage=stage, opened=opened, channel="phone", requested_at=at[0] or 0, opened_at=at[1] or 0,
        received_at=at[2], appointment_at=at[3], due_at=at[4], judge_since=at[5], judged_at=at[6], accepted_at=at[7],
        arrived_at=at[8], done_at=at[9], done_received_at=at[10], confirmed_at=at[11], fees={"total_fen": 1},
    )  # fmt: skip
    for clock in (*clocks(state), *filter(None, [running(state)])):
        assert clock.level(now) in ("calm", "amber", "red", "met", "late")
        assert isinstance(clock.minutes_left(now), int)


@given(numbers, maybe, some.none() | some.text(max_size=12) | days.map(date.isoformat), numbers)
def test_the_clock_of_a_key_with_any_times(since: int, due: int | None, until: str | None, now: int) -> None:
    """A1: a key entrusted until a day nobody can read is kept, without that clock."""
    opened = Entry("e", "entrusted", THING, "t", {}, "a", "d", 1, since)
    clock = life.clock(ThingState("t", stage=OUT, opened=opened, since=since, due_at=due, until=until))
    assert clock is None or clock.level(now)


@given(some.none() | days, maybe, numbers)
@example(None, None, times.at_china(times.FIRST_DAY, 0))
def test_a_door_with_any_days_is_due_or_not(moved_in: date | None, last: int | None, now: int) -> None:
    """A1: a household that moved in on 9999-12-31 takes no list of doors with it."""
    door = Door("h", moved_in, {"visit": Met(last)} if last is not None else {})
    assert all(one.days_late(now) >= 0 for one in duties(standard(), Facts([door]), now))
