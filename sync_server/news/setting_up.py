"""A channel from what an administrator types: a robot's address as its group shows it, a mailbox by plain fields.

What is left empty when a channel is changed stays as it is: secrets are typed once and never shown again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from sync_server.news.senders import SSL_PORT
from sync_server.store.news import channels
from sync_server.store.news.channels import APPRISE, DINGTALK, FEISHU, MAIL, SMS, WEBHOOK, WECOM, Channel
from sync_server.store.news.rules import wrong

EXAMPLES: Final = {
    WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
    DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=…",
    FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/…",
    APPRISE: "tgram://bottoken/ChatID",
}
"""What each address looks like."""
_HOSTS: Final = {
    "qyapi.weixin.qq.com": WECOM,
    "oapi.dingtalk.com": DINGTALK,
    "api.dingtalk.com": DINGTALK,
    "open.feishu.cn": FEISHU,
    "open.larksuite.com": FEISHU,
}
_WORDS: Final = {WECOM: ("企业微信", "WeCom"), DINGTALK: ("钉钉", "DingTalk"), FEISHU: ("飞书", "Feishu")}
_NEEDS: Final = {WECOM: "key", DINGTALK: "access_token"}
_HOOK: Final = "/open-apis/bot/v2/hook/"
_UUID: Final = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KEYS: Final = {WECOM: _UUID, DINGTALK: r"[0-9a-fA-F]{64}", FEISHU: _UUID}
"""What a robot's key alone looks like: who copied no more than that has said enough."""
_MAILBOX: Final = r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed; empty: nothing. ``secret``: what a robot or webhook is signed with, or a mailbox's password.

    ``host``, ``port``, ``user``, ``sender``, ``to`` are of mail, ``method``, ``headers`` (lines ``Name: value``) and
    ``body`` of SMS. ``estate_key``: news of this estate alone; ``None``: of all.
    """

    name: str
    kind: str
    address: str = ""
    secret: str = ""
    host: str = ""
    port: int | None = None
    user: str = ""
    sender: str = ""
    to: str = ""
    method: str = ""
    headers: Sequence[str] = ()
    body: str = ""
    per_minute: int | None = None
    estate_key: str | None = None


def channel_of(typed: Typed, there: Channel | None = None) -> tuple[Channel, str]:
    """Return the channel that is meant, and the secret that was made for it, to be shown once; else "".

    ``there``: the channel of that name that is changed. Raises ``Problem`` ``field_wrong``, which names the field.
    """
    if there is not None and there.kind != typed.kind:
        there = None  # another kind has nothing to keep
    made = ""
    found = Channel(
        typed.name.strip(),
        typed.kind,
        there.address if there else "",
        typed.secret.strip() or (there.secret if there else ""),
        dict(there.settings) if there else {},
        typed.per_minute or (there.per_minute if there else channels.PER_MINUTE.get(typed.kind, 20)),
        typed.estate_key,
    )
    if typed.kind == MAIL:
        found = _mail(typed, found)
    else:
        said = _address(typed.kind, typed.address.strip())
        if not said and not found.address:
            like = EXAMPLES.get(typed.kind, "https://…")
            raise wrong("address", "地址", "address", f"请粘贴地址，例如 {like}", f"paste the address, e.g. {like}")
        found = replace(found, address=said or found.address)
    if typed.kind == SMS:
        found = replace(found, settings=_sms(typed, found.settings))
    if typed.kind == WEBHOOK and not found.secret:
        made = secrets.token_urlsafe(32)
        found = replace(found, secret=made)
    return found, made


def _address(kind: str, said: str) -> str:
    """Return the address in what was pasted, which may have words around it; "" for nothing."""
    if not said:
        return ""
    if kind == APPRISE:
        return _of_apprise(said)
    if re.fullmatch(_KEYS.get(kind, r"(?!)"), said):
        return EXAMPLES[kind].removesuffix("…") + said
    if kind not in _WORDS:
        return said
    inside = re.search(r"https?://[^\s\"'<>，。；、（）]+", said)
    if inside is None:
        like = EXAMPLES[kind]
        raise wrong("address", "地址", "address", f"里面没有网址，要像 {like}", f"it has no web address, like {like}")
    parts = urlsplit(inside[0])
    other = _HOSTS.get(parts.hostname or "", kind)
    if other != kind:
        (zh, en), (zh_own, en_own) = _WORDS[other], _WORDS[kind]
        raise wrong("address", "地址", "address", f"这是{zh}机器人的地址，不是{zh_own}的：请改选种类",
                    f"this is a robot of {en}, not of {en_own}: choose that kind")  # fmt: skip
    if parts.hostname in _HOSTS and not _whole(kind, inside[0]):
        like = EXAMPLES[kind]
        raise wrong("address", "地址", "address", f"没有复制完整，要像 {like}", f"a part is missing: {like}")
    return inside[0]


def _whole(kind: str, address: str) -> bool:
    """Tell whether a robot's key stands in its address."""
    parts = urlsplit(address)
    if kind == FEISHU:
        return _HOOK in parts.path and bool(parts.path.partition(_HOOK)[2])
    return any(parse_qs(parts.query).get(_NEEDS[kind], ()))


