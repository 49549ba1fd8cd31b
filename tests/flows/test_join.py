"""Putting the app on a phone by a one-time code: the desk shows it, the phone scans the address or types the code."""

from __future__ import annotations

import pytest

from app.domain.wire import protocol
from tests.support.driver import Driver
from tests.support.field_day import FieldDay

FIRST_PULL = 30_000
"""Milliseconds for signing in and the first pull on a busy machine."""


def code_for(day: FieldDay, person: str) -> str:
    """The desk makes a code."""
    staff_id = day.staff_id(person)
    return day.act("desk", lambda s: s.devices.join_code(staff_id)).code


def opens(phone: Driver) -> None:
    """今日 is there, with what was pulled, and the address is no longer the code's."""
    phone.see_id("today", timeout_ms=FIRST_PULL)
    phone.gone_id("first-pull", timeout_ms=FIRST_PULL)
    phone.stands_at("/")


def test_the_desk_shows_a_code_and_one_scan_opens_today_on_the_phone(field_day: FieldDay) -> None:
    desk = field_day.phone("desk")
    desk.tap("tab-me")
    desk.tap("me-put-on-phone")
    desk.see_id("put-people")
    desk.shot("put-people")
    desk.type_into("put-find", "刘芳")
    desk.gone_id(f"put-{field_day.people['worker'].number}")
    desk.tap(f"put-{field_day.people['steward'].number}")
    desk.see_id("put-qr", timeout_ms=FIRST_PULL)
    desk.see("还剩 9:")
    desk.shot("put-code")
    code = desk.said("put-letters").replace(" ", "").replace("-", "").strip()
    phone = field_day.phone(None, path=f"/join/{code.lower()}")
    opens(phone)
    phone.tap("tab-me")
    phone.see(field_day.people["steward"].name)
    phone.tap("tab-today")
    # Back never shows the code again, and a second scan of it leads to the app.
    phone.back()
    phone.see_id("today")
    phone.stands_at("/")
    phone.start(f"/join/{code}")
    opens(phone)
    # Another phone gets nothing by it.
    late = field_day.phone(None, path=f"/join/{code}")
    late.see_id("join-wrong")
    late.see("已用过或已过期")
    late.shot("join-used")
    assert not phone.outside and not phone.problems and not late.problems


def test_a_code_is_typed_and_checked_as_one_types(field_day: FieldDay) -> None:
    code = code_for(field_day, "worker2")
    phone = field_day.phone(None)
    phone.tap("by-code")
    phone.see_id("join-code")
    phone.shot("join-type")
    phone.type_into("join-code", f"{code[:3]}0")
    phone.see("没有 0、O、1、I")
    phone.shot("join-strange")
    assert not phone.enabled("main-action")
    phone.type_into("join-code", code[:5])
    phone.see("还差 3 位")
    assert not phone.enabled("main-action")
    phone.type_into("join-code", f" {code[:4].lower()} - {code[4:].lower()} ")
    assert phone.becomes_enabled("main-action")
    phone.tap("main-action")
    opens(phone)


def test_without_a_network_both_sides_say_so_and_the_code_still_works_later(field_day: FieldDay) -> None:
    code = code_for(field_day, "worker2")
    desk = field_day.phone("desk")
    field_day.server.stop()
    desk.tap("tab-me")
    desk.tap("me-put-on-phone")
    desk.tap(f"put-{field_day.people['worker'].number}")
    desk.see_id("needs-network")
    desk.shot("put-offline")
    phone = field_day.phone(None, path=f"/join/{code}")
    phone.see("用代码登录需要网络")
    phone.shot("join-offline")
    field_day.server.start()
    desk.tap("main-action")
    desk.see_id("put-qr", timeout_ms=FIRST_PULL)
    phone.tap("main-action")
    opens(phone)


