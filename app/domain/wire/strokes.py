"""Handwriting as vectors: the format of a signature, whether it is long enough to be one, and its picture.

A drawing is `{"v": 1, "width": W, "height": H, "strokes": [{"points": [[x, y, t], ...]}, ...]}`: the pad's size in
device-independent pixels; x and y in ten-thousandths of the pad's width and height (integers, so that the canonical
form has no floats), y downwards; t in milliseconds since the first point of the drawing. Strokes alone,
`[{"points": ...}, ...]`, are what the functions here take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import hypot
from typing import Any, Final

FULL: Final = 10_000
"""The pad's width and height in the unit of x and y."""

LEAST_POINTS: Final = 8
"""Fewest points of a signature; a tap or a dot has one to three."""
LEAST_INK: Final = 2_500
"""Least length of all strokes together, in ten-thousandths of the pad's width: a quarter of the width."""
LEAST_SPREAD: Final = 800
"""Least width or height of a signature, in ten-thousandths of the pad's, so that scratching on one spot is none."""
MOST_POINTS: Final = 20_000
"""More than a minute of a fast pen; a drawing beyond that is refused as malformed."""
INK: Final = "#10201F"
"""The colour of handwriting on pages and papers."""
PEN: Final = 2.6
"""How wide its lines are, in px of the pad."""

Point = Sequence[int]
Strokes = Sequence[Mapping[str, Any]]


def make_drawing(strokes: Strokes, width: float, height: float) -> dict[str, Any]:
    """Return the drawing made on a pad of `width` by `height`, ready for canonical JSON."""
    return {
        "v": 1,
        "width": round(width),
        "height": round(height),
        "strokes": [{"points": [[int(x), int(y), int(t)] for x, y, t in stroke["points"]]} for stroke in strokes],
    }


def read_drawing(value: Any) -> tuple[list[dict[str, Any]], int, int]:
    """Return the strokes, width and height of a stored drawing. Raises ValueError saying what is wrong with it."""
    if not isinstance(value, Mapping):
        raise ValueError("a drawing is an object")
    width, height, strokes = value.get("width"), value.get("height"), value.get("strokes")
    if not (isinstance(width, int) and isinstance(height, int) and 0 < width <= 10_000 and 0 < height <= 10_000):
        raise ValueError("a drawing has the whole width and height of its pad")
    if not isinstance(strokes, list):
        raise ValueError("a drawing has a list of strokes")
    read: list[dict[str, Any]] = []
    count = 0
    for stroke in strokes:
        points = stroke.get("points") if isinstance(stroke, Mapping) else None
        if not isinstance(points, list):
            raise ValueError("a stroke has a list of points")
        count += len(points)
        if count > MOST_POINTS:
            raise ValueError(f"a drawing has at most {MOST_POINTS} points")
        for point in points:
            if not isinstance(point, list) or len(point) != 3 or not all(type(part) is int for part in point):
                raise ValueError("a point is three integers")
            if not (0 <= point[0] <= FULL and 0 <= point[1] <= FULL and point[2] >= 0):
                raise ValueError("a point lies on the pad and after the first one")
        read.append({"points": [list(point) for point in points]})
    return read, width, height


def _all_points(strokes: Strokes) -> Iterable[Point]:
    return (point for stroke in strokes for point in stroke["points"])


def ink_length(strokes: Strokes) -> float:
    """Return the length of all strokes together, in ten-thousandths of the pad's sides."""
    total = 0.0
    for stroke in strokes:
        points = stroke["points"]
        total += sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points))
    return total


def is_real_signature(strokes: Strokes) -> bool:
    """Whether this is handwriting, and not just a dot, a tap or a short tick (A.7, D.3, E)."""
    points = list(_all_points(strokes))
    if len(points) < LEAST_POINTS or ink_length(strokes) < LEAST_INK:
        return False
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return max(max(xs) - min(xs), max(ys) - min(ys)) >= LEAST_SPREAD


def refit(strokes: Strokes, old: tuple[float, float], new: tuple[float, float]) -> list[dict[str, Any]]:
    """Return the same handwriting for a pad of another size: in the same proportions, as large as fits, centred.

    A phone that is turned between two strokes changes the pad's shape; without this the name would be stretched.
    """
    scale = min(new[0] / old[0], new[1] / old[1])
    wide, tall = old[0] * scale / new[0], old[1] * scale / new[1]

    def moved(part: int, factor: float) -> int:
        return min(FULL, max(0, round(FULL / 2 + (part - FULL / 2) * factor)))

    return [{"points": [[moved(x, wide), moved(y, tall), t] for x, y, t in stroke["points"]]} for stroke in strokes]


def smooth_path(points: Sequence[Point], width: float, height: float) -> list[tuple[float, ...]]:
    """Return one stroke as a smooth line on such a pad: the start `(x, y)`, then quadratic curves `(cx, cy, x, y)`.

    Each curve runs from the middle of one piece to the middle of the next and bends towards the point between them, so
    the line has no corners although there are few points (a screen gives about one a frame).
    """
    at = [(point[0] / FULL * width, point[1] / FULL * height) for point in points]
    if not at:
        return []
    path: list[tuple[float, ...]] = [at[0]]
    if len(at) == 1:
        # A dot is drawn as the shortest of lines; round ends make it visible.
        return [at[0], (*at[0], at[0][0] + 0.1, at[0][1])]
    for here, after in pairwise(at[1:]):
        path.append((*here, (here[0] + after[0]) / 2, (here[1] + after[1]) / 2))
    path.append((*at[-1], *at[-1]))
    return path


def strokes_to_svg(strokes: Strokes, width: int, height: int, *, ink: str = INK, pen: float = PEN) -> str:
    """Return the drawing as an SVG picture of `width` by `height`."""
    curves = []
    for stroke in strokes:
        path = smooth_path(stroke["points"], width, height)
        if path:
            start = f"M{path[0][0]:.1f} {path[0][1]:.1f}"
            curves.append(start + "".join(f"Q{cx:.1f} {cy:.1f} {x:.1f} {y:.1f}" for cx, cy, x, y in path[1:]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<path d="{"".join(curves)}" fill="none" stroke="{ink}" stroke-width="{pen}" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
