"""Papers of filled forms and of other records (A.8, J, K, M, P, Y): what they say, read back out of the PDF."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdfium2 import raw
from uuid6 import uuid7

from app.domain.times import DAY, HOUR, MINUTE, at_china
from app.domain.writing.tags import KEY, Tag
from sync_server.answers import gathering
from sync_server.papers import (
    case_sheet,
    follow_ups_month,
    keys_register,
    layouts,
    public,
    records,
    register_page,
    repair,
)
from sync_server.papers.content import Fact, Note, Rows, Shot, pieces
from sync_server.papers.paper import Paper
from sync_server.store import printing, record_papers
from sync_server.store.answers.reading import Wanted
from sync_server.store.subjects.case import papers as case_papers
from sync_server.store.subjects.case.papers import CasePaper
from sync_server.store.subjects.follow_up import rates
from sync_server.store.subjects.thing import reads as things
from sync_server.store.subjects.ticket import papers as ticket_papers
from tests.forms.built_in import form
from tests.server.conftest import Clock, Estate
from tests.server.test_papers import handwritten, texts
from tests.support.field_device import FieldDevice, Subject
from tests.support.filled_here import body_of, fill, filled, published, sign

NOON = at_china(date(2026, 11, 28), 12)
SERVER = "https://liyuan.example"
COMPANY = "荔园物业管理有限公司"
LONG_NAME = "欧阳" * 30
REMARK = "楼上漏水，" * 600 + "\U0001f600"


@pytest.fixture
def office(lite: Estate) -> Estate:
    """The estate, with a name and a phone, at noon."""
    lite.store.now = Clock(NOON)
    lite.add_estate("LY", "荔园小区")
    return lite


def device(estate: Estate, login: str) -> FieldDevice:
    return FieldDevice(estate, f"staff-{login}", estate.store.now)


def paper_of(estate: Estate, case: Subject) -> CasePaper:
    return case_papers.of_case(estate.store, case[1], SERVER, None, COMPANY)


def laid_out(found: CasePaper, name: str) -> list[str]:
    ids = [str(one.body["form_id"]) for one in found.forms]
    layout, form_id = next(one for one in layouts.of_forms(ids) if one[0].name == name)
    return texts(case_sheet.laid_out(found, layout, form_id))


def inked(pdf: bytes, page: int = 0) -> bool:
    """Tell whether there is handwriting on a page."""
    return handwritten(pypdfium2.PdfDocument(pdf)[page])


# -- a form as it asks ---------------------------------------------------------------------------


def test_a_form_is_set_as_facts_tables_photos_and_handwriting(office: Estate) -> None:
    steward = device(office, "steward")
    published(steward, "move_in_rooms")
    case = fill(
        steward, "move_in_rooms", office.home, right="living kitchen", accepted="now", water="1.5", power="20",
        room=[{"which": "bath", "wrong": "leak"}, {"which": "balcony", "wrong": "window"}],
    )  # fmt: skip
    found = paper_of(office, case)
    said = pieces(found.forms[0].body, found.forms[0].form)
    (table,) = (one for one in said if isinstance(one, Rows))
    assert (table.label, list(table.columns.values())) == ("不合格的房间", ["哪一间", "哪里不合格", "照片", "要整改吗"])
    assert table.lines()[1] == ["阳台", "门窗、玻璃", "照片 2", "是"]
    assert len([one for one in said if isinstance(one, Shot)]) == 3
    assert [one.text for one in said if isinstance(one, Fact) and one.name == "water"] == ["1.5"]
    pdf = case_sheet.record(found)
    page = texts(pdf)[0]
    for words in (f"{COMPANY}荔园小区", "业主户内接房验收表", office.home["address"], "水表底数（吨）1.5", "渗漏、空鼓",
                  "归入客户档案：第4类迁入时填具之资料", "2026-11-28"):  # fmt: skip
        assert words in page, words
    assert list(pypdfium2.PdfDocument(pdf)[0].get_objects((raw.FPDF_PAGEOBJ_IMAGE,))), "photos are there, small"
    assert len(pdf) < 400_000


def test_long_names_a_long_remark_and_emoji_go_on_over_pages(office: Estate) -> None:
    desk = device(office, "desk")
    published(desk, "special_event")
    case = fill(desk, "special_event", {"address": LONG_NAME}, people=REMARK)
    pages = texts(case_sheet.record(paper_of(office, case)))
    assert "".join(pages).count("欧阳") == 30
    assert "".join(pages).count("楼") == 600 and len(pages) > 1 and "（续）" in pages[1]


@pytest.mark.proves("M5", "Y1")
def test_what_was_changed_after_signing_prints_as_not_signed(office: Estate) -> None:
    """M5: the readings confirmed at move-in, signed by both, in two copies; and after a correction they say so."""
    steward = device(office, "steward")
    published(steward, "meter_base")
    case = fill(steward, "meter_base", office.home, water="12.5", power="340", present="there")
    sign(steward, case, "resident", "staff")
    found = paper_of(office, case)
    first, second = laid_out(found, "meter_base")
    for words in (
        "水、电表底数确认单",
        "水表读数（吨）12.5",
        "电表读数（度）340",
        "住户签名",
        "电子签名张伟（本人）",
        "2026-11-2812:00",
    ):
        assert words in first and words in second, words
    assert "第一联住户" in first and "第二联服务中心" in second and "未签名有效" not in first
    pdf = case_sheet.record(found)
    assert inked(pdf) and "表号31318" in texts(pdf)[0], "handwriting is lines"
    filled_id, body = found.forms[0].id, dict(found.forms[0].body)
    again = body_of("meter_base", filled("meter_base", water="13.5", power="340", present="there"), office.home)
    steward.do("amended", case, {"target_id": filled_id, "body": {**body, **again}, "reason": "看错"})
    (page,) = texts(case_sheet.record(paper_of(office, case)))
    assert "已更正，未签名有效" in page and "13.5" in page
    assert "已更正，未签名有效" in laid_out(paper_of(office, case), "meter_base")[0]


@pytest.mark.proves("J1", "M5")
def test_the_papers_of_a_move_in_are_covered_by_one_signature_and_each_names_the_others(office: Estate) -> None:
    steward = device(office, "steward")
    names = ("move_in_facts", "move_in_rooms", "move_in_items", "move_in_papers")
    published(steward, *names)
    case = fill(steward, "move_in_facts", office.home, who="owner", name=LONG_NAME, phone="13900001111", people="2",
                emergency_name="钱", emergency_phone="13900002222")  # fmt: skip
    fill(steward, "move_in_rooms", office.home, case, right="living", accepted="now", water="1.5", power="20")
    fill(steward, "move_in_items", office.home, case, complete="yes", thing=[{"what": "door_key", "number": "3"}])
    fill(steward, "move_in_papers", office.home, case, moves_in="2026-12-01",
         done="identity agreement rules account archive decoration")  # fmt: skip
    sign(steward, case, "resident", "staff")
    found = paper_of(office, case)
    pdf = case_sheet.record(found)
    pages = texts(pdf)
    titles = [form(name).said(form(name).title, "zh") for name in names]
    for title in titles:
        (number,) = (n for n, page in enumerate(pages) if page.startswith(f"{COMPANY}荔园小区{title}编号"))
        others = [other for other in titles if other != title]
        assert all(f"《{other}》" in pages[number] for other in others), (title, "each names what else is signed")
        assert inked(pdf, number)
    assert "入户门钥匙" in "".join(pages) and "".join(pages).count("欧阳") >= 30
    meters = laid_out(found, "meter_base")
    assert len(meters) == 2 and "水表底数（吨）1.5" in meters[0] and "电子签名张伟" in meters[0], "base readings (M5)"
    assert [title for _, title in case_sheet.titles(found)] == titles


@pytest.mark.proves("K2")
def test_a_decoration_has_its_permit_in_two_copies_and_an_agreement_of_three_that_was_read_before_signing(
    office: Estate,
) -> None:
    desk = device(office, "desk")
    published(desk, "decoration_filing", "decoration_extension")
    case = fill(desk, "decoration_filing", office.home, who="owner", kind="full", papers="licence plans leader workers",
                contractor="宏图装饰", leader="李工", start="2026-11-28", until="2027-01-31",
                worker=[{"worker_name": "王"}])  # fmt: skip
    (signed, *_) = sign(desk, case, "resident", "contractor", "staff")
    found = paper_of(office, case)
    original, passes, door = laid_out(found, "decoration_permit")
    assert "正本" in original and "办理出入证" in passes and "张贴于入户门" in door
    for page in (original, passes, door):
        assert "装修许可证" in page and "2026-11-28至2027-01-31" in page and "宏图装饰" in page
    agreement = laid_out(found, "decoration_agreement")
    assert len(agreement) == 3
    for page, copy in zip(agreement, ("业主", "装修单位", "服务中心"), strict=True):
        assert f"联{copy}" in page and "一、装修自2026-11-28至2027-01-31" in page and "八、" in page
        assert page.count("电子签名张伟") == 3, "owner, contractor, we"
    notes = [one.text for one in pieces(found.forms[0].body, None) if isinstance(one, Note)]
    assert [str(row["label"]) for row in signed.body["content"]["facts"]["shown"] if row["label"] in notes] == notes, (
        "its terms are among what was signed"
    )
    fill(desk, "decoration_extension", office.home, case, until="2027-02-20")
    assert "2026-11-28至2027-02-20" in laid_out(paper_of(office, case), "decoration_permit")[0], "as extended"


def test_a_permit_of_goods_has_its_number_large_and_as_a_code(office: Estate) -> None:
    desk = device(office, "desk")
    published(desk, "goods_permit")
    case = fill(desk, "goods_permit", office.home, goods=[{"what": "冰箱", "number": "1"}])
    found = paper_of(office, case)
    gate, stub = laid_out(found, "goods_permit")
    assert len(found.number) == 8 and gate.count(found.number) >= 2 and "冰箱" in gate and "存根" in stub


def test_a_company_changes_a_layout_by_a_file_of_its_own_and_a_wrong_one_leaves_ours(tmp_path: Path) -> None:
    ours = (layouts.FOLDER / "goods_permit.toml").read_text("utf-8")
    (tmp_path / "goods_permit.toml").write_text(ours.replace('title = "物品放行条"', 'title = "出门证"'), "utf-8")
    (tmp_path / "meter_base.toml").write_text('title = "坏的"\nform = "meter_base"\n[[part]]\nnothing = 1\n', "utf-8")
    (tmp_path / "extra.toml").write_text('title = "另一张"\nform = "meter_base"\n[[part]]\nwords = "x"\n', "utf-8")
    found = layouts.layouts(tmp_path)
    assert found["goods_permit"].title == "出门证" and found["meter_base"].title == "水、电表底数确认单"
    assert [one.name for one, _ in layouts.of_forms(["meter_base"], tmp_path)] == ["meter_base", "extra"]
    questions = {one.where for name in ("goods_permit", "decoration_filing", "decoration_passes", "meter_base",
                                        "move_in_rooms", "move_in_facts", "visitor_in")
                 for one in form(name).all}  # fmt: skip
    named = [
        name.partition("=")[0].strip() for layout in layouts.layouts().values() for part in layout.parts
        for name in (*part.get("facts", ()), *part.get("photos", ()), part.get("table", ""), part.get("notes", ""))
    ]  # fmt: skip
    assert [name for name in named if name and not name.startswith("@") and name not in questions] == []


# -- registers -----------------------------------------------------------------------------------

REGISTERS = (
    "customer_file", "emergency_contacts", "bicycle_plate", "special_event", "parking_lease", "parking_permit",
    "phone_install", "phone_change", "phone_spare", "phone_transfer", "foreign_employee", "foreign_office",
    "identity_card", "phone_moves", "parking_application", "staff_leaving", None, "meter_base",
)  # fmt: skip
"""The eighteen forms of S1 1 in the order of their numbers; the seventeenth is the keys' own record (G.1)."""


