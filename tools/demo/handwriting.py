"""Made-up signatures for the demo: a few flowing strokes for each character, as a quick hand writes them.

They are nobody's handwriting and spell nothing; they only look like a name written with a finger. A writer always forms
a character in the same way, with the small differences of each time.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final

from app.domain.wire.canonical import canonical
from app.domain.wire.strokes import FULL, make_drawing

PAD: Final = (640, 280)
"""Width and height of the pad on which the demo's people sign, in pixels: a phone held across."""

_FRAME_MS = 16
"""Milliseconds between two points of a stroke: a screen reports about one point each frame."""

Point = tuple[float, float]
Line = tuple[Point, ...]
"""The points a pen stroke passes through, in a box of 1 by 1, y downwards."""

_HENG: Line = ((0.02, 0.54), (0.1, 0.5), (0.55, 0.47), (0.98, 0.43))
_SHU: Line = ((0.5, 0.0), (0.53, 0.08), (0.51, 0.55), (0.5, 1.0))
_SHU_GOU: Line = ((0.55, 0.0), (0.58, 0.1), (0.56, 0.8), (0.5, 0.97), (0.3, 0.84))
_PIE: Line = ((0.72, 0.02), (0.66, 0.3), (0.42, 0.68), (0.02, 0.98))
_NA: Line = ((0.2, 0.05), (0.36, 0.4), (0.62, 0.76), (0.86, 0.93), (1.0, 0.9))
_DIAN: Line = ((0.35, 0.3), (0.5, 0.48), (0.62, 0.7))
_TI: Line = ((0.05, 0.85), (0.3, 0.74), (0.95, 0.25))
_ZHE: Line = ((0.03, 0.14), (0.45, 0.09), (0.88, 0.06), (0.92, 0.18), (0.84, 0.6), (0.74, 0.95), (0.56, 0.84))
_WAN: Line = ((0.28, 0.05), (0.26, 0.45), (0.27, 0.78), (0.45, 0.94), (0.8, 0.93), (0.95, 0.84), (0.94, 0.62))
_LOOP: Line = ((0.25, 0.3), (0.65, 0.12), (0.82, 0.34), (0.4, 0.62), (0.2, 0.84), (0.55, 0.97), (0.95, 0.74))

_Box = tuple[float, float, float, float]
_Part = tuple[tuple[Line, _Box], ...]
"""A part of a character: its pen strokes, each with its box (left, top, right, bottom)."""

