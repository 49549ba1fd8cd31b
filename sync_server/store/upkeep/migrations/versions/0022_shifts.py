"""Hand-overs of shifts, and what people leave unfinished"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "shifts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False, comment="where somebody is on duty: 东门岗"),
        sa.Column("day", sa.String(length=10), nullable=False, comment="YYYY-MM-DD"),
        sa.Column("shift", sa.String(length=20), nullable=False, comment="day, evening, night"),
        sa.Column("stage", sa.String(length=20), nullable=False, comment="to_take, taken, left"),
        sa.Column("outgoing_id", sa.Text(), nullable=True, comment="who hands over"),
        sa.Column(
            "incoming_id",
            sa.Text(),
            nullable=True,
            comment="who takes over; empty: nobody, everything stays whose it is",
        ),
        sa.Column("from_at", WHEN, nullable=True, comment="since when who leaves had the post"),
        sa.Column("until_at", WHEN, nullable=True),
        sa.Column("signed_at", WHEN, nullable=True, comment="when who takes over signed"),
        sa.Column("things", sa.String(length=20), nullable=False, comment="keys, radios, things: complete, missing"),
        sa.Column("lacking", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "estate_key",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="estate.key: whose it is; empty: the first estate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        comment="Hand-overs of shifts 交接班, and what people leave unfinished 未完成事项 (R2-R4)",
    )
    op.create_index(op.f("ix_shifts_estate_key_post_until_at"), "shifts", ["estate_key", "post", "until_at"])
    op.create_table(
        "shift_items",
        sa.Column("shift_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sort", sa.String(length=20), nullable=False, comment="work, key, event, visitor"),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("of_id", sa.Text(), nullable=False, comment="the record that is open"),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True, comment="whose it was"),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_shift_items_shift_id_shifts")),
        sa.PrimaryKeyConstraint("shift_id", "line", name=op.f("pk_shift_items")),
        comment="What was open when a shift ended, each with its remark (R2, R3)",
    )
    op.create_index(op.f("ix_shift_items_of_id"), "shift_items", ["of_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("shift_items")
    op.drop_table("shifts")
