"""A round of the satisfaction survey 满意度调查 in an estate (F4): it is opened by the server, counted after it closed,
and ends with the formal opinion that the manager releases.

What households answer stands in their sheets (``subjects/case``), and when a round begins follows from the calendar
(``rules/surveys.py``), so a phone in a cellar hands out and fetches back without having heard of this record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Final

from app.domain import roles
from app.domain.rules.card import Card, Extra, plain_card
from app.domain.rules.clocks import Clock
from app.domain.rules.kind import Kind
from app.domain.rules.state import SubjectState
from app.domain.rules.subject import Body, Subject
from app.domain.rules.surveys import ROUND, first_day, round_id
from app.domain.subjects.parts import ESTATE, NOTE
from app.domain.times import at_china
from app.domain.wire.entries import Entry
from app.domain.wire.errors import ALREADY_OVER, FIELD_WRONG, OPENED_TWICE, OUT_OF_ORDER, Problem
from app.domain.wire.fields import LONG, Field, day, integer, text

RUNNING, COUNTED, RELEASED = "running", "counted", "released"
STAGE_WORDS: Final = {
    RUNNING: ("进行中", "running"),
    COUNTED: ("已统计", "counted"),
    RELEASED: ("已发布", "released"),
}
COUNT, REPORT = "survey_count", "survey_report"
"""Its clocks: the count within three workdays after closing, the analysis in the month after (F4)."""
COUNTERS: Final = frozenset((roles.SERVICE_SUPERVISOR, roles.DESK, roles.MANAGER, roles.ADMIN))
"""Who says that the count is done, and opens a round where the server has not."""
_DEBTORS: Final = {COUNT: roles.SERVICE_SUPERVISOR, REPORT: roles.MANAGER}
_MOST: Final = 1_000_000


def _period(body: Mapping[str, Any]) -> None:
    try:
        first_day(str(body["period"]))
    except ValueError:
        raise Problem(
            FIELD_WRONG, field="period", field_zh="期次", field_en="period",
            why_zh="请写成 2026-12 这样", why_en="write it like 2026-12",
        ) from None  # fmt: skip


KINDS: Final = (
    Kind(
        "round_opened",
        ROUND,
        COUNTERS | {roles.SYSTEM},
        (
            Field("period", "期次", "period", text(10)),
            Field("back_by", "收回截止", "back by", day),
            Field("count_by", "统计截止", "counted by", day),
            Field("report_by", "分析截止", "analysed by", day),
            ESTATE,
        ),
        rule=_period,
    ),
    Kind(
        "round_counted",
        ROUND,
        COUNTERS,
        (
            Field("doors", "户数", "households", integer(0, _MOST)),
            Field("issued", "发放", "handed out", integer(0, _MOST)),
            Field("valid", "有效收回", "valid ones back", integer(0, _MOST)),
            NOTE,
        ),
    ),
    Kind(
        "opinion_released",
        ROUND,
        frozenset((roles.MANAGER,)),
        (Field("opinion", "正式意见", "formal opinion", text(LONG)),),
    ),
)


@dataclass(slots=True)
class RoundState(SubjectState):
    """A round as its entries leave it."""

    stage: str = RUNNING
    body: Mapping[str, Any] = field(default_factory=dict)
    counted: Entry | None = None
    released: Entry | None = None

    @property
    def closes(self) -> int:
        """When it closes, in ms: at the end of the day until which sheets are fetched back."""
        return _end(self.body["back_by"])


@dataclass(frozen=True, slots=True)
class RoundCard(Extra):
    """The fields that only cards of rounds have. ``period``: 2026-12."""

    period: str = ""

    def words(self) -> tuple[str, ...]:
        """Return the period, so that a search finds it."""
        return (self.period,)


class SurveyRound(Subject[RoundState]):
    """满意度调查 (F4)."""

    name = ROUND
    opens_with = ("round_opened",)
    kinds = KINDS
    state_class = RoundState
    stage_words = STAGE_WORDS
    extra: ClassVar[type[Extra]] = RoundCard
    dues = frozenset((COUNT, REPORT))

    def apply(self, state: RoundState, entry: Entry, body: Body, *, forced: bool, seen: RoundState) -> str | None:
        """Apply one entry."""
        if entry.kind == "round_opened":
            if state.opened is not None:
                return OPENED_TWICE.name
            state.opened, state.body = entry, body
        elif entry.kind == "round_counted":
            if state.opened is None:
                return OUT_OF_ORDER.name
            if state.released is not None and not forced:
                return ALREADY_OVER.name
            if entry.at <= state.closes and not forced:
                return OUT_OF_ORDER.name
            state.counted, state.stage = entry, COUNTED
        elif entry.kind == "opinion_released":
            if state.counted is None and not forced:
                return OUT_OF_ORDER.name
            state.released, state.stage = entry, RELEASED
        return None

    def repeats(self, state: RoundState, entry: Entry) -> bool:
        """Tell whether an entry would change nothing."""
        last = {"round_counted": state.counted, "opinion_released": state.released}.get(entry.kind)
        return last is not None and dict(last.body) == dict(entry.body)

    def clocks(self, state: RoundState) -> list[Clock]:
        """Return the clocks of F4: both begin when the round closes."""
        if state.opened is None:
            return []
        met = {COUNT: state.counted, REPORT: state.released}
        due = {COUNT: _end(state.body["count_by"]), REPORT: _end(state.body["report_by"])}
        return [
            Clock(name, "F", state.closes, due[name], one.at if one is not None else None) for name, one in met.items()
        ]

    def owner(self, state: RoundState, clock: Clock) -> str:
        """Return the post that a clock binds."""
        return _DEBTORS.get(clock.id, "")

    def debtor(self, card: Card, clock: Clock) -> str:
        """Return the post that a card's clock binds."""
        return _DEBTORS.get(clock.id, "")

    def card(self, state: RoundState) -> Card:
        """Return its card, which lists show."""
        clock, period = self.clock(state), str(state.body.get("period") or "")
        over = state.stage == RELEASED
        return replace(
            plain_card(state),
            kind=ROUND,
            number=period,
            content=str(state.released.body["opinion"]) if state.released is not None else "",
            clock=clock,
            due_at=clock.due if clock is not None else None,
            ended=over,
            over=over,
            extra=RoundCard(period),
        )


def _end(text_: str) -> int:
    return at_china(date.fromisoformat(text_), 23, 59)


__all__ = ["ROUND", "RoundCard", "RoundState", "SurveyRound", "round_id"]
