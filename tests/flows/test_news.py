"""通知: whoever runs the estate sees by which channels news goes out and what came of it; an administrator sets up
channels and rules there."""

from __future__ import annotations

from typing import Any

from sync_server.store import Store
from sync_server.store.news import channels, outbox, rules
from sync_server.store.news.causes import KEY, MAJOR, NOT_ACCEPTED, Cause
from sync_server.store.news.channels import Channel
from tests.support.field_day import FieldDay, choose_look
from tests.support.robots import Robot, Says

ANSWERED = 30_000
"""Milliseconds for what asks the server, on a busy machine."""
REFUSED = Says(body='{"errcode": 93000, "errmsg": "invalid webhook url"}')
NIGHT = "荔园小区客服与环境部夜间值班联络群"
DINGTALK = f"https://oapi.dingtalk.com/robot/send?access_token={'a1' * 32}"


def _rules(store: Store) -> dict[str, Any]:
    with store.read() as connection:
        return {rule.name: rule for rule in rules.every(connection)}


def test_the_administrator_sees_what_was_sent_and_tests_a_channel(field_day: FieldDay) -> None:
    store = field_day.server.store
    ticket = field_day.open_ticket("3栋2单元1501", "厨房水龙头漏水", worker="worker")
    admin = field_day.phone("admin")
    admin.go("/me")
    admin.tap("me-news")
    admin.see_id("news-none", timeout_ms=ANSWERED)
    admin.shot("news-empty")
    with Robot(REFUSED) as robot:
        with store.write() as connection:
            now = store.now()
            for name in ("工程部值班群", NIGHT):
                channels.put(connection, Channel(name, "wecom", f"{robot.url}/send?key=secret"), now)
            causes = (
                Cause(NOT_ACCEPTED, "not_accepted:1", ("ticket", ticket), number="20261121-001", building_id=None),
                Cause(MAJOR, "major:1", ("matter", "m"), urgent=True),
                Cause(KEY, "key:1", ("thing", "k"), number="A-03"),
            )
            outbox.put(connection, now, causes)
            held = [row["id"] for row in outbox.last(connection) if row["cause"] == KEY]
            outbox.withdraw(connection, held, now)
            batch = outbox.take(connection, "工程部值班群", now)
            assert batch is not None
            why = {"zh": "机器人没有收下：93000 invalid webhook url", "en": "the robot did not take it: 93000"}
            outbox.failed(connection, channels.called(connection, "工程部值班群"), batch.id, now, why)
        admin.tap("news-again")
        admin.see_id("news-channel-工程部值班群", timeout_ms=ANSWERED)
        admin.see("连续 1 次没有发出")
        assert "key=secret" not in admin.words()
        admin.shot("news-full")
        admin.tap("news-test-工程部值班群")
        admin.see("测试消息没有发出：机器人没有收下：93000", timeout_ms=ANSWERED)
        admin.tap("news-test-工程部值班群")
        admin.see("测试消息已发出", timeout_ms=ANSWERED)
        admin.gone("连续 1 次没有发出")
        admin.shot("news-tested")
        admin.tap("news-state-unneeded")
        admin.see("钥匙或借用物品逾期 · A-03", timeout_ms=ANSWERED)
        admin.gone("重大投诉 ·")
        admin.tap("news-state-given_up")
        admin.see("没有这样的消息", timeout_ms=ANSWERED)
        admin.tap("news-state-")
        admin.see_id("news-last", timeout_ms=ANSWERED)
    admin.resize(1366, 768)
    admin.shot("news-pc")
    admin.resize(390, 844)
    choose_look(admin, "scale-200", "theme-dark")
    admin.go("/news")
    admin.see_id("news-last", timeout_ms=ANSWERED)
    admin.shot("news-200-dark")
    admin.resize(1366, 768)
    admin.shot("news-pc-200-dark")
    admin.resize(390, 844)
    field_day.server.stop()
    admin.go("/me")
    admin.go("/news")
    admin.see_id("needs-network", timeout_ms=ANSWERED)
    admin.shot("news-offline")
    assert not admin.outside and not admin.problems


