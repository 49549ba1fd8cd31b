"""Looks at household archives are recorded; a blob's name alone opens nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "archive_looks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False, comment="who looked"),
        sa.Column("device_id", sa.Text(), nullable=False, comment="on which device"),
        sa.Column("household_id", sa.Text(), nullable=False, comment="whose archive"),
        sa.Column(
            "looked_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="best known time; the phone may have had no network",
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_archive_looks_device_id_devices")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_archive_looks_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_looks")),
        comment="Every look at a household's archive 客户档案查阅记录 (S): written once, never changed",
    )
    op.create_index(
        op.f("ix_archive_looks_household_id_looked_at"), "archive_looks", ["household_id", "looked_at"], unique=False
    )
    with op.batch_alter_table("devices") as batch:
        batch.add_column(
            sa.Column(
                "family",
                sa.Text(),
                nullable=True,
                comment="the first of this phone's numbers, where it had to take another",
            )
        )
    with op.batch_alter_table("entry_blobs") as batch:
        batch.add_column(
            sa.Column(
                "borrowed",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="true: its author named what others had sent and has not sent it; it opens nothing to anybody",
            )
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("entry_blobs") as batch:
        batch.drop_column("borrowed")
    with op.batch_alter_table("devices") as batch:
        batch.drop_column("family")
    op.drop_index(op.f("ix_archive_looks_household_id_looked_at"), table_name="archive_looks")
    op.drop_table("archive_looks")
