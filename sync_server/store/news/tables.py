"""The tables of news: channels, rules, and what was or is to be sent."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment

news_channels = Table(
    "news_channels",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("kind", String(20), nullable=False, comment="wecom, dingtalk, feishu, apprise, webhook, sms"),
    Column("address", Text, nullable=False, comment="secret: whoever has it can write to the group"),
    Column("secret", Text, nullable=False, comment="secret: what robots and webhooks are signed with; may be empty"),
    Column("settings", JSON, nullable=False, comment="of an SMS provider: method, headers, body; may hold secrets"),
    Column("per_minute", Integer, nullable=False, comment="most messages a minute"),
    Column("estate_key", Text, nullable=True, comment="news of this estate alone; empty: of all"),
    Column("created_at", Moment, nullable=False, comment="what ran out before is not told"),
    Column("paused_until", Moment, nullable=True, comment="nothing is tried before, because the last one failed"),
    Column("failures", Integer, nullable=False, comment="how many tries failed since the last message that went out"),
    comment="Where news goes: robots of groups, mail, webhooks, SMS",
)

news_rules = Table(
    "news_rules",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("cause", String(20), nullable=False, comment="assigned, not_accepted, not_on_site, major, promise, ..."),
    Column("whom", String(40), nullable=False, comment="a post, or assignee, supervisor"),
    Column("channel", String(40), nullable=False, comment="empty: every channel"),
    Column("active", Boolean, nullable=False),
    Column("minutes", Integer, nullable=False, comment="how long after what ran out"),
    Column("quiet_from", String(5), nullable=False, comment="HH:MM in China; empty: no quiet hours"),
    Column("quiet_until", String(5), nullable=False),
    Column("digest", Boolean, nullable=False, comment="several that wait go out as one message"),
    Column("changed_at", Moment, nullable=False),
    comment="Rules of news that the company changed or added; the others are the program's own",
)

news_out = Table(
    "news_out",
    metadata,
    uuid_column(key=True),
    Column("mark", Text, nullable=False, comment="what happened: tells it from everything else that is told"),
    Column("rule", String(40), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("cause", String(20), nullable=False),
    Column("subject_type", String(40), nullable=False),
    uuid_column("subject_id"),
    estate_column(),
    Column("number", Text, nullable=False),
    Column("building", Text, nullable=False),
    Column("clock", String(20), nullable=False),
    Column("clause", String(10), nullable=False),
    Column("due_at", Moment, nullable=True),
    Column("post", String(40), nullable=False, comment="whom it is for"),
    staff_link("staff_id", "whom it is for, where it is one person"),
    Column("urgent", Boolean, nullable=False, comment="passes quiet hours and is never part of a digest"),
    Column("digest", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ready_at", Moment, nullable=False, comment="when it may first go out: after quiet hours"),
    Column("next_at", Moment, nullable=False, comment="when it is tried next"),
    Column("state", String(10), nullable=False, comment="waiting, sending, sent, given_up, unsure"),
    Column("tries", Integer, nullable=False),
    Column("interrupted", Integer, nullable=False, comment="how often the server ended while it was being sent"),
    uuid_column("batch", null=True, comment="the message it was last part of"),
    Column("started_at", Moment, nullable=True, comment="the last try"),
    Column("ended_at", Moment, nullable=True, comment="when it was sent, or given up"),
    Column("error", JSON, nullable=False, comment="{zh, en}: why the last try failed; empty: it did not"),
    UniqueConstraint("mark", "rule", "channel"),
    Index(None, "channel", "state", "next_at"),
    Index(None, "created_at"),
    Index(None, "batch"),
    comment="News that was or is to be sent: one row for each cause, rule and channel",
)
