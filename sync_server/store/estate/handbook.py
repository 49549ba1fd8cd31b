"""The handbook 应知应会 as it is stored (T): pages, every version of each, and how phones get them.

A page in force travels whole in the row of reference data: it answers on the spot, in a cellar too. Earlier versions
stay here for good and are asked for when somebody wants to see what was signed. A page that only some posts read is
sent to nobody else (``refs.load``), so a change of somebody's posts tells their phones of these pages anew.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from app.domain.rules import handbook as h
from app.domain.rules.scopes import ESTATE, FIRST, in_estate
from app.domain.wire.errors import HANDBOOK_WRONG, NOT_FOUND, Problem
from app.domain.writing.pages import HEAD, TEXT, blocks
from sync_server.estate.readings import readings_of_text
from sync_server.store.database import Write
from sync_server.store.tables import estate as estates
from sync_server.store.tables import handbook_pages, handbook_versions, staff, staff_estates, staff_roles
from sync_server.store.taking.feed import publish_refs
from sync_server.store.types import moment, to_ms

if TYPE_CHECKING:
    from sync_server.handbook import Draft

PAGE: Final = h.PAGE
WITHDRAWN: Final = "withdrawn"
IN_FORCE: Final = ""
NEW, CHANGED, SAME = "new", "changed", "same"
"""What publishing did with a page."""
_IDS: Final = uuid.UUID("a3b1c7b4-3d3a-4c0e-8a54-9c1d2f0b6e77")
_READINGS: Final = 3
"""Most readings of one line: a long one has more than anybody types."""
_MOST_KEYED: Final = 24
"""Characters of a line by which pinyin finds it: what it is called stands at its beginning."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a page. Times in ms; ``published_by``: ``None`` at the command line."""

    version: int
    hash: str
    published_at: int
    published_by: str | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page as the office sees it, with its versions, the latest first. ``estate_key``: ``None`` for the company;
    ``ended``: withdrawn, or "" in force; the rest is of the last version."""

    id: str
    estate_key: str | None
    page: str
    kind: str
    title: dict[str, str]
    posts: list[str]
    must_read: list[str]
    must_people: list[str]
    ended: str
    versions: list[Version]


@dataclass(frozen=True, slots=True)
class Done:
    """What publishing did with one page: ``what`` is NEW, CHANGED or SAME."""

    id: str
    page: str
    version: int
    title: dict[str, str]
    what: str


def page_id(page: str, estate_key: str | None) -> str:
    """Return the id of a page: the same for all its versions."""
    return str(uuid.uuid5(_IDS, f"{'*' if estate_key is None else estate_key}/{page}"))


def publish(write: Write, drafts: Sequence[Draft], estate_key: str | None, by: str | None) -> list[Done]:
    """Publish pages for an estate (``None``: the company), each in place of its version in force; tell all phones.

    A page that says the very same once more is left as it is; pages that are not among ``drafts`` stay. Raises
    ``Problem`` ``handbook_wrong`` where phones would have to hold too much; nothing is changed then.
    """
    done = [_publish(write, draft, estate_key, by) for draft in drafts]
    size = _size(write.connection, estate_key)
    if size > h.MOST_BYTES:
        most = h.MOST_BYTES // 1_000_000
        raise Problem(HANDBOOK_WRONG, why_zh=f"全部页面有 {size / 1e6:.1f} MB，手机上最多放 {most} MB",
                      why_en=f"all pages have {size / 1e6:.1f} MB, phones hold at most {most}")  # fmt: skip
    scopes = _scopes(write.connection, estate_key)
    publish_refs(write, [(PAGE, one.id, scopes) for one in done if one.what != SAME])
    return done


def _publish(write: Write, draft: Draft, estate_key: str | None, by: str | None) -> Done:
    id_, when = page_id(draft.page, estate_key), moment(write.now)
    p, v = handbook_pages.c, handbook_versions.c
    row = write.execute(select(handbook_pages).where(p.id == id_)).first()
    content, title = _content(draft), dict(draft.title)
    if row is None:
        last, version = None, 1
        values = {"id": id_, "estate_key": estate_key, "page": draft.page, "version": 1,
                  "limited": bool(draft.posts), "ended": IN_FORCE, "changed_at": when}  # fmt: skip
        write.execute(insert(handbook_pages).values(values))
    else:
        last = write.execute(
            select(handbook_versions).where(v.page_id == id_).order_by(v.version.desc()).limit(1)
        ).one()
        if row.ended == IN_FORCE and last.content == content:
            return Done(id_, draft.page, last.version, title, SAME)
        version = last.version + 1
        write.execute(
            update(handbook_pages)
            .where(p.id == id_)
            .values(version=version, limited=bool(draft.posts), ended=IN_FORCE, changed_at=when)
        )
        _end(write, id_, by)
    must_from, must_since, counts = _must(draft, last, version, write.now)
    write.execute(
        insert(handbook_versions).values(
            page_id=id_, version=version, hash=draft.hash, content=content, must_from=must_from,
            counts=counts, must_since=moment(must_since), published_at=when, published_by=by, ended_at=None,
            ended_by=None,
        )
    )  # fmt: skip
    return Done(id_, draft.page, version, title, NEW if row is None else CHANGED)


def would(connection: Connection, drafts: Sequence[Draft], estate_key: str | None) -> list[Done]:
    """Return what ``publish`` would do with each page."""
    p, v = handbook_pages.c, handbook_versions.c
    found = []
    for draft in drafts:
        id_ = page_id(draft.page, estate_key)
        query = select(p.ended, v.version, v.content).join(handbook_versions, v.page_id == p.id)
        last = connection.execute(query.where(p.id == id_).order_by(v.version.desc()).limit(1)).first()
        version = 0 if last is None else last.version
        same = last is not None and last.ended == IN_FORCE and last.content == _content(draft)
        what = SAME if same else NEW if last is None else CHANGED
        found.append(Done(id_, draft.page, version + (what != SAME), dict(draft.title), what))
    return found


def _must(draft: Draft, last: Row[Any] | None, version: int, now: int) -> tuple[int, int | None, list[str]]:
    """Return since which version, and since when, it is to be signed, and the hashes that count: what says the same as
    before, or was changed but little (小改), need not be signed again."""
    if not (draft.must_read or draft.must_people):
        return 0, None, []
    if last is None or not last.must_from or (last.hash != draft.hash and not draft.minor):
        return version, now, [draft.hash]
    return last.must_from, to_ms(last.must_since), list(dict.fromkeys([*last.counts, draft.hash]))


def withdraw(write: Write, page: str, estate_key: str | None, by: str | None) -> Done:
    """Withdraw a page: it leaves all phones; its versions stay readable. Raises ``Problem`` ``not_found``."""
    p = handbook_pages.c
    id_ = page_id(page, estate_key)
    row = write.execute(select(handbook_pages).where(p.id == id_, p.ended == IN_FORCE)).first()
    if row is None:
        raise Problem(NOT_FOUND)
    write.execute(update(handbook_pages).where(p.id == id_).values(ended=WITHDRAWN, changed_at=moment(write.now)))
    _end(write, id_, by)
    publish_refs(write, [(PAGE, id_, _scopes(write.connection, estate_key))])
    return Done(id_, page, row.version, {}, CHANGED)


def _end(write: Write, id_: str, by: str | None) -> None:
    v = handbook_versions.c
    ended = update(handbook_versions).where(v.page_id == id_, v.ended_at.is_(None))
    write.execute(ended.values(ended_at=moment(write.now), ended_by=by))


def listed(connection: Connection, keys: Sequence[str] | None = None) -> list[Listed]:
    """Return the pages of the company and of the estates of ``keys`` (``None``: all), in the order of the handbook."""
    v = handbook_versions.c
    rows = connection.execute(select(handbook_pages).where(_among(keys))).all()
    pages = {row.id: row for row in rows}
    versions: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(select(handbook_versions).order_by(v.page_id, v.version.desc())):
        if row.page_id in pages:
            versions.setdefault(row.page_id, []).append(row)
    found = []
    for id_, row in pages.items():
        mine = versions[id_]
        said = mine[0].content
        made = [
            Version(one.version, one.hash, to_ms(one.published_at), one.published_by, _ms(one.ended_at)) for one in mine
        ]
        listed_ = Listed(
            id_, row.estate_key, row.page, said["kind"], dict(said["title"]), list(said["posts"]),
            list(said["must_read"]), list(said["must_people"]), row.ended, made,
        )  # fmt: skip
        found.append((_order(said), row.page, listed_))
    return [one for _, _, one in sorted(found, key=lambda each: each[:2])]


def version_of(connection: Connection, id_: str, version: int, held: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Return a version of a page, in force or not, as phones read it. ``held``: the roles of who asks, by estate.

    Raises ``Problem`` ``not_found``, also for a page that they may not read.
    """
    query = _joined().where(handbook_pages.c.id == id_, handbook_versions.c.version == version)
    row = connection.execute(query).first()
    if row is None or not _may_read(row, held):
        raise Problem(NOT_FOUND)
    return body_of(row)


