"""Emergency contacts 紧急联系人 (Y4): found by a door, and called, with or without a network; who looks is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from app.actions.records import Records
from app.domain.rules.card import Card
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains.care import CONTACTS_FORM, Contact, beside_contacts, contacts_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, CaseState
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import CardFilter

LOOKED_AT: Final = "contacts"
"""What a look at them is recorded as (S)."""
_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class ContactsView:
    """The emergency contacts of one household. ``beside``: what else they said, as question and answer; ``said_at``:
    when they said it (ms); ``card``: of its record."""

    card: Card
    people: tuple[Contact, ...]
    beside: tuple[tuple[str, str], ...]
    said_at: int


class Contacts:
    """The emergency contacts that one signed-in person reaches: a steward those of their buildings, the gate those of
    its estate."""

    def __init__(self, core: Records) -> None:
        self._core = core

    def listed(self, words: str = "", most: int = _MOST) -> list[Card]:
        """Return what each household said last, in the order of the doors; ``words``: only what a search for them
        finds."""
        wanted = CardFilter(type=CASE, kinds=(CONTACTS_FORM,), text=words)
        latest: dict[str, Card] = {}
        for card in sorted(self._core.cards(wanted, 0, most), key=_filled_at, reverse=True):
            if self._counts(card):
                latest.setdefault(card.household_id or card.id, card)
        return sorted(latest.values(), key=lambda card: (card.address, card.id))

    def any(self) -> bool:
        """Tell whether there are any here."""
        return bool(self._core.count(CardFilter(type=CASE, kinds=(CONTACTS_FORM,))))

    def known(self, household_id: str) -> bool:
        """Tell whether a household's are here."""
        return self._of_home(household_id) is not None

    def view(self, household_id: str) -> ContactsView:
        """Return those of a household (or of a record without one, by its id). Raises ``Problem`` ``not_found``."""
        card = self._latest(household_id)
        if card is None:
            raise Problem(NOT_FOUND)
        state = cast(CaseState, self._core.store.state(CASE, card.id))
        body = state.last
        return ContactsView(card, tuple(contacts_of(body)), tuple(beside_contacts(body)), state.filled[-1].entry.at)

    def _of_home(self, household_id: str) -> Card | None:
        wanted = CardFilter(type=CASE, kinds=(CONTACTS_FORM,), household_id=household_id)
        found = [card for card in self._core.store.cards(wanted, 0, _MOST) if self._counts(card)]
        return max(found, key=_filled_at, default=None)

    def _latest(self, household_id: str) -> Card | None:
        found = self._of_home(household_id)
        if found is None:
            alone = self._core.card(CASE, household_id)
            found = alone if alone is not None and alone.kind == CONTACTS_FORM and self._counts(alone) else None
        return found

    def _counts(self, card: Card) -> bool:
        """Tell whether it still counts: nobody ended it, and as far as is known here the household did not move out."""
        home = self._core.home(card.household_id)
        return card.stage != ENDED_EARLY and (home is None or not home.gone)


def _filled_at(card: Card) -> int:
    return card.as_(CaseCard).filled_at


__all__ = ["LOOKED_AT", "Contacts", "ContactsView"]
