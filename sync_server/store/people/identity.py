"""Who is asking: a person on a device, with the rights they have now."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import roles
from app.domain.rules.scopes import scopes_of


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person on one device; ``roles`` and ``buildings`` as they are now, not at sign-in."""

    staff_id: str
    name: str
    device: str
    roles: frozenset[str]
    buildings: frozenset[str]
    login: str = ""
    """What they sign in with; empty where it does not matter."""

    @property
    def scopes(self) -> list[str]:
        """The scopes this person reads, those everyone needs first."""
        return scopes_of(self.staff_id, self.roles, self.buildings)

    @property
    def overseer(self) -> bool:
        """Whether this person sees the whole estate's work."""
        return bool(self.roles & roles.OVERSEERS) or self.staff_id == roles.SYSTEM


def system(device: str) -> Identity:
    """Return the server itself, which records ticket numbers, imports and other systems' tickets."""
    return Identity(roles.SYSTEM, roles.SYSTEM, device, frozenset({roles.SYSTEM}), frozenset())
