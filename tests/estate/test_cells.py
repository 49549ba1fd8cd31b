"""Single cells: what is taken, what it becomes, and that nothing else gets in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.times import CHINA, from_datetime
from sync_server.estate.cells import BadCell, parse_cell
from sync_server.estate.columns import Column, Type


def parse(kind: Type, raw: Any) -> Any:
    return parse_cell(Column("cell", "格", "Cell", kind), raw)


def refused(kind: Type, raw: Any) -> str:
    with pytest.raises(BadCell) as told:
        parse(kind, raw)
    return told.value.kind.name


fens = st.integers(0, 100_000_000)


@given(fens)
def test_money_is_exact_however_it_is_written(fen: int) -> None:
    yuan = f"{fen // 100}.{fen % 100:02d}"
    grouped = f"{fen // 100:,}.{fen % 100:02d}"
    for raw in (fen / 100, yuan, f"{yuan}元", f"¥{yuan}", f"￥ {grouped}", yuan.translate(FULL_WIDTH), f"{yuan}0"):
        assert parse(Type.MONEY, raw) == fen


FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@given(fens, st.integers(1, 9))
def test_money_with_a_third_decimal_is_refused(fen: int, third: int) -> None:
    assert refused(Type.MONEY, f"{fen // 100}.{fen % 100:02d}{third}") == "bad_money"


@pytest.mark.parametrize(
    "raw", [True, date(2026, 1, 1), "八十", "80-90", "80.5.1", "1e3", "", "NaN", "12,34", 1e9, -0.01]
)
def test_what_is_not_an_amount_is_refused_or_empty(raw: Any) -> None:
    if raw == "":
        assert parse(Type.MONEY, raw) is None
    else:
        assert refused(Type.MONEY, raw) == "bad_money"


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(mobiles, st.sampled_from(["", "+86", "+86 ", "86-", "0086"]), st.booleans())
def test_a_mobile_number_is_the_same_however_it_is_written(number: str, prefix: str, apart: bool) -> None:
    written = prefix + (f"{number[:3]} {number[3:7]}-{number[7:]}" if apart else number)
    assert parse(Type.PHONE, written) == number
    assert parse(Type.PHONE, float(number)) == number
    assert parse(Type.PHONE, number.translate(FULL_WIDTH)) == number


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("0755-26001234", "0755-26001234"),
        ("(010) 62781234", "01062781234"),
        ("010—62781234-801", "010-62781234-801"),
        (26001234.0, "26001234"),
        ("400-800-1234", "400-800-1234"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_other_numbers_people_have(raw: Any, kept: str) -> None:
    assert parse(Type.PHONE, raw) == kept


@given(st.text(alphabet="0123456789-+ 无转ab", min_size=1))
def test_a_phone_cell_gives_digits_or_a_fault(raw: str) -> None:
    try:
        phone = parse(Type.PHONE, raw)
    except BadCell as told:
        assert told.kind.name == "bad_phone"
    else:
        assert phone is None or 7 <= sum(char.isdigit() for char in phone) <= 18


@given(st.dates(date(1970, 1, 1), date(2200, 12, 31)))
def test_a_day_is_the_same_however_it_is_written(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    ways: list[Any] = [
        day,
        datetime.combine(day, time()),
        serial,
        float(serial),
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02d}.{day.day:02d}",
        f" {day.year}年{day.month}月{day.day}日 ",
        f"{day:%Y%m%d}".rjust(8, "0"),
        float(f"{day:%Y%m%d}"),
    ]
    assert {parse(Type.DAY, way) for way in ways} == {day.isoformat()}


@pytest.mark.parametrize("day", [date(2200, 12, 29), date(2200, 12, 30), date(2200, 12, 31)])
def test_the_last_days_are_read_as_serials_too(day: date) -> None:
    """A17: the bound is a day, not a number somebody worked out."""
    serial = (day - date(1899, 12, 30)).days
    assert parse(Type.DAY, float(serial)) == day.isoformat()
    evening = datetime.combine(day, time(23, 59, 59)).replace(tzinfo=CHINA)
    assert parse(Type.MOMENT, serial + 86_399 / 86_400) == from_datetime(evening)
    with pytest.raises(BadCell):
        parse(Type.DAY, float((date(2201, 1, 1) - date(1899, 12, 30)).days))


@pytest.mark.parametrize(
    "raw", ["2026-02-29", "26-11-21", "2026-13-01", "11/21/2026", "2026-11/21", "明天", 12, 1.5e6, True, "1969-12-31"]
)
def test_what_is_no_day_is_refused(raw: Any) -> None:
    assert refused(Type.DAY, raw) == "bad_date"


def test_a_day_with_a_time_of_day_is_refused_rather_than_cut() -> None:
    assert refused(Type.DAY, datetime(2026, 11, 21, 9, 5)) == "bad_date"


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 12, 31)).map(lambda moment: moment.replace(microsecond=0)))
def test_a_moment_is_china_s_wall_time_however_it_is_written(moment: datetime) -> None:
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    ways: list[Any] = [
        moment,
        serial,
        moment.isoformat(" "),
        moment.isoformat("T"),
        f"{moment.year}/{moment.month}/{moment.day}  {moment:%H:%M:%S}",
        f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}:{moment.minute:02d}:{moment.second:02d}",
    ]
    assert {parse(Type.MOMENT, way) for way in ways} == {from_datetime(moment.replace(tzinfo=CHINA))}


def test_a_moment_may_leave_out_seconds_or_the_time() -> None:
    assert parse(Type.MOMENT, "2026-11-21 9:05") == parse(Type.MOMENT, datetime(2026, 11, 21, 9, 5))
    assert parse(Type.MOMENT, "2026-11-21") == parse(Type.MOMENT, date(2026, 11, 21))
    assert refused(Type.MOMENT, "09:05") == "bad_moment"
    assert refused(Type.MOMENT, time(9, 5)) == "bad_moment"


@pytest.mark.parametrize("kind", [Type.TEXT, Type.CODE, Type.ROOM, Type.BUILDING, Type.ADDRESS])
def test_what_excel_turned_into_a_date_is_told_as_that(kind: Type) -> None:
    assert refused(kind, date(2026, 3, 2)) == "turned_into_date"


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        (Type.TEXT, " 张　伟 ", "张 伟"),
        (Type.TEXT, "１号店Ａ", "1号店A"),
        (Type.TEXT, 1501.0, "1501"),
        (Type.TEXT, 2.5, "2.5"),
        (Type.TEXT, "𠮷䶮㛃🐶（）", "𠮷䶮㛃🐶（）"),
        (Type.LONG_TEXT, "一\r\n二_x000D_\n三　", "一\n二\n三"),
        (Type.CODE, " Ｓ０ １ ", "S01"),
        (Type.CODE, 7.0, "7"),
        (Type.CODES, "a、b，c;a", ("a", "b", "c")),
        (Type.BUILDINGS, "1栋、03， 5", ("1", "3", "5")),
        (Type.BUILDINGS, 3.0, ("3",)),
        (Type.ROOM, " 1501室 ", "1501室"),
        (Type.INTEGER, "-1", -1),
        (Type.INTEGER, 15.0, 15),
        (Type.AREA, "89.5㎡", "89.50"),
        (Type.QUANTITY, 2.5, "2.5"),
        (Type.QUANTITY, 10.0, "10"),
        (Type.YES_NO, "Yes", True),
        (Type.YES_NO, "否", False),
        (Type.YES_NO, True, True),
        (Type.LOGIN, " WangQiang ", "wangqiang"),
        (Type.TEXT, "\u200b\ufeff　", None),
    ],
)
def test_cells_become_what_was_meant(kind: Type, raw: Any, kept: Any) -> None:
    assert parse(kind, raw) == kept
