"""手机和设备: the desk ends a lost phone, which locks itself and keeps unsent work; who looked at an archive (S)."""

from __future__ import annotations

from app.ui.screens.devices import short_code
from tests.browser.conftest import FieldDay, choose_look

ANSWERED = 30_000
"""Milliseconds for what asks the server, on a busy machine."""


def test_a_lost_phone_is_ended_from_the_desk_and_its_unsent_work_waits(field_day: FieldDay) -> None:
    home, person = field_day.household_id("3栋2单元1502"), field_day.people["steward"]
    lost = field_day.phone("steward")
    lost.go(f"/household/{home}")
    field_day.server.stop()
    lost.tap("nobody")
    lost.tap("nobody-nobody_home")
    lost.see_id("toast")
    field_day.server.start()
    device = field_day.server.store.devices(field_day.staff_id("steward"))[0]["id"]
    field_day.server.stop()
    desk = field_day.phone(None)
    field_day.server.start()
    field_day.sign_in(desk, "desk")
    desk.tap("tab-me")
    desk.tap("me-devices")
    desk.see_id("devices-live", timeout_ms=ANSWERED)
    desk.shot("devices-full")
    field_day.server.stop()
    desk.tap(f"device-{short_code(device)}")
    desk.see_id("needs-network", timeout_ms=ANSWERED)
    desk.shot("device-offline")
    field_day.server.start()
    desk.tap("main-action")
    desk.see_id("device-lost", timeout_ms=ANSWERED)
    desk.shot("device-lost")
    desk.tap("main-action")
    desk.see_id("question-yes")
    desk.settle()
    desk.shot("device-question")
    desk.tap("question-yes")
    desk.see_id("device-ended", timeout_ms=ANSWERED)
    desk.shot("device-ended")
    lost.see_id(f"ended-{person.login}", timeout_ms=ANSWERED * 2)
    lost.shot("sign-in-ended")
    lost.tap(f"person-{person.login}")
    lost.type_into("sign-in-password", field_day.password)
    lost.tap("main-action")
    lost.gone_id("sign-in", timeout_ms=ANSWERED)
    lost.see("全部已上传", timeout_ms=ANSWERED)
    assert not desk.outside and not desk.problems


def test_the_supervisor_sees_who_looked_at_an_archive(field_day: FieldDay) -> None:
    home = field_day.household_id("5栋商铺03")
    field_day.act("finance", lambda s: s.looked(home), minutes_ago=200)
    field_day.act("steward", lambda s: s.looked(home))
    boss = field_day.phone("service")
    choose_look(boss, "theme-dark", "scale-200")
    boss.go(f"/household/{home}")
    boss.tap("household-looks")
    boss.see(field_day.people["steward"].name, timeout_ms=ANSWERED)
    boss.see("离线查阅")
    boss.shot("looks-dark-large")
    choose_look(boss, "theme-light", "scale-100")
    boss.go(f"/household/{home}/looks")
    boss.see(field_day.people["service"].name, timeout_ms=ANSWERED)
    boss.shot("looks-full")
    assert not boss.problems
