"""Channels and rules of news as an administrator sets them up: what is pasted, what is wrong with it, who may."""

from __future__ import annotations

import email
from typing import Any

import pytest
import requests

from app.domain.wire.errors import Problem
from sync_server.news.senders import Message, NotSent, send
from sync_server.news.setting_up import Typed, channel_of
from sync_server.store.news import channels, outbox, rules
from sync_server.store.news.causes import ASSIGNED, Cause
from sync_server.store.news.channels import Channel
from tests.support.field_device import FieldDevice
from tests.support.mail_server import MailServer
from tests.support.robots import Robot
from tests.support.server import LiveServer

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa".replace("x", "a").replace("s", "5").replace("i", "1")
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
DINGTALK = f"https://oapi.dingtalk.com/robot/send?access_token={'a1' * 32}"
FEISHU = f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}"
SENT = Message("id-1", "【上门】新派单 · 20261120-001", {})
MAIL: dict[str, Any] = {"host": "smtp.example.com", "user": "news@example.com", "secret": "s", "to": "a@example.com"}


@pytest.mark.parametrize(
    ("kind", "pasted", "kept"),
    [
        ("wecom", f"  Webhook地址：{WECOM}。", WECOM),
        ("wecom", KEY, WECOM),
        ("dingtalk", DINGTALK, DINGTALK),
        ("dingtalk", "a1" * 32, DINGTALK),
        ("feishu", f"{FEISHU}\n", FEISHU),
        ("feishu", KEY, FEISHU),
        ("wecom", "http://robots.corp.example/wecom?x=1", "http://robots.corp.example/wecom?x=1"),
        ("apprise", "json://localhost", "json://localhost"),
    ],
)
def test_an_address_is_taken_as_it_is_shown_where_it_comes_from(kind: str, pasted: str, kept: str) -> None:
    channel, made = channel_of(Typed("群", kind, pasted))
    assert (channel.address, made) == (kept, "")


@pytest.mark.parametrize(
    ("typed", "field", "why"),
    [
        (Typed("群", "wecom"), "address", "粘贴地址，例如 https://qyapi"),
        (Typed("群", "wecom", DINGTALK), "address", "这是钉钉机器人的地址"),
        (Typed("群", "feishu", WECOM), "address", "这是企业微信机器人的地址"),
        (Typed("群", "wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"), "address", "没有复制完整"),
        (Typed("群", "feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/"), "address", "没有复制完整"),
        (Typed("群", "dingtalk", "值班群机器人"), "address", "里面没有网址"),
        (Typed("群", "apprise", "mailbox"), "address", "要像 tgram://"),
        (Typed("群", "mail", **MAIL | {"host": "https://mail"}), "host", "要像 smtp."),
        (Typed("群", "mail", **MAIL | {"port": 70_000}), "port", "465"),
        (Typed("群", "mail", **MAIL | {"user": "news"}), "user", "要像"),
        (Typed("群", "mail", **MAIL | {"sender": "news"}), "sender", "要像"),
        (Typed("群", "mail", **MAIL | {"to": "a@example.com，王工"}), "to", "几个之间用逗号：王工"),
        (Typed("群", "mail", **MAIL | {"secret": ""}), "secret", "授权码"),
        (Typed("群", "sms", "https://sms.example.com", headers=["no colon"]), "headers", "名称: 值"),
    ],
)
def test_what_cannot_work_is_told_beside_its_field_with_an_example(typed: Typed, field: str, why: str) -> None:
    with pytest.raises(Problem) as refused:
        channel_of(typed)
    assert refused.value.details["field"] == field and why in refused.value.details["why_zh"]
    assert refused.value.details["why_en"]


def test_what_is_left_empty_of_a_channel_stays_and_another_kind_keeps_nothing() -> None:
    there = Channel("群", "dingtalk", DINGTALK, "SEC1", per_minute=5)
    kept, _ = channel_of(Typed("群", "dingtalk"), there)
    assert (kept.address, kept.secret, kept.per_minute) == (DINGTALK, "SEC1", 5)
    mail, _ = channel_of(Typed("群", "mail", **MAIL | {"to": "a@example.com；b@example.com"}))
    changed, _ = channel_of(Typed("群", "mail", to="c@example.com"), mail)
    assert changed.settings == mail.settings | {"to": "c@example.com"} and changed.secret == "s"
    assert mail.address == "smtp.example.com:465" and mail.settings["to"] == "a@example.com, b@example.com"
    with pytest.raises(Problem, match="paste the address"):
        channel_of(Typed("群", "wecom"), there)


