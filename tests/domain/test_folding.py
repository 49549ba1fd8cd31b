"""One rule for how texts are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.writing.folding import narrow, sought

texts = some.text() | some.text("Ａａ１（“”「」『』‘’'\"　 ﬁß")


@pytest.mark.parametrize(
    "written", ["“三号”泵", "「三号」泵", "『三号』泵", "‘三号’泵", "＂三号＂泵", "'三号'泵", "«三号»泵"]
)
def test_quotes_of_every_kind_are_one(written: str) -> None:
    assert sought(written) == sought('"三号"泵')


@pytest.mark.parametrize(
    ("written", "compared"), [("ＬＥＤ　灯（１）", "led 灯(1)"), ("  Leak \n under sink ", "leak under sink"), ("", "")]
)
def test_width_capitals_and_blanks_say_nothing(written: str, compared: str) -> None:
    assert sought(written) == compared


@given(texts)
def test_what_is_narrow_is_as_unicode_says_and_stays_so(text: str) -> None:
    assert narrow(text) == unicodedata.normalize("NFKC", text) == narrow(narrow(text))


@given(texts, texts)
def test_a_part_of_a_text_is_found_in_it(before: str, part: str) -> None:
    """A blank may be typed at the ends of what is sought, and nothing else is lost."""
    assert sought(part) in sought(f"{before} {part}")
