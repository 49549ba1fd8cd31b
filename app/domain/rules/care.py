"""Households that need special care 特殊关照 (P3): who stands in the register, and whom an outage has somebody call.

Each household of the affected buildings that stands in the register is called once for each outage, by the steward of
its building, within the company's setting from the release. A call is a record of its own, so two phones that called
without a network keep both; what is owed is one duty, whose id follows from notice and household. Times in ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain import roles
from app.domain.rules.form_duties import duty_id
from app.domain.rules.notices import OUTAGE, Notice
from app.domain.rules.scopes import CARE_READERS
from app.domain.times import china_day

REGISTER_FORM, CHECK_FORM, CALL_FORM = "special_care", "special_care_check", "special_care_call"
"""The forms that put a household into the register, that say whether it still belongs there, and that record a call."""
REGISTER, CALLS = "special_care", "care_call"
"""The chains of these forms."""
KEEPERS: Final = CARE_READERS | {roles.STEWARD}
"""Who puts households into the register, and records calls."""
TO_CALL, CALLED, NOT_CALLED = "to_call", "called", "not_called"
"""How a call stands: owed; somebody was told; the outage is over and nobody was."""
_HOUSEHOLD: Final = "household"


@dataclass(frozen=True, slots=True)
class Cared:
    """An entry of the register. ``case_id``: its record; ``since``: when it was made; ``until``: its last day;
    ``over_at``: when it ended before that; ``living``: whether the household still lives there; ``owner``: the steward
    of its building, else a post; ``needs``: in words, as far as they are known here."""

    case_id: str
    household_id: str
    since: int
    until: date | None = None
    over_at: int | None = None
    living: bool = True
    address: str = ""
    building_id: str | None = None
    estate: str = ""
    owner: str = ""
    needs: str = ""

    def holds(self, at: int) -> bool:
        """Tell whether it is in force at a moment: the household lives there, and the entry has not ended."""
        ended = self.over_at is not None and self.over_at <= at
        return self.living and self.since <= at and not ended and (self.until is None or china_day(at) <= self.until)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was recorded: about which notice, to which household, and whether somebody was told."""

    at: int
    case_id: str
    notice_id: str
    household_id: str
    by: str = ""
    reached: bool = True


@dataclass(frozen=True, slots=True)
class CareCall:
    """The one call that an outage owes a household. ``done``: what fulfilled it; ``tries``: how often nobody was
    reached before."""

    notice: Notice
    home: Cared
    done: Call | None = None
    tries: int = 0

    @property
    def id(self) -> str:
        """The id of the duty: the same on every phone."""
        return call_duty(self.notice.id, self.home.household_id)

    @property
    def opens(self) -> int:
        """From when it is owed: the release, or when the household came into the register."""
        return max(self.notice.released_at, self.home.since)

    @property
    def due(self) -> int:
        """By when somebody is told: who came into the register after the release has as long from then on."""
        return self.opens + max(0, self.notice.call_by - self.notice.released_at)

    def standing(self, now: int) -> str:
        """Return how it stands at ``now``."""
        if self.done is not None and self.done.at <= now:
            return CALLED
        return NOT_CALLED if now >= calls_end(self.notice) else TO_CALL

    def is_late(self, now: int) -> bool:
        """Tell whether it should have been made by now."""
        return self.standing(now) == NOT_CALLED or (self.standing(now) == TO_CALL and self.due < now)


def call_duty(notice_id: str, household_id: str) -> str:
    """Return the id of the duty to call a household because of a notice."""
    return duty_id(CALL_FORM, (_HOUSEHOLD, household_id), notice_id)


def calls_end(notice: Notice) -> int:
    """Return from when on nobody is called about an outage any more: it is over, or the notice is not true any more."""
    return notice.over_at if notice.ends_at is None else min(notice.over_at, notice.ends_at)


def care_calls(
    notices: Iterable[Notice], register: Sequence[Cared], calls: Sequence[Call], now: int
) -> Iterator[CareCall]:
    """Yield each call that is or was owed at ``now``: one for each outage and each household of its buildings in
    the register; those that were made stay, whatever became of the household.

    A household that moved out is not called, nor one whose entry ended, nor anybody about a notice that was withdrawn.
    """
    homes: dict[str, list[Cared]] = {}
    for one in register:
        homes.setdefault(one.household_id, []).append(one)
    made = _by_call(calls, now)
    for notice in notices:
        if notice.kind != OUTAGE or not notice.id or notice.released_at > now:
            continue
        ends = calls_end(notice)
        for household_id, entries in homes.items():
            mine = [one for one in entries if notice.is_for(one.building_id, one.estate)]
            if not mine:
                continue
            tried = made.get((notice.id, household_id), ())
            done = next((one for one in tried if one.reached), None)
            # After its end the call is what it was then: an entry that ended since changes nothing any more.
            held = [one for one in mine if one.holds(min(now, ends - 1))]
            withdrawn = notice.withdrawn_at is not None and notice.withdrawn_at <= now
            if done is None and (withdrawn or not held):
                continue
            first = min(held or mine, key=lambda one: (one.since, one.case_id))
            yield CareCall(notice, first, done, sum(not one.reached for one in tried))


def _by_call(calls: Iterable[Call], now: int) -> Mapping[tuple[str, str], Sequence[Call]]:
    found: dict[tuple[str, str], list[Call]] = {}
    for one in sorted(calls, key=lambda call: (call.at, call.case_id)):
        if one.at <= now:
            found.setdefault((one.notice_id, one.household_id), []).append(one)
    return found


def in_order(listed: Iterable[CareCall], now: int) -> list[CareCall]:
    """Return calls as they are made: those still owed by when they are due, then what was missed, then what is done."""
    rank = {TO_CALL: 0, NOT_CALLED: 1, CALLED: 2}
    return sorted(listed, key=lambda one: (rank[one.standing(now)], one.due, one.home.address, one.home.household_id))
