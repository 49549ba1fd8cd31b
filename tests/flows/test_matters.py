"""A complaint from the call until it is closed, in the windows of those who work on it (C.1-C.6)."""

from __future__ import annotations

import pytest

from app.actions import Session
from app.actions.models import ClassForm, MatterForm
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.kinds import MATTER
from tests.support.field_day import FieldDay, choose_look
from tests.support.waiting import eventually

DOOR = "3栋2单元1501"


def stays(day: FieldDay, matter: str, stage: str) -> None:
    """The desk sees it at that stage, once the server has it."""
    eventually(
        lambda: day.read("desk", lambda s: s.matters.view(matter)).state.stage == stage,
        within=40,
        every=0.5,
        what=stage,
    )


def taken(day: FieldDay, person: str, form: MatterForm) -> str:
    """A matter somebody took down elsewhere."""

    async def verb(session: Session) -> str:
        return (await session.matters.open(form)).subject_id

    return day.act(person, verb)


@pytest.mark.proves("C1")
@pytest.mark.proves("C2")
@pytest.mark.proves("C4")
def test_a_complaint_goes_from_the_call_to_its_result(field_day: FieldDay) -> None:
    """C.1-C.4: taken down on one page, classed by two taps, planned, agreed to, handled, closed."""
    phone = field_day.phone("desk")
    phone.go("/matters")
    phone.see_id("matters")
    phone.shot("matters-empty")
    phone.tap("main-action")
    phone.see_id("matter-new")
    phone.shot("matter-new-empty")
    phone.tap("class-complaint")
    phone.type_into("home-find", "1501")
    phone.tap(f"home-{DOOR}")
    phone.type_into("matter-content", "保洁把垃圾袋堆在门口，两天没有收，味道很大")
    phone.shot("matter-new")
    phone.tap("main-action")
    phone.see("待分类")
    matter = phone.path.rpartition("/")[2]
    phone.shot("matter-to-class")
    phone.tap("main-action")
    phone.tap("nature-service")
    phone.tap("weight-important")
    phone.shot("matter-class")
    phone.tap("main-action")
    phone.see("待处理")
    phone.tap("main-action")
    phone.type_into("ask-cause", "夜班漏收")
    phone.type_into("ask-plan", "当天清走，换人收这一层")
    phone.tap("main-action")
    phone.see("还没有同意")
    phone.tap("main-action")
    phone.see("当天清走")
    phone.shot("matter-agree")
    phone.tap("main-action")
    phone.see("待落实")
    phone.shot("matter-agreed")
    phone.tap("main-action")
    phone.see_id("matter-handle")
    phone.tap("main-action")
    phone.see("待办结")
    phone.tap("main-action")
    phone.see_id("matter-close")
    phone.tap("satisfied-yes")
    phone.shot("matter-close")
    phone.tap("main-action")
    phone.see("已办结")
    phone.shot("matter-closed")
    stays(field_day, matter, st.CLOSED)
    assert field_day.read("steward", lambda s: s.matters.view(matter)).card.ended, "the building's steward sees it"


@pytest.mark.proves("C7")
def test_a_repeat_is_merged_into_what_the_same_household_said_before(field_day: FieldDay) -> None:
    """C.6: those of the same household are offered first; both are linked, and counted once."""
    home = field_day.household_id(DOOR)
    first = taken(field_day, "desk", MatterForm("complaint", "垃圾没人收", household_id=home, contact_name="张伟"))
    taken(field_day, "desk", MatterForm("help", "电梯口灯不亮", address="东门", contact_name="李四"))
    again = taken(field_day, "steward", MatterForm("complaint", "垃圾还堆着", "door", home, contact_name="张伟"))
    phone = field_day.phone("steward")
    phone.go(f"/matter/{again}")
    phone.see("垃圾还堆着")
    phone.tap("matter-more")
    phone.shot("matter-more")
    phone.tap("move-merge")
    phone.see_id(f"into-{first}")
    phone.shot("matter-merge")
    phone.tap(f"into-{first}")
    phone.tap("question-yes")
    phone.see("并入这里的反映")
    phone.shot("matter-absorbed")
    phone.tap(f"absorbed-{again}")
    phone.see("这件事已并入另一件")
    stays(field_day, again, st.MERGED)
    figures = field_day.read("desk", lambda s: s.matters.figures(0, 1 << 50))
    assert (len(figures.all), [card.id for card in figures.repeats]) == (2, [again])


