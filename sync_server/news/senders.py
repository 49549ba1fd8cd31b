"""How each kind of channel takes a message: robots of WeCom, DingTalk and Feishu, signed webhooks, SMS, and apprise.

Robots are asked here and not through apprise, which takes each answer with status 200 as sent: they refuse with a
status of 200 and an error inside. No error says more of a channel than its host: addresses are secrets.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote_plus

import requests
import structlog

from sync_server.store.news.channels import APPRISE, DINGTALK, FEISHU, MAIL, SMS, WEBHOOK, WECOM, Channel

SECONDS: Final = 10
"""How long a try may take."""
_MOST_ANSWER: Final = 65_536
"""How much of an answer is read, in bytes."""
_LONGEST_WAIT: Final = 24 * 3600
SSL_PORT: Final = 465
"""Where mail servers speak encrypted from the first byte; elsewhere they change over to it."""
_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")
log = structlog.get_logger(__name__)
# What these write down may name whole addresses.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
logging.getLogger("apprise").addHandler(logging.NullHandler())
logging.getLogger("apprise").propagate = False
_TOO_MANY: Final = {WECOM: (45009,), DINGTALK: (130101, 130102, 90018), FEISHU: (9499, 11232)}
"""By what numbers robots say that they were asked too often."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent: an ``id`` that stays the same when it is tried again right away, its ``text``, ``data`` for
    webhooks, and the phone numbers for SMS. ``seconds``: how long a try may take."""

    id: str
    text: str
    data: Mapping[str, Any]
    phones: Sequence[str] = ()
    seconds: float = SECONDS


class NotSent(Exception):
    """A message did not go out: why, in both languages; ``retry_after`` in seconds if the other side said when;
    ``alone``: the channel is well, this message can't be sent."""

    def __init__(self, zh: str, en: str, retry_after: int = 0, alone: bool = False) -> None:
        super().__init__(en)
        self.zh, self.en, self.retry_after, self.alone = zh, en, retry_after, alone

    @property
    def words(self) -> dict[str, str]:
        """Return why, as it is kept."""
        return {"zh": self.zh, "en": self.en}


def no_answer(seconds: float) -> NotSent:
    """Return that the other side did not answer in time."""
    return NotSent(f"{seconds:g} 秒内没有回答", f"no answer within {seconds:g} seconds")


def send(channel: Channel, message: Message) -> None:
    """Send a message by a channel. Raises NotSent."""
    _SENDERS[channel.kind](channel, message)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return what stands in ``X-Shangmen-Signature``: HMAC-SHA256 over timestamp, a dot and the body (docs/news.md)."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _wecom(channel: Channel, message: Message) -> None:
    said = {"msgtype": "text", "text": {"content": message.text}}
    _robot(channel, channel.address, said, message.seconds, "errcode", "errmsg")


def _dingtalk(channel: Channel, message: Message) -> None:
    address = channel.address
    if channel.secret:
        at = str(round(time.time() * 1000))
        sign = base64.b64encode(_hmac(channel.secret.encode(), f"{at}\n{channel.secret}")).decode()
        address += f"{'&' if '?' in address else '?'}timestamp={at}&sign={quote_plus(sign)}"
    said = {"msgtype": "text", "text": {"content": message.text}}
    _robot(channel, address, said, message.seconds, "errcode", "errmsg")


def _feishu(channel: Channel, message: Message) -> None:
    said: dict[str, Any] = {"msg_type": "text", "content": {"text": message.text}}
    if channel.secret:
        at = str(round(time.time()))
        said |= {"timestamp": at, "sign": base64.b64encode(_hmac(f"{at}\n{channel.secret}".encode(), "")).decode()}
    _robot(channel, channel.address, said, message.seconds, "code", "msg")


def _webhook(channel: Channel, message: Message) -> None:
    body = json.dumps({"v": 1, "id": message.id, "text": message.text, **message.data}, ensure_ascii=False).encode()
    at = str(round(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Shangmen-Timestamp": at,
        "X-Shangmen-Signature": signature(channel.secret, at, body),
    }
    _ask("POST", channel.address, body, headers, message.seconds)


def _sms(channel: Channel, message: Message) -> None:
    """One request a phone number. One of several that got it is enough: who has it is not written to again."""
    if not message.phones:
        raise NotSent("收件人在员工名单里没有电话", "whom it is for has no phone number on the staff list", alone=True)
    failed: NotSent | None = None
    got = 0
    for phone in message.phones:
        try:
            _text_to(channel, phone, message)
            got += 1
        except NotSent as error:
            failed = error
    if not got and failed is not None:
        raise failed


def _text_to(channel: Channel, phone: str, message: Message) -> None:
    said = channel.settings
    names = {"phone": phone, "text": message.text}
    body = str(said.get("body") or "")
    form = "json" if body.lstrip().startswith("{") else "form"
    filled = _fill(body, names, _in_json if form == "json" else quote_plus)
    kind = "application/json; charset=utf-8" if form == "json" else "application/x-www-form-urlencoded"
    headers = {"Content-Type": kind, **(said.get("headers") or {})} if body else dict(said.get("headers") or {})
    address = _fill(channel.address, names, quote_plus)
    _ask(str(said.get("method") or "POST"), address, filled.encode(), headers, message.seconds)


def _mail(channel: Channel, message: Message) -> None:
    """Send a mail. Asked here and not through apprise, which tells of nothing more than that it did not work: what
    most mailboxes refuse is the password, and that must be told."""
    said = EmailMessage()
    said["Subject"] = message.text.partition("\n")[0][:120]
    said["From"], said["To"] = channel.settings["sender"], channel.settings["to"]
    said["Message-ID"] = f"<{message.id}@shangmen>"
    said["Date"] = format_datetime(datetime.now(UTC))
    said.set_content(message.text)
    host, _, port = channel.address.rpartition(":")
    try:
        with _mail_server(host, int(port), message.seconds) as server:
            if channel.settings["user"]:
                server.login(channel.settings["user"], channel.secret)
            refused = server.send_message(said)
    except smtplib.SMTPAuthenticationError:
        raise NotSent("邮箱不认账号或密码；多数邮箱要用“授权码”代替登录密码",
                      "the mailbox does not take user and password; most want an app password") from None  # fmt: skip
    except TimeoutError:
        raise no_answer(message.seconds) from None
    except ssl.SSLError:
        raise NotSent("加密连接失败，请核对端口和证书", "encryption failed: check port and certificate") from None
    except smtplib.SMTPException as error:
        words = channel.scrub(str(error))
        raise NotSent(f"邮件服务器没有收下：{words}", f"the mail server did not take it: {words}") from None
    except OSError:
        raise NotSent("连不上邮件服务器，请核对地址和端口", "it can't be reached: check host and port") from None
    if refused:
        log.warning("mail refused for some", channel=channel.name, refused=len(refused))


@contextmanager
def _mail_server(host: str, port: int, seconds: float) -> Iterator[smtplib.SMTP]:
    """Connect to a mail server, encrypted: no password goes over a network in the open."""
    encryption = ssl.create_default_context()
    if port == SSL_PORT:
        with smtplib.SMTP_SSL(host, port, timeout=seconds, context=encryption) as server:
            yield server
        return
    with smtplib.SMTP(host, port, timeout=seconds) as server:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=encryption)
        elif host not in _THIS_MACHINE:
            raise smtplib.SMTPNotSupportedError("STARTTLS")
        yield server


