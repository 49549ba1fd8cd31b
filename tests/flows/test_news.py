"""通知: whoever runs the estate sees by which channels news goes out and what came of it, and sends a test message."""

from __future__ import annotations

from sync_server.store.news import channels, outbox
from sync_server.store.news.causes import MAJOR, NOT_ACCEPTED, Cause
from sync_server.store.news.channels import Channel
from tests.support.field_day import FieldDay, choose_look
from tests.support.robots import Robot, Says

ANSWERED = 30_000
"""Milliseconds for what asks the server, on a busy machine."""
REFUSED = Says(body='{"errcode": 93000, "errmsg": "invalid webhook url"}')


def test_the_administrator_sees_what_was_sent_and_tests_a_channel(field_day: FieldDay) -> None:
    store = field_day.server.store
    ticket = field_day.open_ticket("3栋2单元1501", "厨房水龙头漏水", worker="worker")
    admin = field_day.phone("admin")
    admin.go("/news")
    admin.see_id("news-none", timeout_ms=ANSWERED)
    admin.shot("news-empty")
    with Robot(REFUSED) as robot:
        with store.write() as connection:
            now = store.now()
            for name in ("工程部值班群", "荔园小区客服与环境部夜间值班联络群"):
                channels.put(connection, Channel(name, "wecom", f"{robot.url}/send?key=secret"), now)
            causes = (
                Cause(NOT_ACCEPTED, "not_accepted:1", ("ticket", ticket), number="20261121-001", building_id=None),
                Cause(MAJOR, "major:1", ("matter", "m"), urgent=True),
            )
            outbox.put(connection, now, causes)
            batch = outbox.take(connection, "工程部值班群", now)
            assert batch is not None
            why = {"zh": "机器人没有收下：93000 invalid webhook url", "en": "the robot did not take it: 93000"}
            outbox.failed(connection, channels.called(connection, "工程部值班群"), batch.id, now, why)
        admin.tap("main-action")
        admin.see_id("news-channel-工程部值班群", timeout_ms=ANSWERED)
        admin.see("连续 1 次没有发出")
        admin.see("派单后无人接单 · 20261121-001")
        assert "key=secret" not in admin.words()
        admin.shot("news-full")
        admin.tap("news-test-工程部值班群")
        admin.see("测试消息没有发出：机器人没有收下：93000", timeout_ms=ANSWERED)
        admin.tap("news-test-工程部值班群")
        admin.see("测试消息已发出", timeout_ms=ANSWERED)
        admin.gone("连续 1 次没有发出")
        admin.shot("news-tested")
    choose_look(admin, "scale-200", "theme-dark")
    admin.go("/news")
    admin.see_id("news-last", timeout_ms=ANSWERED)
    admin.shot("news-200-dark")
    field_day.server.stop()
    admin.go("/me")
    admin.go("/news")
    admin.see_id("needs-network", timeout_ms=ANSWERED)
    assert not admin.outside and not admin.problems


def test_the_desk_is_told_that_this_page_is_not_theirs(field_day: FieldDay) -> None:
    desk = field_day.phone("desk")
    desk.go("/news")
    desk.see_id("news")
    desk.gone_id("news-rules")
    choose_look(desk, "language-en")
    assert not desk.outside and not desk.problems
