"""手机和设备: the desk ends a lost phone, which locks itself and keeps unsent work; who looked at an archive (S)."""

from __future__ import annotations

from app.domain.rules.archive import look_at
from app.ui.screens.desk.devices import short_code
from tests.support.field_day import FieldDay, choose_look

ANSWERED = 30_000
"""Milliseconds for what asks the server, on a busy machine."""


def test_an_ended_phone_locks_itself_and_its_unsent_work_waits_for_its_author(field_day: FieldDay) -> None:
    home, person = field_day.household_id("3栋2单元1502"), field_day.people["steward"]
    staff_id = field_day.staff_id("steward")
    lost = field_day.phone("steward")
    lost.go(f"/household/{home}")
    lost.see_id("nobody")
    field_day.server.stop()
    lost.tap("nobody")
    lost.tap("nobody-nobody_home")
    lost.see_id("toast")
    lost.back()
    newest = field_day.server.store.devices(staff_id)[0]["id"]
    field_day.server.store.revoke_device(newest)
    field_day.server.start()
    # It hears of it by itself, at its next try.
    lost.see_id(f"ended-{person.login}", timeout_ms=2 * ANSWERED)
    lost.see("没上传的 1 条记录还在")
    lost.shot("sign-in-ended")
    lost.tap(f"person-{person.login}")
    lost.type_into("sign-in-password", field_day.password)
    lost.tap("main-action")
    lost.gone_id("sign-in", timeout_ms=ANSWERED)
    lost.see("全部已上传", timeout_ms=ANSWERED)
    assert not lost.outside and not lost.problems


def test_the_desk_finds_a_lost_phone_and_ends_it(field_day: FieldDay) -> None:
    worker = field_day.staff_id("worker2")
    name = "HUAWEI Mate 60 Pro+（工程部共用，蓝色保护壳）"
    _, _, who = field_day.server.store.sign_in(worker, None, 180, name=name, platform="android", version="0.1.0")
    desk = field_day.phone("desk")
    desk.tap("tab-me")
    desk.tap("me-devices")
    desk.see_id("devices-live", timeout_ms=ANSWERED)
    desk.shot("devices-full")
    desk.tap(f"device-{short_code(who.device)}")
    desk.see_id("device-lost", timeout_ms=ANSWERED)
    desk.shot("device-lost")
    desk.tap("main-action")
    desk.see_id("question-yes")
    desk.settle()
    desk.shot("device-question")
    desk.tap("question-yes")
    desk.see_id("device-ended", timeout_ms=ANSWERED)
    desk.shot("device-ended")
    assert field_day.server.store.devices(worker)[0]["revoked_at"] is not None
    field_day.server.stop()
    desk.go("/me")
    desk.tap("me-devices")
    desk.see_id("needs-network", timeout_ms=ANSWERED)
    desk.shot("devices-offline")
    assert not desk.outside and not desk.problems


def test_the_supervisor_sees_who_looked_at_an_archive(field_day: FieldDay) -> None:
    home = field_day.household_id("5栋商铺03")
    field_day.act("finance", lambda s: s.doors.looked(home), minutes_ago=200)
    field_day.act("steward", lambda s: s.doors.looked(home))
    field_day.act("steward", lambda s: s.doors.looked(home, look_at(10)))
    boss = field_day.phone("service")
    choose_look(boss, "theme-dark", "scale-200")
    boss.go(f"/household/{home}")
    boss.tap("household-looks")
    boss.see(field_day.people["steward"].name, timeout_ms=ANSWERED)
    boss.see("离线查阅")
    boss.see("10 请修记录")
    boss.shot("looks-dark-large")
    choose_look(boss, "theme-light", "scale-100")
    boss.go(f"/household/{home}")
    boss.tap("household-looks")
    boss.see_id("looks")
    boss.see(field_day.people["service"].name, timeout_ms=ANSWERED)
    boss.shot("looks-full")
    assert not boss.problems
