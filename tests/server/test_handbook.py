"""The handbook on the server: files read with every fault told, pages published with their versions, sent to those who
may read them, withdrawn; documents that are owed until they are signed (T)."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest
import requests
import xlsxwriter
from typer.testing import CliRunner

from app.domain.rules.handbook import KINDS, READING, read_page, reading_id
from app.domain.times import DAY, china_day, month_name
from app.domain.wire.errors import Problem
from sync_server import cli
from sync_server.handbook import Compiled, Draft, File, as_files, compile_files
from sync_server.store import duties
from sync_server.store.estate import handbook
from sync_server.store.people import accounts
from tests.server.conftest import Estate
from tests.support.field_device import FieldDevice
from tests.support.handbook import CONDUCT, PHONES, drafts, publish
from tests.support.server import LiveServer, StoreHelper
from tools.demo.handbook import built_in


def compiled(**files: str | bytes) -> Compiled:
    made = [File(name.replace("__", "/").replace("_md", ".md").replace("_xlsx", ".xlsx"),
                 text if isinstance(text, bytes) else text.encode()) for name, text in files.items()]  # fmt: skip
    return compile_files(made, {"W1": "staff-w1"})


def told(found: Compiled) -> list[tuple[str, int, str, str]]:
    return [(fault.file, fault.line, fault.cell, fault.en) for fault in found.faults]


def workbook(**sheets: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


# -- what is written


def test_the_built_in_handbook_has_no_fault_and_what_the_sources_demand_in_both_languages() -> None:
    found = compile_files(built_in())
    assert told(found) == []
    assert all(set(page.title) == set(page.text) == {"zh", "en"} for page in found.pages), "both languages"
    assert {page.kind for page in found.pages} >= set(KINDS) - {"help"}
    text = {page.page: page.text["zh"] for page in found.pages}
    for one in [
        "派出所",
        "消防",
        "街道办",
        "社区",
        "租赁办",
        "三防办",
        "供水",
        "供电",
        "供气",
        "视讯",
        "服务中心",
        "中控室",
    ]:
        assert one in text["phones"], one
    for one in ["问候", "欢迎", "祝福", "告别", "道歉", "道谢", "应答", "征询", "请求", "商量", "解释", "十字用语"]:
        assert f"## {one}" in text["phrases"], one
    assert all(f"- {one}\n" in text["phrases"] for one in ("您好", "请", "谢谢", "对不起", "再见"))


@pytest.mark.proves("T2")
def test_a_file_a_language_and_a_workbook_become_pages() -> None:
    found = compiled(
        zh__phones_md=PHONES,
        en__phones_md="# Phones\n\n- Police: 110",
        **{"leak.en.md": "# A leak\n\nClose the main."},
        leak_md="---\nkind: sop\nfor: ticket/repair, 投诉, 巡检点\ntags: 漏水、爆管\n"
                "岗位: 维修工；工程主管\n必读: 维修工\n小改: 是\n---\n# 漏水\n先关总阀。",
        book_xlsx=workbook(
            页面=[["编号", "标题", "类别", "正文", "必读", "期限", "英文标题", "英文正文"],
                ["a", "规范", "制度", "第一条\n第二条", "全员", 14, "Conduct", "One"],
                ["", "停车", "收费", "", "", "", "", ""], ["", "", "", "", "", "", "", ""]],
            停车=[["今年的价"], ["项目", "单价"], ["月卡", 300], ["临停|时", 5.5]],
            门岗电话=[["谁", "号码"], ["东门", "8001"]],
        ),
    )  # fmt: skip
    assert told(found) == []
    pages = {page.page: page for page in found.pages}
    assert pages["phones"].title == {"zh": "常用电话", "en": "Phones"} and pages["phones"].kind == "phones"
    leak = pages["leak"]
    assert (leak.kind, leak.about, leak.tags, leak.posts, leak.must_read, leak.minor) == (
        "sop", ("ticket/repair", "matter/complaint", "point"), ("漏水", "爆管"),
        ("repair_worker", "engineering_supervisor"), ("repair_worker",), True,
    )  # fmt: skip
    assert leak.text == {"zh": "先关总阀。", "en": "Close the main."}
    conduct = pages["a"]
    assert (conduct.days, len(conduct.must_read), conduct.text["en"]) == (14, 14, "One")
    assert (pages["停车"].kind, pages["停车"].text["zh"]) == (
        "prices", "今年的价\n\n| 项目 | 单价 |\n| --- | --- |\n| 月卡 | 300 |\n| 临停\\|时 | 5.5 |",
    )  # fmt: skip
    assert pages["门岗电话"].kind == "phones"


@pytest.mark.proves("T2")
def test_every_fault_is_told_by_file_and_line_or_cell_in_both_languages_and_nothing_is_made() -> None:
    found = compiled(
        a_md="---\n类别: 什么\n标题: 甲\n颜色: 红\n用于: 天气\n"
        "岗位: 前台\n必读: 维修工, X9\n期限: 0\n小改: 也许\n---\n\n好\n![图](a.png)\n",
        b_md="没有标题",
        c_md="---\nkind: sop\n# 丙\n",
        d_md=b"\xff\xfe",
        e_txt_md="---\nkind: sop\nid: a\n---\n# 戊\n\n",
        x_xlsx=workbook(页=[["标题", "正文", "类别", "色"], ["甲", "好<b>", "sop", ""], ["", "字", "sop", ""]]),
        y_xlsx=b"PK\x03\x04 nothing",
    )
    assert found.pages == ()
    wrong = [(file, line, cell) for file, line, cell, _ in told(found)]
    assert {line for file, line, _ in wrong if file == "a.md"} == {2, 4, 5, 7, 8, 9, 13}
    assert {("b.md", 1, ""), ("b.md", 0, ""), ("c.md", 1, ""), ("d.md", 0, "")} <= set(wrong)
    assert {("x.xlsx", 0, "页!D1"), ("x.xlsx", 0, "页!B2"), ("x.xlsx", 0, "页!A3"), ("y.xlsx", 0, "")} <= set(wrong)
    assert all(fault.zh and fault.en and fault.said("zh") != fault.said("en") for fault in found.faults)
    assert compile_files([]).faults and compile_files([File("a.pdf", b"")]).faults
    twice = compile_files(
        [File("p.md", b"---\nkind: sop\n---\n# a\nb"), File("q.md", b"---\nkind: sop\nid: p\n---\n# a\nb")]
    )
    assert told(twice) == [("q.md", 0, "", "there is a page 'p' already, in p.md")]


def test_what_is_written_again_is_what_was_read() -> None:
    pages = compile_files(built_in()).pages
    assert compile_files([one for page in pages for one in as_files(page, {})]).pages == pages


def test_a_draft_hashes_what_it_says_and_not_where_it_is_offered() -> None:
    one = Draft("p", "sop", {"zh": "甲"}, {"zh": "乙"})
    assert one.hash == Draft("p", "rules", {"zh": "甲"}, {"zh": "乙"}, tags=("水",)).hash
    assert one.hash != Draft("p", "sop", {"zh": "甲"}, {"zh": "丙"}).hash


# -- publishing, on each kind of store


def pages_on(device: FieldDevice) -> dict[str, int]:
    """Return the pages on a phone, by what they are called, with their versions."""
    device.pull()
    refs = [ref for (kind, _), ref in device.refs.items() if kind == "page" and not ref["deleted"]]
    return {ref["body"]["page"]: ref["body"]["version"] for ref in refs}


@pytest.mark.proves("T2")
def test_phones_hold_the_version_in_force_and_the_server_keeps_all(estate: Estate) -> None:
    device = FieldDevice(estate, estate.add_staff("w", "repair_worker"))
    (phones,) = drafts(常用电话=PHONES)
    (id_,) = publish(estate.store, [phones])
    assert pages_on(device) == {"常用电话": 1}
    body = read_page(id_, device.refs["page", id_]["body"])
    assert body is not None and body.keys[0][0] == "cydh" and "pcs" in body.keys[3] and body.hash == phones.hash
    with estate.store.numbered() as write:
        before = write.last
        assert [one.what for one in handbook.publish(write, [phones], None, None)] == ["same"]
        assert write.last == before, "no phone is told of what it has"
    publish(estate.store, drafts(常用电话=PHONES.replace("119", "120")))
    assert pages_on(device) == {"常用电话": 2}
    with estate.store.read() as connection:
        old = handbook.version_of(connection, id_, 1, {"": ("guard",)})
        (listed,) = handbook.listed(connection)
        assert "119" in old["text"]["zh"] and [one.version for one in listed.versions] == [2, 1]
        assert listed.versions[0].ended_at is None and listed.versions[1].ended_at is not None
    with estate.store.numbered() as write:
        handbook.withdraw(write, "常用电话", None, None)
    assert pages_on(device) == {}
    with pytest.raises(Problem), estate.store.numbered() as write:
        handbook.withdraw(write, "常用电话", None, None)
    publish(estate.store, [phones])
    assert pages_on(device) == {"常用电话": 3}


def test_a_page_for_some_posts_is_sent_to_them_alone_and_follows_them_as_they_change(estate: Estate) -> None:
    guard = FieldDevice(estate, estate.add_staff("g", "guard"))
    boss = FieldDevice(estate, estate.add_staff("m", "manager"))
    secret = Draft("budget", "rules", {"zh": "预算"}, {"zh": "内容"}, posts=("manager",))
    (id_,) = publish(estate.store, [secret])
    assert (pages_on(guard), pages_on(boss)) == ({}, {"budget": 1})
    with estate.store.read() as connection, pytest.raises(Problem):
        handbook.version_of(connection, id_, 1, {"": ("guard",)})
    estate.add_staff("g", "guard", "manager")
    assert pages_on(guard) == {"budget": 1}
    estate.add_staff("g", "guard")
    assert pages_on(guard) == {}, "it leaves the phone with the post"
    publish(estate.store, [Draft("budget", "rules", {"zh": "预算"}, {"zh": "内容"}, posts=("desk",))])
    assert pages_on(boss) == {}


def test_who_works_in_two_estates_has_what_they_read_in_one_and_each_estate_its_own(estate: Estate) -> None:
    estate.add_estate("LY", "荔园")
    estate.add_estate("HY", "荷园", "estate-hy")
    both = FieldDevice(estate, estate.add_staff("b", "manager"))
    estate.add_staff("b", "guard", estate="estate-hy")
    far = FieldDevice(estate, estate.add_staff("f", "guard", estate="estate-hy"))
    publish(estate.store, [Draft("all", "rules", {"zh": "都"}, {"zh": "看"}, posts=("manager",))])
    publish(estate.store, [Draft("own", "rules", {"zh": "荷"}, {"zh": "园"})], "estate-hy")
    assert (pages_on(both), pages_on(far)) == ({"all": 1, "own": 1}, {"own": 1})
    with estate.store.numbered() as write:
        accounts.end_post(write, "staff-b", "")
    assert pages_on(both) == {"own": 1}
    later = FieldDevice(estate, estate.add_staff("n", "manager", estate="estate-hy"))
    assert pages_on(later) == {"all": 1, "own": 1}


def test_more_than_a_phone_holds_is_refused_and_nothing_is_kept(estate: Estate) -> None:
    big = [Draft(f"p{n}", "rules", {"zh": "大"}, {"zh": "字" * 59_000}) for n in range(24)]
    with pytest.raises(Problem, match="handbook_wrong"):
        publish(estate.store, big)
    with estate.store.read() as connection:
        assert handbook.listed(connection) == []


# -- documents to be read (T4)


@pytest.mark.proves("T4")
def test_a_document_is_owed_until_it_is_signed_and_a_new_version_is_owed_anew_unless_little_changed(
    estate: Estate,
) -> None:
    who = {name: FieldDevice(estate, estate.add_staff(name, role)) for name, role in
           (("m", "manager"), ("k", "service_supervisor"), ("w", "repair_worker"))}  # fmt: skip
    must = "项目经理, 客服主管"
    (id_,) = publish(estate.store, drafts(规范=CONDUCT.format(must=must, more="不收礼")))

    def sign(name: str, version: int) -> None:
        with estate.store.read() as connection:
            digest = handbook.version_of(connection, id_, version, {"": ("manager",)})["hash"]
        body = {"page_id": id_, "version": version, "digest": digest, "title": "规范"}
        who[name].do("page_read", (READING, reading_id(id_, digest, f"staff-{name}")), body)

    def owed(now: int | None = None) -> dict[str, str]:
        with estate.store.read() as connection:
            at = now or estate.store.now()
            rows = duties.of_month(connection, None, at, month(at))
        return {row["owner_id"].removeprefix("staff-"): row["standing"] for row in rows if row["rule"] == READING}

    assert owed() == {"m": "open", "k": "open"}
    sign("m", 1)
    sign("m", 1)
    assert owed() == {"m": "done", "k": "open"}
    publish(estate.store, drafts(规范=CONDUCT.format(must=f"{must}\n小改: 是", more="不收礼物")))
    assert owed() == {"m": "done", "k": "open"}, "a small change is not signed again"
    publish(estate.store, drafts(规范=CONDUCT.format(must=must, more="不收礼、不收现金")))
    assert owed() == {"m": "open", "k": "open"}
    sign("k", 2)
    assert owed() == {"m": "open", "k": "open"}, "an old version does not count"
    sign("k", 3)
    assert owed() == {"m": "open", "k": "done"}
    with estate.store.read() as connection:
        due = handbook.pages_at(connection, estate.store.now())[0].due
    if month(due + DAY) == month(estate.store.now()):
        assert owed(due + DAY)["m"] == "late"


def month(at: int) -> str:
    return month_name(china_day(at))


# -- over HTTP, and at the command line


def test_over_http_faults_are_told_versions_are_read_and_only_those_above_publish(live: LiveServer) -> None:
    live.add_estate("LY")
    tokens = {role: FieldDevice(live, live.add_staff(role, role)).token
              for role in ("service_supervisor", "repair_worker")}  # fmt: skip

    def ask(role: str, method: str, path: str = "", body: Any = None) -> requests.Response:
        head = {"Authorization": f"Bearer {tokens[role]}"}
        return requests.request(method, f"{live.url}/v1/handbook{path}", headers=head, json=body, timeout=30)

    def files(**texts: str) -> dict[str, Any]:
        sent = [{"name": f"{n}.md", "content": base64.b64encode(x.encode()).decode()} for n, x in texts.items()]
        return {"files": sent}

    boss, worker = "service_supervisor", "repair_worker"
    good = files(phones=PHONES)
    assert [ask(worker, "POST", path, good).status_code for path in ("", "/check")] == [403, 403]
    checked = ask(boss, "POST", "/check", good).json()
    assert (checked["faults"], checked["published"], checked["pages"][0]["what"]) == ([], False, "new")
    assert ask(boss, "GET").json()["pages"] == [], "nothing is kept"
    wrong = ask(boss, "POST", "", files(phones=PHONES, bad="没有标题")).json()
    assert not wrong["published"] and {one["file"] for one in wrong["faults"]} == {"bad.md"}
    assert ask(boss, "GET").json()["pages"] == [], "nothing is kept unless all is understood"
    done = ask(boss, "POST", "", good).json()
    assert done["published"] and done["pages"][0]["version"] == 1
    secret = PHONES.replace("类别", "岗位: 客服主管\n编号: secret\n类别")
    assert ask(boss, "POST", "", files(secret=secret)).json()["published"]
    mine = {one["page"] for one in ask(worker, "GET").json()["pages"]}
    assert mine == {"phones"} and ask(worker, "GET").json()["places"] == []
    assert [one["estate"] for one in ask(boss, "GET").json()["places"]] == [None, "LY"]
    id_ = done["pages"][0]["id"]
    assert "8110" in ask(worker, "GET", f"/{id_}/1").json()["page"]["text"]["zh"]
    hidden = next(one["id"] for one in ask(boss, "GET").json()["pages"] if one["page"] == "secret")
    assert [ask(worker, "GET", f"/{one}/{n}").status_code for one, n in ((id_, 2), (hidden, 1))] == [404, 404]
    assert ask(boss, "POST", "", {"files": [{"name": "a.md", "content": "?"}]}).status_code == 400
    assert [ask(boss, "POST", "/withdraw", {"page": "phones"}).status_code for _ in range(2)] == [200, 404]


def test_the_command_line_publishes_folders_lists_withdraws_and_tells_who_has_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANGMEN_DATA_DIR", str(tmp_path))
    folder = tmp_path / "book"
    for name, text in (("zh/phones.md", PHONES), ("en/phones.md", "# Phones\n\n110"),
                       ("zh/conduct.md", CONDUCT.format(must="项目经理, W1", more="不收礼"))):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")

    def run(*words: str) -> tuple[int, str]:
        found = CliRunner().invoke(cli.app, ["handbook", *words])
        return found.exit_code, found.output

    code, said = run("publish", str(folder))
    assert code == 1 and "conduct.md" in said and "第 4 行" in said and "line 4" in said
    assert run("list") == (0, ""), "nothing is kept"
    helper = StoreHelper(f"sqlite:///{(tmp_path / 'shangmen.sqlite').as_posix()}", tmp_path)
    helper.add_staff("w1", "repair_worker")
    helper.store.close()
    assert run("check", str(folder))[0] == 0 and run("list") == (0, "")
    assert run("publish", str(folder))[0] == 0
    code, said = run("list")
    assert code == 0 and "phones\t常用电话" in said and "conduct\t服务规范" in said
    assert "服务规范\tW1\t" in run("unread")[1]
    assert run("export", str(tmp_path / "out"))[0] == 0
    assert "已发布 0 页，2 页不变" in run("publish", str(tmp_path / "out"))[1], "what was written is what is in force"
    assert run("withdraw", "phones")[0] == 0 and run("withdraw", "phones")[0] == 1
    assert "已停用" in run("list")[1]
