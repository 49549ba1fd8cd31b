"""Cases: forms that were filled in, their answers, and what they raised"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False, comment="the form it began with"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False, comment="the kind of case; empty: one form alone"),
        sa.Column("step", sa.Text(), nullable=False, comment="of the last form"),
        sa.Column("stage", sa.String(length=20), nullable=False, comment="to_sign, open, done, reviewed, ended"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column(
            "about_type", sa.String(length=40), nullable=False, comment="type of what it is about; empty: nothing else"
        ),
        sa.Column("about_id", sa.Text(), nullable=True),
        sa.Column(
            "assignee_id", sa.Text(), nullable=True, comment="who has to have it signed, or to fill in the next form"
        ),
        sa.Column("begun_at", WHEN, nullable=True),
        sa.Column("last_at", WHEN, nullable=True, comment="when the last form was filled in"),
        sa.Column("signature", sa.String(length=20), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("reviewed_at", WHEN, nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False, comment="of the supervisor"),
        sa.Column("ended_at", WHEN, nullable=True, comment="when it was ended before its last step"),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        comment="Cases 表单记录: forms that were filled in, one or several that follow one another",
    )
    op.create_index(op.f("ix_cases_about_id"), "cases", ["about_id"])
    op.create_index(op.f("ix_cases_assignee_id"), "cases", ["assignee_id"])
    op.create_index(op.f("ix_cases_estate_key_form_id"), "cases", ["estate_key", "form_id"])
    op.create_index(op.f("ix_cases_household_id"), "cases", ["household_id"])
    op.create_index(op.f("ix_cases_unit_id"), "cases", ["unit_id"])
    op.create_table(
        "case_forms",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column(
            "form", sa.String(length=64), nullable=False, comment="the definition: SHA-256 of the blob that holds it"
        ),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("filled_by", sa.Text(), nullable=True),
        sa.Column("filled_at", WHEN, nullable=True),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False, comment="id of the duty it fulfils; empty: none"),
        sa.Column("unsigned_reason", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False, comment="canonical JSON"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_forms_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "line", name=op.f("pk_case_forms")),
        comment="Each form of a case as it was filled in and corrected",
    )
    op.create_index(op.f("ix_case_forms_form_id_filled_at"), "case_forms", ["form_id", "filled_at"])
    op.create_table(
        "case_answers",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="in the order of the form", autoincrement=False),
        sa.Column(
            "path", sa.Text(), nullable=False, comment="question, rows of repeats by their ids: defect[5f3a]/area"
        ),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, comment="as people read it"),
        sa.ForeignKeyConstraint(
            ["case_id", "line"],
            ["case_forms.case_id", "case_forms.line"],
            name=op.f("fk_case_answers_case_id_case_forms"),
        ),
        sa.PrimaryKeyConstraint("case_id", "line", "number", name=op.f("pk_case_answers")),
        comment="The questions and answers of each form as people read them",
    )
    op.create_table(
        "case_raised",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("raised_id", sa.Text(), nullable=False, comment="the ticket or matter"),
        sa.Column("raised_type", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False, comment="repair, public_repair, matter"),
        sa.Column("path", sa.Text(), nullable=False, comment="the answer that raised it"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_raised_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", "raised_id", name=op.f("pk_case_raised")),
        comment="Defects found by a form: each is a ticket or a matter",
    )
    op.create_index(op.f("ix_case_raised_raised_id"), "case_raised", ["raised_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("case_raised")
    op.drop_table("case_answers")
    op.drop_table("case_forms")
    op.drop_table("cases")
