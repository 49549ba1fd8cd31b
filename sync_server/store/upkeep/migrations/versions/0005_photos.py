"""Photos of tickets and visits"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "photos",
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("shows", sa.String(length=20), nullable=False, comment="before, after, record"),
        sa.Column("photo_hash", sa.String(length=64), nullable=False, comment="the blob with the picture (JPEG)"),
        sa.Column("thumbnail_hash", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False, comment="camera or gallery"),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True, comment="when it was put into the record"),
        sa.Column(
            "taken_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the picture's own time, where it says one",
        ),
        sa.Column(
            "latitude",
            sa.String(length=12),
            nullable=True,
            comment="degrees, WGS 84; empty where not allowed or not known",
        ),
        sa.Column("longitude", sa.String(length=12), nullable=True),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_photos_entry_id_entries")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_photos")),
        comment="Photos 照片 of tickets and visits (A, E, H)",
    )
    op.create_index(op.f("ix_photos_subject_type_subject_id"), "photos", ["subject_type", "subject_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_photos_subject_type_subject_id"), table_name="photos")
    op.drop_table("photos")
