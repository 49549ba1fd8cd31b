"""Who may see what and do what (role × verb × scope), in one place for phone and server.

A scope is a stream of what somebody may see: ``estate`` (everyone), ``all`` (overseers),
``building:<id>`` (its steward), ``staff:<id>`` (tickets assigned to or opened by that person),
``finance`` (tickets from done on: the third copy, A.8).

Who may put whom on a phone by a one-time code: ``may_put_on_phone``. Whose devices somebody may list and end:
``may_manage_devices``. Who sees who looked at a household's archive (S): ``may_see_looks``. The whole table, made from
these rules, is ``docs/rights.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain import custody_kinds, kinds, roles
from app.domain import state as st
from app.domain.entries import Entry
from app.domain.state import SubjectState, ThingState, TicketState

ESTATE = "estate"
ALL = "all"
FINANCE = "finance"


def building_scope(building_id: str) -> str:
    """Return the scope of a building's steward."""
    return f"building:{building_id}"


def staff_scope(staff_id: str) -> str:
    """Return the scope of what is assigned to or opened by one person."""
    return f"staff:{staff_id}"


def scopes_of(staff_id: str, held: Iterable[str], building_ids: Iterable[str]) -> list[str]:
    """Return the scopes a person with the roles ``held`` reads, those everyone needs first."""
    held = set(held)
    if held & roles.OVERSEERS:
        return [ESTATE, ALL]
    scopes = [ESTATE, staff_scope(staff_id)]
    if roles.STEWARD in held:
        scopes += [building_scope(b) for b in sorted(building_ids)]
    if roles.FINANCE in held:
        scopes.append(FINANCE)
    return scopes


def audience(state: SubjectState) -> set[str]:
    """Return the scopes in which a subject shows as its state is now."""
    scopes = {ALL}
    if state.building_id:
        scopes.add(building_scope(state.building_id))
    if state.opened is not None and state.opened.author != roles.SYSTEM:
        scopes.add(staff_scope(state.opened.author))
    if isinstance(state, TicketState):
        if state.assignee:
            scopes.add(staff_scope(state.assignee))
        if state.stage in (st.DONE, st.CONFIRMED, st.FILED):
            scopes.add(FINANCE)
    if isinstance(state, ThingState) and state.stage == st.OUT:
        # G.2: whoever holds it, and the worker for whose ticket it was lent.
        scopes |= {staff_scope(who) for who in (state.hands.id, state.worker_id) if who and _is_staff(state, who)}
        scopes |= {
            staff_scope(link.taker.id) for link in state.disputed if link.taker.id and link.taker.where == "staff"
        }
    return scopes


def _is_staff(state: ThingState, who: str) -> bool:
    return who == state.worker_id or state.hands.where == custody_kinds.STAFF


def may(held: Iterable[str], kind: str) -> bool:
    """Tell whether somebody with the roles ``held`` may make entries of ``kind``.

    Kinds this program does not know are allowed here: the newer program that wrote them
    judges them, and scope still holds.
    """
    found = kinds.KINDS.get(kind)
    return found is None or bool(found.roles & set(held))


def may_make(held: Iterable[str], entry: Entry, before: Sequence[Entry]) -> bool:
    """Tell whether the author of ``entry``, with the roles ``held``, may make it after ``before``.

    Beyond ``may``: a correction is made by who made the entry, or by an overseer; only the
    engineering supervisor signs as supervisor (A.4); only the server gives a ticket the number of another system,
    which finds its tickets by it; a worker hands over and returns what is in their own hands (G.2).
    """
    held = set(held)
    if not may(held, entry.kind):
        return False
    if roles.SYSTEM not in held and not _keeps_external_ref(entry, before):
        return False
    if entry.kind == "amended" and not held & (roles.OVERSEERS | {roles.SYSTEM}):
        target = next((e for e in before if e.id == entry.body.get("target_id")), None)
        return target is None or target.author == entry.author
    if entry.kind == "signed":
        if entry.body.get("as") == "supervisor":
            return roles.ENGINEERING_SUPERVISOR in held
        return may_sign(held, entry.subject_type)
    if entry.kind in ("handed_over", "returned") and not held & custody_kinds.KEEPERS:
        return entry.author == entry.body.get("from_id")
    return True


def may_sign(held: Iterable[str], subject_type: str) -> bool:
    """Tell whether somebody who may make ``signed`` entries may take a signature down for a subject of this type.

    At a door field staff do; a step of custody is signed by whoever keeps or carries the thing (G.2).
    """
    return subject_type == kinds.THING or bool(_SIGNERS & set(held))


def _keeps_external_ref(entry: Entry, before: Sequence[Entry]) -> bool:
    """Tell whether an entry leaves a ticket's number in another system as it is: none at opening, then unchanged."""
    if entry.kind == "ticket_opened":
        return not entry.body.get("external_ref")
    if entry.kind != "amended":
        return True
    new = entry.body.get("body")
    ref = new.get("external_ref") if isinstance(new, dict) else None
    target = next((e for e in before if e.id == entry.body.get("target_id")), None)
    return not ref or (target is not None and target.body.get("external_ref") == ref)


_SIGNERS = frozenset((roles.REPAIR_WORKER, roles.STEWARD, roles.ENGINEERING_SUPERVISOR, roles.SERVICE_SUPERVISOR,
                      roles.SYSTEM))  # fmt: skip
"""Who takes a signature at a door."""


_MAY_PUT_ON_PHONE: dict[str, frozenset[str]] = {
    roles.ADMIN: frozenset(roles.ROLES),
    roles.DESK: frozenset(roles.ROLES) - {roles.ADMIN},
    roles.ENGINEERING_SUPERVISOR: frozenset({roles.REPAIR_WORKER}),
    roles.SERVICE_SUPERVISOR: frozenset({roles.STEWARD}),
}
"""Whose one-time codes a role may make: everybody's for the administrator; for the desk, which hands out the phones,
everybody's but an administrator's; for a supervisor those of the people they lead."""


def may_put_on_phone(held: Iterable[str], maker_id: str, for_id: str, for_roles: Iterable[str]) -> bool:
    """Tell whether somebody with the roles ``held`` may make a one-time code for a person with ``for_roles``.

    A code signs in as that person, so nobody may make one for a person with a role that they could not give a
    phone otherwise; for oneself whoever may make codes at all may. Field staff make none: a lost phone
    that is revoked must not have brought others in before.
    """
    reach = [_MAY_PUT_ON_PHONE[role] for role in held if role in _MAY_PUT_ON_PHONE]
    if not reach:
        return False
    return maker_id == for_id or set(for_roles) <= frozenset().union(*reach)


_MANAGE_DEVICES = frozenset({roles.DESK, roles.ADMIN})


def may_manage_devices(held: Iterable[str]) -> bool:
    """Tell whether somebody may list and end anybody's devices: a lost phone is reported to the desk.

    Everybody may end their own.
    """
    return bool(_MANAGE_DEVICES & set(held))


_BRING_REGISTERS_IN = frozenset({roles.DESK, roles.ADMIN})


def may_bring_registers_in(held: Iterable[str]) -> bool:
    """Tell whether somebody may bring the office's register of households in: who keeps it."""
    return bool(_BRING_REGISTERS_IN & set(held))


_SEE_LOOKS = frozenset({roles.SERVICE_SUPERVISOR, roles.ADMIN})


def may_see_looks(held: Iterable[str]) -> bool:
    """Tell whether somebody may read who looked at a household's archive (S): who answers for the archives."""
    return bool(_SEE_LOOKS & set(held))
