"""A round of the satisfaction survey from the 15th to the formal opinion (F): phones without a network, a household
that answers by link, and the figures that come of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import requests
from docx import Document
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import func, select

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.actions.surveys import BACK, OUT, TO_ISSUE, SurveyDoor
from app.device.clock import now_ms
from app.domain import roles
from app.domain.forms import Filling
from app.domain.rules import surveys
from app.domain.rules.surveys import ROUND
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import at_china
from app.domain.wire.errors import NO_NETWORK, Problem
from app.store.queries import CardFilter
from sync_server.store.subjects.case.tables import cases
from sync_server.store.subjects.matter import matters
from sync_server.store.subjects.survey_round.sheet import survey_rounds
from tests.forms.built_in import compiled
from tests.journeys.conftest import Clock, MakeTown, Town
from tests.support.forms import publish
from tests.support.reports import counted

ROOMS = ("101", "102", "103")


class Survey:
    """A town with four doors on the 16th of December, two stewards of its building, and the office."""

    def __init__(self, make_town: MakeTown) -> None:
        self.clock = Clock()
        self.on(date(2026, 12, 16))
        self.town: Town = make_town(self.clock)
        for room in ROOMS:
            self.town.server.add_household("building-3", room, f"住户{room}")
        for login, role in (("s1", roles.STEWARD), ("s2", roles.STEWARD), ("k1", roles.SERVICE_SUPERVISOR),
                            ("m1", roles.MANAGER)):  # fmt: skip
            buildings = ("building-3",) if role == roles.STEWARD else ()
            self.town.staff[login] = self.town.server.add_staff(login, role, buildings=buildings)
        data = compiled("satisfaction_survey").definition
        assert data is not None
        publish(self.town.server.store, data)

    def on(self, day: date, hour: int = 20) -> None:
        """Move the server's clock and every phone's to a day."""
        self.clock.ahead = at_china(day, hour) - now_ms()
        for one in (getattr(self, "town", None) and self.town.clocks.values()) or ():
            one.ahead = self.clock.ahead

    async def phone(self, login: str) -> Session:
        """Somebody's session, up to date."""
        self.town.handset(login)
        self.town.clocks[login].ahead = self.clock.ahead
        return await self.town.phone(login)

    def offline(self, *logins: str, cut: str = "before") -> None:
        """Cut the network of these phones; "" mends it."""
        for login in logins:
            self.town.networks[login].cut = lambda _: cut


@pytest.fixture
def survey(make_town: MakeTown) -> Iterator[Survey]:
    yield Survey(make_town)


def doors(session: Session) -> dict[str, SurveyDoor]:
    """The doors of the round, by room."""
    return {one.home.address.rpartition("单元")[2]: one for one in session.surveys.doors(session.surveys.period())}


def begun(session: Session, door: SurveyDoor) -> tuple[FormDraft, Filling]:
    """A door's sheet as its page begins it."""
    digest, handed = session.surveys.begin(door)
    where = Where(handed["household"], handed["unit"] or None, handed["building"] or None, handed["fixed"])
    about = (handed["about_type"], handed["about_id"])
    draft = FormDraft(digest, door.sheet_id, session.new_id(), session.now(), where=where, about=about)
    return draft, session.cases.filling(draft)


def scored(filling: Filling, score: str, **said: str) -> Filling:
    """Score every item alike, and answer more by name."""
    for place in filling.root.asked():
        if place.question.list == "score":
            filling.answer(place, score)
    for name, value in {"name": "张伟", "phone": "13800138000", **said}.items():
        filling.answer(filling.find(name), value)
    return filling


async def answer(session: Session, room: str, score: str, **said: str) -> FormDraft:
    """Fill in a door's sheet and save it."""
    draft, filling = begun(session, doors(session)[room])
    scored(filling, score, **said)
    draft = replace(draft, kept=filling.kept())
    await session.cases.record(draft, filling)
    return draft


