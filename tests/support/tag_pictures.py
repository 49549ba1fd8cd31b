"""Pictures of printed tags as cameras take them: turned, tilted, dim, blurred, partly covered, from near and far.

The input is a printed label (an image); the output is a scene of the size of a camera's frame. The same seed gives the
same pictures.
"""

from __future__ import annotations

import io
import itertools
import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from app.domain.writing import tags
from sync_server.labels import Label, printing

DPI: Final = 150
"""Resolution at which the labels' PDF is rendered: that of a plain office printer."""

FRAME: Final = (1280, 720)
READABLE: Final = ("straight", "turned", "tilted", "dim", "blurred", "covered", "far", "glare")
"""Classes of pictures that a person would expect to be readable."""
UNREADABLE: Final = ("torn",)
"""Classes in which more of the code is missing than error correction can restore (level Q: a quarter)."""


@dataclass(frozen=True)
class Shot:
    """One picture: its class, the code in it, and the JPEG."""

    kind: str
    code: str
    jpeg: bytes


def printed(codes: Sequence[str]) -> dict[str, Image.Image]:
    """Return the labels of these codes as a printer prints them: whole sheets, cut up."""
    labels: dict[str, Image.Image] = {}
    pdf = printing.sheet([Label(code, "3栋1单元1501", "备用钥匙 2 把", "海棠苑") for code in codes])
    pages = [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]
    mm = DPI / 25.4
    for place, code in enumerate(codes):
        sheet, rest = divmod(place, printing.ON_A_SHEET)
        line, column = divmod(rest, printing.COLUMNS)
        left, top = (7.25 + column * 66.0) * mm, (15.15 + line * printing.HEIGHT) * mm
        box = (round(left), round(top), round(left + printing.WIDTH * mm), round(top + printing.HEIGHT * mm))
        labels[code] = pages[sheet].crop(box)
    return labels


def codes(count: int, mark: str, seed: int | None = None) -> list[str]:
    """Return ``count`` codes of keys, no two the same."""
    choose = random.Random(seed).choice if seed is not None else secrets.choice
    made: dict[str, None] = {}
    while len(made) < count:
        made[tags.make_tag(tags.KEY, mark, choose).code] = None
    return list(made)


def any_code(text: str) -> Image.Image:
    """Return a QR code of any text on white, as others print them."""
    matrix = printing.matrix(text)
    side = len(matrix) + 8
    image = Image.new("RGB", (side, side), "white")
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            if dark:
                image.putpixel((x + 4, y + 4), (0, 0, 0))
    return image.resize((side * 10, side * 10), Image.Resampling.NEAREST)


def as_jpeg(image: Image.Image, quality: int = 80) -> bytes:
    """Return an image as a JPEG, as a camera would store it."""
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def ground(chance: random.Random) -> Image.Image:
    """Return a background without any tag: blotches like those of a wall, a desk, a hand."""
    small = Image.new("RGB", (32, 18))
    base = chance.randrange(60, 190)
    small.putdata([tuple(base + chance.randrange(-40, 40) for _ in range(3)) for _ in range(32 * 18)])
    return small.resize(FRAME, Image.Resampling.BICUBIC)


def scene(
    label: Image.Image, chance: random.Random, *, width: float = 0.42, degrees: float = 0.0, tilt: float = 0.0
) -> Image.Image:
    """Put a label into a frame: `width` of the frame's width, turned by `degrees`, foreshortened by `tilt`."""
    wide = round(FRAME[0] * width)
    shown = label.convert("RGBA").resize((wide, round(wide * label.height / label.width)), Image.Resampling.BICUBIC)
    if tilt:
        shown = _tilted(shown, tilt)
    shown = shown.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    frame = ground(chance)
    at = (
        (FRAME[0] - shown.width) // 2 + chance.randrange(-80, 80),
        (FRAME[1] - shown.height) // 2 + chance.randrange(-40, 40),
    )
    frame.paste(shown, at, shown)
    return frame


def _tilted(image: Image.Image, tilt: float) -> Image.Image:
    """Show the image from the side: the right edge shrinks by the share `tilt`, and the whole becomes narrower."""
    w, h = image.size
    narrow, inset = round(w * (1 - tilt / 2)), h * tilt / 2
    target = [(0.0, 0.0), (float(narrow), inset), (float(narrow), h - inset), (0.0, float(h))]
    source = [(0.0, 0.0), (float(w), 0.0), (float(w), float(h)), (0.0, float(h))]
    return image.transform(
        (narrow, h), Image.Transform.PERSPECTIVE, _perspective(target, source), Image.Resampling.BICUBIC
    )


