"""Every screen of the app with something on it: tickets at each step of their way, one person with every role."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final

from app.actions import Session
from app.actions.models import TicketForm, VisitForm
from tests.browser.conftest import FieldDay
from tests.support import field_work as work

WHO: Final = "admin"
ROLES: Final = (
    "admin", "repair_worker", "steward", "desk", "engineering_supervisor", "service_supervisor", "finance"
)  # fmt: skip
ADDRESS: Final = "5栋商铺03"
LINE: Final = ("1", "换灯座", 4000)
Step = Callable[[Session, str], Coroutine[Any, Any, Any]]


async def _found_unlisted(s: Session, ticket: str) -> None:
    await s.find(ticket, description="灯座烧焦", listed=False)


async def _judged(s: Session, ticket: str) -> None:
    await s.judge(ticket, True, 4000, "换灯座")


async def _not_feasible(s: Session, ticket: str) -> None:
    await s.judge(ticket, False, reason="线路要大修")


async def _priced(s: Session, ticket: str) -> None:
    await s.price(ticket, [s.fee_line(None, *LINE)])


async def _agreed(s: Session, ticket: str) -> None:
    await s.consent(ticket, True, "欧阳婷婷", "tenant")


async def _declined(s: Session, ticket: str) -> None:
    await s.consent(ticket, False, "欧阳婷婷", "tenant", "太贵")


async def _worked(s: Session, ticket: str) -> None:
    await s.check_material(
        ticket, "灯具", "poor", remarks="三无产品", warned=True, consequences="容易再坏", choice="use_anyway"
    )
    await s.start_work(ticket, True)


async def _billed(s: Session, ticket: str) -> None:
    await s.write_fees(ticket, [s.fee_line(None, *LINE)])


async def _tried(s: Session, ticket: str) -> None:
    await s.try_out(ticket, True)


async def _signed(s: Session, ticket: str) -> None:
    await work.sign(s, ticket, "欧阳婷婷")


async def _confirmed(s: Session, ticket: str) -> None:
    await s.confirm([ticket])


WAY: Final[dict[str, Step]] = {
    "on_site": work.go_there,
    "to_judge": _found_unlisted,
    "to_price": _judged,
    "to_agree": _priced,
    "agreed": _agreed,
    "working": _worked,
    "to_try": _billed,
    "to_sign": _tried,
    "done": _signed,
    "confirmed": _confirmed,
}
"""How a repair comes from one stage to the next."""


async def _at(session: Session, stage: str, to: str) -> str:
    """A repair at a stage of its way."""
    opened = await session.open_ticket(
        TicketForm(f"三处灯不亮 {stage}", household_id=session.households(ADDRESS)[0].household.id),
        assign_to=to,
    )
    for name, step in WAY.items():
        if stage == "assigned":
            break
        await step(session, opened.subject_id)
        if name == stage:
            break
    return opened.subject_id


async def make(session: Session) -> dict[str, str]:
    """What the screens are about: for each route its path."""
    me, home = session.profile.staff_id, session.households(ADDRESS)[0].household.id
    at = {stage: await _at(session, stage, me) for stage in ("assigned", *WAY)}
    for name, stage, step in (("declined", "to_agree", _declined), ("infeasible", "to_judge", _not_feasible)):
        at[name] = await _at(session, stage, me)
        await step(session, at[name])
    at["to_ask"] = (await session.open_ticket(TicketForm("问一下", household_id=home, listed=False))).subject_id
    await _judged(session, at["to_ask"])
    job = await session.open_ticket(TicketForm("贴通知", ticket_kind="job", address="大门"), assign_to=me)
    at["job"] = job.subject_id
    await work.go_there(session, at["job"])
    first = session.ticket(at["done"]).steps[0].entry.id
    visits = []
    for said in ("楼道卫生需加强", "楼上漏水"):
        form = VisitForm(session.new_id(), home, met_name="欧阳婷婷", met_capacity="tenant", said=said)
        await session.record_visit(form)
        visits.append(form.visit_id)
    made = {
        "": "to_sign", "/found": "on_site", "/price": "to_price", "/consent": "to_agree", "/material": "working",
        "/fees": "working", "/try": "to_try", "/sign": "to_sign", "/decline-sign": "declined", "/finish": "job",
        "/close": "infeasible", "/escalate": "on_site", "/progress": "job", "/assign": "assigned",
        "/judge": "to_judge", "/call-back": "confirmed", "/void": "assigned", "/verify": "done",
    }  # fmt: skip
    paths = {f"/ticket/{{ticket_id}}{end}": f"/ticket/{at[stage]}{end}" for end, stage in made.items()}
    paths["/ticket/{ticket_id}/amend/{entry_id}"] = f"/ticket/{at['done']}/amend/{first}"
    paths["/ticket/{ticket_id}/asked"] = f"/ticket/{at['to_ask']}/asked"
    for end in ("", "/sign", "/amend"):
        paths[f"/visit/{{visit_id}}{end}"] = f"/visit/{visits[0]}{end}"
    for path in ("/household/{household_id}", "/visit/new/{household_id}", "/ticket-new/{household_id}"):
        paths[path] = path.format(household_id=home)
    for end in ("/ticket", "/sign"):
        paths["/visit/new/{household_id}" + end] = f"/visit/new/{home}{end}"
    paths["/put-on-phone/{staff_id}"] = f"/put-on-phone/{me}"
    for path in (
        "/", "/me", "/sync", "/households", "/prices", "/tickets", "/desk", "/confirm", "/flags", "/finance",
        "/ticket-new", "/put-on-phone", "/join",
    ):  # fmt: skip
        paths[path] = path
    return paths


@contextmanager
def every_role(field_day: FieldDay) -> Iterator[dict[str, str]]:
    """One person with every role, and for each route its path, filled; the roles are taken away at the end."""
    field_day.set_roles(WHO, *ROLES)
    try:
        yield field_day.act(WHO, make)
    finally:
        field_day.set_roles(WHO, "admin")
