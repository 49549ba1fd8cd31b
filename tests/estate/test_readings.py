"""A person is found by any reading of their name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_server.estate.readings import MOST_READINGS, readings_of_name, readings_of_text


def test_an_ordinary_name_has_one_reading() -> None:
    assert readings_of_name("张伟") == (("zw",), ("zhangwei",))


@pytest.mark.parametrize(
    ("name", "own", "others"),
    [
        ("单丽", "shanli", {"danli", "chanli"}),
        ("解东", "xiedong", {"jiedong"}),
        ("仇强", "qiuqiang", {"chouqiang"}),
        ("翟宇", "zhaiyu", {"diyu"}),
        ("曾敏", "zengmin", {"cengmin"}),
        ("朴正", "piaozheng", {"puzheng"}),
        ("查斌", "zhabin", {"chabin"}),
        ("盖红", "gehong", {"gaihong"}),
        ("区明", "ouming", {"quming"}),
        ("任静", "renjing", set()),
        ("尉迟敬", "yuchijing", {"weichijing"}),
        ("单于飞", "chanyufei", {"danyufei", "shanyufei"}),
        ("万俟平", "moqiping", set()),
        ("长孙明", "zhangsunming", {"changsunming"}),
    ],
)
def test_a_surname_with_several_readings_comes_first_with_its_own(name: str, own: str, others: set[str]) -> None:
    initials, spelled = readings_of_name(name)
    assert spelled[0] == own
    assert others <= set(spelled)
    assert {reading[0] for reading in spelled} == {letters[0] for letters in initials}


def test_shan_is_found_by_s_d_and_c() -> None:
    initials, _ = readings_of_name("单丽")
    assert initials == ("sl", "dl", "cl")


@pytest.mark.parametrize(
    ("name", "initials", "spelled"),
    [
        ("刘䶮", "ly", "liuyan"),
        ("陈㛃", "cj", "chenjie"),
        ("𠮷田", "jt", "jitian"),
        ("吕布", "lb", "lvbu"),
        ("Ángel Ｌi", "al", "angelli"),
        ("王磊2", "wl2", "wanglei2"),
        ("李🐶四", "ls", "lisi"),
    ],
)
def test_rare_characters_latin_letters_and_emoji(name: str, initials: str, spelled: str) -> None:
    assert (initials in readings_of_name(name)[0], spelled in readings_of_name(name)[1]) == (True, True)


def test_a_mark_between_names_is_not_typed() -> None:
    initials, spelled = readings_of_name("阿依古丽·买买提")
    assert (initials[0], spelled[0]) == ("ayglmmt", "ayigulimaimaiti")


def test_a_price_item_is_read_as_it_is_said_first() -> None:
    initials, spelled = readings_of_text("更换厨房水龙头")
    assert (initials[0], spelled[0]) == ("ghcfslt", "genghuanchufangshuilongtou")


@given(st.text(max_size=60))
def test_any_text_has_few_plain_readings(text: str) -> None:
    for readings in readings_of_name(text):
        assert len(readings) <= MOST_READINGS
        assert all(reading.isascii() and reading.isalnum() and reading == reading.lower() for reading in readings)
