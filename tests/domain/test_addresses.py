"""Addresses: every way people type one means the same door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.writing.addresses import (
    Address,
    SeveralDoors,
    address_order,
    building_of,
    building_words,
    doors_of,
    format_address,
    make_address,
    normalise_code,
    parse_address,
)

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


FORMS = [
    ("3栋2单元1501", ("3", "2", "1501"), "3栋2单元1501", 15),
    ("3-2-1501", ("3", "2", "1501"), "3栋2单元1501", 15),
    ("3栋1501", ("3", "", "1501"), "3栋1501", 15),
    ("5栋商铺03", ("5", "", "商铺03"), "5栋商铺03", 1),
    ("3栋2单元-1501", ("3", "2", "1501"), "3栋2单元1501", 15),
    ("3-2--101", ("3", "2", "负101"), "3栋2单元负101", -1),
    ("3-2-(-101)", ("3", "2", "负101"), "3栋2单元负101", -1),
    ("3--101", ("3", "", "负101"), "3栋负101", -1),
    ("3栋2单元负101", ("3", "2", "负101"), "3栋2单元负101", -1),
    ("3栋2单元负一层01", ("3", "2", "负101"), "3栋2单元负101", -1),
    ("3栋2单元B1-01", ("3", "2", "负101"), "3栋2单元负101", -1),
    ("3-2-B1", ("3", "2", "负1层"), "3栋2单元负1层", -1),
    ("3栋2单元B1", ("3", "2", "负1层"), "3栋2单元负1层", -1),
    ("3栋2单元负一", ("3", "2", "负1层"), "3栋2单元负1层", -1),
    ("3栋2单元地下室", ("3", "2", "地下室"), "3栋2单元地下室", -1),
    ("3栋地下室12", ("3", "", "地下室12"), "3栋地下室12", -1),
    ("3栋2单元地下一层01", ("3", "2", "负101"), "3栋2单元负101", -1),
    ("3栋12A05", ("3", "", "12A05"), "3栋12A05", 13),
    ("3-2-12A05", ("3", "2", "12A05"), "3栋2单元12A05", 13),
    ("3-2-3A01", ("3", "2", "3A01"), "3栋2单元3A01", 4),
    ("3栋A501", ("3", "", "A501"), "3栋A501", 5),
    ("3栋2单元A501", ("3", "2", "A501"), "3栋2单元A501", 5),
    ("3栋15F-B", ("3", "", "15B"), "3栋15B", 15),
    ("3栋501A", ("3", "", "501A"), "3栋501A", 5),
    ("3栋2单元15F", ("3", "2", "15F"), "3栋2单元15F", 15),
    ("3栋2单元15楼1501", ("3", "2", "1501"), "3栋2单元1501", 15),
    ("3栋2单元15层01", ("3", "2", "1501"), "3栋2单元1501", 15),
    ("3栋甲单元501", ("3", "甲", "501"), "3栋甲单元501", 5),
    ("3-甲-501", ("3", "甲", "501"), "3栋甲单元501", 5),
    ("3栋东单元501", ("3", "东", "501"), "3栋东单元501", 5),
    ("3栋西门501", ("3", "西", "501"), "3栋西单元501", 5),
    ("3号楼A座1503", ("3", "A", "1503"), "3栋A单元1503", 15),
    ("3栋2梯1501", ("3", "2", "1501"), "3栋2单元1501", 15),
    ("一期3栋2单元1501", ("1期3", "2", "1501"), "1期3栋2单元1501", 15),
    ("二期3-2-1501", ("2期3", "2", "1501"), "2期3栋2单元1501", 15),
    ("第二期3栋101", ("2期3", "", "101"), "2期3栋101", 1),
    ("A区3栋101", ("A区3", "", "101"), "A区3栋101", 1),
    ("A区3-2-101", ("A区3", "2", "101"), "A区3栋2单元101", 1),
    ("东区3栋101", ("东区3", "", "101"), "东区3栋101", 1),
    ("三组团5栋101", ("3组团5", "", "101"), "3组团5栋101", 1),
    ("一期A区3栋2单元1501", ("1期A区3", "2", "1501"), "1期A区3栋2单元1501", 15),
    ("海棠苑3号楼2单元501", ("海棠苑3", "2", "501"), "海棠苑3栋2单元501", 5),
    ("海棠苑3-501", ("海棠苑3", "", "501"), "海棠苑3栋501", 5),
    ("海棠苑501", ("海棠苑", "", "501"), "海棠苑501", 5),
    ("海棠苑2单元501", ("海棠苑", "2", "501"), "海棠苑2单元501", 5),
    ("锦绣阁501", ("锦绣阁", "", "501"), "锦绣阁501", 5),
    ("锦绣阁3-501", ("锦绣阁", "3", "501"), "锦绣阁3单元501", 5),
    ("锦绣阁1单元501", ("锦绣阁", "1", "501"), "锦绣阁1单元501", 5),
    ("别墅12号", ("别墅", "", "12"), "别墅12号", 1),
    ("别墅区12栋", ("别墅", "", "12"), "别墅12号", 1),
    ("12号别墅", ("别墅", "", "12"), "别墅12号", 1),
    ("联排8-2", ("联排", "", "8-2"), "联排8-2号", 1),
    ("联排8栋2号", ("联排", "", "8-2"), "联排8-2号", 1),
    ("联排8栋201", ("联排8", "", "201"), "联排8栋201", 2),
    ("联排8-201", ("联排8", "", "201"), "联排8栋201", 2),
    ("联排8-2-301", ("联排8", "2", "301"), "联排8栋2单元301", 3),
    ("A区别墅12号", ("A区别墅", "", "12"), "A区别墅12号", 1),
    ("二期别墅12", ("2期别墅", "", "12"), "2期别墅12号", 1),
    ("12弄3号501室", ("12弄3", "", "501"), "12弄3号501", 5),
    ("88号501室", ("88", "", "501"), "88栋501", 5),
    ("1288弄3号501", ("1288弄3", "", "501"), "1288弄3号501", 5),
    ("商铺S1-05", ("商铺", "", "商铺S1-05"), "商铺S1-05", 1),
    ("商铺 S1-05", ("商铺", "", "商铺S1-05"), "商铺S1-05", 1),
    ("商业街12号", ("商业街", "", "商铺12"), "商业街商铺12", 1),
    ("商业街A05", ("商业街", "", "商铺A05"), "商业街商铺A05", 1),
    ("3栋底商02", ("3", "", "商铺02"), "3栋商铺02", 1),
    ("底商02", ("商铺", "", "商铺02"), "商铺02", 1),
    ("3栋S05", ("3", "", "商铺05"), "3栋商铺05", 1),
    ("5栋商铺S05", ("5", "", "商铺S05"), "5栋商铺S05", 1),
    ("12号商铺", ("商铺", "", "商铺12"), "商铺12", 1),
    ("沿街商铺12号", ("商铺", "", "商铺12"), "商铺12", 1),
    ("商铺B1-05", ("商铺", "", "商铺B1-05"), "商铺B1-05", -1),
    ("商铺2层05", ("商铺", "", "商铺2层05"), "商铺2层05", 2),
    ("车位B1-023", ("车库", "", "车位B1-023"), "车位B1-023", -1),
    ("B1-023车位", ("车库", "", "车位B1-023"), "车位B1-023", -1),
    ("负二层A区015", ("车库", "", "车位B2-A015"), "车位B2-A015", -2),
    ("地下车位023", ("车库", "", "地下车位023"), "地下车位023", -1),
    ("地面车位12", ("车库", "", "地上车位12"), "地上车位12", 1),
    ("地下车库B1-023", ("车库", "", "车位B1-023"), "车位B1-023", -1),
    ("地下车库负一层A区015号", ("车库", "", "车位B1-A015"), "车位B1-A015", -1),
    ("车库12", ("车库", "", "车库12"), "车库12", 1),
    ("3栋车库05", ("3", "", "车库05"), "3栋车库05", 1),
    ("人防车位012", ("车库", "", "人防车位012"), "人防车位012", -1),
    ("5栋车位B1-023", ("5", "", "车位B1-023"), "5栋车位B1-023", -1),
    ("1期车位023", ("1期车库", "", "车位023"), "1期车位023", -1),
    ("储藏室12", ("储藏室", "", "储藏室12"), "储藏室12", -1),
    ("3栋储藏室12", ("3", "", "储藏室12"), "3栋储藏室12", -1),
    ("3-2-1501储藏室", ("3", "2", "储藏室1501"), "3栋2单元储藏室1501", -1),
    ("3栋2单元储藏间1501", ("3", "2", "储藏室1501"), "3栋2单元储藏室1501", -1),
    ("3栋2单元1501-1502", ("3", "2", "1501+1502"), "3栋2单元1501+1502", 15),
    ("3栋2单元1501/1502", ("3", "2", "1501+1502"), "3栋2单元1501+1502", 15),
    ("3-2-1501、1502合并", ("3", "2", "1501+1502"), "3栋2单元1501+1502", 15),
    ("3-2-1501+1502", ("3", "2", "1501+1502"), "3栋2单元1501+1502", 15),
    ("3栋1501/02", ("3", "", "1501+1502"), "3栋1501+1502", 15),
    ("3栋15A+15B", ("3", "", "15A+15B"), "3栋15A+15B", 15),
    ("3-15A+15B", ("3", "", "15A+15B"), "3栋15A+15B", 15),
    ("3栋1501-1503合并", ("3", "", "1501+1503"), "3栋1501+1503", 15),
    ("商铺03、04", ("商铺", "", "商铺03+04"), "商铺03+04", 1),
    ("商铺3+4", ("商铺", "", "商铺3+4"), "商铺3+4", 1),
    ("3栋整栋", ("3", "", "整栋"), "3栋整栋", 1),
    ("3栋3楼东", ("3", "", "3楼东户"), "3栋3楼东户", 3),
    ("3-2-三楼东户", ("3", "2", "3楼东户"), "3栋2单元3楼东户", 3),
    ("3栋2单元1501室", ("3", "2", "1501"), "3栋2单元1501", 15),
    ("阳光小区3栋2单元1501", ("3", "2", "1501"), "3栋2单元1501", 15),
    ("主楼1501", ("主楼", "", "1501"), "主楼1501", 15),
    ("综合楼301", ("综合楼", "", "301"), "综合楼301", 3),
    ("三号楼一单元101", ("3", "1", "101"), "3栋1单元101", 1),
    ("3#1-101", ("3", "1", "101"), "3栋1单元101", 1),
    ("T1栋3501", ("T1", "", "3501"), "T1栋3501", 35),
    ("南3栋101", ("南3", "", "101"), "南3栋101", 1),
    ("甲栋101", ("甲", "", "101"), "甲栋101", 1),
    ("3栋B101", ("3", "", "B101"), "3栋B101", 1),
    ("3栋10101", ("3", "", "10101"), "3栋10101", 1),
    ("1-11501", ("1", "", "11501"), "1栋11501", 15),
    ("3栋15层", ("3", "", "15层"), "3栋15层", 15),
    ("3栋负1层", ("3", "", "负1层"), "3栋负1层", -1),
    ("3栋2单元0301", ("3", "2", "0301"), "3栋2单元0301", 3),
    ("公寓A座1203", ("公寓A", "", "1203"), "公寓A栋1203", 12),
    ("高层3栋2单元1501", ("高层3", "2", "1501"), "高层3栋2单元1501", 15),
    ("洋房5-101", ("洋房5", "", "101"), "洋房5栋101", 1),
    ("A3-501", ("A3", "", "501"), "A3栋501", 5),
    ("12A栋101", ("12A", "", "101"), "12A栋101", 1),
    ("3-2-阁楼", ("3", "2", "阁楼"), "3栋2单元阁楼", 1),
    ("8栋2单元602阁楼", ("8", "2", "阁楼602"), "8栋2单元阁楼602", 6),
    ("3栋2单元6楼西户", ("3", "2", "6楼西户"), "3栋2单元6楼西户", 6),
    ("东1-2-101", ("东1", "2", "101"), "东1栋2单元101", 1),
    ("3栋2单元12B05", ("3", "2", "12B05"), "3栋2单元12B05", 14),
    ("3栋13A05", ("3", "", "13A05"), "3栋13A05", 14),
    ("3栋23A01", ("3", "", "23A01"), "3栋23A01", 24),
    ("3-2-负一", ("3", "2", "负1层"), "3栋2单元负1层", -1),
    ("3栋2单元地下二层", ("3", "2", "负2层"), "3栋2单元负2层", -2),
    ("3栋地下室", ("3", "", "地下室"), "3栋地下室", -1),
    ("12弄3号2单元501", ("12弄3", "2", "501"), "12弄3号2单元501", 5),
    ("12弄3号负101", ("12弄3", "", "负101"), "12弄3号负101", -1),
    ("二期别墅区A12号", ("2期别墅", "", "A12"), "2期别墅A12号", 1),
    ("A区-3-2-101", ("A区3", "2", "101"), "A区3栋2单元101", 1),
    ("3号楼乙单元201", ("3", "乙", "201"), "3栋乙单元201", 2),
    ("A座1单元803", ("A", "1", "803"), "A栋1单元803", 8),
    ("5号楼门面房03", ("5", "", "商铺03"), "5栋商铺03", 1),
    ("商业广场B2-118", ("商业广场", "", "商铺B2-118"), "商业广场商铺B2-118", -2),
    ("一期商铺S1-05", ("1期商铺", "", "商铺S1-05"), "1期商铺S1-05", 1),
    ("商铺A区05", ("商铺", "", "商铺A05"), "商铺A05", 1),
    ("子母车位017", ("车库", "", "子母车位017"), "子母车位017", -1),
    ("停车位B2-A-007", ("车库", "", "车位B2-A007"), "车位B2-A007", -2),
    ("停车场012", ("车库", "", "车位012"), "车位012", -1),
    ("地库B1-023", ("车库", "", "车位B1-023"), "车位B1-023", -1),
    ("3-2-储藏室1501", ("3", "2", "储藏室1501"), "3栋2单元储藏室1501", -1),
    ("3栋1单元501、502、503合并", ("3", "1", "501+502+503"), "3栋1单元501+502+503", 5),
    ("3栋1501室、1502室", ("3", "", "1501+1502"), "3栋1501+1502", 15),
    ("听涛轩2栋301", ("听涛轩2", "", "301"), "听涛轩2栋301", 3),
]
"""What is written, its parts, the canonical text, the floor."""


@pytest.mark.parametrize("text", ["3栋1501-1503", "3栋2单元501-601"])
def test_a_dash_between_rooms_that_are_no_neighbours_is_no_door(text: str) -> None:
    """A9: from … to … is not two doors made one, unless 合并 says so."""
    assert doors_of(text) == ()


SEVERAL = [
    ("3栋2单元-101", "3栋2单元101", "3栋2单元负101"),
    ("3栋-201", "3栋201", "3栋负201"),
    ("3栋2单元-1", "3栋2单元1", "3栋2单元负1层"),
    ("1-2号商铺", "1栋商铺2", "商铺1+2"),
]


@pytest.mark.parametrize(("text", "parts", "canonical", "floor"), FORMS)
def test_doors_as_estates_write_them(text: str, parts: tuple[str, str, str], canonical: str, floor: int) -> None:
    """A9: kept as the door it is, with its one text and a sensible floor."""
    door = parse_address(text)
    assert ((door.building, door.entrance, door.room), str(door), door.floor) == (parts, canonical, floor)
    assert parse_address(canonical) == door


@pytest.mark.parametrize("case", SEVERAL)
def test_what_could_mean_several_doors_is_refused_with_the_doors(case: tuple[str, ...]) -> None:
    """A9: nothing is guessed; whoever knows the estate's doors may tell."""
    text, *doors = case
    with pytest.raises(SeveralDoors) as refused:
        parse_address(text)
    assert [str(door) for door in refused.value.doors] == doors == [str(door) for door in doors_of(text)]


