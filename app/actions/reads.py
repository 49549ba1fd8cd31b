"""Read models for screens. Lists come from cards; only the page of a single subject folds entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from app.actions.core import Core, read_staff
from app.actions.models import FlagRow, Staff, StepRow, SubjectView, UnsentItem, Verification
from app.actions.todo import on_today
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.fees import SEE_ARREARS, Arrears, arrears
from app.domain.rules.state import STEP_FLAGGED, STEP_SET_ASIDE, SubjectState
from app.domain.subjects.kinds import KINDS
from app.domain.subjects.signing import Verdict, verify_signature
from app.domain.wire.entries import Entry, actor
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import CardFilter, Line, UnsentRow
from app.store.search import Household


class Reads(Core):
    """Read models; plain values, computed when asked."""

    def at_once(self) -> AbstractContextManager[None]:
        """Return a context in which several reads see the same state (``with session.at_once():``); nothing can be
        saved meanwhile."""
        return self.store.at_once()

    # -- one record, and lists of them -----------------------------------------------------

    def subject(self, subject_type: str, subject_id: str) -> SubjectView[Any]:
        """Return what a page shows of a subject of any type; refused entries are at the end of its timeline.

        Raises ``Problem`` ``not_found``.
        """
        return self.seen_as(subject_type, subject_id, refused=True)

    def state(self, subject_type: str, subject_id: str) -> SubjectState:
        """Return a subject's state without its timeline. Raises ``Problem`` ``not_found``."""
        return self.store.state(subject_type, subject_id)

    def seen_as(self, subject_type: str, subject_id: str, *, refused: bool = False) -> SubjectView[Any]:
        """Return a subject with its timeline. Raises ``Problem`` ``not_found``."""
        state = self.store.state(subject_type, subject_id)
        card = self.store.card(subject_type, subject_id)
        if card is None:
            raise Problem(NOT_FOUND)
        steps = self.steps_of(subject_type, subject_id) if refused else self._steps(state, self.store.sent_states())
        return SubjectView(state, card, tuple(steps), self._verdicts(state))

    def cards(self, wanted: CardFilter | None = None, offset: int = 0, limit: int = 50) -> list[Card]:
        """Return a window of a list of tickets (or visits: ``CardFilter(type="visit")``), in the estate looked at."""
        return self.store.cards(self.here(wanted or CardFilter()), offset, limit)

    def lines(self, wanted: CardFilter, limit: int) -> list[Line]:
        """Return what a table sorts and narrows its rows by, of at most ``limit`` of them, in the list's order."""
        return self.store.lines(self.here(wanted), limit)

    def card(self, subject_type: str, subject_id: str) -> Card | None:
        """Return what lists show of one subject; ``None`` where this phone does not have it."""
        return self.store.card(subject_type, subject_id)

    def count_by_type(self, wanted: CardFilter | None = None) -> dict[str, int]:
        """Return how many subjects of each type a list of all types has, by default all where one looks."""
        return self.store.counts("type", self.here(wanted or CardFilter(type=None)))

    def count(self, wanted: CardFilter | None = None) -> int:
        """Return how many there are in the whole list."""
        return self.store.count(self.here(wanted or CardFilter()))

    # -- who lives where -------------------------------------------------------------------

    def home(self, household_id: str | None) -> Household | None:
        """Return a household with its people, also one that moved out; None where the phone does not know it."""
        return self.store.households().by_id.get(household_id) if household_id else None

    def owes(self, household_id: str | None) -> Arrears | None:
        """Return what a household owes, as of the day on which its bills were told; ``None`` where it owes nothing, and
        for whoever does not speak with it about that (N4, O2)."""
        home = self.home(household_id)
        if home is None or not self.roles & SEE_ARREARS:
            return None
        owed = arrears(home.bills, home.bills_day) if home.bills_day is not None else Arrears(None)
        if owed.fen != home.arrears_fen:
            owed = Arrears(None, home.arrears_fen)  # a register that came after the bills says another sum
        return owed if owed.fen > 0 else None

    def home_at(self, card: Card) -> Household | None:
        """Return who lives at the door a card is about; None where nobody does, or it is about no door."""
        here = (home for home in self.store.households().all if home.id == card.household_id)
        there = (home for home in self.store.households().all if card.unit_id and home.unit_id == card.unit_id)
        return next(here, None) or next(there, None)

    # -- staff -----------------------------------------------------------------------------

    def staff_list(self, role: str | None = None, estate: str | None = None) -> list[Staff]:
        """Return active staff (with ``role``), named as ``staff_name`` does, the least busy first.

        ``estate``: only those with a post there, and their posts there; by default the estate looked at.
        """
        load = self.store.counts("assignee", CardFilter(type=None, any_of=on_today(), over=False))
        names = self.store.staff_names()
        key = (self.estate if estate is None else estate) if self.several else None
        people = [
            replace(read_staff(i, body, load.get(i, 0), key), name=names[i])
            for i, body in self.store.refs("staff").items()
        ]
        chosen = [p for p in people if p.active and (role is None or role in p.roles) and (key is None or p.roles)]
        return sorted(chosen, key=lambda p: (p.load, p.number, p.name))

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
        """Return the cards of everything that has an entry to settle, the one changed last first."""
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


def members(seen: SubjectView[Any]) -> dict[str, Any]:
    """Return the members that all views of a subject have, to be passed on to the view of one type."""
    return {"state": seen.state, "card": seen.card, "steps": seen.steps, "verdicts": seen.verdicts}