def _of_apprise(said: str) -> str:
    import apprise  # reads 130 plug-ins' names: only who sets one up waits for that

    if apprise.Apprise.instantiate(said, suppress_exceptions=True) is None:
        like = EXAMPLES[APPRISE]
        raise wrong("address", "地址", "address", f"apprise 认不出这个地址，要像 {like}",
                    f"apprise does not know this address; it is like {like}")  # fmt: skip
    return said


def _mail(typed: Typed, found: Channel) -> Channel:
    kept = found.settings
    old_host, _, old_port = found.address.rpartition(":")
    host = typed.host.strip() or old_host
    port = typed.port or int(old_port or SSL_PORT)
    if not re.fullmatch(r"[\w.-]+", host):
        raise wrong("host", "邮件服务器", "mail server", "要像 smtp.exmail.qq.com", "it is like smtp.exmail.qq.com")
    if not 1 <= port <= 65_535:
        raise wrong("port", "端口", "port", "一般是 465", "it is 465 mostly")
    user = typed.user.strip() or kept.get("user", "")
    sender = typed.sender.strip() or kept.get("sender", "") or user
    to = [one for one in re.split(r"[\s,;，；、]+", typed.to) if one] or kept.get("to", "").split(", ")
    if not re.fullmatch(_MAILBOX, sender):
        raise wrong("sender" if typed.sender or not user else "user", "发件邮箱", "sender",
                    "要像 tongzhi@example.com", "it is like news@example.com")  # fmt: skip
    bad = next((one for one in to if not re.fullmatch(_MAILBOX, one)), None)
    if bad is not None:
        raise wrong("to", "收件邮箱", "recipients", f"要像 zhiban@example.com，几个之间用逗号：{bad}",
                    f"like duty@example.com, commas between several: {bad}")  # fmt: skip
    if user and not found.secret:
        raise wrong("secret", "密码", "password", "请填写；多数邮箱要用“授权码”", "most mailboxes want an app password")
    settings: dict[str, Any] = {"user": user, "sender": sender, "to": ", ".join(to)}
    return replace(found, address=f"{host}:{port}", settings=settings)


def _sms(typed: Typed, kept: dict[str, Any]) -> dict[str, Any]:
    pairs = [line.partition(":") for line in typed.headers if line.strip()]
    bad = next((name for name, colon, _ in pairs if not colon or not re.fullmatch(r"[\w-]+", name.strip())), None)
    if bad is not None:
        raise wrong(
            "headers", "请求头", "headers", f"每行写成“名称: 值”：{bad[:12]}", f"“Name: value” a line: {bad[:12]}"
        )
    return {
        "method": typed.method.strip().upper() or kept.get("method") or "POST",
        "headers": {name.strip(): value.strip() for name, _, value in pairs} or kept.get("headers") or {},
        "body": typed.body.strip() or kept.get("body") or "",
    }
