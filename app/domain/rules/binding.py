"""How a signature is bound to what was shown: by the facts in its content, compared as canonical JSON (A.4, A.7, E)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Entry

Facts = dict[str, Any]
"""The facts that a signature is bound to; JSON values."""


def signed_facts(entry: Entry) -> Mapping[str, Any]:
    """Return the facts a ``signed`` entry carries; empty when it carries none that can be read."""
    content = entry.body.get("content")
    facts = content.get("facts") if isinstance(content, Mapping) else None
    return facts if isinstance(facts, Mapping) else {}


def bound_to(entry: Entry, facts: Facts | None) -> bool:
    """Tell whether a ``signed`` entry is bound to exactly these facts. Without facts it is bound to nothing."""
    content = entry.body.get("content")
    if facts is None or not isinstance(content, Mapping):
        return False
    return canonical_hash(content.get("facts")) == canonical_hash(facts)
