"""Runs migrations on the connection and in the transaction of ``sync_server.store.upkeep.migrate``."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from sync_server.store import duties, subjects  # noqa: F401 - their tables belong to the metadata
from sync_server.store.answers import tables as answers  # noqa: F401 - so do those of the forms' views
from sync_server.store.news import tables  # noqa: F401 - and those of news
from sync_server.store.tables import metadata
from sync_server.store.types import Moment


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our types into new migrations as what they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
)
context.run_migrations()
