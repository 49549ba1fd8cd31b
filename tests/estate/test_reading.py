"""What a good workbook gives: values as the program keeps them, stable ids, notices."""

from __future__ import annotations

import zipfile
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.domain.times import at_china
from app.domain.writing.addresses import Address
from sync_server.estate.columns import SHEETS
from sync_server.estate.data import EstateData
from sync_server.estate.faults import FAULT_KINDS, WorkbookFaults
from sync_server.estate.workbook import MOST_BYTES, Progress, read_workbook
from tests.estate.small import good, read


def ids(data: EstateData) -> list[str]:
    lists = [getattr(data, field.name) for field in fields(data) if field.name not in ("estate", "notices")]
    return [data.estate.id, *(thing.id for things in lists for thing in things)]


def test_a_good_workbook_gives_everything_linked(tmp_path: Path) -> None:
    data = read(tmp_path, good())
    tower, shops = data.buildings
    assert (tower.code, tower.name, shops.name) == ("3", "3栋", "听雨轩")
    assert tower.steward_id == shops.steward_id == data.staff[0].id
    assert data.staff[0].building_ids == (tower.id, shops.id)
    assert data.units[0].address == Address("3", "2", "1501")
    assert (data.units[0].floor, data.units[0].area, data.units[2].floor) == (15, "89.50", 1)
    assert data.households[0].unit_id == data.units[0].id
    assert (data.households[0].arrears_fen, data.households[0].moved_in_on) == (8_050, "2019-05-01")
    assert [household.status for household in data.households] == ["living", "living", "living", "vacant"]
    assert data.people[0].household_id == data.households[0].id
    assert data.staff[3].roles == ("desk", "admin")
    assert [item.price_fen for item in data.price_items] == [3_000, 1_500]
    ticket, public = data.tickets
    assert (ticket.household_id, ticket.address) == (data.households[0].id, "3栋2单元1501")
    assert (ticket.item_id, ticket.worker_id) == (data.price_items[0].id, data.staff[1].id)
    assert ticket.requested_at == at_china(date(2026, 11, 21), 9, 5)
    assert (ticket.state, ticket.quantity) == ("arrived", "1")
    assert (public.building_id, public.unit_id, public.address) == (tower.id, None, "3栋2单元电梯厅")
    assert public.requested_at == ticket.requested_at


def test_the_same_workbook_gives_the_same_ids_and_another_estate_others(tmp_path: Path) -> None:
    once, again = read(tmp_path, good()), read(tmp_path, good())
    assert ids(once) == ids(again)
    assert len(set(ids(once))) == len(ids(once))
    rows = good()
    rows["estate"][0]["code"] = "HY"
    assert not set(ids(read(tmp_path, rows))) & set(ids(once))


def test_a_changed_phone_price_or_name_keeps_the_id(tmp_path: Path) -> None:
    before = read(tmp_path, good())
    rows = good()
    rows["people"][0]["phone"] = "14299999999"
    rows["price_list"][0]["price"] = 35
    rows["staff"][1]["name"] = "王小强"
    rows["units"].reverse()
    after = read(tmp_path, rows)
    assert (after.people[0].id, after.price_items[0].id, after.staff[1].id) == (
        before.people[0].id,
        before.price_items[0].id,
        before.staff[1].id,
    )
    assert {unit.id for unit in after.units} == {unit.id for unit in before.units}


def test_two_people_of_one_name_in_a_household_stay_two(tmp_path: Path) -> None:
    data = read(tmp_path, good())
    first, second = (person for person in data.people if person.name == "王磊")
    assert first.household_id == second.household_id
    assert first.id != second.id
    assert (first.serial, second.serial) == (1, 2)
    assert [notice.kind for notice in data.notices] == ["same_name"]


def test_rare_characters_emoji_and_long_remarks_come_in_as_they_are(tmp_path: Path) -> None:
    rows = good()
    rows["people"][0]["name"] = "𠮷䶮㛃"
    rows["households"][0]["name"] = "﨑田👨‍👩‍👧"
    rows["households"][0]["notes"] = "第一行\n" + "请轻敲门🐶" * 600
    data = read(tmp_path, rows)
    assert data.people[0].name == "𠮷䶮㛃"
    assert data.households[0].name == "﨑田👨‍👩‍👧"
    assert data.households[0].notes == rows["households"][0]["notes"]


