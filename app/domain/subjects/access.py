"""Who may see what and do what (role × verb × scope), in one place for phone and server.

For whom somebody may make a one-time code: ``may_put_on_phone``. Whose devices somebody may list and end:
``may_manage_devices``. Who may read who looked at a household's archive (S): ``may_see_looks``. ``docs/rights.md`` is
the whole table, printed from these rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain import roles
from app.domain.rules.scopes import ALL, building_scope, staff_scope
from app.domain.rules.state import SubjectState
from app.domain.subjects import KINDS, subject_of
from app.domain.wire.entries import Entry


def audience(state: SubjectState) -> set[str]:
    """Return the scopes that a subject belongs to in its present state."""
    subject = subject_of(state.type)
    scopes = {ALL} if subject.for_overseers(state) else set()
    if state.building_id and subject.for_its_building(state):
        scopes.add(building_scope(state.building_id))
    if state.opened is not None and state.opened.author != roles.SYSTEM and subject.for_its_opener(state):
        scopes.add(staff_scope(state.opened.author))
    return scopes | subject.audience(state)


def may(held: Iterable[str], kind: str) -> bool:
    """Tell whether somebody with the roles ``held`` may make entries of ``kind``.

    Kinds this program does not know are allowed here: the newer program that wrote them
    judges them, and scope still holds.
    """
    found = KINDS.get(kind)
    return found is None or bool(found.roles & set(held))


def may_make(held: Iterable[str], entry: Entry, before: Sequence[Entry]) -> bool:
    """Tell whether the author of ``entry``, with the roles ``held``, may make it after ``before``.

    Stricter than ``may``: the subject is asked about this very entry and about whose signature it is, and a correction
    may be made only by the author of the entry or by an overseer.
    """
    held = set(held)
    subject = subject_of(entry.subject_type)
    if not may(held, entry.kind) or not subject.may(held, entry, before):
        return False
    if entry.kind == "amended" and not held & (roles.OVERSEERS | {roles.SYSTEM}):
        target = next((e for e in before if e.id == entry.body.get("target_id")), None)
        return target is None or target.author == entry.author
    if entry.kind == "signed":
        return subject.may_sign(held, str(entry.body.get("as")))
    return True


def may_sign(held: Iterable[str], subject_type: str) -> bool:
    """Tell whether somebody who may make ``signed`` entries may take down a signature on a subject of this type."""
    return subject_of(subject_type).may_sign(set(held), "")


_MAY_PUT_ON_PHONE: dict[str, frozenset[str]] = {
    roles.ADMIN: frozenset(roles.ROLES),
    roles.MANAGER: frozenset(roles.ROLES) - {roles.ADMIN},
    roles.DESK: frozenset(roles.ROLES) - {roles.ADMIN, roles.MANAGER},
    roles.ENGINEERING_SUPERVISOR: frozenset({roles.REPAIR_WORKER}),
    roles.SERVICE_SUPERVISOR: frozenset({roles.STEWARD, roles.GUARD, roles.ARCHIVIST, roles.CULTURE_CLERK}),
    roles.ENVIRONMENT_SUPERVISOR: frozenset({roles.CLEANING_LEAD, roles.CLEANER}),
    roles.CLEANING_LEAD: frozenset({roles.CLEANER}),
}
"""By role: for people with which roles its holder may make one-time codes. Administrators for all; the manager, and the
desk, which hands out the phones, for all but those above them; a supervisor or lead for the people they lead."""


def may_put_on_phone(held: Iterable[str], maker_id: str, for_id: str, for_roles: Iterable[str]) -> bool:
    """Tell whether somebody with the roles ``held`` may make a one-time code for a person with ``for_roles``.

    A code signs in as that person, so it must not be a way to more rights: all roles of the person must be among those
    one may make codes for. Whoever may make codes may make one for themselves. Field staff make none: a lost phone must
    not be able to bring in other phones before it is revoked.
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


_SEE_NEWS = frozenset({roles.ADMIN, roles.MANAGER})


def may_see_news(held: Iterable[str]) -> bool:
    """Tell whether somebody may see what was sent outside the app, and by which channels, and send a test message."""
    return bool(_SEE_NEWS & set(held))


def may_change_news(held: Iterable[str]) -> bool:
    """Tell whether somebody may set up by which channels and rules news goes out: addresses there are secrets."""
    return roles.ADMIN in set(held)


_PUBLISH_FORMS = frozenset({roles.ADMIN, roles.MANAGER})


def may_publish_forms(held: Iterable[str]) -> bool:
    """Tell whether somebody may publish and withdraw forms of an estate where they hold these roles."""
    return bool(_PUBLISH_FORMS & set(held))


_PUBLISH_PAGES = frozenset({roles.ADMIN, roles.MANAGER, roles.SERVICE_SUPERVISOR})


def may_publish_pages(held: Iterable[str]) -> bool:
    """Tell whether somebody may publish and withdraw pages of the handbook of an estate where they hold these roles
    (T2)."""
    return bool(_PUBLISH_PAGES & set(held))


_READ_PRIVATE = frozenset({roles.ADMIN, roles.MANAGER, roles.DESK, roles.ARCHIVIST})


def may_read_private(held: Iterable[str]) -> bool:
    """Tell whether somebody reads identity numbers in lists and tables as they are; to all others they are masked
    (Y5). The record itself shows them to whoever sees it."""
    return bool(_READ_PRIVATE & set(held))


_BRING_REGISTERS_IN = frozenset({roles.DESK, roles.ADMIN})


def may_bring_registers_in(held: Iterable[str]) -> bool:
    """Tell whether somebody may import the office's register of households."""
    return bool(_BRING_REGISTERS_IN & set(held))


_SEE_LOOKS = frozenset({roles.SERVICE_SUPERVISOR, roles.ADMIN, roles.MANAGER})


def may_see_looks(held: Iterable[str]) -> bool:
    """Tell whether somebody may read who looked at a household's archive (S)."""
    return bool(_SEE_LOOKS & set(held))
