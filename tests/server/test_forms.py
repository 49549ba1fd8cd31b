"""Forms the office writes: what a workbook becomes, what is told of it, and what is published (issue of forms)."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
import requests
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image
from typer.testing import CliRunner

from app.domain.forms import Facts, Filling, read
from app.domain.forms.definition import PICTURE
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import Problem
from sync_server import cli
from sync_server.forms import Compiled, compile_form
from sync_server.store.estate import published_forms
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice
from tests.support.project import ROOT
from tests.support.server import LiveServer

EXAMPLE = ROOT / "assets" / "forms" / "vacant_check.md"


def table(survey: str, choices: str = "", settings_: str = "") -> bytes:
    """Return a form as a Markdown table; a sheet's cells are divided by commas, a comma within one is ``;``."""
    sheets = {"survey": survey, "choices": choices, "settings": settings_}
    lines = []
    for name, text in sheets.items():
        rows = [line.strip() for line in text.strip().splitlines()]
        lines += [f"| {name} |"] if rows else []
        lines += ["| | " + " | ".join(cell.strip().replace(";", ",") for cell in row.split(",")) + " |" for row in rows]
    return "\n".join(lines).encode()


def compiled(survey: str, choices: str = "", settings_: str = "", **beside: bytes) -> Compiled:
    files = {f"{name}.csv": content for name, content in beside.items()}
    return compile_form("a_form.md", table(survey, choices, settings_), files)


def told(found: Compiled) -> list[tuple[int, str, bool]]:
    """Return row, column and refusal of each fault."""
    return [(fault.row, fault.column, fault.refused) for fault in found.faults]


# -- what a workbook becomes


def test_the_example_is_published_without_a_word_and_can_be_filled() -> None:
    found = compile_form(EXAMPLE.name, EXAMPLE.read_bytes())
    assert found.faults == () and found.form is not None
    filling = Filling(found.form, Facts(1_764_000_000_000))
    filling.answer(filling.find("found"), "yes")
    assert filling.can_add(filling.root, "defect")
    row = filling.add_row(filling.root, "defect")
    filling.answer(row.kids["repair"][0], "yes")
    assert [kind for _place, kind in filling.raised()] == ["repair"]
    assert filling.find("signature").question.signer == "staff"


@pytest.mark.parametrize("file", sorted(EXAMPLE.parent.glob("*.md")), ids=lambda file: file.stem)
def test_every_form_that_comes_along_is_published_without_a_word_and_opens(file: Path) -> None:
    found = compile_form(file.name, file.read_bytes())
    assert [fault.line("en") for fault in found.faults] == [] and found.form is not None
    assert found.form.languages == ("zh", "en") and set(found.form.title) == {"zh", "en"}
    assert set(found.form.settings["group"]) == {"zh", "en"}, "it is found among seventy"
    assert len(found.definition or b"") < 30_000
    Filling(found.form, Facts(1_764_000_000_000)).missing()


def test_excel_and_a_markdown_table_say_the_same() -> None:
    rows = [("type", "name", "label", "relevant"), ("integer", "n", "几个", ""), ("text", "why", "说明", "${n} > 3")]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("survey")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    survey = "\n".join(",".join(row) for row in rows)
    excel, markdown = compile_form("a_form.xlsx", file.getvalue()), compiled(survey)
    assert excel.definition == markdown.definition is not None


def test_every_member_finds_its_place() -> None:
    found = compiled(
        """
        type, name, label::中文 (zh), label::English (en), hint, required, required_message, readonly, default
        range, r, 打分, Mark, 一到五, yes, 必须打分, , 3
        date, d, 日期, Day, , , , yes, today()
        image, sign, 签名, Signature, , , , ,
        """,
        settings_="""
        form_title, form_id, version, case, step, after, ends, default_language
        打分表, marks, 7, review, 2, one two, yes, 中文 (zh)
        """,
    )  # fmt: skip
    assert found.form is not None and not any(fault.refused for fault in found.faults)
    form = found.form
    assert (form.id, form.version, form.title, form.languages) == ("marks", "7", {"zh": "打分表"}, ("zh", "en"))
    assert form.settings == {"case": "review", "step": "2", "after": ["one", "two"], "ends": True}
    mark, day = form.root.kids["r"], form.root.kids["d"]
    assert (mark.label, mark.hint, mark.default) == ({"zh": "打分", "en": "Mark"}, {"zh": "一到五"}, "3")
    assert mark.required_message == {"zh": "必须打分"} and mark.parameters == {"start": "1", "end": "10", "step": "1"}
    assert day.initial is not None and day.readonly is not None


