"""Forms the office published: kept for good, and sent to phones as reference data.

A definition is some ten kilobytes, and a phone in a cellar must have it before it goes there: so it travels in the
row itself, not as a blob that is fetched when somebody looks. One that was replaced or withdrawn stays on the phones,
marked: a form that is being filled goes on under the definition it began with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, func, insert, or_, select, update
from uuid6 import uuid7

from app.domain.forms import Form
from app.domain.rules.scopes import ESTATE, FIRST, in_estate
from app.domain.wire.errors import FORM_WRONG, NOT_FOUND, Problem
from sync_server.store.answers import views
from sync_server.store.database import Write
from sync_server.store.estate import estates
from sync_server.store.tables import published_forms
from sync_server.store.taking.feed import publish_refs
from sync_server.store.types import moment, to_ms

FORM: Final = "form"
"""Their type among the reference data of phones."""
IN_FORCE, REPLACED, WITHDRAWN = "", "replaced", "withdrawn"
MOST_BYTES: Final = 4_000_000
"""Of all definitions of an estate together, ended ones too: each phone holds them all."""


@dataclass(frozen=True, slots=True)
class Published:
    """One publishing of a form. ``estate_key``: ``None`` for the whole company; ``posts``: who finds it on their phone
    (none: everybody); ``group``: what it belongs to, by language; times in ms."""

    id: str
    estate_key: str | None
    form_id: str
    version: str
    hash: str
    title: dict[str, str]
    published_at: int
    published_by: str | None
    ended: str
    ended_at: int | None
    posts: list[str]
    group: dict[str, str]


def publish(write: Write, definition: bytes, form: Form, estate_key: str | None, by: str | None) -> Published:
    """Publish a form for an estate (``None``: the company), in place of the version in force; tell all its phones.

    The very same once more changes nothing. Raises ``Problem`` ``form_wrong`` for another content under a version
    that was published before, and where phones would have to hold too much. ``by``: who publishes; ``None`` at the
    command line.
    """
    p = published_forms.c
    before = write.execute(select(published_forms).where(p.form_id == form.id, _of(estate_key))).mappings().all()
    in_force = [row for row in before if row["ended"] == IN_FORCE]
    if any(row["hash"] == form.hash for row in in_force):
        return _published(in_force[0])
    if any(row["version"] == form.version and row["hash"] != form.hash for row in before):
        version = form.version or "（空）"
        raise _wrong(f"版本 {version} 已发布过，内容不同；请改 settings 里的 version",
                     f"version {version} was published with another content; change it in settings")  # fmt: skip
    size = write.connection.scalar(select(func.sum(func.length(p.definition))).where(_seen_in(estate_key))) or 0
    if size + len(definition) > MOST_BYTES:
        raise _wrong("已发布的表单太多，手机装不下", "there are too many published forms for a phone to hold")
    for row in in_force:
        _end(write, row["id"], REPLACED, by)
    row = {
        "id": str(uuid7()), "estate_key": estate_key, "form_id": form.id, "version": form.version, "hash": form.hash,
        "title": dict(form.title), "definition": definition.decode(), "published_at": moment(write.now),
        "published_by": by, "ended": IN_FORCE, "ended_at": None, "ended_by": None, "changed_at": moment(write.now),
    }  # fmt: skip
    write.execute(insert(published_forms).values(row))
    views.remake(write.connection, form.id)
    scopes = _scopes(write, estate_key)
    publish_refs(write, [(FORM, one, scopes) for one in (*(old["id"] for old in in_force), row["id"])])
    _check_waiting(write, form.hash)
    return _published(row)


def _check_waiting(write: Write, digest: str) -> None:
    # Taking entries asks here for definitions, and this takes entries.
    from sync_server.store.subjects.case.late import check_waiting

    check_waiting(write, digest)


def withdraw(write: Write, form_id: str, estate_key: str | None, by: str | None) -> Published:
    """Withdraw a form: nobody begins it any more; what was filled stays. Raises ``Problem`` ``not_found``."""
    p = published_forms.c
    here = (p.form_id == form_id, p.ended == IN_FORCE, _of(estate_key))
    row = write.execute(select(published_forms).where(*here)).mappings().first()
    if row is None:
        raise Problem(NOT_FOUND)
    _end(write, row["id"], WITHDRAWN, by)
    publish_refs(write, [(FORM, row["id"], _scopes(write, estate_key))])
    return _published({**row, "ended": WITHDRAWN, "ended_at": moment(write.now)})


def listed(connection: Connection, keys: Sequence[str] | None = None) -> list[Published]:
    """Return what was published, the newest first: for the company and the estates of ``keys`` (``None``: all)."""
    query = select(published_forms).where(_among(keys)).order_by(published_forms.c.published_at.desc())
    rows = connection.execute(query).mappings()
    return [_published(row) for row in rows]


def definition(connection: Connection, digest: str, keys: Sequence[str] | None = None) -> str:
    """Return a definition by its hash, in force or ended. Raises ``Problem`` ``not_found``."""
    query = select(published_forms.c.definition).where(published_forms.c.hash == digest, _among(keys)).limit(1)
    found = connection.scalar(query)
    if found is None:
        raise Problem(NOT_FOUND)
    return str(found)


def every_estate(connection: Connection) -> list[str]:
    """Return the keys of the company's estates; before one was imported, that of the first."""
    return [one.key for one in estates.every(connection)] or [FIRST]


def everywhere(write: Write) -> list[str]:
    """Return the ids of the publishings that every estate gets."""
    return list(write.execute(select(published_forms.c.id).where(published_forms.c.estate_key.is_(None))).scalars())


def _end(write: Write, id_: str, ended: str, by: str | None) -> None:
    when = moment(write.now)
    values = {"ended": ended, "ended_at": when, "ended_by": by, "changed_at": when}
    write.execute(update(published_forms).where(published_forms.c.id == id_).values(**values))


def _of(estate_key: str | None) -> Any:
    column = published_forms.c.estate_key
    return column.is_(None) if estate_key is None else column == estate_key


def _among(keys: Sequence[str] | None) -> Any:
    column = published_forms.c.estate_key
    return or_(column.is_(None), column.is_not(None) if keys is None else column.in_(keys))


def _seen_in(estate_key: str | None) -> Any:
    return _among(None if estate_key is None else [estate_key])


def _scopes(write: Write, estate_key: str | None) -> list[str]:
    return [in_estate(ESTATE, key) for key in (every_estate(write.connection) if estate_key is None else [estate_key])]


def _published(row: Any) -> Published:
    ended_at, said = row["ended_at"], _settings(row["definition"])
    return Published(
        row["id"], row["estate_key"], row["form_id"], row["version"], row["hash"], dict(row["title"]),
        to_ms(row["published_at"]), row["published_by"], row["ended"], None if ended_at is None else to_ms(ended_at),
        list(said.get("posts") or ()), dict(said.get("group") or {}),
    )  # fmt: skip


@lru_cache(maxsize=500)
def _settings(definition: str) -> dict[str, Any]:
    """Return a definition's settings; it never changes, and the list of all is asked for often."""
    found = json.loads(definition).get("settings")
    return found if isinstance(found, dict) else {}


def _wrong(zh: str, en: str) -> Problem:
    return Problem(FORM_WRONG, where="version", where_zh="version", where_en="version", why_zh=zh, why_en=en)