def _perspective(target: list[tuple[float, float]], source: list[tuple[float, float]]) -> list[float]:
    """Return the eight coefficients with which Pillow maps a pixel of `target` to `source` (Gauss, with pivots)."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for i in range(8):
        best = max(range(i, 8), key=lambda r: abs(rows[r][i]))
        rows[i], rows[best] = rows[best], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(8):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[8] for row in rows]


def _covered(label: Image.Image, part: float, chance: random.Random) -> Image.Image:
    """Cover the share `part` of the code's area, as a thumb or dirt does; the finder patterns stay mostly free."""
    found = label.copy()
    box = code_box(found)
    side = box[2] - box[0]
    size = side * part**0.5
    # Near the middle of the code: its corners show where it is, and no code is readable without them.
    x = box[0] + side * 0.5 - size / 2 + chance.uniform(-0.08, 0.08) * side
    y = box[1] + side * 0.5 - size / 2 + chance.uniform(-0.08, 0.08) * side
    ImageDraw.Draw(found).ellipse((x, y, x + size, y + size), fill=(150, 110, 90))
    return found


def code_box(label: Image.Image) -> tuple[int, int, int, int]:
    """Return the box of the QR code on a label: its first block of dark columns, with a square height."""
    grey = label.convert("L").point(lambda value: 255 if value < 128 else 0)
    columns = [x for x in range(grey.width) if sum(grey.crop((x, 0, x + 1, grey.height)).histogram()[255:]) > 0]
    start = columns[0]
    end = start
    for x in columns:
        if x - end > grey.width * 0.03:
            break
        end = x
    part = grey.crop((start, 0, end + 1, grey.height)).getbbox() or (0, 0, 1, grey.height)
    return start, part[1], end + 1, part[1] + (end + 1 - start)


def shots(labels: dict[str, Image.Image], each: int, seed: int) -> Iterator[Shot]:
    """Make `each` pictures of every class, from one label after the other."""
    chance = random.Random(seed)
    names = itertools.cycle(sorted(labels))
    makers: dict[str, Callable[[Image.Image], Image.Image]] = {
        "straight": lambda label: scene(label, chance, degrees=chance.uniform(-4, 4)),
        "turned": lambda label: scene(label, chance, degrees=chance.uniform(0, 360), width=0.36),
        "tilted": lambda label: scene(
            label, chance, tilt=chance.uniform(0.15, 0.4), degrees=chance.uniform(-20, 20), width=0.45
        ),
        "dim": lambda label: _noise(
            ImageEnhance.Brightness(scene(label, chance, degrees=chance.uniform(-15, 15))).enhance(
                chance.uniform(0.12, 0.3)
            ),
            chance,
        ),
        "blurred": lambda label: scene(label, chance, degrees=chance.uniform(-10, 10)).filter(
            ImageFilter.GaussianBlur(chance.uniform(1.5, 2.8))
        ),
        "covered": lambda label: scene(
            _covered(label, chance.uniform(0.02, 0.05), chance), chance, degrees=chance.uniform(-15, 15)
        ),
        "far": lambda label: scene(label, chance, width=chance.uniform(0.16, 0.22), degrees=chance.uniform(-10, 10)),
        "glare": lambda label: _glare(scene(label, chance, degrees=chance.uniform(-15, 15)), chance),
        "torn": lambda label: scene(_covered(label, 0.55, chance), chance),
    }
    for _ in range(each):
        for kind in (*READABLE, *UNREADABLE):
            code = next(names)
            yield Shot(kind, code, as_jpeg(makers[kind](labels[code])))


def _noise(image: Image.Image, chance: random.Random) -> Image.Image:
    noise = Image.effect_noise(image.size, chance.uniform(8, 16)).convert("RGB")
    return Image.blend(image, noise, 0.06)


def _glare(image: Image.Image, chance: random.Random) -> Image.Image:
    """Return the picture with a lamp's glare across it: one side washed out."""
    light = Image.linear_gradient("L").resize(image.size).rotate(chance.choice((0, 90, 180, 270)))
    light = light.resize(image.size).point(lambda value: round(value * 0.72))
    return Image.composite(Image.new("RGB", image.size, "white"), image, light)
