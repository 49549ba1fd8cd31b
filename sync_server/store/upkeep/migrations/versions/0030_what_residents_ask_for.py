"""What residents ask for by the cards at their doors, and when somebody called back"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
NEW: tuple[sa.Column[Any], ...] = (
    sa.Column(
        "wanted",
        sa.String(length=20),
        nullable=False,
        server_default="",
        comment="by the card at a door: repair, help … (X)",
    ),
    sa.Column(
        "service",
        sa.String(length=40),
        nullable=False,
        server_default="",
        comment="id of the service wanted; empty: none (X3)",
    ),
    sa.Column("service_name", sa.Text(), nullable=False, server_default="", comment="what the service is called"),
    sa.Column("called_at", WHEN, nullable=True, comment="when somebody first called the resident back (X6)"),
    sa.Column(
        "dismissed",
        sa.Boolean(),
        nullable=False,
        server_default=sa.false(),
        comment="nobody at that door wanted anything (X)",
    ),
    sa.Column(
        "outcome",
        sa.String(length=20),
        nullable=False,
        server_default="",
        comment="done, given_up, failed; empty: not said",
    ),
)


def upgrade() -> None:
    """Make the change; an updated server fills them in from what it kept (``MatterSheet.meaning``)."""
    for column in NEW:
        op.add_column("matters", column)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("matters") as table:
        for column in NEW:
            table.drop_column(column.name)
