"""Tags 标签: the scheme, and what a scanner or a hand may bring (G.1, G.4)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.writing import tags
from app.domain.writing.tags import NoTag, Tag, estate_mark, make_tag, parse_tag, spoken, tag_address

MARK = estate_mark("0d2c9a2e-2f7b-5f0e-9d52-1f6f0c1c7a11")
OTHERS = estate_mark("another-estate")
TAGS = some.builds(
    Tag, some.sampled_from(sorted(tags.LETTERS)), some.just(MARK), some.text(tags.ALPHABET, min_size=4, max_size=4)
)


def test_the_check_character_is_luhns_over_32_symbols() -> None:
    """The codes were made by python-stdnum (``luhn.calc_check_digit`` over the same alphabet)."""
    for code in ("A4M2HB1GD", "1D22DT37C", "MYJCZ1V9Q", "439T5JMB4", "H216NDAJ0", "E9SP7JGW5"):
        assert tags.check_character(code[:-1]) == code[-1]


@given(TAGS, some.booleans(), some.sampled_from(("https://sq.example.cn", "https://10.0.0.8:8443/")))
def test_a_code_and_its_address_are_read_back_as_what_they_hang_on(tag: Tag, lower: bool, server: str) -> None:
    address = tag_address(server, tag.code)
    assert address == address.upper() and set(address) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    for text in (tag.code, tag.spoken, address, f" {tag.code} "):
        assert parse_tag(text.lower() if lower else text, MARK) == tag


@given(TAGS, some.integers(0, 8), some.sampled_from(tags.ALPHABET))
def test_one_wrong_character_is_never_taken_for_another_tag(tag: Tag, place: int, char: str) -> None:
    code = tag.code[:place] + char + tag.code[place + 1 :]
    read = parse_tag(code, MARK)
    assert read == tag if char == tag.code[place] else isinstance(read, NoTag)


@given(TAGS, some.integers(0, 7))
def test_two_neighbours_swapped_show_but_for_0_and_z(tag: Tag, place: int) -> None:
    first, second = tag.code[place], tag.code[place + 1]
    swapped = tag.code[:place] + second + first + tag.code[place + 2 :]
    if first != second and {first, second} != {"0", "Z"}:
        assert isinstance(parse_tag(swapped, MARK), NoTag)


def test_typing_forgives_what_looks_alike_and_how_it_is_grouped() -> None:
    tag = Tag(tags.KEY, MARK, "0110")
    assert parse_tag(f"k{MARK.lower()}-oiLO {tag.code[-1]}", MARK) == tag
    assert parse_tag("".join(chr(ord(char) + 0xFEE0) for char in tag.code), MARK) == tag, "wide letters"


def test_a_code_that_is_not_whole_yet_is_no_mistake() -> None:
    tag = Tag(tags.KEY, MARK, "A7C2")
    assert parse_tag("", MARK) == NoTag(tags.UNFINISHED)
    for length in range(1, 9):
        assert parse_tag(tag.code[:length], MARK) == NoTag(tags.UNFINISHED, shown=spoken(tag.code[:length]))


def test_a_torn_tag_says_what_was_seen() -> None:
    tag = Tag(tags.KEY, MARK, "A7C2")
    wrong = tag.code[:-1] + ("0" if tag.code[-1] != "0" else "1")
    assert parse_tag(wrong, MARK) == NoTag(tags.TORN, shown=spoken(wrong))
    assert parse_tag(tag.code[:-1] + "U", MARK) == NoTag(tags.TORN, shown=spoken(tag.code[:-1] + "U"), strange="U")


def test_another_estates_tag_is_named_as_such() -> None:
    tag = make_tag(tags.KEY, OTHERS, random.Random(3).choice)
    assert MARK != OTHERS
    assert parse_tag(tag_address("https://other.cn", tag.code), MARK) == NoTag(
        tags.OTHER_ESTATE, shown=tag.spoken, tag=tag
    )
    assert parse_tag(tag.code) == tag, "without a mark every estate's tag is read"


@pytest.mark.parametrize(
    ("text", "what", "shown"),
    [
        ("wxp://f2f0abcdefg", tags.WECHAT_PAY, ""),
        ("HTTPS://QR.ALIPAY.COM/FKX01234", tags.ALIPAY, ""),
        ("https://u.wechat.com/abc", tags.WECHAT, ""),
        ("WIFI:T:WPA;S:Lobby;P:secret;;", tags.WIFI, ""),
        ("BEGIN:VCARD\nVERSION:3.0", tags.CONTACT, ""),
        ("https://www.example.com/menu?t=1", tags.WEBSITE, "www.example.com"),
        ("https://sq.example.cn/join/ABCD2345", tags.JOIN_CODE, "sq.example.cn"),
        ("6901234567892", tags.NUMBER, "6901234567892"),
        ("你好，世界", tags.WORDS, "你好，世界"),
        ("http://[", tags.WORDS, "http://["),
    ],
)
def test_a_foreign_code_is_refused_by_name(text: str, what: str, shown: str) -> None:
    read = parse_tag(text, MARK)
    assert isinstance(read, NoTag)
    assert (read.reason, read.what, read.shown) == (tags.FOREIGN, what, shown)


@given(some.text(max_size=60))
def test_nothing_a_scanner_brings_raises(text: str) -> None:
    assert isinstance(parse_tag(text, MARK), Tag | NoTag)


def test_the_marks_of_many_estates_are_spread() -> None:
    assert len({estate_mark(f"estate-{n}") for n in range(300)}) > 290
