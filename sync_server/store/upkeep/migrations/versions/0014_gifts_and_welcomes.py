"""Gifts handed over at festivals, and how new households were welcomed"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "visit_gifts",
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("gift", sa.Text(), nullable=False),
        sa.Column("festival", sa.Text(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False, comment="the resident's signature is for it, and fits"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="visit_gifts_visit_id_fkey"),
        sa.PrimaryKeyConstraint("visit_id", name="visit_gifts_pkey"),
        comment="Gifts handed over at festivals (E)",
    )
    op.create_table(
        "visit_welcomes",
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("flowers", sa.Boolean(), nullable=False),
        sa.Column("letter", sa.Boolean(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False, comment="helped with moving"),
        sa.Column("impression", sa.Text(), nullable=False, comment="what they think of the company"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name="visit_welcomes_visit_id_fkey"),
        sa.PrimaryKeyConstraint("visit_id", name="visit_welcomes_pkey"),
        comment="How new households were welcomed (E)",
    )
