"""Duties 应办的事 on the phone (D.1, E): what is owed, by whom, worked out here with or without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from app.actions import archive_facts, care_facts, form_duties, meter_facts, notice_facts
from app.actions.estates import Part
from app.actions.models import Saved, Staff
from app.actions.reads import Reads
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.rules.care import CALL_FORM
from app.domain.rules.duties import UNIT, Duty, Facts, Owed, duties
from app.domain.rules.duty_rules import (
    A_FESTIVAL_VISIT,
    A_SURVEY_ISSUE,
    A_SURVEY_RETURN,
    A_VISIT,
    OF_SURVEY,
    Rules,
    read_rules,
    standard,
)
from app.domain.rules.handbook import ToRead
from app.domain.rules.notices import OWED_FORMS
from app.domain.rules.surveys import FORM_ID, ROUND, back_within, first_day, period_of
from app.domain.rules.visiting import Door, Met, stewards
from app.domain.rules.workdays import Workdays, read_workdays
from app.domain.subjects import SUBJECTS, subject_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.duty import DUTY, change_of
from app.domain.times import DAY, at_china, china_day, read_day
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import AtDoor, CardFilter
from app.store.search import Household

CALENDAR: Final = "calendar"
RULES: Final = "duty_rules"
_MOST: Final = 10_000


class Duties:
    """What is owed, as one signed-in person sees it."""

    def __init__(self, core: Reads, readings: Callable[[], list[ToRead]] = list) -> None:
        """``readings``: returns who has to sign which document as read (T4)."""
        self._core = core
        self._readings = readings

    def rules(self) -> Rules:
        """Return the company's rules; the built-in ones if it has none, or if they use words of a newer server that are
        not known here."""
        for body in self._core.store.refs(RULES).values():
            try:
                return read_rules(str(body.get("text") or ""))
            except Problem:
                return standard()
        return standard()

    def workdays(self) -> Workdays:
        """Return the calendar, as the server sent it."""
        return read_workdays(self._core.store.refs(CALENDAR).values())

    def at_doors(self) -> list[Duty]:
        """Return the visits that are owed at this person's doors, done or not, in the order of ``duties`` (E): a
        steward's own, or all for those who oversee stewards."""
        parts = self._core.parts_of({roles.STEWARD, roles.SERVICE_SUPERVISOR})
        homes = [home for part in parts for home in self.called_on(part)]
        if not homes:
            return []
        me, mine = self._core.profile.staff_id, not any(roles.STEWARD not in part.roles for part in parts)
        # What was given to somebody else is theirs; a supervisor sees everybody's.
        owed = self._owed(homes, visits_only=True)
        return [one for one in owed if not mine or not one.given or one.owner == me]

    def at_door(self, home: Household) -> Duty | None:
        """Return the first visit that is still owed at one door, or ``None``."""
        return next((one for one in self._owed([home], visits_only=True) if one.owed), None)

    def of_month(self) -> list[Duty]:
        """Return all duties of this month in the estate looked at, done or not, in the order of ``duties``: at doors,
        and on records that are open (D.1)."""
        parts = self._core.parts()
        homes = [home for part in parts for home in self._in_part(part)]
        types = tuple((name, ()) for name, subject in SUBJECTS.items() if subject.dues)
        wanted = self._core.here(CardFilter(type=None, any_of=types))
        owed = [one for card in self._core.store.cards(wanted, 0, _MOST) for one in subject_of(card.type).owed(card)]
        return self._owed(homes, owed, forms=True)

    def by_forms(self, *, own: bool = False) -> list[Duty]:
        """Return what this person owes now, or does not owe any more this month, that a form fulfils (H1, O1): a
        steward in their buildings, whoever has the post of its owner; overseers see everybody's, unless ``own``."""
        found = self.of_forms()
        if not own and self._core.roles & roles.OVERSEERS:
            return found
        mine = {self._core.profile.staff_id, *self._core.roles}
        return [one for one in found if one.owner in mine]

    def of_forms(self) -> list[Duty]:
        """Return all that forms fulfil this month, done or not, where this person looks now, as far as it is here."""
        owing = {*(one.form for one in self.rules().by_form()), *OWED_FORMS, CALL_FORM}
        if not any(form in owing for form, _ in form_duties.forms(self._core)):
            return []
        facts = self._with_forms(Facts(staff=self._there()), self.stewards(), self._core.now(), rounds=False)
        return duties(self.rules(), facts, self._core.now())

    def on_cases(self) -> list[Duty]:
        """Return what this person has to do with open cases now, by their state or their post: mail to be told, a found
        thing to be dealt with (L2, X4), the longest overdue first."""
        rules = [rule for rule in self.rules().by_form() if rule.chain]
        core, now = self._core, self._core.now()
        estates = tuple(core.posts) if core.estate is None else (core.estate,)
        stewards = self.stewards()
        cases = form_duties.open_cases(core, rules, stewards, estates, china_day(now).replace(day=1)) if rules else []
        if not cases:
            return []
        facts = Facts(cases=cases, forms=form_duties.forms(core), workdays=self.workdays(), staff=self._there())
        found = [one for one in duties(Rules(tuple(rules)), facts, now) if one.owed]
        return [one for one in found if one.owner == core.profile.staff_id or one.owner in self._held(one)]

    def of_case(self, card: Card) -> list[Duty]:
        """Return what is owed on one open case now, by whomever."""
        chain = card.as_(CaseCard).chain
        rules = [rule for rule in self.rules().by_form() if rule.chain and rule.chain == chain]
        if card.over or not rules:
            return []
        estate, one = self._core.estate_of(card), card.as_(CaseCard)
        case = form_duties.open_case(card, one, estate, self.stewards())
        facts = Facts(cases=[case], forms=form_duties.forms(self._core), workdays=self.workdays(), staff=self._there())
        return [one for one in duties(Rules(tuple(rules)), facts, self._core.now()) if one.owed]

    def _held(self, duty: Duty) -> frozenset[str]:
        return self._core.roles_in(duty.estate)

    def of_unit(self, unit_id: str) -> Duty | None:
        """Return the check that is owed at a vacant unit next, or was done last this month; ``None`` if none is."""
        mine = [one for one in self.of_forms() if one.about == (UNIT, unit_id)]
        return next((one for one in mine if one.owed), mine[-1] if mine else None)

    def find(self, duty_id: str) -> Duty | None:
        """Return one duty at a door as it stands this month; ``None`` if there is none with this id."""
        return next((one for one in self._owed(self._core.store.households().all) if one.id == duty_id), None)

    async def excuse(self, duty: Duty, reason: str, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Excuse somebody from a visit that is owed. Raises ``Problem`` without a reason, or if this person may not."""
        return await self._say(duty, "duty_excused", {"reason": reason}, once, draft)

    async def move(
        self,
        duty: Duty,
        reason: str,
        owner: str = "",
        due: int | None = None,
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Give a visit that is owed to somebody else, or more time (until ``due``, ms). Raises ``Problem``."""
        return await self._say(duty, "duty_moved", {"owner_id": owner, "due_at": due, "reason": reason}, once, draft)

    async def hand_over(
        self, owed: Iterable[Duty], owner: str, reason: str, *, once: str | None = None, draft: str | None = None
    ) -> Saved:
        """Give several visits to somebody, in one transaction (D.1). Raises ``Problem``, also if ``owed`` is empty;
        nothing is given then."""
        new = []
        for part, duty in enumerate(owed):
            body = self._which(duty) | {"owner_id": owner, "reason": reason}
            new.append(self._core.entry((DUTY, duty.id), "duty_moved", body, once, part))
        if not new:
            raise Problem(NOT_FOUND)
        return await self._core.save(new, draft)

    def may_visit(self, household_id: str) -> list[Staff]:
        """Return who can be given the visit of a door: the stewards of its building, and those who see all doors
        (S)."""
        home = self._core.store.households().by_id.get(household_id)
        if home is None:
            return []
        return [
            one
            for one in self._core.staff_list(estate=home.estate)
            if roles.SERVICE_SUPERVISOR in one.roles
            or (roles.STEWARD in one.roles and home.building_id in one.building_ids)
        ]

    def steward_of(self, home: Household) -> str:
        """Return the id of the steward who owes the visits of a door while nobody else is named; "" for nobody."""
        return self.stewards().get(home.building_id or "", "")

    async def plan(
        self,
        home: Household,
        about: str,
        due: int,
        owner: str = "",
        *,
        once: str | None = None,
        draft: str | None = None,
    ) -> Saved:
        """Plan a visit by hand until ``due`` (ms), which the door's steward owes unless an ``owner`` is named (D.1).
        Raises ``Problem``."""
        body = {**_door_of(home), "about": about, "owner_id": owner, "due_at": due}
        return await self._core.record(DUTY, once or self._core.new_id(), "duty_planned", body, once=once, draft=draft)

    async def _say(
        self, duty: Duty, kind: str, said: Mapping[str, Any], once: str | None, draft: str | None = None
    ) -> Saved:
        return await self._core.record(DUTY, duty.id, kind, {**self._which(duty), **said}, once=once, draft=draft)

    def _which(self, duty: Duty) -> dict[str, Any]:
        home = self._core.store.households().by_id.get(duty.about[1])
        if home is None:
            raise Problem(NOT_FOUND)
        which = {"rule": duty.rule, "why": duty.why, "period": duty.period, "opens_at": duty.opens}
        return {**_door_of(home), **which}

    def _owed(
        self,
        homes: Iterable[Household],
        owed: Iterable[Owed] = (),
        *,
        forms: bool = False,
        visits_only: bool = False,
    ) -> list[Duty]:
        """``visits_only``: without what a round of the survey demands, which is no visit (F)."""
        now, stewards = self._core.now(), self.stewards()
        sheets = {} if visits_only else self._sheets(now)
        # A visit dated more than a day ahead does not count yet.
        seen, said = self._core.store.at_doors(now + DAY, DUTY)
        doors = [
            _door(home, seen.get(home.id, _NOTHING), stewards.get(home.building_id or "", ""), sheets.get(home.id, {}))
            for home in homes
        ]
        known = {door.id for door in doors}
        here = [change_of(card) for card in said if card.household_id in known]
        facts = Facts(doors, owed, here, self.workdays(), self._there())
        if forms:
            facts = replace(self._with_forms(facts, stewards, now), readings=self._readings())
        found = duties(self.rules(), facts, now)
        return [one for one in found if one.why not in OF_SURVEY] if visits_only else found

    def _sheets(self, now: int) -> dict[str, dict[str, Met]]:
        """Return, by household, when its sheet was handed out and came back, in the round that began last."""
        begins = first_day(period_of(china_day(now)))
        due = back_within(self.rules()).after(begins, self.workdays())
        if due < china_day(now).replace(day=1):
            return {}  # no rule of the survey demands anything until the next round
        since = at_china(begins, 0)
        wanted = CardFilter(type=CASE, kinds=(FORM_ID,), opened_from=since)
        found: dict[str, dict[str, Met]] = {}
        for card in self._core.store.cards(wanted, 0, _MOST):
            one = card.as_(CaseCard)
            if one.about_type != ROUND or not card.household_id:
                continue
            met = found.setdefault(card.household_id, {})
            met[A_SURVEY_ISSUE] = Met(card.opened_at, card.id, card.opener or "", CASE)
            if one.valid:
                met[A_SURVEY_RETURN] = Met(one.filled_at, card.id, one.filled_by, CASE)
        return found

    def _with_forms(self, facts: Facts, stewards: Mapping[str, str], now: int, rounds: bool = True) -> Facts:
        core, first = self._core, china_day(now).replace(day=1)
        estates = tuple(core.posts) if core.estate is None else (core.estate,)
        # Rounds are told by those who see everybody's scans; a guard's own stand on the page of the patrols.
        hangings = notice_facts.hangings(core, stewards)
        watched = form_duties.routes(core) if rounds and core.roles & roles.OVERSEERS else []
        return replace(
            facts,
            spots=form_duties.spots(core, self.rules().by_form(), stewards, estates, first),
            forms=form_duties.forms(core),
            rounds=form_duties.rounds(core, watched, first, now),
            cases=form_duties.open_cases(core, self.rules().by_form(), stewards, estates, first),
            hangings=hangings,
            calls=care_facts.calls(core, (one.notice for one in hangings), stewards),
            meter_rounds=meter_facts.rounds(core, self.rules().of_meters(), stewards, estates) if rounds else (),
            checks=archive_facts.checks(core, self.rules().of_archives(), estates) if rounds else (),
        )

    def _there(self) -> frozenset[str]:
        return frozenset(id_ for id_, body in self._core.store.refs("staff").items() if body.get("active", True))

    def stewards(self) -> dict[str, str]:
        """Return, by building id, the id of the steward who owes the visits there while nobody else is named."""
        named = {id_: str(body.get("steward_id") or "") for id_, body in self._core.store.refs("building").items()}
        looks_after = [
            (str(building), id_)
            for id_, body in self._core.store.refs("staff").items()
            for building in body.get("building_ids") or ()
        ]
        return stewards(named, looks_after, self._there())

    def called_on(self, part: Part) -> Iterable[Household]:
        """Return the households whose visits are this person's: for a steward those in their buildings, else all of
        ``part``."""
        mine = set(self._core.staff.building_ids) if roles.STEWARD in part.roles else None
        return (home for home in self._in_part(part) if mine is None or home.building_id in mine)

    def _in_part(self, part: Part) -> Iterable[Household]:
        return (h for h in self._core.store.households().all if not part.estates or h.estate in part.estates)


_NOTHING: Final = AtDoor()


def _door_of(home: Household) -> dict[str, Any]:
    return {
        "household_id": home.id, "unit_id": home.unit_id, "building_id": home.building_id, "address": home.address,
    }  # fmt: skip


def _door(home: Household, seen: AtDoor, steward: str, sheet: Mapping[str, Met]) -> Door:
    met: dict[str, Met] = dict(sheet)
    if seen.last is not None:
        met[A_VISIT] = Met(seen.last)
    if seen.festival is not None:
        met[A_FESTIVAL_VISIT] = Met(seen.festival)
    return Door(
        home.id, read_day(home.moved_in_on), met, seen.complaints, home.status == "living",
        home.address, home.building_id, home.estate, steward, waits=seen.waits,
    )  # fmt: skip