@pytest.mark.proves("Y1")
def test_each_of_the_eighteen_prints_alone_and_as_a_month_and_has_its_class_of_the_archive(office: Estate) -> None:
    desk = device(office, "desk")
    names = {at: name for at, name in enumerate(REGISTERS, 31301) if name is not None}
    published(desk, *names.values())
    singles, months = Paper("单"), Paper("月", landscape=True)
    found: dict[int, CasePaper] = {}
    for at, name in names.items():
        found[at] = paper_of(office, fill(desk, name, office.home))
        case_sheet.draw(singles, found[at])
    with office.store.read() as connection:
        company = printing.office(connection, "", COMPANY)
        for name in names.values():
            register = gathering.gather(connection, None, Wanted(name))
            register_page.draw(months, company, title_of(name), register, date(2026, 11, 1), date(2026, 11, 30))
    sheets, pages = texts(singles.bytes()), texts(months.bytes())
    for at, name in names.items():
        title, number = title_of(name), form(name).archive
        assert title.endswith(f"（{at}）") and number, name
        sheet = "".join(page for page in sheets if f"表号{at}" in page)
        assert sheet.startswith(f"{COMPANY}荔园小区{title.partition('（3')[0]}"), name
        assert f"归入客户档案：第{number}类" in sheet, name
        said = pieces(found[at].forms[0].body, found[at].forms[0].form)
        facts = [one for one in said if isinstance(one, Fact)]
        assert facts and all("".join(one.text.split()) in sheet for one in facts), name
        (month,) = (page for page in pages if f"表号{at}" in page)
        assert "2026年11月共1条" in month and f"第{number}类" in month and office.home["address"] in month, name