def pages_at(connection: Connection, now: int) -> list[h.Page]:
    """Return the pages that are, or were, in force at ``now`` (ms)."""
    v = handbook_versions.c
    query = _joined().where(v.published_at <= moment(now), or_(v.ended_at.is_(None), v.ended_at > moment(now)))
    found = (h.read_page(row.id, body_of(row, keyed=False)) for row in connection.execute(query))
    return [one for one in found if one is not None]


def in_force(connection: Connection, estate_key: str | None) -> list[Draft]:
    """Return what is in force of an estate alone (``None``: of the company), as it was published."""
    from sync_server.handbook import Draft

    p, v = handbook_pages.c, handbook_versions.c
    query = _joined().where(p.ended == IN_FORCE, v.version == p.version).order_by(p.page)
    query = query.where(p.estate_key.is_(None) if estate_key is None else p.estate_key == estate_key)
    found = []
    for row in connection.execute(query):
        said: dict[str, Any] = dict(row.content)
        lists: dict[str, Any] = {
            name: tuple(said.pop(name)) for name in ("about", "tags", "posts", "must_read", "must_people")
        }
        found.append(Draft(page=row.page, **said, **lists))
    return found


def people(connection: Connection, estate_key: str | None) -> dict[str, str]:
    """Return the ids of the staff of an estate (``None``: of all) by their numbers."""
    query = select(staff.c.number, staff.c.id).where(staff.c.active)
    if estate_key is not None:
        r = staff_roles.c
        query = query.join(staff_roles, and_(r.staff_id == staff.c.id, r.estate_key == estate_key))
    return {row.number: row.id for row in connection.execute(query)}


