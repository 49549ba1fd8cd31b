"""Keys and lent things, tags, tagged places, rack counts"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "made_tags",
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="key, thing, unit, point"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_made_tags")),
        comment="Codes that were printed, so that none is given twice",
    )
    op.create_table(
        "rack_counts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rack", sa.Text(), nullable=False, comment="which part of the rack; empty: all of it"),
        sa.Column("counted_by", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Integer(), nullable=False),
        sa.Column("misplaced", sa.Integer(), nullable=False),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rack_counts")),
        comment="Rack counts 盘点 (G.3)",
    )
    op.create_table(
        "tagged_places",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="unit or point"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column("tag", sa.String(length=9), nullable=True),
        sa.Column("open_flags", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tagged_places")),
        comment="Doors and patrol points that bear a tag",
    )
    op.create_table(
        "tags",
        sa.Column("code", sa.String(length=9), nullable=False, comment="nine characters; what hangs where"),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False, comment="thing or place"),
        sa.Column("standing", sa.String(length=20), nullable=False, comment="active, replaced, lost"),
        sa.Column("name", sa.Text(), nullable=False, comment="what it hangs on"),
        sa.PrimaryKeyConstraint("code", "subject_id", name=op.f("pk_tags")),
        comment="Tags 标签, those replaced and lost as well",
    )
    op.create_index(op.f("ix_tags_subject_type_subject_id"), "tags", ["subject_type", "subject_id"], unique=False)
    op.create_table(
        "things",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="key, tool, umbrella, wheelchair, trolley, radio"
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False, comment="on_rack, out, given_back, written_off"),
        sa.Column("external_ref", sa.Text(), nullable=True, comment="the number in an old register"),
        sa.Column("address", sa.Text(), nullable=False, comment="the door a key opens; empty for other things"),
        sa.Column("household_id", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("building_id", sa.Text(), nullable=True),
        sa.Column(
            "entrusted", sa.Boolean(), nullable=False, comment="a resident's key (G.1), not the company's own (G.3)"
        ),
        sa.Column("until", sa.String(length=10), nullable=True, comment="until when it was entrusted, YYYY-MM-DD"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("rack", sa.Text(), nullable=False, comment="its place on the rack 挂位"),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(length=20), nullable=False, comment="good, worn, damaged"),
        sa.Column("holder_kind", sa.String(length=20), nullable=False, comment="rack, staff, resident, outside"),
        sa.Column("holder_id", sa.Text(), nullable=True, comment="staff or household"),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=True, comment="what it was lent for"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_what", sa.String(length=20), nullable=True, comment="return (G.2) or give_back (G.1)"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="what is due first; empty: nothing is"),
        sa.Column("tag", sa.String(length=9), nullable=True, comment="the tag that hangs on it now"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("open_flags", sa.Integer(), nullable=False, comment="entries the desk must look at 待核实"),
        sa.Column("last_seq", sa.BigInteger(), nullable=False, comment="seq of its newest entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_things")),
        comment="Keys 钥匙 and lent things 借用物品 as they stand",
    )
    op.create_index(op.f("ix_things_building_id"), "things", ["building_id"], unique=False)
    op.create_index(op.f("ix_things_due_at"), "things", ["due_at"], unique=False)
    op.create_index(op.f("ix_things_external_ref"), "things", ["external_ref"], unique=False)
    op.create_index(op.f("ix_things_holder_id"), "things", ["holder_id"], unique=False)
    op.create_table(
        "custody_steps",
        sa.Column("thing_id", sa.Text(), nullable=False),
        sa.Column(
            "line", sa.Integer(), autoincrement=False, nullable=False, comment="from 1, in the order of the hands"
        ),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="entrusted, stocked, lent, handed_over, returned, ..."
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("giver_id", sa.Text(), nullable=True),
        sa.Column("taker", sa.Text(), nullable=False),
        sa.Column("taker_id", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(length=20), nullable=False),
        sa.Column("giver_signed", sa.Boolean(), nullable=False),
        sa.Column("taker_signed", sa.Boolean(), nullable=False),
        sa.Column(
            "jump", sa.Boolean(), nullable=False, comment="the hands before are not on record; the desk settled it"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_custody_steps_entry_id_entries")),
        sa.ForeignKeyConstraint(["thing_id"], ["things.id"], name=op.f("fk_custody_steps_thing_id_things")),
        sa.PrimaryKeyConstraint("thing_id", "line", name=op.f("pk_custody_steps")),
        comment="The chain of hands 交接 of each key or thing (G.2)",
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("custody_steps")
    op.drop_index(op.f("ix_things_holder_id"), table_name="things")
    op.drop_index(op.f("ix_things_external_ref"), table_name="things")
    op.drop_index(op.f("ix_things_due_at"), table_name="things")
    op.drop_index(op.f("ix_things_building_id"), table_name="things")
    op.drop_table("things")
    op.drop_index(op.f("ix_tags_subject_type_subject_id"), table_name="tags")
    op.drop_table("tags")
    op.drop_table("tagged_places")
    op.drop_table("rack_counts")
    op.drop_table("made_tags")