def test_a_building_alone_is_a_door_where_a_door_is_asked_for() -> None:
    """A9: 3栋 is a place; in a column of doors it is the house that is one."""
    house = Address("3", "", "整栋")
    assert parse_address("3栋", one_door=True) == parse_address("3栋整栋") == house
    assert parse_address("88号", one_door=True) == Address("88", "", "整栋")
    assert parse_address("12弄3号", one_door=True) == Address("12弄3", "", "整栋")
    assert parse_address("别墅12号", one_door=True) == Address("别墅", "", "12")


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("一期3栋", "", "-101"), "1期3栋负101"),
        (("3", "甲单元", "3A01"), "3栋甲单元3A01"),
        (("地下车库", "", "B1-023"), "车位B1-023"),
        (("二期车库", "", "负二层A区015"), "2期车位B2-A015"),
        (("商业街", "", "S1-05"), "商业街商铺S1-05"),
        (("联排", "", "8-2"), "联排8-2号"),
        (("别墅区", "", "12号"), "别墅12号"),
        (("东楼", "", "1501-1502"), "东楼1501+1502"),
    ],
)
def test_a_table_s_parts_name_every_kind_of_door(parts: tuple[str, str, str], text: str) -> None:
    """A9: in a column of rooms a minus is a minus, and a car park's doors are parking spaces."""
    assert str(make_address(*parts)) == text


