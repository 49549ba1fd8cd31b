"""The analysis of complaints as a Word document (C.7, W): its figures, and what the departments wrote about them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import requests
from docx import Document
from uuid6 import uuid7

from app.domain.subjects.analysis import ANALYSIS, analysis_id
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import at_china
from sync_server.reports import document
from sync_server.store.reports import analyses
from sync_server.store.reports.working import work_out
from tests.server.conftest import Clock, Estate
from tests.support.field_device import FieldDevice
from tests.support.server import LiveServer

NOON = at_china(date(2026, 11, 28), 12)
REMARK = "=1+1 漏水，\U0001f600" * 300
LONG = "电梯维保不到位，" * 400


def words_of(data: bytes) -> tuple[list[str], list[list[list[str]]]]:
    """The paragraphs and tables of a document, as another program reads them."""
    found = Document(io.BytesIO(data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in found.tables]
    return [one.text for one in found.paragraphs], tables


def made(estate: Estate, period: str) -> tuple[list[str], list[list[list[str]]]]:
    with estate.store.read() as connection:
        worked = work_out(connection, None, "complaints", period, estate.store.now())
        written = analyses.of_period(connection, worked.asked)
    return words_of(document.document(worked, written))


@pytest.fixture
def office(estate: Estate) -> Estate:
    """The estate at noon, with a manager and the head of engineering, and one complaint about it."""
    estate.store.now = Clock(NOON)
    estate.add_estate("LY", "荔园小区")
    estate.add_staff("manager", "manager", name="项目经理")
    desk = FieldDevice(estate, estate.desk_id, estate.store.now)
    said = {"class": "complaint", "channel": "phone", "contact_name": "张伟", "content": REMARK}
    desk.do("matter_opened", (MATTER, str(uuid7())), {**said, **estate.home})
    return estate


def test_the_document_has_the_figures_and_each_departments_analysis_with_its_approval(office: Estate) -> None:
    head, manager = (FieldDevice(office, f"staff-{login}", office.store.now) for login in ("desk", "manager"))
    analysis = (ANALYSIS, analysis_id("", "engineering", "2026-Q4"))
    body: dict[str, Any] = {"department": "engineering", "quarter": "2026-Q4"}
    body |= {"cause": LONG, "corrective": "换维保单位\n加巡检", "preventive": "=每月抽查"}
    written = head.do("analysis_written", analysis, body)
    paragraphs, tables = made(office, "2026-Q4")
    assert paragraphs[0] == "投诉统计 2026年第4季度" and "荔园小区" in paragraphs[1]
    figures = {row[0]: row[1] for table in tables if table[0] == ["指标", "数值", "占比"] for row in table[1:]}
    assert figures["投诉合计"] == "1" and figures["已办结"] == "0"
    at = paragraphs.index(next(one for one in paragraphs if one.endswith("2026-Q4 投诉分析")))
    assert paragraphs[at : at + 2] == ["工程部 2026-Q4 投诉分析", "原因分析"]
    assert LONG in paragraphs and {"换维保单位", "加巡检", "=每月抽查"} <= set(paragraphs)
    assert any(one.endswith("未批准") for one in paragraphs)
    manager.do("analysis_approved", analysis, {"written_id": written.id})
    assert any("批准 项目经理 2026-11-28" in one for one in made(office, "2026-11")[0]), "a month has its quarter's"


def test_a_month_without_anything_says_so(office: Estate) -> None:
    paragraphs, tables = made(office, "2026-01")
    assert "这一期没有记录。" in paragraphs and tables
    assert not [one for one in paragraphs if "投诉分析" in one]


def test_over_http_a_report_comes_as_a_document_to_those_who_read_it(live: LiveServer) -> None:
    live.add_staff("desk", "desk")
    live.add_staff("worker", "repair_worker")
    for login, status in (("desk", 200), ("worker", 404)):
        token = FieldDevice(live, f"staff-{login}").token
        url, asked = f"{live.url}/v1/reports/complaints", {"period": "2026-11", "format": "docx"}
        got = requests.get(url, params=asked, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        assert got.status_code == status
        if status == 200:
            assert words_of(got.content)[0][0] == "投诉统计 2026年11月"
