"""Open letters, what follow-ups raised, and analyses of complaints"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change. Follow-ups are written again when the server starts, which says since when each is."""
    op.add_column(
        "matters",
        sa.Column(
            "letter_id",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="the open letter that closed it (D.5)",
        ),
    )
    op.add_column(
        "follow_ups",
        sa.Column(
            "since_at",
            WHEN,
            nullable=True,
            comment="when its source was closed, or it was planned: its month",
        ),
    )
    op.create_index(op.f("ix_follow_ups_since_at"), "follow_ups", ["since_at"])
    op.create_table(
        "follow_up_raised",
        sa.Column("follow_up_id", sa.Text(), nullable=False),
        sa.Column("raised_id", sa.Text(), nullable=False, comment="the matter or ticket"),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_follow_up_raised_follow_up_id_follow_ups")
        ),
        sa.PrimaryKeyConstraint("follow_up_id", "raised_id", name=op.f("pk_follow_up_raised")),
        comment="What was raised when somebody was asked: each becomes a matter or a ticket (D.5)",
    )
    op.create_index(op.f("ix_follow_up_raised_raised_id"), "follow_up_raised", ["raised_id"])
    op.create_table(
        "analyses",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("quarter", sa.String(length=10), nullable=False, comment="YYYY-Qn"),
        sa.Column("stage", sa.String(length=20), nullable=False, comment="written, approved"),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("corrective", sa.Text(), nullable=False),
        sa.Column("preventive", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=True, comment="the department's head"),
        sa.Column("written_at", WHEN, nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", WHEN, nullable=True),
        sa.Column("open_flags", sa.Integer(), nullable=False, comment="entries the desk must look at 待核实"),
        sa.Column("last_seq", sa.BigInteger(), nullable=False, comment="seq of its newest entry"),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analyses")),
        comment="Analyses of a quarter's complaints by the department that answers for them 用户投诉分析 (C.7)",
    )
    op.create_index(op.f("ix_analyses_estate_key_quarter"), "analyses", ["estate_key", "quarter"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("analyses")
    op.drop_table("follow_up_raised")
    op.drop_index(op.f("ix_follow_ups_since_at"), "follow_ups")
    with op.batch_alter_table("follow_ups") as batch:
        batch.drop_column("since_at")
    with op.batch_alter_table("matters") as batch:
        batch.drop_column("letter_id")
