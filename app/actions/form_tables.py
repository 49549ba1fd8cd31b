"""What a form looks up on the phone, offline (``pulldata``): earlier answers at this door, who lives there, what its
meters showed, what is known of a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, cast

from app.actions.form_draft import FormDraft
from app.actions.records import Records
from app.domain.forms import Form
from app.domain.rules import meters
from app.domain.rules.card import Card
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.place import PLACE, PlaceCard
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.writing.money import decimal_yuan


class FormTables:
    """The tables of one form that is being filled in.

    - ``case``: the last answer at this door to the same question of the same form, or of the chain that the form
      carries on; and what the chain knows, as ``passes_issued``;
    - ``household``: ``name``, ``phone`` …; ``arrears`` in yuan and ``arrears_day`` for those who may see them;
    - ``meter``: ``last`` and ``usual`` by kind of meter, whichever form read it;
    - ``point``: ``sop``, ``standard``, and ``open_ticket``, the number of one that is open there.
    """

    def __init__(self, core: Records, form: Form, draft: FormDraft) -> None:
        self._core, self._form, self._draft, self._where = core, form, draft, draft.where
        self._by_table: dict[str, Callable[[str, str], str]] = {
            "case": lambda column, _: str(self._earlier.get(column) or ""),
            "household": lambda column, _: self._household(column),
            "meter": self._meter,
            "point": lambda column, _: self._point(column),
        }

    def look_up(self, table: str, column: str, by: str, key: str) -> str:
        """Return what a column says; "" for what is not known here."""
        look = self._by_table.get(table)
        return look(column, key) if look is not None else ""

    # -- earlier answers -------------------------------------------------------------------

    @cached_property
    def _here(self) -> list[Card]:
        """The cases at this place, the latest first: found by an index, and never folded."""
        home = self._core.home(self._where.household_id)
        unit = self._where.unit_id or (home.unit_id if home is not None else None)
        return self._core.store.cards_at(CASE, self._where.household_id, unit, self._where.address)

    @cached_property
    def _earlier(self) -> Mapping[str, Any]:
        own = self._core.store.card(CASE, self._draft.case_id)
        if own is not None:
            return self._of_chain(own)
        for card in self._here:
            said = card.as_(CaseCard)
            if self._form.settings.get("case"):
                if said.chain == self._form.settings["case"]:
                    return self._of_chain(card)
            elif said.form_id == self._form.id:
                last = self._state(card).last.get("answers")
                return last if isinstance(last, dict) else {}
        return {}

    def _of_chain(self, card: Card) -> Mapping[str, Any]:
        """Return what the steps of a case said, later ones first, and what its chain knows."""
        state = self._state(card)
        found: dict[str, Any] = {}
        for one in state.filled:
            answers = one.body.get("answers")
            found |= answers if isinstance(answers, dict) else {}
        found = {name: value for name, value in found.items() if isinstance(value, str)}
        return found | chain_of(state.first.get("case")).known(state)

    def _state(self, card: Card) -> CaseState:
        return cast(CaseState, self._core.store.state(CASE, card.id))

    # -- who lives there -------------------------------------------------------------------

    def _household(self, column: str) -> str:
        home = self._core.home(self._where.household_id)
        if home is None:
            return ""
        if column in ("arrears", "arrears_day", "arrears_months", "late_charge"):
            return self._arrears(column)
        person = home.people[0] if home.people else None
        known = {"name": home.name, "address": home.address, "status": home.status}
        return known.get(column) or (str(getattr(person, column, "") or "") if column in ("phone", "relation") else "")

    def _arrears(self, column: str) -> str:
        owed = self._core.owes(self._where.household_id)
        if owed is None:
            return ""
        return {
            "arrears": decimal_yuan(owed.fen),
            "arrears_day": owed.day.isoformat() if owed.day is not None else "",
            "arrears_months": str(owed.months) if owed.months else "",
            "late_charge": decimal_yuan(owed.charge_fen) if owed.charge_fen else "",
        }[column]

    # -- meters ----------------------------------------------------------------------------

    def _meter(self, column: str, kind: str) -> str:
        last, usual = self._meters.get(kind, (None, None))
        return meters.plain({"last": last, "usual": usual}.get(column))

    @cached_property
    def _meters(self) -> dict[str, Any]:
        by_kind: dict[str, list[meters.Reading]] = {}
        for card in self._here:
            said = card.as_(CaseCard)
            for kind, (shown, anew) in said.readings.items():
                one = meters.reading(said.filled_at, shown, anew)
                if one is not None and card.id != self._draft.case_id:
                    by_kind.setdefault(kind, []).append(one)
        return {kind: meters.last_and_usual(found) for kind, found in by_kind.items()}

    # -- points ----------------------------------------------------------------------------

    def _point(self, column: str) -> str:
        if column == "open_ticket":
            there = self._core.store.cards_at(TICKET, None, self._where.unit_id, self._where.address)
            return next((card.number or card.content[:20] for card in there if not card.ended), "")
        place = self._place
        return str(getattr(place.extra, column, "") or "") if place is not None else ""

    @cached_property
    def _place(self) -> Card | None:
        about, scanned = self._draft.about, self._draft.scanned
        named = [self._core.store.card(*about)] if about is not None else self._core.bearers(scanned) if scanned else []
        for card in named:
            if card is not None and isinstance(card.extra, PlaceCard):
                return card
        there = self._core.store.cards_at(PLACE, None, self._where.unit_id, self._where.address)
        return there[0] if there else None