def readers(connection: Connection) -> list[h.Reader]:
    """Return the staff who are there, with their posts in each estate."""
    r = staff_roles.c
    posts: dict[str, dict[str, set[str]]] = {}
    query = select(r.staff_id, r.estate_key, r.role).join(staff, staff.c.id == r.staff_id).where(staff.c.active)
    for row in connection.execute(query.order_by(r.staff_id)):
        posts.setdefault(row.staff_id, {}).setdefault(row.estate_key, set()).add(row.role)
    return [h.Reader(id_, held) for id_, held in posts.items()]


# -- to phones -----------------------------------------------------------------------------------


def everywhere(write: Write) -> list[str]:
    """Return the ids of the pages in force that every estate gets."""
    p = handbook_pages.c
    return list(write.execute(select(p.id).where(p.estate_key.is_(None), p.ended == IN_FORCE)).scalars())


def tell_limited(write: Write, staff_id: str) -> None:
    """Tell the phones of the estates that know somebody anew of the pages that only some posts read, because their
    posts changed."""
    p, e = handbook_pages.c, staff_estates.c
    rows = write.execute(select(p.id, p.estate_key).where(p.limited, p.ended == IN_FORCE)).all()
    if not rows:
        return
    known = write.execute(select(e.estate_key).where(e.staff_id == staff_id).order_by(e.estate_key)).scalars().all()
    told = ((row.id, [key for key in known if row.estate_key in (None, key)]) for row in rows)
    publish_refs(write, [(PAGE, id_, [in_estate(ESTATE, key) for key in keys]) for id_, keys in told if keys])


def for_phones(
    connection: Connection, ids: Sequence[str], held: Mapping[str, Iterable[str]]
) -> list[tuple[str, dict[str, Any], list[str]]]:
    """Return those of the pages that somebody may read: id, body, and the scopes in which they are shown. ``held``:
    their roles by estate."""
    p, v = handbook_pages.c, handbook_versions.c
    query = _joined().where(p.id.in_(ids), p.ended == IN_FORCE, v.version == p.version)
    found = []
    for row in connection.execute(query):
        if _may_read(row, held):
            keys = held if row.estate_key is None else [row.estate_key]
            found.append((row.id, body_of(row), [in_estate(ESTATE, key) for key in keys]))
    return found


