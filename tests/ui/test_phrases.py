"""Phrase chips put words into a text and take the same words out again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ui.kit.phrases import BREAKS, chosen, toggled

PHRASES = ("漏水", "漏水严重", "家里没人", "已关阀，等明天")


@pytest.mark.parametrize(
    ("text", "phrase", "after"),
    [
        ("", "漏水", "漏水"),
        ("厨房", "漏水", "厨房，漏水"),
        ("厨房，", "漏水", "厨房，漏水"),
        ("漏水", "漏水", ""),
        ("厨房，漏水", "漏水", "厨房"),
        ("漏水，厨房", "漏水", "厨房"),
        ("厨房，漏水，快来", "漏水", "厨房，快来"),
        ("厨房。漏水，快来", "漏水", "厨房。快来"),
        ("厨房，漏水。", "漏水", "厨房。"),
        ("漏水很大", "漏水", "很大"),
        ("厨房，漏水，漏水", "漏水", "厨房"),
        ("没有漏水", "漏水", "没有漏水，漏水"),
        ("漏水严重", "漏水", "漏水严重，漏水"),
        ("漏水严重，漏水", "漏水", "漏水严重"),
        ("已关阀，等明天，谢谢", "已关阀，等明天", "谢谢"),
        ("第一行\n漏水", "漏水", "第一行\n"),
    ],
)
def test_a_second_tap_takes_the_words_out_whatever_stands_around_them(text: str, phrase: str, after: str) -> None:
    """B10: typed before, behind or in between; only the words themselves go."""
    assert toggled(text, phrase, PHRASES) == after


@settings(deadline=None)
@given(st.text("厨房漏水严重，。 \n快来", max_size=12), st.sampled_from(PHRASES))
def test_two_taps_leave_what_was_typed_and_never_the_words_twice(text: str, phrase: str) -> None:
    """B10: in and out again is nothing, and what a chip shows as chosen is what a tap takes out."""
    typed = toggled(text, phrase, PHRASES) if phrase in chosen(text, PHRASES) else text
    inside = toggled(typed, phrase, PHRASES)
    if phrase in chosen(typed, PHRASES):
        return  # what was around it happened to spell it again
    assert phrase in chosen(inside, PHRASES)
    assert toggled(inside, phrase, PHRASES).rstrip(BREAKS) == typed.rstrip(BREAKS)
