"""Kinds of entry: which there are, and what a body must hold.

A kind that is not known is not an error: a newer program wrote it. It is kept, passed on, and
has no effect here (fold). The words people see for kinds belong to the screens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.subjects import KINDS, SUBJECTS
from app.domain.wire.fields import check_fields


def known(name: str) -> bool:
    """Tell whether this program knows the kind of entry."""
    return name in KINDS


def opens(name: str) -> bool:
    """Tell whether a subject of some type can begin with this kind of entry."""
    kind = KINDS.get(name)
    return kind is not None and kind.subject in SUBJECTS and name in SUBJECTS[kind.subject].opens_with


def check_body(kind: str, body: Mapping[str, Any]) -> None:
    """Check the body of an entry; does nothing for a kind this program does not know.

    Raises ``Problem``: which field is missing or wrong, or the rule of the work it breaks.
    """
    found = KINDS.get(kind)
    if found is None:
        return
    check_fields(found.fields, body)
    if found.rule is not None:
        found.rule(body)


__all__ = ["KINDS", "check_body", "known", "opens"]
