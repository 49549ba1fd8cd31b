"""The description of one kind of entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.wire.fields import Field

CAPACITIES = ("self", "family", "tenant", "proxy", "staff")
"""本人 / 家属 / 租户 / 代签 / 员工."""

Rule = Callable[[Mapping[str, Any]], None]
"""A check across fields: raises ``Problem`` for a body whose fields are all valid but which breaks a rule of the
work."""


@dataclass(frozen=True)
class Kind:
    """One kind of entry: the type of subject it is about (empty: any), the roles that may make it, and the fields of
    its body."""

    name: str
    subject: str
    roles: frozenset[str]
    fields: tuple[Field, ...]
    amendable: bool = False
    rule: Rule | None = None
