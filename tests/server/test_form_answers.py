"""Filled forms over the interface and as workbooks: who reads what, what other systems fill in, rows in from Excel."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
import requests
import xlsxwriter
from sqlalchemy import func, select
from typer.testing import CliRunner
from uuid6 import uuid7

from app.domain.forms import read
from app.domain.subjects.case.kinds import CASE
from sync_server import cli
from sync_server.store.people import admin
from sync_server.store.subjects.case.tables import case_forms
from sync_server.store.tables import archive_looks
from tests.forms.built_in import compiled
from tests.server.test_form_tables import fill
from tests.support.definitions import ask, definition
from tests.support.field_device import FieldDevice
from tests.support.forms import YES_NO, publish
from tests.support.server import LiveServer

JOBS = (("cook", "厨师"), ("guard", "保安"))


def register(**more: Any) -> bytes:
    """A register with all that matters to a table: a private number, an id of digits, a day, a repeat."""
    return definition(
        "card",
        "身份登记",
        ask("text", "name", "姓名", "Name", required="true()"),
        ask("text", "passport", "护照号", "Passport", parameters={"private": "yes"}),
        ask("text", "phone", "电话", "Phone", constraint="regex(., '[0-9]{11}')"),
        ask("date", "born", "生日", "Born"),
        ask("select_multiple", "jobs", "工作", "Jobs", list="jobs"),
        ask("text", "why", "原因", "Why", relevant="${name} = '李四'"),
        ask("image", "photo", "照片", "Photo"),
        ask("calculate", "twice", "两遍", calculation="concat(${name}, ${name})"),
        {**ask("repeat", "kid", "孩子", "Child"), "questions": [ask("integer", "age", "年龄", "Age")]},
        choices={"jobs": JOBS, "yes_no": YES_NO},
        **more,
    )


@pytest.fixture
def town(live: LiveServer) -> LiveServer:
    """A server with two buildings, a steward of the first, a desk, and a guard."""
    one, two = live.add_building("1"), live.add_building("2")
    live.homes = [live.add_household(one, "101"), live.add_household(two, "201", "单丽")]  # type: ignore[attr-defined]
    live.add_staff("steward", "steward", buildings=(one,))
    live.add_staff("desk", "desk")
    live.add_staff("leader", "service_supervisor")
    return live


def asking(live: LiveServer, path: str, who: FieldDevice | str, **query: Any) -> requests.Response:
    head = {"X-API-Key": who} if isinstance(who, str) else {"Authorization": f"Bearer {who.token}"}
    return requests.get(f"{live.url}/v1/forms/{path}", headers=head, params=query, timeout=30)


ANSWERS = {"name": "张伟", "passport": "E12345678", "phone": "13800138000", "twice": "张伟张伟"}


@pytest.mark.proves("Y5")
def test_everybody_reads_what_they_may_see_and_identity_numbers_masked(town: LiveServer) -> None:
    form = register()
    publish(town.store, form)
    steward, desk, leader = (FieldDevice(town, f"staff-{name}") for name in ("steward", "desk", "leader"))
    mine, other = town.homes  # type: ignore[attr-defined]
    first = fill(steward, form, ANSWERS, mine)
    fill(desk, form, {**ANSWERS, "name": "李四", "twice": "李四李四", "why": "换人"}, other)
    key = admin.add_api_key(town.store, "CRM")

    def said(who: FieldDevice | str, **query: Any) -> list[str]:
        return [one["answers"]["passport"] for one in asking(town, "card/answers", who, **query).json()["answers"]]

    assert said(steward) == ["E1*****78"] and said(leader) == said(key) == ["E1*****78"] * 2
    assert looks(town) == 0 and said(desk) == ["E12345678"] * 2 and looks(town) == 2
    [one] = asking(town, "card/answers", steward).json()["answers"]
    assert (one["id"], one["address"], one["filled_by"]["name"]) == (first.id, mine["address"], "steward")
    assert [row["text"] for row in one["shown"]] == ["张伟", "E1*****78", "13800138000"]
    assert said(desk, since=one["seq"]) == ["E12345678"] and said(desk, **{"to": "2020-01-01"}) == []
    assert asking(town, "none/answers", desk).status_code == 404
    assert asking(town, "card/answers", desk, estate="??").status_code == 404


def looks(live: LiveServer) -> int:
    with live.store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(archive_looks)) or 0)


def test_pages_bring_each_filled_form_once(town: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from sync_server.store.answers import reading

    form = register()
    publish(town.store, form)
    desk = FieldDevice(town, "staff-desk")
    filled = [fill(desk, form, {"name": f"甲{at}", "twice": f"甲{at}" * 2}).id for at in range(5)]
    monkeypatch.setattr(reading.page, "__defaults__", (2,))
    found: list[str] = []
    page = ""
    while page or not found:
        said = asking(town, "card/answers", desk, page=page).json()
        found += [one["id"] for one in said["answers"]]
        page = said["next"]
    assert found == filled


def test_another_system_fills_in_a_form_that_says_so(town: LiveServer) -> None:
    key = admin.add_api_key(town.store, "CRM")

    def send(**more: Any) -> requests.Response:
        sent = {"key": "1", "address": "1栋1单元101", "answers": {"name": "张伟", "phone": 13800138000}} | more
        url = f"{town.url}/v1/forms/card/answers"
        return requests.post(url, headers={"X-API-Key": key}, json=sent, timeout=30)

    assert send().status_code == 404
    publish(town.store, register())
    assert send().status_code == 403, "the form does not say that systems may"
    publish(town.store, with_api(register(version="2")))
    wrong = send(answers={"name": "", "phone": "1", "why": "x", "photo": "0" * 64, "kid": [{"age": "x"}]})
    assert wrong.status_code == 422
    faults = {one["path"]: one["message"] for one in wrong.json()["error"]["details"]["faults"]}
    assert list(faults) == ["name", "phone", "why", "photo", "kid[1]/age"]
    assert faults["name"] == {"zh": "必须回答", "en": "it must be answered"}
    assert send(answers={"nothing": "x"}).json()["error"]["details"]["faults"][0]["path"] == "nothing"
    made = send(answers={"name": "张伟", "kid": [{"age": 3}, {"age": "5"}]})
    assert made.status_code == 201, made.text
    one = made.json()
    assert one["answers"] == {
        "name": "张伟",
        "twice": "张伟张伟",
        "kid": [{"#": "1", "age": "3"}, {"#": "2", "age": "5"}],
    }
    home = town.homes[0]  # type: ignore[attr-defined]
    assert (one["household_id"], one["filled_by"], one["open_flags"]) == (home["household_id"], None, 0)
    again = send(answers={"name": "别人"})
    assert again.status_code == 200 and again.json() == one
    assert send(key="2", household_id="0" * 8 + "-0000" * 3 + "-" + "0" * 12).status_code == 404
    assert send(key="2", filled_at=1 << 52).status_code == 422
    steward = FieldDevice(town, "staff-steward")
    steward.pull()
    assert (CASE, one["case_id"]) in {(e.subject_type, e.subject_id) for e in steward.entries.values()}


def with_api(data: bytes) -> bytes:
    import json

    from app.domain.forms import write

    return write({**json.loads(data), "api": True})


def test_the_office_says_it_in_excel(town: LiveServer) -> None:
    from sync_server.forms import compile_form

    table = (
        "| survey |\n| | type | name | label | bind::shangmen:private |\n| | text | passport | 护照 | yes |\n"
        "| | text | name | 姓名 | |\n"
        '| settings |\n| | form_id | version | api | namespaces |\n| | a | 1 | yes | shangmen="https://x.local/xf" |\n'
    )
    made = compile_form("a.md", table.encode())
    assert made.form is not None and not made.faults and made.form.api
    assert {one.name: dict(one.parameters) for one in made.form.all[1:]} == {"passport": {"private": "yes"}, "name": {}}
    assert read(made.definition or b"").hash == made.form.hash


def sheets(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.proves("M4")
def test_a_register_as_a_workbook(town: LiveServer) -> None:
    """Labels in Chinese, days as days, ids as text, nothing as a formula, a sheet for each repeat; both words of what
    was corrected; photos open on the page of their record."""
    form = register()
    publish(town.store, form)
    town.settings.public_url = "https://ops.example.com"
    steward, leader = FieldDevice(town, "staff-steward"), FieldDevice(town, "staff-leader")
    answers = {
        "name": "=1+1", "phone": "01380013800", "passport": "E12345678", "born": "1990-02-03", "jobs": "cook guard",
        "photo": "ab" * 32, "twice": "=1+1=1+1", "kid": [{"#": "a", "age": "3"}, {"#": "b", "age": "7"}],
    }  # fmt: skip
    old = fill(steward, form, answers, town.homes[0])  # type: ignore[attr-defined]
    whole = {**old.body, "answers": {**answers, "phone": "01380013801"}}
    whole["shown"] = [{**row, "text": "01380013801"} if row["path"] == "phone" else row for row in old.body["shown"]]
    steward.do("amended", (CASE, old.subject_id), {"target_id": old.id, "body": whole, "reason": "写错"})
    answer = asking(town, "card/answers.xlsx", leader)
    assert answer.status_code == 200 and "card.xlsx" in answer.headers["Content-Disposition"]
    found = sheets(answer.content)
    head, row = found["身份登记"]
    said = dict(zip(head, row, strict=True))
    assert (said["编号"], said["地址"], said["有更正"]) == (old.id, "1栋1单元101", "是")
    assert (said["姓名"], said["电话"], said["护照号"]) == ("=1+1", "01380013801", "E1*****78")
    assert (str(said["生日"]), said["工作"], said["照片"]) == ("1990-02-03 00:00:00", "厨师、保安", "照片")
    assert [line[-1] for line in found["孩子"]] == ["年龄", 3, 7] and found["孩子"][1][0] == old.id
    assert found["更正"][1][1:5] == ("电话", "01380013800", "01380013801", "steward")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    links = [cell.hyperlink.target for row in book["身份登记"] for cell in row if cell.hyperlink]
    assert links == [f"https://ops.example.com/case/{old.subject_id}"]


@pytest.mark.proves("L4")
def test_the_register_of_mail_has_a_row_for_each_letter_with_all_its_steps(town: LiveServer) -> None:
    """QRKF0603 邮件签收登记表: received, told, collected side by side; what was not collected yet shows."""
    definitions = {name: compiled(name).definition or b"" for name in ("mail_received", "mail_told", "mail_collected")}
    publish(town.store, *definitions.values())
    desk = FieldDevice(town, "staff-desk")
    cases = [str(uuid7()), str(uuid7())]
    first = {"kind": "parcel", "photo": "a" * 64, "name": "张伟", "damaged": "no"}
    for case_id in cases:
        fill(desk, definitions["mail_received"], first, case_id=case_id, case="mail", step="received")
    fill(desk, definitions["mail_told"], {}, case_id=cases[0], case="mail", step="told", after=["received"])
    told = sheets(asking(town, "mail_received/answers.xlsx", desk).content)
    head, *rows = told["台账"]
    assert [row[0] for row in rows] == cases and told["邮件签收登记表"][1][0]
    one, other = (dict(zip(head, row, strict=True)) for row in rows)
    assert (one["邮件签收登记表 邮件"], one["邮件签收登记表 填写人"], one["邮件已通知 次数"]) == (
        "包裹、快递",
        "desk",
        1,
    )
    assert other["邮件已通知 次数"] is None and other["状态"] == "进行中"
    order = [list(head).index(f"{title} 时间") for title in ("邮件签收登记表", "邮件已通知", "邮件领取")]
    assert order == sorted(order)


def book(rows: list[list[Any]], kids: list[list[Any]] | None = None) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}) as made:
        for title, lines in (("登记", rows), ("孩子", kids or [])):
            page = made.add_worksheet(title)
            for at, line in enumerate(lines):
                page.write_row(at, 0, line)
    return file.getvalue()


@pytest.mark.proves("Y6")
def test_rows_come_in_from_excel_all_or_none_and_once(
    town: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANGMEN_DATABASE_URL", str(town.store.database.url))
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path))
    publish(town.store, register())
    file = tmp_path / "rows.xlsx"

    def run(*more: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.app, ["form", "import", "card", str(file), *more])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    def count() -> int:
        with town.store.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(case_forms)) or 0)

    head = ["姓名", "Phone", "生日", "工作", "地址", "填写时间", "编号", "备注"]
    good = ["张伟", "13800138000", "1990/2/3", "厨师、guard", "1栋1单元101", "2026/10/1 09:30", "A1", "x"]
    file.write_bytes(book([["登记表"], head, good, ["", 12, "x", "司机", "", "", "A1"]], [["编号", "年龄"], ["A9", 3]]))
    code, said = run()
    assert code == 1 and count() == 0
    for fault in (
        "登记 D4 没有选项「司机」",
        "登记 G4 编号「A1」出现了两次",
        "孩子 A2 第一张表里没有编号「A9」",
        "登记 H2 不认识的列" * 0,
    ):
        assert fault in said, said
    file.write_bytes(book([head, good, ["", 12, "x", "", "", "", "A2"]], [["编号", "年龄"], ["A1", "?"]]))
    code, said = run()
    assert code == 1 and count() == 0
    for fault in ("登记 A3 必须回答", "登记 B3 ", "登记 C3 应为", "孩子 B2 应为整数"):
        assert fault in said, said
    file.write_bytes(book([head, good, ["李四", "", "", "", "", "", ""]], [["编号", "年龄"], ["A1", 3]]))
    code, said = run("--check")
    assert code == 0 and "登记 H1 不认识的列「备注」" in said and count() == 0, said
    assert run()[0] == 0 and count() == 2
    assert "导入 0 行，已有 2 行" in run()[1] and count() == 2
    [first, second] = asking(town, "card/answers", FieldDevice(town, "staff-desk")).json()["answers"]
    assert first["answers"] == {
        "name": "张伟", "phone": "13800138000", "born": "1990-02-03", "jobs": "cook guard", "twice": "张伟张伟",
        "kid": [{"#": "1", "age": "3"}],
    }  # fmt: skip
    home = town.homes[0]  # type: ignore[attr-defined]
    assert (first["household_id"], first["filled_at"]) == (home["household_id"], 1_790_818_200_000)
    assert (first["open_flags"], second["open_flags"], second["answers"]["name"]) == (0, 0, "李四")
    out = CliRunner().invoke(cli.app, ["form", "export", "card", str(file), "--from", "2026-10-01"])
    assert out.exit_code == 0, out.output
    assert "导入 0 行，已有 2 行" in run()[1] and count() == 2, "what was written out comes in as what it is"