def test_other_gets_a_choice_and_a_question_in_the_forms_language() -> None:
    found = compiled(
        "type, name, label\nselect_one fruit or_other, f, 水果", "list_name, name, label\nfruit, apple, 苹果"
    )
    assert found.form is not None
    assert found.form.choices["fruit"][-1].label == {"zh": "其他"}
    assert found.form.root.kids["f_other"].label == {"zh": "请说明"}


def test_a_loop_is_a_group_for_each_choice() -> None:
    found = compiled(
        """
        type, name, label
        begin loop over rooms, room, 房间
        select_one yes_no, leak, %(label)s漏水吗
        end loop, ,
        """,
        "list_name, name, label\nrooms, kitchen, 厨房\nrooms, bath, 卫生间\nyes_no, yes, 是\nyes_no, no, 否",
    )
    assert found.form is not None, found.faults
    assert [one.where for one in found.form.all if one.type == "select_one"] == ["room/kitchen/leak", "room/bath/leak"]
    assert found.form.root.kids["room"].kids["bath"].kids["leak"].label == {"zh": "卫生间漏水吗"}


def test_external_choices_are_choices() -> None:
    rows = [("list_name", "name", "label", "zone"), ("doors", "101", "一层左", "a"), ("doors", "102", "一层右", "b")]
    sheet = table(
        "type, name, label, choice_filter\nselect_one zones, z, 区,\nselect_one_external doors, d, 门, zone=${z}",
        "list_name, name, label\nzones, a, 甲\nzones, b, 乙",
    )
    sheet += "\n".join(["", "| external_choices |", *(f"| | {' | '.join(row)} |" for row in rows)]).encode()
    found = compile_form("a_form.md", sheet)
    assert found.form is not None, found.faults
    filling = Filling(found.form, Facts(1_764_000_000_000))
    filling.answer(filling.find("z"), "b")
    assert [(one.name, one.label) for one in filling.choices(filling.find("d"))] == [("102", {"zh": "一层右"})]


def test_a_choice_has_its_picture_with_it_small() -> None:
    out = io.BytesIO()
    Image.effect_noise((900, 600), 80).save(out, "PNG")
    sheet = table("type, name, label\nselect_one l, a, 哪张", "list_name, name, label, media::image\n"
                  "l, x, 甲, x.png\nl, y, 乙, y.png\nl, z, 丙, z.png")  # fmt: skip
    found = compile_form("a_form.md", sheet, {"x.png": out.getvalue(), "y.png": b"no picture"})
    assert found.form is not None
    kept = {one.name: one.columns.get(PICTURE, "") for one in found.form.choices["l"]}
    shown = Image.open(io.BytesIO(base64.b64decode(kept["x"])))
    assert (shown.size, shown.format) == ((144, 96), "JPEG") and len(kept["x"]) < 12_000
    assert kept["y"] == kept["z"] == ""
    assert [(one.row, one.refused) for one in found.faults] == [(3, False), (4, False)]


def test_a_repeat_count_and_a_table_beside_the_form() -> None:
    found = compiled(
        """
        type, name, label, repeat_count, calculation
        integer, n, 几户, ,
        begin_repeat, home, 户, ${n},
        text, door, 门牌, ,
        calculate, owner, , , pulldata('doors'; 'owner'; 'door'; ${door})
        end_repeat, , , ,
        """,
        doors="door,owner\n101,张伟\n".encode(),
    )  # fmt: skip
    assert found.form is not None, found.faults
    filling = Filling(found.form, Facts(1_764_000_000_000))
    filling.answer(filling.find("n"), "2")
    filling.answer(filling.find("home[2]/door"), "101")
    assert filling.find("home[2]/owner").value == "张伟"


def test_posts_are_written_as_the_company_calls_them_and_unknown_ones_told() -> None:
    survey, heads = "type, name, label\ntext, a, 甲", "form_title, form_id, version, posts, group, group_en"
    said = compiled(survey, settings_=f"{heads}\n表, f, 1, 秩序员、管家 guard, 门岗, Gate")
    assert said.form is not None
    assert said.form.settings == {"posts": ["guard", "steward"], "group": {"zh": "门岗"}}
    wrong = compiled(survey, settings_=f"{heads}\n表, f, 1, 老板 guard, 门岗, Gate")
    [fault] = wrong.faults
    assert (fault.sheet, fault.row, fault.column, fault.refused) == ("settings", 2, "posts", True)
    assert "「老板」" in fault.zh and "秩序员" in fault.zh and "guard" in fault.en


