"""Community events 社区活动: who signed up to one, and ticking off who came (U1, U3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from app.actions.cases import Cases
from app.actions.form_draft import FormDraft, Where
from app.actions.models import Saved
from app.actions.records import Records
from app.domain.rules.card import Card
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains.events import EventGuest
from app.domain.subjects.case.chains.rule import count_of
from app.domain.subjects.case.kinds import CASE
from app.domain.wire.errors import FORM_NOT_HERE, Problem
from app.store.queries import CardFilter

SIGN_UP, CAME = "event_signup", "event_came"
"""The forms by which somebody signs up, and by which it is said that they came."""
_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Guest:
    """One household's sign-up: its case, who, how many sign up, how many came (``None``: nobody said so yet), and
    whether they may be in photos (yes, adults, no)."""

    card: Card
    name: str
    people: int
    came: int | None
    photos: str


class Events:
    """Community events of one signed-in person."""

    def __init__(self, core: Records, cases: Cases) -> None:
        self._core = core
        self._cases = cases

    def guests(self, event_id: str) -> list[Guest]:
        """Return who signed up to an event, as far as this person reads it: those of whom nobody said yet whether they
        came first, each by name."""
        found = []
        for card in self._core.store.cards(CardFilter(type=CASE, kinds=(SIGN_UP, CAME)), 0, _MOST):
            one = card.as_(CaseCard)
            if one.chain == EventGuest.name and one.about_id == event_id and card.end_reason is None:
                known = one.known
                came = count_of(known["came"]) if "came" in known else None
                name, photos = known.get("name", ""), known.get("photos", "")
                found.append(Guest(card, name, count_of(known.get("people", "")), came, photos))
        return sorted(found, key=lambda one: (one.came is not None, one.name, one.card.id))

    def sign_up(self, event_id: str) -> dict[str, Any] | None:
        """Return what the page of a sign-up to an event begins with; ``None`` where its form is not published."""
        form, card = self._cases.latest(SIGN_UP), self._core.store.card(CASE, event_id)
        if form is None or card is None:
            return None
        return {
            "form": form.hash, "about_type": CASE, "about_id": event_id, "returns": True,
            "kept": {"event": card.as_(CaseCard).known.get("name", card.content)},
        }  # fmt: skip

    async def came(self, guest: Guest, people: int) -> Saved:
        """Say how many of a sign-up came; 0 for nobody. Raises ``Problem`` ``form_not_here`` while the form is not on
        this phone."""
        form = self._cases.latest(CAME)
        if form is None:
            raise Problem(FORM_NOT_HERE)
        card, core = guest.card, self._core
        where = Where(card.household_id, card.unit_id, card.building_id, card.address, core.estate_of(card) or None)
        draft = FormDraft(form.hash, card.id, core.new_id(), core.now(), where=where)
        filling = self._cases.filling(draft)
        filling.answer(filling.find("people"), str(people))
        return await self._cases.record(draft, filling)
