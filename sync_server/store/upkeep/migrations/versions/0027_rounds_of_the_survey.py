"""Rounds of the satisfaction survey, and sheets that are handed out and come back"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.add_column(
        "cases",
        sa.Column("issued_at", WHEN, nullable=True, comment="when it was handed out at a door, to be fetched back"),
    )
    op.add_column("cases", sa.Column("issued_by", sa.Text(), nullable=True))
    op.add_column(
        "cases",
        sa.Column(
            "valid",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="counts in its round of the survey",
        ),
    )
    op.create_table(
        "survey_rounds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False, comment="YYYY-06 or YYYY-12"),
        sa.Column("stage", sa.String(length=20), nullable=False, comment="running, counted, released"),
        sa.Column(
            "back_by", sa.String(length=10), nullable=False, comment="YYYY-MM-DD: it closes at the end of that day"
        ),
        sa.Column("count_by", sa.String(length=10), nullable=False, comment="YYYY-MM-DD"),
        sa.Column("report_by", sa.String(length=10), nullable=False, comment="YYYY-MM-DD"),
        sa.Column("doors", sa.Integer(), nullable=True, comment="as counted: households"),
        sa.Column("issued", sa.Integer(), nullable=True, comment="as counted: handed out"),
        sa.Column("valid", sa.Integer(), nullable=True, comment="as counted: valid ones back"),
        sa.Column("counted_by", sa.Text(), nullable=True),
        sa.Column("counted_at", WHEN, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("released_at", WHEN, nullable=True),
        sa.Column("address", sa.Text(), nullable=False, comment="empty: a round is about no door"),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column("open_flags", sa.Integer(), nullable=False, comment="entries the desk must look at 待核实"),
        sa.Column("last_seq", sa.BigInteger(), nullable=False, comment="seq of its newest entry"),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_rounds")),
        comment="Rounds of the satisfaction survey 满意度调查 (F)",
    )
    op.create_index(op.f("ix_survey_rounds_estate_key_period"), "survey_rounds", ["estate_key", "period"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("survey_rounds")
    for name in ("valid", "issued_by", "issued_at"):
        op.drop_column("cases", name)