def test_what_excel_does_to_numbers_is_undone(tmp_path: Path) -> None:
    rows = good()
    rows["units"][0] |= {"room": 1501.0, "building": 3.0, "entrance": "２"}
    rows["people"][0]["phone"] = 14200001234.0
    rows["staff"][1]["number"] = 7.0
    rows["tickets"][0] |= {"worker": "７", "accepted_at": 46347.383333333, "external_ref": 20261121001.0}
    data = read(tmp_path, rows)
    assert data.units[0].address == Address("3", "2", "1501")
    assert data.people[0].phone == "14200001234"
    assert data.tickets[0].worker_id == data.staff[1].id
    assert data.tickets[0].accepted_at == at_china(date(2026, 11, 21), 9, 12)
    assert data.tickets[0].external_ref == "20261121001"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda rows: rows["price_list"].clear() or rows["tickets"][0].pop("item_code"), "no_price_list"),
        (lambda rows: rows["staff"][3].update(roles="前台"), "nobody_with_role"),
        (lambda rows: rows["staff"][2].update(active="否"), "nobody_with_role"),
        (lambda rows: rows["staff"][0].update(buildings="3"), "building_without_steward"),
        (lambda rows: rows["people"].clear(), "nobody_listed"),
    ],
)
def test_what_should_be_known_is_told_but_keeps_nothing_out(tmp_path: Path, change: Any, kind: str) -> None:
    rows = good()
    change(rows)
    assert kind in {notice.kind for notice in read(tmp_path, rows).notices}


def free_form(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    """Write sheets cell by cell, the way people make them."""
    with xlsxwriter.Workbook(str(path)) as book:
        for title, grid in sheets.items():
            page = book.add_worksheet(title)
            for row, cells in enumerate(grid):
                page.write_row(row, 0, cells)


def own_layout() -> dict[str, list[list[Any]]]:
    """The small estate with English names, other orders, a title above, an extra column and blank rows."""
    sheets: dict[str, list[list[Any]]] = {}
    for sheet in reversed(SHEETS):
        columns = sheet.columns[::-1]
        grid = [["我们小区的资料"], [], ["My own mark", *(f"{column.en} *" for column in columns)], []]
        for row in good()[sheet.name]:
            grid += [["✓", *(str(row.get(column.name, "")) for column in columns)], ["", " "]]
        sheets[sheet.en] = grid
    sheets["Notes to self"] = [["milk"]]
    return sheets


def test_english_names_any_order_and_extra_columns_are_fine(tmp_path: Path) -> None:
    free_form(tmp_path / "own.xlsx", own_layout())
    data = read_workbook(tmp_path / "own.xlsx")
    assert ids(data) == ids(read(tmp_path, good()))
    ignored = [(notice.kind, notice.sheet) for notice in data.notices if notice.kind.endswith("_ignored")]
    assert ignored.count(("column_ignored", "Units")) == 1
    assert ("sheet_ignored", "Notes to self") in ignored


def test_a_fault_in_another_layout_is_told_with_that_layout_s_row_and_column(tmp_path: Path) -> None:
    sheets = own_layout()
    sheets["People"][4][1] = "not a phone"
    free_form(tmp_path / "own.xlsx", sheets)
    with pytest.raises(WorkbookFaults) as told:
        read_workbook(tmp_path / "own.xlsx")
    (fault,) = told.value.faults
    assert (fault.place, fault.header) == ("People!B5", "Phone *")


def test_missing_sheets_and_columns_are_told(tmp_path: Path) -> None:
    sheets = own_layout()
    del sheets["Price list"]
    sheets["People"] = [row[:-3] + row[-2:] for row in sheets["People"][:3]]  # without the name
    sheets["Staff"][2][2] = sheets["Staff"][2][3]
    sheets["Open tickets"] = [["nothing", "known"]]
    free_form(tmp_path / "own.xlsx", sheets)
    with pytest.raises(WorkbookFaults) as told:
        read_workbook(tmp_path / "own.xlsx")
    kinds = {(fault.kind, fault.sheet) for fault in told.value.faults}
    assert {
        ("sheet_missing", "收费项目"),
        ("column_missing", "People"),
        ("column_twice", "Staff"),
        ("header_missing", "Open tickets"),
    } <= kinds


def test_a_formula_error_is_a_bad_cell_and_not_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    free_form(path, {})
    with xlsxwriter.Workbook(str(path)) as book:
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.zh)
            page.write_row(0, 0, [column.zh for column in sheet.columns])
            for number, row in enumerate(good()[sheet.name], start=1):
                page.write_row(number, 0, [str(row.get(column.name, "")) for column in sheet.columns])
            if sheet.name == "people":
                page.write_formula("E3", "=VLOOKUP(1,A1:B2,2)", None, "#N/A")
    with pytest.raises(WorkbookFaults) as told:
        read_workbook(path)
    (fault,) = told.value.faults
    assert (fault.kind, fault.place, fault.value) == ("error_cell", "人员!E3", "#N/A")


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 an old or locked file", "小区,荔园".encode()]
)
def test_another_kind_of_file_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "estate.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookFaults) as told:
        read_workbook(path)
    assert [fault.kind for fault in told.value.faults] == ["not_a_workbook"]


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_cut_off_in_a_copy_brings_in_nothing(tmp_path: Path, part: float) -> None:
    read(tmp_path, good())
    path = tmp_path / "estate.xlsx"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(WorkbookFaults) as told:
        read_workbook(path)
    assert [fault.kind for fault in told.value.faults] == ["not_a_workbook"]


