"""Whom news of what goes to, and when: the program's rules, and those the company changed or added."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select

from app.domain import roles
from app.domain.times import DAY, MINUTE, at_china, china_day
from app.domain.wire.errors import FIELD_WRONG, Problem
from sync_server.store.news.causes import (
    ASSIGNED,
    ASSIGNEE,
    CAUSES,
    EVENT,
    KEY,
    MAJOR,
    NOT_ACCEPTED,
    NOT_ON_SITE,
    PROMISE,
    REQUEST,
    SILENT,
    SUPERVISOR,
)
from sync_server.store.news.tables import news_channels, news_rules
from sync_server.store.types import moment

_DAY_MINUTES: Final = DAY // MINUTE
_MOST_MINUTES: Final = 60 * _DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``channel``: "" for every channel; ``minutes``: how long after what ran out; quiet hours as HH:MM in
    China, both "" for none."""

    name: str
    cause: str
    whom: str
    channel: str = ""
    active: bool = True
    minutes: int = 0
    quiet_from: str = ""
    quiet_until: str = ""
    digest: bool = True

    def ready_at(self, now: int, urgent: bool) -> int:
        """Return from when on a message of ``now`` (ms) may go out: at once, or when the quiet hours end."""
        if urgent or not self.quiet_from or self.quiet_from == self.quiet_until:
            return now
        today = china_day(now)
        (fh, fm), (uh, um) = _clock(self.quiet_from), _clock(self.quiet_until)
        over_midnight = (uh, um) <= (fh, fm)
        for day in (today - timedelta(days=1), today):
            begins = at_china(day, fh, fm)
            ends = at_china(day + timedelta(days=1) if over_midnight else day, uh, um)
            if begins <= now < ends:
                return ends
        return now


STANDARD: Final = (
    Rule("assigned", ASSIGNED, ASSIGNEE),
    Rule("not-accepted", NOT_ACCEPTED, SUPERVISOR, minutes=5),
    Rule("not-on-site", NOT_ON_SITE, SUPERVISOR),
    Rule("major", MAJOR, roles.MANAGER),
    Rule("event", EVENT, roles.MANAGER),
    Rule("event-supervisor", EVENT, SUPERVISOR),
    Rule("promise", PROMISE, roles.SERVICE_SUPERVISOR, quiet_from="20:00", quiet_until="08:00"),
    Rule("key", KEY, roles.DESK, quiet_from="20:00", quiet_until="08:00"),
    Rule("request", REQUEST, roles.DESK),
    Rule("silent", SILENT, roles.ADMIN, minutes=3 * _DAY_MINUTES, quiet_from="20:00", quiet_until="08:00"),
)
"""The rules that the program comes with. Who is to act at once is told at night, too."""


def every(connection: Connection) -> list[Rule]:
    """Return the rules in force: the program's, in its order, as far as the company has not changed them, then those
    it added."""
    own = {row["name"]: _rule(row) for row in connection.execute(select(news_rules)).mappings()}
    standard = [own.pop(rule.name, rule) for rule in STANDARD]
    return [*standard, *(own[name] for name in sorted(own))]


def put(connection: Connection, rule: Rule, now: int) -> None:
    """Keep a rule, in place of the one of that name. Raises ``Problem`` ``field_wrong``."""
    _check(rule)
    known = select(news_channels.c.name).where(news_channels.c.name == rule.channel)
    if rule.channel and connection.scalar(known) is None:
        raise wrong("channel", "渠道", "channel", f"没有渠道 {rule.channel}", f"there is no channel {rule.channel}")
    connection.execute(delete(news_rules).where(news_rules.c.name == rule.name))
    row: dict[str, Any] = {field.name: getattr(rule, field.name) for field in fields(rule)}
    connection.execute(insert(news_rules).values(row | {"changed_at": moment(now)}))


def reset(connection: Connection, name: str) -> None:
    """Forget what the company said of a rule: the program's is in force again, one that was added is gone."""
    connection.execute(delete(news_rules).where(news_rules.c.name == name))


def called(connection: Connection, name: str, cause: str = "") -> Rule:
    """Return a rule by its name, or a new one for ``cause``. Raises ``Problem`` ``field_wrong`` where there is none."""
    found = next((rule for rule in every(connection) if rule.name == name), None)
    if found is None:
        like = next((rule for rule in STANDARD if rule.cause == cause), None)
        if like is None:
            raise wrong("cause", "事由", "cause", f"没有规则 {name}；新规则要写事由：{', '.join(CAUSES)}",
                        f"there is no rule {name}; a new one names its cause: {', '.join(CAUSES)}")  # fmt: skip
        found = replace(like, name=name)
    return found


def wrong(field: str, field_zh: str, field_en: str, why_zh: str, why_en: str) -> Problem:
    """Return the problem of a field that says what it cannot say."""
    return Problem(FIELD_WRONG, field=field, field_zh=field_zh, field_en=field_en, why_zh=why_zh, why_en=why_en)


def _check(rule: Rule) -> None:
    if not 1 <= len(rule.name) <= 40:
        raise wrong("name", "名称", "name", "1 到 40 个字", "1 to 40 characters")
    if rule.cause not in CAUSES:
        raise wrong("cause", "事由", "cause", f"只有 {', '.join(CAUSES)}", f"one of {', '.join(CAUSES)}")
    if rule.whom not in (*roles.ROLES, ASSIGNEE, SUPERVISOR):
        known = ", ".join((ASSIGNEE, SUPERVISOR, *roles.ROLES))
        raise wrong("whom", "通知谁", "whom", f"只有 {known}", f"one of {known}")
    if not 0 <= rule.minutes <= _MOST_MINUTES:
        raise wrong(
            "minutes",
            "分钟",
            "minutes",
            f"0 到 {_MOST_MINUTES} 分钟（60 天）",
            f"0 to {_MOST_MINUTES} minutes (60 days)",
        )
    for said in (rule.quiet_from, rule.quiet_until):
        if said:
            _clock(said)
    if bool(rule.quiet_from) != bool(rule.quiet_until):
        raise wrong("quiet", "免打扰", "quiet hours", "开始和结束要一起写", "say both from and until")


def _clock(said: str) -> tuple[int, int]:
    hour, colon, minute = said.partition(":")
    if colon and len(said) == 5 and (hour + minute).isascii() and (hour + minute).isdigit():
        found = int(hour), int(minute)
        if found[0] < 24 and found[1] < 60:
            return found
    raise wrong("quiet", "免打扰", "quiet hours", f"请写成 20:00 这样：{said}", f"write it like 20:00: {said}")


def _rule(row: Any) -> Rule:
    return Rule(**{field.name: row[field.name] for field in fields(Rule)})
