"""The satisfaction survey 满意度调查 of one signed-in person (F): handing sheets out and fetching them back at the
doors, how far the round has come, and what it comes to. All of it works without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.actions.cases import Cases
from app.actions.duties import Duties
from app.actions.models import Saved
from app.actions.records import Records
from app.actions.server import Server
from app.domain import roles
from app.domain.rules import surveys
from app.domain.rules.card import Card
from app.domain.rules.surveys import FORM_ID, ROUND, Dates, Figures, Meter, Sheet
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.items import Item, items_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.matter.kinds import MATTER, SURVEY_REMARK
from app.domain.subjects.survey_round import COUNTED, COUNTERS, RELEASED
from app.domain.times import add_months, at_china, china_day
from app.domain.wire.errors import FIELD_MISSING, FORM_NOT_HERE, Problem
from app.store.queries import CardFilter
from app.store.search import Household

TO_ISSUE, OUT, BACK = "to_issue", "out", "back"
"""How a door stands in a round: to be handed a sheet, handed one out, come back."""
READERS: Final = roles.OVERSEERS
"""Who sees what a round comes to."""
_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class SurveyDoor:
    """A door in a round: how it stands, and the card of its sheet once there is one."""

    home: Household
    sheet_id: str
    standing: str
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a round comes to, and the one before it. ``items``: those that were scored, in the form's order; ``sheets``:
    the cards of valid sheets by household; ``remarks``: what was written, each a matter; ``round``: its record, once it
    is here."""

    period: str
    dates: Dates
    meters: Sequence[Meter]
    figures: Figures
    last: Figures
    items: Sequence[Item]
    sheets: Mapping[str, Card]
    remarks: Sequence[Card]
    round: Card | None

    @property
    def open_remarks(self) -> Sequence[Card]:
        """The remarks that nobody has answered and closed yet."""
        return [card for card in self.remarks if not card.ended]


