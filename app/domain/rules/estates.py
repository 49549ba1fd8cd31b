"""To which of a company's estates 小区 something belongs, by the estate's key; the key of a server's first estate is
"".

A server with one estate therefore writes no keys at all: its data look as they did before there could be several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

ESTATE: Final = "estate"
"""The field of a subject's first entry that names its estate where neither a household nor a building implies it."""
ESTATE_KEY: Final = "estate_key"
"""The field of a building or price item, as phones get it, with the key of its estate; left out for the first
estate."""
POSTS: Final = "posts"
"""The field of a member of staff, as phones get it, with their posts in each estate, by estate key."""


def key_of(body: Mapping[str, Any]) -> str:
    """Return the key of the estate that a building or price item belongs to."""
    return str(body.get(ESTATE_KEY) or "")


def estate_of_author(keys: Iterable[str]) -> str:
    """Return the estate of a subject begun by somebody with posts in ``keys``, where nothing else says it: the first
    estate if they have a post there, else that of their estates whose key sorts first."""
    return min(keys, default="")