def test_a_place_in_words_begins_with_its_building() -> None:
    """A9: 一期3栋2单元电梯厅 belongs to 1期3."""
    assert [building_of(text) for text in ("3栋2单元电梯厅", "一期 3栋大堂", "锦绣阁大堂", "南门岗亭")] == [
        "3",
        "1期3",
        "锦绣阁",
        None,
    ]
    assert [building_words(code) for code in ("3", "1期3", "12弄3", "锦绣阁", "车库")] == [
        "3栋",
        "1期3栋",
        "12弄3号",
        "锦绣阁",
        "车库",
    ]


def test_a_walk_begins_below_ground_and_ends_at_the_cars() -> None:
    """A9: 2栋 before 10栋, 12A between 12 and 13, shops after the homes, parking last."""
    walk = (
        *("1栋101", "2栋1单元负201", "2栋1单元负101", "2栋1单元101", "2栋1单元1205", "2栋1单元12A05", "2栋1单元1501"),
        *("2栋1单元商铺01", "2栋1单元储藏室3", "2栋2单元101", "2栋甲单元101", "10栋101", "1期2栋101", "1期10栋101"),
        *("别墅2号", "别墅10号", "商业街商铺9", "商业街商铺10", "储藏室1", "车位B2-1", "车位B1-2", "车位B1-10"),
    )
    assert [str(door) for door in sorted(map(parse_address, reversed(walk)), key=address_order)] == list(walk)


