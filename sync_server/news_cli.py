"""News outside the app, at the command line: channels, rules, and what was sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from app.domain.times import to_china
from sync_server.console import WHICH, echo, estate_key, named, opened_store, say, stop
from sync_server.news import try_out
from sync_server.news.setting_up import Typed, channel_of
from sync_server.news.words import STATE_WORDS
from sync_server.settings import Settings
from sync_server.store import Store
from sync_server.store.news import channels, outbox, rules
from sync_server.store.news.causes import WORDS
from sync_server.store.news.channels import MAIL, Channel
from sync_server.store.types import to_ms

news = typer.Typer(help="应用外的通知。News outside the app.", no_args_is_help=True, rich_markup_mode=None)
channel = typer.Typer(help="通知渠道。Where news goes.", no_args_is_help=True, rich_markup_mode=None)
rule = typer.Typer(help="通知规则。Whom what is told to.", no_args_is_help=True, rich_markup_mode=None)
news.add_typer(channel, name="channel")
news.add_typer(rule, name="rules")
_NAME = Annotated[str, typer.Argument(help="渠道名称 the channel's name")]


@channel.command()
def add(
    name: _NAME,
    kind: Annotated[str, typer.Argument(help="wecom、dingtalk、feishu、mail、sms、webhook 或 apprise")],
    address: Annotated[
        str | None,
        typer.Option(help="机器人、webhook 或短信接口的地址；不写则询问，输入时不显示 asked for unless given"),
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(help="签名密钥，webhook 不写则生成；邮箱密码，不写则询问 signing secret, or a mailbox's password"),
    ] = None,
    host: Annotated[str, typer.Option(help="邮件服务器 mail server")] = "",
    port: Annotated[int | None, typer.Option(help="邮件端口 its port; 465")] = None,
    user: Annotated[str, typer.Option(help="邮箱账号 the mailbox's user")] = "",
    sender: Annotated[str, typer.Option(help="发件邮箱，不写为账号 sender; the user unless given")] = "",
    to: Annotated[str, typer.Option(help="收件邮箱，几个之间用逗号 recipients, commas between several")] = "",
    per_minute: Annotated[int | None, typer.Option(help="每分钟最多几条 most messages a minute")] = None,
    method: Annotated[str, typer.Option(help="短信接口的方法 an SMS provider's method")] = "POST",
    header: Annotated[list[str] | None, typer.Option(help="短信接口的头，如 'Authorization: …' a header of it")] = None,
    body: Annotated[str, typer.Option(help="短信接口的内容，含 {phone} 和 {text} its body")] = "",
    estate: Annotated[str, typer.Option(help=WHICH)] = "",
) -> None:
    """增加渠道；同名的被替换。写 @文件 则从文件读取，命令行里不留密钥。Add a channel, in place of one of that name.

    A value written as @FILE is read from a file, so that no secret stands in a command line.
    """
    if kind == MAIL and user and secret is None:
        secret = typer.prompt("密码 password", hide_input=True)
    elif kind != MAIL and not address:
        address = typer.prompt("地址 address", hide_input=True)
    with opened_store() as store, store.write() as connection:
        typed = Typed(
            name, kind, _read(address or ""), _read(secret or ""), host, port, user, sender, to,
            method, [_read(one) for one in header or ()], _read(body), per_minute,
            estate_key(store, estate) if estate else None,
        )  # fmt: skip
        found, made = channel_of(typed)
        channels.put(connection, found, store.now())
    say(f"✓ {name} {found.shown}", f"try it: news channel test {name}")
    where = f"{Settings().public_url.rstrip('/')}/news"
    say(f"管理员和项目经理在应用里打开 {where} 查看结果", "administrators and managers see there what came of it")
    if made:
        say(f"签名密钥（只显示这一次）：{made}", "the secret that messages are signed with, shown this once")


@channel.command(name="list")
def list_() -> None:
    """列出渠道，不显示密钥。List the channels, without their secrets."""
    with opened_store() as store, store.read() as connection:
        for one in channels.every(connection):
            state = _paused(store, one)
            echo(f"{one.name}\t{one.kind}\t{one.shown}\t≤ {one.per_minute}/min{state}")


@channel.command()
def remove(name: _NAME) -> None:
    """删除渠道和等着由它发出的消息。Remove a channel, and what waits for it."""
    with opened_store() as store, _channel_named(name), store.write() as connection:
        waiting = channels.remove(connection, name)
    say(f"✓ 已删除 {name}，{waiting} 条没发的消息不再发送", f"removed; {waiting} waiting messages go with it")


@channel.command()
def test(name: _NAME, phone: Annotated[str, typer.Option(help="短信发给谁 whom to text, for SMS")] = "") -> None:
    """发一条测试消息。Send a test message."""
    with opened_store() as store, _channel_named(name):
        failed = try_out(store, name, phone)
    if failed is not None:
        raise stop(f"没有发出：{failed.zh}", f"Not sent: {failed.en}")
    say("✓ 已发出", "sent")


@rule.command()
def show() -> None:
    """列出规则。List the rules."""
    with opened_store() as store, store.read() as connection:
        for one in rules.every(connection):
            zh, en = WORDS[one.cause]
            on = "开 on" if one.active else "关 off"
            quiet = f" 免打扰 quiet {one.quiet_from}–{one.quiet_until}" if one.quiet_from else ""
            minutes = f" {one.minutes} min" if one.minutes else ""
            where = one.channel or "全部渠道 every channel"
            joined = " 可合并 digest" if one.digest else ""
            echo(f"{one.name}\t{zh} {en}{minutes}\t→ {one.whom}\t{where}\t{on}{quiet}{joined}")


@rule.command(name="set")
def set_(
    name: Annotated[str, typer.Argument(help="规则名称 the rule's name; a new name makes a new rule")],
    cause: Annotated[str, typer.Option(help="新规则的事由 what a new rule is about")] = "",
    whom: Annotated[str | None, typer.Option(help="岗位，或 assignee、supervisor a post, or one of these")] = None,
    to: Annotated[str | None, typer.Option("--channel", help="渠道；all 为全部 a channel; all for every one")] = None,
    active: Annotated[bool | None, typer.Option("--on/--off", help="开或关 on or off")] = None,
    minutes: Annotated[int | None, typer.Option(help="过了多少分钟才通知 minutes after what ran out")] = None,
    quiet: Annotated[
        str | None, typer.Option(help="免打扰 20:00-08:00；none 为没有 quiet hours; none for none")
    ] = None,
    digest: Annotated[bool | None, typer.Option("--digest/--single", help="可否合并 may several go out as one")] = None,
    standard: Annotated[bool, typer.Option(help="恢复程序自带的 go back to the program's own")] = False,
) -> None:
    """更改一条规则。Change a rule."""
    with opened_store() as store, store.write() as connection:
        if standard:
            rules.reset(connection, name)
            say(f"✓ {name} 已恢复", "as the program comes with it")
            return
        found = rules.called(connection, name, cause)
        begins, _, ends = ("" if quiet == "none" else quiet or "").partition("-")
        changed = {
            "whom": whom,
            "channel": "" if to == "all" else to,
            "active": active,
            "minutes": minutes,
            "quiet_from": None if quiet is None else begins,
            "quiet_until": None if quiet is None else ends,
            "digest": digest,
        }
        given: dict[str, Any] = {key: value for key, value in changed.items() if value is not None}
        rules.put(connection, replace(found, **given), store.now())
    say(f"✓ {name} 已更改", "changed; holds for what happens from now on")


@news.command(name="log")
def log_(count: Annotated[int, typer.Option(help="最近几条 how many", min=1, max=1_000)] = 40) -> None:
    """列出最近的消息、结果和原因。List the last messages, what came of them, and why."""
    with opened_store() as store, store.read() as connection:
        for row in outbox.last(connection, count):
            zh, en = STATE_WORDS[row["state"]]
            why = f"：{row['error']['zh']}  {row['error']['en']}" if row["error"] else ""
            at = f"{to_china(to_ms(row['created_at'])):%m-%d %H:%M}"
            what = f"{WORDS[row['cause']][0]} {row['number']} {row['building']}".strip()
            echo(f"{at}\t{what}\t{row['channel']}\t{zh} {en}{why}")


def _read(said: str) -> str:
    """Return what was said, or what stands in the file that it names as @FILE."""
    if not said.startswith("@"):
        return said
    try:
        return Path(said[1:]).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise stop(f"{said[1:]} 读不出来", f"{said[1:]} can't be read", 2) from fault


def _paused(store: Store, one: Channel) -> str:
    if one.paused_until is None or one.paused_until <= store.now():
        return ""
    at = f"{to_china(one.paused_until):%H:%M}"
    return f"\t连续 {one.failures} 次没有发出，{at} 再试 failed {one.failures} times, tried again at {at}"


def _channel_named(name: str) -> Any:
    return named(f"没有渠道 {name}；news channel list 列出渠道", f"No channel {name}; news channel list names them")
