"""Whose department somebody is in, and who is asked next by whom (B.2, B.8)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import roles
from app.domain.rules.departments import (
    ENGINEERING,
    ENVIRONMENT,
    department,
    does_the_work,
    leads,
    levels_above,
    next_level,
)

TEAM = {
    "lead": frozenset({roles.CLEANING_LEAD}),
    "environment": frozenset({roles.ENVIRONMENT_SUPERVISOR}),
    "engineering": frozenset({roles.ENGINEERING_SUPERVISOR}),
    "service": frozenset({roles.SERVICE_SUPERVISOR}),
    "manager": frozenset({roles.MANAGER}),
    "admin": frozenset({roles.ADMIN}),
    "desk": frozenset({roles.DESK}),
}
POSTS = st.frozensets(st.sampled_from(roles.ROLES), min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("post", "next_one"),
    [
        (roles.CLEANER, "lead"),
        (roles.CLEANING_LEAD, "environment"),
        (roles.ENVIRONMENT_SUPERVISOR, "manager"),
        (roles.REPAIR_WORKER, "engineering"),
        (roles.ENGINEERING_SUPERVISOR, "manager"),
        (roles.STEWARD, "service"),
        (roles.DESK, "service"),
        (roles.GUARD, "service"),
        (roles.ARCHIVIST, "service"),
        (roles.CULTURE_CLERK, "service"),
        (roles.SERVICE_SUPERVISOR, "manager"),
        (roles.FINANCE, "manager"),
        (roles.ADMIN, "manager"),
        ("of_a_newer_program", "service"),
    ],
)
def test_each_post_has_a_next_level(post: str, next_one: str) -> None:
    assert next_level("me", TEAM | {"me": frozenset({post})}) == [next_one]


def test_a_level_nobody_holds_is_passed_over() -> None:
    team = {"me": frozenset({roles.CLEANER}), "manager": TEAM["manager"]}
    assert next_level("me", team) == ["manager"]
    assert next_level("manager", team) == []


def test_who_also_leads_their_own_people_asks_the_one_above() -> None:
    both = frozenset({roles.REPAIR_WORKER, roles.ENGINEERING_SUPERVISOR})
    assert next_level("me", TEAM | {"me": both}) == ["manager"]


def test_cleaning_is_confirmed_by_the_environment_supervisor_and_nobody_else() -> None:
    assert department({roles.CLEANER}) == ENVIRONMENT and department({roles.REPAIR_WORKER}) == ENGINEERING
    assert [post for post in roles.ROLES if leads({post}, ENVIRONMENT)] == [roles.ENVIRONMENT_SUPERVISOR]


@given(POSTS)
def test_the_line_ends_at_the_manager_and_never_turns_back(held: frozenset[str]) -> None:
    above = levels_above(held)
    assert (above == []) == (roles.MANAGER in held)
    assert not above or above[-1] == frozenset({roles.MANAGER})
    assert not any(held & level for level in above)


def test_supervisors_leads_and_the_office_stand_behind_those_who_do_the_work() -> None:
    above = {roles.ENGINEERING_SUPERVISOR, roles.SERVICE_SUPERVISOR, roles.ENVIRONMENT_SUPERVISOR, roles.CLEANING_LEAD}
    above |= {roles.MANAGER, roles.ADMIN, roles.FINANCE}
    assert {post for post in roles.ROLES if not does_the_work({post})} == above
