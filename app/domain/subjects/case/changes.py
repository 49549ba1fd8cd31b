"""What a correction changed, question by question: old words and new ones, rows of repeats by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that was corrected: where (``defect[5f3a]/area``), the question, what it said and what it says."""

    path: str
    label: str
    before: str
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two bodies of a filled form, in the order of the questions; "" for no answer."""
    old = {str(row["path"]): row for row in before.get("shown") or ()}
    new = {str(row["path"]): row for row in after.get("shown") or ()}
    found = []
    for path in dict.fromkeys((*new, *old)):
        was, now = old.get(path), new.get(path)
        said, says = str((was or {}).get("text") or ""), str((now or {}).get("text") or "")
        if said != says:
            found.append(Change(path, str((now or was or {})["label"]), said, says))
    return found
