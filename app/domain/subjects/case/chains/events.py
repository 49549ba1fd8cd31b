"""Community events 社区活动 and the year's plan of training as rules (U1-U4, V1): nothing is held that the manager did
not approve by signing; who signed up is a case of their own, so that each of them can be asked afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from app.domain.rules.scopes import CULTURE, ESTATE
from app.domain.subjects.case.chains.rule import Chain, Lack, count_of, day_of, of_step, said
from app.domain.subjects.case.state import Body, CaseState
from app.domain.times import DAY, at_china, read_day
from app.domain.wire.errors import STEP_LACKS

MANAGER: Final = "manager"
"""The part in which a plan is approved."""
PLANNED, HELD = "planned", "held"
SIGNED_UP, CAME = "signed_up", "came"
COMING: Final = "coming"
"""The list of events that are approved and not over."""
MOST_OF_A_DOOR: Final = 10
"""Most people whom one door signs up to one event by its card: a scan proves a door, not who stands before it."""
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
        """Return who signed up, with how many, whether they may be in photos, and how many came; by the card at a
        door also the number that they were told."""
        if not s.filled:
            return {}
        first, came = s.filled[0].body, of_step(s, CAME)
        found = {"name": said(first, "name"), "people": said(first, "people"), "photos": said(first, "photos")}
        found["came"] = said(came[-1], "people") if came else ""
        found["number"] = str(first.get("number") or "")
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


def begins_at(s: CaseState) -> int | None:
    """Return when an event begins (ms); the end of its day where the plan says no time, ``None`` where it says no
    day."""
    planned = day_of_event(s)
    if planned is None:
        return None
    hour, _, rest = said(s.filled[0].body, "begins").partition(":")
    if hour.isdecimal() and rest[:2].isdecimal() and int(hour) < 24 and int(rest[:2]) < 60:
        return at_china(planned, int(hour), int(rest[:2]))
    return at_china(planned, 0) + DAY - 1


def opens_to_residents(s: CaseState, now: int) -> bool:
    """Tell whether residents sign up to an event by the card at their door at ``now`` (ms): its plan says so, the
    manager has approved it as it stands, and it has not begun, been held or been ended (U1)."""
    if not s.filled or s.first.get("case") != Event.name or s.ended is not None or of_step(s, HELD):
        return False
    begins = begins_at(s)
    return said(s.filled[0].body, "signup") == "yes" and is_approved(s) and begins is not None and now < begins


def places_left(s: CaseState, taken: int, of_the_door: int) -> int:
    """Return how many more people a door can sign up to an event: of the places that the plan expects, of which
    ``taken`` are, and of those that one door may take, which took ``of_the_door`` by its card."""
    expected = count_of(said(s.filled[0].body, "people")) if s.filled else 0
    return max(0, min(expected - taken, MOST_OF_A_DOOR - of_the_door))
