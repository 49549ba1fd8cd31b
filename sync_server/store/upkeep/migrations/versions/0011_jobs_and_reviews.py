"""Jobs with their numbers, and the reviews before a shift ends"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "job_numbers",
        sa.Column(
            "estate_key",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.Column("day", sa.String(length=8), nullable=False, comment="YYYYMMDD in China, when it was registered"),
        sa.Column("serial", sa.Integer(), autoincrement=False, nullable=False, comment="from 1, no gaps (B.6)"),
        sa.Column("job_id", sa.Text(), nullable=False, comment="whose it is, for ever: a spoiled job is voided"),
        sa.PrimaryKeyConstraint("estate_key", "day", "serial", name=op.f("pk_job_numbers")),
        comment="The register of job numbers, each estate's its own",
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True, comment="job number GYYYYMMDD-NNN; no gaps (B.6)"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="plain, cleaning, special_cleaning (B.8)"),
        sa.Column(
            "stage",
            sa.String(length=20),
            nullable=False,
            comment="sent, accepted, escalated, to_sign, done ... filed, voided",
        ),
        sa.Column("address", sa.Text(), nullable=False, comment="where it is to be done"),
        sa.Column("household_id", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=False, comment="what it must be like (B.1)"),
        sa.Column("sent_by", sa.Text(), nullable=True),
        sa.Column("receiver_id", sa.Text(), nullable=True, comment="who has it now"),
        sa.Column(
            "department", sa.String(length=20), nullable=False, comment="whose supervisor confirms it (B.4, B.8)"
        ),
        sa.Column("escalated_to", sa.Text(), nullable=True, comment="who must decide now (B.2)"),
        sa.Column("served_name", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="answer due by, as it is now (B.1)"),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True, comment="to the minute (B.2)"),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("process", sa.Text(), nullable=True, comment="what was done (B.4)"),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column(
            "late_without_report", sa.Boolean(), nullable=False, comment="done later than due, and no word before (B.3)"
        ),
        sa.Column("total_fen", sa.BigInteger(), nullable=False, comment="what the resident is to pay, in fen (B.8)"),
        sa.Column(
            "signature", sa.String(length=20), nullable=False, comment="unsigned, intact, changed (after signing)"
        ),
        sa.Column("unsigned_reason", sa.Text(), nullable=True, comment="confirmed by phone instead, and why"),
        sa.Column(
            "confirmed_at", sa.DateTime(timezone=True), nullable=True, comment="by the department's supervisor (B.4)"
        ),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True, comment="answer at the callback (B.4)"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("open_flags", sa.Integer(), nullable=False, comment="entries the desk must look at 待核实"),
        sa.Column("last_seq", sa.BigInteger(), nullable=False, comment="seq of its newest entry"),
        sa.Column(
            "estate_key",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("number", name=op.f("uq_jobs_number")),
        comment="Jobs 工作单 as they stand",
    )
    op.create_index(op.f("ix_jobs_household_id"), "jobs", ["household_id"], unique=False)
    op.create_index(op.f("ix_jobs_receiver_id"), "jobs", ["receiver_id"], unique=False)
    op.create_index(op.f("ix_jobs_stage"), "jobs", ["stage"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False, comment="YYYY-MM-DD"),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("open_flags", sa.Integer(), nullable=False, comment="entries the desk must look at 待核实"),
        sa.Column("last_seq", sa.BigInteger(), nullable=False, comment="seq of its newest entry"),
        sa.Column(
            "estate_key",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        comment="Reviews of a day before its shift ended 下班前检查 (B.5)",
    )
    op.create_table(
        "review_items",
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False, comment="job, ticket"),
        sa.Column("of_id", sa.Text(), nullable=False, comment="the job or ticket that was not finished"),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_items_review_id_reviews")),
        sa.PrimaryKeyConstraint("review_id", "line", name=op.f("pk_review_items")),
        comment="What was not finished that day, why, and what was advised (B.5)",
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("review_items")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_jobs_stage"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_receiver_id"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_household_id"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("job_numbers")
