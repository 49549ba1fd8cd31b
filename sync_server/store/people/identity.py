"""The person who is asking: on which device, and with which rights now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.domain import roles
from app.domain.rules.estates import estate_of_author
from app.domain.rules.scopes import FIRST, scopes_of_posts

NO_POST = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person on one device; ``posts`` and ``looks_after`` are those of now, not of the sign-in."""

    staff_id: str
    name: str
    device: str
    posts: Mapping[str, frozenset[str]]
    """Roles by the estate's key. Questions about a door, a record or a person must be asked of ``at(its estate)``."""
    looks_after: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Buildings they look after, by estate."""
    login: str = ""
    """Their sign-in name; empty where it is not needed."""
    at_home: str | None = None
    """``home``, if it is not the first of their estates."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles they hold in any of their estates; only for questions that concern no one estate."""
        return frozenset().union(*self.posts.values())

    @property
    def buildings(self) -> frozenset[str]:
        """The buildings they look after, in all estates."""
        return frozenset().union(*self.looks_after.values())

    @property
    def scopes(self) -> list[str]:
        """The scopes that this person reads; those that everyone needs come first."""
        return scopes_of_posts(self.staff_id, self.posts, self.looks_after)

    @property
    def estates(self) -> list[str]:
        """The keys of the estates where they hold a post, the store's first one first."""
        return sorted(self.posts)

    @property
    def home(self) -> str:
        """The estate that their actions belong to when nothing else says so."""
        return estate_of_author(self.posts) if self.at_home is None else self.at_home

    @property
    def in_first_alone(self) -> bool:
        """Whether the store's first estate is their only one, so that they are told of no other."""
        return self.estates == [FIRST]

    @property
    def is_system(self) -> bool:
        """Whether this is the server itself."""
        return self.staff_id == roles.SYSTEM

    @property
    def overseer(self) -> bool:
        """Whether they oversee: see all the work of an estate that their roles may see. To be asked of ``at(an
        estate)``."""
        return bool(self.roles & roles.OVERSEERS) or self.is_system

    def holds(self, key: str) -> bool:
        """Return whether they hold a post in an estate; the server itself does in all."""
        return key in self.posts or self.is_system

    def at(self, key: str) -> Identity:
        """Return the same person with their roles and buildings in one estate only; the server itself unchanged."""
        if self.is_system or (key in self.posts and len(self.posts) == 1):
            return self
        mine = {key: self.looks_after[key]} if key in self.looks_after else {}
        return replace(self, posts={key: self.posts.get(key, NO_POST)}, looks_after=mine)


def system(device: str) -> Identity:
    """Return the server itself, as the author of ticket numbers, imports and other systems' tickets."""
    return Identity(roles.SYSTEM, roles.SYSTEM, device, {FIRST: frozenset({roles.SYSTEM})})
