"""The forms 表单 that this phone knows, as reference data: those in force, which can be begun, and those that were
replaced or withdrawn, under which a form that is being filled in goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from app.domain.forms import Form, read
from app.domain.rules.estates import ESTATE_KEY
from app.store import PhoneStore

FORM: Final = "form"
"""The kind of reference data: one row for each publishing of a form, with its whole definition."""


@dataclass(frozen=True, slots=True)
class Published:
    """A form in force: its ``id``, its ``title`` by language, the ``hash`` of its definition, the key of the ``estate``
    it was published for ("": all), and what its settings say of chains."""

    id: str
    hash: str
    version: str
    title: Mapping[str, str]
    estate: str = ""
    case: str = ""
    step: str = ""
    after: tuple[str, ...] = ()
    ends: bool = False

    def said(self, language: str) -> str:
        """Return its title in a language, else in any; its id without one."""
        return self.title.get(language) or next(iter(self.title.values()), "") or self.id


def published(store: PhoneStore) -> list[Published]:
    """Return the forms in force, by title."""
    rows = (row for row in store.refs(FORM).values() if not row.get("ended"))
    return sorted((_read(row) for row in rows), key=lambda one: (one.said("zh"), one.id))


def definition(store: PhoneStore, digest: str) -> Form | None:
    """Return a definition by its hash, in force or not; ``None`` where it is not on this phone."""
    row = next((row for row in store.refs(FORM).values() if row.get("hash") == digest), None)
    return None if row is None else _definition(str(row["definition"]))


@lru_cache(maxsize=64)
def _definition(text: str) -> Form:
    """Read a definition once: it never changes, and reading one of 60 questions takes as long as opening the page."""
    return read(text.encode())


def _read(row: Mapping[str, Any]) -> Published:
    settings = _definition(str(row["definition"])).settings
    return Published(
        str(row["form_id"]),
        str(row["hash"]),
        str(row.get("version") or ""),
        dict(row.get("title") or {}),
        str(row.get(ESTATE_KEY) or ""),
        str(settings.get("case") or ""),
        str(settings.get("step") or ""),
        tuple(settings.get("after") or ()),
        bool(settings.get("ends")),
    )
