"""A register into the store: shown first, one transaction, quiet when it comes again; whose archive is whose."""

# ruff: noqa: E501 - rows of samples read better uncut

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from sync_server import cli
from sync_server.estate.data import EstateData
from sync_server.estate.families import Same, same_family
from sync_server.register.plan import CHANGED, KEEP, MERGED, MOVED_OUT, NEW, UNCHANGED, Item, Plan
from sync_server.store import Store, tables
from sync_server.store.estate import registers
from sync_server.store.estate.importing import import_estate
from sync_server.store.estate.preparing import ESTATE_QUESTION, Preparation
from tests.estate import small
from tests.estate.registers import HEADINGS, A, B, C, workbook

_WIDE = ["楼栋", "单元", "房号", "业主", "电话", "租户", "租户电话", "面积", "入住日期", "欠费", "备注"]


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store, on either database."""
    made = Store(store_url, tmp_path / "blobs")
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def light(tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite: for what does not depend on the database."""
    made = Store(f"sqlite:///{tmp_path / 'light.db'}", tmp_path / "blobs")
    made.migrate()
    yield made
    made.close()


def _plan(store: Store, rows: list[list[Any]], heads: Any = None, **answers: str) -> Plan:
    prepared = Preparation.of(store, workbook({"登记表": [heads or HEADINGS, *rows]}))
    prepared.answer({ESTATE_QUESTION: "荔园", **answers})
    prepared.work_out()
    assert prepared.plan is not None, prepared.questions
    return prepared.plan


def _import(store: Store, rows: list[list[Any]], heads: Any = None, **answers: str) -> Plan:
    plan = _plan(store, rows, heads, **answers)
    registers.apply_plan(store, plan)
    return plan


def _items(plan: Plan, *kinds: str) -> list[Item]:
    return [item for item in plan.items if item.kind in kinds]


def _told(plan: Plan) -> dict[str, int]:
    return {kind: count for kind, count in plan.counts().items() if count}


def _households(store: Store) -> dict[str, Any]:
    with store.read() as connection:
        return {row.id: row for row in connection.execute(select(tables.households))}


def _people(store: Store, household_id: str) -> list[tuple[str, str, str]]:
    p = tables.persons.c
    with store.read() as connection:
        found = connection.execute(select(p.name, p.relation, p.phone).where(p.household_id == household_id))
        return sorted((row.name, row.relation, row.phone) for row in found)


def test_a_register_comes_in_and_again_it_is_quiet(store: Store) -> None:
    """B1: everything is new the first time; the second time nothing changes and nothing is twice."""
    rows = [
        ["3", "2", "1501", "张伟、李丽", f"{A} {B}", "", "", "89.5㎡", "2019.5.1", "80.5", "轻敲门"],
        ["3", "2", "1502", "王强", C, "赵敏", "13800000004", "", "", "", ""],
        ["5", "", "201", "空置", "", "", "", "", "", "", ""],
    ]
    plan = _import(store, rows, _WIDE)
    assert _told(plan) == {NEW: 3}
    first = next(home for home in _households(store).values() if home.address == "3栋2单元1501")
    assert (first.name, first.status, first.moved_in_on) == ("张伟", "living", "2019-05-01")
    assert (first.arrears_fen, first.notes) == (8050, "轻敲门")
    assert _people(store, first.id) == [("张伟", "owner", A), ("李丽", "owner", B)]
    before = _households(store)
    again = _plan(store, rows, _WIDE)
    assert _told(again) == {UNCHANGED: 3} and not again.changes_anything
    registers.apply_plan(store, again)
    assert _households(store) == before