@pytest.mark.proves("C3")
def test_a_written_complaint_is_answered_once_the_manager_released_the_answer(field_day: FieldDay) -> None:
    """C.2, C.6: what is major stands on the manager's 今日; the answer goes out after the release."""
    field_day.set_roles("service", "service_supervisor", "manager")
    home = field_day.household_id(DOOR)
    now = field_day.read("desk", lambda s: s.now())
    major = ClassForm("service", "major", promised_at=now + 3_600_000)
    form = MatterForm(
        "complaint", "来信：电梯困人四十分钟，没有人接电话", "letter", home, contact_name="张伟", classed=major
    )
    matter = taken(field_day, "desk", form)
    manager = field_day.phone("service")
    manager.see("来信：电梯困人")
    manager.shot("matter-today-major")
    manager.go(f"/matter/{matter}")
    manager.see("我已知悉")
    manager.shot("matter-major")
    manager.tap("main-action")
    manager.gone("我已知悉")

    async def draft(session: Session) -> None:
        await session.record(
            MATTER, matter, "reply_drafted", {"text": "尊敬的张伟：\n电梯已停用检修，值班电话改为双线。"}
        )

    field_day.act("desk", draft)
    manager.see("签发答复", timeout_ms=30_000)
    manager.tap("main-action")
    manager.see("签发后就可以寄出")
    manager.shot("matter-release")
    manager.tap("main-action")
    manager.see("经理已签发")
    stays(field_day, matter, st.TO_HANDLE)
    assert field_day.read("desk", lambda s: s.matters.view(matter)).state.released is not None


@pytest.mark.proves("C1")
def test_what_is_said_at_a_door_is_saved_with_the_visit(field_day: FieldDay) -> None:
    """E: a suggestion raised on a visit is in the register once the visit is saved."""
    home = field_day.household_id(DOOR)
    phone = field_day.phone("steward")
    phone.go(f"/visit/new/{home}")
    phone.tap("met-0")
    phone.tap("add-ticket")
    phone.tap("kind-complaint")
    phone.see_id("visit-matter")
    phone.tap("class-suggestion")
    phone.type_into("matter-content", "楼下多装一盏灯")
    phone.shot("matter-visit")
    phone.tap("main-action")
    phone.see("楼下多装一盏灯")
    phone.tap("no-sign")
    phone.tap("unsigned-0")
    phone.see_id("household")
    found = eventually(
        lambda: field_day.read("desk", lambda s: s.matters.figures(0, 1 << 50)).all, within=40, every=0.5, what="it"
    )
    (card,) = found
    assert (card.kind, card.household_id, card.content) == ("suggestion", home, "楼下多装一盏灯")


def test_the_register_and_its_figures_in_large_letters_and_dark(field_day: FieldDay) -> None:
    """C.0: filters, long names, the repair it led to; large text."""
    homes = [field_day.household_id(one) for one in ("5栋商铺03", "3栋2单元1602")]
    repair = ClassForm("repair", "major", promised_at=field_day.read("desk", lambda s: s.now()) - 1000)
    taken(
        field_day,
        "desk",
        MatterForm(
            "complaint", "商铺后门漏水三次了，货都泡了，维修来了又走，说好第二天来没有来", "phone", homes[0],
            contact_name="荔园新鲜水果蔬菜批发零售店（欧阳婷婷）", contact_phone="13800138000", demand="赔偿并彻底修好",
            department="engineering", classed=repair,
        ),
    )  # fmt: skip
    taken(field_day, "desk", MatterForm("praise", "保洁阿姨帮忙抬了轮椅", "visit", homes[1], contact_name="欧阳𠮷䶮"))
    taken(
        field_day,
        "desk",
        MatterForm("enquiry", "停车月卡怎么办", address="电话", contact_name="李女士", answer="已告知流程"),
    )
    phone = field_day.phone("desk", dark=True)
    phone.go("/matters")
    phone.see("商铺")
    phone.tap("matters-all")
    phone.see("抬了轮椅")
    phone.shot("matters")
    phone.tap("matters-figures")
    phone.tap("figure-class-complaint")
    phone.see("商铺后门漏水")
    phone.shot("matter-figures")
    phone.back()
    choose_look(phone, "scale-200")
    phone.go("/matters")
    phone.see("商铺")
    phone.shot("matters-200")
    phone.go("/matter-new")
    phone.see_id("matter-new")
    phone.shot("matter-new-200")