def title_of(name: str) -> str:
    return form(name).said(form(name).title, "zh")


@pytest.mark.proves("Y1")
def test_the_seventeenth_register_is_of_the_keys_that_residents_entrusted(office: Estate) -> None:
    desk = device(office, "desk")
    thing = entrust(desk, office)
    with office.store.read() as connection:
        found = things.entrusted(connection, None, NOON - DAY, NOON + DAY)
        assert things.entrusted(connection, None, NOON + DAY, None) == []
        assert things.entrusted(connection, device(office, "finance").who, None, None) == []
        company = printing.office(connection, "", COMPANY)
    (page,) = texts(keys_register.page(company, found, date(2026, 11, 1), date(2026, 11, 30)))
    for words in ("代保管单元钥匙申请表", "表号31317", "单丽", "代收快递", "至2027-06-30", "A-03"):
        assert words in page, (words, page)
    (alone,) = texts(records.record(record_papers.of_record(office.store, thing, SERVER, None, COMPANY)))
    assert all(
        words in alone for words in ("代保管单元钥匙申请、交接单", "委托人单丽（本人）", "借出", "装修队", "2把")
    )


def test_an_empty_month_says_so_and_private_answers_are_masked(office: Estate) -> None:
    desk, steward = device(office, "desk"), device(office, "steward")
    published(desk, "foreign_employee", "mail_received", "mail_told")
    case = fill(desk, "foreign_employee", office.home, passport="E12345678")
    letter = fill(desk, "mail_received", office.home)
    fill(desk, "mail_told", office.home, letter)
    sees = case_sheet.record(case_papers.of_case(office.store, case[1], SERVER, steward.who))
    assert "E1*****78" in texts(sees)[0] and "E12345678" not in texts(sees)[0]
    assert "E12345678" in texts(case_sheet.record(case_papers.of_case(office.store, case[1], SERVER, desk.who)))[0]
    with office.store.read() as connection:
        none = gathering.gather(connection, None, Wanted("foreign_employee", last=date(2020, 1, 31)))
        masked = gathering.gather(connection, steward.who, Wanted("foreign_employee"))
        mail = gathering.gather(connection, desk.who, Wanted("mail_received"))
        company = printing.office(connection, "")
    (page,) = texts(register_page.page(company, "境外雇员登记表（31311）", none, date(2020, 1, 1), date(2020, 1, 31)))
    assert "2020年1月共0条" in page and register_page.NOTHING in page
    assert "E1*****78" in texts(register_page.page(company, "境外雇员登记表", masked, None, None))[0]
    (page,) = texts(register_page.page(company, "邮件签收登记表", mail, None, None))
    assert "邮件已通知" in page and page.count("desk") == 2, "a letter is a row with all its steps (L4)"


