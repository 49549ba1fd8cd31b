"""What a form looks up on the phone, offline (``pulldata``): earlier answers at this door, who lives there, what its
meters showed, what is known of a point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, cast

from app.actions.cleaning import of_week
from app.actions.form_draft import FormDraft
from app.actions.records import Records
from app.domain.forms import Form
from app.domain.rules import cleaning, meters
from app.domain.rules.card import Card
from app.domain.rules.fees import SEE_ARREARS, can_object, objection_until
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import CaseState
from app.domain.subjects.place import PLACE, PlaceCard
from app.domain.subjects.thing import ThingCard
from app.domain.subjects.thing.kinds import KEY, RESIDENT, THING
from app.domain.subjects.thing.state import OUT
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import china_day
from app.domain.writing.money import decimal_yuan
from app.store.queries import CardFilter
from app.store.search import Household

_MOST = 500


class FormTables:
    """The tables of one form that is being filled in.

    - ``case``: the last answer at this door to the same question of the same form, or of the chain that the form
      carries on; and what the chain knows, as ``passes_issued``;
    - ``household``: ``name``, ``phone`` …; ``arrears`` in yuan and ``arrears_day`` for those who may see them;
      in a few words ``keys_stock``, the home's own keys that are to be issued, ``keys_kept``, what its household
      entrusted, ``keys_out``, its keys that are lent out, ``things_out``, what is lent to its people, ``passes_out``,
      passes of its decorations that are not back (G.3);
    - ``meter``: ``last`` and ``usual`` by kind of meter, whichever form read it;
    - ``cleaning``: of the last seven days ``checks``, their ``mean`` score, how many were ``poor``, and how many of
      those are ``waiting`` to be checked again (Q3);
    - ``point``: ``sop``, ``standard``, and ``open_ticket``, the number of one that is open there.
    """

    def __init__(self, core: Records, form: Form, draft: FormDraft) -> None:
        self._core, self._form, self._draft, self._where = core, form, draft, draft.where
        self._by_table: dict[str, Callable[[str, str], str]] = {
            "case": lambda column, _: str(self._earlier.get(column) or ""),
            "household": lambda column, _: self._household(column),
            "meter": self._meter,
            "point": lambda column, _: self._point(column),
            "cleaning": lambda column, _: self._cleaning.get(column, ""),
        }

        self._of_keys: dict[str, Callable[[], str]] = {
            "keys_stock": self._keys_stock, "keys_kept": self._keys_kept, "keys_out": self._keys_out,
            "things_out": self._things_out, "passes_out": self._passes_out,
        }  # fmt: skip

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
            # What a household said that lived here before is nothing for the next one (Y2).
            if card.household_id and self._where.household_id not in (None, card.household_id):
                continue
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
        told = self._of_keys.get(column)
        if told is not None:
            return told()
        home = self._core.home(self._where.household_id)
        if home is None:
            return ""
        if column in ("arrears", "arrears_day", "arrears_months", "late_charge"):
            return self._arrears(column)
        if column in ("can_object", "object_until"):
            return self._objection(column, home)
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

    def _objection(self, column: str, home: Household) -> str:
        """Return whether an objection to a bill is in time, ``yes`` or ``no``, and until which day; "" where no bill is
        known, or this person is not told (O3). The latest bill decides: the others are older."""
        last = max((bill.month for bill in home.bills if bill.fen > 0), default="")
        until = objection_until(last)
        if until is None or not self._core.roles & SEE_ARREARS:
            return ""
        if column == "object_until":
            return until.isoformat()
        return "yes" if can_object(last, china_day(self._draft.started)) else "no"

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

    # -- keys and lent things --------------------------------------------------------------

    def _passes_out(self) -> str:
        passes = (card.as_(CaseCard).known.get("passes_out", "") for card in self._here)
        return _listed(dict.fromkeys(one for one in passes if one))

    def _keys_stock(self) -> str:
        keys = ((card.content, card.as_(ThingCard)) for card in self._of_door if not card.ended)
        return _listed(f"{name} {one.pieces} 把（{one.rack}）" for name, one in keys if one.stock)

    def _keys_kept(self) -> str:
        keys = (card for card in self._of_door if not card.ended and card.kind == KEY)
        return _listed(card.content for card in keys if not card.as_(ThingCard).stock)

    def _keys_out(self) -> str:
        return _listed(f"{card.content}（{card.contact_name}）" for card in self._of_door if card.stage == OUT)

    def _things_out(self) -> str:
        return _listed(card.content for card in self._lent_to_household())

    @cached_property
    def _of_door(self) -> list[Card]:
        home = self._core.home(self._where.household_id)
        unit = self._where.unit_id or (home.unit_id if home is not None else None)
        return self._core.store.cards_at(THING, self._where.household_id, unit, self._where.address)

    def _lent_to_household(self) -> list[Card]:
        """Return what the household's people hold: by the household, or by name and phone where nothing else is
        known."""
        home = self._core.home(self._where.household_id)
        if home is None:
            return []
        phones = {one.name: one.phone for one in home.people}
        out = self._core.store.cards(CardFilter(type=THING, stages=(OUT,)), 0, _MOST)
        return [
            card
            for card in out
            if card.as_(ThingCard).holder_kind == RESIDENT
            and (card.household_id == home.id or phones.get(card.contact_name, "-") == card.contact_phone)
        ]

    # -- cleaning --------------------------------------------------------------------------

    @cached_property
    def _cleaning(self) -> dict[str, str]:
        found = of_week(self._core, china_day(self._core.now()))
        mean = cleaning.mean(found)
        poor = [one for one in found if one.score <= cleaning.POOR]
        return {
            "checks": str(len(found)),
            "mean": str(mean) if mean is not None else "",
            "poor": str(len(poor)),
            "waiting": str(sum(one.standing == cleaning.WAITING for one in poor)),
        }

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


def _listed(words: Iterable[str]) -> str:
    return "、".join(words)
