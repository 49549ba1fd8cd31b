"""Services 便民服务 as rules: mail that is received, told and collected (L), found things (X4), parking permits
(Y3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from app.domain.subjects.case.chains.rule import Chain, of_step, said
from app.domain.subjects.case.state import Body, CaseState
from app.domain.times import china_day, read_day

TOLD: Final = "told"
TO_COLLECT, UNCLAIMED, KEPT = "to_collect", "unclaimed", "kept"
PERMIT_EXPIRED, PERMIT_EXPIRING, PERMIT_VALID = "permit_expired", "permit_expiring", "permit_valid"
"""Lists: mail that is still here; found things nobody claimed in 90 days, and those that wait for their owner; permits
whose day is over, comes within the month, or is later."""
UNCLAIMED_AFTER: Final = timedelta(days=90)
SOON: Final = timedelta(days=30)
"""How long before its last day a permit stands among those that expire."""


class Mail(Chain):
    """邮件代收发."""

    name = "mail"
    rests = True
    hidden = frozenset(("from",))

    def counts(self, b: Body) -> bool:
        """Tell whether a form does what its step is for: who was not reached was not told (L2)."""
        return b.get("step") != TOLD or said(b, "how") != "nobody"

    def known(self, s: CaseState) -> dict[str, str]:
        """Return whom it is for, and that it has left; never who sent it (L3)."""
        found = {"name": said(s.first, "name"), "left": _gone(s)}
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return that it is still here."""
        return "" if known.get("left") else TO_COLLECT


class Lost(Chain):
    """失物招领."""

    name = "lost"
    rests = True

    def known(self, s: CaseState) -> dict[str, str]:
        """Return what was found, on which day, and that it has left."""
        since = china_day(s.filled[0].entry.at).isoformat() if s.filled else ""
        found = {"goods": said(s.first, "what"), "since": since, "left": _gone(s)}
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return whether its 90 days are over (X4)."""
        since = read_day(known.get("since"))
        if known.get("left") or since is None:
            return ""
        return UNCLAIMED if since + UNCLAIMED_AFTER <= day else KEPT


class Parking(Chain):
    """停车证."""

    name = "parking"
    rests = True
    number_of = "permit"

    def known(self, s: CaseState) -> dict[str, str]:
        """Return its number, its last day, the car, the space, and that it was taken back."""
        issued = next(iter(of_step(s, "issued")), {})
        found = {name: said(issued, name).strip() for name in ("until", "plate", "space")}
        found |= {"number": one_number(said(issued, self.number_of)), "left": _gone(s)}
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return whether its day is over, or comes within the month (Y3)."""
        until = read_day(known.get("until"))
        if known.get("left") or until is None:
            return ""
        return PERMIT_EXPIRED if until < day else PERMIT_EXPIRING if until <= day + SOON else PERMIT_VALID


def one_number(text: str) -> str:
    """Return a number as it is compared: without spaces, in capitals."""
    return "".join(text.split()).upper()


def _gone(s: CaseState) -> str:
    return "yes" if any(one.body.get("ends") for one in s.filled) else ""
