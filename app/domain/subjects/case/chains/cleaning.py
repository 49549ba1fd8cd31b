"""Cleaning 保洁 as rules (Q): what is found poor is looked at again by a day, until it is right; who signed in where;
which materials were taken. The environment department reads all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from app.domain.rules import cleaning
from app.domain.rules.cleaning import is_poor, recheck_by
from app.domain.rules.clocks import Clock
from app.domain.rules.scopes import ENVIRONMENT
from app.domain.subjects.case.chains.rule import Chain, count_of, rows_of, said
from app.domain.subjects.case.state import Body, CaseState
from app.domain.times import at_china, china_day

RECHECK: Final = "cleaning_recheck"
"""The clock of a post that was found poor: until the end of the day on which it is looked at again."""
TO_RECHECK: Final = "to_recheck"
"""The list of those posts."""
_SHOWN: Final = ("score", "area", "contractor")


class Cleaning(Chain):
    """保洁检查: a check, and checks again until it is right."""

    name = "cleaning"
    scopes = frozenset((ENVIRONMENT,))

    def is_over(self, s: CaseState) -> bool:
        """Tell whether the last check found nothing poor."""
        return not is_poor(said(s.last, "score"))

    def clocks(self, s: CaseState) -> list[Clock]:
        """Return a clock for each time it was found poor: until it was checked again (Q2)."""
        found = []
        for number, one in enumerate(s.filled):
            if is_poor(said(one.body, "score")):
                after = s.filled[number + 1].entry.at if number + 1 < len(s.filled) else None
                due = at_china(_again(one.body, china_day(one.entry.at)), 23, 59)
                found.append(Clock(RECHECK, "Q.2", one.entry.at, max(due, one.entry.at), after))
        return found

    def known(self, s: CaseState) -> dict[str, str]:
        """Return the first score, of which area, who keeps it, and by when it is looked at again."""
        return known_of([one.body for one in s.filled], china_day(s.filled[-1].entry.at)) if s.filled else {}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return that it is to be checked again."""
        return TO_RECHECK if known.get("recheck") else ""


class SignIn(Chain):
    """保洁签到."""

    name = cleaning.SIGN_IN
    scopes = frozenset((ENVIRONMENT,))

    def known(self, s: CaseState) -> dict[str, str]:
        """Return the shift, and the post in words where no tag could be scanned."""
        return signed_of(s.first)


class Materials(Chain):
    """保洁物料."""

    name = cleaning.MATERIALS
    scopes = frozenset((ENVIRONMENT,))

    def known(self, s: CaseState) -> dict[str, str]:
        """Return what was taken: ``bags:3 gloves:1``."""
        return materials_of(s.first)


def known_of(bodies: Sequence[Body], last: date) -> dict[str, str]:
    """Return what is known of a check, by its forms in order, the last of which was filled in on the day ``last``."""
    found = {name: said(bodies[0], name) for name in _SHOWN}
    if is_poor(said(bodies[-1], "score")):
        found["recheck"] = _again(bodies[-1], last).isoformat()
    return {name: value for name, value in found.items() if value}


def signed_of(body: Body) -> dict[str, str]:
    """Return what is known of a sign-in."""
    found = {"shift": said(body, "shift"), "post": said(body, "no_tag").strip()}
    return {name: value for name, value in found.items() if value}


def materials_of(body: Body) -> dict[str, str]:
    """Return what is known of materials that were taken: of one kind once, with its sum."""
    found: dict[str, int] = {}
    for row in rows_of(body, "material"):
        what = str(row.get("what") or "")
        if what and " " not in what:
            found[what] = found.get(what, 0) + count_of(str(row.get("number") or ""))
    return {"materials": " ".join(f"{what}:{number}" for what, number in found.items())} if found else {}


def _again(body: Body, day: date) -> date:
    answers = body.get("answers")
    return recheck_by(answers if isinstance(answers, Mapping) else {}, day)
