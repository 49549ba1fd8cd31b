"""Handwriting on papers: as vectors, in the very curves that pages show."""

from __future__ import annotations

from collections.abc import Iterator

from fpdf import FPDF

from app.domain.wire.strokes import INK, PEN, Strokes, smooth_path


def draw(pdf: FPDF, x: float, y: float, scale: float, strokes: Strokes, wide: int, high: int) -> None:
    """Draw what was written on a pad of ``wide`` by ``high`` px, whose upper left corner stands at ``x``, ``y``;
    ``scale``: mm of a px.

    Straight into the page: the library takes five times as long to read them as an SVG picture.
    """
    curves = " ".join(_curves(pdf, x, y, scale, strokes, wide, high))
    if curves:
        red, green, blue = (int(INK[at : at + 2], 16) / 255 for at in (1, 3, 5))
        pen = PEN * scale * float(pdf.k)
        pdf._out(f"q {red:.3f} {green:.3f} {blue:.3f} RG {pen:.2f} w 1 J 1 j {curves} S Q")


def _curves(pdf: FPDF, x: float, y: float, scale: float, strokes: Strokes, wide: int, high: int) -> Iterator[str]:
    per_mm, top = float(pdf.k), float(pdf.h)

    def at(right: float, down: float) -> str:
        return f"{(x + right * scale) * per_mm:.2f} {(top - y - down * scale) * per_mm:.2f}"

    for stroke in strokes:
        path = smooth_path(stroke["points"], wide, high)
        if not path:
            continue
        (from_x, from_y), *rest = path
        yield f"{at(from_x, from_y)} m"
        for bend_x, bend_y, to_x, to_y in rest:
            # PDF knows cubic curves alone: the same line has its two bends two thirds of the way to the one.
            first = at(from_x + (bend_x - from_x) * 2 / 3, from_y + (bend_y - from_y) * 2 / 3)
            second = at(to_x + (bend_x - to_x) * 2 / 3, to_y + (bend_y - to_y) * 2 / 3)
            yield f"{first} {second} {at(to_x, to_y)} c"
            from_x, from_y = to_x, to_y
