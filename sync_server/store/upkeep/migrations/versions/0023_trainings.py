"""Training: sessions, who was there, marks, inductions"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "trainings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="session, attendance, exam, induction, manners"
        ),
        sa.Column(
            "stage",
            sa.String(length=20),
            nullable=False,
            comment="held, there, taught, passed, to_resit, to_warn, warned",
        ),
        sa.Column("staff_id", sa.Text(), nullable=True, comment="whose file it belongs to; of a session: who trained"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=True),
        sa.Column("written_at", WHEN, nullable=True),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column(
            "topic",
            sa.String(length=20),
            nullable=False,
            comment="manner, procedure, safety, law, iso, trouble, other",
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("begun_at", WHEN, nullable=True, comment="when the session began"),
        sa.Column("total", sa.Integer(), nullable=True, comment="of 100, at the first sitting"),
        sa.Column("second_total", sa.Integer(), nullable=True, comment="of 100, at the second and last"),
        sa.Column("warned_at", WHEN, nullable=True, comment="when a supervisor signed the warning"),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
        comment="Training 培训考核: sessions, who was there, marks, inductions (V)",
    )
    op.create_index(op.f("ix_trainings_staff_id_kind"), "trainings", ["staff_id", "kind"])
    op.create_index(op.f("ix_trainings_session_id"), "trainings", ["session_id"])
    op.create_table(
        "training_present",
        sa.Column("training_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["training_id"], ["trainings.id"], name=op.f("fk_training_present_training_id_trainings")
        ),
        sa.PrimaryKeyConstraint("training_id", "line", name=op.f("pk_training_present")),
        comment="Who was at a session, as whoever trained confirmed (V2)",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("training_present")
    op.drop_table("trainings")
