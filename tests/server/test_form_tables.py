"""What was filled in can be read: a view of each form for SQL, the interface, and workbooks out and in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import inspect, text
from uuid6 import uuid7

from app.domain.forms import Facts, Filling, read
from app.domain.subjects.case.kinds import CASE
from app.domain.wire.entries import Entry
from sync_server.store.answers import views
from sync_server.store.answers.shape import FIXED, shape, sql_name
from sync_server.store.estate import published_forms
from tests.server.conftest import Estate
from tests.support.definitions import ask, definition
from tests.support.field_device import FieldDevice
from tests.support.forms import YES_NO, publish

WHEN = 1_790_000_000_000
COLOURS = {"colours": (("red", "红"), ("1", "一号"), ("blue", "蓝"))}


def fill(device: FieldDevice, form: bytes, answers: dict[str, Any], where: Any = None, **more: Any) -> Entry:
    """A form filled in on a phone, as the app saves it."""
    read_ = read(form)
    filling = Filling(read_, Facts(WHEN, "s"), kept=answers)
    body = {
        "form": read_.hash, "form_id": read_.id, "version": read_.version, "title": read_.said(read_.title, "zh"),
        "facts": {"started": WHEN, "seed": "s"}, "answers": answers, "shown": filling.shown("zh"),
        **(where or {"address": "南门"}),
    }  # fmt: skip
    case_id = more.pop("case_id", None) or str(uuid7())
    return device.do("form_filled", (CASE, case_id), body | more)


def rows(estate: Estate, view: str, columns: str = "*") -> list[dict[str, Any]]:
    with estate.store.read() as connection:
        found = connection.execute(text(f'SELECT {columns} FROM "{view}" ORDER BY id')).mappings()
        return [dict(row) for row in found]


def check(version: str = "1", **more: Any) -> bytes:
    return definition(
        "door-check",
        "门检",
        ask("decimal", "reading", "读数"),
        ask("date", "day", "哪一天"),
        ask("select_one", "colour", "颜色", list="colours"),
        ask("select_multiple", "all", "全部", list="colours"),
        {**ask("group", "person", "人"), "questions": [ask("text", "name", "姓名")]},
        {**ask("group", "firm", "单位"), "questions": [ask("text", "name", "名称")]},
        {**ask("repeat", "defect", "问题"), "questions": [ask("text", "what", "什么"), ask("integer", "many", "几处")]},
        *more.pop("also", ()),
        version=version,
        choices=COLOURS,
    )


def test_each_question_is_a_column_of_its_type_and_each_repeat_a_view(estate: Estate) -> None:
    form = check()
    publish(estate.store, form)
    answers = {
        "reading": "12.50", "day": "2026-11-29", "colour": "1", "all": "red blue",
        "person": {"name": "张伟"}, "firm": {"name": "甲公司"},
        "defect": [{"#": "a", "what": "门", "many": "2"}, {"#": "b", "what": "窗"}],
    }  # fmt: skip
    filled = fill(estate.device("steward"), form, answers, estate.home)
    [row] = rows(estate, "form_door_check")
    assert tuple(row)[: len(FIXED)] == FIXED
    assert row["id"] == filled.id and row["address"] == estate.home["address"] and row["filled_by"] == "steward"
    assert (row["state"], row["signature"], row["corrected"], row["version"]) == ("done", "unsigned", False, "1")
    assert row["reading"] == Decimal("12.5") and str(row["day"]) == "2026-11-29"
    assert (row["colour"], row["colour_label"], row["all_"]) == ("1", "一号", "red blue")
    assert (row["person_name"], row["firm_name"]) == ("张伟", "甲公司")
    found = rows(estate, "form_door_check__defect")
    assert [(one["parent_id"], one["row"], one["position"], one["what"], one["many"]) for one in found] == [
        (filled.id, "a", 1, "门", 2), (filled.id, "b", 2, "窗", None),
    ]  # fmt: skip


def test_a_correction_shows_and_versions_stand_together(estate: Estate) -> None:
    """What a version did not ask is null; one whose type changed reads as text; one that moved keeps its column."""
    one, steward = check(), estate.device("steward")
    publish(estate.store, one)
    old = fill(steward, one, {"reading": "5", "person": {"name": "张"}})
    two = definition(
        "door-check",
        "门检",
        ask("text", "reading", "读数（文字）"),
        ask("text", "extra", "补充"),
        {**ask("group", "g", "组"), "questions": [ask("date", "day", "哪一天")]},
        version="2",
    )
    publish(estate.store, two)
    new = fill(steward, two, {"reading": "五", "extra": "x", "g": {"day": "2026-01-02"}})
    body = {**old.body, "answers": {**old.body["answers"], "reading": "6"}}
    steward.do("amended", (CASE, old.subject_id), {"target_id": old.id, "body": body, "reason": "看错"})
    first, second = rows(estate, "form_door_check")
    assert (first["id"], first["reading"], first["corrected"], first["extra"]) == (old.id, "6", True, None)
    assert (second["id"], second["reading"], second["person_name"], second["extra"]) == (new.id, "五", None, "x")
    assert str(second["day"]) == "2026-01-02" and "g_day" not in second
    with estate.store.numbered() as write:
        published_forms.withdraw(write, "door-check", None, None)
    assert len(rows(estate, "form_door_check")) == 2, "a withdrawn form's view stays"


WRONG = ("12a", "--5", "2026-02-31", "0000-01-01", "x" * 4000, "7\x00", "9" * 40)


def test_no_answer_breaks_a_view(estate: Estate) -> None:
    """A phone may send anything: it is kept and flagged, and reads as null where it is none of the type."""
    form = check()
    publish(estate.store, form)
    body = {
        "form": read(form).hash, "form_id": "door-check", "version": "1", "title": "门检", "facts": {"started": WHEN},
        "shown": [],
    }  # fmt: skip
    device = estate.device("steward")
    for said in WRONG:
        answers = dict.fromkeys(("reading", "day", "colour", "defect", "person"), said)
        device.do("form_filled", (CASE, str(uuid7())), body | {"answers": answers})
    found = rows(estate, "form_door_check")
    assert {row["colour"] for row in found} == {said.replace("\x00", "") for said in WRONG}
    assert {row[name] for row in found for name in ("day", "colour_label", "person_name")} == {None}
    assert {row["reading"] for row in found} == {None, Decimal(7)}
    assert rows(estate, "form_door_check__defect") == []


def test_five_hundred_questions_and_every_odd_name(estate: Estate) -> None:
    names = ["id", "select", "面积", "a.b", "a-b", "A_B", "x" * 90, "x" * 91, "colour_label", "colour"]
    odd = [ask("select_one", name, name, list="colours") for name in names]
    many = [ask("select_one", f"q{at}", f"第{at}题", list="colours") for at in range(500 - len(odd))]
    form = definition("Odd.Form", "怪", *odd, *many, choices=COLOURS)
    publish(estate.store, form, definition("odd-form", "另一张", ask("text", "a", "甲")))
    fill(estate.device("steward"), form, dict.fromkeys((*names, "q489"), "red"))
    [row] = rows(estate, "form_odd_form")
    assert sum(value == "红" for value in row.values()) == len(names) + 1
    assert row["select_"] == row["面积"] == row["id_2"] == "red" and len(row["id"]) == 36
    assert rows(estate, "form_odd_form_2") == []
    with estate.store.read() as connection:
        described = connection.execute(text("SELECT name, path, label_zh FROM form_columns WHERE view='form_odd_form'"))
        assert {row.path: row.label_zh for row in described}["面积"] == "面积"


def test_views_are_made_again_after_the_tables_change_and_publishing_outlives_a_view_it_cannot_replace(
    estate: Estate,
) -> None:
    publish(estate.store, check())
    with estate.store.write() as connection:
        views.drop_all(connection, estate.store.database.sqlite)
    assert inspect(estate.store.database.engine).get_view_names() == []
    with estate.store.write() as connection:
        views.remake_all(connection)
        connection.execute(text("CREATE VIEW mine AS SELECT reading FROM form_door_check"))
    changed = definition("door-check", "门检", ask("text", "reading", "读数"), version="2")
    publish(estate.store, changed)
    assert "mine" in inspect(estate.store.database.engine).get_view_names(), "what others built stays"
    fill(estate.device("steward"), changed, {"reading": "五"})
    assert len(rows(estate, "form_door_check")) == 1


_NAMES = some.text("aZ_.-九1é", min_size=1, max_size=70).map(lambda said: f"n{said}")


@given(some.lists(some.lists(_NAMES, min_size=1, max_size=6, unique=True), min_size=1, max_size=3))
def test_every_question_has_one_column_and_keeps_it(versions: list[list[str]]) -> None:
    """Whatever is published later, a column keeps its name, and no two share one."""
    forms = [
        read(definition("f", "f", *(ask("select_one", name, name, list="yes_no") for name in names), version=str(at),
                        choices={"yes_no": YES_NO}))
        for at, names in enumerate(versions)
    ]  # fmt: skip
    before: list[str] = []
    for end in range(1, len(forms) + 1):
        (grid,) = shape(forms[:end])
        names = [name for one in grid.columns for name in (one.name, one.label)]
        assert names[: len(before)] == before and len(set(names) | set(FIXED)) == len(names) + len(FIXED)
        assert all(len(name.encode()) <= 63 and sql_name(name) == name for name in names)
        before = names
