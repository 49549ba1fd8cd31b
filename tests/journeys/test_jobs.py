"""Jobs 工作单 between phones and a real server, and what their screens say (B)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.actions import CardFilter, Session
from app.actions.models import JobForm
from app.domain import roles
from app.domain.subjects.job import state as st
from app.domain.subjects.job.kinds import JOB
from app.domain.times import DAY, HOUR, MINUTE, at_china, china_day
from app.domain.wire.errors import Problem
from sync_server.store.people import admin
from sync_server.store.subjects.job import jobs
from sync_server.store.subjects.review import review_items
from tests.journeys.conftest import Clock, MakeTown, Town
from tests.support.field_work import signature
from tests.support.screens import Seen, screens

TEAM = {
    "m1": roles.MANAGER,
    "k1": roles.SERVICE_SUPERVISOR,
    "h1": roles.ENVIRONMENT_SUPERVISOR,
    "b1": roles.CLEANING_LEAD,
    "c1": roles.CLEANER,
    "c2": roles.CLEANER,
    "g1": roles.GUARD,
}


@pytest.fixture
def staffed(make_town: MakeTown) -> Town:
    """A town with everybody an estate has."""
    return team(make_town())


def team(town: Town) -> Town:
    town.staff |= {login: town.server.add_staff(login, role, name=login.upper()) for login, role in TEAM.items()}
    return town


def form(town: Town, receiver: str, session: Session, **more: Any) -> JobForm:
    said: dict[str, Any] = {"content": "擦大堂玻璃", "requirements": "不留水痕", "address": "3栋大堂", **more}
    return JobForm(due_at=said.pop("due_at", session.now() + 3 * HOUR), receiver_id=town.staff[receiver], **said)


async def sent(town: Town, sender: str, receiver: str, **more: Any) -> str:
    session = await town.phone(sender)
    job = (await session.jobs.send(form(town, receiver, session, **more))).subject_id
    await session.sync_now()
    return job


async def sync(town: Town, *logins: str) -> None:
    for login in logins * 2:
        await (await town.phone(login)).sync_now()


async def finish(session: Session, job: str) -> None:
    await session.record(JOB, job, "job_accepted", {})
    await session.record(JOB, job, "job_finished", {"process": "擦了两遍", "result": "干净"})
    await session.sign(signature(session.signing_content(JOB, job, "job"), "张伟", "served"))


def today(session: Session) -> list[str]:
    return [card.id for card in session.today().tickets]


@pytest.mark.proves("B1", "B8")
def test_cleaning_goes_from_the_lead_to_a_cleaner_and_up_to_the_environment_supervisor(staffed: Town) -> None:
    town = staffed

    async def play() -> None:
        job = await sent(town, "b1", "c1", job_kind="cleaning", household_id=town.home)
        await sync(town, "c1")
        cleaner, boss, desk = await town.phone("c1"), await town.phone("h1"), await town.phone("d1")
        assert today(cleaner) == [job] and cleaner.today().new == {job}
        async with screens(cleaner, f"/job/{job}") as seen:
            assert "擦大堂玻璃" in seen.words() and "不留水痕" in seen.words()
            assert "main-action" in seen.ids() and "拒" not in seen.words(), "there is no way to refuse (B.2)"
            await seen.tap("main-action")
            assert cleaner.jobs.view(job).state.stage == st.ACCEPTED
            await seen.go(f"/job/{job}/finish")
            assert "请填写：怎么做的" in seen.words()
        await cleaner.record(JOB, job, "job_finished", {"process": "擦了两遍", "result": "干净"})
        await cleaner.sign(signature(cleaner.signing_content(JOB, job, "job"), "张伟", "served"))
        await sync(town, "c1", "h1", "e1", "d1")
        assert today(boss) == [job] and today(await town.phone("e1")) == [] and today(desk) == []
        engineering = await town.phone("e1")
        with pytest.raises(Problem, match="role_may_not"):
            await engineering.jobs.confirm(engineering.jobs.view(job), once=engineering.new_id())
        await boss.jobs.confirm(boss.jobs.view(job), once=boss.new_id())
        await sync(town, "h1", "d1")
        assert today(desk) == [job]
        await desk.jobs.call_back(desk.jobs.view(job), True, "张伟", once=desk.new_id())
        await sync(town, "d1", "c1")
        view = cleaner.jobs.view(job)
        assert (view.state.stage, view.state.flags, view.verbs) == (st.FILED, [], ())
        assert [card.id for card in desk.cards(CardFilter(type=JOB, text="水痕"))] == [job], "a search finds it"
        desk.in_view([(JOB, job)])
        await desk.sync_now()
        assert desk.verify(JOB, job).intact

    asyncio.run(play())
    with town.server.store.read() as connection:
        row = connection.execute(select(jobs)).mappings().one()
    assert (row["stage"], row["department"], row["satisfied"], row["signature"]) == (
        "filed", "environment", True, "intact",
    )  # fmt: skip
    assert row["number"].startswith("G") and row["number"].endswith("-001")


@pytest.mark.proves("B2")
def test_what_cannot_be_done_goes_to_the_named_next_level_and_stays_until_it_is_decided(staffed: Town) -> None:
    town = staffed

    async def play() -> None:
        job = await sent(town, "d1", "c1")
        await sync(town, "c1")
        cleaner, lead, other = await town.phone("c1"), await town.phone("b1"), await town.phone("c2")
        await cleaner.record(JOB, job, "job_accepted", {})
        assert [one.id for one in cleaner.jobs.next_level(cleaner.jobs.view(job))] == [town.staff["b1"]]
        async with screens(cleaner, f"/job/{job}/escalate") as seen:
            assert "B1" in seen.words() and "仍由您负责" in seen.words()
        said = {"reason": "要登高车", "to_id": town.staff["b1"]}
        await cleaner.record(JOB, job, "job_escalated", said)
        assert today(cleaner) == [] and [card.id for card in cleaner.today().waiting] == [job]
        await sync(town, "c1", "b1")
        assert today(lead) == [job]
        async with screens(lead, f"/job/{job}/decide") as seen:
            assert "要登高车" in seen.words()
            await seen.tap("decision-give")
            await seen.tap(f"receiver-{town.staff['c2']}")
            await seen.tap("main-action")
        await sync(town, "b1", "c1", "c2")
        assert today(other) == [job] and today(cleaner) == [] and cleaner.card(JOB, job) is None

    asyncio.run(play())


def test_a_report_written_in_time_counts_when_it_comes_late_and_the_desk_sees_who_is_late(make_town: MakeTown) -> None:
    clock = Clock()
    town = team(make_town(clock))

    async def play() -> None:
        in_time = await sent(town, "d1", "c1", due_at=clock() + HOUR)
        silent = await sent(town, "d1", "c2", due_at=clock() + HOUR)
        await sync(town, "c1", "c2")
        cleaner = await town.phone("c1")
        town.clocks["c1"].ahead = 50 * MINUTE
        await cleaner.record(JOB, in_time, "job_progress", {"note": "还差一半"})
        for name in ("c1", "d1"):
            town.clocks[name].ahead = 2 * HOUR
        clock.ahead = 2 * HOUR
        await sync(town, "c1", "d1")
        desk = await town.phone("d1")
        month = china_day(clock() - HOUR)
        found = desk.jobs.breaches(month.year, month.month)
        assert {who: [(one.kind, one.job_id) for one in theirs] for who, theirs in found.items()} == {
            town.staff["c2"]: [("late", silent)]
        }
        assert [card.id for card in desk.cards(CardFilter(type=JOB, due_before=desk.now()))] == [in_time, silent]
        async with screens(desk, "/job-breaches") as seen:
            assert "逾期没有报告" in seen.words() and "30 元" not in seen.words(), "no yuan unless it is said (B.7)"
            await seen.tap("count-yes")
            assert "30 元" in seen.words()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("blank", "says"),
    [
        ({"content": " "}, "field_missing"),
        ({"requirements": ""}, "field_missing"),
        ({"address": ""}, "field_missing"),
        ({"due_at": 1}, "field_wrong"),
        ({"due_at": None}, "field_missing"),
    ],
)
def test_what_is_blank_is_named_and_nothing_is_sent(make_town: MakeTown, blank: dict[str, Any], says: str) -> None:
    town = team(make_town())

    async def play() -> None:
        desk = await town.phone("d1")
        with pytest.raises(Problem, match=says):
            await desk.jobs.send(form(town, "c1", desk, **blank))
        assert desk.unsent() == []

    asyncio.run(play())


def test_nobody_is_sent_a_job_who_left_and_what_they_had_is_told(staffed: Town) -> None:
    town = staffed

    async def play() -> None:
        desk = await town.phone("d1")
        with pytest.raises(Problem, match="field_missing"):
            await desk.jobs.send(JobForm("擦", "净", desk.now() + HOUR, "", address="大堂"))
        job = await sent(town, "d1", "g1")
        assert admin.end_user(town.server.store, "g1")
        await desk.sync_now()
        with pytest.raises(Problem, match="field_wrong") as problem:
            await desk.jobs.send(form(town, "g1", desk))
        assert "请另选一位" in problem.value.message("zh") and desk.jobs.view(job).receiver_name == "G1"

    asyncio.run(play())


@pytest.mark.proves("B5")
def test_the_day_is_not_closed_while_something_lacks_its_reason(make_town: MakeTown) -> None:
    clock = Clock()
    evening = at_china(china_day(clock()) + (date(2026, 1, 2) - date(2026, 1, 1)), 17, 25)
    town = team(make_town(clock))
    clock.ahead = evening - clock()

    async def play() -> None:
        for name in ("d1", "c1"):
            town.handset(name)
            town.clocks[name].ahead = clock.ahead
        desk = await town.phone("d1")
        job = await sent(town, "d1", "c1", due_at=evening + HOUR)
        ticket = await town.ticket(worker=None)
        assert desk.today().review_left == 2
        with pytest.raises(Problem, match="field_missing"):
            await desk.jobs.close_review()
        async with screens(desk, "/review") as seen:
            assert "2 件未完成" in seen.words() and "还有 2 件没有写原因" in seen.words()
            await seen.tap(f"unfinished-{job}")
            assert seen.path == f"/review/job/{job}"
        for id_ in (job, ticket):
            card = next(one.card for one in desk.jobs.unfinished() if one.card.id == id_)
            await desk.jobs.explain(card, "等材料", "明早先办")
        await desk.jobs.close_review()
        assert desk.today().review_left is None and desk.unsent()
        await desk.sync_now()
        async with screens(desk, "/review") as seen:
            assert "今天的检查已经结束" in seen.words()
            await seen.tap("closed-act")
            assert "等材料" in seen.words() and "明早先办" in seen.words()

    asyncio.run(play())
    with town.server.store.read() as connection:
        rows = connection.execute(select(review_items.c.subject_type, review_items.c.reason)).all()
    assert sorted(map(tuple, rows)) == [("job", "等材料"), ("ticket", "等材料")]


def test_two_desks_that_close_one_shift_offline_make_one_review_and_a_flag(staffed: Town) -> None:
    town = staffed

    async def play() -> None:
        one, two = await town.phone("d1"), await town.phone("d2")
        await one.jobs.close_review()
        await two.jobs.close_review()
        await sync(town, "d1", "d2")
        (flag,) = one.flags()
        assert (flag.card.type, flag.reason) == ("review", "opened_twice")

    asyncio.run(play())


async def send_by_hand(seen: Seen, town: Town) -> None:
    """A job from the desk, with as few taps as it takes: who, where, what, how."""
    await seen.type("receiver-find", "秩序")
    await seen.tap(f"receiver-{town.staff['g1']}")
    await seen.type("place", "南门")
    await seen.type("content", "看管装修垃圾")
    await seen.type("requirements", "不堵通道")


def test_the_form_names_what_is_blank_and_sends_when_nothing_is(staffed: Town) -> None:
    town = staffed

    async def play() -> None:
        desk = await town.phone("d1")
        async with screens(desk, "/job-new") as seen:
            assert "请选择派给谁" in seen.words()
            await send_by_hand(seen, town)
            assert "派给G1" in seen.words()
            await seen.tap("main-action")
            assert seen.path.startswith("/job/")
        (card,) = desk.cards(CardFilter(type=JOB))
        assert (card.assignee, card.address, card.due_at is not None) == (town.staff["g1"], "南门", True)
        assert card.due_at is not None and card.due_at - desk.now() < 2 * DAY

    asyncio.run(play())
