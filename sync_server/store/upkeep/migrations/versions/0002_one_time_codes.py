"""One-time codes, by which phones are signed in"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "join_codes",
        sa.Column("hash", sa.String(length=64), nullable=False, comment="scrypt of the code, which is not kept"),
        sa.Column("staff_id", sa.Text(), nullable=False, comment="who is signed in by it"),
        sa.Column("made_by", sa.Text(), nullable=True, comment="empty: made at the server's console"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="a newer code of the same person took its place",
        ),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempt", sa.String(length=64), nullable=True, comment="SHA-256 of the phone's secret for a lost answer"
        ),
        sa.Column("device_id", sa.Text(), nullable=True, comment="the device signed in by it"),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_join_codes_device_id_devices")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_join_codes_made_by_staff")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_join_codes_staff_id_staff")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_join_codes")),
        comment="One-time codes 一次性代码, and which phone was signed in by which",
    )
    op.create_index(op.f("ix_join_codes_staff_id"), "join_codes", ["staff_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_join_codes_staff_id"), table_name="join_codes")
    op.drop_table("join_codes")