areas = st.lists(
    st.sampled_from(("1期", "2期", "A区", "东区", "3组团", "海棠苑", "公寓", "洋房")), max_size=2, unique=True
).map("".join)
numbers = st.from_regex(r"[1-9][0-9]{0,2}[A-Z]?|[A-Z][0-9]{0,3}|[甲东南][1-9]?", fullmatch=True)
codes = st.one_of(
    st.builds("{}{}".format, areas, numbers),
    st.integers(1, 9999).map("{}弄3".format),
    st.sampled_from(("锦绣阁", "东楼", "2期听涛轩")),
)
entrances = st.one_of(st.just(""), st.integers(1, 99).map(str), st.sampled_from("ABC甲乙东西"))
labels = st.from_regex(r"(B[1-3]-|2层)?([A-Z]|S[1-9]-|东区)?[0-9]{1,4}[A-Z]?|[A-Z]", fullmatch=True)
homes = st.one_of(
    st.from_regex(r"[0-9]{1,5}[A-Z]?|[1-3]?[0-9][A-C][0-9]{2}|[A-RT-Z][1-9][0-9]{2,3}", fullmatch=True),
    st.from_regex(r"负[1-3][0-9]{2}|负[1-3]层|[1-9][0-9]?层|[1-6]楼[东西]户", fullmatch=True),
)
merged = st.integers(1, 40).flatmap(lambda floor: st.sampled_from((f"{floor}01+{floor}02", f"{floor}A+{floor}B")))
of_a_kind = st.one_of(
    st.builds("{}{}".format, st.sampled_from(("商铺", "车位", "地下车位", "车库", "储藏室", "地下室", "阁楼")), labels),
    st.sampled_from(("地下室", "整栋", "商铺03+04")),
)
elsewhere = st.one_of(
    st.builds(lambda area, label: Address(f"{area}车库", "", f"车位{label}"), areas, labels),
    st.builds(lambda label: Address("商业街", "", f"商铺{label}"), labels),
    st.builds(lambda area, label: Address(f"{area}商铺", "", f"商铺{label}"), areas, labels),
    st.builds(lambda number: Address("别墅", "", str(number)), st.integers(1, 300)),
    st.builds(lambda row, number: Address("联排", "", f"{row}-{number}"), st.integers(1, 99), st.integers(1, 12)),
)


