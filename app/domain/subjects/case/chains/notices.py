"""A notice at one board as a chain of forms (P1): posted, and taken down when its time is over."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.domain.rules.clocks import Clock
from app.domain.rules.notices import NOTICE, remove_by
from app.domain.subjects.case.chains.rule import Chain, day_of, of_step, said
from app.domain.subjects.case.state import CaseState

POSTED, REMOVED = "posted", "removed"
REMOVAL: Final = "notice_removal"
"""The clock of taking it down: by the end of the day after its last one."""


class Posting(Chain):
    """张贴的通知."""

    name = NOTICE

    def clocks(self, s: CaseState) -> list[Clock]:
        """Return the clock of its removal, which runs from when it was posted."""
        day = hangs_until(s)
        if day is None or not s.filled:
            return []
        removed = next((one.entry.at for one in s.filled if one.body.get("step") == REMOVED), None)
        return [Clock(REMOVAL, "P.1", s.filled[0].entry.at, remove_by(day), removed)]

    def known(self, s: CaseState) -> dict[str, str]:
        """Return its heading, its last day, and whether it is down."""
        day, posted = hangs_until(s), of_step(s, POSTED)
        found = {
            "until": day.isoformat() if day is not None else "",
            "heading": said(posted[0], "heading") if posted else "",
            "removed": "yes" if of_step(s, REMOVED) else "",
        }
        return {name: value for name, value in found.items() if value}


def hangs_until(s: CaseState) -> date | None:
    """Return the last day on which it hangs, as whoever posted it said."""
    return next((day for b in of_step(s, POSTED) if (day := day_of(b, "until")) is not None), None)
