"""Who owes what, what the supervisor changes of it, and one's own month, in the windows of those who work on it
(D.1, E)."""

from __future__ import annotations

import pytest

from app.actions import Session
from app.actions.models import JobForm, MatterForm, VisitForm
from app.device.clock import now_ms
from app.domain.rules.duties import Duty
from app.domain.times import DAY, SECOND, china_day
from sync_server.store.estate import calendar
from sync_server.store.people import accounts
from tests.support.field_day import FieldDay, choose_look
from tests.support.field_estate import PEOPLE
from tests.support.waiting import eventually

DOOR = "3栋2单元1501"


def by_hand(session: Session) -> list[Duty]:
    return [one for one in session.duties.of_month() if one.rule == "by_hand"]


def owed_at(session: Session, household_id: str) -> Duty | None:
    """What is owed at a door."""
    home = session.home(household_id)
    assert home is not None
    return session.duties.at_door(home)


def worked(day: FieldDay) -> None:
    """A visit of the steward's, and a job that the desk sent her, which is late."""

    steward = day.staff_id("steward")

    async def visit(session: Session) -> None:
        home = session.doors.find("1501")[0].household
        await session.visits.record(VisitForm(session.new_id(), home.id, met_name="张伟", met_capacity="self"))
        await session.sync_now()

    async def job(session: Session) -> None:
        form = JobForm(
            "给岗亭换一盏灯，顺便看看门口的地砖为什么一下雨就积水", "今天换好", session.now() + SECOND,
            steward, address="南门岗亭",
        )  # fmt: skip
        await session.jobs.send(form)
        await session.sync_now()

    day.act("steward", visit)
    day.act("desk", job)


@pytest.mark.proves("D1")
def test_the_supervisor_sees_who_owes_what_and_excuses_and_moves(field_day: FieldDay) -> None:
    worked(field_day)
    boss = field_day.phone("service")
    boss.go("/duties")
    boss.see("谁欠什么")
    steward = field_day.staff_id("steward")
    boss.see("刘芳")
    boss.shot("duties")
    boss.tap(f"owner-{steward}")
    boss.see("南门岗亭")
    boss.shot("duties-owner")
    home = field_day.household_id("3栋2单元1502")
    duty = field_day.read("service", lambda s: owed_at(s, home))
    assert duty is not None
    boss.tap(f"change-{duty.id}")
    boss.see_id("duty-change")
    boss.tap("what-excuse")
    boss.see("请写原因")
    boss.type_into("duty-reason", "全家回老家，下月回来")
    boss.shot("duty-excuse")
    boss.tap("main-action")
    boss.see("免办 1")
    eventually(  # another phone of the same person: it knows once this one has sent
        lambda: field_day.read("service", lambda s: owed_at(s, home)) is None,
        within=20,
        every=0.3,
        what="the supervisor's other phone knows that it is excused",
    )
    eventually(
        lambda: home not in {row.household.id for row in field_day.read("steward", lambda s: s.visits.due())},
        within=40,
        every=0.5,
        what="the steward does not owe it any more",
    )
    other = field_day.household_id("3栋2单元1602")
    second = field_day.read("service", lambda s: owed_at(s, other))
    assert second is not None
    boss.go(f"/duties/{second.id}")
    boss.tap(f"owner-{field_day.staff_id('service')}")
    boss.see("请写原因")
    boss.type_into("duty-reason", "住户约了改天")
    boss.shot("duty-move")
    boss.tap("main-action")
    me = field_day.staff_id("service")
    eventually(
        lambda: (now := field_day.read("service", lambda s: owed_at(s, other))) is not None and now.owner == me,
        within=20,
        every=0.3,
        what="the supervisor goes",
    )


def renamed(day: FieldDay, person: str, name: str) -> str:
    """Somebody on the staff has another name from now on; their id."""
    member, staff_id = PEOPLE[person], day.staff_id(person)
    with day.server.store.numbered() as write:
        accounts.put_staff(
            write, staff_id=staff_id, number=member.number, name=name, login=member.login, held=("repair_worker",)
        )
    return staff_id


