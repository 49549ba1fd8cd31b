"""Addresses: every way people type one means the same door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.addresses import Address, address_order, format_address, make_address, normalise_code, parse_address

HOME = Address("3", "2", "1501")


@pytest.mark.parametrize(
    "text",
    [
        "3栋2单元1501",
        "3-2-1501",
        "3 2 1501",
        "３栋２单元１５０１",
        "３－２－１５０１",
        "3—2—1501",
        " 3 栋 2 单元 1501 室 ",
        "3\u30002\u30001501",
        "03栋02单元1501室",
        "3号楼2单元1501",
        "3幢2门1501",
        "3#2-1501",
        "三栋二单元1501",
    ],
)
def test_every_way_to_write_a_door_means_the_same_door(text: str) -> None:
    assert parse_address(text) == HOME


@pytest.mark.parametrize("text", ["5栋商铺03", "5-商铺03", "5栋 商铺 03", "５栋商铺０３", "5号楼门面03", "5 铺03"])
def test_a_shop_is_found_by_its_number(text: str) -> None:
    shop = parse_address(text)
    assert shop == Address("5", "", "商铺03")
    assert shop.is_shop
    assert format_address(shop) == "5栋商铺03"


def test_a_building_with_one_staircase_needs_no_entrance() -> None:
    assert parse_address("12栋803") == parse_address("12-803") == Address("12", "", "803")
    assert str(parse_address("12-803")) == "12栋803"


def test_lettered_buildings_and_rooms() -> None:
    assert parse_address("a座1单元803b") == Address("A", "1", "803B")
    assert parse_address("十二栋二十单元301").building == "12"
    assert parse_address("十二栋二十单元301").entrance == "20"


@pytest.mark.parametrize(
    "text", ["", " ", "321501", "1501", "3栋", "3栋2单元", "张伟", "3--1501", "3栋2单元电梯厅", "😀"]
)
def test_what_is_no_single_door_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        parse_address(text)


def test_a_table_s_parts_become_the_same_address() -> None:
    assert make_address(" ３ ", "2单元", "１５０１") == HOME
    assert make_address("5栋", "", "商铺03") == Address("5", "", "商铺03")
    assert normalise_code("03栋") == "3"
    with pytest.raises(ValueError):
        make_address("3", "2", "天台")


@pytest.mark.parametrize(
    ("room", "floor"), [("1501", 15), ("803", 8), ("0301", 3), ("商铺03", 1), ("02", 1), ("1501A", 15)]
)
def test_the_room_tells_its_floor(room: str, floor: int) -> None:
    assert Address("3", "2", room).floor == floor


def test_doors_sort_as_people_count() -> None:
    doors = [parse_address(text) for text in ("10-1-101", "2-1-1501", "2-1-203", "2栋商铺01", "2-2-101")]
    assert [str(door) for door in sorted(doors, key=address_order)] == [
        "2栋商铺01",
        "2栋1单元203",
        "2栋1单元1501",
        "2栋2单元101",
        "10栋1单元101",
    ]


codes = st.from_regex(r"[1-9][0-9]{0,2}[A-Z]?|[A-Z][0-9]{0,3}", fullmatch=True).filter(lambda code: code.isascii())
entrances = st.one_of(st.just(""), st.integers(1, 99).map(str), st.sampled_from("ABC"))
rooms = st.one_of(
    st.from_regex(r"[0-9]{1,5}[A-Z]?", fullmatch=True), st.from_regex(r"商铺[0-9]{1,4}[A-Z]?", fullmatch=True)
)


@given(st.builds(Address, codes, entrances, rooms))
def test_what_is_formatted_is_parsed_back(address: Address) -> None:
    assert parse_address(format_address(address)) == address


@given(st.lists(st.sampled_from([*"0123AS三十- 室#商铺", "栋", "单元", "号楼"]), max_size=9).map("".join))
def test_any_text_is_either_refused_or_has_one_stable_meaning(text: str) -> None:
    try:
        address = parse_address(text)
    except ValueError:
        return
    assert parse_address(format_address(address)) == address


@given(
    st.builds(Address, codes, st.integers(1, 99).map(str), st.from_regex(r"[0-9]{1,5}", fullmatch=True)),
    st.sampled_from("- /"),
)
def test_the_short_way_means_the_same(address: Address, separator: str) -> None:
    assert parse_address(separator.join((address.building, address.entrance, address.room))) == address
