"""Pages of a handbook for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.actions import Session
from app.domain.rules.handbook import PAGE
from app.domain.rules.scopes import ESTATE
from app.domain.wire.exchange import Page, RefItem
from sync_server.handbook import Draft, File, compile_files
from sync_server.store import Store
from sync_server.store.estate import handbook

PHONES: Final = """---
类别: 电话
标题: 常用电话
---
| 找谁 | 电话 |
| --- | --- |
| 派出所 | 0755-0000 8110 |
| 火警 | 119 |
"""
CONDUCT: Final = """---
类别: 制度
标题: 服务规范
必读: {must}
---
1. 上门先预约。
2. {more}
"""


def drafts(*texts: str, **named: str) -> list[Draft]:
    """Return the pages of Markdown texts, by their names."""
    files = {f"page{n}": text for n, text in enumerate(texts)} | named
    made = compile_files([File(f"{name}.md", text.encode()) for name, text in files.items()], PEOPLE)
    assert not made.faults, [fault.said() for fault in made.faults]
    return list(made.pages)


PEOPLE: Final = {"W1": "staff-w1"}


def publish(store: Store, pages: Sequence[Draft], estate: str | None = None, by: str | None = None) -> list[str]:
    """Publish pages; return their ids."""
    with store.numbered() as write:
        return [one.id for one in handbook.publish(write, pages, estate, by)]


def put_on_phone(session: Session, *pages: Draft, now: int = 0, version: int = 1) -> list[str]:
    """Put pages on a phone, as the page of a sync does; return their ids."""
    store = session.store
    pos = store.cursors().get(ESTATE, 0)
    items = tuple(RefItem(pos, PAGE, f"page-{one.page}", body_of(one, now, version), False) for one in pages)
    store.apply_page(Page(ESTATE, pos, False, items))
    return [f"page-{one.page}" for one in pages]


def body_of(one: Draft, now: int = 0, version: int = 1) -> dict[str, Any]:
    """Return the row of reference data by which a phone learns of a page."""
    must = bool(one.must_read or one.must_people)
    keys = handbook.keys_of(one.title.get("zh", ""), one.text.get("zh", ""))
    return {
        "page": one.page, "version": version, "hash": one.hash, "kind": one.kind, "title": dict(one.title),
        "text": dict(one.text), "order": one.order, "about": list(one.about), "tags": list(one.tags),
        "posts": list(one.posts), "must_read": list(one.must_read), "must_people": list(one.must_people),
        "days": one.days, "must_from": version if must else 0, "published_at": now, "keys": keys,
        **({"must_since": now, "counts": [one.hash]} if must else {}),
    }  # fmt: skip