@given(st.one_of(st.builds(Address, codes, entrances, st.one_of(homes, merged, of_a_kind)), elsewhere))
def test_what_is_formatted_is_parsed_back(address: Address) -> None:
    """A9: one canonical text for each door, and its parts in a table mean the same door."""
    assert doors_of(format_address(address)) == (address,)
    assert make_address(address.building, address.entrance, address.room) == address


@pytest.mark.parametrize("text", ["3栋0层", "3栋0层A", "3栋00层", "3栋0楼东户"])
def test_there_is_no_floor_zero(text: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        parse_address(text)


@given(st.lists(st.sampled_from([*"0123AFS三十- 室#+层号负区", "栋", "单元", "商铺", "车位"]), max_size=9).map("".join))
def test_any_text_is_either_refused_or_has_one_stable_meaning(text: str) -> None:
    try:
        address = parse_address(text)
    except ValueError:
        return
    assert parse_address(format_address(address)) == address


@given(
    st.builds(
        Address,
        st.from_regex(r"[1-9][0-9]{0,2}[A-Z]?|[A-Z][0-9]{0,3}", fullmatch=True),
        st.integers(1, 99).map(str),
        st.from_regex(r"[0-9]{1,5}", fullmatch=True),
    ),
    st.sampled_from("- /"),
)
def test_the_short_way_means_the_same(address: Address, separator: str) -> None:
    assert parse_address(separator.join((address.building, address.entrance, address.room))) == address
