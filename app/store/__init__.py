"""The phone's SQLite: one file per person on this phone; the phone's one truth."""

from app.store.database import PhoneFile
from app.store.phone_store import PhoneStore

__all__ = ["PhoneFile", "PhoneStore"]
