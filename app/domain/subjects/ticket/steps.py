"""What comes next on a ticket, and whose move it is: one main action at a time (A.2-A.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.domain import roles
from app.domain.subjects.ticket import kinds
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import Entry


@dataclass(frozen=True, slots=True)
class NextStep:
    """The main action now, and possibly a second, less prominent one."""

    verb: str
    also: tuple[str, ...] = ()


_WORKER: dict[str, NextStep] = {
    st.ASSIGNED: NextStep("accept"),
    st.ACCEPTED: NextStep("arrive", ("escalate",)),
    st.ON_SITE: NextStep("find", ("escalate",)),
    st.TO_PRICE: NextStep("price", ("find", "escalate")),
    st.TO_AGREE: NextStep("consent", ("price", "find")),
    st.AGREED: NextStep("start_work", ("check_material", "price", "escalate")),
    st.WORKING: NextStep("write_fees", ("check_material", "price", "escalate")),
    st.TO_TRY: NextStep("try_out", ("write_fees", "check_material")),
    st.TO_SIGN: NextStep("sign", ("write_fees", "check_material")),
    st.INFEASIBLE: NextStep("close"),
}
_PLAIN_WORKER: dict[str, NextStep] = {
    st.ASSIGNED: NextStep("accept"),
    st.ACCEPTED: NextStep("arrive", ("finish", "report_progress", "escalate")),
    st.ON_SITE: NextStep("finish", ("find", "report_progress", "escalate")),
}
_SUPERVISOR: dict[str, NextStep] = {
    st.OPEN: NextStep("assign", ("void",)),
    st.TO_JUDGE: NextStep("judge"),
    st.TO_ASK: NextStep("resident_asked", ("judge",)),
    st.ASSIGNED: NextStep("assign"),
    st.INFEASIBLE: NextStep("close", ("judge",)),
    st.DONE: NextStep("confirm"),
}
_DESK: dict[str, NextStep] = {
    st.OPEN: NextStep("assign", ("void",)),
    st.TO_ASK: NextStep("resident_asked"),
    st.ASSIGNED: NextStep("assign", ("void",)),
    st.INFEASIBLE: NextStep("close"),
    st.CONFIRMED: NextStep("hand_back", ("call_back",)),
    st.FILED: NextStep("call_back"),
}


def next_step(state: TicketState, staff_id: str, held: Iterable[str]) -> NextStep | None:
    """Return the main action of ``staff_id`` with the roles ``held``, or ``None`` if it is not their move."""
    held = set(held)
    step = _next_step(state, staff_id, held)
    if step is None or not can_do(state, "receive", staff_id, held):
        return step
    # A.1: assigning, judging or accepting takes it over; if somebody else has assigned it, ``receive`` comes first.
    if step.verb == "assign" and state.stage == st.ASSIGNED:
        return NextStep("receive", ("assign", *step.also))
    return NextStep(step.verb, ("receive", *step.also))


def to_receive(state: TicketState) -> bool:
    """Tell whether it waits for engineering to say that it has it (A.1, A.9)."""
    waits = state.taken_over_at is None and state.stage not in st.OVER
    return waits and state.kind in kinds.REPAIRS and state.receipt_counts


def _next_step(state: TicketState, staff_id: str, held: set[str]) -> NextStep | None:
    if state.assignee == staff_id and state.stage not in st.OVER:
        step = _worker_step(state)
        if step is not None:
            return step
    if roles.ENGINEERING_SUPERVISOR in held:
        if state.stage == st.DECLINED and "supervisor" not in state.signatures:
            return NextStep("sign_decline_supervisor")
        if state.stage in _SUPERVISOR:
            return _SUPERVISOR[state.stage]
    if roles.DESK in held and state.stage in _DESK:
        if state.stage == st.FILED and state.called_back is not None:
            return None
        return _DESK[state.stage]
    if roles.SERVICE_SUPERVISOR in held and state.stage in (st.CONFIRMED, st.FILED) and state.called_back is None:
        return NextStep("call_back")
    if roles.FINANCE in held and state.confirmed_at is not None and state.finance_at is None and state.total_fen:
        return NextStep("finance_received")
    return None


def _worker_step(state: TicketState) -> NextStep | None:
    if state.kind != kinds.REPAIR:
        return _PLAIN_WORKER.get(state.stage)
    if state.stage == st.DECLINED:
        if "worker" not in state.signatures:
            return NextStep("sign_decline_worker", ("price",))
        return None
    return _WORKER.get(state.stage)


def waits_for(state: TicketState) -> str | None:
    """Return who the ticket waits for: ``worker``, ``supervisor``, ``desk``, or ``None`` when it is over."""
    if state.stage in (st.OPEN, st.TO_JUDGE, st.DONE):
        return "supervisor"
    if state.stage == st.DECLINED:
        return "worker" if "worker" not in state.signatures else "supervisor"
    if state.stage in (st.TO_ASK, st.CONFIRMED):
        return "desk"
    if state.stage in st.ENDED:
        return None
    return "worker"


def can_do(state: TicketState, verb: str, staff_id: str, held: Iterable[str]) -> bool:
    """Tell whether ``staff_id`` with the roles ``held`` may do this step now, for the first time or again.

    A step's screen asks this before it shows a form, whatever address opened it.
    """
    held = set(held)
    if state.assignee == staff_id and state.stage not in st.OVER and verb in _worker_verbs(state):
        return True
    desk = bool(held & {roles.DESK, roles.ENGINEERING_SUPERVISOR})
    supervisor = roles.ENGINEERING_SUPERVISOR in held
    if verb == "receive":
        return to_receive(state) and (supervisor or state.assignee == staff_id)
    if verb in ("assign", "void"):
        return desk and state.stage not in st.OVER
    if verb == "judge":
        return supervisor and state.stage in (st.TO_JUDGE, st.TO_ASK, st.INFEASIBLE)
    if verb == "resident_asked":
        return desk and state.stage == st.TO_ASK
    if verb == "close":
        return desk and state.stage == st.INFEASIBLE
    if verb == "call_back":
        calls = desk or roles.SERVICE_SUPERVISOR in held
        return calls and state.stage in (st.CONFIRMED, st.FILED) and state.called_back is None
    return verb == "sign_decline_supervisor" and supervisor and _supervisor_signs(state)


def _supervisor_signs(state: TicketState) -> bool:
    return state.stage == st.DECLINED and "supervisor" not in state.signatures


def _worker_verbs(state: TicketState) -> set[str]:
    """Return the verbs open to the worker now, as the ticket's page offers them."""
    verbs = {"escalate", "report_progress"}
    step = _worker_step(state)
    if step is not None:
        verbs |= {step.verb, *step.also}
    if "try_out" in verbs:
        verbs.add("try_other")
    if "write_fees" in verbs and state.kind == kinds.REPAIR:
        verbs.add("price")  # A.4: fees above what was agreed lead to a new price
    if has_stopped(state):
        verbs.add("consent")
    return verbs


