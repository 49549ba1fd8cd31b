"""How residents' requests are counted by kind and service, and how fast they were answered (X6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.subjects.matter.kinds import OUTCOMES, WANTED
from app.domain.subjects.matter.requests import Request, request_figures
from app.domain.times import MINUTE, month_span

SINCE, UNTIL = month_span("2026-11")
CHAIR = "wheelchair"


@pytest.mark.proves("X6")
def test_a_month_by_hand() -> None:
    """Eleven repairs called back after 1 … 11 minutes, wheelchairs one of which waits, and what does not count."""
    repairs = [
        Request(f"r{n:02}", "repair", SINCE + n, called_at=SINCE + n + n * MINUTE, open=n > 9) for n in range(1, 12)
    ]
    chairs = [
        Request("c1", "help", SINCE, CHAIR, "轮椅", called_at=SINCE + 4 * MINUTE, open=False, outcome="done"),
        Request("c2", "help", SINCE + 1, CHAIR, "轮椅", called_at=SINCE + 1 + 6 * MINUTE, open=False, outcome="failed"),
        Request("c3", "help", UNTIL - 1, CHAIR, "轮椅借用"),
        Request("c4", "help", SINCE + 2, CHAIR, "轮椅", called_at=SINCE + 3, open=False, none=True),
        Request("c5", "help", SINCE + 5, CHAIR, "轮椅", open=False, repeat=True),
        Request("before", "help", SINCE - 1, CHAIR, "轮椅"),
        Request("after", "help", UNTIL, CHAIR, "轮椅"),
    ]
    found = request_figures([*chairs, *reversed(repairs)], SINCE, UNTIL)
    assert list(found) == [("repair", ""), ("help", CHAIR)]
    repair, chair = found["repair", ""], found["help", CHAIR]
    assert len(repair.asked) == len(repair.answered) == 11 and repair.open == ("r10", "r11")
    assert (repair.median, repair.within_90) == (6 * MINUTE, 10 * MINUTE)
    assert (chair.name, chair.asked, chair.answered) == ("轮椅借用", ("c1", "c2", "c4", "c3"), ("c1", "c2", "c4"))
    assert (chair.waiting, chair.open, chair.none, chair.repeats) == (("c3",), ("c3",), ("c4",), ("c5",))
    assert chair.outcomes == {"done": ("c1",), "failed": ("c2",)}
    assert (chair.median, chair.within_90) == (4 * MINUTE, 6 * MINUTE)


def test_where_nobody_was_called_back_there_is_no_time() -> None:
    (found,) = request_figures([Request("a", "other", SINCE)], SINCE, UNTIL).values()
    assert (found.median, found.within_90, found.waiting) == (None, None, ("a",))
    assert request_figures([], SINCE, UNTIL) == {}


@some.composite
def _requests(draw: some.DrawFn) -> Request:
    asked = draw(some.integers(SINCE - 10, UNTIL + 10))
    wait = draw(some.none() | some.integers(0, 10**9))
    return Request(
        draw(some.uuids()).hex, draw(some.sampled_from(WANTED)), asked, draw(some.sampled_from(("", CHAIR))), "",
        None if wait is None else asked + wait, draw(some.booleans()), draw(some.sampled_from(("", *OUTCOMES))),
        draw(some.booleans()), draw(some.booleans()),
    )  # fmt: skip


@pytest.mark.proves("X6")
@given(some.lists(_requests(), max_size=30, unique_by=lambda one: one.id))
def test_each_request_of_the_month_is_counted_once_and_nine_in_ten_were_called_in_time(listed: list[Request]) -> None:
    found = request_figures(listed, SINCE, UNTIL)
    mine = [one for one in listed if SINCE <= one.asked_at < UNTIL]
    counted = [id_ for one in found.values() for id_ in (*one.asked, *one.repeats)]
    assert sorted(counted) == sorted(one.id for one in mine)
    for figures in found.values():
        assert set(figures.answered) | set(figures.waiting) | set(figures.open) <= set(figures.asked)
        assert not set(figures.answered) & set(figures.waiting) and not set(figures.asked) & set(figures.repeats)
        assert len(figures.times) == len(figures.answered)
        if figures.within_90 is not None and figures.median is not None:
            slower = sum(one > figures.within_90 for one in figures.times)
            assert 10 * slower <= len(figures.times) and figures.median <= figures.within_90
