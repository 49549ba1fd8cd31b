"""Follow-ups 回访 (D): reading and planning them, and recording what was asked, what was said and what was raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from app.actions.core import derived
from app.actions.matters import PARTS_OF_MATTER, Matters
from app.actions.models import MatterForm, Saved, Signature, SigningContent, SubjectView, TicketForm
from app.actions.reads import members
from app.actions.records import Records
from app.actions.tickets import Tickets
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.closing import Closing
from app.domain.subjects import SUBJECTS, subject_of
from app.domain.subjects.fold import fold
from app.domain.subjects.follow_up import FollowUpCard, kinds
from app.domain.subjects.follow_up.figures import Counted, Rates, rates
from app.domain.subjects.follow_up.kinds import FOLLOW_UP, PLANNERS
from app.domain.subjects.follow_up.state import FollowUpState
from app.domain.subjects.signing import facts_to_sign
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Entry
from app.domain.wire.errors import CHANGED_AFTER_SIGNING, FOLLOW_UP_TOO_EARLY, Problem
from app.store.queries import CardFilter
from app.store.search import Household

_MOST: Final = 10_000
_SOURCES: Final = 30
"""How many of a household's closed records, the latest first, are looked through for those to ask about."""


@dataclass(frozen=True, slots=True)
class FollowUpForm:
    """One time somebody was asked, or could not be (D.3, D.4). ``once``: the id of its entry, so that it saves once."""

    follow_up_id: str
    once: str
    way: str
    met: bool = True
    not_met: str = ""
    name: str = ""
    capacity: str = ""
    satisfied: bool | None = None
    said: str = ""
    settled: bool | None = None
    promise: str = ""
    again_at: int | None = None
    tickets: tuple[TicketForm, ...] = ()
    matters: tuple[MatterForm, ...] = ()

    def ticket_id(self, number: int) -> str:
        """Return the id of a ticket raised there: always the same, so that a retry makes no second (D.5)."""
        return derived(self.once, f"ticket-{number}")

    def matter_id(self, number: int) -> str:
        """Return the id of a matter raised there."""
        return derived(self.once, f"matter-{number}")

    @property
    def raised(self) -> list[str]:
        """The ids of all that was raised there."""
        tickets = [self.ticket_id(number) for number in range(len(self.tickets))]
        return tickets + [self.matter_id(number) for number in range(len(self.matters))]

    def body(self) -> dict[str, Any]:
        """Return the body of its entry; for a try that failed only why, and when somebody comes again."""
        asked: dict[str, Any] = {
            "name": self.name,
            "capacity": self.capacity,
            "satisfied": self.satisfied,
            "said": self.said,
            "settled": self.settled,
            "promise": self.promise if self.settled is False else "",
            "again_at": self.again_at if self.settled is False else None,
            "raised": self.raised or None,
        }
        tried = {"not_met": self.not_met, "again_at": self.again_at}
        found = {"way": self.way, "met": self.met} | (asked if self.met else tried)
        return {name: value for name, value in found.items() if value is not None and value != ""}


@dataclass(frozen=True, slots=True)
class FollowUpView(SubjectView[FollowUpState]):
    """Everything a follow-up's page shows. ``move``: this person's main action; ``source``: the record it follows up,
    if this phone has it; ``plans``: whether this person plans and reviews them."""

    move: str | None
    household: Household | None
    owner_name: str
    source: Card | None
    plans: bool
    raised: tuple[Card, ...]

    @property
    def raised_now(self) -> tuple[Card, ...]:
        """What was raised the last time, which is not signed for yet."""
        ids = set((self.state.now[1].get("raised") if self.state.now is not None else None) or ())
        return tuple(card for card in self.raised if card.id in ids)


