"""Names, phones, days and money as people write them into one cell."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_server.register.people import read_people
from sync_server.register.values import Unclear, is_nothing, read_area, read_day, read_money

A, B = "13800000001", "13900000002"


@pytest.mark.parametrize(
    ("names", "phones", "found"),
    [
        ("张三", A, [("张三", "owner", A)]),
        ("张 三", 13800000001.0, [("张三", "owner", A)]),
        ("张三、李四", f"{A}；{B}", [("张三", "owner", A), ("李四", "owner", B)]),
        ("张三\n李四", f"{A}\n{B}", [("张三", "owner", A), ("李四", "owner", B)]),
        ("张三 李四", "138 0000 0001 / 139-0000-0002", [("张三", "owner", A), ("李四", "owner", B)]),
        (f"张三{A} 李四{B}", "", [("张三", "owner", A), ("李四", "owner", B)]),
        (f"张三({A})李四({B})", "", [("张三", "owner", A), ("李四", "owner", B)]),
        ("张三(妻:李四)", f"{A}/{B}", [("张三", "owner", A), ("李四", "family", B)]),
        ("张三（租客）", "无", [("张三", "tenant", "")]),
        ("业主：张三 租客：李四", "", [("张三", "owner", ""), ("李四", "tenant", "")]),
        ("张三", f"{A}/{B}", [("张三", "owner", A), ("张三", "owner", B)]),
        ("张三", f"张三:{A} 妻:{B}", [("张三", "owner", A), ("妻", "family", B)]),
        ("张三/李四", A, [("张三", "owner", A), ("李四", "owner", "")]),
        ("某某有限公司(深圳)", "0755-88888888转801", [("某某有限公司(深圳)", "owner", "0755-88888888-801")]),
        ("阿卜杜拉·买买提", "+8613800000001", [("阿卜杜拉·买买提", "owner", A)]),
        ("John Smith", "", [("John Smith", "owner", "")]),
        ("空置", "/", []),
        ("无", "-", []),
    ],
)
def test_people_and_phones_of_one_cell(names: object, phones: object, found: list[tuple[str, str, str]]) -> None:
    """B1: several phones and people in one cell."""
    people = read_people(names, phones)
    assert [(one.name, one.relation, one.phone) for one in people.found] == found
    assert not (people.bad_names or people.bad_phones or people.unpaired)


@pytest.mark.parametrize("phone", ["1380000", "1.38E+10", "138000000011"])
def test_what_is_no_phone_is_told(phone: str) -> None:
    """B1: a number cut short by Excel is not taken for a phone."""
    people = read_people("张三", phone)
    assert people.bad_phones == [phone] or [one.phone for one in people.found] == [phone]


_names = st.lists(
    st.text(st.sampled_from("王李张刘陈杨伟芳娜敏静丽强磊"), min_size=2, max_size=4),
    min_size=1,
    max_size=4,
    unique=True,
)
_marks = st.sampled_from(["、", "/", "，", ",", ";", "；", "\n", " ", " / ", "\r\n"])


@settings(max_examples=200, deadline=None)
@given(_names, _marks, _marks, st.data())
def test_as_many_names_as_phones_are_paired_in_order(
    names: list[str], mark: str, other: str, data: st.DataObject
) -> None:
    """B1: whatever parts them."""
    mobile = st.integers(0, 10**8 - 1).map(lambda n: f"138{n:08d}")
    phones = data.draw(st.lists(mobile, min_size=len(names), max_size=len(names), unique=True))
    people = read_people(mark.join(names), other.join(phones))
    assert [(one.name, one.phone) for one in people.found] == list(zip(names, phones, strict=True))


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.integers(), st.floats(allow_nan=False), st.booleans(), st.dates()),
    st.text(max_size=40),
)
def test_no_cell_breaks_the_reader(names: object, phones: object) -> None:
    """B1: whatever stands there, it is read, told or left out."""
    people = read_people(names, phones)
    assert all(one.name or one.phone for one in people.found)
    for read in (read_day, read_money, read_area):
        with contextlib.suppress(Unclear):
            read(names)


@pytest.mark.parametrize(
    ("cell", "day", "exact"),
    [
        ("2024.3.5", "2024-03-05", True), ("2024年3月5日", "2024-03-05", True), ("24/3/5", "2024-03-05", True),
        ("99.5.1", "1999-05-01", True), ("20190501", "2019-05-01", True), (20190501, "2019-05-01", True),
        (43586, "2019-05-01", True), ("43586", "2019-05-01", True), (date(2019, 5, 1), "2019-05-01", True),
        (datetime(2019, 5, 1, 10, 30), "2019-05-01", True), ("2019-05-01 00:00:00", "2019-05-01", True),
        ("２０１９．５．１", "2019-05-01", True), ("13/5/2024", "2024-05-13", True), ("2019年5月", "2019-05-01", False),
        ("2019/5", "2019-05-01", False), (2019.5, "2019-05-01", False), ("2019.10", "2019-10-01", False),
        ("201905", "2019-05-01", False), ("2019年", "2019-01-01", False),
    ],
)  # fmt: skip
def test_days_as_people_write_them(cell: object, day: str, exact: bool) -> None:
    """B1: points, slashes, Excel's serial numbers, months alone."""
    found = read_day(cell)
    assert (found.text, found.exact) == (day, exact)


@pytest.mark.parametrize("cell", ["3/5/2024", 2019.1, "去年", "2019.13.1", 12, True, "0001-01-01"])
def test_a_day_that_could_be_two_is_unclear(cell: object) -> None:
    """B1: the 3rd of May or the 5th of March: not guessed."""
    with pytest.raises(Unclear):
        read_day(cell)


@settings(max_examples=100, deadline=None)
@given(
    st.dates(date(1980, 1, 1), date(2060, 12, 31)),
    st.sampled_from(["{0}.{1}.{2}", "{0}年{1}月{2}日", "{0}/{1}/{2}", "{0}-{1:02d}-{2:02d}", "{0}{1:02d}{2:02d}"]),
)
def test_every_day_is_read_back(day: date, form: str) -> None:
    """B1: in every way of writing it."""
    assert read_day(form.format(day.year, day.month, day.day)).text == day.isoformat()


def test_money_and_areas() -> None:
    """B1: yuan with signs and commas, square metres with units."""
    assert [read_money(cell) for cell in ("1,234.5", "¥300元", "1.2万", 345.678, 0)] == [
        123_450,
        30_000,
        1_200_000,
        34_568,
        0,
    ]
    assert [read_area(cell) for cell in ("89.5㎡", "89.50 m²", 89.5, "89.5平方米")] == ["89.50"] * 4
    assert all(is_nothing(cell) for cell in ("", "无", "/", "-", "——", " 暂无 ", "N/A", None)) and not is_nothing(0)
