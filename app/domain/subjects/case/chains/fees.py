"""Fee reminders 催收 as rules (O3): what was promised is a duty on its day; finance alone agrees that somebody pays
later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Final

from app.domain import roles
from app.domain.rules.clocks import Clock
from app.domain.rules.scopes import FINANCE
from app.domain.subjects.case.chains.rule import Chain, day_of, of_step, said
from app.domain.subjects.case.state import Body, CaseState
from app.domain.times import at_china, read_day

REMINDED, DECIDED, KEPT = "reminded", "decided", "kept"
PROMISE: Final = "fee_promise"
"""The clock of a day on which somebody said that they pay."""
PROMISED, ASKED = "promised", "asked"
"""Lists: reminders that wait for a promised day, and for what finance says to a postponement."""
_DECIDERS: Final = frozenset((roles.FINANCE, roles.MANAGER))


class Fees(Chain):
    """费用催收. Finance, which decides on a postponement, reads it."""

    name = "fees"
    scopes = frozenset((FINANCE,))

    def may(self, held: Set[str], b: Body) -> bool:
        """Tell whether somebody may: finance, or the manager, agrees to a postponement."""
        return b.get("step") != DECIDED or bool(held & _DECIDERS)

    def is_over(self, s: CaseState) -> bool:
        """Tell whether nothing more is to come: nothing was promised, and nobody asked to pay later."""
        return promised_for(s) is None and not is_asked(s)

    def clocks(self, s: CaseState) -> list[Clock]:
        """Return the clock of what was promised: from when it was said to the end of that day."""
        day = promised_for(s)
        if day is None or not s.filled:
            return []
        start = next(one.entry.at for one in reversed(s.filled) if one.body.get("step") in (REMINDED, DECIDED))
        kept = next((one.entry.at for one in s.filled if one.body.get("step") == KEPT), None)
        return [Clock(PROMISE, "O.3", start, at_china(day, 23, 59), kept)]

    def known(self, s: CaseState) -> dict[str, str]:
        """Return the day that was promised or agreed, and what is asked of finance."""
        day = promised_for(s)
        over = bool(of_step(s, KEPT))
        found = {
            "promised": day.isoformat() if day is not None and not over else "",
            "asked": "yes" if is_asked(s) and not over else "",
        }
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return for what it waits."""
        if known.get("asked"):
            return ASKED
        return PROMISED if read_day(known.get("promised")) is not None else ""


def promised_for(s: CaseState) -> date | None:
    """Return the day for which it was promised, or to which finance agreed; ``None`` for neither."""
    return promised_by([one.body for one in s.filled])


def promised_by(bodies: Sequence[Body]) -> date | None:
    """Return that of a case by its forms in order."""
    decided = [one for one in bodies if one.get("step") == DECIDED]
    if decided:
        return day_of(decided[-1], "until") if said(decided[-1], "agreed") == "yes" else None
    reminded = [one for one in bodies if one.get("step") == REMINDED]
    return day_of(reminded[-1], "promised") if reminded else None


def outcome_of(bodies: Sequence[Body]) -> str:
    """Return what came of a promise as its last form says: yes, part or no; "" while nobody said."""
    return next((said(one, "kept") for one in reversed(bodies) if one.get("step") == KEPT), "")


def is_asked(s: CaseState) -> bool:
    """Tell whether a postponement was asked for and finance has not said anything yet."""
    reminded = of_step(s, REMINDED)
    return bool(reminded) and day_of(reminded[-1], "postponed") is not None and not of_step(s, DECIDED)