@dataclass(frozen=True, slots=True)
class PlanForm:
    """A follow-up that the supervisor plans (D.1). ``source_of``: type and id of the closed record it follows up, if
    there is one; ``source``, the door and what else that record says are then taken from it. ``address``: given if it
    is about no household. ``owner_id``: empty for the steward of the building."""

    about: str
    due_at: int
    source: str = ""
    household_id: str | None = None
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    weight: str = kinds.ORDINARY
    owner_id: str = ""
    source_of: tuple[str, str] | None = None
    estate: str | None = None


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures about the follow-ups of a month: for all and for each person (by staff id, or the post where nobody
    is named), the cards by id, what was raised at them, and which of that is closed (D.5, D.6)."""

    cards: Mapping[str, Card]
    all: Rates
    by_person: Mapping[str, Rates]
    raised: tuple[Card, ...]
    closed: tuple[Card, ...]


class FollowUps:
    """Follow-ups of one signed-in person."""

    def __init__(self, core: Records, tickets: Tickets, matters: Matters) -> None:
        self._core = core
        self._tickets = tickets
        self._matters = matters

    def view(self, follow_up_id: str) -> FollowUpView:
        """Return everything a follow-up's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[FollowUpState] = self._core.seen_as(FOLLOW_UP, follow_up_id)
        state, said = seen.state, seen.state.body
        held = self._core.roles_on(state)
        source = None
        if said.get("source_id"):
            source = self._core.store.card(str(said.get("source_type")), str(said["source_id"]))
        return FollowUpView(
            **members(seen),
            move=SUBJECTS[FOLLOW_UP].move(seen.card, self._core.profile.staff_id, held),
            household=self._core.home(state.household_id),
            owner_name=self._core.staff_name(state.owner),
            source=source,
            plans=bool(held & PLANNERS),
            raised=self._raised(state.raised),
        )

    def _raised(self, ids: Sequence[str]) -> tuple[Card, ...]:
        """Return the cards of what was raised, as far as this phone has them."""
        if not ids:
            return ()
        return tuple(self._core.store.cards(CardFilter(type=None, ids=tuple(ids)), 0, len(ids)))

    # -- a month of them -------------------------------------------------------------------

    @property
    def plans(self) -> bool:
        """Whether this person plans them in the estate looked at (D.1)."""
        return bool(self._core.roles & PLANNERS)

    def due_in(self, since: int, until: int) -> list[Card]:
        """Return the follow-ups that are or were to be done from ``since`` on, before ``until`` (ms), the earliest
        first (D.1)."""
        found = [card for card in self._all(until) if since <= card.as_(FollowUpCard).due < until]
        return sorted(found, key=lambda card: (card.as_(FollowUpCard).due, card.id))

    def month(self, since: int, until: int) -> MonthFigures:
        """Return the figures about the follow-ups whose sources were closed from ``since`` on, before ``until`` (ms),
        counted as the server counts all that it has (D.6)."""
        now = self._core.now()
        cards = {card.id: card for card in self._all(until) if since <= card.as_(FollowUpCard).since < until}
        by_person: dict[str, list[Counted]] = {}
        for card in cards.values():
            one = counted(card)
            by_person.setdefault(one.who, []).append(one)
        raised = self._raised([one for card in cards.values() for one in card.as_(FollowUpCard).raised])
        return MonthFigures(
            cards,
            rates((one for found in by_person.values() for one in found), now),
            {who: rates(found, now) for who, found in by_person.items()},
            raised,
            tuple(card for card in raised if self._is_closed(card)),
        )

    def _is_closed(self, card: Card) -> bool:
        """Tell whether something that was raised is closed; if it was merged, whether the matter it went into is
        (C.6)."""
        return (self._matters.end_of(card) or card).ended

    def _all(self, until: int) -> list[Card]:
        """Return every follow-up in the estate looked at that was opened before ``until`` (ms)."""
        wanted = self._core.here(CardFilter(type=FOLLOW_UP, opened_until=until))
        return self._core.store.cards(wanted, 0, _MOST)

    # -- planning by hand ------------------------------------------------------------------

    def sources(self, household_id: str) -> list[Closing]:
        """Return the closed records of a household that may be asked about, the latest first, without those that have a
        follow-up still to be done (D.1)."""
        closed = CardFilter(type=None, household_id=household_id, ended=True, order="recent")
        open_ones = self._core.store.cards(CardFilter(type=FOLLOW_UP, household_id=household_id, over=False), 0, _MOST)
        asked = {(one.as_(FollowUpCard).source_id, one.as_(FollowUpCard).round) for one in open_ones}
        found = (self.closing_of(card.type, card.id) for card in self._core.store.cards(closed, 0, _SOURCES))
        return [one for one in found if one is not None and (one.id, one.round) not in asked]

    def closing_of(self, subject_type: str, subject_id: str) -> Closing | None:
        """Return what a follow-up of a record must know; ``None`` while the record is open, and where nobody is
        asked."""
        subject = subject_of(subject_type)
        return subject.closing(self._core.store.state(subject_type, subject_id))

    async def plan(self, form: PlanForm, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Plan a follow-up by hand (D.1). The same ``once`` saves once.

        Raises ``Problem``: ``follow_up_too_early`` for a record that is not closed, ``role_may_not``, and for fields.
        """
        once = once or self._core.new_id()
        body: dict[str, Any] = {
            "source": form.source,
            "about": form.about,
            "weight": form.weight,
            "household_id": form.household_id,
            "address": form.address,
            "contact_name": form.contact_name,
            "contact_phone": form.contact_phone,
            "due_at": form.due_at,
            "drawn": kinds.BY_HAND,
        }
        if form.source_of is not None:
            closing = self.closing_of(*form.source_of)
            if closing is None:
                raise Problem(FOLLOW_UP_TOO_EARLY)
            body |= _of_closing(closing)
        home = self._core.home(form.household_id)
        if home is not None:
            body |= {"unit_id": home.unit_id, "building_id": home.building_id, "address": form.address or home.address}
        body |= self._whose(form.owner_id, body.get("building_id"))
        body |= self._core.says_estate(body, form.estate)
        new = self._core.entry((FOLLOW_UP, derived(once, FOLLOW_UP)), "follow_up_planned", body, once)
        return await self._core.save([new], draft)

    def _whose(self, owner_id: str, building_id: str | None) -> dict[str, str]:
        """Return the fields that say who is to do it: the person named, else the building's steward; a post, if it has
        several stewards or none (D.2)."""
        if owner_id:
            return {"owner_id": owner_id}
        stewards = [one.id for one in self._core.staff_list(roles.STEWARD) if building_id in one.building_ids]
        if len(stewards) == 1:
            return {"owner_id": stewards[0], "post": roles.STEWARD}
        return {"post": roles.STEWARD if stewards else roles.SERVICE_SUPERVISOR}

    # -- asking ----------------------------------------------------------------------------

    def content(self, form: FollowUpForm) -> SigningContent:
        """Return what a signature on the form being filled in will be bound to (D.3)."""
        facts = facts_to_sign(self._state_with(self._entry(form)), FOLLOW_UP)
        return SigningContent(FOLLOW_UP, form.follow_up_id, FOLLOW_UP, facts, self._core.day())

    async def record(
        self, form: FollowUpForm, signature: Signature | None = None, *, draft: str | None = None
    ) -> Saved:
        """Save what was asked and said, the signature, what was raised there, and the reopening of a complaint whose
        resident is not satisfied, in one transaction (C.5, D.3, D.5).

        Raises ``Problem`` as ``sign`` does, and for fields.
        """
        entry = self._entry(form)
        new, attachments = [entry], {}
        if signature is not None:
            facts = facts_to_sign(self._state_with(entry), FOLLOW_UP)
            if canonical_hash(facts) != canonical_hash(dict(signature.content.facts)):
                raise Problem(CHANGED_AFTER_SIGNING)
            signed, strokes = self._core.signed(signature, form.once, 1)
            new.append(signed)
            attachments[signed.blobs[0].hash] = strokes
        if form.met and form.satisfied is False:
            new += self._reopened(form, 2)
        if form.met:
            new += self._raising(form, entry, 3)
        return await self._core.save(new, draft, attachments)

    def reopens(self, follow_up_id: str) -> Card | None:
        """Return the record that is opened again when its resident is not satisfied; ``None``: it stays closed."""
        view = self.view(follow_up_id)
        card = view.source
        if card is None or not card.ended or "reopened" not in {k.name for k in subject_of(card.type).kinds}:
            return None
        return card

    def _reopened(self, form: FollowUpForm, part: int) -> list[Entry]:
        card = self.reopens(form.follow_up_id)
        if card is None:
            return []
        body = {"reason": form.said, "follow_up_id": form.follow_up_id}
        return [self._core.entry((card.type, card.id), "reopened", body, form.once, part)]

    def _raising(self, form: FollowUpForm, entry: Entry, part: int) -> list[Entry]:
        """Return the first entries of each thing that was raised, at this household's door or on the phone."""
        state = cast(FollowUpState, self._core.store.state(FOLLOW_UP, form.follow_up_id))
        new: list[Entry] = []
        for number, ticket in enumerate(form.tickets):
            here = replace(ticket, channel=form.way, **_door(state, ticket.address))
            body = self._tickets.opened_body(here)
            new.append(
                self._core.entry((TICKET, form.ticket_id(number)), "ticket_opened", body, form.once, part + number)
            )
        first = part + len(form.tickets)
        for number, matter in enumerate(form.matters):
            said = replace(matter, channel=form.way, **_door(state, matter.address))
            where = first + number * PARTS_OF_MATTER
            new += self._matters.opening(said, form.matter_id(number), form.once, where)
        return new

    def _entry(self, form: FollowUpForm) -> Entry:
        return self._core.entry((FOLLOW_UP, form.follow_up_id), "followed_up", form.body(), form.once)

    def _state_with(self, entry: Entry) -> FollowUpState:
        """Return the state that the follow-up will have once the entry is saved."""
        seen: SubjectView[FollowUpState] = self._core.seen_as(FOLLOW_UP, entry.subject_id)
        before = (step.entry for step in seen.steps if step.entry.id != entry.id)
        return cast(FollowUpState, fold(FOLLOW_UP, [*before, entry]))


def counted(card: Card) -> Counted:
    """Return what is counted of a follow-up, from its card."""
    more = card.as_(FollowUpCard)
    return Counted(
        id=card.id,
        source=card.kind,
        who=card.assignee or more.post,
        stage=card.stage,
        since=more.since,
        due=more.due,
        first_at=more.first_at,
        done_at=more.done_at,
        satisfied=more.satisfied,
    )


def _door(state: FollowUpState, said: str) -> dict[str, Any]:
    """Return the place that something raised at a follow-up is about: the same door, or the place that was ``said``."""
    return {
        "household_id": state.household_id,
        "building_id": state.building_id,
        "address": said or state.address,
        "estate": state.estate,
    }


def _of_closing(closing: Closing) -> dict[str, Any]:
    """Return the fields that a follow-up takes from the closed record it is about."""
    return {
        "source": closing.source,
        "source_type": closing.type,
        "source_id": closing.id,
        "round": closing.round,
        "weight": closing.weight,
        "since": closing.closed_at,
        "household_id": closing.household_id,
        "unit_id": closing.unit_id,
        "building_id": closing.building_id,
        "address": closing.address,
        "contact_name": closing.contact_name,
        "contact_phone": closing.contact_phone,
    }


def filled(values: Mapping[str, Any], follow_up_id: str, once: str) -> FollowUpForm:
    """Return the form of a draft's values; names it does not know are left out."""
    known = {name: values[name] for name in FollowUpForm.__dataclass_fields__ if name in values}
    return replace(FollowUpForm(follow_up_id, once, kinds.DOOR), **known)
