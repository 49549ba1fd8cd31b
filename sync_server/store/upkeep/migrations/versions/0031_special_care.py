"""By when an outage's calls are due, and what of a household's archive was looked at"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("notices") as batch:
        batch.add_column(
            sa.Column(
                "call_by",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="of an outage: by when those who need special care are called",
            )
        )
    with op.batch_alter_table("archive_looks") as batch:
        batch.add_column(
            sa.Column(
                "what",
                sa.String(length=20),
                nullable=False,
                server_default="",
                comment="contacts: emergency contacts; care: special care; empty: the archive as a whole",
            )
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("archive_looks") as batch:
        batch.drop_column("what")
    with op.batch_alter_table("notices") as batch:
        batch.drop_column("call_by")
