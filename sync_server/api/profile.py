"""The estates and posts of a person, as answers to sign-ins and syncs tell their phone."""

from __future__ import annotations

from typing import Any

from sync_server.store import Store
from sync_server.store.people.identity import Identity


def where(store: Store, who: Identity) -> dict[str, Any]:
    """Return ``estate``, the person's first one, and what ``more`` returns."""
    if who.in_first_alone:
        return {"estate": {"name": store.estate_name()}}
    said = more(store, who)
    names = [one["name"] for one in said["estates"]]
    return {"estate": {"name": names[0] if names else ""}, **said}


def more(store: Store, who: Identity) -> dict[str, Any]:
    """Return ``estates`` and ``posts`` of somebody who holds a post outside the first estate; for others nothing."""
    if who.in_first_alone:
        return {}
    return {
        "estates": [{"key": one.key, "name": one.name} for one in store.estates(who)],
        "posts": {key: sorted(who.posts[key]) for key in who.estates},
    }
