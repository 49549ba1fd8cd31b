"""What screens read. Lists come from cards; only the page of one ticket or visit folds its entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import Any

from app.actions import todo
from app.actions.core import Core, read_staff
from app.actions.estates import Part
from app.actions.models import (
    DoorHistory,
    FlagRow,
    HouseholdView,
    PromiseRow,
    Staff,
    StepRow,
    SubjectView,
    TicketView,
    UnsentItem,
    Verification,
    VisitDueRow,
    VisitView,
)
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.estates import POSTS
from app.domain.rules.state import STEP_FLAGGED, STEP_SET_ASIDE, SubjectState
from app.domain.rules.visiting import COMPLAINT, MONTHLY, MOVE_IN, HouseholdFacts, VisitDue, visit_due
from app.domain.subjects import access
from app.domain.subjects.kinds import KINDS
from app.domain.subjects.signing import Verdict, verify_signature
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket import kinds
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.clocks import clocks, running
from app.domain.subjects.ticket.kinds import JOB, PUBLIC_REPAIR, REPAIR, TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.subjects.ticket.steps import next_step, waits_for
from app.domain.subjects.visit import VISIT, VisitCard, VisitState
from app.domain.times import DAY, china_day, read_day
from app.domain.wire.entries import Entry, actor
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import CardFilter, UnsentRow
from app.store.search import Household, HouseholdHit, PriceItem, find_price_items

_MOVES: dict[str, tuple[str, ...]] = {
    roles.ENGINEERING_SUPERVISOR: (st.OPEN, st.TO_JUDGE, st.TO_ASK, st.DECLINED, st.INFEASIBLE),
    roles.DESK: (st.OPEN, st.TO_ASK, st.INFEASIBLE, st.CONFIRMED),
}
"""Stages in which somebody with the role has something to do, besides confirming (which has its own list)."""


DOOR_PARTS: dict[str, CardFilter] = {
    "repair": CardFilter(kinds=(REPAIR, PUBLIC_REPAIR, JOB)),
    "complaint": CardFilter(kinds=(kinds.COMPLAINT,)),
    "visit": CardFilter(type=VISIT),
    "thing": CardFilter(type=THING),
}
"""What a door's history can be narrowed to: 维修 投诉 走访 钥匙."""

_VISIT_URGENCY = {COMPLAINT: 0, MOVE_IN: 1, MONTHLY: 1}


def _in_part(found: Mapping[tuple[str, str], int], part: CardFilter) -> int:
    return sum(n for (kind_of, kind), n in found.items() if kind_of == part.type and kind in (part.kinds or (kind,)))


