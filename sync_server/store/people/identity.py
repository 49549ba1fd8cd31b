"""Who is asking: a person on a device, with the rights they have now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.domain import roles
from app.domain.rules.estates import estate_of_author
from app.domain.rules.scopes import FIRST, scopes_of_posts

NO_POST = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person on one device; ``posts`` and ``buildings`` as they are now, not at sign-in."""

    staff_id: str
    name: str
    device: str
    posts: Mapping[str, frozenset[str]]
    """Roles by estate (its key). What is asked about a door, a record or a person is asked of ``at(its estate)``."""
    looks_after: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Buildings of theirs by estate."""
    login: str = ""
    """What they sign in with; empty where it does not matter."""
    at_home: str | None = None
    """``home``, where it is not the first of their estates."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles they hold in any of their estates: for questions without an estate only."""
        return frozenset().union(*self.posts.values())

    @property
    def buildings(self) -> frozenset[str]:
        """The buildings they look after, in whichever estate."""
        return frozenset().union(*self.looks_after.values())

    @property
    def scopes(self) -> list[str]:
        """The scopes this person reads, those everyone needs first."""
        return scopes_of_posts(self.staff_id, self.posts, self.looks_after)

    @property
    def estates(self) -> list[str]:
        """The keys of the estates where they hold a post, the store's first one first."""
        return sorted(self.posts)

    @property
    def home(self) -> str:
        """The estate of what they do where nothing says which."""
        return estate_of_author(self.posts) if self.at_home is None else self.at_home

    @property
    def in_first_alone(self) -> bool:
        """Whether the store's first estate is their only one: they are told of no other."""
        return self.estates == [FIRST]

    @property
    def is_system(self) -> bool:
        """Whether this is the server itself."""
        return self.staff_id == roles.SYSTEM

    @property
    def overseer(self) -> bool:
        """Whether this person sees a whole estate's work: all of it that they may see at all, asked ``at`` one."""
        return bool(self.roles & roles.OVERSEERS) or self.is_system

    def holds(self, key: str) -> bool:
        """Tell whether they hold a post in an estate; the server itself does in each."""
        return key in self.posts or self.is_system

    def at(self, key: str) -> Identity:
        """Return the same person with what they are and look after in one estate alone; the server itself is all."""
        if self.is_system or (key in self.posts and len(self.posts) == 1):
            return self
        mine = {key: self.looks_after[key]} if key in self.looks_after else {}
        return replace(self, posts={key: self.posts.get(key, NO_POST)}, looks_after=mine)


def system(device: str) -> Identity:
    """Return the server itself, which records ticket numbers, imports and other systems' tickets."""
    return Identity(roles.SYSTEM, roles.SYSTEM, device, {FIRST: frozenset({roles.SYSTEM})})