_SIDES: tuple[_Part, ...] = (
    ((_DIAN, (0.2, 0.0, 0.9, 0.3)), (_DIAN, (0.05, 0.3, 0.75, 0.6)), (_TI, (0.05, 0.55, 0.95, 1.0))),
    ((_PIE, (0.1, 0.0, 0.95, 0.5)), (_SHU, (0.3, 0.3, 0.9, 1.0))),
    ((_HENG, (0.0, 0.1, 1.0, 0.4)), (_SHU_GOU, (0.25, 0.0, 0.85, 1.0)), (_TI, (0.0, 0.45, 1.0, 0.75))),
    ((_DIAN, (0.2, 0.0, 0.9, 0.25)), (_ZHE, (0.0, 0.3, 0.75, 0.9)), (_TI, (0.2, 0.7, 1.0, 1.0))),
    ((_HENG, (0.0, 0.15, 1.0, 0.45)), (_SHU, (0.25, 0.0, 0.75, 1.0)), (_PIE, (0.0, 0.35, 0.55, 0.8))),
    ((_PIE, (0.2, 0.0, 1.0, 0.4)), (_LOOP, (0.0, 0.2, 1.0, 0.75)), (_TI, (0.0, 0.7, 1.0, 1.0))),
)
_BODIES: tuple[_Part, ...] = (
    (
        (_HENG, (0.0, 0.1, 1.0, 0.5)),
        (_SHU, (0.2, 0.0, 0.75, 1.0)),
        (_PIE, (0.0, 0.35, 0.55, 0.95)),
        (_NA, (0.45, 0.35, 1.0, 0.95)),
    ),
    ((_SHU, (0.0, 0.1, 0.35, 0.8)), (_ZHE, (0.15, 0.05, 1.0, 0.9)), (_HENG, (0.15, 0.6, 0.85, 0.95))),
    (
        (_HENG, (0.1, 0.0, 0.9, 0.3)),
        (_HENG, (0.15, 0.3, 0.85, 0.6)),
        (_SHU, (0.25, 0.0, 0.75, 0.9)),
        (_HENG, (0.0, 0.75, 1.0, 1.0)),
    ),
    ((_PIE, (0.0, 0.0, 0.9, 0.6)), (_NA, (0.3, 0.2, 1.0, 1.0)), (_DIAN, (0.3, 0.5, 0.8, 0.8))),
    ((_DIAN, (0.3, 0.0, 0.8, 0.25)), (_HENG, (0.0, 0.15, 1.0, 0.4)), (_LOOP, (0.1, 0.35, 0.95, 1.0))),
    ((_ZHE, (0.0, 0.0, 0.9, 0.55)), (_PIE, (0.0, 0.3, 0.6, 1.0)), (_WAN, (0.35, 0.3, 1.0, 1.0))),
    ((_HENG, (0.0, 0.05, 1.0, 0.35)), (_PIE, (0.0, 0.1, 0.6, 1.0)), (_WAN, (0.4, 0.2, 1.0, 1.0))),
    (
        (_PIE, (0.1, 0.0, 0.7, 0.45)),
        (_HENG, (0.1, 0.2, 0.95, 0.45)),
        (_HENG, (0.0, 0.45, 1.0, 0.7)),
        (_SHU_GOU, (0.25, 0.25, 0.8, 1.0)),
    ),
)
_TOPS: tuple[_Part, ...] = (
    ((_HENG, (0.0, 0.3, 1.0, 0.8)), (_SHU, (0.1, 0.0, 0.5, 1.0)), (_SHU, (0.55, 0.0, 0.9, 1.0))),
    ((_DIAN, (0.3, 0.0, 0.75, 0.4)), (_DIAN, (0.0, 0.4, 0.3, 0.9)), (_ZHE, (0.1, 0.35, 1.0, 1.0))),
    ((_PIE, (0.0, 0.0, 0.6, 1.0)), (_NA, (0.4, 0.0, 1.0, 1.0))),
)


def signature(name: str, *, writer: str, occasion: str = "", pad: tuple[int, int] = PAD) -> dict[str, Any]:
    """Return a drawing (``app.domain.wire.strokes``) of ``name`` by the hand of ``writer``.

    The same arguments give the same drawing. Another ``occasion`` gives another signature by the same hand; another
    ``writer`` gives another hand.
    """
    hand = _Hand(writer, random.Random(f"{writer}|{name}|{occasion}"))
    cells = [c for c in name if not c.isspace()] or ["一"]
    wide = min(0.26, 0.84 / len(cells))
    tall = min(0.72, wide * pad[0] / pad[1] * 1.15)
    left, top = 0.5 - wide * len(cells) / 2, 0.5 - tall / 2
    for index, char in enumerate(cells):
        hand.write(char, (left + index * wide, top, wide * 0.92, tall), last=index == len(cells) - 1)
    return make_drawing(hand.strokes, *pad)


def signature_bytes(name: str, *, writer: str, occasion: str = "") -> bytes:
    """Return the drawing as it is stored: canonical JSON."""
    return canonical(signature(name, writer=writer, occasion=occasion))


