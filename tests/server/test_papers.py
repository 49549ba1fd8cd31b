"""Papers of tickets, and a billing month for finance (A.8), read back by other programs."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
import requests
from fpdf import FPDF
from hypothesis import example, given, settings
from hypothesis import strategies as some
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pypdfium2 import raw
from sqlalchemy import delete

from app.domain.subjects.ticket.bill_month import BillMonth
from app.domain.times import at_china
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from app.domain.wire.strokes import read_drawing, strokes_to_svg
from sync_server.labels import faces
from sync_server.papers import bills, inks, repair, typeset
from sync_server.papers.paper import Paper
from sync_server.store.subjects.ticket import papers
from sync_server.store.tables import entries, feed
from tests.server.conftest import Clock, Estate
from tests.support.field_device import STROKES_BYTES, FieldDevice, Subject, whole_repair
from tests.support.server import LiveServer

NOON = at_china(date(2026, 11, 20), 12)
SERVER = "https://liyuan.example"
HOME = {"address": "1栋101"}
MATERIAL = {
    "name": "角阀", "brand": "九牧", "verdict": "poor", "remarks": "阀芯松动",
    "warned": True, "consequences": "可能漏水", "choice": "use_anyway",
}  # fmt: skip


@pytest.fixture
def clock(estate: Estate) -> Clock:
    """The clock of the estate's server and devices."""
    estate.store.now = Clock(NOON)
    return estate.store.now


def signed(estate: Estate, clock: Clock, **more: Any) -> tuple[FieldDevice, FieldDevice, Subject, list[Entry]]:
    desk, worker = FieldDevice(estate, estate.desk_id, clock), FieldDevice(estate, estate.worker_id, clock)
    subject, made = whole_repair(desk, worker, HOME | more)
    return desk, worker, subject, made


def texts(pdf: bytes) -> list[str]:
    """The text of each page, without line ends."""
    pages = pypdfium2.PdfDocument(pdf)
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pages]


def handwritten(page: pypdfium2.PdfPage) -> bool:
    """Tell whether there is handwriting on a page: a line of many curves, of which frames and codes have none."""
    for one in page.get_objects((raw.FPDF_PAGEOBJ_PATH,)):
        parts = (raw.FPDFPath_GetPathSegment(one.raw, n) for n in range(raw.FPDFPath_CountSegments(one.raw)))
        if sum(raw.FPDFPathSegment_GetType(part) == raw.FPDF_SEGMENT_BEZIERTO for part in parts) > 4:
            return True
    return False