class Reads(Core):
    """Read models; plain values, computed when asked."""

    def at_once(self) -> AbstractContextManager[None]:
        """Read several things of one state (``with session.at_once():``); nothing can be saved meanwhile."""
        return self.store.at_once()

    # -- tickets and visits ----------------------------------------------------------------

    def ticket(self, ticket_id: str) -> TicketView:
        """Return everything a ticket's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[TicketState] = self._seen_as(TICKET, ticket_id)
        state = seen.state
        return TicketView(
            **members(seen),
            next=next_step(state, self.profile.staff_id, self.roles_on(state)),
            clock=running(state),
            clocks=tuple(clocks(state)),
            household=self.home(state.household_id),
            assignee_name=self.staff_name(state.assignee),
            waits_for=waits_for(state),
            refused=tuple(i for i in self.unsent() if i.state == "refused" and i.entry.subject_id == ticket_id),
        )

    def visit(self, visit_id: str) -> VisitView:
        """Return everything a visit's page shows. Raises ``Problem`` ``not_found``."""
        seen: SubjectView[VisitState] = self._seen_as(VISIT, visit_id)
        state = seen.state
        raised = tuple(str(t) for t in state.body.get("tickets") or ())
        return VisitView(
            **members(seen),
            household=self.home(state.household_id),
            steward_name=self.staff_name(state.steward),
            tickets=tuple(self.store.cards(CardFilter(ids=raised), 0, len(raised))) if raised else (),
        )

    def subject(self, subject_type: str, subject_id: str) -> SubjectView[Any]:
        """Return what a page shows of a subject of any type, what the server refused at the end of its timeline.

        Raises ``Problem`` ``not_found``.
        """
        return self._seen_as(subject_type, subject_id, refused=True)

    def state(self, subject_type: str, subject_id: str) -> SubjectState:
        """Return a subject as its entries fold, without its timeline. Raises ``Problem`` ``not_found``."""
        return self.store.state(subject_type, subject_id)

    def _seen_as(self, subject_type: str, subject_id: str, *, refused: bool = False) -> SubjectView[Any]:
        """Return a subject with its timeline. Raises ``Problem`` ``not_found``."""
        state = self.store.state(subject_type, subject_id)
        card = self.store.card(subject_type, subject_id)
        if card is None:
            raise Problem(NOT_FOUND)
        steps = self.steps_of(subject_type, subject_id) if refused else self._steps(state, self.store.sent_states())
        return SubjectView(state, card, tuple(steps), self._verdicts(state))

    def tickets(self, wanted: CardFilter | None = None, offset: int = 0, limit: int = 50) -> list[Card]:
        """Return a window of a list of tickets (or visits: ``CardFilter(type="visit")``), where one looks now."""
        return self.store.cards(self.here(wanted or CardFilter()), offset, limit)

    def count(self, wanted: CardFilter | None = None) -> int:
        """Return how many there are in the whole list."""
        return self.store.count(self.here(wanted or CardFilter()))

    def to_confirm(self) -> list[Card]:
        """Return the tickets that wait for the supervisor's confirmation, the oldest first (A.8)."""
        return [
            card
            for part in self.parts_of({roles.ENGINEERING_SUPERVISOR})
            for card in self.store.cards(CardFilter(stages=(st.DONE,), estates=part.estates), 0, 1000)
        ]

    def my_tickets(self) -> tuple[list[Card], list[Card]]:
        """Return the tickets this person must act on now, in the order of ``todo.in_order``, and those of theirs on
        which it is somebody else's move."""
        me = self.profile.staff_id
        found = {card.id: card for card in self.store.cards(self.here(CardFilter(assignee=me, over=False)), 0, 1000)}
        for part in self.parts():
            stages = {stage for role in part.roles for stage in _MOVES.get(role, ())}
            if stages:
                wanted = CardFilter(stages=tuple(sorted(stages)), estates=part.estates)
                found |= {c.id: c for c in self.store.cards(wanted, 0, 1000)}
        ordered = todo.in_order(found.values(), me, self.roles_on, self.now())
        moves = {card.id for card in ordered if todo.next_verb(card, me, self.roles_on(card)) is not None}
        return [c for c in ordered if c.id in moves], [c for c in ordered if c.id not in moves]

    # -- households ------------------------------------------------------------------------

    def households(self, text: str = "", limit: int = 50) -> list[HouseholdHit]:
        """Find households by address, name, pinyin, initials or last digits of a phone, where one looks now."""
        return self.store.households().find(text, limit, self.estate if self.several else None)

    def households_of(self, estate: str | None, text: str = "", limit: int = 50) -> list[HouseholdHit]:
        """Find households as ``households`` does, in one estate; in all for ``None``."""
        return self.store.households().find(text, limit, estate)

    def households_count(self) -> int:
        """Return how many households the phone knows where one looks now."""
        return len(self.store.households().of_estate(self.estate if self.several else None))

    def home(self, household_id: str | None) -> Household | None:
        """Return a household with its people, also one that moved out; None where the phone does not know it."""
        return self.store.households().by_id.get(household_id) if household_id else None

    def home_at(self, card: Card) -> Household | None:
        """Return who lives at the door a card is about; None where nobody does, or it is about no door."""
        here = (home for home in self.store.households().all if home.id == card.household_id)
        there = (home for home in self.store.households().all if card.unit_id and home.unit_id == card.unit_id)
        return next(here, None) or next(there, None)

    def household(self, household_id: str) -> HouseholdView:
        """Return a door with its people and what is open there. Raises ``Problem`` ``not_found``."""
        home = self.home(household_id)
        if home is None:
            raise Problem(NOT_FOUND)
        last = self._last_visits().get(household_id)
        today = china_day(self.now())
        due = self._due(home, last, self.store.open_complaints().get(household_id, 0), today)
        return HouseholdView(
            household=home,
            open_tickets=tuple(self.store.cards(CardFilter(household_id=household_id, ended=False), 0, 200)),
            promises=tuple(self._promises(CardFilter(type=VISIT, household_id=household_id, promises=True), today)),
            last_visit=last,
            visit_due=self._due_row(due, last, today) if due else None,
        )

    def door_history(self, household_id: str, part: str = "", offset: int = 0, limit: int = 30) -> DoorHistory:
        """Return a window of what happened at a door, a card for each repair or visit, what moved last at the top.

        ``part``: one of ``DOOR_PARTS``, empty for everything.
        """
        found = self.store.kinds_at(household_id)
        parts = {name: _in_part(found, wanted) for name, wanted in DOOR_PARTS.items()}
        only = DOOR_PARTS.get(part, CardFilter(type=None))
        here = replace(only, household_id=household_id, order="recent")
        cards = tuple(self.store.cards(here, offset, limit))
        return DoorHistory(cards, parts[part] if part in parts else sum(found.values()), parts)

    def visits_due(self) -> list[VisitDueRow]:
        """Return the visits this steward owes, those with complaints first (E); empty for other roles."""
        parts = self.parts_of({roles.STEWARD, roles.SERVICE_SUPERVISOR})
        if not parts:
            return []
        today = china_day(self.now())
        last, complaints = self._last_visits(), self.store.open_complaints()
        due = [
            found
            for part in parts
            for home in self._called_on(part)
            if (found := self._due(home, last.get(home.id), complaints.get(home.id, 0), today)) is not None
        ]
        # Sorting keeps what is equal in the order of the doors.
        ranked = sorted(due, key=lambda v: (_VISIT_URGENCY[v.reason], v.due))
        return [self._due_row(v, last.get(v.household_id), today) for v in ranked]

    def _called_on(self, part: Part) -> Iterable[Household]:
        """Return the households whose visits are this person's: of a steward those in their buildings."""
        mine = set(self.staff.building_ids) if roles.STEWARD in part.roles else None
        for home in self.store.households().all:
            if (not part.estates or home.estate in part.estates) and (mine is None or home.building_id in mine):
                yield home

    def promises(self) -> list[PromiseRow]:
        """Return what was promised at doors and is not settled yet, the earliest due first (E)."""
        today = china_day(self.now())
        found: list[PromiseRow] = []
        for part in self.parts():
            opener = None if part.roles & roles.OVERSEERS else self.profile.staff_id
            wanted = CardFilter(type=VISIT, promises=True, opener=opener, estates=part.estates)
            found += self._promises(wanted, today)
        return sorted(found, key=_earliest)

    # -- price list and staff --------------------------------------------------------------

    def price_items(self, text: str = "", estate: str | None = None) -> list[PriceItem]:
        """Find price items by two letters of pinyin, a part of the name or the code; all for no text.

        ``estate``: on whose list; by default where one looks now.
        """
        key = self.estate if estate is None else estate
        known = self.store.price_list()
        if self.several and key is not None:
            known = [item for item in known if item.estate == key]
        return find_price_items(known, text)

    def price_item(self, item_id: str) -> PriceItem | None:
        """Return a price item, or ``None``."""
        return next((item for item in self.store.price_list() if item.id == item_id), None)

    def staff_list(self, role: str | None = None, estate: str | None = None) -> list[Staff]:
        """Return active staff (with ``role``), named as ``staff_name`` does, the least busy first.

        ``estate``: with a post there, and with their posts there; by default where one looks now.
        """
        load = self.store.counts("assignee", CardFilter(over=False))
        names = self.store.staff_names()
        key = (self.estate if estate is None else estate) if self.several else None
        people = [
            replace(read_staff(i, body, load.get(i, 0), key), name=names[i])
            for i, body in self.store.refs("staff").items()
        ]
        chosen = [p for p in people if p.active and (role is None or role in p.roles) and (key is None or p.roles)]
        return sorted(chosen, key=lambda p: (p.load, p.number, p.name))

    def people_for_phones(self) -> list[Staff]:
        """Return the active staff this person may make a one-time code for, themselves first, then by number."""
        me = self.profile.staff_id
        may = [p for p in self.staff_list() if self._may_put_on_phone(p)]
        return sorted(may, key=lambda p: (p.id != me, p.number, p.name))

    def _may_put_on_phone(self, person: Staff) -> bool:
        """Tell whether this person may make a one-time code for another: it signs in wherever they have posts."""
        me = self.profile.staff_id
        posts = self.store.refs("staff")[person.id].get(POSTS)
        if not self.several or not posts:
            return access.may_put_on_phone(
                self.roles_in("") if self.several else self.roles, me, person.id, person.roles
            )
        return all(access.may_put_on_phone(self.roles_in(key), me, person.id, held) for key, held in posts.items())

    def last_assigned(self) -> list[str]:
        """Return whom this person assigned lately, the last one first: who assigns does it in runs (A.2)."""
        bodies = self.store.latest_bodies("assigned", self.profile.staff_id, 100)
        return list(dict.fromkeys(str(body.get("worker_id")) for body in bodies))

    # -- unsent work, flags ----------------------------------------------------------------

    def unsent(self) -> list[UnsentItem]:
        """Return each entry that has not gone up, refused ones first."""
        rows = self.store.unsent()
        cards = self._cards_of((row.entry.subject_type, row.entry.subject_id) for row in rows)
        return [self._unsent_item(row, cards) for row in rows]

    def flags(self) -> list[FlagRow]:
        """Return every entry that was kept but did not fit, for the desk to settle."""
        return [flag for card in self.flagged_cards() for flag in self.flags_of(card)]

    def flagged_cards(self) -> list[Card]:
        """Return the cards of everything that has an entry to settle, what moved last first."""
        return self.store.cards(self.overseen(CardFilter(type=None, flagged=True, order="recent")), 0, 500)

    def flags_of(self, card: Card) -> list[FlagRow]:
        """Return the entries of one subject that were kept but did not fit."""
        return [
            FlagRow(step.entry, card, step.reason, self.staff_name(step.entry.author))
            for step in self.store.state(str(card.type), card.id).steps
            if step.standing == STEP_FLAGGED and step.reason
        ]

    def flag_count(self) -> int:
        """Return how many entries the desk has to settle, whatever they are about."""
        return self.store.flag_count(self.overseen(CardFilter()).estates)

    def steps_of(self, subject_type: str, subject_id: str) -> list[StepRow]:
        """Return the timeline of a subject of any type, with what the server refused at its end."""
        steps = list(self._steps(self.store.state(subject_type, subject_id), self.store.sent_states()))
        counted = {step.entry.id for step in steps}
        refused = [entry for entry in self.store.entries(subject_type, subject_id) if entry.id not in counted]
        return steps + [self._refused_step(entry) for entry in sorted(refused, key=lambda entry: entry.counter)]

    def verify(self, subject_type: str, subject_id: str) -> Verification:
        """Verify every signature and every entry's hash of a subject, as far as this phone has them."""
        entries = self.store.entries(subject_type, subject_id)
        if not entries:
            raise Problem(NOT_FOUND)
        verdicts = self._verdicts(self.store.state(subject_type, subject_id))
        altered = tuple(entry.id for entry in entries if entry.hash != entry.compute_hash())
        names = {entry.id: str(entry.body.get("name", "")) for entry in entries if entry.id in verdicts}
        return Verification(tuple(verdicts.values()), altered, names)

    # -- parts -----------------------------------------------------------------------------

    def _verdicts(self, state: SubjectState) -> dict[str, Verdict]:
        """Return how each signature that took effect stands; a later one replaces an earlier one by the same signer."""
        drawings = self.store.drawings(str(entry.body.get("strokes")) for entry in state.signatures.values())
        return {
            entry.id: verify_signature(entry, drawings.get(str(entry.body.get("strokes"))), state)
            for entry in state.signatures.values()
        }

    def _steps(self, state: SubjectState, sent: Mapping[str, str]) -> Iterable[StepRow]:
        oversees = bool(self.roles_on(state) & roles.OVERSEERS)
        for step in state.steps:
            kind = KINDS.get(step.entry.kind)
            yield StepRow(
                entry=step.entry,
                author_name=self.staff_name(actor(step.entry)),
                at=step.entry.at,
                standing=step.standing,
                body=step.body,
                reason=step.reason,
                amendments=step.amendments,
                sent=sent.get(step.entry.id),
                amendable=bool(kind and kind.amendable and (oversees or step.entry.author == self.profile.staff_id)),
            )

    def _refused_step(self, entry: Entry) -> StepRow:
        return StepRow(entry, self.staff_name(entry.author), entry.at, STEP_SET_ASIDE, entry.body, sent="refused")

    def _cards_of(self, subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Card]:
        wanted: dict[str, set[str]] = {}
        for subject_type, subject_id in subjects:
            wanted.setdefault(subject_type, set()).add(subject_id)
        return {
            (card.type, card.id): card
            for subject_type, ids in wanted.items()
            for card in self.store.cards(CardFilter(type=subject_type, ids=tuple(ids)), 0, len(ids))
        }

    def _unsent_item(self, row: UnsentRow, cards: Mapping[tuple[str, str], Card]) -> UnsentItem:
        return UnsentItem(
            entry=row.entry,
            card=cards.get((row.entry.subject_type, row.entry.subject_id)),
            state=row.state,
            code=row.code,
            name=row.name,
            message_zh=row.message_zh,
            message_en=row.message_en,
            attempts=row.attempts,
            last_tried=row.last_tried,
        )

    def _promises(self, wanted: CardFilter, today: date) -> list[PromiseRow]:
        rows = [
            PromiseRow(card, p.index, p.what, until, max(0, (today - until).days))
            for card in self.store.cards(wanted, 0, 1000)
            for p in card.as_(VisitCard).promises
            for until in (read_day(p.until) or today,)
        ]
        return sorted(rows, key=_earliest)

    def _last_visits(self) -> dict[str, int]:
        """Return when somebody was last met at each household; a visit that claims to be of the future is none yet."""
        return self.store.last_visits(self.now() + DAY)

    def _due(self, home: Household, last: int | None, complaints: int, today: date) -> VisitDue | None:
        seen = china_day(last) if last is not None else None
        facts = HouseholdFacts(home.id, read_day(home.moved_in_on), seen, complaints, home.status == "living")
        return visit_due(facts, today)

    def _due_row(self, due: VisitDue, last: int | None, today: date) -> VisitDueRow:
        home = self.store.households().by_id[due.household_id]
        seen = china_day(last) if last is not None else None
        return VisitDueRow(home, due.reason, due.due, due.days_late(today), seen)


def _earliest(row: PromiseRow) -> tuple[date, str]:
    return row.until, row.visit.address


def members(seen: SubjectView[Any]) -> dict[str, Any]:
    """Return what every view of a subject holds, to be given to the view of one type."""
    return {"state": seen.state, "card": seen.card, "steps": seen.steps, "verdicts": seen.verdicts}
