"""B2, B4: names and sign-in names as people write them, and as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.writing.names import bare_name, fits_name, plain_login, plain_name, told_apart


@pytest.mark.parametrize(
    "written",
    [
        "王强",
        "王 强",
        "王　强",
        "王\u00a0强",
        "王强（租客）",
        "(租户)王强",
        "王强先生",
        "王强【业主】",
        "王強",
        "王強先生",
        "王\u200b强",
    ],
)
def test_a_name_is_one_name_however_it_is_written(written: str) -> None:
    """B2: blanks, brackets, titles, invisible characters, traditional characters."""
    assert plain_name(written) == "王强"


@pytest.mark.parametrize("dot", ["·", "・", "•", "‧", "⋅", "･", "∙", "●", "．", ".", " · ", "᛫", "⸱", "-", ""])
def test_every_kind_of_middle_dot_means_the_same(dot: str) -> None:
    """B2: 阿依古丽·买买提 is typed with whatever dot the keyboard has."""
    assert plain_name(f"阿依古丽{dot}买买提") == "阿依古丽买买提"


def test_what_is_all_title_or_bracket_stays_a_name() -> None:
    """B2: nothing is compared as an empty text that is none."""
    assert (plain_name("师傅"), plain_name("（保洁）"), plain_name("·"), plain_name("ＷＡＮＧ")) == (
        "师傅",
        "保洁",
        "",
        "wang",
    )


@given(st.text(max_size=20))
def test_comparing_twice_changes_nothing(text: str) -> None:
    """B2: what is compared is compared as itself."""
    assert plain_name(plain_name(text)) == plain_name(text)
    assert bare_name(bare_name(text)) == bare_name(text)


def test_a_name_is_found_by_part_initials_and_pinyin() -> None:
    """B12: as in the household search."""
    spelled = (("wq",), ("wangqiang",))
    assert all(fits_name("王 强", typed, *spelled) for typed in ("王强", "强", "w", "wq", "WangQ", "ｗｑ", "王强师傅"))
    assert not any(fits_name("王 强", typed, *spelled) for typed in ("", "·", "q", "qiang", "张"))


def test_who_shares_a_name_is_told_apart_by_the_number() -> None:
    """B3: also where one of them is written otherwise; nobody else carries a number."""
    names = {"a": "王强", "b": "王 强", "c": "陈刚", "d": "王强"}
    assert told_apart(names, {"a": "W01", "b": "W02", "c": "W03"}) == {
        "a": "王强 W01",
        "b": "王 强 W02",
        "c": "陈刚",
        "d": "王强",
    }


@pytest.mark.parametrize(
    "typed", ["wangqiang", "WangQiang", " ＷａｎｇＱｉａｎｇ ", "WANG QIANG", "wang\u3000qiang\u200b"]
)
def test_a_sign_in_name_is_read_as_the_importer_reads_it(typed: str) -> None:
    """B4: full-width letters, capitals, blanks."""
    assert plain_login(typed) == "wangqiang"
