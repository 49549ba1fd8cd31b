"""The central ticket store: tables, migrations, and everything that reads or writes them.

Only this package imports SQLAlchemy; everything else uses ``Store``.
"""

from sync_server.store.database import DatabaseUnusable
from sync_server.store.store import Store

__all__ = ["DatabaseUnusable", "Store"]