def _may_read(row: Row[Any], held: Mapping[str, Iterable[str]]) -> bool:
    posts = set(row.content["posts"])
    # Who reads a page of the company in one estate has it, wherever else they work.
    return any(
        h.may_read(posts, set(roles)) for key, roles in held.items() if row.estate_key is None or row.estate_key == key
    )


def body_of(row: Row[Any], *, keyed: bool = True) -> dict[str, Any]:
    """Return a version of a page as phones read it. ``keyed``: with the pinyin by which it is found."""
    said = row.content
    body = {
        "page": row.page, "version": row.version, "hash": row.hash, **said, "must_from": row.must_from,
        "published_at": to_ms(row.published_at),
    }  # fmt: skip
    if row.estate_key != FIRST:
        body["estate_key"] = row.estate_key
    if row.must_since is not None:
        body["must_since"] = to_ms(row.must_since)
        body["counts"] = row.counts
    if keyed:
        body["keys"] = keys_of(said["title"].get("zh") or "", said["text"].get("zh") or "")
    return body


@lru_cache(1_000)
def keys_of(title: str, text: str) -> dict[str, list[str]]:
    """Return initials and pinyin of the title (line 0) and of what each line is called, by its line."""
    found = {"0": _ways(title)}
    for block in blocks(text):
        if block.sort not in (TEXT, HEAD) and (ways := _ways(block.name[:_MOST_KEYED])):
            found[str(block.line)] = ways
    return {line: ways for line, ways in found.items() if ways}


def _ways(text: str) -> list[str]:
    if text.isascii():
        return []
    initials, spelled = readings_of_text(text)
    return [*initials[:_READINGS], *spelled[:_READINGS]]


def _content(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind, "title": dict(draft.title), "text": dict(draft.text), "order": draft.order,
        "about": list(draft.about), "tags": list(draft.tags), "posts": list(draft.posts),
        "must_read": list(draft.must_read), "must_people": list(draft.must_people), "days": draft.days,
    }  # fmt: skip


def _size(connection: Connection, estate_key: str | None) -> int:
    """Return the bytes of all pages in force that an estate's phones hold; of the company's own for ``None``."""
    p, v = handbook_pages.c, handbook_versions.c
    mine = p.estate_key.is_(None) if estate_key is None else or_(p.estate_key.is_(None), p.estate_key == estate_key)
    query = select(v.content).join(handbook_pages, and_(p.id == v.page_id, p.version == v.version))
    rows = connection.execute(query.where(mine, p.ended == IN_FORCE)).scalars()
    return sum(len(json.dumps(content, ensure_ascii=False).encode()) for content in rows)


def _joined() -> Any:
    p, v = handbook_pages.c, handbook_versions.c
    columns = (p.id, p.estate_key, p.page, v.version, v.hash, v.content, v.must_from, v.must_since, v.counts,
               v.published_at)  # fmt: skip
    return select(*columns).join(handbook_versions, v.page_id == p.id)


def _among(keys: Sequence[str] | None) -> Any:
    column = handbook_pages.c.estate_key
    return or_(column.is_(None), column.is_not(None) if keys is None else column.in_(keys))


def _scopes(connection: Connection, estate_key: str | None) -> list[str]:
    if estate_key is not None:
        return [in_estate(ESTATE, estate_key)]
    keys = connection.execute(select(estates.c.key).order_by(estates.c.key)).scalars().all()
    return [in_estate(ESTATE, key) for key in keys or (FIRST,)]


def _order(said: Mapping[str, Any]) -> tuple[int, int]:
    return h.KINDS.index(said["kind"]) if said["kind"] in h.KINDS else len(h.KINDS), int(said["order"])


def _ms(at: Any) -> int | None:
    return None if at is None else to_ms(at)


__all__ = [
    "CHANGED", "NEW", "PAGE", "SAME", "WITHDRAWN", "Done", "Listed", "Version", "body_of", "everywhere",
    "for_phones", "in_force", "keys_of", "listed", "page_id", "pages_at", "people", "publish", "readers",
    "tell_limited", "version_of", "withdraw", "would",
]  # fmt: skip