def _mailbox(server: MailServer, **more: Any) -> Channel:
    return channel_of(Typed("邮件", "mail", host="127.0.0.1", port=server.port, to="duty@example.com", **more))[0]


def test_a_mail_says_what_a_message_says_and_has_the_same_id_when_it_is_sent_again() -> None:
    with MailServer() as server:
        channel = _mailbox(server, user="news@example.com", secret="9a7c-secret")
        for _ in range(2):
            send(channel, SENT)
        relay = _mailbox(server, sender="news@example.com")
        send(relay, SENT)
    first, again, without = (email.message_from_string(one) for one in server.mails)
    assert first["Message-ID"] == again["Message-ID"] and first["To"] == "duty@example.com"
    assert str(email.header.make_header(email.header.decode_header(first["Subject"]))) == SENT.text
    assert len(server.logins) == 2 and without["From"] == "news@example.com"


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (MailServer(no_login=True), "授权码"),
        (MailServer(refuses="550 no such user duty@example.com"), "没有收下"),
    ],
)
def test_what_a_mail_server_refuses_is_told_without_secrets(server: MailServer, why: str) -> None:
    with server, pytest.raises(NotSent) as refused:
        send(_mailbox(server, user="news@example.com", secret="9a7c-secret"), SENT)
    assert why in refused.value.zh and refused.value.en
    assert "9a7c" not in str(refused.value.words) and "duty@example.com" not in str(refused.value.words)


def test_no_password_goes_over_a_network_in_the_open_and_a_server_that_is_not_there_is_told() -> None:
    with MailServer(host="127.0.1.1") as server:
        open_one = channel_of(Typed("邮件", "mail", **MAIL | {"host": "127.0.1.1", "port": server.port}))[0]
        with pytest.raises(NotSent, match="STARTTLS"):
            send(open_one, SENT)
        assert not server.logins
    with pytest.raises(NotSent, match="can't be reached"):
        send(open_one, SENT)


# -- who may, and what the page gets ------------------------------------------------------------


def _asked(live: LiveServer, who: str) -> Any:
    token = FieldDevice(live, f"staff-{who}").token

    def ask(path: str, **body: Any) -> requests.Response:
        head = {"Authorization": f"Bearer {token}"}
        url = f"{live.url}/v1/news{path}"
        return requests.request("POST" if body else "GET", url, headers=head, json=body or None, timeout=30)

    return ask


def test_an_administrator_sets_channels_up_and_no_secret_comes_back(live: LiveServer) -> None:
    live.add_staff("boss", "admin")
    ask = _asked(live, "boss")
    with Robot() as robot:
        made = ask("/channels", add=True, name="值班群", kind="wecom", address=f"{robot.url}/send?key=9a7c-secret")
        assert made.json() == {"name": "值班群", "shown": "http://127.0.0.1/…", "secret": ""}
        taken = ask("/channels", add=True, name="值班群", kind="feishu", address=FEISHU).json()["error"]
        assert taken["details"]["field"] == "name" and "换一个" in taken["message"]["zh"]
        assert ask("/channels", name="值班群", kind="wecom", per_minute=5).status_code == 200
        assert ask("/test", channel="值班群").json()["sent"]
    hook = ask("/channels", add=True, name="erp", kind="webhook", address="https://erp.example.com/hook").json()
    assert len(hook["secret"]) >= 32
    again = ask("/channels", name="erp", kind="webhook", address="https://erp.example.com/other")
    assert again.json()["secret"] == ""
    seen = ask("")
    assert "9a7c" not in seen.text and hook["secret"] not in seen.text
    assert {one["name"]: one["per_minute"] for one in seen.json()["channels"]} == {"值班群": 5, "erp": 120}
    assert (seen.json()["may_change"], seen.json()["everywhere"]) == (True, True)
    assert ask("/channels", name="none", kind="wecom", address=WECOM).status_code == 404
    assert ask("/channels/remove", channel="erp").json() == {"waiting": 0}


