"""Papers of households' archives, and each time that somebody had one in hand"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "archive_papers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("archive_class", sa.Integer(), nullable=False, comment="1 to 12: the class it is in now (S)"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=True, comment="YYYY-MM-DD: the paper's own date"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column(
            "stage",
            sa.String(length=20),
            nullable=False,
            comment="filed, asked, approved, out, proposed, destroyed, closed",
        ),
        sa.Column("filed_by", sa.Text(), nullable=True),
        sa.Column("filed_at", WHEN, nullable=True),
        sa.Column("borrower_id", sa.Text(), nullable=True, comment="who asked for the loan under way"),
        sa.Column("borrower", sa.Text(), nullable=False, comment="for whom, in words"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("due_at", WHEN, nullable=True, comment="when the loan under way is due back"),
        sa.Column(
            "found",
            sa.String(length=20),
            nullable=False,
            comment="by the last check: here, missing, obsolete; empty: none yet",
        ),
        sa.Column("proposed_by", sa.Text(), nullable=True, comment="who proposed to destroy it"),
        sa.Column("agreed_by", sa.Text(), nullable=True, comment="the second person"),
        sa.Column("ended_at", WHEN, nullable=True, comment="when it was destroyed, or its household had moved out"),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_papers")),
        comment="Papers 档案文件 of households' archives; confidential by class (S)",
    )
    op.create_index(op.f("ix_archive_papers_household_id"), "archive_papers", ["household_id"])
    op.create_index(
        op.f("ix_archive_papers_estate_key_archive_class"), "archive_papers", ["estate_key", "archive_class"]
    )
    op.create_table(
        "archive_paper_turns",
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="given, returned; a check: here, missing, obsolete"
        ),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_archive_paper_turns_entry_id_entries")),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["archive_papers.id"], name=op.f("fk_archive_paper_turns_paper_id_archive_papers")
        ),
        sa.PrimaryKeyConstraint("paper_id", "line", name=op.f("pk_archive_paper_turns")),
        comment="Each time that somebody had a paper in hand, or did not find it (S)",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("archive_paper_turns")
    op.drop_table("archive_papers")
