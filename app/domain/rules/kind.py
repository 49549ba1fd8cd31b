"""What describes one kind of entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.wire.fields import Field

CAPACITIES = ("self", "family", "tenant", "proxy", "staff")
"""本人 / 家属 / 租户 / 代签 / 员工."""

Rule = Callable[[Mapping[str, Any]], None]
"""Raises ``Problem`` for a body in which each field is valid and which still breaks a rule of the work."""


@dataclass(frozen=True)
class Kind:
    """One kind of entry: whose subject it is about (empty: any), who may make it, and what its body holds."""

    name: str
    subject: str
    roles: frozenset[str]
    fields: tuple[Field, ...]
    amendable: bool = False
    rule: Rule | None = None