@pytest.mark.proves("F1", "F3", "F5")
def test_two_phones_without_a_network_answer_for_one_household(survey: Survey) -> None:
    async def play() -> None:
        one, two = await survey.phone("s1"), await survey.phone("s2")
        boss = await survey.phone("k1")
        survey.offline("s1", "s2")
        assert {room: door.standing for room, door in doors(one).items()} == dict.fromkeys((*ROOMS, "1501"), TO_ISSUE)
        await one.surveys.issue(list(doors(one).values()))
        with pytest.raises(Problem):
            await one.surveys.issue(list(doors(one).values()))
        whole = one.surveys.meters(list(doors(one).values()))[0]
        assert (whole.percent("issued"), whole.percent("back"), whole.reached("issued")) == (100, 0, True)
        draft = await answer(one, "101", "5", best="管家热情", wish="多种点树")
        # As after a kill before anybody saw that it was saved.
        await one.cases.record(draft, one.cases.filling(draft))
        await answer(two, "101", "1", worst="电梯太慢")
        assert [doors(one)[room].standing for room in ("101", "102")] == [BACK, OUT]
        with pytest.raises(Problem) as link:
            await one.surveys.link(survey.town.home)
        assert link.value.kind is NO_NETWORK
        survey.offline("s1", "s2", cut="")
        for session in (one, two, boss, one, two):
            status = await session.sync_now()
            assert (status.waiting, status.refused, status.problem) == (0, 0, None)
        sheet = doors(boss)["101"]
        assert sheet.card is not None
        state = boss.state(CASE, sheet.sheet_id)
        assert [flag.reason for flag in state.flags] == ["opened_twice"]
        report = boss.surveys.report("2026-12")
        assert (report.figures.sheets, str(report.figures.all.mean)) == (1, "5.00"), "the first one to arrive"
        # Each remark is one matter, of the second sheet too, and a retry makes no second.
        found = boss.cards(CardFilter(type=MATTER, kinds=("survey_remark",)))
        assert sorted(card.content for card in found) == ["多种点树", "电梯太慢", "管家热情"]
        kinds = {one.why for one in boss.duties.of_month() if one.why.startswith("survey")}
        assert kinds == {"survey_issue", "survey_return", "survey_count"}
        owed = [one for one in boss.duties.of_month() if one.why == "survey_return" and one.owed]
        assert len(owed) == 3 and {duty.owner for duty in owed} == {survey.town.staff["s1"]}
        assert all(duty.why not in ("survey_issue", "survey_return") for duty in one.duties.at_doors())

    asyncio.run(play())
    store = survey.town.server.store
    with store.read() as connection:
        assert connection.execute(select(cases.c.valid, cases.c.stage).where(cases.c.valid)).all() == [(True, "back")]
        assert connection.scalar(select(func.count()).select_from(cases)) == 4
        assert connection.scalar(select(func.count()).select_from(matters)) == 3
        assert connection.execute(select(survey_rounds.c.id, survey_rounds.c.stage)).all() == [
            (surveys.round_id("", "2026-12"), "running")
        ], "the server opened it once"
        sheet = connection.scalar(select(cases.c.id).where(cases.c.valid))
    assert store.verify((CASE, str(sheet))).chains
    year = counted(store, "survey", "2026")
    assert year == {"doors": 4, "issued": 4, "back": 1, "not-valid": 0}, "a second sheet is part of the first's record"


@pytest.mark.proves("F2", "F3")
def test_a_household_answers_by_its_link_once_and_the_page_names_nobody(survey: Survey) -> None:
    async def play() -> str:
        steward = await survey.phone("s1")
        await answer(steward, "102", "4")
        await steward.sync_now()  # the first push of the day opens the round
        address = re.search(rb'"address":"([^"]+)"', await steward.surveys.link(survey.town.home))
        assert address is not None
        other = await survey.phone("s2")
        survey.offline("s2")
        await answer(other, "1501", "5")
        worker = await survey.phone("w1")
        with pytest.raises(Problem):
            await worker.surveys.link(survey.town.home)
        return address[1].decode()

    url = asyncio.run(play())
    page = requests.get(url, timeout=10)
    assert page.status_code == 200 and "3栋1单元1501" in page.text and page.text.count("<fieldset>") == 22
    assert "张伟" not in page.text, "nothing says who lives there"
    said = dict.fromkeys(re.findall(r'type="radio" name="([^"]+)"', page.text), "3")
    lacking = requests.post(url, data={**said, "worst": "<b>太吵</b>", "phone": "12"}, timeout=10)
    assert lacking.status_code == 422 and "至少 7 位" in lacking.text and "&lt;b&gt;" in lacking.text
    for name, value in (("staff/staff_desk", "6"), ("nothing", "x")):
        assert requests.post(url, data={**said, name: value}, timeout=10).status_code == 422
    whole = {**said, "worst": "太吵", "name": "王芳", "phone": "138 0013 8001"}
    first, again = (requests.post(url, data=whole, timeout=10) for _ in range(2))
    assert first.status_code == again.status_code == 200 and "已收到" in first.text and first.text == again.text
    for wrong in (
        url[:-1] + ("a" if url[-1] != "a" else "b"),
        url.replace("1501", "101"),
        url.rpartition(".")[0] + ".",
    ):
        assert requests.get(wrong, timeout=10).status_code == 404

    async def after() -> None:
        # A steward had asked at that home before, without a network: it is kept and flagged, the link came first.
        other = await survey.phone("s2")
        survey.offline("s2", cut="")
        await other.sync_now()
        door = doors(other)["1501"]
        assert (door.standing, door.card is not None and door.card.flags) == (BACK, 1)
        found = other.cards(CardFilter(type=MATTER, kinds=("survey_remark",)))
        assert [(one.content, one.assignee) for one in found] == [("太吵", survey.town.staff["s1"])]

    asyncio.run(after())
    with survey.town.server.store.read() as connection:
        rows = connection.execute(select(cases.c.valid, cases.c.open_flags).order_by(cases.c.address)).all()
        assert [tuple(row) for row in rows] == [(True, 0), (True, 1)]
        remark = connection.execute(select(matters.c.content, matters.c.contact_name, matters.c.about)).one()
        assert tuple(remark) == ("太吵", "王芳", "您最不满意的是什么？")
    survey.on(date(2026, 12, 30))
    assert requests.get(url, timeout=10).status_code == 404, "the round is closed"


