"""Registers: who moved out when, and which column of a register is what"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column(
        "households",
        sa.Column(
            "moved_out_on", sa.String(length=10), nullable=True, comment="YYYY-MM-DD; empty while they live here"
        ),
    )
    op.create_table(
        "register_columns",
        sa.Column("signature", sa.String(length=32), nullable=False, comment="of the headings of a sheet"),
        sa.Column("answers", sa.JSON(), nullable=False, comment="column letter -> what it is"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("signature", name=op.f("pk_register_columns")),
        comment="Which column of an office's register is what, as somebody answered once",
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("register_columns")
    with op.batch_alter_table("households") as table:
        table.drop_column("moved_out_on")
