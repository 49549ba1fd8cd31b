"""The central ticket store: tables, migrations, and everything that reads or writes them.

SQLAlchemy stays inside this package. The one way in is ``Store``.
"""

from sync_server.store.database import DatabaseUnusable
from sync_server.store.store import Store

__all__ = ["DatabaseUnusable", "Store"]