def test_what_changes_is_shown_field_by_field_and_the_rest_stays(store: Store) -> None:
    """B1: old and new of each field; an empty cell takes nothing away, but no arrears are no arrears."""
    rows = [["3", "2", "1501", "张伟", A, "赵敏", B, "89.5", "2019.5.1", "80", "轻敲门"]]
    _import(store, rows, _WIDE)
    (home,) = _households(store).values()
    plan = _import(store, [["3", "2", "1501", "张伟", C, "孙浩", B, "90", "", "", ""]], _WIDE)
    (item,) = _items(plan, CHANGED)
    assert item.household_id == home.id
    assert [(change.field, change.old, change.new) for change in item.changes] == [
        ("area", "89.50", "90.00"),
        ("arrears_fen", "8000", "0"),
        ("people", f"张伟 {A}、赵敏 {B}", f"张伟 {C}、孙浩 {B}"),
    ]
    (now,) = _households(store).values()
    assert (now.moved_in_on, now.arrears_fen, now.notes) == ("2019-05-01", 0, "轻敲门")
    assert _people(store, home.id) == [("孙浩", "tenant", B), ("张伟", "owner", C)]


def test_another_family_at_a_door_is_a_new_household(store: Store) -> None:
    """A7: the one before moves out with all that was about it; the new one begins without."""
    _import(store, [["1-1-101", "张三", A], ["1-1-102", "李四", B]])
    old = next(home for home in _households(store).values() if home.name == "张三")
    plan = _import(store, [["1-1-101", "王五", C], ["1-1-102", "李四", B]])
    assert _told(plan) == {NEW: 1, MOVED_OUT: 1, UNCHANGED: 1}
    homes = _households(store)
    (new,) = [home for home in homes.values() if home.name == "王五"]
    assert new.id != old.id and new.unit_id == old.unit_id and new.code == old.code
    assert (homes[old.id].status, homes[old.id].moved_out_on is not None) == ("moved_out", True)
    assert _people(store, old.id) == [] and _people(store, new.id) == [("王五", "owner", C)]
    again = _import(store, [["1-1-101", "张三", A], ["1-1-102", "李四", B]])
    (back,) = _items(again, NEW)
    assert back.household_id not in (old.id, new.id), "who comes back later does not get what was closed"


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (("张三", A), ("张三", B), Same.YES), (("张三", A), ("李四", A), Same.YES), (("张伟", A), ("张玮", B), Same.LIKELY),
        (("欧阳小明", ""), ("欧阳晓明", ""), Same.LIKELY), (("王小明", A), ("王小红", B), Same.LIKELY),
        (("张先生", A), ("张三", B), Same.LIKELY), (("张三", A), ("李四", B), Same.NO), (("张三", A), ("张四", B), Same.NO),
        (("空置", ""), ("李四", B), Same.YES),
    ],
)  # fmt: skip
def test_who_is_the_same_family(old: tuple[str, str], new: tuple[str, str], same: Same) -> None:
    """A7: a typo put right or a new number is no new family; another name and another number is."""
    assert same_family({old[0]}, {old[1]}, {new[0]}, {new[1]}) is same


def test_a_name_put_right_is_asked_about_with_the_likelier_answer_chosen(light: Store) -> None:
    """A7: the same household unless somebody says that it is another family."""
    _import(light, [["1-1-101", "张伟", A]])
    (home,) = _households(light).values()
    rows = [["1-1-101", "张玮", B]]
    plan = _plan(light, rows)
    (decision,) = plan.decisions
    assert (decision.key, decision.chosen, _told(plan)) == (f"family:{home.id}", "same", {CHANGED: 1, "decisions": 1})
    assert _told(_plan(light, rows, **{decision.key: "other"})) == {NEW: 1, MOVED_OUT: 1, "decisions": 1}


def test_the_width_of_brackets_changes_no_name(light: Store) -> None:
    """B1: the template's import keeps 荔园超市（王芳） as written, a register has it with narrow brackets."""
    rows = [["1-1-101", "荔园超市(王芳)", A]]
    _import(light, rows)
    with light.write() as connection:
        for table in (tables.households, tables.persons):
            connection.execute(table.update().values(name="荔园超市（王芳）"))
    assert _told(_plan(light, rows)) == {UNCHANGED: 1}


