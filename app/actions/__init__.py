"""What screens call and read: ``Phone`` (one installation) and ``Session`` (one person)."""

from app.actions.phone import Phone
from app.actions.session import Session
from app.store.phone_store import Change
from app.store.queries import CardFilter

__all__ = ["CardFilter", "Change", "Phone", "Session"]
