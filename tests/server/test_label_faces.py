"""Every character of a label has ink, and a title looks of one weight."""

from __future__ import annotations

import io

import numpy
import pypdfium2
import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as some

from app.domain.writing.tags import KEY, Tag
from sync_server.labels import Label
from sync_server.labels.faces import HEAVY, MISSING, REGULAR, _use, has, runs, width
from sync_server.labels.printing import HEIGHT, WIDTH, singles
from tools.demo import names

NAMES = "".join((*names.RARE, *names.LONGEST, *names.POLYPHONIC))
RARE_IN_NAMES = "喆㎡䶮㛃𠮷堃翀珺玥犇骉赟昶淼甯煊垚槿頔芃飏祎龑仝逄亓厶"
"""Characters people have in their names, and what stands on labels beside them."""


def ink(title: str) -> numpy.ndarray:
    """How much ink each column of a label's title has, at 600 dots an inch."""
    code = Tag(KEY, "TST", "0001").code
    pdf = singles([Label(code, title)])
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0].render(scale=600 / 72).to_pil().convert("L")
    per_mm = 600 / 25.4
    box = [round(mm * per_mm) for mm in (33.0, 4.2, WIDTH, 4.2 + 4.6)]
    assert HEIGHT > 9
    return (255.0 - numpy.asarray(page.crop(tuple(box)), dtype=float)) / 255.0


def test_every_character_a_name_may_hold_is_drawn_by_a_face_that_has_it() -> None:
    """B21: GB 18030's ideographs of the basic plane, the demo's names, symbols and emoji: nothing is left out."""
    ideographs = {chr(p) for first, last in ((0x3400, 0x4DB5), (0x4E00, 0x9FEF)) for p in range(first, last + 1)}
    text = "".join(sorted(ideographs | set(NAMES + RARE_IN_NAMES + "①℃½№㎡㎝♨😀🔑") - {" "}))
    drawn = runs(text, heavy=True)
    lost = sorted(set(text) - set("".join(run.text for run in drawn)))
    assert lost == []
    assert all(has(run.face) >= {ord(char) for char in run.text} for run in drawn)
    assert [run.text for run in runs("\ue000", heavy=True)] == [MISSING] and ord(MISSING) in has(HEAVY) | has(REGULAR)
    assert runs("\u200b\ufe0f\n", heavy=True) == []


def test_a_title_with_a_rare_character_looks_of_one_weight() -> None:
    """B21: what the heavy face lacks had no ink at all; now its strokes are as thick as a heavy one's."""
    assert ord("𠮷") not in has(HEAVY)
    assert [(run.face, run.thick) for run in runs("李𠮷家", heavy=True)] == [
        (HEAVY, False), (REGULAR, True), (HEAVY, False)
    ]  # fmt: skip
    square = round(11 / 72 * 600)
    common, rare = ink("吉")[:, :square].sum(), ink("𠮷")[:, :square].sum()
    assert rare == pytest.approx(common, rel=0.25)


def test_a_title_takes_the_room_its_characters_need() -> None:
    """B21: what another face draws is counted with that face's widths: nothing overlaps."""
    columns = numpy.nonzero(ink("𠮷𠮷𠮷").sum(axis=0) > 1)[0]
    assert 2.4 * 11 / 72 * 600 < columns.max() - columns.min() < 3.1 * 11 / 72 * 600


def test_headings_have_the_characters_of_names_in_the_heavy_face() -> None:
    """B21: a heading with 喆 or ㎡ is of one weight; the app's heavy face has the table of general characters."""
    assert {ord(char) for char in RARE_IN_NAMES + "㎡"} - has(HEAVY) == {ord("𠮷")}


@given(some.text(some.sampled_from("水管漏abcXYZ 0123，。（）喆㎡𠮷①😀🔑{}nb\u200b"), max_size=40), some.booleans())
def test_texts_are_measured_as_they_are_drawn(text: str, heavy: bool) -> None:
    """By the faces' own widths: the PDF library takes long for it, and for its mark of the number of pages, {nb}, which
    is text here like any other, something else."""
    pdf = FPDF(unit="mm")
    drawn = 0.0
    for run in runs(text, heavy=heavy):
        _use(pdf, run.face, 9)
        drawn += sum(map(pdf.get_string_width, run.text))
    assert width(pdf, text, 9, heavy=heavy) == pytest.approx(drawn)