class Surveys:
    """The survey of one signed-in person."""

    def __init__(self, core: Records, duties: Duties, cases: Cases, server: Server) -> None:
        self._core, self._duties, self._cases, self._server = core, duties, cases, server

    # -- the round ---------------------------------------------------------------------------

    def period(self) -> str:
        """Return the round that began last."""
        return surveys.period_of(china_day(self._core.now()))

    def dates(self, period: str) -> Dates:
        """Return a round's dates by the company's calendar and rules. Raises ``ValueError`` for what names none."""
        return surveys.dates(period, self._duties.workdays(), self._duties.rules())

    def running(self) -> bool:
        """Tell whether a round runs now."""
        return surveys.is_open(self.period(), self._duties.workdays(), self._duties.rules(), self._core.now())

    def in_season(self) -> bool:
        """Tell whether this person has anything to do with a round now: while it runs, and for those who see what it
        comes to until the analysis is due."""
        until = self.dates(self.period()).report_by
        return self.running() or bool(self._core.roles & READERS and china_day(self._core.now()) <= until)

    def doors(self, period: str) -> list[SurveyDoor]:
        """Return the doors of a round in their order: a steward's own, or all where this person oversees."""
        homes: list[Household] = []
        for part in self._core.parts_of(READERS | {roles.STEWARD}):
            homes += self._everywhere(part.estates) if part.roles & READERS else self._duties.called_on(part)
        return self._standing(period, [home for home in homes if home.status == "living"])

    def door(self, period: str, household_id: str) -> SurveyDoor | None:
        """Return one door in a round; ``None`` where the phone does not know the household."""
        home = self._core.home(household_id)
        return next(iter(self._standing(period, [home])), None) if home is not None else None

    def _standing(self, period: str, homes: Sequence[Household]) -> list[SurveyDoor]:
        cards = self._cards(period)
        found = []
        for home in homes:
            id_ = surveys.sheet_id(surveys.round_id(home.estate, period), home.id)
            card = cards.get(id_)
            filled = card is not None and card.as_(CaseCard).forms > 0
            found.append(SurveyDoor(home, id_, BACK if filled else OUT if card is not None else TO_ISSUE, card))
        return found

    def _cards(self, period: str) -> dict[str, Card]:
        """Return the cards of a round's sheets, by id."""
        begins = surveys.first_day(period)
        since, until = at_china(begins, 0), at_china(add_months(begins, 6), 0)
        wanted = CardFilter(type=CASE, kinds=(FORM_ID,), opened_from=since, opened_until=until, order="recent")
        cards = self._core.store.cards(wanted, 0, _MOST)
        return {card.id: card for card in cards if card.as_(CaseCard).about_type == ROUND}

    def meters(self, doors: Sequence[SurveyDoor]) -> list[Meter]:
        """Return how far these doors have come: of all, then of each building (F1)."""
        return surveys.meters(
            {one.home.id: one.home.building_id or "" for one in doors},
            [_sheet(one.card) for one in doors if one.card is not None],
        )

    # -- at the door -------------------------------------------------------------------------

    async def issue(self, doors: Sequence[SurveyDoor], how: str = "paper", *, once: str | None = None) -> Saved:
        """Hand sheets out at these doors, in one transaction; where one was handed out, nothing is added (F1).

        Raises ``Problem``: ``field_missing`` where none is left to be handed out, and as every save.
        """
        title = next((one.said("zh") for one in [self._cases.latest(FORM_ID)] if one is not None), "满意度调查表")
        new = []
        for part, door in enumerate(one for one in doors if one.standing == TO_ISSUE):
            body = {
                "form_id": FORM_ID, "title": title, "household_id": door.home.id, "unit_id": door.home.unit_id,
                "building_id": door.home.building_id, "address": door.home.address, "about_type": ROUND,
                "about_id": surveys.round_id(door.home.estate, self.period()), "how": how,
            }  # fmt: skip
            new.append(self._core.entry((CASE, door.sheet_id), "form_issued", body, once, part))
        if not new:
            raise Problem(FIELD_MISSING, field="door", field_zh="要发的户", field_en="doors")
        return await self._core.save(new, None)

    def begin(self, door: SurveyDoor) -> tuple[str, dict[str, Any]]:
        """Return the hash of the form, and what its draft begins with, to fill in a door's sheet. Raises ``Problem``
        ``form_not_here`` while the form is not on this phone."""
        form = self._cases.latest(FORM_ID)
        if form is None:
            raise Problem(FORM_NOT_HERE)
        home = door.home
        return form.hash, {
            "form": form.hash, "household": home.id, "unit": home.unit_id or "", "building": home.building_id or "",
            "fixed": home.address, "nowhere": False, "about_type": ROUND,
            "about_id": surveys.round_id(home.estate, self.period()),
        }  # fmt: skip

    async def link(self, household_id: str) -> bytes:
        """Return the address at which a household answers without an account, with its code as a picture; needs the
        network (F2). Raises ``Problem``: ``no_network``, ``not_found``, …"""
        return await self._server.get(f"/v1/surveys/links/{household_id}")

    # -- what it comes to --------------------------------------------------------------------

    def report(self, period: str) -> Report:
        """Return what a round comes to in the estate looked at, and the one before it (F4)."""
        doors = [one for part in self._core.parts_of(set(READERS)) for one in self._everywhere(part.estates)]
        standing = self._standing(period, doors)
        now = [_sheet(one.card) for one in standing if one.card is not None]
        before = [_sheet(card) for card in self._core_cards(surveys.before(period), doors)]
        found = surveys.figures(now)
        return Report(
            period,
            self.dates(period),
            self.meters(standing),
            found,
            surveys.figures(before),
            [one for one in self._items() if one.key in found.items],
            {one.home.id: one.card for one in standing if one.card is not None and one.card.as_(CaseCard).valid},
            self._remarks(standing),
            self.round(period),
        )

    def round(self, period: str) -> Card | None:
        """Return the record of a round in the estate looked at; ``None`` until it is here, and while all estates are
        looked at."""
        estate = self._core.estate
        return None if estate is None else self._core.store.card(ROUND, surveys.round_id(estate, period))

    async def counted(self, period: str, note: str = "", *, once: str | None = None) -> Saved:
        """Say that the count is done, with the figures of the meter now (F4). Raises ``Problem``: ``field_missing``
        while the round is not here or all estates are looked at, ``out_of_order`` before it closed."""
        card = self.round(period)
        if card is None:
            raise Problem(FIELD_MISSING, field="estate", field_zh="小区", field_en="estate")
        whole = self.report(period).meters[0]
        said = {"doors": whole.doors, "issued": whole.issued, "valid": whole.back, "note": note}
        return await self._core.record(ROUND, card.id, "round_counted", said, once=once)

    async def release(self, period: str, opinion: str, *, once: str | None = None, draft: str | None = None) -> Saved:
        """Release the formal opinion on a round. Raises ``Problem`` as ``counted``, and for who is no manager."""
        card = self.round(period)
        if card is None:
            raise Problem(FIELD_MISSING, field="estate", field_zh="小区", field_en="estate")
        return await self._core.record(ROUND, card.id, "opinion_released", {"opinion": opinion}, once=once, draft=draft)

    def next_step(self, report: Report) -> str:
        """Return what this person does next with a round that closed: ``count``, ``release``; "" for nothing."""
        card, held = report.round, self._core.roles
        if card is None or self._core.now() <= at_china(report.dates.back_by, 23, 59) or card.stage == RELEASED:
            return ""
        if card.stage == COUNTED:
            return "release" if roles.MANAGER in held else ""
        return "count" if held & COUNTERS else ""

    async def print_report(self, period: str, form: str) -> bytes:
        """Return the report as a file, ``xlsx`` or ``docx``, of the estate looked at; needs the network. Raises
        ``Problem``: ``no_network``, ``role_may_not``, …"""
        estate = self._core.estate
        where = f"&estate_key={estate}" if self._core.several and estate is not None else ""
        return await self._server.get(f"/v1/surveys/report?period={period}&format={form}{where}")

    def _everywhere(self, estates: Sequence[str]) -> list[Household]:
        homes = self._core.store.households().all
        return [home for home in homes if home.status == "living" and (not estates or home.estate in estates)]

    def _core_cards(self, period: str, homes: Sequence[Household]) -> list[Card]:
        """Return the cards of an earlier round, also of households that moved out since."""
        rounds = {surveys.round_id(home.estate, period) for home in homes}
        return [card for card in self._cards(period).values() if card.as_(CaseCard).about_id in rounds]

    def _items(self) -> list[Item]:
        latest = self._cases.latest(FORM_ID)
        return items_of(self._cases.form(latest.hash)) if latest is not None else []

    def _remarks(self, doors: Sequence[SurveyDoor]) -> list[Card]:
        ids = tuple(
            id_ for one in doors if one.card is not None for id_ in one.card.as_(CaseCard).raised
        )  # fmt: skip
        if not ids:
            return []
        found = self._core.store.cards(CardFilter(type=MATTER, kinds=(SURVEY_REMARK,)), 0, _MOST)
        wanted = set(ids)
        return [card for card in found if card.id in wanted]


def _sheet(card: Card) -> Sheet:
    one = card.as_(CaseCard)
    return Sheet(
        card.id, card.household_id or "", card.building_id or "", True, one.valid, surveys.unpacked(one.scores)
    )
