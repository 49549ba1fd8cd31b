"""A test message, sent at once by somebody who set a channel up."""

from __future__ import annotations

from uuid6 import uuid7

from sync_server.news import words
from sync_server.news.senders import Message, NotSent, send
from sync_server.store import Store
from sync_server.store.news import channels, outbox


def try_out(store: Store, name: str, phone: str = "") -> NotSent | None:
    """Send a test message by a channel and return why it did not go out, or ``None``: it did.

    ``phone``: whom to text, for SMS. Raises ``Problem`` ``not_found``.
    """
    with store.read() as connection:
        channel = channels.called(connection, name)
    said = Message(str(uuid7()), words.test_text(), {"test": True, "messages": []}, (phone,) if phone else ())
    try:
        send(channel, said)
    except NotSent as failed:
        return failed
    with store.write() as connection:
        outbox.works(connection, name)  # what waits for it need not wait longer
    return None