def test_the_administrator_adds_a_channel_by_what_the_group_shows_and_changes_a_rule(field_day: FieldDay) -> None:
    store = field_day.server.store
    admin = field_day.phone("admin")
    admin.go("/news")
    admin.see_id("news-none", timeout_ms=ANSWERED)
    admin.tap("main-action")
    admin.type_into("news-name", "工程部值班群")
    admin.type_into("news-address", DINGTALK)
    admin.tap("main-action")
    admin.see("这是钉钉机器人的地址", timeout_ms=ANSWERED)
    admin.see("已填的都还在")
    admin.shot("news-channel-wrong")
    admin.tap("news-kind-dingtalk")
    admin.type_into("news-secret", "SEC0001")
    admin.tap("main-action")
    admin.see_id("news-channel-工程部值班群", timeout_ms=ANSWERED)
    with store.read() as connection:
        kept = channels.called(connection, "工程部值班群")
    assert (kept.kind, kept.address, kept.secret) == ("dingtalk", DINGTALK, "SEC0001")
    admin.tap("news-change-工程部值班群")
    admin.see("留空则不变", timeout_ms=ANSWERED)
    assert "a1a1" not in admin.words() and "SEC0001" not in admin.words()
    admin.type_into("news-per_minute", "5")
    admin.shot("news-channel")
    admin.tap("main-action")
    admin.see("每分钟最多 5 条", timeout_ms=ANSWERED)
    admin.tap("news-rule-not-accepted")
    admin.see_id("news-whom-manager", timeout_ms=ANSWERED)
    admin.shot("news-rule")
    admin.resize(1366, 768)
    admin.shot("news-rule-pc")
    admin.resize(390, 844)
    admin.tap("news-whom-manager")
    admin.tap("news-channel-工程部值班群")
    admin.tap("news-often-10")
    admin.tap("news-quiet-own")
    admin.type_into("news-from", "21点")
    admin.type_into("news-until", "07:30")
    admin.tap("main-action")
    admin.see("请写成 20:00 这样：21点", timeout_ms=ANSWERED)
    admin.shot("news-rule-wrong")
    admin.type_into("news-from", "21:30")
    admin.tap("main-action")
    admin.see_id("news-rules", timeout_ms=ANSWERED)
    rule = _rules(store)["not-accepted"]
    assert (rule.whom, rule.channel, rule.minutes, rule.quiet_from, rule.quiet_until) == (
        "manager", "工程部值班群", 10, "21:30", "07:30",
    )  # fmt: skip
    admin.see("过 10 分钟", timeout_ms=ANSWERED)
    admin.tap("news-rule-add")
    admin.see_id("news-cause-silent", timeout_ms=ANSWERED)
    admin.tap("news-cause-silent")
    admin.tap("news-often-7")
    admin.tap("main-action")
    admin.see_id("news-rule-silent-2", timeout_ms=ANSWERED)
    assert _rules(store)["silent-2"].minutes == 7 * 24 * 60
    admin.tap("news-rule-not-accepted")
    admin.see_id("second-action", timeout_ms=ANSWERED)
    admin.tap("second-action")
    admin.see_id("news-rules", timeout_ms=ANSWERED)
    admin.see("过 5 分钟", timeout_ms=ANSWERED)
    admin.tap("news-change-工程部值班群")
    admin.see_id("second-action", timeout_ms=ANSWERED)
    admin.tap("second-action")
    admin.tap("news-remove-ask-yes")
    admin.see_id("news-none", timeout_ms=ANSWERED)
    assert not admin.outside and not admin.problems


def test_a_webhook_secret_is_shown_once_and_mail_is_plain_fields(field_day: FieldDay) -> None:
    admin = field_day.phone("admin")
    choose_look(admin, "scale-200", "theme-dark")
    admin.go("/news/channel-new")
    admin.see_id("news-kind-webhook", timeout_ms=ANSWERED)
    admin.tap("news-kind-webhook")
    admin.type_into("news-name", "ERP")
    admin.type_into("news-address", "https://erp.example.com/hook")
    admin.tap("main-action")
    admin.see_id("news-secret-text", timeout_ms=ANSWERED)
    admin.shot("news-secret-200-dark")
    with field_day.server.store.read() as connection:
        secret = channels.called(connection, "ERP").secret
    assert secret in admin.words()
    admin.tap("main-action")
    admin.go("/news/channel-new")
    admin.see_id("news-kind-mail", timeout_ms=ANSWERED)
    admin.tap("news-kind-mail")
    admin.type_into("news-name", "值班邮箱")
    admin.type_into("news-host", "smtp.example.com")
    admin.type_into("news-user", "tongzhi@example.com")
    admin.type_into("news-to", "zhiban@example.com，王工")
    admin.type_into("news-secret", "app-password")
    admin.tap("main-action")
    admin.see("几个之间用逗号：王工", timeout_ms=ANSWERED)
    admin.shot("news-mail-200-dark")
    admin.resize(1366, 768)
    admin.shot("news-mail-pc")
    admin.type_into("news-to", "zhiban@example.com，wang@example.com")
    admin.tap("main-action")
    admin.see_id("news-channel-值班邮箱", timeout_ms=ANSWERED)
    assert "app-password" not in admin.words() and secret not in admin.words()
    field_day.server.stop()
    admin.tap("news-rule-major")
    admin.see_id("needs-network", timeout_ms=ANSWERED)
    assert not admin.outside and not admin.problems


def test_a_manager_reads_and_the_desk_is_told_that_this_page_is_not_theirs(field_day: FieldDay) -> None:
    field_day.set_roles("admin", "manager")
    manager = field_day.phone("admin")
    manager.go("/news")
    manager.see_id("news-rules", timeout_ms=ANSWERED)
    manager.see("管理员可以在这里接上")
    manager.gone_id("news-rule-add")
    manager.go("/news/channel-new")
    manager.gone_id("news-kind", timeout_ms=ANSWERED)
    desk = field_day.phone("desk")
    desk.go("/me")
    desk.gone_id("me-news")
    desk.go("/news")
    desk.see_id("news")
    desk.gone_id("news-rules")
    choose_look(desk, "language-en")
    assert not desk.outside and not desk.problems