def decoded(page: pypdfium2.PdfPage, *, lower: bool = True) -> set[str]:
    """What a reader finds in the code in the page's lower or upper half, held nearer and farther: of one code in forty
    it finds nothing at one distance."""
    seen = (np.asarray(page.render(scale=scale / 4).to_pil().convert("L")) for scale in range(8, 33, 2))
    halves = (picture[len(picture) // 2 :] if lower else picture[: len(picture) // 2] for picture in seen)
    corners = (half[:, : half.shape[1] // 3] for half in halves)
    return {cv2.QRCodeDetector().detectAndDecode(corner)[0] for corner in corners}


def printed(estate: Estate, subject: Subject, copies: Sequence[str] = tuple(repair.COPIES)) -> bytes:
    return repair.papers([papers.of_ticket(estate.store, subject[1], SERVER)], copies)


@pytest.mark.proves("A5")
def test_a_ticket_is_printed_in_four_copies_that_say_the_same(estate: Estate, clock: Clock) -> None:
    *_, subject, _ = signed(estate, clock)
    estate.store.put_blob(sha256_hex(STROKES_BYTES), 0, STROKES_BYTES, len(STROKES_BYTES))
    pdf = printed(estate, subject)
    pages = texts(pdf)
    number = papers.of_ticket(estate.store, subject[1], SERVER).state.number
    for page, copy in zip(pages, repair.COPIES.values(), strict=True):
        said = ("维修单", f"编号{number}", "1栋101", "换水龙头", "30.00", "电子签名张伟")
        assert all(words in page for words in said)
        assert copy.replace(" ", "") in page and "未签名有效" not in page
        rest = page.replace(copy.replace(" ", ""), "")
        assert rest == pages[0].replace(repair.COPIES["resident"].replace(" ", ""), "")
    first = pypdfium2.PdfDocument(pdf)[0]
    assert handwritten(first)
    assert not list(first.get_objects((raw.FPDF_PAGEOBJ_IMAGE,))), "handwriting is lines, no picture"
    address = papers.of_ticket(estate.store, subject[1], SERVER).address
    assert address.startswith(SERVER.upper()) and address in decoded(first)


@pytest.mark.proves("A5")
def test_chosen_copies_alone_and_a_material_that_is_poor(lite: Estate) -> None:
    clock = Clock(NOON)
    lite.store.now = clock
    *_, subject, _ = signed(lite, clock)
    ticket = papers.of_ticket(lite.store, subject[1], SERVER)
    ticket.state.materials.append(MATERIAL)
    (page,) = texts(repair.papers([ticket], ["department"]))
    assert "第二联部门" in page and "□合格□不合格■质量不佳" in page and "已告知后果：可能漏水住户决定：坚持使用" in page


@pytest.mark.proves("A5")
def test_what_was_changed_after_signing_is_not_printed_as_signed(estate: Estate, clock: Clock) -> None:
    _, worker, subject, made = signed(estate, clock)
    fees = next(entry for entry in made if entry.kind == "fees_written")
    cheaper = {"lines": [{**fees.body["lines"][0], "price_fen": 2000, "amount_fen": 2000}], "total_fen": 2000}
    worker.do("amended", subject, {"target_id": fees.id, "body": cheaper, "reason": "写错"})
    (page,) = texts(printed(estate, subject, ["resident"]))
    assert "未签名有效：签名以后内容有更改" in page and "20.00" in page


def test_what_nobody_signed_says_so(estate: Estate, clock: Clock) -> None:
    desk = FieldDevice(estate, estate.desk_id, clock)
    opened = desk.open_ticket(("ticket", "0190a2f0-0000-7000-8000-000000000001"), HOME)
    desk.push(opened)
    (page,) = texts(printed(estate, ("ticket", opened.subject_id), ["desk"]))
    assert "未签名有效：还没有签名" in page and "住户签名未签名" in page


def test_a_paper_of_which_an_entry_was_erased_is_not_printed_as_signed(lite: Estate) -> None:
    """Taken out of the database by hand: what is left no longer is what was signed; of nothing there is no paper."""
    clock = Clock(NOON)
    lite.store.now = clock
    *_, subject, made = signed(lite, clock)

    def erase(kind: str) -> None:
        gone = next(entry.id for entry in made if entry.kind == kind)
        with lite.store.write() as connection:
            connection.execute(delete(feed).where(feed.c.entry_id == gone))
            connection.execute(delete(entries).where(entries.c.id == gone))

    erase("fees_written")
    (page,) = texts(printed(lite, subject, ["resident"]))
    assert "未签名有效" in page and "电子签名张伟" not in page
    erase("ticket_opened")
    with pytest.raises(Problem, match="not_found"):
        printed(lite, subject)


@pytest.mark.proves("A5")
def test_a_billing_month_is_one_pdf_and_one_workbook(estate: Estate, clock: Clock) -> None:
    desk, _, subject, _ = signed(estate, clock, contact_name="=1+1")
    other = signed(estate, clock)[2]
    free = desk.open_ticket(("ticket", "0190a2f0-0000-7000-8000-000000000002"), HOME)
    desk.push(free)
    for at, one in ((at_china(date(2026, 11, 24), 23, 59), subject), (at_china(date(2026, 11, 25), 0), other)):
        clock.now = at
        desk.do("confirmed", one, {})
    november, december = BillMonth(date(2026, 11, 1)), BillMonth(date(2026, 12, 1))
    found = papers.of_month(estate.store, november, {""}, SERVER)
    assert [one.state.id for one in found] == [subject[1]]
    assert [one.state.id for one in papers.of_month(estate.store, december, {""}, SERVER)] == [other[1]]
    assert papers.of_month(estate.store, november, {"elsewhere"}, SERVER) == []
    rows = list(load_workbook(io.BytesIO(bills.workbook(november, found)))["2026年11月"].iter_rows(min_row=2))
    assert [cell.value for cell in rows[0]][2:10] == [
        "1栋101", "=1+1", rows[0][4].value, "换水龙头", "个", 1, 30, 30,
    ]  # fmt: skip
    assert rows[0][3].data_type == "s" and rows[0][4].value.date() == date(2026, 11, 24)
    assert rows[1][0].value == "合计" and rows[1][9].value == "=SUM(J2:J2)"
    empty = load_workbook(io.BytesIO(bills.workbook(november, [])))["2026年11月"]
    assert empty["A2"].value == "合计" and empty["J2"].value == 0
    (page,) = texts(repair.papers(found, ["finance"]))
    assert "第三联财务" in page


def test_papers_over_http_are_for_who_sees_them(live: LiveServer) -> None:
    live.add_staff("finance", "finance")
    live.add_staff("worker", "repair_worker")
    asked = {
        login: requests.get(
            f"{live.url}/v1/bills", params={"month": month, "format": form},
            headers={"Authorization": f"Bearer {FieldDevice(live, f'staff-{login}').token}"}, timeout=30,
        )
        for login, month, form in (("finance", "2026-11", "pdf"), ("worker", "2026-11", "xlsx"))
    }  # fmt: skip
    assert asked["worker"].status_code == 403 and asked["finance"].status_code == 200
    (page,) = texts(asked["finance"].content)
    assert "这个月没有要收费的维修单" in page, "a month without anything"


# -- typesetting ---------------------------------------------------------------------------------

_CLOSING, _OPENING = "，。、；：？！）》〉」』”’】", "（《〈「『“‘【"
_WORDS = some.text(some.sampled_from("水管漏修理费元abcXYZ 0123，。、；：（）《》“”\U0001f600喆㎡"), max_size=200)


@settings(deadline=None)  # whichever example comes first waits for a face to be read
@given(_WORDS)
@example("a" * 200)
@example("，" * 100)
def test_nothing_is_lost_and_no_line_is_too_long(text: str) -> None:
    """Nor does one begin with ，。 where there is another place to break."""
    pdf = FPDF(unit="mm")
    made = typeset.lines(pdf, text, 30, 10)
    assert "".join("".join(made).split()) == "".join(text.split())
    for line in made:
        assert faces.width(pdf, line, 10) <= 30 or len(line) == 1


def test_a_line_begins_with_no_closing_mark_and_ends_with_no_opening_one() -> None:
    pdf = FPDF(unit="mm")
    text = "厨房水龙头漏水，已更换（铜芯）阀芯；住户自带材料：“九牧”牌（见《材料单》「二」），试用正常。" * 20
    for room in range(20, 80):
        for line in typeset.lines(pdf, text, room, 10):
            assert line[0] not in _CLOSING and line[-1] not in _OPENING


def test_long_words_names_and_remarks_go_on_on_the_next_page() -> None:
    paper = Paper("试")
    paper.begin(lambda again: paper.title("续" if again else "首"))
    long = "楼上漏水，" * 600
    paper.pairs([[("姓名", "欧阳" * 30), ("电话", "1" * 40)], [("说明", long)]])
    paper.table((("项目", 1.0), ("金额", 1.0)), [(f"第{n}项", "1.00") for n in range(90)])
    pages = texts(paper.bytes())
    assert len(pages) > 3 and pages[0].startswith("首") and all(page.startswith("续") for page in pages[1:])
    assert "".join(pages).count("楼") == 600
    assert all("说明" in page for page in pages if "楼" in page), "a field that goes on says again what it is"
    assert all("项目金额" in page for page in pages if "第5项" in page or "第89项" in page)
    assert pages[-1].endswith(f"第{len(pages)}页，共{len(pages)}页")


def test_a_heading_never_stands_alone_at_the_end_of_a_page() -> None:
    def said(rows: int) -> list[str]:
        paper = Paper("试")
        paper.begin(lambda again: paper.title("续" if again else "首"))
        for _ in range(rows):
            paper.words("一行")
        paper.heading("小标题")
        paper.table((("项目", 1.0), ("金额", 1.0)), [("灯", "1.00")])
        return texts(paper.bytes())

    for rows in range(36, 43):
        (at,) = (page for page in said(rows) if "小标题" in page)
        assert "小标题项目金额灯1.00" in at


def test_rare_characters_have_ink_and_are_read_back_as_they_were_written() -> None:
    """What one face lacks another one draws, in headings as in cells; emoji, too."""
    rare = "喆㎡䶮㛃堃翀犇骉赟祎龑仝逄亓厶①℃½№"
    paper = Paper("试")
    paper.begin(lambda again: paper.title(rare))
    paper.facts([(rare, f"{rare}𠮷"), ("图", "\U0001f600")])
    (page,) = pypdfium2.PdfDocument(paper.bytes())
    read, scale, seen = page.get_textpage(), 4, list[str]()
    picture = np.asarray(page.render(scale=scale).to_pil().convert("L"))
    for n in range(read.count_chars()):
        char = read.get_text_range(n, 1)
        if char and char in rare:
            left, bottom, right, top = (round(scale * at) for at in read.get_charbox(n, loose=True))
            box = picture[len(picture) - top : len(picture) - bottom, left:right]
            assert (box < 128).any(), f"{char} has no ink"
            seen.append(char)
    assert all(seen.count(char) == 3 for char in rare)
    text = read.get_text_bounded()
    assert "𠮷" in text and faces.MISSING not in text


def test_handwriting_is_drawn_as_pages_show_it() -> None:
    strokes, wide, high = read_drawing(json.loads(STROKES_BYTES))
    pictures = []
    for ours in (True, False):
        pdf = FPDF(unit="mm")
        pdf.add_page()
        if ours:
            inks.draw(pdf, 20, 30, 0.2, strokes, wide, high)
        else:
            shown = io.BytesIO(strokes_to_svg(strokes, wide, high).encode())
            pdf.image(shown, 20, 30, wide * 0.2, high * 0.2)
        page = pypdfium2.PdfDocument(bytes(pdf.output()))[0]
        pictures.append(np.asarray(page.render(scale=3).to_pil().convert("L"), dtype=int))
    drawn, seen = pictures
    ink = int((seen < 128).sum())
    assert ink > 200 and int((abs(drawn - seen) > 64).sum()) < ink / 50