class _Hand:
    """One person's pen while writing one name: habits that stay, and small differences of this time."""

    def __init__(self, writer: str, now: random.Random) -> None:
        habit = random.Random(f"{writer}|habit")
        self.writer = writer
        self.now = now
        self.slant = habit.uniform(-0.02, 0.16) + now.gauss(0, 0.012)
        self.rise = habit.uniform(-0.05, 0.035) + now.gauss(0, 0.01)
        self.links = habit.uniform(0.45, 0.95)
        self.speed = habit.uniform(0.8, 1.3)
        self.size = habit.uniform(0.82, 1.05) * (1 + now.gauss(0, 0.03))
        self.flourish = habit.random() < 0.35
        self.clock = 0
        self.strokes: list[dict[str, Any]] = []

    def write(self, char: str, cell: tuple[float, float, float, float], *, last: bool) -> None:
        """Write one character in its cell (left, top, width, height: parts of the pad); ``last``: a flourish may
        follow."""
        lines = _joined(_glyph(self.writer, char), random.Random(f"{self.writer}|{char}|links"), self.links)
        for number, line in enumerate(lines):
            if last and self.flourish and number == len(lines) - 1:
                x, y = line[-1]
                line = (*line, (x + 0.2, y + 0.07), (x - 0.5, y + 0.2), (x - 1.1, y + 0.1))
            self._draw(line, cell)

    def _draw(self, line: Line, cell: tuple[float, float, float, float]) -> None:
        left, top, width, height = cell
        shaky = [(x + self.now.gauss(0, 0.014), y + self.now.gauss(0, 0.014)) for x, y in line]
        points = []
        for x, y in _smooth(shaky, self.speed):
            x, y = 0.5 + (x - 0.5) * self.size, 0.5 + (y - 0.5) * self.size
            across = left + (x + self.slant * (0.5 - y)) * width
            down = top + y * height + self.rise * (across - 0.5)
            points.append([_on_pad(across), _on_pad(down), self.clock])
            self.clock += _FRAME_MS + self.now.randrange(-1, 2)
        self.strokes.append({"points": points})
        self.clock += self.now.randrange(60, 170)


def _on_pad(part: float) -> int:
    return min(FULL - 60, max(60, round(part * FULL)))


def _glyph(writer: str, char: str) -> list[Line]:
    """Return the pen strokes of a character: two parts side by side, one over the other, or one alone."""
    rng = random.Random(f"{writer}|{char}")
    if char in "·.-":
        return [((0.45, 0.5), (0.5, 0.52), (0.55, 0.56))]
    shape = rng.random()
    if shape < 0.55:
        middle = rng.uniform(0.34, 0.46)
        parts = [(rng.choice(_SIDES), (0.0, 0.05, middle - 0.04, 0.95)), (rng.choice(_BODIES), (middle, 0.0, 1.0, 1.0))]
    elif shape < 0.8:
        middle = rng.uniform(0.3, 0.42)
        parts = [(rng.choice(_TOPS), (0.1, 0.0, 0.9, middle)), (rng.choice(_BODIES), (0.05, middle, 0.95, 1.0))]
    else:
        parts = [(rng.choice(_BODIES), (0.0, 0.0, 1.0, 1.0))]
    # Distorted on purpose: a quick hand is seldom legible, and this one must not spell another name.
    return [
        tuple((x + rng.gauss(0, 0.07), y + rng.gauss(0, 0.06)) for x, y in _fit(_fit(line, box), within))
        for part, within in parts
        for line, box in part
    ]


def _fit(line: Line, box: _Box) -> Line:
    left, top, right, bottom = box
    return tuple((left + x * (right - left), top + y * (bottom - top)) for x, y in line)


def _joined(lines: Sequence[Line], rng: random.Random, often: float) -> list[Line]:
    """Join strokes between which a quick hand does not lift the pen; ``often`` is the share that is joined."""
    joined: list[Line] = []
    for line in lines:
        if joined and rng.random() < often:
            (x1, y1), (x2, y2) = joined[-1][-1], line[0]
            joined[-1] = (*joined[-1], ((x1 + x2) / 2 + 0.03, (y1 + y2) / 2 + 0.03), *line)
        else:
            joined.append(line)
    return joined


def _smooth(line: Sequence[Point], speed: float) -> list[Point]:
    """Return points along a curve through ``line`` (Catmull-Rom), further apart the faster the pen."""
    ends = [line[0], *line, line[-1]]
    found = [line[0]]
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        length = abs(c[0] - b[0]) + abs(c[1] - b[1])
        steps = max(1, round(length / 0.13 / speed))
        for step in range(1, steps + 1):
            t = step / steps
            found.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return found


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
