"""A building's meters from 今日 to the last door, and trouble at a door from its report to the training (M3, V6)."""

from __future__ import annotations

import pytest

from app.actions import Session
from app.actions.form_draft import Where
from sync_server.store.estate import calendar
from tests.support.field_day import FieldDay, choose_look
from tests.support.filled import built_in, fill
from tests.support.forms import publish

RULE = '[[rule]]\nname = "meter_round"\nfor = "building"\nwhen = "monthly"\nowner = "steward"\ndone = "meter_round"\n'
"""Owed from the first of the month on, whenever this runs."""
MONTH = 31 * 24 * 60
FAR = "290"
"""A reading far above the usual, which the form asks for twice."""
ROOMS = ("3栋1单元302", "3栋1单元303", "3栋2单元1501", "3栋2单元1502", "3栋2单元1602")


def read(field_day: FieldDay, ago: int, *readings: tuple[str, str, str]) -> None:
    """Have the steward read meters some minutes ago, on a phone of their own."""

    homes = {room: field_day.household_id(room) for room, _, _ in readings}

    async def them(session: Session) -> None:
        for room, meter, shown in readings:
            where = Where(household_id=homes[room])
            again = {"again": shown} if shown == FAR else {}
            await fill(session, "meter_reading", where, meter=meter, reading=shown, present="outside", **again)

    field_day.act("steward", them, minutes_ago=ago)


@pytest.mark.long
@pytest.mark.proves("M3")
def test_m3_a_building_is_read_from_door_to_door(field_day: FieldDay) -> None:
    with field_day.server.store.numbered() as write:
        calendar.put_rules(write, RULE)
    publish(field_day.server.store, *built_in("meter_reading", "meter_missed"))
    for month in (2, 1):
        shown = [(room, "water", str(100 * n + 12 * (3 - month))) for n, room in enumerate(ROOMS[:3], 1)]
        read(field_day, month * MONTH, *shown)
    read(field_day, 0, (ROOMS[0], "water", "136"), (ROOMS[1], "water", FAR))
    steward = field_day.phone("steward")
    steward.go("/")
    steward.see("要抄的表")
    steward.shot("today-meters")
    steward.tap("meters-3栋")
    steward.see("抄 2单元1501")
    steward.see("用得太多")
    steward.shot("meter-round")
    steward.tap("not-read")
    steward.tap("q-why-nobody")
    steward.tap("main-action")
    steward.see("没抄到 1")
    steward.see("抄 2单元1502")
    steward.tap("main-action")
    steward.see("读数")
    steward.shot("meter-reading")
    steward.go("/meters")
    steward.see("要抄的楼")
    steward.shot("meter-rounds")
    choose_look(steward, "theme-dark", "scale-200")
    steward.go("/meters")
    steward.tap("meters-3栋")
    steward.see("抄 2单元1502")
    steward.shot("meter-round-large-dark")


@pytest.mark.long
@pytest.mark.proves("V6")
def test_v6_trouble_at_a_door_is_answered_and_taught(field_day: FieldDay) -> None:
    publish(field_day.server.store, *built_in("door_trouble", "door_trouble_answer"))
    where = Where(household_id=field_day.household_id(ROOMS[0]), address=ROOMS[0])

    async def report(session: Session) -> str:
        await fill(session, "door_trouble", where, trouble="dog", words="狗没拴，退到电梯口打电话")
        return await fill(session, "door_trouble", where, trouble="money", words="塞了两百块，说不要发票", answer="yes")

    case = field_day.act("worker", report)
    boss = field_day.phone("service")
    boss.go("/trainings")
    boss.see("还没讲过")
    boss.shot("training-troubles")
    said = "谢谢您，公司有规定不能收；要付的钱到服务中心交，有票。"

    async def answer(session: Session) -> None:
        await fill(session, "door_trouble_answer", where, case, said=said)

    field_day.act("service", answer)
    worker = field_day.phone("worker")
    worker.go("/")
    worker.see("公司答复了您遇到的问题")
    worker.shot("today-answer")
