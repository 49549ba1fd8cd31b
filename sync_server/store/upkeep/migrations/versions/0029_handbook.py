"""Pages of the handbook, their versions, and who signed them as read"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "handbook_pages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("estate_key", sa.Text(), nullable=True, comment="of this estate alone; empty: of all"),
        sa.Column("page", sa.Text(), nullable=False, comment="what its author calls it, the same in all its versions"),
        sa.Column("version", sa.Integer(), nullable=False, comment="the one in force, or the last one"),
        sa.Column("limited", sa.Boolean(), nullable=False, comment="only some posts read it"),
        sa.Column("ended", sa.String(length=10), nullable=False, comment="empty: in force; withdrawn"),
        sa.Column("changed_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handbook_pages")),
        comment="Pages of the handbook 应知应会, one row a page (T)",
    )
    op.create_index(op.f("ix_handbook_pages_page"), "handbook_pages", ["page"])
    op.create_table(
        "handbook_versions",
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "hash", sa.String(length=64), nullable=False, comment="SHA-256 of title and text: what is signed as read"
        ),
        sa.Column(
            "content",
            sa.JSON(),
            nullable=False,
            comment="kind, title, text, where it is offered, who reads and signs it",
        ),
        sa.Column(
            "must_from",
            sa.Integer(),
            nullable=False,
            comment="the version since which it is to be signed; 0: it is not",
        ),
        sa.Column(
            "counts",
            sa.JSON(),
            nullable=False,
            comment="hashes that may have been signed: its own, and hardly other ones",
        ),
        sa.Column("must_since", WHEN, nullable=True, comment="since when it is to be signed as read"),
        sa.Column("published_at", WHEN, nullable=False),
        sa.Column("published_by", sa.Text(), nullable=True, comment="empty: at the command line"),
        sa.Column("ended_at", WHEN, nullable=True, comment="replaced or withdrawn"),
        sa.Column("ended_by", sa.Text(), nullable=True, comment="empty: at the command line"),
        sa.ForeignKeyConstraint(
            ["page_id"], ["handbook_pages.id"], name=op.f("fk_handbook_versions_page_id_handbook_pages")
        ),
        sa.PrimaryKeyConstraint("page_id", "version", name=op.f("pk_handbook_versions")),
        comment="Every version of each page, never changed and never deleted (T2)",
    )
    op.create_table(
        "readings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False, comment="handbook_pages.id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of what that version said"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=True, comment="who read it"),
        sa.Column("read_at", WHEN, nullable=True),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
        comment="Documents of the handbook signed as read 已阅 (T4)",
    )
    op.create_index(op.f("ix_readings_page_id_staff_id"), "readings", ["page_id", "staff_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("readings")
    op.drop_table("handbook_versions")
    op.drop_table("handbook_pages")