def test_a_scan_on_somebody_elses_phone_asks_first_and_their_unsent_work_stays(field_day: FieldDay) -> None:
    code = code_for(field_day, "steward")
    ticket = field_day.open_ticket("3栋1单元302", "卫生间水管滴水")
    phone = field_day.phone("worker")
    phone.see_id(f"ticket-{ticket}")
    field_day.server.stop()
    phone.tap(f"ticket-{ticket}")
    phone.tap("main-action")
    phone.see("到达现场")
    phone.back()
    phone.see_id("today")
    phone.start(f"/join/{code}")
    phone.see_id("join-other")
    phone.see("还有 1 条记录没有上传")
    phone.gone_id("toast")
    phone.shot("join-other")
    phone.tap("second-action")
    phone.see_id("today")
    # Without a sign-in of their own nothing of theirs can go up, and it does not go up as somebody else's.
    field_day.expire("worker")
    field_day.server.start()
    phone.start(f"/join/{code}")
    phone.tap("main-action")
    opens(phone)
    phone.tap("cloud")
    phone.see("这台手机上其他人的记录")
    assert field_day.read("desk", lambda s: s.tickets.view(ticket).card.stage) == "assigned"


def show_code(desk: Driver, number: str) -> None:
    """From 我的 to somebody's code."""
    desk.tap("me-put-on-phone")
    desk.see_id("put-people")
    desk.settle()
    desk.tap(f"put-{number}")
    desk.see_id("put-qr", timeout_ms=FIRST_PULL)


def back_to_me(desk: Driver) -> None:
    """From a code back to 我的, step by step: what moves cannot be tapped."""
    for left in ("put-code", "put-on-phone"):
        desk.tap("back")
        desk.gone_id(left)
        desk.settle()


def test_how_the_pages_look_dark_and_in_english(field_day: FieldDay) -> None:
    worker = field_day.people["worker"].number
    desk = field_day.phone("desk", dark=True)
    desk.tap("tab-me")
    show_code(desk, worker)
    desk.shot("put-code-dark")
    back_to_me(desk)
    desk.tap("language-en")
    desk.see("Text size")
    desk.settle()
    show_code(desk, worker)
    desk.see(" left")
    desk.shot("put-code-en")
    assert not desk.outside and not desk.problems


def test_how_the_pages_look_with_large_text_and_on_a_desk(field_day: FieldDay) -> None:
    worker = field_day.people["worker"].number
    desk = field_day.phone("desk")
    desk.tap("tab-me")
    desk.tap("scale-200")
    desk.settle()
    show_code(desk, worker)
    desk.shot("put-code-large")
    wide = field_day.phone("desk", size=(1280, 860))
    wide.tap("tab-tickets")
    wide.tap("desk-phones")
    wide.see_id("put-people")
    wide.settle()
    wide.tap(f"put-{worker}")
    wide.see_id("put-qr", timeout_ms=FIRST_PULL)
    wide.shot("put-code-desk")
    assert not desk.outside and not desk.problems and not wide.problems


def test_an_app_too_old_for_its_server_says_what_to_do_and_keeps_recording(
    field_day: FieldDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = field_day.open_ticket("5栋1单元201", "阳台灯开关失灵", worker="worker2")
    phone = field_day.phone("worker2")
    phone.see_id(f"ticket-{ticket}")
    monkeypatch.setattr(protocol, "OLDEST_PROTOCOL", protocol.PROTOCOL + 1)
    phone.tap(f"ticket-{ticket}")
    phone.tap("main-action")
    phone.see("到达现场")
    phone.tap("back")
    phone.see_id("update", timeout_ms=FIRST_PULL)
    phone.gone_id("toast")
    phone.shot("today-update")
    phone.tap("cloud")
    phone.see("没有上传的 1 条记录都在手机上")
    phone.tap("update-act")
    phone.see("新版本还没有准备好")
    monkeypatch.undo()
    phone.tap("main-action")
    phone.see_id("sync-empty", timeout_ms=FIRST_PULL)
    assert field_day.read("desk", lambda s: s.tickets.view(ticket).card.stage) == "accepted"
