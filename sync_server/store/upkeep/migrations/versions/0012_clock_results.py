"""What came of each clock"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _moment(name: str, null: bool = False, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null, comment=comment)


def upgrade() -> None:
    """Make the change. The rows are written when the server folds everything again, which it does at its next start."""
    op.create_table(
        "clock_results",
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "month",
            sa.String(length=7),
            nullable=False,
            comment="YYYY-MM in China in which it is due: the month it counts in",
        ),
        sa.Column(
            "clock",
            sa.String(length=20),
            nullable=False,
            comment="register, hand_over, judge, on_site, hand_in, return ...",
        ),
        sa.Column("clause", sa.String(length=10), nullable=False, comment="the source's clause, A.1 ..."),
        sa.Column("owner_id", sa.Text(), nullable=True, comment="whose it is, where it is a person's"),
        sa.Column(
            "owner_post",
            sa.String(length=40),
            nullable=True,
            comment="the post that answers for it, where it is nobody's own",
        ),
        _moment("start_at"),
        _moment("due_at"),
        _moment("met_at", True, "empty: not yet"),
        sa.Column(
            "late_ms",
            sa.BigInteger(),
            nullable=True,
            comment="met minus due; negative: before; empty: not met",
        ),
        sa.Column(
            "late_entry",
            sa.Boolean(),
            nullable=False,
            comment="补录: changed by what came in after its month was over",
        ),
        sa.Column(
            "closed",
            sa.Boolean(),
            nullable=False,
            comment="补录: whether the month closed with it; how, stands beside",
        ),
        sa.Column("closed_owner", sa.Text(), nullable=True, comment="person or post at the month's end"),
        _moment("closed_due_at", True),
        _moment("closed_met_at", True, "empty: not met when the month ended"),
        sa.Column(
            "withdrawn",
            sa.Boolean(),
            nullable=False,
            comment="补录: the month closed with it, and it is none any more",
        ),
        sa.Column(
            "mark",
            sa.BigInteger(),
            nullable=False,
            comment="checksum of the row: what did not change is not written again",
        ),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("subject_type", "subject_id", "line", name=op.f("pk_clock_results")),
        comment="What came of each clock 时限 (A.1-A.9, C, G): who, from when, until when, met when",
    )
    op.create_index(op.f("ix_clock_results_month_clause"), "clock_results", ["month", "clause"], unique=False)


def downgrade() -> None:
    """Take it back: the rows follow from the entries."""
    op.drop_index(op.f("ix_clock_results_month_clause"), table_name="clock_results")
    op.drop_table("clock_results")
