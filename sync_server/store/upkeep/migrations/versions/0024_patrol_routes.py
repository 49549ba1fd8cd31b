"""Patrol routes"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "patrol_routes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "points", sa.JSON(), nullable=False, comment="in order: id, name, form, walk in seconds, sop, standard, tag"
        ),
        sa.Column(
            "windows",
            sa.JSON(),
            nullable=False,
            comment="[[from, to]] of each round, in minutes of the day it begins on",
        ),
        sa.Column("days", sa.JSON(), nullable=False, comment="days of the week, 1 to 7"),
        sa.Column("owner", sa.String(length=40), nullable=False, comment="the post that walks it"),
        sa.Column("staff", sa.JSON(), nullable=False, comment="ids of those who walk it; empty: all with that post"),
        sa.Column("since", sa.BigInteger(), nullable=False, comment="ms: from when on its rounds are owed"),
        sa.Column("active", sa.Boolean(), nullable=False, comment="false: not walked any more"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_routes")),
        sa.UniqueConstraint("estate_key", "name", name=op.f("uq_patrol_routes_estate_key_name")),
        comment="Patrol routes 巡检路线: which points, in which order, and when",
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("patrol_routes")