# -- other records -------------------------------------------------------------------------------


@pytest.mark.proves("A4")
def test_a_public_area_has_its_own_sheet_with_result_and_tidying_and_no_residents_signature(office: Estate) -> None:
    clock = Clock(NOON)
    office.store.now = clock
    desk, worker = device(office, "desk"), device(office, "worker")
    ticket: Subject = ("ticket", str(uuid7()))
    desk.push(desk.open_ticket(ticket, {"address": "1栋大堂"}, ticket_kind="public_repair", content="灯不亮"))
    desk.do("received", ticket)
    desk.do("assigned", ticket, {"worker_id": worker.staff_id})
    worker.do("accepted", ticket)
    clock.now += 9 * MINUTE
    worker.do("arrived", ticket)
    worker.do("work_started", ticket, {"own_materials": False})
    worker.do("finished", ticket, {"result": "换了灯管", "tidied": True})
    found = ticket_papers.of_ticket(office.store, ticket[1], SERVER, worker.who, COMPANY)
    first, second = texts(repair.papers([found], list(repair.COPIES)))
    for page, copy in ((first, "第一联前台"), (second, "第二联工程部")):
        said = (public.TITLE, copy, "1栋大堂", "灯不亮", "处理结果换了灯管", "■已收拾整理", "签收后9分钟", COMPANY)
        assert all(words in page for words in said), page
        assert "住户签名" not in page and "未签名" not in page
    assert texts(repair.papers([found], ["department"])) == [second]


