"""The phone's SQLite database: one file for each person who signed in on this phone."""

from app.store.database import PhoneFile
from app.store.phone_store import PhoneStore

__all__ = ["PhoneFile", "PhoneStore"]
