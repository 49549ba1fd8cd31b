"""Sending news outside the app: what a message says, how each kind of channel takes it, and the task that sends.

What is to be sent, and whether it was, is in the database (``sync_server.store.news``).
"""

from sync_server.news.sending import Pace, Sending
from sync_server.news.trying import try_out

__all__ = ["Pace", "Sending", "try_out"]
