"""The quarterly check 季度清点 of an estate's archive (S4): which papers somebody had in hand in the quarter, which are
left, and which were not found.

Nobody begins a check or ends one: it is worked out, as duties are, from the rule, the papers on file and what was said
of each. Two people check one cupboard on two phones without a network, and nothing has to be put together. Times in ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.rules.duty_rules import Rule
from app.domain.rules.form_duties import Period, duty_id, periods
from app.domain.times import at_china

ARCHIVE_CHECK: Final = "archive_check"
"""The type in ``Duty.about`` of a check; its id is the estate's key."""
NOT_FOUND_BY_CHECK: Final = "missing"
"""What a turn says of a paper that was not found."""
_FIRST_ESTATE: Final = "estate"


@dataclass(frozen=True, slots=True)
class Turn:
    """One time that somebody had a paper in hand, or looked for it: when, who, and ``how`` (handed out, taken back, or
    the result of a check)."""

    at: int
    by: str
    how: str


@dataclass(frozen=True, slots=True)
class OnFile:
    """One paper as the check sees it. ``ended_at``: when it was destroyed or closed; ``turns``: in order, at least
    those of the quarter; ``out``: it is lent now."""

    id: str
    estate: str
    filed_at: int
    ended_at: int | None = None
    turns: Sequence[Turn] = ()
    out: bool = False

    def since(self, begins: int, now: int) -> list[Turn]:
        """Return its turns from a moment on."""
        return [one for one in self.turns if begins <= one.at <= now]

    def is_left(self, begins: int, now: int) -> bool:
        """Tell whether nobody had it in hand since the quarter began, and it is not lent either."""
        return not self.out and not self.since(begins, now)


@dataclass(frozen=True, slots=True)
class ArchiveCheck:
    """The check of one estate in one quarter. ``id`` is that of the duty; ``papers``: which it is about; ``left``: of
    those, which nobody had in hand yet; ``missing``: which were looked for and not found; ``last``: the turn that ended
    it."""

    id: str
    rule: str
    owner: str
    estate: str
    period: str
    begins: int
    opens: int
    due: int
    papers: tuple[str, ...]
    left: tuple[str, ...]
    missing: tuple[str, ...]
    last: Turn | None = None

    @property
    def about(self) -> tuple[str, str]:
        """What the duty is about."""
        return ARCHIVE_CHECK, self.estate or _FIRST_ESTATE

    @property
    def done_at(self) -> int | None:
        """When the last of its papers was seen; ``None`` while one is left. What is out all quarter long is seen when
        it begins: the borrower has it."""
        if self.left:
            return None
        return self.last.at if self.last is not None else self.opens


def quarter_begins(day: date) -> date:
    """Return the first day of the quarter that a day is in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def checks(rules: Iterable[Rule], papers: Iterable[OnFile], today: date, now: int) -> Iterator[ArchiveCheck]:
    """Yield the checks that the rules demand in the month of ``today``, up to that day, one for each estate that has
    papers on file: those filed before it opened and neither destroyed nor closed at ``now``."""
    by_estate: dict[str, list[OnFile]] = {}
    for paper in papers:
        if paper.ended_at is None or paper.ended_at > now:
            by_estate.setdefault(paper.estate, []).append(paper)
    for rule in rules:
        if rule.months and today.month not in rule.months:
            continue
        for period in periods(rule, today):
            for estate in sorted(by_estate):
                yield from _of_estate(rule, period, estate, by_estate[estate], now)


def _of_estate(rule: Rule, period: Period, estate: str, papers: Sequence[OnFile], now: int) -> Iterator[ArchiveCheck]:
    begins, opens = at_china(quarter_begins(period.opens), 0), at_china(period.opens, 0)
    mine = [paper for paper in papers if paper.filed_at < opens]
    if not mine:
        return
    seen = {paper.id: paper.since(begins, now) for paper in mine}
    last = max((turns[0] for turns in seen.values() if turns), key=lambda one: one.at, default=None)
    yield ArchiveCheck(
        duty_id(rule.name, (ARCHIVE_CHECK, estate or _FIRST_ESTATE), period.name), rule.name, rule.owner, estate,
        period.name, begins, opens, at_china(period.due, 23, 59),
        tuple(paper.id for paper in mine),
        tuple(paper.id for paper in mine if paper.is_left(begins, now)),
        tuple(id_ for id_, turns in seen.items() if turns and turns[-1].how == NOT_FOUND_BY_CHECK),
        last,
    )  # fmt: skip