def has_stopped(state: TicketState) -> bool:
    """Tell whether the resident stopped the repair because of a material, so that the refusal must be recorded (A.4,
    A.5)."""
    if state.stage not in (st.AGREED, st.WORKING) or not state.materials:
        return False
    return state.materials[-1].get("choice") == "stop"


_DONE: dict[str, Callable[[TicketState], object]] = {
    "find": lambda s: s.found,
    "price": lambda s: s.priced,
    "consent": lambda s: s.consent and not has_stopped(s),
    "check_material": lambda s: s.materials,
    "write_fees": lambda s: s.fees,
    "try_other": lambda s: s.tried,
    "judge": lambda s: s.judged,
    "assign": lambda s: s.assignee,
    "escalate": lambda s: s.escalated,
    "report_progress": lambda s: s.progress,
}


def was_done(state: TicketState, verb: str, due: str | None) -> bool:
    """Tell whether this step was done before, so that doing it repeats it. ``due`` is the next step."""
    if verb == due and verb != "assign":
        return False
    return bool(_DONE.get(verb, lambda _: None)(state))


def _agreed_again(state: TicketState, entry: Entry) -> bool:
    before, body = state.consent, entry.body
    if before is None or state.stage not in (st.AGREED, st.WORKING, st.DECLINED):
        return False
    same = before.get("agreed") == body.get("agreed")
    return same and (bool(body.get("agreed")) or before.get("reason") == body.get("reason"))


def _assigned_again(state: TicketState, entry: Entry) -> bool:
    return state.assignee == entry.body.get("worker_id") and state.escalated is None


def _progress_again(state: TicketState, entry: Entry) -> bool:
    last = state.progress[-1] if state.progress else None
    return last is not None and last.author == entry.author and dict(last.body) == dict(entry.body)


_SAID: dict[str, Callable[[TicketState, Entry], bool]] = {
    "received": lambda s, e: s.taken_over_at is not None and s.taken_over_at <= e.at,
    "consent": _agreed_again,
    "assigned": _assigned_again,
    "progress_reported": _progress_again,
    # Whoever takes the work over records what they see at the door, even if a colleague recorded the same before.
    "found": lambda s, e: s.stage != st.ON_SITE and s.found is not None and dict(s.found) == dict(e.body),
    "judged": lambda s, e: s.stage != st.TO_JUDGE and s.judged is not None and dict(s.judged) == dict(e.body),
    "material_checked": lambda s, e: bool(s.materials) and dict(s.materials[-1]) == dict(e.body),
    "tried": lambda s, e: s.tried is not None and dict(s.tried) == dict(e.body),
    "called_back": lambda s, e: s.called_back is not None,
    "finance_received": lambda s, e: s.finance_at is not None,
    "escalated": lambda s, e: s.escalated is not None and s.escalated == e.body.get("reason"),
}


def repeats(state: TicketState, entry: Entry) -> bool:
    """Tell whether an entry of a ticket's own kinds would change nothing."""
    again = _SAID.get(entry.kind)
    return again is not None and again(state, entry)
