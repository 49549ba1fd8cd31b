"""What describes one kind of entry."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.fields import Field

CAPACITIES = ("self", "family", "tenant", "proxy", "staff")
"""本人 / 家属 / 租户 / 代签 / 员工."""


@dataclass(frozen=True)
class Kind:
    """One kind of entry: whose subject it is about (empty: any), who may make it, and what its body holds."""

    name: str
    subject: str
    roles: frozenset[str]
    fields: tuple[Field, ...]
    amendable: bool = False
