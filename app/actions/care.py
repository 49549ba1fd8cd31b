"""Special care 特殊关照 for who reads its register (P3): whom an outage owes a call, and recording it; all of it works
without a network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from app.actions import care_facts, notice_facts
from app.actions.duties import Duties
from app.actions.form_list import Published
from app.actions.records import Records
from app.actions.units import Units
from app.domain.rules.care import CALL_FORM, CALLS, CHECK_FORM, REGISTER, REGISTER_FORM, CareCall
from app.domain.rules.notices import NOTICE, Hanging, Notice
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains.care import Contact
from app.domain.subjects.case.chains.rule import said
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, CaseState
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import CardFilter

LOOKED_AT: Final = "care"
"""What a look at an entry of the register is recorded as (S)."""
_MOST: Final = 1_000
_CALLED_ON: Final = (("call_name", "call_phone"), ("other_name", "other_phone"))
_BESIDE: Final = frozenset(("needs", "other", "help", "words"))


@dataclass(frozen=True, slots=True)
class Tried:
    """A call that was recorded: when (ms), by whom, whom it reached in words, and whether that counts."""

    at: int
    by: str
    said: str
    reached: bool
    case_id: str


@dataclass(frozen=True, slots=True)
class CallView:
    """Everything the page of one call shows. ``people``: whom to call, the first one first; ``needs``: what the entry
    says, as question and answer; ``tried``: what was recorded, the latest first; ``able``: whether this person can
    record one now."""

    call: CareCall
    people: tuple[Contact, ...]
    needs: tuple[tuple[str, str], ...]
    tried: tuple[Tried, ...]
    able: bool


class Care:
    """The calls that outages owe, as one signed-in person sees them."""

    def __init__(self, core: Records, duties: Duties, units: Units) -> None:
        self._core, self._duties, self._units = core, duties, units

    def calls(self, listed: Iterable[Hanging]) -> list[CareCall]:
        """Return each call that is or was owed about the notices that hang or have to; none for who does not read the
        register."""
        notices: dict[str, Notice] = {one.notice.id: one.notice for one in listed if one.notice.id}
        return care_facts.calls(self._core, notices.values(), self._duties.stewards())

    def view(self, notice_id: str, household_id: str) -> CallView:
        """Return one call. Raises ``Problem`` ``not_found`` where none is or was owed, as far as this person sees."""
        core = self._core
        notice = notice_facts.one(core, notice_id)
        found = care_facts.calls(core, [notice], self._duties.stewards()) if notice is not None else []
        call = next((one for one in found if one.home.household_id == household_id), None)
        if call is None:
            raise Problem(NOT_FOUND)
        wanted = CardFilter(type=CASE, kinds=(REGISTER_FORM, CHECK_FORM, CALL_FORM), household_id=household_id)
        cards = core.store.cards(wanted, 0, _MOST)
        entries = [card.id for card in cards if card.as_(CaseCard).chain == REGISTER and card.stage != ENDED_EARLY]
        bodies = [cast(CaseState, core.store.state(CASE, id_)).first for id_ in entries]
        tried = [
            Tried(one.filled_at, core.staff_name(one.filled_by), one.known.get("reached", ""), bool(one.steps), card.id)
            for card in cards
            if (one := card.as_(CaseCard)).chain == CALLS and one.about_id == notice_id and card.stage != ENDED_EARLY
        ]
        return CallView(
            call,
            tuple(dict.fromkeys(one for body in bodies for one in _people(body))),
            tuple(one for body in bodies for one in _needs(body)),
            tuple(sorted(tried, key=lambda one: one.at, reverse=True)),
            self.form(call) is not None,
        )

    def form(self, call: CareCall) -> Published | None:
        """Return the form that records a call; ``None`` where it is not published, so that nobody owes one."""
        return self._units.form(CALL_FORM, call.notice.estate)

    def begin(self, call: CareCall) -> dict[str, Any] | None:
        """Return what the form that records a call begins with; ``None`` where it is not published."""
        form, home = self.form(call), call.home
        if form is None:
            return None
        return {
            "form": form.hash, "household": home.household_id, "building": home.building_id or "",
            "fixed": home.address, "nowhere": False, "duty": call.id, "estate": home.estate,
            "about_type": NOTICE, "about_id": call.notice.id, "kept": {"heading": call.notice.title}, "returns": True,
        }  # fmt: skip


def _people(body: Mapping[str, Any]) -> Iterator[Contact]:
    for name, phone in _CALLED_ON:
        if said(body, phone):
            yield Contact(said(body, name), "", said(body, phone))


def _needs(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for row in body.get("shown") or ():
        if row.get("path") in _BESIDE and row.get("text"):
            yield str(row["label"]), str(row["text"])


__all__ = ["LOOKED_AT", "CallView", "Care", "Tried"]
