"""A follow-up from the closed complaint to the opinion, in the windows of those who work on it (D.1-D.6)."""

from __future__ import annotations

from typing import Any

import pytest

from app.actions import Session
from app.actions.models import ClassForm, MatterForm
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import DAY
from app.store.queries import CardFilter
from tests.support.field_day import FieldDay, choose_look
from tests.support.waiting import eventually

DOOR = "3栋2单元1501"
SAID = "楼上半夜拖椅子，已经说过两次，孩子第二天要上学，请物业上门跟他们讲清楚"


def closed(day: FieldDay, weight: str = "ordinary") -> str:
    """A complaint of the household's that the desk closed; its id."""

    async def verb(session: Session) -> str:
        home = session.doors.find("1501")[0].household
        form = MatterForm(
            "complaint", SAID, household_id=home.id, contact_name="张伟", contact_phone="13800138001",
            classed=ClassForm("service", weight, promised_at=session.now() + DAY),
        )  # fmt: skip
        matter = (await session.matters.open(form)).subject_id

        async def did(kind: str, **body: Any) -> str:
            return (await session.record(MATTER, matter, kind, body)).entries[0].id

        plan = await did("planned", cause="楼板传声", plan="上门说明，加桌脚垫")
        await did("plan_agreed", plan_id=plan, how="phone", name="张伟")
        await did("handled", cause="楼板传声", corrective="已加桌脚垫")
        await did("matter_closed", result="已加桌脚垫，楼上答应夜里不拖椅子")
        await session.sync_now()
        return matter

    return day.act("desk", verb)


def owed(day: FieldDay, person: str) -> str:
    """The follow-up that the server owes for it, once a person's phone has it."""

    async def look(session: Session) -> list[str]:
        await session.sync_now()
        return [card.id for card in session.cards(CardFilter(type=FOLLOW_UP), 0, 10)]

    eventually(lambda: bool(day.act(person, look)), within=20, every=0.3, what="the follow-up")
    return day.act(person, look)[0]


@pytest.mark.proves("C5")
@pytest.mark.proves("D3")
@pytest.mark.proves("D6")
def test_a_steward_follows_a_complaint_up_at_the_door_and_the_supervisor_reviews_it(field_day: FieldDay) -> None:
    matter = closed(field_day)
    phone = field_day.phone("steward")
    phone.see(DOOR)
    phone.see("投诉回访")
    phone.shot("today-follow-up")
    follow_up = owed(field_day, "steward")
    phone.go(f"/follow-up/{follow_up}")
    phone.see_id("follow-up-head")
    phone.shot("follow-up")
    phone.tap("main-action")
    phone.see_id("follow-up-ask")
    phone.shot("follow-up-ask-empty")
    phone.tap("way-door")
    phone.tap("who-0")
    phone.tap("satisfied-no")
    phone.type_into("follow-up-said", "晚上还是有声音，只是少了一点")
    phone.see("保存后原来的投诉会重新打开")
    phone.tap("settled-yes")
    phone.shot("follow-up-ask")
    phone.tap("main-action")
    phone.see_id("pad")
    phone.shot("follow-up-sign")
    phone.sign()
    phone.tap("sign-agree")
    phone.see("待审阅")
    phone.shot("follow-up-done")
    eventually(
        lambda: field_day.read("desk", lambda s: s.matters.view(matter)).state.stage == "to_handle",
        within=40,
        every=0.5,
        what="the complaint is open again",
    )
    boss = field_day.phone("service")
    boss.go("/follow-ups")
    boss.see_id("follow-ups")
    boss.tap("follow-ups-review")
    boss.see(DOOR)
    boss.shot("follow-ups")
    boss.tap(f"row-{follow_up}")
    boss.tap("main-action")
    boss.type_into("follow-up-opinion", "同意，投诉重新打开后请工程部一起上门")
    boss.shot("follow-up-review")
    boss.tap("main-action")
    boss.see("已审阅")


@pytest.mark.proves("D3")
@pytest.mark.proves("D4")
def test_by_phone_there_is_no_pad_and_what_is_left_is_promised(field_day: FieldDay) -> None:
    closed(field_day)
    follow_up = owed(field_day, "steward")
    phone = field_day.phone("steward")
    phone.go(f"/follow-up/{follow_up}/ask")
    phone.tap("way-phone")
    phone.tap("who-0")
    phone.tap("satisfied-yes")
    phone.tap("settled-no")
    phone.see("请写答应了什么")
    phone.type_into("follow-up-promise", "请维修工再看一次桌脚垫")
    phone.see("请选什么时候再来")
    phone.tap("again-day-1")
    phone.tap("again-hour-10")
    phone.shot("follow-up-promise")
    phone.tap("main-action")
    phone.see("待再访")
    phone.see("电话回访")
    state = field_day.read("steward", lambda s: s.follow_ups.view(follow_up))
    assert state.state.stage in ("planned", "again")


@pytest.mark.proves("D4")
def test_a_major_complaint_offers_no_phone(field_day: FieldDay) -> None:
    closed(field_day, "major")
    follow_up = owed(field_day, "service")
    boss = field_day.phone("service")
    boss.go(f"/follow-up/{follow_up}")
    boss.see("重大")
    boss.shot("follow-up-major")
    boss.tap("follow-up-more")
    boss.tap("move-move")
    boss.see_id("follow-up-move")
    boss.shot("follow-up-move")


def test_every_light_and_size(field_day: FieldDay) -> None:
    closed(field_day)
    follow_up = owed(field_day, "steward")
    phone = field_day.phone("steward")
    for look, name in (("theme-dark", "dark"), ("scale-200", "large")):
        choose_look(phone, look)
        for path, shot in (
            (f"/follow-up/{follow_up}", ""),
            (f"/follow-up/{follow_up}/ask", "-ask"),
            ("/follow-ups", "s"),
        ):
            phone.go(path)
            phone.see("回访")
            phone.shot(f"follow-up{shot}-{name}")