def test_one_door_written_otherwise_is_one_door(store: Store) -> None:
    """A7: 5栋201 and 5栋1单元201; found again whichever way the next register writes it."""
    _import(store, [["5栋201", "张三", A], ["5栋202", "李四", B]])
    before = {home.name: (home.id, home.unit_id) for home in _households(store).values()}
    plan = _import(store, [["5栋1单元201", "张三", A], ["5栋1单元202", "王五", C]])
    assert _told(plan) == {MERGED: 1, NEW: 1, MOVED_OUT: 1}
    homes = _households(store)
    assert homes[before["张三"][0]].address == "5栋1单元201"
    (new,) = [home for home in homes.values() if home.name == "王五"]
    assert (new.unit_id, new.address) == (before["李四"][1], "5栋1单元202")
    assert _told(_plan(store, [["5栋201", "张三", A], ["5-202", "王五", C]])) == {UNCHANGED: 2}
    with store.read() as connection:
        assert len(connection.execute(select(tables.units)).all()) == 2


def test_which_of_two_doors_it_is_is_not_guessed(light: Store) -> None:
    """A7: 5栋201 where the store has two entrances: the family tells, else it stays out and is told."""
    _import(light, [["5-1-201", "张三", A], ["5-2-201", "李四", B]])
    assert _told(_plan(light, [["5栋201", "李四", B]])) == {UNCHANGED: 1, "absent": 1, "decisions": 1}
    plan = _plan(light, [["5栋201", "王五", C]])
    assert [fault.kind for fault in plan.doubts] == ["which_door"] and not plan.changes_anything


def test_who_is_not_in_the_register_stays_until_somebody_says_otherwise(light: Store) -> None:
    """B1: a register of one building moves nobody out elsewhere, and nobody at all without a word."""
    _import(light, [["1-1-101", "张三", A], ["1-1-102", "李四", B], ["2-1-101", "王五", C]])
    rows = [["1-1-101", "张三", A]]
    plan = _plan(light, rows)
    assert _told(plan) == {UNCHANGED: 1, "absent": 1, "decisions": 1} and not plan.changes_anything
    assert plan.decisions[0].chosen == KEEP
    assert _told(_plan(light, rows, absent="moved_out")) == {UNCHANGED: 1, MOVED_OUT: 1, "decisions": 1}


def test_a_door_that_became_vacant(light: Store) -> None:
    """B1: 空置 moves the family out; a cell left empty does not."""
    _import(light, [["1-1-101", "张三", A]])
    silent = _plan(light, [["1-1-101", "", ""]])
    assert [fault.kind for fault in silent.doubts] == ["not_said"] and not silent.changes_anything
    assert _told(_import(light, [["1-1-101", "空置", ""]])) == {NEW: 1, MOVED_OUT: 1}
    (now,) = [home for home in _households(light).values() if home.status != "moved_out"]
    assert (now.name, now.status) == ("空置", "vacant")
    assert _told(_import(light, [["1-1-101", "李四", B]])) == {CHANGED: 1}


def test_a_plan_is_not_carried_out_on_a_store_that_changed(store: Store) -> None:
    """B1: confirmed later than somebody else's import: told, and nothing done."""
    _import(store, [["1-1-101", "张三", A]])
    late = _plan(store, [["1-1-101", "张三", B]])
    _import(store, [["1-1-101", "张三", C]])
    with pytest.raises(registers.PlanStale):
        registers.apply_plan(store, late)
    (home,) = _households(store).values()
    assert _people(store, home.id) == [("张三", "owner", C)]


