"""Which estate 小区 of a company something belongs to: its key, "" for a server's first.

A server with one estate says no key anywhere, so what is written and read there is what it always was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

ESTATE: Final = "estate"
"""The field of a first entry that names its estate, where neither a door nor a building does."""
ESTATE_KEY: Final = "estate_key"
"""The field of a building or price item, as phones get them, that says whose it is; left out for the first estate's."""
POSTS: Final = "posts"
"""The field of a member of staff, as phones get them, with their posts in each estate by its key."""


def key_of(body: Mapping[str, Any]) -> str:
    """Return the key of the estate that a building or price item is of."""
    return str(body.get(ESTATE_KEY) or "")


def estate_of_author(keys: Iterable[str]) -> str:
    """Return the estate of what somebody with posts in ``keys`` began where nothing else says it: the first estate
    where they have a post there, else theirs that comes first."""
    return min(keys, default="")
