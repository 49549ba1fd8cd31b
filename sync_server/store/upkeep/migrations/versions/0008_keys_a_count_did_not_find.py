"""Keys a rack count did not find"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    missed = sa.Column(
        "missed_at",
        sa.DateTime(timezone=True),
        nullable=True,
        comment="not found by the last rack count; empty: found or explained",
    )
    op.add_column("things", missed)
    op.add_column("things", sa.Column("missed_by", sa.Text(), nullable=True, comment="who counted"))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("things") as batch:
        batch.drop_column("missed_by")
        batch.drop_column("missed_at")
