"""Follow-ups, and what was closed"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def _estate() -> sa.Column[str]:
    return sa.Column(
        "estate_key",
        sa.Text(),
        nullable=False,
        server_default="",
        comment="estate.key: whose it is; empty: the first estate",
    )


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "stage", sa.String(length=20), nullable=False, comment="planned, to_sign, again, done, reviewed, excused"
        ),
        sa.Column(
            "source",
            sa.String(length=20),
            nullable=False,
            comment="complaint, repair, event, move_in, incident, festival",
        ),
        sa.Column(
            "source_type",
            sa.String(length=40),
            nullable=False,
            comment="type of what is followed up; empty: planned by hand",
        ),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("weight", sa.String(length=10), nullable=False, comment="ordinary, important, major"),
        sa.Column("drawn", sa.String(length=20), nullable=False, comment="rule, sample, top_up, by_hand (D.2)"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=True),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True, comment="who follows up (D.1)"),
        sa.Column("post", sa.String(length=40), nullable=False, comment="whose it is where nobody is named"),
        sa.Column("closed_at", WHEN, nullable=True, comment="when its source was closed"),
        sa.Column("due_at", WHEN, nullable=True),
        sa.Column("first_at", WHEN, nullable=True, comment="when somebody was asked for the first time"),
        sa.Column("done_at", WHEN, nullable=True, comment="when it was settled"),
        sa.Column("satisfied", sa.Boolean(), nullable=True, comment="what the resident said last"),
        sa.Column("signature", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, comment="how often nobody could be asked"),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("reviewed_at", WHEN, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False, comment="the supervisor's (D.6)"),
        sa.Column("excuse", sa.Text(), nullable=False),
        sa.Column("letter_id", sa.Text(), nullable=False, comment="the open letter that answered it (D.5)"),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        _estate(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        comment="Follow-ups 回访 as they stand (D)",
    )
    for columns in (["estate_key", "due_at"], ["owner_id"], ["source_id"], ["household_id"]):
        op.create_index(op.f(f"ix_follow_ups_{'_'.join(columns)}"), "follow_ups", columns)
    op.create_table(
        "follow_up_rounds",
        sa.Column("follow_up_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", WHEN, nullable=True),
        sa.Column("way", sa.String(length=10), nullable=False, comment="door or phone (D.3)"),
        sa.Column("name", sa.Text(), nullable=False, comment="who was asked"),
        sa.Column("satisfied", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("again_at", WHEN, nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_follow_up_rounds_follow_up_id_follow_ups")
        ),
        sa.PrimaryKeyConstraint("follow_up_id", "line", name=op.f("pk_follow_up_rounds")),
        comment="Each time somebody was asked, until it was settled (D.4)",
    )
    op.create_table(
        "closings",
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column(
            "round",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="one more each time it was reopened",
        ),
        _estate(),
        sa.Column("source", sa.String(length=20), nullable=False, comment="complaint, repair, event"),
        sa.Column("month", sa.String(length=7), nullable=False, comment="YYYY-MM in China, when it was closed"),
        sa.Column("place", sa.Integer(), nullable=False, comment="from 1: which of that month and source it was"),
        sa.Column("closed_at", WHEN, nullable=True),
        sa.Column(
            "drawn",
            sa.String(length=20),
            nullable=False,
            comment="rule, sample, top_up; empty: no follow-up is owed",
        ),
        sa.Column("late", sa.Boolean(), nullable=False, comment="came in when its month was over"),
        sa.Column("follow_up_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("subject_type", "subject_id", "round", name=op.f("pk_closings")),
        comment="What was closed, and whether a follow-up is owed for it (D.2)",
    )
    op.create_index(op.f("ix_closings_estate_key_source_month"), "closings", ["estate_key", "source", "month"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("closings")
    op.drop_table("follow_up_rounds")
    op.drop_table("follow_ups")
