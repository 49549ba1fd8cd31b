"""The forms 表单 that this phone knows: those that are published now, as reference data, and every definition that is
here as a blob, named by its hash."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from app.domain.forms import Form, read
from app.store import PhoneStore

FORM: Final = "form"
"""The kind of reference data that lists published forms."""


@dataclass(frozen=True, slots=True)
class Published:
    """A published form: its ``id`` and ``title`` (by language), the ``hash`` of its definition, and what its settings
    say. ``posts``: those who fill it in, all if empty."""

    id: str
    hash: str
    version: str
    title: Mapping[str, str]
    case: str = ""
    step: str = ""
    after: tuple[str, ...] = ()
    ends: bool = False
    posts: frozenset[str] = field(default_factory=frozenset)

    def said(self, language: str) -> str:
        """Return its title in a language, else in any; its id without one."""
        return self.title.get(language) or next(iter(self.title.values()), "") or self.id

    def for_posts(self, held: Set[str]) -> bool:
        """Tell whether a holder of these posts fills it in."""
        return not self.posts or bool(self.posts & held)


def published(store: PhoneStore) -> list[Published]:
    """Return the forms that are published now, by title."""
    return sorted(
        (_read(id_, body) for id_, body in store.refs(FORM).items()), key=lambda one: (one.said("zh"), one.id)
    )


def definition(store: PhoneStore, digest: str) -> Form | None:
    """Return a definition by its hash; ``None`` while it is not on this phone."""
    data = store.blob(digest)
    return None if data is None else _definition(data)


@lru_cache(maxsize=32)
def _definition(data: bytes) -> Form:
    """A definition never changes, and reading one of 60 questions takes as long as opening the page."""
    return read(data)


def _read(id_: str, body: Mapping[str, Any]) -> Published:
    settings = body.get("settings") or {}
    title = body.get("title") or {}
    return Published(
        str(body.get("form_id") or id_),
        str(body.get("hash") or ""),
        str(body.get("version") or ""),
        {"zh": title} if isinstance(title, str) else dict(title),
        str(settings.get("case") or ""),
        str(settings.get("step") or ""),
        tuple(settings.get("after") or ()),
        bool(settings.get("ends")),
        frozenset(body.get("posts") or ()),
    )
