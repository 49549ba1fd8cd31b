"""A change of owner or tenant 业主、租户变更 as rules (Y2): the old household ends, the new one begins with nothing of
the old one's."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from typing import Final

from app.domain import roles
from app.domain.subjects.case.chains.rule import Chain, count_of, of_step, said
from app.domain.subjects.case.state import Body, CaseState

CHANGED = "change"
SOLD, LET, TENANT, LEFT = "sold", "let", "tenant", "out"
"""What changes: the owner; a tenant moves in; another tenant; they moved out, and nobody lives there."""
UNSETTLED = "unsettled"
"""List: households that ended while something of theirs was open: fees, keys, passes, readings."""


_MAY: Final = roles.OVERSEERS | {roles.SYSTEM}


class HouseholdChange(Chain):
    """业主、租户变更."""

    name = "household"

    def may(self, held: Set[str], b: Body) -> bool:
        """Tell whether somebody may: the office alone says that a household ends (Y2)."""
        return bool(held & _MAY)

    def known(self, s: CaseState) -> dict[str, str]:
        """Return who moves in, and what the old household had still to do."""
        b = next(iter(of_step(s, CHANGED)), {})
        open_ = count_of(said(b, "open"))
        found = {"name": said(b, "name"), "open": said(b, "open_words") if open_ else ""}
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return that something of the old household's is open."""
        return UNSETTLED if known.get("open") else ""
