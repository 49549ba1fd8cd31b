"""A household's archive (S): who reads which of its twelve classes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain import roles
from app.domain.rules.archive import NUMBERS, classes_of

EVERY_CLASS = frozenset(NUMBERS)
_posts = some.sets(some.sampled_from(roles.ROLES))


@pytest.mark.parametrize(
    ("post", "read"),
    [
        (roles.ARCHIVIST, EVERY_CLASS),
        (roles.MANAGER, EVERY_CLASS),
        (roles.SERVICE_SUPERVISOR, EVERY_CLASS),
        (roles.DESK, EVERY_CLASS - {2}),
        (roles.STEWARD, EVERY_CLASS - {2, 9}),
        (roles.FINANCE, {2, 9}),
        (roles.ENGINEERING_SUPERVISOR, {3, 10, 12}),
        (roles.REPAIR_WORKER, {10, 12}),
        (roles.GUARD, {7}),
        (roles.ADMIN, set()),
        (roles.CLEANER, set()),
    ],
)
def test_a_post_reads_the_classes_it_needs(post: str, read: set[int]) -> None:
    """S: confidential, seen only by those who need it; money neither by stewards nor by who repairs."""
    assert classes_of({post}) == read


@given(_posts, _posts, some.booleans())
def test_who_holds_two_posts_reads_what_each_reads(some_posts: set[str], others: set[str], own: bool) -> None:
    """Posts add up, and a steward's counts in their own building alone."""
    one, two = classes_of(some_posts, own_building=own), classes_of(others, own_building=own)
    assert classes_of(some_posts | others, own_building=own) == one | two <= EVERY_CLASS
    assert classes_of(some_posts, own_building=False) <= classes_of(some_posts)
    assert classes_of({roles.STEWARD}, own_building=False) == frozenset()
