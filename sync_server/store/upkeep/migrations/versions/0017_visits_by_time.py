"""Visits are found by when they were made: a month's duties read the last weeks of them, not all there ever were"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_index(op.f("ix_visits_visited_at"), "visits", ["visited_at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_visits_visited_at"), "visits")
