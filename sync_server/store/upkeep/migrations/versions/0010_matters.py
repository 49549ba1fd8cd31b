"""The register of what is said to the company"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    when = sa.DateTime(timezone=True)
    op.create_table(
        "matters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "class",
            sa.String(length=20),
            nullable=False,
            comment="enquiry, help, suggestion, praise, complaint, breach, ...",
        ),
        sa.Column(
            "stage",
            sa.String(length=20),
            nullable=False,
            comment="to_class, to_handle, to_agree, ... closed, merged",
        ),
        sa.Column(
            "channel",
            sa.String(length=20),
            nullable=False,
            comment="phone, visit, door, message, letter, email, survey, ...",
        ),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="whom or what it is about"),
        sa.Column("about_id", sa.Text(), nullable=True),
        sa.Column("department", sa.String(length=20), nullable=False, comment="who answers for it; empty: not said"),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True, comment="who is responsible (C.3)"),
        sa.Column(
            "nature", sa.String(length=10), nullable=False, comment="repair or service (C.2); empty: not classed"
        ),
        sa.Column("weight", sa.String(length=10), nullable=False, comment="ordinary, important, major (C.2)"),
        sa.Column("valid", sa.Boolean(), nullable=True, comment="empty: not judged"),
        sa.Column("ticket_id", sa.Text(), nullable=True, comment="the repair it led to"),
        sa.Column("opened_at", when, nullable=True),
        sa.Column("due_at", when, nullable=True, comment="when the clock runs out that runs now"),
        sa.Column("promised_at", when, nullable=True, comment="answer promised until (C.2)"),
        sa.Column("closed_at", when, nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True, comment="what the resident said to the result"),
        sa.Column(
            "follow_up_owed",
            sa.Boolean(),
            nullable=False,
            comment="closed, and there is somebody to ask (C.5, C.6)",
        ),
        sa.Column(
            "merged_into", sa.Text(), nullable=True, comment="the matter it is a repeat of: it counts there (C.6)"
        ),
        sa.Column("replied_at", when, nullable=True, comment="when the written answer went out (C.6)"),
        sa.Column("rounds", sa.Integer(), nullable=False, comment="1, and one more each time it was reopened (C.5)"),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
        comment="The register 来人来电来访登记表 (C.0)",
    )
    op.create_index(op.f("ix_matters_estate_key_opened_at"), "matters", ["estate_key", "opened_at"])
    op.create_index(op.f("ix_matters_stage"), "matters", ["stage"])
    op.create_index(op.f("ix_matters_household_id"), "matters", ["household_id"])
    op.create_index(op.f("ix_matters_owner_id"), "matters", ["owner_id"])
    op.create_table(
        "matter_rounds",
        sa.Column("matter_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", when, nullable=True),
        sa.Column("closed_at", when, nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_matter_rounds_matter_id_matters")),
        sa.PrimaryKeyConstraint("matter_id", "line", name=op.f("pk_matter_rounds")),
        comment="Each time a matter was worked on: from registering or reopening to closing (C.5)",
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("matter_rounds")
    op.drop_table("matters")
