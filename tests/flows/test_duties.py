"""Who owes what, what the supervisor changes of it, and one's own month, in the windows of those who work on it
(D.1, E)."""

from __future__ import annotations

import pytest

from app.actions import Session
from app.actions.models import JobForm, VisitForm
from app.domain.rules.duties import Duty
from app.domain.times import SECOND
from tests.support.field_day import FieldDay, choose_look
from tests.support.waiting import eventually

DOOR = "3栋2单元1501"


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
    assert field_day.read("service", lambda s: owed_at(s, home)) is None
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
