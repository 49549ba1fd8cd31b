"""Notices, and the buildings they are for"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="outage, works, safety, fees, event, other"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False, comment="draft, released, withdrawn"),
        sa.Column("urgent", sa.Boolean(), nullable=False, comment="into every letterbox, too"),
        sa.Column("prices", sa.Boolean(), nullable=False, comment="prices change: the manager alone releases it"),
        sa.Column("starts_at", WHEN, nullable=True, comment="of an outage: from when"),
        sa.Column("ends_at", WHEN, nullable=True),
        sa.Column("until", sa.String(length=10), nullable=False, comment="YYYY-MM-DD: the last day on which it hangs"),
        sa.Column("drafted_by", sa.Text(), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("released_at", WHEN, nullable=True),
        sa.Column("post_by", WHEN, nullable=True, comment="by when it has to hang everywhere"),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", WHEN, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was withdrawn"),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        comment="Notices 通知 to residents (P)",
    )
    op.create_index(op.f("ix_notices_estate_key_until"), "notices", ["estate_key", "until"])
    op.create_table(
        "notice_buildings",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("building_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_buildings_notice_id_notices")),
        sa.PrimaryKeyConstraint("notice_id", "building_id", name=op.f("pk_notice_buildings")),
        comment="The buildings a notice is for; none: all of its estate",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("notice_buildings")
    op.drop_table("notices")
