"""What was sent outside the app, asked of the server: channels, rules, last messages, and a test message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.times import from_datetime
from app.domain.wire.errors import ANSWER_UNREADABLE, Problem
from app.sync.calls import call, read_json
from app.sync.transport import Transport


@dataclass(frozen=True, slots=True)
class NewsChannel:
    """A channel without its secrets. ``paused_until``: nothing is tried before (ms); ``None``: it is not paused."""

    name: str
    kind: str
    shown: str
    failures: int
    paused_until: int | None


@dataclass(frozen=True, slots=True)
class NewsRule:
    """A rule in force. ``channel``: "" for every one; quiet hours as HH:MM, "" for none."""

    name: str
    cause: str
    whom: str
    channel: str
    active: bool
    minutes: int
    quiet_from: str
    quiet_until: str


@dataclass(frozen=True, slots=True)
class NewsMessage:
    """A message, and what came of it. ``error``: why the last try failed, by language; empty: it did not. In ms."""

    id: str
    cause: str
    channel: str
    type: str
    subject_id: str
    number: str
    building: str
    state: str
    created_at: int
    error: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class News:
    """What the server tells of news outside the app; messages the newest first."""

    channels: tuple[NewsChannel, ...]
    rules: tuple[NewsRule, ...]
    messages: tuple[NewsMessage, ...]


async def ask_news(transport: Transport, token: str) -> News:
    """Return channels, rules and the last messages. Raises ``Problem``: ``role_may_not``, ``no_network``, ..."""
    data = read_json(await call(transport, "GET", "/v1/news", token=token))
    try:
        return News(
            tuple(_channel(row) for row in data["channels"]),
            tuple(
                NewsRule(
                    str(row["name"]), str(row["cause"]), str(row["whom"]), str(row["channel"]), bool(row["active"]),
                    int(row["minutes"]), str(row["quiet_from"]), str(row["quiet_until"]),
                )
                for row in data["rules"]
            ),
            tuple(_message(row) for row in data["messages"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


async def try_channel(transport: Transport, token: str, name: str) -> Mapping[str, str]:
    """Send a test message by a channel; return why it did not go out, by language, empty if it did.

    Raises ``Problem``: ``not_found``, ``role_may_not``, ``no_network``, ...
    """
    data = read_json(await call(transport, "POST", "/v1/news/test", token=token, body={"channel": name}))
    try:
        return {} if data["sent"] else {str(lang): str(words) for lang, words in data["why"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


def _channel(row: Mapping[str, Any]) -> NewsChannel:
    paused = row["paused_until"]
    return NewsChannel(
        str(row["name"]), str(row["kind"]), str(row["shown"]), int(row["failures"]),
        None if paused is None else int(paused),
    )  # fmt: skip


def _message(row: Mapping[str, Any]) -> NewsMessage:
    at = from_datetime(datetime.fromisoformat(str(row["created_at"])))
    error = {str(lang): str(words) for lang, words in row["error"].items()}
    return NewsMessage(
        str(row["id"]), str(row["cause"]), str(row["channel"]), str(row["subject_type"]), str(row["subject_id"]),
        str(row["number"]), str(row["building"]), str(row["state"]), at, error,
    )  # fmt: skip
