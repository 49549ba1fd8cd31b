"""What must come of chains of forms, told from the entries a second time, not by the rules that fold them (J-L, Q, U):
a deposit goes back once and when it may, mail is collected once, keys leave stock with both signatures, a form's line
raises one thing, and nobody keeps the people of a household that is gone. What the desk let count is its own decision.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.domain.rules.binding import signed_facts
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, CaseState, Filled
from app.domain.subjects.fold import fold
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.thing.kinds import THING
from app.domain.times import china_day
from app.domain.wire.entries import Entry
from sync_server.store.people import accounts
from sync_server.store.people.identity import Identity
from sync_server.store.tables import persons
from tests.sim.answers import sees_homes

if TYPE_CHECKING:
    from tests.sim.world import World

Histories = Mapping[tuple[str, str], list[Entry]]
GONE: Final = ("collected", "returned")


def faults(world: World, histories: Histories) -> Iterator[str]:
    """Yield what does not hold of cases, of what they raised, and of the keys that went with them."""
    begun = {(p.entry.subject_type, p.entry.subject_id) for p in world.ledger.promises.values()}
    for (type_, id_), history in histories.items():
        if type_ == THING:
            yield from _issued(world, history)
        state = fold(CASE, history) if type_ == CASE else None
        if not isinstance(state, CaseState) or not state.filled:
            continue
        rule = _RULES.get(str(state.first.get("case")))
        yield from (f"case {id_}: {fault}" for fault in (rule(state, histories) if rule is not None else ()))
        for one in state.raised:
            if (one["type"], one["id"]) not in begun:
                yield f"case {id_}: {one['path']} raised the {one['type']} {one['id']}, which nobody began"
    yield from _people(world)


def standing(state: CaseState, *steps: str) -> list[tuple[int, Filled]]:
    """Return the forms of these steps that stand by themselves, each with its place among those that were filled in:
    neither flagged, nor let count by the desk."""
    flagged = {flag.entry_id for flag in state.flags}
    settled = {str(step.entry.body.get("entry_id")) for step in state.steps if step.entry.kind == "flag_settled"}
    return [
        (n, one)
        for n, one in enumerate(state.filled)
        if one.body.get("step") in steps and one.entry.id not in flagged | settled
    ]


def _signed(state: CaseState, entry_id: str, signer: str) -> bool:
    """Tell whether somebody ever signed a form in this part."""
    return any(
        step.entry.kind == "signed"
        and step.entry.body["as"] == signer
        and signed_facts(step.entry).get("entry_id") == entry_id
        for step in state.steps
    )


# -- a deposit (K5) --------------------------------------------------------------------------------


def _decoration(state: CaseState, histories: Histories) -> Iterator[str]:
    refunds = standing(state, "refunded")
    if len(refunds) > 1:
        yield f"the deposit went back {len(refunds)} times"
    for n, refund in refunds:
        yield from (f"the deposit went back: {why}" for why in _not_due(state.filled[:n], refund))
        yield from _open_breach(state, refund, histories)
        if state.stage != ENDED_EARLY and not any(id_ == refund.entry.id for id_, _ in state.to_sign):
            for signer in ("neighbour", "resident"):
                if not _signed(state, refund.entry.id, signer):
                    yield f"the deposit went back, and the {signer} never signed"


def _not_due(before: Sequence[Filled], refund: Filled) -> Iterator[str]:
    final = next((one for one in reversed(before) if one.body.get("step") == "final"), None)
    if final is None or final.body["answers"].get("found") != "no":
        yield "no inspection found it right"
        return
    day = china_day(final.entry.at)
    in_use = final.body["answers"].get("in_use")
    if china_day(refund.entry.at) < _three_months_after(max(day, date.fromisoformat(in_use)) if in_use else day):
        yield "three months were not over"
    out: set[str] = set()
    for one in before:
        if one.body.get("step") == "passes":
            numbers = {str(row["number"]).strip().upper() for row in one.body["answers"].get("pass", ())}
            out = out | numbers if one.body["answers"].get("what") == "issued" else out - numbers
    if out:
        yield f"the passes {sorted(out)} were out"
    said = refund.body["answers"]
    if not said.get("receipt") or not said.get("permit") or int(said["passes_back"]) < int(said["passes_issued"]):
        yield "its papers lacked something"


def _three_months_after(day: date) -> date:
    month = day.month + 3
    year, month = day.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _open_breach(state: CaseState, refund: Filled, histories: Histories) -> Iterator[str]:
    """A breach about which nobody had done anything when the server took the refund was told to the desk."""
    told = {
        step.entry.body["filled_id"]
        for step in state.steps
        if step.entry.kind == "form_checked" and step.entry.body["found"] == "lacks"
    }
    for one in state.raised:
        before = [e for e in histories.get((MATTER, one["id"]), ()) if (e.seq or 0) < (refund.entry.seq or 0)]
        if before and {e.kind for e in before} <= {"matter_opened", "classed"} and refund.entry.id not in told:
            yield f"the deposit went back with the breach {one['id']} open, and nobody was told"


# -- mail (L), events (U1) -----------------------------------------------------------------------


def _mail(state: CaseState, histories: Histories) -> Iterator[str]:
    left = standing(state, *GONE)
    if len(left) > 1:
        yield f"the mail left {len(left)} times"


def _event(state: CaseState, histories: Histories) -> Iterator[str]:
    plan = next((one for one in state.filled if one.body.get("step") == "planned"), None)
    for _, held in standing(state, "held"):
        if plan is None:
            yield "it was held, and nobody planned it"
            continue
        if not _signed(state, plan.entry.id, "manager"):
            yield "it was held, and the manager never approved it"
        if china_day(held.entry.at) < date.fromisoformat(plan.body["answers"]["day"]):
            yield "it was held before its day"


_RULES: Final[Mapping[str, Callable[[CaseState, Histories], Iterator[str]]]] = {
    "decoration": _decoration,
    "mail": _mail,
    "event": _event,
}


# -- keys (G3, J1, J3) ------------------------------------------------------------------------------


def _issued(world: World, history: Sequence[Entry]) -> Iterator[str]:
    """Yield each key that left stock with a hand-over before both had signed its papers, as phones had promised."""
    for entry in history:
        if entry.kind != "issued" or not entry.body.get("case_id"):
            continue
        mine = [p.entry for p in world.ledger.promises.values() if p.entry.subject_id == entry.body["case_id"]]
        papers = {one.id for one in mine if one.kind == "form_filled" and one.body.get("step") == "papers"}
        signed = {one.body["as"] for one in mine if one.kind == "signed" and signed_facts(one)["entry_id"] in papers}
        if not signed >= {"resident", "staff"}:
            yield f"the key {entry.subject_id} was issued by {entry.id}, and only {sorted(signed)} had signed"


# -- households that are gone (Y2) --------------------------------------------------------------------


def _identity(world: World, staff_id: str) -> Identity:
    who: Identity = world.server.read(lambda connection: accounts.identity(connection, staff_id, ""))
    return who


def _people(world: World) -> Iterator[str]:
    """Yield each phone that keeps people who are in the register no more, or whose building is not its person's."""
    there: list[Any] = world.server.read(lambda c: c.execute(select(persons.c.id, persons.c.building_id)).all())
    for phone in world.phones:
        if phone.session is not None and not phone.session.engine.status.sign_in_needed:
            who = _identity(world, phone.person.staff_id)
            theirs = {row.id for row in there if sees_homes(who, row.building_id)}
            if kept := set(phone.session.store.refs("person")) - theirs:
                yield f"{phone.name} keeps {sorted(kept)}, who are not for {phone.person.login}, or nowhere any more"
