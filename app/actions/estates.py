"""In which estates 小区 somebody has posts, which of them they look at now, and to which one a record belongs.

Most people have exactly one. Then nothing here asks the store for more than it has in memory, lists are not narrowed,
and no entry names an estate.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any, Final

from app.actions.models import Profile
from app.domain.roles import OVERSEERS
from app.domain.rules.card import Card
from app.domain.rules.estates import ESTATE, POSTS
from app.domain.rules.state import SubjectState
from app.domain.wire.errors import FIELD_MISSING, Problem
from app.domain.writing.tags import estate_mark
from app.store import PhoneStore
from app.store.queries import CardFilter, EstateCounts
from app.store.search import Household, PriceItem

CHOSEN: Final = "estate"
"""Setting: the key of the estate looked at; none: all of them."""


@dataclass(frozen=True, slots=True)
class Estate:
    """An estate in which this person has posts. ``phone``: its service phone."""

    key: str
    name: str
    phone: str = ""
    mark: str = ""
    """The mark on its tags; empty before the first pull."""


@dataclass(frozen=True, slots=True)
class Part:
    """Estates in which this person has the same posts ``roles``; ``estates`` is empty if these are all they have."""

    estates: tuple[str, ...]
    roles: frozenset[str]


class Estates:
    """Where one signed-in person works."""

    store: PhoneStore
    profile: Profile

    # -- posts -----------------------------------------------------------------------------

    @property
    def posts(self) -> Mapping[str, frozenset[str]]:
        """The posts 岗位 this person holds in each estate: as the directory says, or as at sign-in before the first
        pull."""
        body = self.store.refs("staff").get(self.profile.staff_id)
        if body and body.get(POSTS):
            return {str(key): frozenset(held) for key, held in sorted(body[POSTS].items()) if held}
        if body and body.get("roles"):
            return {"": frozenset(body["roles"])}
        if self.profile.posts:
            return {key: frozenset(held) for key, held in sorted(self.profile.posts.items())}
        return {"": frozenset(self.profile.roles)}

    @property
    def roles(self) -> frozenset[str]:
        """The posts this person holds where they look now: in the chosen estate, or in any of theirs."""
        return frozenset().union(*(held for key, held in self.posts.items() if key in self._looked_at))

    def roles_in(self, estate: str) -> frozenset[str]:
        """Return the posts this person holds in an estate."""
        return self.posts.get(estate, frozenset())

    def roles_on(self, what: Card | SubjectState | Household) -> frozenset[str]:
        """Return the posts this person holds in the estate of a record or household: they decide what they may do with
        it."""
        posts = self.posts
        return next(iter(posts.values())) if len(posts) == 1 else posts.get(self.estate_of(what), frozenset())

    def parts(self) -> list[Part]:
        """Return the estates looked at, grouped by the posts this person has there."""
        posts = self.posts
        keys = self._looked_at
        groups: dict[frozenset[str], list[str]] = {}
        for key in keys:
            groups.setdefault(posts[key], []).append(key)
        whole = len(groups) == 1 and len(keys) == len(posts)
        return [Part(() if whole else tuple(theirs), held) for held, theirs in groups.items()]

    def parts_of(self, held: Set[str]) -> list[Part]:
        """Return those of ``parts`` in which this person has one of the posts ``held``."""
        return [part for part in self.parts() if part.roles & held]

    # -- the estate that is looked at ------------------------------------------------------

    @property
    def estates(self) -> list[Estate]:
        """The estates in which this person has posts, the company's first one first."""
        told = {str(body.get("key") or ""): (id_, body) for id_, body in self.store.refs("estate").items()}
        at_sign_in = dict(self.profile.estates)
        found = []
        for key in self.posts:
            id_, body = told.get(key, ("", {}))
            name = str(body.get("name") or at_sign_in.get(key) or self.profile.estate)
            found.append(Estate(key, name, str(body.get("phone") or ""), estate_mark(id_) if id_ else ""))
        return sorted(found, key=lambda estate: (estate.key != "", estate.name, estate.key))

    @property
    def several(self) -> bool:
        """Whether this person has posts in more than one estate: only then is there anything to choose."""
        return len(self.posts) > 1

    @property
    def estate(self) -> str | None:
        """The key of the estate this person looks at now; ``None`` for all of theirs 全部小区."""
        keys = self._looked_at
        return keys[0] if len(keys) == 1 else None

    @property
    def _looked_at(self) -> tuple[str, ...]:
        keys = tuple(self.posts)
        if len(keys) > 1:
            kept = self.store.setting(CHOSEN)
            if kept in keys:
                return (kept,)
        return keys

    def choose_estate(self, key: str | None) -> None:
        """Look at one estate, or at all (``None``) from now on; kept on this phone, durable after ``settled``."""
        self.store.put_settings({CHOSEN: key})

    def here(self, wanted: CardFilter) -> CardFilter:
        """Return a list's filter narrowed to the estate looked at, unless it names estates, a door or records
        itself."""
        keys = self._looked_at
        if wanted.estates or wanted.ids or wanted.household_id or len(keys) == len(self.posts):
            return wanted
        return replace(wanted, estates=keys)

    def everywhere(self, wanted: CardFilter) -> CardFilter:
        """Return a list's filter for all of this person's estates, wherever they look now."""
        return replace(wanted, estates=tuple(self.posts))

    def overseen(self, wanted: CardFilter, held: Set[str] = OVERSEERS) -> CardFilter:
        """Return a list's filter narrowed to those of the estates looked at in which this person has one of the posts
        ``held``."""
        posts = self.posts
        keys = tuple(key for key in self._looked_at if posts[key] & held)
        return wanted if len(keys) == len(posts) or not self.several else replace(wanted, estates=keys or ("-",))

    # -- what belongs where ----------------------------------------------------------------

    def estate_of(self, what: Card | SubjectState | Household) -> str:
        """Return the key of the estate of a record or a door."""
        if isinstance(what, Household):
            return what.estate
        if isinstance(what, Card):
            return self.store.whereabouts().of(what.building_id, what.estate, what.opener)
        author = what.opened.author if what.opened is not None else None
        return self.store.whereabouts().of(what.building_id, what.estate, author)

    def estate_name(self, what: Card | SubjectState | Household | str) -> str:
        """Return the name of the estate of a record or household, or of a key; "" for somebody who has only one."""
        if not self.several:
            return ""
        key = what if isinstance(what, str) else self.estate_of(what)
        return next((estate.name for estate in self.estates if estate.key == key), "")

    def estate_mark_of(self, what: Card | Household | PriceItem) -> str:
        """Return the estate's name for a row of a list while all estates are looked at, else ""."""
        if self.estate is not None:
            return ""
        return self.estate_name(what.estate if isinstance(what, PriceItem) else what)

    def estate_counts(self, stages: tuple[str, ...], unassigned: tuple[str, ...], now: int) -> dict[str, EstateCounts]:
        """Return the figures of each estate of which this phone has records, by its key."""
        return self.store.by_estate(stages, unassigned, now)

    def buildings_in(self, estate: str | None) -> Mapping[str, Mapping[str, Any]]:
        """Return the buildings of one estate that the phone knows, by id: ``name``, ``code`` …; of all for ``None``."""
        found = self.store.refs("building")
        if estate is None or not self.several:
            return found
        keys = self.store.whereabouts().buildings
        return {id_: body for id_, body in found.items() if keys[id_] == estate}

    def says_estate(self, body: Mapping[str, Any], wanted: str | None) -> dict[str, str]:
        """Return the field in which a first entry names its estate: none at a door or in a building, which imply it,
        and none in a company's first estate.

        ``wanted``: the key in the form; ``None``: the estate looked at. Raises ``Problem`` ``field_missing`` if that is
        all of them.
        """
        if any(body.get(name) for name in ("building_id", "unit_id", "household_id")):
            return {}
        key = self.estate if wanted is None else wanted
        if key is None:
            raise Problem(FIELD_MISSING, field="estate", field_zh="小区", field_en="estate")
        return {ESTATE: key} if key else {}
