"""Meter rounds 抄表 of one person (M3): which buildings are to be read, and one building door by door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.actions import meter_facts
from app.actions.duties import Duties
from app.actions.form_list import Published
from app.actions.reads import Reads
from app.actions.units import Units
from app.domain import roles
from app.domain.rules.meter_rounds import MISSED_FORM, READING_FORM, MeterRound
from app.domain.subjects.case.kinds import is_for
from app.domain.wire.errors import NOT_FOUND, Problem

_WALKERS: Final = frozenset((roles.STEWARD,))


@dataclass(frozen=True, slots=True)
class MeterView:
    """A round's page. ``reads``: the form of a reading, ``misses``: of a meter that was not read; ``None`` where it is
    not published or not for this person."""

    round: MeterRound
    reads: Published | None
    misses: Published | None


class Meters:
    """The meter rounds of one signed-in person."""

    def __init__(self, core: Reads, duties: Duties, units: Units) -> None:
        self._core = core
        self._duties = duties
        self._units = units

    def rounds(self) -> list[MeterRound]:
        """Return this month's rounds of this person, for those who oversee all: those with meters left first."""
        core, owners = self._core, self._duties.stewards()
        found = meter_facts.rounds(core, self._duties.rules().of_meters(), owners, self._estates)
        kept = found if core.roles & roles.OVERSEERS else [one for one in found if self._mine(one)]
        return sorted(kept, key=lambda one: (one.done_at is not None, one.due, one.site.estate, one.site.name))

    def to_walk(self) -> list[MeterRound]:
        """Return the rounds that this person owes now, those that they began first."""
        core, me = self._core, self._core.profile.staff_id
        held = [one for one in self._duties.rules().of_meters() if one.owner in core.roles]
        if not held:
            return []
        owners, whole = self._duties.stewards(), any(one.owner != roles.STEWARD for one in held)
        found = meter_facts.rounds(core, held, owners, self._estates, lambda id_: whole or owners.get(id_) == me)
        left = [one for one in found if one.done_at is None and self._owes(one)]
        return sorted(left, key=lambda one: (one.due, not one.done(), one.site.name))

    def any_round(self) -> bool:
        """Tell whether meters are read in rounds here, by this person or whoever they oversee."""
        walks = bool(self._core.roles & (roles.OVERSEERS | _WALKERS))
        forms = (self._units.form(READING_FORM, estate) for estate in self._estates)
        return walks and bool(self._duties.rules().of_meters()) and any(one is not None for one in forms)

    def view(self, round_id: str) -> MeterView:
        """Return a round's page. Raises ``Problem`` ``not_found`` for one that is over, or not this person's to see."""
        core, owners = self._core, self._duties.stewards()
        known = next((one for one in self.rounds() if one.id == round_id), None)
        if known is None:
            raise Problem(NOT_FOUND)
        found = meter_facts.round_of(core, self._duties.rules().of_meters(), owners, known.site)
        one = next(one for one in found if one.id == round_id)
        return MeterView(one, self._form(READING_FORM, one), self._form(MISSED_FORM, one))

    def _form(self, form_id: str, one: MeterRound) -> Published | None:
        form = self._units.form(form_id, one.site.estate)
        mine = form is not None and is_for(form.posts, self._core.roles_in(one.site.estate))
        return form if mine else None

    @property
    def _estates(self) -> tuple[str, ...]:
        core = self._core
        return tuple(core.posts) if core.estate is None else (core.estate,)

    def _owes(self, one: MeterRound) -> bool:
        return one.owner in {self._core.profile.staff_id, *self._core.roles_in(one.site.estate)}

    def _mine(self, one: MeterRound) -> bool:
        return self._owes(one) or one.site.id in self._core.staff.building_ids
