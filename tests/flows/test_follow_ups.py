"""A follow-up from the closed complaint to the opinion, in the windows of those who work on it (D.1-D.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.actions import Session
from app.actions.models import ClassForm, MatterForm
from app.device.clock import now_ms
from app.domain.subjects.analysis import ANALYSIS, quarter_of
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import DAY, china_day
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
    eventually(
        lambda: field_day.read("steward", lambda s: s.follow_ups.view(follow_up)).state.stage == "again",
        within=20,
        every=0.3,
        what="it is to be asked again",
    )


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


@pytest.mark.proves("D1")
def test_the_supervisor_plans_one_by_hand_and_moves_and_excuses_from_the_months_plan(field_day: FieldDay) -> None:
    closed(field_day)
    boss = field_day.phone("service")
    boss.go("/follow-ups")
    boss.tap("follow-ups-more")
    boss.shot("follow-ups-ways")
    boss.tap("way-plan")
    boss.see_id("follow-up-plan")
    boss.tap("main-action")
    boss.see_id("follow-up-new")
    boss.see("请选哪一户，或写地点")
    boss.shot("follow-up-new-empty")
    boss.type_into("home-find", "1502")
    boss.tap("home-3栋2单元1502")
    boss.see_id("home-change")
    boss.tap("source-move_in")
    boss.type_into("follow-up-about", "新入住，问问对物业的印象")
    boss.tap("until-" + _day_in(3))
    boss.shot("follow-up-new")
    boss.tap("main-action")
    boss.see("入住回访")
    boss.see("主管安排")
    boss.go("/follow-ups/plan")
    if _day_in(3)[:7] != _day_in(0)[:7]:
        boss.tap("month-after")
    boss.see_id("plan-sums")
    boss.shot("follow-up-plan")
    planned = CardFilter(type=FOLLOW_UP, kinds=("move_in",))
    eventually(
        lambda: field_day.read("service", lambda s: s.count(planned)) == 1, within=20, every=0.3, what="it is sent"
    )
    (mine,) = field_day.read("service", lambda s: s.cards(planned))
    boss.tap(f"group-{mine.assignee or 'steward'}")
    boss.see_id(f"planned-{mine.id}")
    boss.shot("follow-up-plan-opened")
    boss.tap(f"planned-{mine.id}")
    boss.shot("follow-up-plan-ways")
    boss.tap("way-excuse")
    boss.type_into("follow-up-reason", "住户已搬走")
    boss.tap("main-action")
    boss.see("已免访")


def _day_in(days: int) -> str:
    return (china_day(now_ms()) + timedelta(days=days)).isoformat()


@pytest.mark.proves("D5")
def test_a_repair_raised_on_the_phone_is_saved_with_the_follow_up(field_day: FieldDay) -> None:
    closed(field_day)
    follow_up = owed(field_day, "steward")
    phone = field_day.phone("steward")
    phone.go(f"/follow-up/{follow_up}/ask")
    phone.tap("way-phone")
    phone.tap("who-0")
    phone.tap("satisfied-yes")
    phone.tap("settled-yes")
    phone.tap("add-ticket")
    phone.see_id("visit-ticket")
    phone.type_into("content", "楼道灯不亮")
    phone.shot("follow-up-raised-ticket")
    phone.tap("main-action")
    phone.see("和这次回访一起保存")
    phone.shot("follow-up-raised")
    phone.tap("main-action")
    phone.see("待审阅")
    phone.see_id("raised")
    phone.shot("follow-up-with-raised")
    eventually(
        lambda: [c.content for c in field_day.read("steward", lambda s: s.follow_ups.view(follow_up)).raised]
        == ["楼道灯不亮"],
        within=20, every=0.3, what="the ticket came with it",
    )  # fmt: skip


@pytest.mark.proves("D5")
def test_one_letter_answers_the_chosen_and_leaves_the_others(field_day: FieldDay) -> None:
    closed(field_day)
    follow_up = owed(field_day, "service")

    async def said(session: Session) -> tuple[str, str]:
        form = MatterForm("suggestion", "小区门口装减速带", address="东门", contact_name="张伟")
        first = (await session.matters.open(form)).subject_id
        return first, (await session.matters.open(replace(form, content="多设几个健身器材"))).subject_id

    matter, other = field_day.act("desk", said)
    boss = field_day.phone("service")
    boss.go("/follow-ups/letter")
    boss.see("小区门口装减速带")
    boss.shot("open-letter-empty")
    boss.type_into("letter-text", "各位业主：东门已定于下月加装减速带，感谢您的建议。")
    boss.see("请选要答复的事")
    boss.tap(f"answer-{follow_up}")
    boss.tap(f"answer-{matter}")
    boss.shot("open-letter")
    boss.tap("main-action")
    boss.shot("open-letter-question")
    boss.tap("question-yes")
    boss.see_id("follow-ups")
    boss.go(f"/matter/{matter}")
    boss.see("公开信答复")
    boss.shot("matter-by-letter")
    eventually(
        lambda: (
            field_day.read("service", lambda s: [s.matters.view(one).state.stage for one in (matter, other)])
            == ["closed", "to_handle"]
        ),
        within=20,
        every=0.3,
        what="the letter closed what was chosen, and nothing else",
    )


@pytest.mark.proves("D6")
def test_the_supervisor_sees_a_months_rates_and_each_figure_opens_its_list(field_day: FieldDay) -> None:
    closed(field_day)
    follow_up = owed(field_day, "steward")
    phone = field_day.phone("steward")
    phone.go(f"/follow-up/{follow_up}/ask")
    for choice in ("way-phone", "who-0", "satisfied-yes", "settled-yes"):
        phone.tap(choice)
    phone.tap("main-action")
    phone.see("待审阅")
    came = CardFilter(type=FOLLOW_UP, stages=("done",))
    eventually(
        lambda: field_day.read("service", lambda s: s.count(came)) == 1, within=30, every=0.5, what="it is done there"
    )
    boss = field_day.phone("service")
    boss.go("/follow-ups/figures")
    boss.see("1 · 100%")
    boss.tap("figure-in_days")
    boss.see_id(f"counted-{follow_up}")
    boss.shot("follow-up-figures")
    boss.go("/follow-ups/figures")
    boss.tap("month-after")
    boss.see("这个月没有回访")
    boss.shot("follow-up-figures-empty")


@pytest.mark.proves("C8")
def test_a_departments_head_writes_the_quarters_analysis_and_the_manager_approves_it(field_day: FieldDay) -> None:
    closed(field_day)
    boss = field_day.phone("service")
    boss.go("/matters/figures")
    boss.tap("period-quarter")
    boss.see_id("analyses")
    boss.see("还没有写")
    boss.shot("matter-figures-quarter")
    boss.tap("analysis-other")
    boss.see_id("analysis-write")
    boss.shot("analysis-write-empty")
    boss.type_into("analysis-cause", "夜间巡查少，噪声没有及时劝止")
    boss.type_into("analysis-corrective", "当天上门道歉，加派一名夜班")
    boss.see("请写预防措施")
    boss.type_into("analysis-preventive", "每周抽查夜班巡查记录")
    boss.shot("analysis-write")
    boss.tap("main-action")
    boss.see("待批准")
    boss.shot("analysis")
    field_day.set_roles("service", "service_supervisor", "manager")
    eventually(
        lambda: "manager" in field_day.read("service", lambda s: s.roles), within=20, every=0.3, what="the new post"
    )
    written = CardFilter(type=ANALYSIS)
    eventually(lambda: field_day.read("service", lambda s: s.count(written)), within=20, every=0.3, what="it is sent")
    analysis = field_day.read("service", lambda s: s.cards(written))[0].id
    boss.go("/")
    boss.see("批准")
    boss.see("夜间巡查少，噪声没有及时劝止")
    boss.shot("today-analysis")
    boss.go(f"/analysis/{analysis}")
    boss.see("批准这份分析")
    boss.tap("main-action")
    boss.see("已批准")
    boss.shot("analysis-approved")


def test_new_pages_in_every_light_and_size(field_day: FieldDay) -> None:
    closed(field_day)
    owed(field_day, "service")
    boss = field_day.phone("service")
    for look, name in (("theme-dark", "dark"), ("scale-200", "large")):
        choose_look(boss, look)
        for path, id_, shot in (
            ("/follow-ups/plan", "follow-up-plan", "follow-up-plan"),
            ("/follow-ups/figures", "follow-up-figures", "follow-up-figures"),
            ("/follow-ups/new", "follow-up-new", "follow-up-new"),
            ("/follow-ups/letter", "open-letter", "open-letter"),
            (f"/analysis-write/service/{quarter_of(china_day(now_ms()))}", "analysis-write", "analysis-write"),
        ):
            boss.go(path)
            boss.see_id(id_)
            boss.shot(f"{shot}-{name}")