@pytest.mark.proves("P4")
def test_a_notice_is_a_poster_and_a_draft_must_not_hang(office: Estate) -> None:
    desk = device(office, "desk")
    office.add_staff("boss", "manager")
    notice: Subject = ("notice", str(uuid7()))
    desk.do("notice_drafted", notice, {
        "notice_kind": "outage", "title": "停水通知", "words": "因水箱清洗，届时停水。\n请提前储水。" * 3,
        "urgent": True,
        "buildings": [office.b1], "starts_at": NOON + DAY, "ends_at": NOON + DAY + 4 * HOUR, "until": "2026-11-30",
        "estate": "",
    })  # fmt: skip

    def printed() -> str:
        found = record_papers.of_record(office.store, notice, SERVER, None, COMPANY)
        return texts(records.record(found))[0]

    assert "草稿，未发布，不得张贴" in printed()
    device(office, "boss").do("notice_released", notice, {"prices": False, "post_by": NOON + HOUR})
    page = printed()
    assert "不得张贴" not in page
    said = (f"{COMPANY}荔园小区紧急通知停水通知", "各位业主、住户：", "请提前储水。", 
            "2026-11-2912:00起，至2026-11-2916:00", "荔园小区物业服务中心2026-11-28", "张贴至2026-11-30")  # fmt: skip
    assert all(words in page for words in said), page
    assert office.b1 not in page, "a building is called by its name"


