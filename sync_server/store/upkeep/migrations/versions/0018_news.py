"""News outside the app: channels, rules and the outbox"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "news_channels",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="wecom, dingtalk, feishu, apprise, webhook, sms"
        ),
        sa.Column("address", sa.Text(), nullable=False, comment="secret: whoever has it can write to the group"),
        sa.Column(
            "secret",
            sa.Text(),
            nullable=False,
            comment="secret: what robots and webhooks are signed with; may be empty",
        ),
        sa.Column(
            "settings",
            sa.JSON(),
            nullable=False,
            comment="of an SMS provider: method, headers, body; may hold secrets",
        ),
        sa.Column("per_minute", sa.Integer(), nullable=False, comment="most messages a minute"),
        sa.Column("estate_key", sa.Text(), nullable=True, comment="news of this estate alone; empty: of all"),
        sa.Column("created_at", WHEN, nullable=False, comment="what ran out before is not told"),
        sa.Column("paused_until", WHEN, nullable=True, comment="nothing is tried before, because the last one failed"),
        sa.Column(
            "failures",
            sa.Integer(),
            nullable=False,
            comment="how many tries failed since the last message that went out",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_news_channels")),
        comment="Where news goes: robots of groups, mail, webhooks, SMS",
    )
    op.create_table(
        "news_rules",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "cause",
            sa.String(length=20),
            nullable=False,
            comment="assigned, not_accepted, not_on_site, major, promise, ...",
        ),
        sa.Column("whom", sa.String(length=40), nullable=False, comment="a post, or assignee, supervisor"),
        sa.Column("channel", sa.String(length=40), nullable=False, comment="empty: every channel"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False, comment="how long after what ran out"),
        sa.Column("quiet_from", sa.String(length=5), nullable=False, comment="HH:MM in China; empty: no quiet hours"),
        sa.Column("quiet_until", sa.String(length=5), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False, comment="several that wait go out as one message"),
        sa.Column("changed_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_news_rules")),
        comment="Rules of news that the company changed or added; the others are the program's own",
    )
    op.create_table(
        "news_out",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "mark",
            sa.Text(),
            nullable=False,
            comment="what happened: tells it from everything else that is told",
        ),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("clock", sa.String(length=20), nullable=False),
        sa.Column("clause", sa.String(length=10), nullable=False),
        sa.Column("due_at", WHEN, nullable=True),
        sa.Column("post", sa.String(length=40), nullable=False, comment="whom it is for"),
        sa.Column("staff_id", sa.Text(), nullable=True, comment="whom it is for, where it is one person"),
        sa.Column("urgent", sa.Boolean(), nullable=False, comment="passes quiet hours and is never part of a digest"),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("ready_at", WHEN, nullable=False, comment="when it may first go out: after quiet hours"),
        sa.Column("next_at", WHEN, nullable=False, comment="when it is tried next"),
        sa.Column("state", sa.String(length=10), nullable=False, comment="waiting, sending, sent, given_up, unsure"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column(
            "interrupted",
            sa.Integer(),
            nullable=False,
            comment="how often the server ended while it was being sent",
        ),
        sa.Column("batch", sa.Text(), nullable=True, comment="the message it was last part of"),
        sa.Column("started_at", WHEN, nullable=True, comment="the last try"),
        sa.Column("ended_at", WHEN, nullable=True, comment="when it was sent, or given up"),
        sa.Column("error", sa.JSON(), nullable=False, comment="{zh, en}: why the last try failed; empty: it did not"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_out")),
        sa.UniqueConstraint("mark", "rule", "channel", name=op.f("uq_news_out_mark_rule_channel")),
        comment="News that was or is to be sent: one row for each cause, rule and channel",
    )
    op.create_index(op.f("ix_news_out_channel_state_next_at"), "news_out", ["channel", "state", "next_at"])
    op.create_index(op.f("ix_news_out_created_at"), "news_out", ["created_at"])
    op.create_index(op.f("ix_news_out_batch"), "news_out", ["batch"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("news_out")
    op.drop_table("news_rules")
    op.drop_table("news_channels")
