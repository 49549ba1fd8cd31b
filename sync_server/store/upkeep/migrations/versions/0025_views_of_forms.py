"""Views of forms: their names, their columns, and the labels of choices"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change. The views themselves are made after every upgrade."""
    op.create_table(
        "form_views",
        sa.Column("name", sa.String(length=63), nullable=False, comment="of the view"),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column(
            "repeat", sa.Text(), nullable=False, comment="path of the group that repeats; empty: the form itself"
        ),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_form_views")),
        comment="Views of published forms: form_<form_id>, and form_<form_id>__<repeat> with a row for each row",
    )
    op.create_table(
        "form_columns",
        sa.Column("view", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="in the order in which the questions came to be"),
        sa.Column(
            "label_name",
            sa.String(length=63),
            nullable=False,
            comment="the column with the label of what was chosen, or empty",
        ),
        sa.Column("path", sa.Text(), nullable=False, comment="of the question; several with blanks, where it moved"),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="text, number, date, moment, choice"),
        sa.Column(
            "type",
            sa.String(length=20),
            nullable=False,
            comment="the question's type in the newest version that asks it",
        ),
        sa.Column("label_zh", sa.Text(), nullable=False, comment="as the newest version asks"),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["view"], ["form_views.name"], name=op.f("fk_form_columns_view_form_views")),
        sa.PrimaryKeyConstraint("view", "name", name=op.f("pk_form_columns")),
        comment="The columns of the views of forms: which question each is",
    )
    op.create_table(
        "form_choices",
        sa.Column("view", sa.String(length=63), nullable=False),
        sa.Column("column", sa.String(length=63), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["view"], ["form_views.name"], name=op.f("fk_form_choices_view_form_views")),
        sa.PrimaryKeyConstraint("view", "column", "name", name=op.f("pk_form_choices")),
        comment="What can be chosen, in all versions, with its newest label",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("form_choices")
    op.drop_table("form_columns")
    op.drop_table("form_views")
