"""Several estates in one store"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SUBJECTS = ("tickets", "visits", "things", "tagged_places", "rack_counts")


def _estate_key() -> sa.Column[str]:
    comment = "estate.key: whose it is; empty: the first estate"
    return sa.Column("estate_key", sa.Text(), nullable=False, server_default="", comment=comment)


def upgrade() -> None:
    """Make the change. All that is here is the first estate's, whose key is empty."""
    key = sa.Column("key", sa.Text(), nullable=False, server_default="", comment="empty: the first; else its id")
    with op.batch_alter_table("estate") as batch:
        batch.add_column(key)
        batch.create_unique_constraint(batch.f("uq_estate_key"), ["key"])
    op.create_table(
        "staff_estates",
        sa.Column("staff_id", sa.Text(), nullable=False),
        _estate_key(),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_estates_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "estate_key", name=op.f("pk_staff_estates")),
        comment="Estates that know a member of staff: a post of theirs is, or was, there",
    )
    op.execute("INSERT INTO staff_estates (staff_id, estate_key) SELECT id, '' FROM staff")
    op.create_table(
        "subject_estates",
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column(
            "estate_key", sa.Text(), nullable=False, comment="estate.key; decided with the first entry, for ever"
        ),
        sa.PrimaryKeyConstraint("subject_type", "subject_id", name=op.f("pk_subject_estates")),
        comment="In which estate each record is; those of the first estate are not here",
    )
    for table in _SUBJECTS:
        op.add_column(table, _estate_key())
    with op.batch_alter_table("price_items") as batch:
        batch.add_column(_estate_key())
        batch.drop_constraint(batch.f("uq_price_items_code"), type_="unique")
        batch.create_unique_constraint(batch.f("uq_price_items_estate_key_code"), ["estate_key", "code"])
    for table, keyed in (
        ("staff_roles", ["staff_id", "role", "estate_key"]),
        ("ticket_numbers", ["estate_key", "day", "serial"]),
    ):
        with op.batch_alter_table(table) as batch:
            batch.add_column(_estate_key())
            batch.drop_constraint(batch.f(f"pk_{table}"), type_="primary")
            batch.create_primary_key(batch.f(f"pk_{table}"), keyed)
    if op.get_bind().dialect.name == "sqlite":
        _make_buildings_anew()
        return
    op.add_column("buildings", _estate_key())
    op.drop_constraint(op.f("uq_buildings_code"), "buildings", type_="unique")
    op.create_unique_constraint(op.f("uq_buildings_estate_key_code"), "buildings", ["estate_key", "code"])
    op.create_table_comment("estate", "The estates 小区 of the company")
    op.create_table_comment("staff_roles", "Posts 岗位 a person holds, in which estate")
    op.create_table_comment("ticket_numbers", "The register of ticket numbers, each estate's its own")


def _make_buildings_anew() -> None:
    """Let a building's code be another estate's as well; SQLite drops a constraint only with its table.

    Units name their building. Dropping the rows counts them as broken, which is looked at when the transaction ends;
    putting the same rows in again under the same name mends them.
    """
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TABLE buildings_before AS SELECT * FROM buildings")
    op.drop_table("buildings")
    op.create_table(
        "buildings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("steward_id", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _estate_key(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buildings")),
        sa.UniqueConstraint("estate_key", "code", name=op.f("uq_buildings_estate_key_code")),
    )
    columns = "id, code, name, steward_id, changed_at"
    op.execute(f"INSERT INTO buildings ({columns}) SELECT {columns} FROM buildings_before")
    op.drop_table("buildings_before")


def downgrade() -> None:
    """Several estates do not go into tables that know one."""
    raise NotImplementedError("restore the backup that was made before the update")
