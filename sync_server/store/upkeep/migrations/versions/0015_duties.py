"""Duties, the calendar of workdays, and the company's rules"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def _estate() -> sa.Column[str]:
    return sa.Column(
        "estate_key",
        sa.Text(),
        nullable=False,
        server_default="",
        comment="estate.key: whose it is; empty: the first estate",
    )


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "calendar_years",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "days", sa.JSON(), nullable=False, comment="[[YYYY-MM-DD, worked or not, festival]]: days that differ"
        ),
        sa.Column("changed_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_years")),
        sa.UniqueConstraint("year", name=op.f("uq_calendar_years_year")),
        comment="The calendar of workdays: what differs from Monday to Friday, year by year",
    )
    op.create_table(
        "duty_rules",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="TOML, as in assets/duties.toml"),
        sa.Column("changed_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_rules")),
        comment="The company's own rules of what is owed; no row: those the program comes with",
    )
    op.create_table(
        "duty_changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False, comment="planned, moved, excused"),
        sa.Column("rule", sa.String(length=40), nullable=False, comment="by_hand: somebody planned it"),
        sa.Column(
            "why", sa.String(length=40), nullable=False, comment="complaint, move_in, monthly, festival, by_hand"
        ),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=True),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False, comment="what a planned visit is for"),
        sa.Column("owner_id", sa.Text(), nullable=True, comment="whom it was given to"),
        sa.Column("opens_at", WHEN, nullable=True),
        sa.Column("due_at", WHEN, nullable=True, comment="the day it was moved to"),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=True, comment="who said it last"),
        sa.Column("open_flags", sa.Integer(), nullable=False, comment="entries the desk must look at 待核实"),
        sa.Column("last_seq", sa.BigInteger(), nullable=False, comment="seq of its newest entry"),
        _estate(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_changes")),
        comment="Duties that were planned by hand, moved or excused (D.1)",
    )
    op.create_index(op.f("ix_duty_changes_household_id"), "duty_changes", ["household_id"])
    op.create_table(
        "duties",
        sa.Column("month", sa.String(length=7), nullable=False, comment="YYYY-MM in China, which is over"),
        sa.Column("id", sa.Text(), nullable=False),
        _estate(),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("about_type", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Text(), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True, comment="who owed it when the month ended"),
        sa.Column("owner_post", sa.String(length=40), nullable=True, comment="the post, where nobody was named"),
        sa.Column("opens_at", WHEN, nullable=True),
        sa.Column("due_at", WHEN, nullable=True),
        sa.Column("done_at", WHEN, nullable=True, comment="empty: not done in that month"),
        sa.Column("record_type", sa.String(length=40), nullable=True, comment="the record that fulfilled it"),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("standing", sa.String(length=20), nullable=False, comment="done, done_late, excused, late, open"),
        sa.Column("excuse", sa.Text(), nullable=False),
        sa.Column("late_entry", sa.Boolean(), nullable=False, comment="补录: changed by what came in afterwards"),
        sa.Column(
            "closed_standing",
            sa.String(length=20),
            nullable=False,
            comment="what the month closed with; empty: nothing",
        ),
        sa.Column("withdrawn", sa.Boolean(), nullable=False, comment="补录: the month closed with it, and it is none"),
        sa.PrimaryKeyConstraint("month", "id", name=op.f("pk_duties")),
        comment="What was owed in each month that is over, and what came of it (D.1, E)",
    )
    op.create_index(op.f("ix_duties_estate_key_month"), "duties", ["estate_key", "month"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("duties")
    op.drop_table("duty_changes")
    op.drop_table("duty_rules")
    op.drop_table("calendar_years")
