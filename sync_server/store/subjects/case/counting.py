"""How often each published form was filled in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from sync_server.store.database import chunks
from sync_server.store.subjects.case.tables import case_forms, cases


def filled_in(connection: Connection, keys: Sequence[str], hashes: Sequence[str]) -> dict[str, int]:
    """Return how often each definition of ``hashes`` was filled in, in the estates of ``keys``."""
    f, found = case_forms.c, dict[str, int]()
    query = select(f.form, func.count()).join(cases, cases.c.id == f.case_id).where(cases.c.estate_key.in_(keys))
    for some in chunks(list(dict.fromkeys(hashes))):
        rows = connection.execute(query.where(f.form.in_(some)).group_by(f.form)).all()
        found |= {str(digest): int(number) for digest, number in rows}
    return found
