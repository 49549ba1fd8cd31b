"""Departments 部门 and the chain of command: which work is whose, and to whom somebody escalates (B.2, B.8).

A cleaner escalates to the cleaning lead, then to the environment supervisor; a repair worker to the engineering
supervisor; everybody else in the service centre to the service supervisor. Above every department stands the manager.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Final

from app.domain import roles

ENGINEERING, ENVIRONMENT, SERVICE, FINANCE, MANAGEMENT = (
    "engineering",
    "environment",
    "service",
    "finance",
    "management",
)
"""工程部 / 环境部 / 客服部 / 财务部 / 项目管理."""
DEPARTMENTS: Final = (ENGINEERING, ENVIRONMENT, SERVICE, FINANCE, MANAGEMENT)

DEPARTMENT_WORDS: Final = {
    ENGINEERING: ("工程部", "engineering department"),
    ENVIRONMENT: ("环境部", "environment department"),
    SERVICE: ("客服部", "service centre"),
    FINANCE: ("财务部", "finance department"),
    MANAGEMENT: ("项目经理", "management"),
}

_LEVELS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    ENGINEERING: ((roles.REPAIR_WORKER,), (roles.ENGINEERING_SUPERVISOR,)),
    ENVIRONMENT: ((roles.CLEANER,), (roles.CLEANING_LEAD,), (roles.ENVIRONMENT_SUPERVISOR,)),
    SERVICE: (
        (roles.STEWARD, roles.DESK, roles.GUARD, roles.ARCHIVIST, roles.CULTURE_CLERK),
        (roles.SERVICE_SUPERVISOR,),
    ),
    FINANCE: ((roles.FINANCE,),),
    MANAGEMENT: ((roles.ADMIN,), (roles.MANAGER,)),
}
"""The posts of each department, from its field staff upward. Above the last one stands the manager."""

_PLACE: Final = {
    post: (department, level)
    for department, levels in _LEVELS.items()
    for level, posts in enumerate(levels)
    for post in posts
}

SUPERVISORS: Final[Mapping[str, frozenset[str]]] = {
    ENGINEERING: frozenset((roles.ENGINEERING_SUPERVISOR,)),
    ENVIRONMENT: frozenset((roles.ENVIRONMENT_SUPERVISOR,)),
    SERVICE: frozenset((roles.SERVICE_SUPERVISOR,)),
    FINANCE: frozenset((roles.MANAGER,)),
    MANAGEMENT: frozenset((roles.MANAGER, roles.ADMIN)),
}
"""The posts that confirm a department's work (B.4, B.8). Finance has no supervisor of its own, so the manager
confirms."""


def department_of(post: str) -> str:
    """Return the department of a post; the service centre for a post that only a newer program knows."""
    return _PLACE[post][0] if post in _PLACE else SERVICE


def department(held: Iterable[str]) -> str:
    """Return the department of somebody with the posts ``held``: that of their lowest post, which is the one that does
    the work, and of several equally low ones the first in ``DEPARTMENTS``; the service centre if no post is known."""
    known = [_PLACE[post] for post in held if post in _PLACE]
    return min(known, key=lambda place: (place[1], DEPARTMENTS.index(place[0])))[0] if known else SERVICE


def levels_above(held: Iterable[str]) -> list[frozenset[str]]:
    """Return the posts of each level above somebody with the posts ``held``, from the next one up to the manager;
    empty for a manager."""
    held = set(held)
    if roles.MANAGER in held:
        return []
    levels = _LEVELS[department(held)]
    # Levels on which the person stands too are skipped: nobody is their own next level.
    own = max((i for i, posts in enumerate(levels) if held & set(posts)), default=0)
    above = [frozenset(posts) for posts in levels[own + 1 :]]
    manager = frozenset((roles.MANAGER,))
    return above if manager in above else [*above, manager]


def next_level(person: str, posts: Mapping[str, Set[str]]) -> list[str]:
    """Return the ids of those to whom ``person`` escalates (B.2): the holders of the nearest higher level that anybody
    holds.

    ``posts``: the posts of each active member of staff of that estate, by staff id. Empty if nobody stands above.
    """
    for level in levels_above(posts.get(person, ())):
        found = sorted(one for one, held in posts.items() if one != person and held & level)
        if found:
            return found
    return []


def stands_above(held: Iterable[str], post: str) -> bool:
    """Tell whether somebody with the posts ``held`` stands above a post in its department: the cleaning lead and the
    environment supervisor above a cleaner."""
    return bool(set(held) & {one for level in levels_above((post,)) for one in level})


def does_the_work(held: Iterable[str]) -> bool:
    """Tell whether somebody with the posts ``held`` is on the lowest level of a department, which does most jobs;
    administrators and finance do not count."""
    return any(_PLACE.get(post, (SERVICE, 0))[1] == 0 for post in held if post not in (roles.ADMIN, roles.FINANCE))


def answers_for(held: Iterable[str], posts: Mapping[str, Set[str]]) -> str:
    """Return the department whose supervisor confirms the work of somebody with the posts ``held`` (B.4): their own, or
    management where nobody in that estate supervises their own. ``posts`` as for ``next_level``."""
    own = department(held)
    return own if any(theirs & SUPERVISORS[own] for theirs in posts.values()) else MANAGEMENT


def leads(held: Iterable[str], department_: str) -> bool:
    """Tell whether somebody with the posts ``held`` confirms that department's work."""
    return bool(SUPERVISORS.get(department_, frozenset()) & set(held))
