"""The services that residents can ask for by the card at their door (X3): the company's own, else the program's."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, insert, select

from app.domain.wire.errors import Problem
from sync_server.door.services import Service, offered, read_services, standard, wrong
from sync_server.store.database import Write
from sync_server.store.tables import estate, meta

_KEY: Final = "door_services"


def services(connection: Connection) -> tuple[Service, ...]:
    """Return every service of the company."""
    text = services_text(connection)
    if text is None:
        return standard()
    try:
        return read_services(text)
    except Problem:  # kept by a newer program with words that this one does not know
        return standard()


def services_at(connection: Connection, estate_key: str) -> tuple[Service, ...]:
    """Return the services that an estate offers, in the page's order."""
    code = connection.scalar(select(estate.c.code).where(estate.c.key == estate_key))
    return offered(services(connection), str(code or ""))


def services_text(connection: Connection) -> str | None:
    """Return the text of the company's own list; ``None`` if it has none."""
    found = connection.scalar(select(meta.c.value).where(meta.c.key == _KEY))
    return None if found is None else str(found)


def put_services(write: Write, text: str | None) -> None:
    """Keep the company's own list, or return to the program's (``None``).

    Raises ``Problem`` ``services_wrong`` with the service and the reason; then nothing is changed.
    """
    if text is not None:
        known = set(write.connection.scalars(select(estate.c.code)))
        for one in read_services(text):
            for code in one.estates if known else ():
                if code not in known:
                    raise wrong(one.id, f"没有小区 {code}，有 {'、'.join(sorted(known))}",
                                f"there is no estate {code}; there are {', '.join(sorted(known))}")  # fmt: skip
    write.execute(delete(meta).where(meta.c.key == _KEY))
    if text is not None:
        write.execute(insert(meta).values(key=_KEY, value=text))
