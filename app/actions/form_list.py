"""The forms 表单 that this phone knows, as reference data: those in force, which can be begun, and those that were
replaced or withdrawn, under which a form that is being filled in goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from app.domain.forms import Form, read
from app.domain.rules.estates import ESTATE_KEY
from app.domain.wire.errors import Problem
from app.domain.writing.folding import sought
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
    posts: tuple[str, ...] = ()
    """The posts that find it on their phones; none: everybody."""
    group: Mapping[str, str] = field(default_factory=dict)
    """What it belongs to, by language: 空置房."""
    initials: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()
    group_pinyin: str = ""

    def said(self, language: str) -> str:
        """Return its title in a language, else in any; its id without one."""
        return self.title.get(language) or next(iter(self.title.values()), "") or self.id

    def grouped(self, language: str) -> str:
        """Return what it belongs to in a language, else in any; "" where the office said nothing."""
        return self.group.get(language) or next(iter(self.group.values()), "")

    def fits(self, typed: str) -> bool:
        """Tell whether somebody who types this may mean it: by its title in any language, its id, what it belongs to,
        pinyin or initials."""
        words, ways = typed.split(), (*self.initials, *self.pinyin, self.group_pinyin)
        named = sought(" ".join((*self.title.values(), *self.group.values(), self.id)))
        return all(
            sought(one) in named or (one.isascii() and any(one.casefold() in way for way in ways)) for one in words
        )


def published(store: PhoneStore) -> list[Published]:
    """Return the forms in force that this program can read, by title: what a newer server publishes must not take the
    others away."""
    rows = (_read(row) for row in store.refs(FORM).values() if not row.get("ended"))
    return sorted((one for one in rows if one is not None), key=lambda one: (one.said("zh"), one.id))


def every(store: PhoneStore) -> Iterator[Form]:
    """Yield the definitions on this phone that this program can read, those that were replaced or withdrawn, too."""
    for row in store.refs(FORM).values():
        try:
            yield _definition(str(row["definition"]))
        except Problem:
            continue


def archive_classes(store: PhoneStore) -> dict[str, int]:
    """Return the class of a household's archive that each form is filed in, by its id (S1): as it is in force, else as
    it was last; forms that are in none are left out."""
    found: dict[str, int] = {}
    for row in sorted(store.refs(FORM).values(), key=lambda row: not row.get("ended")):
        try:
            found[str(row["form_id"])] = _definition(str(row["definition"])).archive
        except Problem:
            continue
    return {form: number for form, number in found.items() if number}


def definition(store: PhoneStore, digest: str) -> Form | None:
    """Return a definition by its hash, in force or not; ``None`` where it is not on this phone."""
    row = next((row for row in store.refs(FORM).values() if row.get("hash") == digest), None)
    return None if row is None else _definition(str(row["definition"]))


@lru_cache(maxsize=512)
def _definition(text: str) -> Form:
    """Read a definition once: it never changes, and reading one of 60 questions takes as long as opening the page. All
    of a company are asked for in turn, so that a cache that holds fewer than there are would hold none."""
    return read(text.encode())


def _read(row: Mapping[str, Any]) -> Published | None:
    try:
        settings = _definition(str(row["definition"])).settings
    except Problem:
        return None
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
        tuple(settings.get("posts") or ()),
        dict(settings.get("group") or {}),
        tuple(str(one) for one in row.get("initials") or ()),
        tuple(str(one) for one in row.get("pinyin") or ()),
        str(row.get("group_pinyin") or ""),
    )