def test_rules_are_a_table_that_an_administrator_changes(live: LiveServer) -> None:
    live.add_staff("boss", "admin")
    ask = _asked(live, "boss")
    ask("/channels", add=True, name="值班群", kind="wecom", address=WECOM)
    late = {"name": "not-accepted", "cause": "not_accepted", "whom": "manager", "channel": "值班群", "minutes": 8}
    found = ask("/rules", **late, quiet_from="22:00", quiet_until="07:00", digest=False).json()["rules"]
    assert found[1] == late | {"active": True, "quiet_from": "22:00", "quiet_until": "07:00", "digest": False}
    assert ask("/rules", **late | {"name": "second"}).json()["rules"][-1]["name"] == "second"
    wrong = ask("/rules", **late, quiet_from="8:00", quiet_until="09:00").json()["error"]
    assert wrong["details"]["field"] == "quiet" and "20:00" in wrong["message"]["en"]
    assert ask("/rules", **late | {"channel": "没有"}).json()["error"]["details"]["field"] == "channel"
    refused = ask("/channels/remove", channel="值班群").json()["error"]
    assert "not-accepted" in refused["message"]["zh"]
    for name in ("not-accepted", "second"):
        found = ask("/rules/reset", name=name).json()["rules"]
    assert [one["name"] for one in found] == [one.name for one in rules.STANDARD] and found[1]["minutes"] == 5


def test_a_manager_reads_and_the_desk_does_neither(live: LiveServer) -> None:
    live.add_staff("lead", "manager")
    live.add_staff("desk", "desk")
    lead, desk = _asked(live, "lead"), _asked(live, "desk")
    assert (lead("").json()["may_change"], lead("").json()["everywhere"]) == (False, False)
    assert desk("").status_code == 403
    changes: dict[str, dict[str, Any]] = {
        "/channels": {"add": True, "name": "a", "kind": "wecom", "address": WECOM},
        "/channels/remove": {"channel": "a"},
        "/rules": {"name": "major", "cause": "major", "whom": "desk"},
        "/rules/reset": {"name": "major"},
    }
    for path, body in changes.items():
        assert [ask(path, **body).status_code for ask in (lead, desk)] == [403, 403], path


def test_who_runs_one_estate_sets_up_its_channels_and_not_the_rules_of_all(live: LiveServer) -> None:
    for code, key in (("LY", ""), ("HY", "hy")):
        live.add_estate(code, code, key)
    live.add_staff("one", "admin", estate="hy")
    ask = _asked(live, "one")
    made = {"add": True, "kind": "wecom", "address": WECOM}
    assert (ask("").json()["may_change"], ask("").json()["everywhere"]) == (True, False)
    assert ask("/channels", name="a", estate_key="hy", **made).status_code == 200
    assert ask("/channels", name="b", estate_key="", **made).status_code == 403
    assert ask("/channels", name="c", **made).status_code == 403
    assert ask("/rules", name="major", cause="major", whom="desk").status_code == 403
    with live.store.write() as connection:
        channels.put(connection, Channel("all", "wecom", WECOM), live.store.now())
    assert ask("/channels", name="all", kind="wecom", estate_key="hy").status_code == 403
    assert ask("/channels/remove", channel="all").status_code == 403


def test_the_log_is_narrowed_to_a_state(live: LiveServer) -> None:
    live.add_staff("lead", "manager")
    with live.store.write() as connection:
        channels.put(connection, Channel("群", "wecom", WECOM), live.store.now())
        some = [Cause(ASSIGNED, f"assigned:{n}", ("ticket", f"t{n}")) for n in range(3)]
        outbox.put(connection, live.store.now(), some)
        outbox.withdraw(connection, [row["id"] for row in outbox.last(connection, 1)], live.store.now())
    ask = _asked(live, "lead")
    assert [len(ask(f"?state={state}").json()["messages"]) for state in ("waiting", "unneeded", "sent")] == [2, 1, 0]
    assert ask("?state=nothing").status_code == 422
