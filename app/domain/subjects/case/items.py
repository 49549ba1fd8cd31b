"""The items of the satisfaction survey, as its form asks them (F2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.forms import Form


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the form asks it: its key in ``surveys.scores``, and its group's and its own labels by language."""

    key: str
    group: Mapping[str, str]
    label: Mapping[str, str]


def items_of(form: Form) -> list[Item]:
    """Return the items of a form in its order: every choice that stands in a group."""
    return [
        Item(f"{group.name}/{one.name}", group.label, one.label)
        for group in form.root.kids.values()
        for one in group.kids.values()
        if one.list
    ]
