"""What comes next on a ticket, and whose move it is: one main action at a time (A.2-A.8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain import kinds, roles
from app.domain import state as st
from app.domain.state import TicketState


@dataclass(frozen=True, slots=True)
class NextStep:
    """The main action now: the verb, and what a second, quieter one could be."""

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
    """Return the main action of ``staff_id`` with the roles ``held`` now, or ``None``: not their move."""
    held = set(held)
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