@pytest.mark.proves("D1")
def test_what_is_nobodys_stands_first_beside_long_names_and_a_calendar_that_lacks(field_day: FieldDay) -> None:
    worked(field_day)
    to = renamed(field_day, "worker2", "买买提·吐尔逊阿不都热依木江·艾合买提（工程部夜班）")

    async def more(session: Session) -> None:
        for content in ("地下二层车库通道的应急照明灯有三盏不亮，请一并检查线路", "擦大堂玻璃"):
            due = session.now() + (SECOND if content.startswith("地") else DAY)
            await session.jobs.send(JobForm(content, "今天办好", due, to, address="地下二层车库北侧坡道入口"))
        home = session.doors.find("5栋商铺03")[0].household
        await session.matters.open(
            MatterForm("suggestion", "门前多放一个垃圾桶", household_id=home.id, contact_name="欧阳婷婷")
        )
        await session.sync_now()

    field_day.act("desk", more)
    field_day.set_roles("steward")  # she leaves
    with field_day.server.store.numbered() as write:
        calendar.put(write, china_day(now_ms()).year - 1, [])
    boss = field_day.phone("service")
    boss.go("/duties")
    boss.see("无人负责")
    boss.see("年的工作日表")
    boss.shot("duties-full")
    boss.tap("owner-nobody")
    boss.see("走访：有建议")
    boss.shot("duties-nobody")
    boss.tap(f"owner-{to}")
    boss.see("地下二层车库北侧坡道入口")
    boss.shot("duties-long-names")


def test_who_does_not_oversee_is_told_so(field_day: FieldDay) -> None:
    phone = field_day.phone("worker")
    phone.go("/duties")
    phone.see_id("duties")
    phone.shot("duties-not-for-you")


def test_everybody_sees_what_they_did_and_owe_this_month(field_day: FieldDay) -> None:
    worked(field_day)
    phone = field_day.phone("steward")
    phone.go("/me")
    phone.tap("me-month")
    phone.see_id("my-month")
    phone.tap("done-visit")
    phone.see(DOOR)
    phone.shot("my-month")
    phone.tap("owed")
    phone.see("南门岗亭")
    phone.shot("my-month-owed")


def test_nothing_done_and_nothing_owed_is_said(field_day: FieldDay) -> None:
    phone = field_day.phone("worker")
    phone.go("/my-month")
    phone.see("这个月还没有记录")
    phone.shot("my-month-empty")
    boss = field_day.phone("service")
    boss.go("/duties/nothing")
    boss.see("这一件现在不用办了")


def test_the_lists_hold_large_words_and_the_dark(field_day: FieldDay) -> None:
    worked(field_day)
    boss = field_day.phone("service")
    choose_look(boss, "scale-200", "theme-dark")
    boss.go("/duties")
    boss.tap(f"owner-{field_day.staff_id('steward')}")
    boss.see("南门岗亭")
    boss.shot("duties-large")
    boss.go("/my-month")
    boss.see_id("my-month")
    boss.shot("my-month-large")


@pytest.mark.proves("D1")
def test_the_supervisor_plans_a_visit_from_its_door_and_from_the_list(field_day: FieldDay) -> None:
    boss = field_day.phone("service")
    home = field_day.household_id(DOOR)
    boss.go(f"/household/{home}")
    boss.see_id("plan-visit")
    boss.shot("household-supervisor")
    boss.tap("plan-visit")
    boss.see("请写为什么去")
    boss.shot("visit-plan-empty")
    boss.type_into("plan-about", "老人一个人住，天冷了，去看看暖气热不热，有没有要帮忙的")
    boss.tap("owner-" + field_day.staff_id("service"))
    boss.shot("visit-plan")
    boss.tap("main-action")
    boss.see_id("household")
    boss.go("/duties")
    boss.see("还欠 9 件")
    boss.tap("main-action")
    boss.see("请先找到要去的那一户")
    boss.type_into("home-find", "1502")
    boss.see_id("home-3栋2单元1502")
    boss.shot("visit-plan-find")
    boss.tap("home-3栋2单元1502")
    boss.type_into("plan-about", "住户约好的")
    boss.tap("main-action")
    boss.see("谁欠什么")
    boss.tap(f"owner-{field_day.staff_id('service')}")
    boss.see("老人一个人住")
    planned = {(DOOR, "老人", True), ("3栋2单元1502", "住户", False)}
    eventually(
        lambda: {(one.address, one.content[:2], one.given) for one in field_day.read("service", by_hand)} == planned,
        within=20,
        every=0.3,
        what="both are owed on the supervisor's other phone",
    )


def test_a_visit_is_planned_in_large_words_and_the_dark(field_day: FieldDay) -> None:
    boss = field_day.phone("service")
    choose_look(boss, "scale-200", "theme-dark")
    boss.go(f"/visit-plan/{field_day.household_id(DOOR)}")
    boss.see_id("visit-plan")
    boss.type_into("plan-about", "看望老人")
    boss.shot("visit-plan-large")
