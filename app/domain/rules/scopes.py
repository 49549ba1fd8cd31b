"""Scopes: the streams in which somebody reads what concerns them, and no more.

``estate`` (everyone), ``all`` (overseers), ``building:<id>`` (its steward), ``staff:<id>`` (tickets assigned to or
opened by that person), ``finance`` (tickets from done on: the third copy, A.8).
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain import roles

ESTATE = "estate"
ALL = "all"
FINANCE = "finance"


def building_scope(building_id: str) -> str:
    """Return the scope of a building's steward."""
    return f"building:{building_id}"


def staff_scope(staff_id: str) -> str:
    """Return the scope of what is assigned to or opened by one person."""
    return f"staff:{staff_id}"


def scopes_of(staff_id: str, held: Iterable[str], building_ids: Iterable[str]) -> list[str]:
    """Return the scopes a person with the roles ``held`` reads, those everyone needs first."""
    held = set(held)
    if held & roles.OVERSEERS:
        return [ESTATE, ALL]
    scopes = [ESTATE, staff_scope(staff_id)]
    if roles.STEWARD in held:
        scopes += [building_scope(b) for b in sorted(building_ids)]
    if roles.FINANCE in held:
        scopes.append(FINANCE)
    return scopes
