"""An evening's round 晚间走访 on a steward's phone: door after door, each one tap after the last (E)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from app.actions import Session
from app.actions.models import MatterForm, VisitForm
from app.domain.subjects.visit import VISIT
from app.domain.times import DAY, MINUTE
from app.store.queries import CardFilter
from sync_server.store.estate.importing import import_estate
from tests.support import field_estate
from tests.support.driver import Driver
from tests.support.field_day import FieldDay, choose_look
from tests.support.thumb import Thumb

MORE: Final = (("3栋2单元1701", "赵敏"), ("3栋2单元1702", "钱勇"))
TAPS_SIGNED: Final = 4
"""A door of a round where somebody is met and signs: 下一户, who, 请住户签名, 确认签名."""
TAPS_NOBODY: Final = 2
"""A door of a round where nobody is met: 没有见到人, why."""
TAPS_TEN: Final = 38
"""Ten doors of a round from 今日, two of them shut, until it is ended."""


@pytest.fixture
def ten_doors(field_day: FieldDay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FieldDay:
    """The small estate with ten doors."""
    monkeypatch.setattr(field_estate, "HOUSEHOLDS", (*field_estate.HOUSEHOLDS, *MORE))
    import_estate(field_day.server.store, field_estate.estate(tmp_path))
    return field_day


@pytest.fixture
def tall_building(field_day: FieldDay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FieldDay:
    """The small estate with an entrance of thirty floors in building 5; at every seventh door there nobody lives."""
    doors = [f"5栋2单元{floor}{n:02}" for floor in range(1, 31) for n in range(1, 5)]
    monkeypatch.setattr(field_estate, "HOUSEHOLDS", (*field_estate.HOUSEHOLDS, *((door, "陈平") for door in doors)))
    monkeypatch.setattr(field_estate, "VACANT", frozenset(doors[3::7]))
    import_estate(field_day.server.store, field_estate.estate(tmp_path))
    return field_day


def complaint(day: FieldDay, door: str, kind: str = "complaint") -> None:
    async def verb(session: Session) -> None:
        home = session.doors.find(door)[0].household
        await session.matters.open(MatterForm(kind, "楼道灯不亮", household_id=home.id, contact_name="张伟"))

    day.act("desk", verb)


def visits(day: FieldDay) -> dict[str, str]:
    """The stage of each visit the server has, by its door."""
    return day.read("service", lambda s: {c.address: c.stage for c in s.cards(CardFilter(type=VISIT), 0, 50)})


def signed(thumb: Thumb) -> None:
    """Somebody is met at the door whose form is open, and signs."""
    thumb.tap("met-0")
    thumb.tap("main-action")
    thumb.phone.see_id("signing")
    thumb.phone.sign()
    thumb.tap("sign-agree")
    thumb.phone.stands_at("/round")
    thumb.phone.settle()


@pytest.mark.proves("E2")
def test_ten_doors_of_an_evening_are_walked_in_their_order_with_few_taps(ten_doors: FieldDay) -> None:
    complaint(ten_doors, "3栋2单元1602", "suggestion")
    phone = ten_doors.phone("steward")
    phone.see_id("to-round")
    thumb = Thumb(phone)
    thumb.tap("to-round")
    phone.see_id("round-plan")
    phone.see("1 户有诉求，先去")
    phone.see("有建议，先去")
    phone.shot("round-plan")
    # The entrance with the suggestion first, then the others; floors from the bottom.
    phone.see("第一户 3栋2单元1501")
    thumb.tap("main-action")
    phone.see_id("visit-form")
    before = thumb.taps
    signed(thumb)
    assert thumb.taps - before == TAPS_SIGNED - 1  # 第一户 was the tap before
    phone.see("下一户 3栋2单元1502")
    phone.shot("round-next")
    before = thumb.taps
    thumb.tap("nobody")
    thumb.tap("nobody-nobody_home")
    phone.see("下一户 3栋2单元1602")
    assert thumb.taps - before == TAPS_NOBODY
    phone.see("已走 2/10 户")
    phone.shot("round-complaint")
    before = thumb.taps
    thumb.tap("main-action")
    signed(thumb)
    assert thumb.taps - before == TAPS_SIGNED
    for done in range(3, 9):
        phone.see(f"已走 {done}/10 户")
        if done == 7:
            phone.see("下一户 5栋商铺03")
            phone.shot("round-long-names")
        thumb.tap("main-action")
        signed(thumb)
    phone.see("已走 9/10 户")
    thumb.tap("nobody")
    thumb.tap("nobody-asked_later")
    phone.see("走访了 10 户：见到 8 户，没有见到 2 户。")
    phone.see("全部已上传", timeout_ms=20_000)
    phone.shot("round-ended")
    thumb.tap("main-action")
    phone.see_id("today")
    assert thumb.taps == TAPS_TEN
    stages = visits(ten_doors)
    phone.tap("to-round")
    phone.see("3栋2单元1502")
    phone.see("2 户")
    phone.shot("round-two-left")
    assert len(stages) == 10 and list(stages.values()).count("signed") == 8
    assert not phone.problems and not phone.outside


def test_the_same_by_the_list_of_doors_takes_half_as_many_taps_more(field_day: FieldDay) -> None:
    """What a door takes without a round: from the list and back to it."""
    phone = field_day.phone("steward")
    phone.tap("tab-households")
    thumb = Thumb(phone)
    thumb.tap("door-3栋1单元302")
    thumb.tap("main-action")
    thumb.tap("met-0")
    thumb.tap("main-action")
    phone.see_id("signing")
    phone.sign()
    thumb.tap("sign-agree")
    phone.see("签名有效")
    thumb.tap("back")
    assert thumb.taps == TAPS_SIGNED + 2
    phone.see_id("household-list")
    before = thumb.taps
    thumb.tap("door-3栋1单元303")
    thumb.tap("nobody")
    thumb.tap("nobody-nobody_home")
    phone.see("已记下：家里没人")
    thumb.tap("back")
    assert thumb.taps - before == TAPS_NOBODY + 2


def test_a_round_comes_back_after_a_kill_and_back_loses_nothing(ten_doors: FieldDay) -> None:
    phone = ten_doors.phone("steward")
    phone.tap("to-round")
    phone.tap("way-down")
    phone.see("第一户 3栋1单元302")
    phone.tap("main-action")
    phone.tap("met-0")
    phone.type_into("said", "电梯里的灯一闪一闪")
    phone.tap("back")
    phone.see_id("round")
    phone.tap("round-pass")
    phone.see("下一户 3栋1单元303")
    phone = phone.again()
    phone.see("下一户 3栋1单元303")
    phone.see("跳过，点一下再走")
    phone.shot("round-passed")
    phone.tap("walk-3栋1单元302")
    phone.see("第一户 3栋1单元302")
    phone.tap("main-action")
    phone.see("上次填到这里")
    assert phone.value_of("said") == "电梯里的灯一闪一闪"


@pytest.mark.proves("E2")
def test_a_festival_s_gift_is_chosen_once_and_signed_for_at_every_door(ten_doors: FieldDay) -> None:
    phone = ten_doors.phone("steward")
    phone.tap("to-round")
    phone.tap("occasion-festival")
    phone.tap("festival-中秋")
    phone.tap("round-gift-phrase-0")
    phone.shot("round-festival")
    phone.tap("main-action")
    phone.see("月饼一盒已送到")
    phone.tap("met-0")
    phone.shot("round-gift")
    phone.tap("main-action")
    phone.see_id("signing")
    phone.see("收到中秋礼品：月饼一盒")
    phone.shot("round-gift-signing")
    phone.sign()
    phone.tap("sign-agree")
    phone.see_id("round")
    phone.see("中秋 月饼一盒")
    phone.tap("main-action")
    phone.see("月饼一盒已送到")
    phone.see("全部已上传", timeout_ms=20_000)
    visit = ten_doors.read("service", lambda s: s.cards(CardFilter(type=VISIT), 0, 1)[0].id)
    phone.go(f"/visit/{visit}")
    phone.see_id("correct-gift_handed")
    phone.shot("visit-gift")
    phone.tap("correct-gift_handed")
    phone.see("住户已经签名")
    phone.shot("visit-gift-amend")
    assert not phone.problems and not phone.outside


@pytest.mark.proves("E2")
def test_a_new_household_is_welcomed_and_asked(field_day: FieldDay) -> None:
    phone = field_day.phone("steward", path="/")
    phone.go(f"/visit/new/{field_day.household_id('3栋2单元1501')}")
    phone.tap("occasion-move_in")
    phone.tap("met-0")
    phone.tap("welcome-flowers")
    phone.tap("welcome-letter")
    phone.tap("impression-phrase-0")
    phone.shot("visit-welcome")
    phone.tap("main-action")
    phone.see("入住欢迎：鲜花；欢迎信")
    phone.see("对物业的印象：服务热情")
    phone.sign()
    phone.tap("sign-agree")
    phone.see("签名有效")


def knocked(day: FieldDay, door: str, times: int) -> None:
    """Nobody was met so many times at about this hour of the day."""
    for n in range(times, 0, -1):

        async def verb(session: Session) -> None:
            home = session.doors.find(door)[0].household
            form = VisitForm(session.new_id(), home.id, met=False, not_met="nobody_home")
            await session.visits.record(form)

        day.act("steward", verb, minutes_ago=n * DAY // MINUTE)


@pytest.mark.proves("E3")
def test_nobody_met_three_times_running_proposes_another_time_and_is_still_owed(field_day: FieldDay) -> None:
    knocked(field_day, "3栋2单元1501", 3)
    phone = field_day.phone("steward")
    phone.go(f"/household/{field_day.household_id('3栋2单元1501')}")
    phone.see("换个时间：试试")
    phone.see("没有见到人不算走访完成")
    phone.shot("household-another-time")
    phone.go("/round")
    phone.see("3 次没见到，换")
    phone.shot("round-another-time")


@pytest.mark.proves("E1")
def test_a_building_and_a_month_show_where_visits_stand(ten_doors: FieldDay) -> None:
    complaint(ten_doors, "3栋2单元1602")
    knocked(ten_doors, "3栋2单元1502", 1)
    phone = ten_doors.phone("steward")
    phone.go("/buildings")
    phone.see_id("building-doors")
    phone.see("诉求 1")
    assert phone.said("cell-3栋2单元1602").startswith("3栋2单元1602，投诉")
    phone.shot("building")
    phone.tap("cell-3栋2单元1602")
    phone.see_id("household")
    phone.go("/visits-month")
    phone.see("已走访 0/10 户")
    phone.shot("month")
    phone.tap("print-3")
    phone.see("走访单已")
    ten_doors.server.stop()
    phone.tap("print-3")
    phone.see("没有网络时，晚间走访里有同样的名单")
    phone.shot("month-offline")
    ten_doors.server.start()
    boss = ten_doors.phone("service")
    boss.go("/visits-month")
    boss.see("刘芳")
    boss.shot("month-stewards")


def met(day: FieldDay, *doors: str, days_ago: int = 0) -> None:
    """Somebody was met at these doors."""

    async def verb(session: Session) -> None:
        for door in doors:
            home = session.doors.find(door)[0].household
            form = VisitForm(session.new_id(), home.id, met_name="陈平", met_capacity="self", unsigned_reason="手湿")
            await session.visits.record(form)

    day.act("steward", verb, minutes_ago=days_ago * DAY // MINUTE)


@pytest.mark.proves("E1")
def test_thirty_floors_show_doors_that_are_met_late_and_empty(tall_building: FieldDay) -> None:
    met(tall_building, "5栋2单元3002", "5栋2单元2903", "5栋2单元2803", days_ago=65)
    met(tall_building, "5栋2单元3001", "5栋2单元2902", "5栋2单元2701")
    complaint(tall_building, "5栋2单元2802", "suggestion")
    complaint(tall_building, "5栋2单元2601")
    building = tall_building.read("steward", lambda s: s.rounds.houses()[-1].id)
    phone = tall_building.phone("steward")
    phone.go("/buildings")
    phone.tap(f"building-{building}")
    phone.see("空置 17")
    assert "超期 3" in phone.words() and "已见 3" in phone.words() and "诉求 2" in phone.words()
    phone.shot("building-thirty-floors")
    assert phone.said("cell-5栋2单元2802").startswith("5栋2单元2802，建议")
    phone.go("/visits-month")
    phone.see("超期 3")
    phone.shot("month-late")


def test_a_steward_without_buildings_is_told_so(field_day: FieldDay) -> None:
    field_day.set_roles("steward", "steward")
    phone = field_day.phone("steward")
    phone.go("/buildings")
    phone.see("还没有您负责的楼栋")
    phone.shot("building-empty")
    phone.go("/visits-month")
    phone.see_id("empty")
    phone.shot("month-empty")


def test_the_round_s_screens_are_drawn_in_every_light(ten_doors: FieldDay) -> None:
    complaint(ten_doors, "3栋2单元1602")
    phone = ten_doors.phone("steward")
    choose_look(phone, "theme-dark")
    _all(phone, "dark")
    choose_look(phone, "theme-light", "scale-200")
    _all(phone, "large")
    phone.go("/round")
    phone.tap("main-action")
    phone.see_id("visit-form")
    phone.tap("back")
    phone.shot("round-next-large")
    assert not phone.problems and not phone.outside


def _all(phone: Driver, name: str) -> None:
    phone.show("/round", "round-plan", f"round-plan-{name}")
    phone.show("/buildings", "building-doors", f"building-{name}")
    phone.show("/visits-month", "visits-month", f"month-{name}")