def test_a_form_says_in_which_class_of_the_archive_it_is_filed_where_older_programs_do_not_look() -> None:
    """S, Y1. A setting that an older phone does not know would keep it from reading the form at all."""
    survey, heads = "type, name, label\ntext, a, 甲", "form_title, form_id, version, archive"
    for said, number in (("7", 7), ("紧急事故联络人资料", 7), ("", 0)):
        found = compiled(survey, settings_=f"{heads}\n表, f, 1, {said}")
        assert found.form is not None and found.form.archive == number and "archive" not in found.form.settings
    [fault] = compiled(survey, settings_=f"{heads}\n表, f, 1, 13").faults
    assert (fault.column, fault.refused) == ("archive", True) and "7 紧急事故联络人资料" in fault.zh


# -- what is told


def test_everything_that_is_wrong_is_told_at_once_by_row_and_column() -> None:
    found = compiled(
        """
        type, name, label, relevant, constraint, calculation
        video, clip, 录像, , ,
        text, a, 甲, ${nobody} = 1, ,
        text, b, 乙, , regex(.; '(a'), area(.)
        select_one gone, c, 丙, , ,
        calculate, x, , , , ${y} + 1
        calculate, y, , , , ${x} + 1
        wizardry, d, 丁, , ,
        text, e e, 戊, , ,
        geotrace, line, 线, , ,
        """
    )  # fmt: skip
    assert found.definition is None
    assert {(row, column) for row, column, refused in told(found) if refused} >= {
        (2, "type"), (3, "relevant"), (4, "constraint"), (4, "calculation"), (9, "name"), (10, "type"),
    }  # fmt: skip
    assert {row for row, _column, _refused in told(found)} >= {2, 3, 4, 5, 6, 8, 9, 10}
    assert all(fault.zh and fault.en for fault in found.faults)
    lines = [fault.line("zh") for fault in found.faults]
    assert "survey 第 2 行 type 列：不支持录像" in lines
    assert any("x → y → x" in line or "y → x → y" in line for line in lines)


_TWO_REPEATS = """
    type, name, label
    begin_repeat, r, 重
    begin_repeat, s, 重
    text, a, 甲
    end_repeat, ,
    end_repeat, ,
"""