def _apprise(channel: Channel, message: Message) -> None:
    import apprise  # reads 130 plug-ins' names: only who sends by it waits for that

    found = apprise.Apprise()
    if not found.add(channel.address):
        zh, en = "apprise 认不出这个地址，请核对写法", "apprise does not know this address: check how it is written"
        raise NotSent(zh, en)
    result = found.notify(body=message.text, title="")
    if not result:
        said = [entry.message for one in result for entry in one.logs()]
        why = channel.scrub(said[-1]) if said else ""
        zh, en = why or "没有说明", why or "no reason given"
        raise NotSent(f"对方没有收下：{zh}", f"the other side did not take it: {en}")


_SENDERS: Final[Mapping[str, Callable[[Channel, Message], None]]] = {
    WECOM: _wecom,
    DINGTALK: _dingtalk,
    FEISHU: _feishu,
    WEBHOOK: _webhook,
    SMS: _sms,
    MAIL: _mail,
    APPRISE: _apprise,
}


def _robot(channel: Channel, address: str, said: Mapping[str, Any], seconds: float, code: str, why: str) -> None:
    """Ask a robot; its answer says whether it took the message, whatever the status is."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = _ask("POST", address, json.dumps(said, ensure_ascii=False).encode(), headers, seconds)
    try:
        found = json.loads(answer)
        number = found[code]
    except (ValueError, KeyError, TypeError):
        raise NotSent("对方的回答看不懂，请核对机器人地址", "its answer is not a robot's: check the address") from None
    if number == 0:
        return
    words = channel.scrub(str(found.get(why) or ""))
    wait = 60 if number in _TOO_MANY[channel.kind] else 0
    raise NotSent(f"机器人没有收下：{number} {words}", f"the robot did not take it: {number} {words}", wait)


def _ask(method: str, address: str, body: bytes, headers: Mapping[str, str], seconds: float) -> bytes:
    """Make one request within so many seconds and return the answer's body. No redirect is followed: it could lead a
    secret elsewhere. Raises NotSent."""
    until = time.monotonic() + seconds
    try:
        with requests.request(
            method, address, data=body or None, headers=dict(headers), timeout=(min(5, seconds), seconds), stream=True,
            allow_redirects=False,
        ) as answer:  # fmt: skip
            found = b""
            for part in answer.iter_content(8_192):
                found += part
                if len(found) > _MOST_ANSWER or time.monotonic() > until:
                    break
            status, wait = answer.status_code, _retry_after(answer.headers.get("Retry-After", ""))
    except requests.Timeout:
        raise no_answer(seconds) from None
    except requests.exceptions.SSLError:
        raise NotSent("对方的证书不对", "its certificate is not right") from None
    except requests.ConnectionError:
        raise NotSent("连不上，请核对地址和网络", "can't be reached: check the address and the network") from None
    except (requests.RequestException, ValueError):
        raise NotSent("地址不对，请核对写法", "the address is wrong: check how it is written") from None
    if status == 429:
        raise NotSent("对方说太频繁，稍后再发", "it says too often; sent later", wait or 60)
    if not 200 <= status < 300:
        raise NotSent(f"对方回答 {status}", f"it answered {status}", wait)
    return found


def _retry_after(said: str) -> int:
    """Return what a ``Retry-After`` says, in seconds, at most a day; 0 for what cannot be read."""
    if said.strip().isascii() and said.strip().isdigit():
        return min(int(said), _LONGEST_WAIT)
    try:
        left = parsedate_to_datetime(said).timestamp() - time.time()
    except ValueError:
        return 0
    return min(max(round(left), 0), _LONGEST_WAIT)


def _hmac(key: bytes, said: str) -> bytes:
    return hmac.new(key, said.encode(), hashlib.sha256).digest()


def _fill(template: str, names: Mapping[str, str], quoted: Callable[[str], str]) -> str:
    for name, value in names.items():
        template = template.replace(f"{{{name}}}", quoted(value))
    return template


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]
