"""Vacant units 空置房 (H): which there are, floor by floor, what was found there last, and the door's tag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from app.actions import form_duties
from app.actions.duties import Duties
from app.actions.form_list import Published
from app.actions.form_list import published as published_forms
from app.actions.records import Records
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.duties import UNIT, Duty
from app.domain.rules.duty_rules import VACANT_UNIT
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY, CaseState
from app.domain.subjects.job.kinds import CLEANING, JOB, SPECIAL_CLEANING
from app.domain.wire.errors import NOT_FOUND, Problem
from app.domain.writing.rooms import floor_of
from app.store.queries import CardFilter
from app.store.search import Household, HouseholdHit, HouseholdIndex, read_household

UNIT_HIT: Final = "unit:"
"""What the id of a search's hit begins with where it is a unit without a household."""
CHECK: Final = "vacant_check"
"""The form of the check where no rule names another."""
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A vacant unit in a list: where it is, and its check of this time (``None``: none is owed)."""

    id: str
    address: str
    floor: int
    building_id: str | None
    estate: str
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class UnitView:
    """Everything a unit's page shows (H4).

    ``household``: who lives there, ``None`` while it is vacant; ``duty``: the check that is owed, or was done last
    this month; ``form``: the check to begin, ``None`` where it is not published; ``last``: the last check with its
    ``answers`` as label and text, and ``by`` whom; ``defects``: what checks raised there and is not ended;
    ``cleaned``: the last cleaning that was finished there (B.8).
    """

    id: str
    address: str
    building_id: str | None
    estate: str
    household: Household | None
    duty: Duty | None
    form: Published | None
    last: Card | None
    by: str
    answers: tuple[tuple[str, str], ...]
    defects: tuple[Card, ...]
    cleaned: Card | None


class Units:
    """The vacant units one signed-in person may see."""

    def __init__(self, core: Records, duties: Duties) -> None:
        self._core = core
        self._duties = duties

    def known(self, unit_id: str) -> Mapping[str, Any] | None:
        """Return what the register says of a unit; ``None`` where this phone does not know it."""
        return self._core.store.refs("unit").get(unit_id)

    def is_vacant(self, unit_id: str) -> bool:
        """Tell whether nobody lives there."""
        homes = self._core.store.households().all
        return not any(home.unit_id == unit_id and home.status == "living" for home in homes)

    def rows(self) -> list[UnitRow]:
        """Return the vacant units of this person, in the order of the doors (H1): a steward's own buildings, else all
        of the estates looked at."""
        core = self._core
        owed: dict[str, Duty] = {}
        for one in self._duties.of_forms():
            if one.about[0] == UNIT and (one.about[1] not in owed or one.owed):
                owed.setdefault(one.about[1], one)
        looked_at = set(core.posts) if core.estate is None else {core.estate}
        mine = set(core.staff.building_ids) if not core.roles & roles.OVERSEERS else None
        return [
            UnitRow(id_, str(body.get("address") or ""), _floor(body), building, estate, owed.get(id_))
            for id_, body, building, estate in form_duties.vacant(core)
            if estate in looked_at and (mine is None or building in mine)
        ]

    def owed(self) -> list[Duty]:
        """Return the checks that this person owes, in their buildings, in the order of the doors (H1); those who
        oversee owe none themselves."""
        if VACANT_UNIT not in {rule.for_ for rule in self._duties.rules().by_form()}:
            return []
        return [one for one in self._duties.by_forms(own=True) if one.about[0] == UNIT and one.owed]

    def check(self, estate: str) -> Published | None:
        """Return the form by which a vacant unit of an estate is checked; ``None`` where none is published."""
        wanted = [rule.form for rule in self._duties.rules().by_form() if rule.for_ == VACANT_UNIT] or [CHECK]
        return self.form(wanted[0], estate)

    def any_check(self) -> bool:
        """Tell whether vacant units are checked here: the form is published, and this person sees units."""
        looked_at = set(self._core.posts) if self._core.estate is None else {self._core.estate}
        published = any(self.check(estate) is not None for estate in looked_at)
        return published and bool(self._core.store.refs("unit"))

    def form(self, form_id: str, estate: str) -> Published | None:
        """Return a form in force in an estate, that estate's own before the company's."""
        found = [one for one in published_forms(self._core.store) if one.id == form_id and one.estate in ("", estate)]
        return next((one for one in found if one.estate == estate), found[0] if found else None)

    def view(self, unit_id: str) -> UnitView:
        """Return everything a unit's page shows. Raises ``Problem`` ``not_found``."""
        core, body = self._core, self.known(unit_id)
        if body is None:
            raise Problem(NOT_FOUND)
        address, building = str(body.get("address") or ""), body.get("building_id")
        estate = core.store.whereabouts().buildings.get(str(building), "")
        form = self.check(estate)
        checks = [
            card
            for card in core.store.cards(CardFilter(type=CASE, building_id=building, order="recent"), 0, _MOST)
            if card.unit_id == unit_id and card.stage != ENDED_EARLY
        ]
        last = next((card for card in checks if form is None or card.as_(CaseCard).form_id == form.id), None)
        shown = cast(CaseState, core.store.state(CASE, last.id)).last.get("shown") or () if last is not None else ()
        homes = (home for home in core.store.households().all if home.unit_id == unit_id and home.status == "living")
        return UnitView(
            unit_id,
            address,
            building,
            estate,
            next(homes, None),
            self._duties.of_unit(unit_id) if form is not None else None,
            form,
            last,
            core.staff_name(last.as_(CaseCard).filled_by) if last is not None else "",
            tuple((str(one["label"]), str(one["text"])) for one in shown if one.get("text")),
            tuple(self._defects(checks)),
            self._cleaned(unit_id, address),
        )

    def _defects(self, checks: list[Card]) -> Iterator[Card]:
        ids = tuple(dict.fromkeys(id_ for card in checks for id_ in card.as_(CaseCard).raised))
        if ids:
            yield from self._core.store.cards(CardFilter(type=None, ids=ids, ended=False), 0, len(ids))

    def _cleaned(self, unit_id: str, address: str) -> Card | None:
        # A job at a unit without a household names it by its address alone.
        wanted = CardFilter(type=JOB, kinds=(CLEANING, SPECIAL_CLEANING), text=address, over=True, order="recent")
        found = self._core.store.cards(wanted, 0, _MOST)
        return next((card for card in found if card.unit_id == unit_id or card.address == address), None)

    def find(self, text: str, limit: int = 50) -> list[HouseholdHit]:
        """Find units without a household, as ``Doors.find`` finds households; the id of a hit says that it is one
        (``UNIT_HIT``)."""
        core = self._core
        with_household = {home.unit_id for home in core.store.households().all}
        found = []
        for id_, body, _, estate in form_duties.vacant(core) if text.strip() else ():
            if id_ in with_household:
                continue
            one = read_household(f"{UNIT_HIT}{id_}", {**body, "unit_id": id_, "status": "vacant"})
            one.estate = estate
            found.append(one)
        return HouseholdIndex(found).find(text, limit, core.estate if core.several else None) if found else []

    def place_of_tag(self, code: str) -> str:
        """Return what the place that bears a tag is called: a unit's address, a patrol point's name; "" for none."""
        return next((card.address or card.content for card in self._core.bearers(code)), "")

    def unit_of_tag(self, code: str) -> str:
        """Return the id of the vacant unit on whose door a tag hangs; "" for anything else."""
        for card in self._core.bearers(code):
            unit = card.unit_id or ""
            if card.number == code and self.known(unit) is not None and self.is_vacant(unit):
                return unit
        return ""


def _floor(body: Mapping[str, Any]) -> int:
    said = body.get("floor")
    if isinstance(said, int):
        return said
    door = form_duties.door_of(str(body.get("address") or ""))
    return floor_of(door.room) if door is not None else 1