@pytest.mark.proves("F4", "F5")
def test_the_office_counts_releases_its_opinion_and_takes_the_report_as_a_file(survey: Survey) -> None:
    async def play() -> dict[str, Any]:
        steward, boss, manager = [await survey.phone(one) for one in ("s1", "k1", "m1")]
        for room, score in (("101", "5"), ("102", "3"), ("103", "3")):
            await answer(steward, room, score, **({"worst": "=1+1"} if room == "103" else {}))
        await steward.sync_now()
        await boss.sync_now()
        report = boss.surveys.report("2026-12")
        assert boss.surveys.next_step(report) == "", "it runs still"
        survey.on(date(2026, 12, 30), 9)
        with pytest.raises(Problem):
            await steward.surveys.counted("2026-12")
        assert boss.surveys.next_step(boss.surveys.report("2026-12")) == "count"
        await boss.surveys.counted("2026-12")
        await boss.sync_now()
        await manager.sync_now()
        assert manager.surveys.next_step(manager.surveys.report("2026-12")) == "release"
        await manager.surveys.release("2026-12", "明年加派夜班")
        await manager.sync_now()
        report = manager.surveys.report("2026-12")
        assert report.round is not None and (report.round.stage, report.round.content) == ("released", "明年加派夜班")
        assert (str(report.figures.all.mean), len(report.figures.low), len(report.items)) == ("3.67", 22, 22)
        assert {home.rpartition("-")[2] for home in report.sheets} == set(ROOMS), "each figure leads to what it counts"
        (remark,) = report.open_remarks
        with pytest.raises(Problem):
            await manager.record(MATTER, remark.id, "matter_closed", {"result": "已答复"})
        with pytest.raises(Problem) as refused:
            await steward.surveys.print_report("2026-12", "xlsx")
        assert refused.value.name == "role_may_not"
        return {form: await manager.surveys.print_report("2026-12", form) for form in ("xlsx", "docx")}

    files = asyncio.run(play())
    book = load_workbook(BytesIO(files["xlsx"]))
    assert book.sheetnames == ["总体", "各项", "低于 4 分", "各楼", "意见"]
    summary = {row[0]: row[1] for row in book["总体"].iter_rows(min_row=3, values_only=True) if row[0]}
    assert (summary["户数"], summary["有效收回"], summary["平均分"]) == (4, 3, 3.67)
    assert [row[1] for row in book["各项"].iter_rows(min_row=2, max_row=3, values_only=True)] == ["前台", "维修"]
    remark = next(book["意见"].iter_rows(min_row=2))
    assert (remark[2].value, remark[2].data_type, remark[3].value) == ("=1+1", "s", "未办结"), "text, no formula"
    document = Document(BytesIO(files["docx"]))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert "明年加派夜班" in words and "低于 4 分" in words and len(document.tables) == 5
    assert [cell.text for cell in document.tables[-1].rows[0].cells] == ["地址", "题目", "意见", "答复"]
    assert document.tables[-1].rows[1].cells[2].text == "=1+1"
    with survey.town.server.store.read() as connection:
        row = connection.execute(select(survey_rounds)).one()
        assert (row.stage, row.doors, row.valid, row.opinion) == ("released", 4, 3, "明年加派夜班")
        assert (row.back_by, row.report_by) == ("2026-12-29", "2027-01-31")
    assert survey.town.server.store.verify((ROUND, row.id)).chains