def test_answers_about_columns_are_remembered(light: Store) -> None:
    """B1: asked once, not the next time."""
    content = workbook({"S": [["甲", "房号", "业主"], [A, "1-1-101", "张三"], [B, "1-1-102", "李四"]]})
    first = Preparation.of(light, content)
    first.answer({ESTATE_QUESTION: "荔园"})
    first.work_out()
    assert [question.key for question in first.questions] == ["A"]
    first.answer({"A": "phone"})
    first.work_out()
    assert first.plan is not None
    registers.apply_plan(light, first.plan)
    first.remember()
    second = Preparation.of(light, content)
    second.work_out()
    assert second.plan is not None and not second.plan.changes_anything


def _strict(tmp_path: Path, name: str, phone: str, unit: str = "3栋2单元1501") -> EstateData:
    rows = small.good()
    rows["households"][0] |= {"name": name, "address": unit}
    rows["people"][0] |= {"name": name, "phone": phone, "address": unit}
    rows["tickets"][0]["address"] = unit
    return small.read(tmp_path, rows)


def test_the_strict_import_knows_another_family_too(store: Store, tmp_path: Path) -> None:
    """A7: the same door and number, another family: a new household; a typo put right or a new phone: the same one."""
    import_estate(store, _strict(tmp_path, "张伟", A))
    old = next(home for home in _households(store).values() if home.address == "3栋2单元1501")
    report = import_estate(store, _strict(tmp_path, "张玮", A))
    assert report.replaced == [] and _households(store)[old.id].name == "张玮"
    report = import_estate(store, _strict(tmp_path, "李四", B))
    assert report.replaced == [("3栋2单元1501", "张玮", "李四")]
    homes = _households(store)
    (new,) = [home for home in homes.values() if home.name == "李四"]
    assert new.id != old.id and homes[old.id].status == "moved_out"
    assert _people(store, old.id) == [] and _people(store, new.id) == [("李四", "owner", B)]
    again = import_estate(store, _strict(tmp_path, "李四", B))
    assert (again.added, again.changed, again.removed) == ({}, {}, {})


def test_the_strict_import_knows_a_door_written_otherwise(light: Store, tmp_path: Path) -> None:
    """A7: 3栋2单元1501 of the next edition without its entrance is the same door and household."""
    import_estate(light, _strict(tmp_path, "张伟", A))
    before = {home.id: home.unit_id for home in _households(light).values()}
    rows = small.good()
    rows["units"][0]["entrance"] = ""
    for sheet in ("households", "people", "tickets"):
        rows[sheet][0]["address"] = "3栋1501"
    rows["people"][0]["phone"] = A
    report = import_estate(light, small.read(tmp_path, rows))
    assert report.merged == [("3栋2单元1501", "3栋1501")]
    assert {home.id: home.unit_id for home in _households(light).values()} == before


def test_the_command_shows_first_and_brings_in_only_what_is_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1, A7: --dry-run and a run without a terminal bring in nothing and say what to do; --yes does."""
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path / "data"))
    file = tmp_path / "业主登记表.xlsx"
    file.write_bytes(workbook({"S": [["甲", "房号", "业主"], [A, "1-1-101", "张三"], [B, "1-1-102", "李四"]]}))

    def run(*more: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli.app, ["import", str(file), *more])
        return result.exit_code, result.output

    code, said = run()
    assert code == 1 and "甲" in said and "--columns" in said
    assert run("--columns", "甲")[0] == 2
    code, said = run("--columns", "甲=手机")
    assert code == 1 and "--estate" in said
    code, said = run("--columns", "甲=手机", "--estate", "荔园", "--dry-run")
    assert code == 1 and "新增 2" in said and "没有导入" in said
    code, said = run("--columns", "甲=手机", "--estate", "荔园")
    assert code == 1 and "--yes" in said
    assert run("--columns", "甲=手机", "--estate", "荔园", "--yes")[0] == 0
    code, said = run()
    assert code == 0 and "没有要改的" in said, "remembered, and quiet"
    file.write_bytes(b"\x89PNG")
    code, said = run("--yes")
    assert code == 1 and "不是表格" in said
