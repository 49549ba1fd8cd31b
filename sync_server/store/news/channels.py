"""Where news goes: the channels an administrator set up. Their addresses are secrets and leave the server to nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, func, insert, select, update

from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store.news.rules import wrong
from sync_server.store.news.tables import news_channels, news_out, news_rules
from sync_server.store.tables import staff
from sync_server.store.types import moment, to_ms

WECOM, DINGTALK, FEISHU, MAIL, APPRISE = "wecom", "dingtalk", "feishu", "mail", "apprise"
WEBHOOK, SMS = "webhook", "sms"
KINDS: Final = (WECOM, DINGTALK, FEISHU, MAIL, SMS, WEBHOOK, APPRISE)
PER_MINUTE: Final = {WECOM: 20, DINGTALK: 20, FEISHU: 60, MAIL: 20, SMS: 30, WEBHOOK: 120, APPRISE: 20}
"""Most messages a minute, unless the administrator says less: what WeCom, DingTalk and Feishu take from a robot."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A place news goes to. ``address``, ``secret`` and ``settings`` are secrets: never in logs, answers or errors."""

    name: str
    kind: str
    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    settings: dict[str, Any] = field(default_factory=dict, repr=False)
    per_minute: int = 20
    estate_key: str | None = None
    created_at: int = 0
    paused_until: int | None = None
    failures: int = 0

    @property
    def shown(self) -> str:
        """The address without its secrets: the host of a web address, else what sort it is."""
        parts = urlsplit(self.address)
        if self.kind == MAIL:
            return self.address
        if self.kind == APPRISE:
            return f"{self.address.partition('://')[0]}://…"
        return f"{parts.scheme}://{parts.hostname or ''}/…"

    def scrub(self, text: str) -> str:
        """Return a text of somebody else's without anything of this channel's secrets, one line, not long."""
        known = [self.secret, self.address, *_texts(self.settings)]
        parts = {part for one in known for part in (one, *re.split(r"[/:@?&=#\s\"',]+", one)) if len(part) >= 5}
        parts -= {urlsplit(self.address).hostname or ""}
        for part in sorted(parts, key=len, reverse=True):
            text = text.replace(part, "…")
        return " ".join(text.split())[:160]


def every(connection: Connection) -> list[Channel]:
    """Return the channels, the oldest first."""
    c = news_channels.c
    found = connection.execute(select(news_channels).order_by(c.created_at, c.name)).mappings()
    return [_channel(row) for row in found]


def called(connection: Connection, name: str) -> Channel:
    """Return a channel. Raises ``Problem`` ``not_found``."""
    row = connection.execute(select(news_channels).where(news_channels.c.name == name)).mappings().first()
    if row is None:
        raise Problem(NOT_FOUND)
    return _channel(row)


def put(connection: Connection, channel: Channel, now: int) -> None:
    """Keep a channel, in place of the one of that name. Raises ``Problem`` ``field_wrong`` for one that cannot work.

    ``sync_server.news.setting_up`` makes one from what somebody typed.
    """
    _check(connection, channel)
    c = news_channels.c
    row: dict[str, Any] = {
        "kind": channel.kind,
        "address": channel.address,
        "secret": channel.secret,
        "settings": channel.settings,
        "per_minute": channel.per_minute,
        "estate_key": channel.estate_key,
        "paused_until": None,
        "failures": 0,
    }
    if not connection.execute(update(news_channels).where(c.name == channel.name).values(row)).rowcount:
        values = row | {"name": channel.name, "created_at": moment(now)}
        connection.execute(insert(news_channels).values(values))


def remove(connection: Connection, name: str) -> int:
    """Remove a channel and what waits for it; return how many messages those were.

    Raises ``Problem``: ``not_found``; ``field_wrong`` while a rule is for it alone, which would tell nobody then.
    """
    only = connection.scalars(select(news_rules.c.name).where(news_rules.c.channel == name, news_rules.c.active)).all()
    if only:
        some = ", ".join(only)
        raise wrong("name", "渠道", "channel", f"有规则只发到这里，请先改规则：{some}",
                    f"rules are for it alone, change them first: {some}")  # fmt: skip
    if not connection.execute(delete(news_channels).where(news_channels.c.name == name)).rowcount:
        raise Problem(NOT_FOUND)
    waiting = (news_out.c.channel == name) & news_out.c.state.in_(("waiting", "sending"))
    return int(connection.execute(delete(news_out).where(waiting)).rowcount)


def _check(connection: Connection, channel: Channel) -> None:
    if not re.fullmatch(r"[\w-]{1,40}", channel.name):
        raise wrong("name", "名称", "name", "1 到 40 个字，不含空格", "1 to 40 characters without spaces")
    if channel.kind not in KINDS:
        raise wrong("kind", "种类", "kind", f"只有 {', '.join(KINDS)}", f"one of {', '.join(KINDS)}")
    if not 1 <= channel.per_minute <= 1_000:
        raise wrong("per_minute", "每分钟条数", "per minute", "1 到 1000", "1 to 1000")
    if channel.kind not in (APPRISE, MAIL) and not re.match(r"https?://[^/\s]+", channel.address):
        raise wrong("address", "地址", "address", "要以 https:// 开头", "it begins with https://")
    if channel.kind == WEBHOOK and len(channel.secret) < 16:
        raise wrong(
            "secret", "密钥", "secret", "至少 16 个字，用来核对签名", "16 characters or more: it signs each message"
        )
    if channel.kind == SMS:
        if "{phone}" not in channel.address + str(channel.settings) or "{text}" not in channel.address + str(
            channel.settings
        ):
            raise wrong("body", "短信模板", "template", "要写出 {phone} 和 {text}", "it names {phone} and {text}")
        phones = select(func.count()).select_from(staff).where(staff.c.active, staff.c.phone != "")
        if not connection.scalar(phones):
            raise wrong("kind", "短信", "SMS", "员工名单里没有电话，发不出短信；请先补上电话再设",
                        "nobody on the staff list has a phone number: add them first")  # fmt: skip


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def _channel(row: Any) -> Channel:
    paused = row["paused_until"]
    return Channel(
        row["name"], row["kind"], row["address"], row["secret"], row["settings"], row["per_minute"],
        row["estate_key"], to_ms(row["created_at"]), None if paused is None else to_ms(paused), row["failures"],
    )  # fmt: skip
