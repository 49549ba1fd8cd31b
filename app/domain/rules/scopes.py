"""Scopes: the streams of entries that a person reads. What is in none of a person's scopes is not sent to them.

``estate`` (everyone), ``all`` (overseers, and the archivist: nearly all of it stands in some archive, S),
``building:<id>`` (its steward), ``staff:<id>`` (tickets assigned to or
opened by that person), ``finance`` (tickets once they are done: the third copy, A.8), ``environment`` (what concerns
the environment department: its supervisor and the cleaning lead, B.8), ``staff_files`` (training, marks and warnings,
V5), ``gate`` (what guards check: permits, passes and visitors, K.3, N; and emergency contacts, Y4), ``care``
(the register of households that need special care, P3), ``archive:<post>`` (the papers of the classes that a post reads
of households' archives, S2).

Each estate 小区 has its own scopes. Those of a store's first estate, whose key is empty, have the names above; those of
another estate end with its key: ``all@<key>``. A building is in one estate, so its scope needs no key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from app.domain import roles
from app.domain.rules.archive import classes_of

ESTATE = "estate"
ALL = "all"
FINANCE = "finance"
ENVIRONMENT = "environment"
STAFF_FILES = "staff_files"
"""What is in the files of the staff: read by supervisors, managers and administrators, and by nobody else (V5)."""
GATE = "gate"
CARE = "care"
"""The register of households that need special care, and the calls to them: not in ``ALL``, for not all who oversee the
estate's work read it (P3)."""
CULTURE = "culture"
"""Who signed up to community events: read by the culture clerk, too (U1)."""
FIRST = ""
"""The key of a store's first estate. Every other's is its id."""
CARE_READERS = frozenset((roles.SERVICE_SUPERVISOR, roles.DESK, roles.MANAGER))
"""Who reads the register of special care of a whole estate; besides them only the steward of the household's building
(P3)."""
_ARCHIVE = "archive:"
_BUILDING = "building:"
_FILE = "file:"
_FILES = frozenset(
    (roles.SERVICE_SUPERVISOR, roles.ENGINEERING_SUPERVISOR, roles.ENVIRONMENT_SUPERVISOR, roles.MANAGER, roles.ADMIN)
)
"""Who reads the files of the staff."""


def building_scope(building_id: str) -> str:
    """Return the scope of a building's steward."""
    return f"{_BUILDING}{building_id}"


def staff_scope(staff_id: str) -> str:
    """Return the scope of what is assigned to or opened by one person, in the first estate (``in_estate``)."""
    return f"staff:{staff_id}"


def file_scope(staff_id: str) -> str:
    """Return the scope of one person's own file (V5), for whom the scope of all they do is not read by itself."""
    return f"{_FILE}{staff_id}"


def archive_scope(post: str) -> str:
    """Return the scope of the papers of households' archives that the holders of a post read (S2). One for each post,
    not for each class: a pull asks once more for a person, not twelve times."""
    return f"{_ARCHIVE}{post}"


def told_later(scope: str) -> bool:
    """Tell whether a phone is told of a scope only once there is something in it: the files of the staff, the register
    of special care, and archives, in any estate. Older phones know none of them."""
    return scope.startswith((STAFF_FILES, _FILE, _ARCHIVE)) or scope.partition("@")[0] == CARE


def in_estate(scope: str, key: str) -> str:
    """Return the name that a scope of the first estate has in the estate ``key``."""
    return scope if key == FIRST or scope.startswith(_BUILDING) else f"{scope}@{key}"


def scopes_of(staff_id: str, held: Iterable[str], building_ids: Iterable[str], key: str = FIRST) -> list[str]:
    """Return the scopes that a person with the roles ``held`` in one estate reads there; those that everyone reads come
    first."""
    held = set(held)
    if held & roles.OVERSEERS:
        scopes = [ESTATE, ALL]
    else:
        scopes = [ESTATE, staff_scope(staff_id)]
        if roles.STEWARD in held:
            scopes += [building_scope(b) for b in sorted(building_ids)]
        if roles.FINANCE in held:
            scopes.append(FINANCE)
        if held & {roles.ENVIRONMENT_SUPERVISOR, roles.CLEANING_LEAD}:
            scopes.append(ENVIRONMENT)
        if roles.GUARD in held:
            scopes.append(GATE)
        if roles.CULTURE_CLERK in held:
            scopes.append(CULTURE)
        if roles.ARCHIVIST in held:
            scopes.append(ALL)
    if held & CARE_READERS:
        scopes.append(CARE)
    scopes += [archive_scope(post) for post in sorted(held) if classes_of((post,), own_building=False)]
    if held & _FILES:
        scopes.append(STAFF_FILES)
    elif held & roles.OVERSEERS:
        scopes.append(file_scope(staff_id))  # of others' files ``ALL`` has nothing, so it has nothing of theirs either
    return scopes if key == FIRST else [in_estate(scope, key) for scope in scopes]


def scopes_of_posts(staff_id: str, posts: Mapping[str, Set[str]], buildings: Mapping[str, Set[str]]) -> list[str]:
    """Return the scopes of a person who holds ``posts`` (roles by estate key) and looks after ``buildings`` (ids by
    estate key).

    What everyone of an estate needs comes first, for each of their estates.
    """
    each = [scopes_of(staff_id, posts[key], buildings.get(key, ()), key) for key in sorted(posts)]
    return [scopes[0] for scopes in each] + [scope for scopes in each for scope in scopes[1:]]
