"""What counts as a signature (A.7), and that a drawing survives storage."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.wire import strokes as s

POINT = st.tuples(st.integers(0, s.FULL), st.integers(0, s.FULL), st.integers(0, 60_000)).map(list)
STROKES = st.lists(st.builds(lambda points: {"points": points}, st.lists(POINT, max_size=30)), max_size=6)


def line(x0: int, y0: int, x1: int, y1: int, count: int = 12) -> dict[str, Any]:
    step = count - 1
    return {"points": [[x0 + (x1 - x0) * i // step, y0 + (y1 - y0) * i // step, i * 16] for i in range(count)]}


def test_two_strokes_across_the_pad_are_a_signature() -> None:
    assert s.is_real_signature([line(1000, 3000, 4000, 3000), line(2500, 1500, 2500, 6000)])


@pytest.mark.parametrize(
    ("drawn", "what"),
    [
        ([], "nothing"),
        ([{"points": [[5000, 5000, 0]]}], "one dot"),
        ([{"points": [[5000, 5000, 0], [5010, 5000, 8]]}] * 6, "a few taps"),
        ([line(5000, 5000, 5600, 5000)], "a short tick"),
        ([{"points": [[5000 + 300 * (i % 2), 5000, i * 16] for i in range(60)]}], "scratching on one spot"),
        ([{"points": [[0, 0, 0], [10_000, 10_000, 5]]}], "a straight flick of two points"),
    ],
)
def test_too_little_ink_is_no_signature(drawn: list[dict[str, Any]], what: str) -> None:
    assert not s.is_real_signature(drawn), what


@given(STROKES)
def test_a_drawing_is_the_same_after_storing_it(drawn: list[dict[str, Any]]) -> None:
    stored = json.loads(json.dumps(s.make_drawing(drawn, 361.6, 200.2)))
    assert s.read_drawing(stored) == (drawn, 362, 200)


@given(STROKES)
def test_more_ink_never_makes_a_signature_false(drawn: list[dict[str, Any]]) -> None:
    if s.is_real_signature(drawn):
        assert s.is_real_signature([*drawn, line(0, 0, 9000, 9000)])


@given(STROKES)
def test_the_picture_is_well_formed_and_stays_on_the_pad(drawn: list[dict[str, Any]]) -> None:
    picture = ElementTree.fromstring(s.strokes_to_svg(drawn, 300, 120))
    assert picture.attrib["viewBox"] == "0 0 300 120"
    assert all(
        0 <= number <= 300.2
        for stroke in drawn
        for curve in s.smooth_path(stroke["points"], 300, 120)
        for number in curve
    )


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {"width": 300, "height": 100},
        {"width": 0, "height": 100, "strokes": []},
        {"width": 300, "height": 100, "strokes": [{"points": [[1, 2]]}]},
        {"width": 300, "height": 100, "strokes": [{"points": [[1, 2.5, 0]]}]},
        {"width": 300, "height": 100, "strokes": [{"points": [[1, 20_000, 0]]}]},
        {"width": 300, "height": 100, "strokes": [{"points": [[1, 1, 1]] * (s.MOST_POINTS + 1)}]},
    ],
)
def test_a_malformed_drawing_is_refused_in_words(broken: Any) -> None:
    with pytest.raises(ValueError, match=r"drawing|stroke|point"):
        s.read_drawing(broken)


def test_handwriting_keeps_its_shape_when_the_phone_is_turned() -> None:
    drawn = [line(2000, 2000, 8000, 2000), line(2000, 2000, 2000, 8000)]
    turned = s.refit(drawn, (360, 240), (500, 180))

    def extent(strokes: list[dict[str, Any]], width: float, height: float) -> float:
        xs = [p[0] for stroke in strokes for p in stroke["points"]]
        ys = [p[1] for stroke in strokes for p in stroke["points"]]
        return float((max(xs) - min(xs)) * width / ((max(ys) - min(ys)) * height))

    assert extent(turned, 500, 180) == pytest.approx(extent(drawn, 360, 240), rel=0.01)
