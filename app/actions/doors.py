"""Doors 住户 (households): finding one, what is open there, what happened at it, and who looked (S)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from app.actions.duties import Duties
from app.actions.models import DoorHistory, HouseholdView
from app.actions.records import Records
from app.actions.server import Server
from app.actions.visits import Visits
from app.domain.rules.another_time import another_time
from app.domain.subjects import SUBJECTS
from app.domain.subjects.archive_paper.kinds import PAPER
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.job.kinds import JOB as JOB_SENT
from app.domain.subjects.matter.kinds import CLASSES, MATTER
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import JOB, PUBLIC_REPAIR, REPAIR
from app.domain.subjects.visit import VISIT
from app.domain.times import DAY, china_day
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import CardFilter
from app.store.search import HouseholdHit
from app.sync.account import Look, list_looks

_GRIEVED: Final = {name: subject.grievances for name, subject in SUBJECTS.items() if subject.grievances}
DOOR_PARTS: dict[str, CardFilter] = {
    "repair": CardFilter(kinds=(REPAIR, PUBLIC_REPAIR, JOB)),
    "complaint": CardFilter(type=None, types=tuple(_GRIEVED), kinds=tuple(sorted(set().union(*_GRIEVED.values())))),
    "visit": CardFilter(type=VISIT),
    "form": CardFilter(type=CASE),
    "talk": CardFilter(type=MATTER, kinds=tuple(kind for kind in CLASSES if kind not in SUBJECTS[MATTER].grievances)),
    "job": CardFilter(type=JOB_SENT),
    "follow_up": CardFilter(type=FOLLOW_UP),
    "thing": CardFilter(type=THING),
    "paper": CardFilter(type=PAPER),
}
"""What a door's history can be narrowed to: 维修 投诉 走访 表单 来电来访 工作单 回访 钥匙 档案文件."""
SPANS: Final[dict[str, int]] = {"month": 30 * DAY, "year": 365 * DAY}
"""The times that it can be narrowed to, in ms: what changed within them."""
SAME_LOOK_MS: Final = 300_000
"""Opening an archive again within this time, in ms, is the same look."""


def _in_part(found: Mapping[tuple[str, str], int], part: CardFilter) -> int:
    types = part.types or (part.type,)
    return sum(n for (kind_of, kind), n in found.items() if kind_of in types and kind in (part.kinds or (kind,)))


class Doors:
    """The households one signed-in person may see."""

    def __init__(self, core: Records, visits: Visits, duties: Duties, server: Server) -> None:
        self._core = core
        self._visits = visits
        self._duties = duties
        self._server = server
        self._looked: dict[tuple[str, str], int] = {}

    def find(self, text: str = "", limit: int = 50) -> list[HouseholdHit]:
        """Find households by address, name, pinyin, initials or last digits of a phone, in the estate looked at."""
        return self._core.store.households().find(text, limit, self._core.estate if self._core.several else None)

    def find_in(self, estate: str | None, text: str = "", limit: int = 50) -> list[HouseholdHit]:
        """Find households as ``find`` does, in one estate; in all for ``None``."""
        return self._core.store.households().find(text, limit, estate)

    def count(self) -> int:
        """Return how many households the phone knows in the estate looked at."""
        return len(self._core.store.households().of_estate(self._core.estate if self._core.several else None))

    def view(self, household_id: str) -> HouseholdView:
        """Return a door with its people and what is open there. Raises ``Problem`` ``not_found``."""
        home = self._core.home(household_id)
        if home is None:
            raise Problem(NOT_FOUND)
        calls = self._core.store.calls(0, self._core.now() + DAY, (household_id,)).get(household_id, [])
        last = max((at for at, met in calls if met), default=None)
        today = china_day(self._core.now())
        due = self._duties.at_door(home)
        return HouseholdView(
            household=home,
            open_tickets=tuple(self._core.store.cards(CardFilter(household_id=household_id, ended=False), 0, 200)),
            promises=tuple(
                self._visits.promised(CardFilter(type=VISIT, household_id=household_id, promises=True), today)
            ),
            last_visit=last,
            visit_due=self._visits.row_of(due, today) if due else None,
            another_time=another_time(calls),
        )

    def history(
        self, household_id: str, part: str = "", offset: int = 0, limit: int = 30, span: str = ""
    ) -> DoorHistory:
        """Return a window of what happened at a door, a card for each repair or visit, the one changed last at the top.

        ``part``: one of ``DOOR_PARTS``, ``span``: one of ``SPANS``; empty for everything.
        """
        since = self._core.now() - SPANS[span] if span in SPANS else None
        ever = self._core.store.kinds_at(household_id)
        found = ever if since is None else self._core.store.kinds_at(household_id, since)
        parts = {name: _in_part(found, wanted) for name, wanted in DOOR_PARTS.items()}
        only = DOOR_PARTS.get(part, CardFilter(type=None))
        here = replace(only, household_id=household_id, order="recent", moved_from=since)
        cards = tuple(self._core.store.cards(here, offset, limit))
        total = parts[part] if part in parts else sum(found.values())
        return DoorHistory(cards, total, parts, sum(ever.values()))

    async def looked(self, household_id: str, what: str = "") -> None:
        """Note that this person opened a household's archive, or its part ``what``; the server records it with the
        next sync.

        Coming back to it within five minutes is the same look.
        """
        now = self._core.clock()
        before = self._looked.get((household_id, what))
        if before is not None and 0 <= now - before < SAME_LOOK_MS:
            return
        self._looked[household_id, what] = now
        self._core.store.keep_look(self._core.new_id(), household_id, now, what)
        await self._core.settled()

    async def looks(self, household_id: str) -> list[Look]:
        """Return who looked at a household's archive, the latest first; needs the network.

        Raises ``Problem``: ``role_may_not``, ``no_network``, ...
        """
        found = await list_looks(*self._server.way, household_id)
        names = self._core.store.staff_names()
        return [replace(look, name=names.get(look.staff_id, look.name)) for look in found]
