"""Community events 社区活动 and the year's plan of training as rules (U1-U4, V1): nothing is held that the manager did
not approve by signing; who signed up is a case of their own, so that each of them can be asked afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from app.domain.rules.scopes import CULTURE, ESTATE
from app.domain.subjects.case.chains.rule import Chain, Lack, count_of, day_of, of_step, said
from app.domain.subjects.case.state import Body, CaseState
from app.domain.times import read_day
from app.domain.wire.errors import STEP_LACKS

MANAGER: Final = "manager"
"""The part in which a plan is approved."""
PLANNED, HELD = "planned", "held"
SIGNED_UP, CAME = "signed_up", "came"
COMING: Final = "coming"
"""The list of events that are approved and not over."""
_NOT_APPROVED: Final = Lack("经理还没有签名批准", "the manager has not approved it by signing")


class Approved(Chain):
    """A plan that counts once the manager has signed it, whatever reason is given."""

    def must_sign(self, b: Body) -> frozenset[str]:
        """Return the manager, for the plan."""
        return frozenset((MANAGER,)) if b.get("step") == PLANNED else frozenset()


class TrainingPlan(Approved):
    """年度培训计划 (V1)."""

    name = "training_plan"


class Event(Approved):
    """社区活动 (U1)."""

    name = "event"
    scopes = frozenset((ESTATE,))

    def misfit(self, s: CaseState, b: Body, day: date) -> str | None:
        """Return that a result does not fit before approval, or before its day."""
        return STEP_LACKS.name if s.filled and self.lacks(s, str(b.get("step") or ""), day) else None

    def lacks(self, s: CaseState, step: str, day: date, open_raised: Sequence[str] = ()) -> list[Lack]:
        """Return what the next step of an event lacks: approval, and its day."""
        if step != HELD:
            return []
        lacks = [] if is_approved(s) else [_NOT_APPROVED]
        planned = day_of_event(s)
        if planned is not None and day < planned:
            lacks.append(Lack(f"{planned:%m-%d} 才办", f"it is on {planned.isoformat()}"))
        return lacks

    def known(self, s: CaseState) -> dict[str, str]:
        """Return its name, day and place, how many are expected, whether it is approved, and how many came."""
        if not s.filled:
            return {}
        plan, held = s.filled[0].body, of_step(s, HELD)
        found = {"name": said(plan, "name"), "place": said(plan, "place"), "people": said(plan, "people")}
        planned = day_of_event(s)
        found["until"] = planned.isoformat() if planned is not None else ""
        found["approved"] = "yes" if is_approved(s) else ""
        found["came"] = said(held[-1], "people") if held else ""
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return that it is still to come, once it is approved."""
        planned = read_day(known.get("until"))
        return COMING if known.get("approved") and not known.get("came") and planned and day <= planned else ""


class EventGuest(Chain):
    """社区活动报名: one household's sign-up to one event, and whether they came (U1, U3)."""

    name = "event_guest"
    waits_for_next = False  # who came is ticked on the event's page: a hundred of them are no list for today
    scopes = frozenset((CULTURE,))

    def known(self, s: CaseState) -> dict[str, str]:
        """Return who signed up, with how many, whether they may be in photos, and how many came."""
        if not s.filled:
            return {}
        first, came = s.filled[0].body, of_step(s, CAME)
        found = {"name": said(first, "name"), "people": said(first, "people"), "photos": said(first, "photos")}
        found["came"] = said(came[-1], "people") if came else ""
        return {name: value for name, value in found.items() if value}


def is_approved(s: CaseState) -> bool:
    """Tell whether the manager has signed the plan as it stands."""
    plan = s.filled[0].entry.id if s.filled else ""
    return bool(plan) and (plan, MANAGER) not in s.to_sign


def day_of_event(s: CaseState) -> date | None:
    """Return the day for which an event is planned."""
    return day_of(s.filled[0].body, "day") if s.filled else None


def guests_who_came(s: CaseState) -> int:
    """Return how many of a sign-up came; 0 while nobody said so, or if nobody did."""
    came = of_step(s, CAME)
    return count_of(said(came[-1], "people")) if came else 0
