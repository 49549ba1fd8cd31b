"""News outside the app, asked of the server: channels, rules and last messages; changing them, and a test message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.domain.times import from_datetime
from app.domain.wire.errors import ANSWER_UNREADABLE, Problem
from app.sync.calls import call, read_json
from app.sync.transport import Transport


@dataclass(frozen=True, slots=True)
class NewsChannel:
    """A channel without its secrets. ``paused_until``: nothing is tried before (ms); ``None``: it is not paused.
    ``estate_key``: it has the news of this estate alone; ``None``: of all.
    """

    name: str
    kind: str
    shown: str
    failures: int
    paused_until: int | None
    per_minute: int = 0
    estate_key: str | None = None


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
    digest: bool


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
    """What the server tells of news outside the app; messages the newest first.

    ``may_change``: whether one may change channels of one's estates; ``everywhere``: rules, and channels of all of
    them.
    """

    channels: tuple[NewsChannel, ...]
    rules: tuple[NewsRule, ...]
    messages: tuple[NewsMessage, ...]
    may_change: bool = False
    everywhere: bool = False


async def ask_news(transport: Transport, token: str, state: str = "") -> News:
    """Return channels, rules and the last messages, of all or of one ``state``.

    Raises ``Problem``: ``role_may_not``, ``no_network``, ...
    """
    path = f"/v1/news?state={state}" if state else "/v1/news"
    data = read_json(await call(transport, "GET", path, token=token))
    try:
        return News(
            tuple(_channel(row) for row in data["channels"]),
            tuple(_rule(row) for row in data["rules"]),
            tuple(_message(row) for row in data["messages"]),
            bool(data.get("may_change")),
            bool(data.get("everywhere")),
        )
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


async def put_channel(transport: Transport, token: str, typed: Mapping[str, Any]) -> str:
    """Add a channel or change one, from what was typed; return the secret that was made for it, shown once, or "".

    Raises ``Problem``: ``field_wrong``, whose ``field`` says which, ``role_may_not``, ``no_network``, ...
    """
    data = read_json(await call(transport, "POST", "/v1/news/channels", token=token, body=typed))
    return str(data.get("secret") or "")


async def remove_channel(transport: Transport, token: str, name: str) -> int:
    """Remove a channel; return how many messages waited for it, which are not sent any more.

    Raises ``Problem``: ``field_wrong`` while a rule is for it alone, ``not_found``, ``no_network``, ...
    """
    data = read_json(await call(transport, "POST", "/v1/news/channels/remove", token=token, body={"channel": name}))
    return int(data.get("waiting") or 0)


async def put_rule(transport: Transport, token: str, rule: NewsRule) -> None:
    """Change a rule, or add one by a new name. Raises ``Problem``: ``field_wrong``, ``role_may_not``, ..."""
    await call(transport, "POST", "/v1/news/rules", token=token, body=asdict(rule))


async def reset_rule(transport: Transport, token: str, name: str) -> None:
    """Go back to the program's own rule; one that was added is gone. Raises ``Problem``: ``role_may_not``, ..."""
    await call(transport, "POST", "/v1/news/rules/reset", token=token, body={"name": name})


def _rule(row: Mapping[str, Any]) -> NewsRule:
    return NewsRule(
        str(row["name"]), str(row["cause"]), str(row["whom"]), str(row["channel"]), bool(row["active"]),
        int(row["minutes"]), str(row["quiet_from"]), str(row["quiet_until"]), bool(row["digest"]),
    )  # fmt: skip


def _channel(row: Mapping[str, Any]) -> NewsChannel:
    paused = row["paused_until"]
    return NewsChannel(
        str(row["name"]), str(row["kind"]), str(row["shown"]), int(row["failures"]),
        None if paused is None else int(paused), int(row["per_minute"]), row.get("estate_key"),
    )  # fmt: skip


def _message(row: Mapping[str, Any]) -> NewsMessage:
    at = from_datetime(datetime.fromisoformat(str(row["created_at"])))
    error = {str(lang): str(words) for lang, words in row["error"].items()}
    return NewsMessage(
        str(row["id"]), str(row["cause"]), str(row["channel"]), str(row["subject_type"]), str(row["subject_id"]),
        str(row["number"]), str(row["building"]), str(row["state"]), at, error,
    )  # fmt: skip
