"""Removing what came from the server when the phone was ended (lost, or its owner left), but never unsent work.

What stays: entries that the server has not taken or whose pictures it has not got whole, those pictures, half-filled
forms, looks at archives not reported yet, and the end of the device's chain. Everything else comes back with a sign-in.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, or_, select, update

from app.store import blobs, schema
from app.store.saving import Subject, put_setting, refold

_ALL_OF = (
    schema.memberships,
    schema.refs,
    schema.cursors,
    schema.wanted,
    schema.unreadable,
)
_SETTINGS = ("token", "token_expires_at", "left_token", "first_pull_done", "last_synced_at")


def wipe(connection: Connection) -> tuple[set[Subject], list[str]]:
    """Remove all that is not unsent work; return the subjects that changed, and the blobs to unlink."""
    e, o, b, eb, s = schema.entries, schema.outbox, schema.blobs, schema.entry_blobs, schema.subjects
    half_sent = select(eb.c.entry_id).join(b, b.c.hash == eb.c.hash).where(b.c.state == blobs.WAITING)
    held = or_(e.c.id.in_(select(o.c.entry_id)), e.c.id.in_(half_sent))
    subjects: set[Subject] = {(row.type, row.id) for row in connection.execute(select(s.c.type, s.c.id))}
    kept: set[Subject] = {
        (row.subject_type, row.subject_id)
        for row in connection.execute(select(e.c.subject_type, e.c.subject_id).where(held).distinct())
    }
    gone = select(e.c.id).where(~held)
    connection.execute(delete(eb).where(eb.c.entry_id.in_(gone)))
    connection.execute(delete(e).where(~held))
    connection.execute(delete(s))
    for table in _ALL_OF:
        connection.execute(delete(table))
    refold(connection, kept)
    # As if their scopes were lost: once sent they go, unless a scope brings them again after signing in.
    connection.execute(update(s).values(dropped=True))
    for key in _SETTINGS:
        put_setting(connection, key, None)
    return subjects | kept, blobs.remove_orphans(connection, connection.scalars(select(b.c.hash)).all())