def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(WorkbookFaults) as told:
        read_workbook(tmp_path / "nowhere.xlsx")
    assert told.value.faults[0].kind == "file_missing"


def test_progress_grows_to_the_whole(tmp_path: Path) -> None:
    read(tmp_path, good())
    seen: list[Progress] = []
    read_workbook(tmp_path / "estate.xlsx", seen.append)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert seen[-1].done == seen[-1].total
    assert {progress.sheet for progress in seen} == {sheet.zh for sheet in SHEETS}


def test_every_kind_of_fault_speaks_both_languages() -> None:
    assert all(kind.zh and kind.en and kind.zh != kind.en for kind in FAULT_KINDS.values())


def test_a_workbook_that_would_fill_the_memory_is_told_and_not_read(tmp_path: Path) -> None:
    bomb, far = tmp_path / "bomb.xlsx", tmp_path / "far.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sheet.xml", "w") as part:
        for _ in range(MOST_BYTES // 10_000_000 + 1):
            part.write(bytes(10_000_000))
    assert bomb.stat().st_size < MOST_BYTES // 500
    with xlsxwriter.Workbook(str(far)) as book:
        page = book.add_worksheet("人员")
        page.write(0, 0, "x")
        page.write(1_048_575, 16_383, "x")
    for path in (bomb, far):
        with pytest.raises(WorkbookFaults) as told:
            read_workbook(path)
        assert [fault.kind for fault in told.value.faults] == ["workbook_too_big"]


def test_every_kind_of_door_is_brought_in_as_the_door_it_is(tmp_path: Path) -> None:
    """A9: below ground, letters, phases, 甲单元, merged doors, shops, houses and parking spaces."""
    rows = good()
    rows["buildings"] += [{"code": code} for code in ("一期3", "地下车库", "别墅", "商业街", "锦绣阁", "12弄3")]
    rows["units"] += [
        {"building": "3", "entrance": "2", "room": -101},
        {"building": "3", "entrance": "甲单元", "room": "12A05"},
        {"building": "一期3栋", "room": "1501-1502"},
        {"building": "车库", "room": "B1-023"},
        {"building": "别墅", "room": 12},
        {"building": "商业街", "room": "S1-05"},
        {"building": "锦绣阁", "room": "A501"},
        {"building": "12弄3", "room": "整栋"},
    ]
    homes = ("12号别墅", "地下车库B1-023", "12弄3号")
    rows["households"] += [{"address": address, "name": "何静"} for address in homes]
    rows["tickets"] += [
        {**rows["tickets"][1], "external_ref": "WX3", "address": "一期3栋大堂"},
        {**rows["tickets"][1], "external_ref": "WX4", "address": "3栋负一层"},
        {**rows["tickets"][0], "external_ref": "WX5", "address": "3栋2单元-101"},
        {**rows["tickets"][0], "external_ref": "WX6", "address": "12弄3号"},
    ]
    data = read(tmp_path, rows)
    assert [building.name for building in data.buildings[2:]] == [
        "1期3栋",
        "车库",
        "别墅",
        "商业街",
        "锦绣阁",
        "12弄3号",
    ]
    assert [(str(unit.address), unit.room, unit.floor) for unit in data.units[3:]] == [
        ("3栋2单元负101", "负101", -1),
        ("3栋甲单元12A05", "12A05", 13),
        ("1期3栋1501+1502", "1501+1502", 15),
        ("车位B1-023", "车位B1-023", -1),
        ("别墅12号", "12", 1),
        ("商业街商铺S1-05", "商铺S1-05", 1),
        ("锦绣阁A501", "A501", 5),
        ("12弄3号整栋", "整栋", 1),
    ]
    assert [home.unit_id for home in data.households[-3:]] == [data.units[n].id for n in (7, 6, 10)]
    lobby, cellar, below, house = data.tickets[2:]
    assert (lobby.building_id, lobby.address) == (data.buildings[2].id, "一期3栋大堂")
    assert (cellar.unit_id, cellar.address) == (None, "3栋负一层")
    assert below.address == "3栋2单元负101", "of the two doors it may mean there is one"
    assert house.unit_id == data.units[10].id, "a house is a door"


def test_posts_are_read_as_companies_write_them(tmp_path: Path) -> None:
    rows = good()
    written = {
        "服务中心经理": "manager",
        "保安": "guard",
        "保洁": "cleaner",
        "楼管": "steward",
        "工程主管": "engineering_supervisor",
    }
    rows["staff"] += [
        rows["staff"][-1]
        | {"number": f"N{i}", "name": f"某{i}", "login": f"somebody{i}", "roles": word, "buildings": ""}
        for i, word in enumerate(written)
    ]
    people = {person.login: person.roles for person in read(tmp_path, rows).staff}
    assert [people[f"somebody{i}"] for i in range(len(written))] == [(role,) for role in written.values()]
