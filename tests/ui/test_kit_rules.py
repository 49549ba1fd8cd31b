"""The rules in the kit that need no window: double taps, echoes of typing, which rows are drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.ui.kit.base import TapGuard
from app.ui.kit.fields import _Typed
from app.ui.kit.lists import CHUNK, MARGIN, seen_at, window_at
from app.ui.kit.notices import Sheets


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_second_tap_while_the_action_runs_does_nothing() -> None:
    guard = TapGuard(Clock())
    assert guard.enter()
    assert not guard.enter()


def test_the_second_tap_of_a_double_tap_does_not_press_the_next_button() -> None:
    clock = Clock()
    guard = TapGuard(clock)
    assert guard.enter()
    guard.leave()
    clock.now += 0.2
    assert not guard.enter()
    clock.now += 0.2
    assert guard.enter()


def test_a_sheet_that_is_closing_holds_back_no_key_and_still_whatever_opens_next() -> None:
    """A key right after Esc was lost: the client tells only later that a sheet has gone."""
    sheets = Sheets()
    closed: list[str] = []
    sheets.there["keys"] = lambda: closed.append("keys")
    assert sheets.any
    assert sheets.close_last() and closed == ["keys"]
    assert not sheets.any and sheets.there


def test_a_field_begins_with_its_text_and_is_left_alone_once_somebody_types() -> None:
    typed = _Typed()
    assert typed.to_show("旧") == "旧"
    assert typed.to_show("旧") == "旧"
    typed.heard("旧的")
    assert typed.to_show("旧") is None


def test_an_older_echo_never_eats_letters_typed_meanwhile() -> None:
    typed = _Typed()
    typed.to_show("")
    typed.heard("a")
    typed.heard("ab")
    assert typed.to_show("a") is None
    typed.heard("abc")
    assert typed.to_show("ab") is None
    assert typed.to_show("abc") is None


def test_a_text_the_screen_puts_there_is_shown() -> None:
    typed = _Typed()
    typed.to_show("")
    typed.heard("a")
    typed.to_show("a")
    assert typed.to_show("a，角阀漏水") == "a，角阀漏水"


def test_what_a_chip_puts_there_is_shown_though_the_same_was_typed_on_the_way() -> None:
    typed = _Typed()
    typed.to_show("")
    for text in ("厨房", "厨房漏水", "厨房漏水了"):
        typed.heard(text)
    assert typed.to_show("厨房") is None
    assert typed.to_show(typed.put("厨房漏水")) == "厨房漏水", (
        "as an echo it would be left out, and 了 stay in the field"
    )
    typed.heard("厨房漏水很大")
    assert typed.to_show("厨房漏水很大") is None


def test_clearing_by_the_screen_works_though_the_field_was_empty_before() -> None:
    typed = _Typed()
    typed.to_show("")
    for text in ("a", "", "b"):
        typed.heard(text)
        typed.to_show(text)
    assert typed.to_show("") == ""


@given(
    st.integers(0, 5000), st.floats(0, 400_000), st.floats(300, 1200), st.floats(40, 160), st.sampled_from([0, MARGIN])
)
def test_every_row_in_sight_is_drawn_and_few_others(
    count: int, pixels: float, viewport: float, height: float, margin: int
) -> None:
    window = window_at(pixels, viewport, height, count, margin)
    assert 0 <= window.first <= window.end <= count
    seen = [n for n in range(count) if (n + 1) * height > pixels and n * height < pixels + viewport]
    assert all(window.first <= n < window.end for n in seen)
    assert window.end - window.first <= viewport / height + 2 * margin + 2 * CHUNK + 2


@given(st.integers(0, 5000), st.floats(-100, 400_000), st.floats(300, 1200), st.floats(40, 160))
def test_first_the_rows_in_sight_are_drawn_and_one_or_two_others(
    count: int, pixels: float, viewport: float, height: float
) -> None:
    window = seen_at(pixels, viewport, height, count)
    seen = [n for n in range(count) if (n + 1) * height > max(0, pixels) and n * height < pixels + viewport]
    assert all(window.first <= n < window.end for n in seen)
    assert 0 <= window.end - window.first <= viewport / height + 2 or window.first >= window.end
