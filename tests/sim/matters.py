"""Matters 来人来电来访 on several phones: by the app's verbs, and past them, by who has not heard (C.2-C.6)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.actions import Session
from app.actions.models import ClassForm, MatterForm
from app.domain.rules.state import STEP_DONE
from app.domain.subjects import subject_of
from app.domain.subjects.fold import fold
from app.domain.subjects.matter import figures
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.kinds import COMPLAINT, MATTER, MERGERS
from app.domain.subjects.matter.state import MatterState
from app.domain.wire.entries import Entry
from app.store.queries import CardFilter
from tests.sim.estate import homes

if TYPE_CHECKING:
    from tests.sim.phones import SimPhone

_NEXT = {
    st.UNCONFIRMED: ("request_confirmed", "request_confirmed", "request_dismissed", "classed"),
    st.TO_CLASS: ("classed", "handled"),
    st.TO_HANDLE: ("planned", "matter_closed"),
    st.CLOSED: ("reopened",),
}
"""What mostly comes next, by the stage."""
_STEPS = (
    "classed",
    "planned",
    "plan_agreed",
    "handled",
    "handled",
    "told",
    "matter_closed",
    "matter_closed",
    "reopened",
)


async def work_on(phone: SimPhone, rng: random.Random) -> None:
    """Do something with a matter that this phone knows, or take one down."""
    session = phone.session
    assert session is not None
    with phone.peeking() as store:
        known = sorted(card.id for card in store.cards(CardFilter(type=MATTER), 0, 50))
    if len(known) < 2 or rng.random() < 0.15:
        await phone.do(session.matters.open(_form(rng, phone.world.two)))
        return
    one, other = rng.sample(known, 2)
    past = rng.random() < 0.6
    if rng.random() < 0.5 and MERGERS & session.roles:
        if past:
            entries = [
                session.entry((MATTER, other), "absorbed", {"matter_id": one}, None),
                session.entry((MATTER, one), "merged", {"into": other}, None),
            ]
            phone.save(entries, {})
        else:
            await phone.do(session.matters.merge(one, other))
        return
    with phone.peeking() as store:
        state = store.state(MATTER, one)
    assert isinstance(state, MatterState)
    kind = rng.choice(_NEXT.get(state.stage, _STEPS) if rng.random() < 0.7 else _STEPS)
    if kind == "classed" and not past:
        await phone.do(session.matters.class_(one, ClassForm(rng.choice(("repair", "service")))))
        return
    body = _body(kind, state, session, rng)
    if past:
        phone.save([session.entry((MATTER, one), kind, body, None)], {})
    else:
        await phone.do(session.record(MATTER, one, kind, body))


def _form(rng: random.Random, two: bool) -> MatterForm:
    home = rng.choice(sorted(home["household_id"] for home in homes(two)))
    classed = ClassForm("service") if rng.random() < 0.7 else None
    kind = rng.choice((COMPLAINT, "help"))
    return MatterForm(kind, "垃圾没人收", household_id=home, contact_name="张伟", classed=classed)


def _body(kind: str, state: MatterState, session: Session, rng: random.Random) -> dict[str, Any]:
    bodies: dict[str, dict[str, Any]] = {
        "classed": {"nature": "service", "weight": "ordinary", "valid": rng.random() < 0.8, "invalid_reason": "不属实"},
        "planned": {"cause": "漏收", "plan": f"第 {rng.randrange(9)} 版"},
        "plan_agreed": {"plan_id": state.plan.id if state.plan else session.new_id(), "how": "phone", "name": "张伟"},
        "handled": {"cause": "漏收", "corrective": "清走"},
        "told": {"what": "在处理", "how": "phone"},
        "matter_closed": {"result": "好了", "told_politely": True, "satisfied": rng.random() < 0.5},
        "reopened": {"reason": "又堆了"},
        "request_confirmed": {"name": "张伟", "phone": "13800138000"},
        "request_dismissed": {"why": "prank", "reason": "没有人发过"},
    }
    return bodies[kind]


def faults(histories: Mapping[tuple[str, str], list[Entry]]) -> Iterator[str]:
    """Yield what does not hold of matters, told from their entries one by one and not by the rules that fold them.

    What the desk let count or took out is its own decision, and left out here.
    """
    states = {i: fold(MATTER, history) for (type_, i), history in histories.items() if type_ == MATTER}
    plain = {i: s for i, s in states.items() if all(step.entry.kind != "flag_settled" for step in s.steps)}
    for matter_id, state in plain.items():
        assert isinstance(state, MatterState)
        yield from _course(matter_id, state)
        into = plain.get(state.merged_into or "")
        if isinstance(into, MatterState) and into.merged_into == matter_id:
            yield f"matters {matter_id} and {into.id} are each merged into the other"
    yield from _counted(states)


def _course(matter_id: str, state: MatterState) -> Iterator[str]:
    """Whether each entry that counts could count then."""
    classed = agreed = merged = took_in = False
    valid, kind = True, str(state.steps[0].body.get("class"))
    for step in state.steps:
        if step.standing != STEP_DONE:
            continue
        what = step.entry.kind
        if what == "classed":
            classed, valid, kind = True, bool(step.body["valid"]), str(step.body.get("class") or kind)
        elif what in ("planned", "reopened"):
            agreed = False
        elif what == "plan_agreed":
            agreed = True
        elif what == "absorbed":
            took_in = True
        if what == "handled" and kind == COMPLAINT and (not classed or (valid and not agreed)):
            yield f"matter {matter_id} counts as handled before anybody agreed"
        if merged and what in ("matter_closed", "reopened", "handled", "absorbed"):
            yield f"matter {matter_id} takes {what} though it was merged into another"
        if what == "merged":
            merged = True
            if took_in:
                yield f"matter {matter_id} was merged though it took another in"


def _counted(states: Mapping[str, Any]) -> Iterator[str]:
    """Whether each matter is counted once, however often it was reopened."""
    found = figures.figures([subject_of(MATTER).card(state) for state in states.values() if state.opened], 0)
    counted = sorted(card.id for card in (*found.all, *found.repeats))
    if counted != sorted(i for i, state in states.items() if state.opened):
        yield f"the figures count {counted}, there are {sorted(states)}"
