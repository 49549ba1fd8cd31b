"""Special care (P3): from an outage to the last household called. Emergency contacts (Y4) in two taps, at the gate and
with the steward."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import flet as ft
import pytest

from app.actions import Session
from app.actions.form_draft import Where
from app.actions.notices import NoticeForm
from app.domain.times import HOUR, china_day
from tests.support.field_day import FieldDay, choose_look
from tests.support.filled import built_in, fill, sign_all
from tests.support.forms import publish
from tests.support.waiting import eventually

ALONE, BABY = "3栋2单元1501", "3栋2单元1502"
CONTACTS = [
    {"name": "张晓敏", "relation": "child", "phone": "13600136001"},
    {"name": "陈国强", "relation": "friend", "phone": "13600136002"},
]


@pytest.fixture
def dialed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The numbers that windows hand to the telephone."""
    found: list[str] = []

    async def launch(_: ft.UrlLauncher, url: str, **__: Any) -> None:
        found.append(url)

    monkeypatch.setattr(ft.UrlLauncher, "launch_url", launch)
    return found


async def signed(form: str, where: Where, said: dict[str, Any], session: Session) -> str:
    """Fill in a form at a door and have it signed."""
    case = await fill(session, form, where, **said)
    await sign_all(session, case)
    return case


def prepare(field_day: FieldDay) -> dict[str, str]:
    """Publish the forms; two households come into the register, one says whom to call in an emergency; their ids."""
    publish(field_day.server.store, *built_in("special_care", "special_care_call", "emergency_contacts"))
    homes = {address: field_day.household_id(address) for address in (ALONE, BABY)}
    said: dict[str, dict[str, Any]] = {
        ALONE: {"needs": "alone device", "help": "call power", "words": "在用制氧机，备用钥匙在邻居家",
                "call_name": "张伟", "call_phone": "13800138000", "other_name": "张晓敏",
                "other_phone": "13600136001"},
        BABY: {"needs": "infant", "help": "call water", "call_name": "单丽", "call_phone": "13700137000"},
    }  # fmt: skip
    for address, home in homes.items():
        at = Where(household_id=home)
        field_day.act("steward", partial(signed, "special_care", at, {"consent": "self", **said[address]}))
    said_contacts = {"contact": CONTACTS, "key": "call", "words": "独居老人，有一只猫"}
    filled = field_day.act(
        "steward", partial(signed, "emergency_contacts", Where(household_id=homes[ALONE]), said_contacts)
    )
    return homes | {"contacts": filled}


async def outage(session: Session) -> str:
    """Draft an outage for the whole estate and release it; its id."""
    now = session.now()
    until = china_day(now) + timedelta(days=1)
    words = "检修二次供水水泵，高区停水，请提前储水。"
    form = NoticeForm("outage", "今晚停水通知", words, until, (), True, False, now + 2 * HOUR, now + 8 * HOUR)
    notice = (await session.notices.draft(form)).subject_id
    await session.notices.release(notice)
    return notice


@pytest.mark.proves("P3")
def test_the_notice_shows_who_is_left_and_a_call_is_made_and_recorded_without_a_network(
    field_day: FieldDay, dialed: list[str]
) -> None:
    homes = prepare(field_day)
    notice = field_day.act("service", outage)
    steward = field_day.phone("steward")
    steward.see("特殊关照电话")
    steward.shot("today-care-calls")
    field_day.server.stop()
    steward.go(f"/notice/{notice}")
    steward.see("特殊关照电话 0 / 2")
    steward.shot("notice-calls")
    steward.tap(f"call-{homes[ALONE][-12:]}")
    steward.see("在用制氧机，备用钥匙在邻居家")
    steward.shot("care-call")
    steward.tap("person-0")
    steward.tap("note-call")
    steward.tap("q-reached-self")
    steward.tap("main-action")
    steward.see("已通知")
    steward.go(f"/notice/{notice}")
    steward.see("特殊关照电话 1 / 2")
    choose_look(steward, "theme-dark", "scale-200")
    steward.go(f"/notice/{notice}")
    steward.see("特殊关照电话 1 / 2")
    steward.shot("notice-calls-dark-200")
    steward.go(f"/notice/{notice}/call/{homes[BABY]}")
    steward.see("单丽")
    steward.shot("care-call-dark-200")
    field_day.server.start()

    def told() -> bool:
        return [one.done is not None for one in field_day.read("service", lambda s: s.notices.view(notice).calls)] == [
            False, True
        ]  # fmt: skip

    eventually(told, within=40, every=0.5, what="the call at the supervisor's")
    assert field_day.read("supervisor", lambda s: s.notices.view(notice).calls) == (), "not the engineering department"
    assert dialed == ["tel:13800138000"] and not steward.problems


@pytest.mark.proves("Y4")
def test_guard_and_steward_reach_emergency_contacts_in_two_taps_and_each_look_is_told(
    field_day: FieldDay, dialed: list[str]
) -> None:
    homes = prepare(field_day)
    field_day.set_roles("worker2", "guard")
    guard = field_day.phone("worker2")
    guard.go("/forms/watched")
    guard.see_id("to-contacts")
    field_day.server.stop()
    guard.tap("to-contacts")
    guard.see(ALONE)
    guard.shot("contacts")
    guard.go("/forms/watched")
    guard.type_into("watched-find", "1501")
    guard.see(ALONE)
    guard.shot("gate-contacts")
    guard.tap(f"contacts-{homes['contacts'][-8:]}")
    guard.see("张晓敏")
    guard.shot("contacts-call")
    guard.tap("contact-0")
    assert dialed == ["tel:13600136001"]
    choose_look(guard, "theme-dark", "scale-200")
    guard.go(f"/contacts/{homes[ALONE]}")
    guard.see("张晓敏")
    guard.shot("contacts-call-dark-200")
    field_day.server.start()
    steward = field_day.phone("steward")
    steward.go(f"/household/{homes[ALONE]}")
    steward.tap("household-contacts")
    steward.see("独居老人，有一只猫")
    steward.tap("contact-1")
    assert dialed[1:] == ["tel:13600136002"]

    def recorded() -> bool:
        looks = field_day.act("service", lambda s: s.doors.looks(homes[ALONE]))
        return {(one.name, one.what) for one in looks} >= {
            (field_day.people["worker2"].name, "contacts"), (field_day.people["steward"].name, "contacts")
        }  # fmt: skip

    eventually(recorded, within=40, every=0.5, what="the looks at the supervisor's")
    boss = field_day.phone("service")
    boss.go(f"/household/{homes[ALONE]}")
    boss.tap("household-looks")
    boss.see("紧急联系人")
    boss.shot("looks-contacts")
    assert not guard.problems and not steward.problems
