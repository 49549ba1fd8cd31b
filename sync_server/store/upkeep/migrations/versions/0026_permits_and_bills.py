"""Permits by number, the last days of decorations and permits, deposits; what is unpaid, month by month"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

CASES: tuple[sa.Column[Any], ...] = (
    sa.Column(
        "number",
        sa.Text(),
        nullable=False,
        server_default="",
        comment="what people call it by: of a permit, its code (N); empty: nothing",
    ),
    sa.Column(
        "until",
        sa.String(length=10),
        nullable=True,
        comment="YYYY-MM-DD: the last day of a permit, of a decoration (K, N)",
    ),
    sa.Column(
        "refund_from",
        sa.String(length=10),
        nullable=True,
        comment="YYYY-MM-DD: when a deposit can go back at first (K5)",
    ),
    sa.Column("matched_id", sa.Text(), nullable=True),
    sa.Column(
        "permit_missed",
        sa.Boolean(),
        nullable=False,
        server_default=sa.false(),
        comment="let out by a code, and no permit came in time (N3)",
    ),
)
HOUSEHOLDS: tuple[sa.Column[Any], ...] = (
    sa.Column("bills", sa.Text(), nullable=True, comment="unpaid fees by month, in fen: 2026-09 12300 2026-10 12300"),
    sa.Column("bills_day", sa.String(length=10), nullable=True, comment="YYYY-MM-DD: the day the bills are of"),
)


def upgrade() -> None:
    """Make the change."""
    for column in CASES:
        op.add_column("cases", column)
    op.create_index(op.f("ix_cases_number"), "cases", ["number"])
    for column in HOUSEHOLDS:
        op.add_column("households", column)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_cases_number"), "cases")
    for name, columns in (("cases", CASES), ("households", HOUSEHOLDS)):
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.drop_column(column.name)
