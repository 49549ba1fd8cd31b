"""Makes the font files of the app out of the Noto families (SIL OFL 1.1).

`Shangmen` (regular) covers every character a Chinese name may hold: all of U+4E00-9FFF, Extension A, the compatibility
ideographs and the supplementary ideographs the sources have. `ShangmenBold` is for headings: GB 2312, and what the
State Council's table of general characters (2013) adds for names and places (`names.txt`). What it lacks, traditional
and rarer ones, falls back to the regular face. Those 1,469 characters and the squared units make it 2.85 MB instead of
2.29, 0.35 MB as the server sends it. Google's static Noto Sans SC leaves out some supplementary characters that stand
in real names (U+20BB7 among them), so these glyphs are taken from the pan-CJK build and turned into TrueType outlines.
`ShangmenEmoji` is Noto Emoji, whole and in one colour: people put emoji into remarks, and a gap looks like a loss.

Plain TrueType, not WOFF2: unpacking WOFF2 in the app cost 1.6 of the 3.3 seconds of a start on the development
machine. Where bytes count, the server compresses.

    python build/fonts/make_fonts.py --regular NotoSansSC_400Regular.ttf --bold NotoSansSC_700Bold.ttf \
        --pan-cjk NotoSansCJK-Regular.ttc --emoji NotoEmoji_400Regular.ttf --out assets/fonts

Needs fonttools; about four minutes of one core. The result is tracked, so nobody has to run this to
build the app.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

SYMBOLS = [
    (0x20, 0xFF), (0x2000, 0x206F), (0x20A0, 0x20CF), (0x2100, 0x218F), (0x2190, 0x22FF), (0x2460, 0x24FF),
    (0x2500, 0x257F), (0x25A0, 0x26FF), (0x3000, 0x303F), (0x3040, 0x30FF), (0x31C0, 0x31EF), (0x3200, 0x33FF),
    (0xFE10, 0xFE6F), (0xFF00, 0xFFEF),
]  # fmt: skip
IDEOGRAPHS = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)]
FEATURES = ("kern", "locl", "ccmp", "tnum", "palt")
MUST_HAVE = "䶮㛃𠮷張维修工单"
BOLD_SYMBOLS = [*SYMBOLS[:7], (0x3380, 0x33DF)]
NAMES = Path(__file__).with_name("names.txt")
"""Characters of the table of general characters that GB 2312 has not, and two that people have in names."""


def code_points(ranges: list[tuple[int, int]]) -> set[int]:
    return {point for first, last in ranges for point in range(first, last + 1)}


def gb2312() -> set[int]:
    """Every character of GB 2312, by asking the codec."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([high, low]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def names() -> set[int]:
    """Characters of names and places beyond GB 2312."""
    return {ord(character) for character in NAMES.read_text(encoding="utf-8") if not character.isspace()}


def add_missing(target: TTFont, source: TTFont, wanted: set[int]) -> int:
    """Copies the wanted glyphs that `target` lacks out of `source`, cubic outlines made quadratic."""
    have = target.getBestCmap()
    offered = source.getBestCmap()
    glyphs = source.getGlyphSet()
    scale = target["head"].unitsPerEm / source["head"].unitsPerEm
    assert scale == 1, "the two sources must share their em size"
    tables = [table for table in target["cmap"].tables if table.format == 12]
    assert tables, "the target needs a cmap that reaches beyond the basic plane"
    order = target.getGlyphOrder()
    count = 0
    for point in sorted((wanted & offered.keys()) - have.keys()):
        name = f"u{point:05X}.pan"
        pen = TTGlyphPen(None)
        glyphs[offered[point]].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        order.append(name)
        target["glyf"].glyphs[name] = pen.glyph()
        target["hmtx"].metrics[name] = (source["hmtx"].metrics[offered[point]][0], 0)
        if "vmtx" in target:
            target["vmtx"].metrics[name] = (1000, 0)
        for table in tables:
            table.cmap[point] = name
        count += 1
    target.setGlyphOrder(order)
    target["glyf"].glyphOrder = order
    target["maxp"].numGlyphs = len(order)
    for name in order[-count:] if count else []:
        glyph = target["glyf"][name]
        glyph.recalcBounds(target["glyf"])
        advance = target["hmtx"].metrics[name][0]
        target["hmtx"].metrics[name] = (advance, getattr(glyph, "xMin", 0))
    return count


def write_subset(font: TTFont, points: set[int], family: str, path: Path, features: Sequence[str] = FEATURES) -> None:
    options = Options()
    options.layout_features = list(features)
    options.drop_tables += ["vhea", "vmtx", "VORG"]
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    # The OFL keeps reserved names for the originals, so the subset carries its own.
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = family
    font.save(path)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB, {len(font.getBestCmap())} characters")


def write_emoji(source: Path, path: Path) -> None:
    """Writes the emoji face: every character but those the text faces draw, with the sequences (families, flags)."""
    emoji = TTFont(source)
    points = {point for point in emoji.getBestCmap() if point > 0x2190 or point in (0x200D, 0x20E3)}
    write_subset(emoji, points, "ShangmenEmoji", path, ("ccmp", "rlig", "liga", "kern"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--regular", type=Path, required=True)
    parser.add_argument("--bold", type=Path, required=True)
    parser.add_argument("--pan-cjk", type=Path, required=True)
    parser.add_argument("--emoji", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    regular = TTFont(arguments.regular)
    pan = next(font for font in TTCollection(arguments.pan_cjk) if "SC" in str(font["name"].getDebugName(1)))
    added = add_missing(regular, pan, code_points(IDEOGRAPHS))
    print(f"{added} characters taken from the pan-CJK build")
    missing = [character for character in MUST_HAVE if ord(character) not in regular.getBestCmap()]
    assert not missing, f"still missing: {missing}"
    write_subset(regular, code_points(SYMBOLS + IDEOGRAPHS), "Shangmen", arguments.out / "Shangmen.ttf")
    bold = TTFont(arguments.bold)
    write_subset(
        bold, code_points(BOLD_SYMBOLS) | gb2312() | names(), "ShangmenBold", arguments.out / "ShangmenBold.ttf"
    )
    write_emoji(arguments.emoji, arguments.out / "ShangmenEmoji.ttf")


if __name__ == "__main__":
    main()
