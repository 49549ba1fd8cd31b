"""Visits 走访 (E): which are owed, what was promised, and recording what happened at a door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from app.actions.core import derived
from app.actions.duties import Duties
from app.actions.estates import Part
from app.actions.matters import PARTS_OF_MATTER, Matters
from app.actions.models import (
    PromiseRow,
    Saved,
    Signature,
    SigningContent,
    SubjectView,
    VisitDueRow,
    VisitForm,
    VisitView,
)
from app.actions.photos import Photos
from app.actions.reads import members
from app.actions.records import Records
from app.actions.tickets import Tickets
from app.domain import roles
from app.domain.rules.duties import Duty
from app.domain.rules.duty_rules import FESTIVAL
from app.domain.subjects.fold import fold
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.signing import facts_to_sign
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT, VISIT_RECORD, VisitCard, VisitState
from app.domain.times import china_day, read_day
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Entry
from app.domain.wire.errors import CHANGED_AFTER_SIGNING, NOT_FOUND, Problem
from app.store.queries import CardFilter
from app.store.search import Household


class Visits:
    """Visits of one signed-in person."""

    def __init__(self, core: Records, tickets: Tickets, matters: Matters, photos: Photos, duties: Duties) -> None:
        self._core = core
        self._tickets = tickets
        self._matters = matters
        self._photos = photos
        self._duties = duties

    def view(self, visit_id: str) -> VisitView:
        """Return everything a visit's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[VisitState] = self._core.seen_as(VISIT, visit_id)
        state = seen.state
        raised = tuple(str(t) for t in state.body.get("tickets") or ())
        said = tuple(str(m) for m in state.body.get("matters") or ())
        return VisitView(
            **members(seen),
            household=self._core.home(state.household_id),
            steward_name=self._core.staff_name(state.steward),
            tickets=tuple(self._core.store.cards(CardFilter(ids=raised), 0, len(raised))) if raised else (),
            matters=tuple(self._core.store.cards(CardFilter(type=MATTER, ids=said), 0, len(said))) if said else (),
        )

    def due(self) -> list[VisitDueRow]:
        """Return the visits this steward owes, each door once, those with complaints first (E); empty for other
        roles."""
        return self._each_once([duty for duty in self._duties.at_doors() if duty.owed])

    def due_on_a_round(self) -> tuple[list[VisitDueRow], list[VisitDueRow]]:
        """Return the visits this steward owes, in two lists: the usual ones, and those of a festival with its gift
        (E.2)."""
        owed = [duty for duty in self._duties.at_doors() if duty.owed]
        festive = [duty for duty in owed if duty.why == FESTIVAL]
        return self._each_once([duty for duty in owed if duty.why != FESTIVAL]), self._each_once(festive)

    def _each_once(self, owed: Sequence[Duty]) -> list[VisitDueRow]:
        if not owed:
            return []
        today = china_day(self._core.now())
        first = {duty.about[1]: duty for duty in reversed(owed)}
        return [self.row_of(duty, today) for duty in owed if first[duty.about[1]] is duty]

    def called_on(self, part: Part) -> Iterable[Household]:
        """Return the households whose visits are this person's: for a steward those in their buildings, else all of
        ``part``."""
        return self._duties.called_on(part)

    def promises(self) -> list[PromiseRow]:
        """Return what was promised at doors and is not settled yet, the earliest due first (E)."""
        today = china_day(self._core.now())
        found: list[PromiseRow] = []
        for part in self._core.parts():
            opener = None if part.roles & roles.OVERSEERS else self._core.profile.staff_id
            wanted = CardFilter(type=VISIT, promises=True, opener=opener, estates=part.estates)
            found += self.promised(wanted, today)
        return sorted(found, key=_earliest)

    def promised(self, wanted: CardFilter, today: date) -> list[PromiseRow]:
        rows = [
            PromiseRow(card, p.index, p.what, until, max(0, (today - until).days))
            for card in self._core.store.cards(wanted, 0, 1000)
            for p in card.as_(VisitCard).promises
            for until in (read_day(p.until) or today,)
        ]
        return sorted(rows, key=_earliest)

    def row_of(self, duty: Duty, today: date) -> VisitDueRow:
        """Return the row that lists show for a visit that is owed. Raises ``KeyError`` for a door this phone does not
        know."""
        home = self._core.store.households().by_id[duty.about[1]]
        seen = china_day(duty.last_met) if duty.last_met is not None else None
        due = china_day(duty.due)
        return VisitDueRow(home, duty.why, due, max(0, (today - due).days), seen, duty)

    def content(self, form: VisitForm) -> SigningContent:
        """Return what a signature on the visit form being filled in will be bound to (E)."""
        state = fold(VISIT, self._said(form))
        return SigningContent(VISIT, form.visit_id, VISIT_RECORD, facts_to_sign(state, VISIT_RECORD), self._core.day())

    async def record(self, form: VisitForm, signature: Signature | None = None, *, draft: str | None = None) -> Saved:
        """Save a visit, the tickets it raised, its signature and the photos held for it in one transaction (E).

        The same ``form.visit_id`` saves once. Raises ``Problem`` as ``sign`` does, and for fields
        (who was met, or why nobody could be met).
        """
        new, attachments = self._said(form), {}
        visited = new[0]
        if signature is not None:
            facts = facts_to_sign(fold(VISIT, new), VISIT_RECORD)
            if canonical_hash(facts) != canonical_hash(dict(signature.content.facts)):
                raise Problem(CHANGED_AFTER_SIGNING)
            entry, strokes = self._core.signed(signature, visited.id, 1)
            new.append(entry)
            attachments[entry.blobs[0].hash] = strokes
        for number, ticket in enumerate(form.tickets):
            body = self._tickets.opened_body(ticket) | {"channel": "door", "raised_on_visit": form.visit_id}
            door = {key: visited.body[key] for key in ("household_id", "unit_id", "building_id") if key in visited.body}
            body |= door | {"address": ticket.address or visited.body["address"]}
            subject = (TICKET, _ticket_id(form, number))
            new.append(self._core.entry(subject, "ticket_opened", body, visited.id, 2 + number))
        first = 2 + len(form.tickets)
        for number, matter in enumerate(form.matters):
            here = replace(matter, household_id=form.household_id, channel="door", raised_on_visit=form.visit_id)
            part = first + number * PARTS_OF_MATTER
            new += self._matters.opening(here, _matter_id(form, number), visited.id, part)
        photos, pictures, held = self._photos.held_entries((VISIT, form.visit_id))
        return await self._core.save([*new, *photos], draft, attachments | pictures, held)

    async def settle_promise(
        self, visit_id: str, index: int, outcome: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Write down what became of a promise (E)."""
        new = self._core.entry((VISIT, visit_id), "promise_settled", {"index": index, "outcome": outcome}, once)
        return await self._core.save([new], draft)

    def _said(self, form: VisitForm) -> list[Entry]:
        """Return the entries of the visit itself, before it is signed: who was met, the gift, the welcome."""
        found = [self._visited(form)]
        subject = (VISIT, form.visit_id)
        if form.met and form.gift:
            body = {"gift": form.gift, "festival": form.festival}
            found.append(self._core.entry(subject, "gift_handed", body, derived(form.visit_id, "gift")))
        if form.met and not form.welcome.empty:
            body = asdict(form.welcome)
            found.append(self._core.entry(subject, "newcomer_welcomed", body, derived(form.visit_id, "welcome")))
        return found

    def _visited(self, form: VisitForm) -> Entry:
        home = self._core.home(form.household_id)
        if home is None:
            raise Problem(NOT_FOUND)
        body: dict[str, Any] = {
            "household_id": home.id,
            "unit_id": home.unit_id,
            "building_id": home.building_id,
            "address": home.address,
            "occasion": form.occasion,
            "met": form.met,
            "met_name": form.met_name if form.met else None,
            "met_capacity": form.met_capacity if form.met else None,
            "not_met": None if form.met else form.not_met,
            "said": form.said,
            "promises": [{"what": p.what, "until": p.until} for p in form.promises] or None,
            "tickets": [_ticket_id(form, number) for number in range(len(form.tickets))] or None,
            "matters": [_matter_id(form, number) for number in range(len(form.matters))] or None,
            "unsigned_reason": form.unsigned_reason,
            "note": form.note,
        }
        return self._core.entry((VISIT, form.visit_id), "visited", body, derived(form.visit_id, "visited"))


def _ticket_id(form: VisitForm, number: int) -> str:
    return derived(form.visit_id, f"ticket-{number}")


def _matter_id(form: VisitForm, number: int) -> str:
    return derived(form.visit_id, f"matter-{number}")


def _earliest(row: PromiseRow) -> tuple[date, str]:
    return row.until, row.visit.address
