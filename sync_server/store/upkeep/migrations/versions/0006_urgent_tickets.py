"""Urgent tickets"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change. All are folded again when the server starts, which says which are urgent."""
    op.add_column(
        "tickets",
        sa.Column(
            "urgent",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="紧急: to be done before all else",
        ),
    )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("tickets") as batch:
        batch.drop_column("urgent")