@pytest.mark.parametrize(
    ("survey", "choices", "row", "why"),
    [
        ("type, name, label\nbegin_group, g, 组\ntext, a, 甲", "", 2, "no end"),
        ("type, name, label\ntext, a, 甲\nend_group, ,", "", 3, "without a begin"),
        ("type, name, label\ntext, a, 甲\ntext, a, 乙", "", 3, "that of row 2"),
        ("type, name, label\ntext, , 甲", "", 2, "name is missing"),
        ("type, name, label, bind::shangmen:raises\ntext, a, 甲, wizards", "", 2, "none of: repair"),
        ("type, name, label, bind::shangmen:signer\nimage, a, 甲, wizard", "", 2, "none of: resident"),
        ("type, name, label, relevant\nselect_one l, a, 甲,\ntext, b, 乙, ${a} = 'x y'",
         "list_name, name, label\nl, x y, 丙", 2, "blanks"),
        ("type, name, label\nselect_one l, a, 甲", "list_name, name, label\nl, x_y, 丙\nl, x y, 丁", 3, "that of row"),
        ("type, name, label\nselect_one l, a, 甲", "list_name, name, label\nl, x, 丙\nl, x, 丁", 3, "that of row 2"),
        (_TWO_REPEATS, "", 3, "inside"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named(survey: str, choices: str, row: int, why: str) -> None:
    refused = [fault for fault in compiled(survey, choices).faults if fault.refused]
    assert any(fault.row == row and why in fault.en for fault in refused), refused


def test_a_choice_with_blanks_and_a_value_of_last_time_are_warned_of_and_work() -> None:
    found = compiled(
        "type, name, label, default\nselect_one l, a, 甲,\ntext, b, 乙, ${last-saved#b}",
        "list_name, name, label\nl, tidal flat, 滩",
    )
    assert found.form is not None and [one.name for one in found.form.choices["l"]] == ["tidal_flat"]
    assert told(found) == [(3, "default", False), (2, "name", False)]
    assert found.form.root.kids["b"].initial is None


def test_five_thousand_choices_are_refused_with_what_to_do() -> None:
    rows = "\n".join(f"l, v{n}, 村{n}" for n in range(5_000))
    found = compiled("type, name, label\nselect_one l, a, 甲", f"list_name, name, label\n{rows}")
    [fault] = [fault for fault in found.faults if fault.refused]
    assert (fault.sheet, fault.row) == ("choices", 2) and "pulldata" in fault.zh and "5000" in fault.en


def test_warnings_keep_nothing_from_being_published() -> None:
    found = compiled("type, name, label, guidance_hint, my notes\ntext, a, 甲, 提示, x\nphonenumber, p, ,")
    assert found.definition is not None
    assert told(found) and not any(refused for _row, _column, refused in told(found))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.docx", b"x"), ("a.xlsx", b"no archive"), ("a.xls", b"\xd0\xcf"), ("a.md", b""), ("a.md", b"| survey |"),
     ("a", b""),      ("a.csv", b"\xff\xfe"), ("a.md", b"x" * 5_000_000)],
)  # fmt: skip
def test_a_file_that_is_no_form_is_told(name: str, content: bytes) -> None:
    found = compile_form(name, content)
    assert found.definition is None and found.faults


_CELLS = some.sampled_from(
    ["", "text", "integer", "select_one l", "begin_group", "end_group", "begin_repeat", "end_repeat", "a", "b", "l",
     "yes",
     "${a} > 1", "${", "1 +", "calculate", "note", "甲", "today()", "range", "start=1", "image", "rank l", "::", "${b}"]
)  # fmt: skip
_ROWS = some.lists(some.lists(_CELLS, min_size=7, max_size=7).map(",".join), max_size=6)


@settings(max_examples=60)
@given(_ROWS)
def test_random_sheets_are_published_or_told(rows: list[str]) -> None:
    head = "type,name,label,relevant,constraint,calculation,required"
    found = compiled("\n".join([head, *rows]), "list_name,name,label\nl,x,丙")
    assert (found.definition is None) == any(fault.refused for fault in found.faults)
    if found.form is not None:
        assert Filling(found.form, Facts(1)).kept() is not None


# -- publishing

_FORM = "type, name, label\ntext, a, {label}"
_SETTINGS = "form_title, form_id, version\n检查, check, {version}"


def form(version: str = "1", label: str = "甲") -> tuple[bytes, Any]:
    found = compiled(_FORM.format(label=label), settings_=_SETTINGS.format(version=version))
    assert found.definition is not None
    return found.definition, found.form


def pulled(device: FieldDevice) -> list[dict[str, Any]]:
    """Return the forms on a phone, by its reference data."""
    device.pull()
    return [ref["body"] for (type_, _id), ref in device.refs.items() if type_ == "form" and not ref["deleted"]]


def test_phones_get_what_is_published_with_its_definition(estate: Estate) -> None:
    with estate.store.numbered() as write:
        done = published_forms.publish(write, *form(), None, None)
    [body] = pulled(estate.device("worker"))
    assert (body["form_id"], body["version"], body["title"], body["ended"]) == ("check", "1", {"zh": "检查"}, "")
    assert (
        sha256_hex(body["definition"].encode()) == body["hash"] == done.hash == read(body["definition"].encode()).hash
    )
    assert "published_by" not in body


def test_a_new_version_takes_the_place_of_the_old_one_which_stays_marked(estate: Estate) -> None:
    device = estate.device("worker")
    for version in ("1", "2"):
        with estate.store.numbered() as write:
            published_forms.publish(write, *form(version, f"第{version}版"), None, None)
    assert {body["version"]: body["ended"] for body in pulled(device)} == {"1": "replaced", "2": ""}
    with estate.store.numbered() as write:
        published_forms.withdraw(write, "check", None, None)
    assert {body["version"]: body["ended"] for body in pulled(device)} == {"1": "replaced", "2": "withdrawn"}
    with estate.store.read() as connection:
        old = next(one for one in published_forms.listed(connection) if one.version == "1")
        assert "第1版" in published_forms.definition(connection, old.hash)


def test_the_same_once_more_changes_nothing_and_a_used_version_is_refused(estate: Estate) -> None:
    with estate.store.numbered() as write:
        first = published_forms.publish(write, *form(), None, None)
    with estate.store.numbered() as write:
        assert published_forms.publish(write, *form(), None, None) == first
    with pytest.raises(Problem) as refused, estate.store.numbered() as write:
        published_forms.publish(write, *form(label="乙"), None, None)
    assert "published with another content" in refused.value.message("en")
    with pytest.raises(Problem), estate.store.numbered() as write:
        published_forms.withdraw(write, "no_form", None, None)


def test_over_http_only_those_above_publish_and_everybody_reads(live: LiveServer) -> None:
    live.add_staff("boss", "manager")
    live.add_staff("worker", "repair_worker")
    boss, worker = (FieldDevice(live, f"staff-{name}").token for name in ("boss", "worker"))

    def ask(token: str, method: str, path: str, body: Any = None) -> requests.Response:
        head = {"Authorization": f"Bearer {token}"}
        return requests.request(method, f"{live.url}/v1/forms{path}", headers=head, json=body, timeout=30)

    def file(content: bytes) -> dict[str, str]:
        return {"name": "a.md", "content": base64.b64encode(content).decode()}

    sent = file(table(_FORM.format(label="甲"), settings_=_SETTINGS.format(version="1")))
    assert ask(worker, "POST", "", sent).status_code == 403
    assert ask(worker, "POST", "/check", sent).status_code == 403
    checked = ask(boss, "POST", "/check", sent).json()
    assert checked["published"] is None and checked["definition"]["id"] == "check" and checked["faults"] == []
    done = ask(boss, "POST", "", sent).json()["published"]
    assert ask(worker, "GET", "").json()["forms"] == [done]
    assert ask(worker, "GET", f"/{done['hash']}").json()["definition"] == checked["definition"]
    answer = ask(boss, "POST", "", file(table("type, name, label\nvideo, a, 甲"))).json()
    assert answer["published"] is None and answer["faults"][0]["row"] == 2
    assert ask(boss, "POST", "", {"name": "a.md", "content": "?"}).status_code == 400
    assert ask(boss, "POST", "/withdraw", {"form_id": "check"}).json()["ended"] == "withdrawn"
    assert ask(boss, "POST", "/withdraw", {"form_id": "check"}).status_code == 404


def test_a_manager_of_one_estate_publishes_there_alone(live: LiveServer) -> None:
    """Another's estate, and the company's phones, are told of nothing; the list says where one may, and how often
    forms were filled in there."""
    for code, key in (("LY", ""), ("HY", "estate-hy")):
        live.add_estate(code, key=key)
    live.add_staff("boss", "manager")
    live.add_staff("chief", "admin")
    live.add_staff("chief", "manager", estate="estate-hy")
    boss, chief = (FieldDevice(live, f"staff-{name}").token for name in ("boss", "chief"))

    def ask(token: str, path: str, **body: Any) -> requests.Response:
        head, method = {"Authorization": f"Bearer {token}"}, "POST" if body else "GET"
        return requests.request(method, f"{live.url}/v1/forms{path}", headers=head, json=body or None, timeout=30)

    content = table(_FORM.format(label="甲"), settings_=_SETTINGS.format(version="1"))
    sent = {"name": "a.md", "content": base64.b64encode(content).decode()}
    assert [ask(boss, "", **sent, estate=estate).status_code for estate in ("HY", "LY")] == [404, 200]
    assert ask(boss, "", **sent).status_code == 403
    assert ask(boss, "/withdraw", form_id="check", estate="HY").status_code == 404
    assert [one["estate"] for one in ask(boss, "").json()["places"]] == ["LY"]
    assert [one["estate"] for one in ask(chief, "").json()["places"]] == [None, "LY", "HY"]
    assert ask(chief, "", **sent, estate="HY").status_code == 200 == ask(chief, "", **sent).status_code
    assert {one["estate_key"] for one in ask(boss, "").json()["forms"]} == {"", None}, "nothing of another's estate"


def test_the_command_line_checks_publishes_lists_and_withdraws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path))
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_bytes(EXAMPLE.read_bytes())
    bad.write_bytes(table("type, name, label\nvideo, a, 甲"))
    run = CliRunner().invoke
    assert run(cli.app, ["form", "check", str(good)]).exit_code == 0
    refused = run(cli.app, ["form", "publish", str(bad)])
    assert refused.exit_code == 1 and "survey 第 2 行 type 列：不支持录像" in refused.output
    assert run(cli.app, ["form", "publish", str(good)]).exit_code == 0
    assert "vacant_check" in run(cli.app, ["form", "list"]).output
    assert run(cli.app, ["form", "withdraw", "vacant_check"]).exit_code == 0
    assert run(cli.app, ["form", "withdraw", "vacant_check"]).exit_code == 1
    assert json.loads(compile_form(good.name, good.read_bytes()).definition or b"")["id"] == "vacant_check"