@pytest.mark.proves("D6")
def test_a_complaint_a_visit_and_a_follow_up_print_what_they_hold(office: Estate) -> None:
    desk, steward = device(office, "desk"), device(office, "steward")
    office.add_staff("lead", "service_supervisor")

    def page(subject: Subject) -> str:
        return "".join(texts(records.record(record_papers.of_record(office.store, subject, SERVER, None, COMPANY))))

    matter: Subject = ("matter", str(uuid7()))
    desk.do("matter_opened", matter, office.home | {
        "class": "complaint", "channel": "phone", "contact_name": LONG_NAME, "contact_phone": "13900001111",
        "content": REMARK, "demand": "尽快处理", "department": "order", "about": "夜间施工",
    })  # fmt: skip
    desk.do("classed", matter, {"nature": "service", "weight": "ordinary", "valid": True, "department": "service"})
    desk.do("told", matter, {"what": "已劝阻", "how": "phone"})
    said = page(matter)
    assert said.count("楼") == 600 and said.count("欧阳") == 30
    for words in (
        "用户投诉处理单",
        "来源来电",
        "要求尽快处理",
        "涉及部门秩序部",
        "是否有效有效",
        "责任部门客服部",
        "已劝阻电话desk",
    ):
        assert words in said, words
    visit: Subject = ("visit", str(uuid7()))
    steward.do("visited", visit, office.home | {
        "occasion": "monthly", "met": True, "met_name": "张伟", "met_capacity": "self", "said": "路灯暗",
        "promises": [{"what": "换路灯", "until": "2026-12-05"}],
    })  # fmt: skip
    said = page(visit)
    assert all(
        words in said for words in ("走访记录", "见到张伟（本人）", "住户反映路灯暗", "换路灯2026-12-05", "steward")
    )
    call: Subject = ("follow_up", str(uuid7()))
    lead = device(office, "lead")
    lead.do("follow_up_planned", call, office.home | {
        "source": "complaint", "about": "噪声", "due_at": NOON + DAY, "drawn": "by_hand", "owner_id": desk.staff_id,
    })  # fmt: skip
    desk.do("followed_up", call, {"way": "phone", "met": True, "name": "张伟", "capacity": "self", "satisfied": True,
                                  "settled": True})  # fmt: skip
    lead.do("follow_up_reviewed", call, {"opinion": "同意"})
    said = page(call)
    for words in ("回访记录表", "投诉回访", "第1次电话回访", "是否满意满意", "电话回访，不签名", "审阅意见同意lead"):
        assert words in said, words
    with office.store.read() as connection:
        rows = rates.asked_in(connection, NOON - DAY, NOON + DAY, [""])
        figures = rates.of_month(connection, NOON - DAY, NOON + DAY, NOON, [""])[0].figures()
        company = printing.office(connection, "", COMPANY)
    words = follow_ups_month.rates_words(figures)
    (month,) = texts(follow_ups_month.page(company, date(2026, 11, 1), rows, {desk.staff_id: "desk"}, words))
    for words in ("客户回访记录2026年11月", "应回访1", "满意1（100%）", "电话回访张伟满意", "同意"):
        assert words in month.replace("　", ""), words


def entrust(desk: FieldDevice, estate: Estate) -> Subject:
    thing: Subject = ("thing", str(uuid7()))
    kept: dict[str, Any] = {"pieces": 2, "condition": "good"}
    desk.do("entrusted", thing, estate.other_home | kept | {
        "thing_kind": "key", "name": "入户门钥匙", "given_by": "单丽", "capacity": "self", "purpose": "代收快递",
        "until": "2027-06-30", "rack": "A-03", "tag": Tag(KEY, "TST", "0001").code,
    })  # fmt: skip
    to = {"to_kind": "outside", "to_name": "装修队", "purpose": "装修", "due_at": NOON + DAY}
    desk.do("lent", thing, kept | to)
    return thing
