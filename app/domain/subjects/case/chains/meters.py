"""A meter that could not be read 没抄到表, so that a round comes to its end (M3)."""

from __future__ import annotations

from app.domain.rules.meter_rounds import MISSED_FORM
from app.domain.rules.meters import METERS
from app.domain.subjects.case.chains.rule import Chain, said
from app.domain.subjects.case.state import CaseState


class MeterMissed(Chain):
    """没抄到表: a form alone, of which lists know the meter and the reason."""

    name = MISSED_FORM

    def known(self, s: CaseState) -> dict[str, str]:
        """Return which meter, and why it was not read."""
        meter, why = said(s.first, "meter"), said(s.first, "why")
        return {"meter": meter, "missed": why} if meter in METERS and why else {}
