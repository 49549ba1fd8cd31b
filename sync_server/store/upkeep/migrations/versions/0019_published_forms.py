"""Forms that the office writes and publishes"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "published_forms",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("estate_key", sa.Text(), nullable=True, comment="of this estate alone; empty: of all"),
        sa.Column("form_id", sa.Text(), nullable=False, comment="the form's own id, the same in all its versions"),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the definition"),
        sa.Column("title", sa.JSON(), nullable=False, comment="by language"),
        sa.Column("definition", sa.Text(), nullable=False, comment="canonical JSON, never changed"),
        sa.Column("published_at", WHEN, nullable=False),
        sa.Column("published_by", sa.Text(), nullable=True, comment="empty: at the command line"),
        sa.Column("ended", sa.String(length=10), nullable=False, comment="empty: in force; replaced, withdrawn"),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True, comment="empty: at the command line"),
        sa.Column("changed_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_forms")),
        comment="Forms the office published: one row for each time, never deleted",
    )
    op.create_index(op.f("ix_published_forms_form_id"), "published_forms", ["form_id"])
    op.create_index(op.f("ix_published_forms_hash"), "published_forms", ["hash"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("published_forms")
