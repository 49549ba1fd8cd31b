"""Cards of doors, and what residents ask for by them"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "door_cards",
        sa.Column("tag", sa.String(length=9), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False, comment="cards of an earlier edition open nothing any more"),
        sa.Column("renewed_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_door_cards")),
        comment="Doors whose cards were made useless and printed anew; all others have edition 1 (X)",
    )
    op.create_table(
        "door_request_numbers",
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.Column("day", sa.String(length=8), nullable=False, comment="YYYYMMDD in China, when it was registered"),
        sa.Column("serial", sa.Integer(), autoincrement=False, nullable=False, comment="from 1, no gaps (B.6)"),
        sa.Column("matter_id", sa.Text(), nullable=False, comment="whose it is, for ever: a spoiled matter is voided"),
        sa.PrimaryKeyConstraint("estate_key", "day", "serial", name=op.f("pk_door_request_numbers")),
        comment="The register of door request numbers, each estate's its own",
    )
    op.create_table(
        "door_requests",
        sa.Column("matter_id", sa.Text(), nullable=False),
        sa.Column("tag", sa.String(length=9), nullable=False),
        sa.Column(
            "network",
            sa.String(length=64),
            nullable=False,
            comment="keyed hash of where it came from; empty after a day",
        ),
        sa.Column("asked_at", WHEN, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False, comment="what the resident was told"),
        sa.PrimaryKeyConstraint("matter_id", name=op.f("pk_door_requests")),
        comment="Requests by the cards at doors: how often, and what each became (X)",
    )
    op.create_index(op.f("ix_door_requests_tag_asked_at"), "door_requests", ["tag", "asked_at"])
    op.create_index(op.f("ix_door_requests_network_asked_at"), "door_requests", ["network", "asked_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("door_requests")
    op.drop_table("door_request_numbers")
    op.drop_table("door_cards")
