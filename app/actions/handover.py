"""What people who left the company still have open 未交接, for the desk to give to others (A.2, E, G.2).

The server tells the same before an account ends (``sync_server.store.people.leaving``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.actions.core import read_staff
from app.actions.models import LeftBehind, Saved
from app.actions.records import Records
from app.actions.todo import on_today
from app.actions.visits import Visits
from app.domain import roles
from app.domain.rules.card import Card
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.thing.state import OUT
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT
from app.domain.times import china_day
from app.store.queries import CardFilter

_MOST = 1000


class Handover:
    """Handing over what somebody who left had."""

    def __init__(self, core: Records, visits: Visits) -> None:
        self._core = core
        self._visits = visits

    def left(self) -> list[LeftBehind]:
        """Return who left with something open, by staff number; empty for those who do not see everybody's work.

        What counts: tickets and other records whose work is not over, keys and things in their hands, and promises they
        made at doors. If this person has several estates, also those count who left one of them and work in another.
        """
        keys = [key for part in self._core.parts_of(roles.OVERSEERS) for key in part.estates or self._core.posts]
        found = [
            self._left_by(staff_id, body, key)
            for key in keys
            for staff_id, body in self._core.store.refs("staff").items()
            if not body.get("active", True) or (self._core.several and not read_staff(staff_id, body, estate=key).roles)
        ]
        found = [one for one in found if one.count]
        return sorted(found, key=lambda one: (one.staff.number, one.staff.id))

    def _left_by(self, staff_id: str, body: Mapping[str, Any], estate: str) -> LeftBehind:
        where = (estate,) if self._core.several else ()
        work = CardFilter(type=None, any_of=on_today(), assignee=staff_id, over=False, estates=where)
        theirs: dict[str, list[Card]] = {}
        for card in self._core.store.cards(work, 0, _MOST):
            theirs.setdefault(card.type, []).append(card)
        out = CardFilter(type=THING, assignee=staff_id, stages=(OUT,), estates=where)
        promised = CardFilter(type=VISIT, opener=staff_id, promises=True, estates=where)
        return LeftBehind(
            staff=read_staff(staff_id, body),
            tickets=tuple(theirs.pop(TICKET, ())),
            things=tuple(self._core.store.cards(out, 0, _MOST)),
            promises=tuple(self._visits.promised(promised, china_day(self._core.now()))),
            estate=estate if self._core.several else None,
            others=tuple(card for cards in theirs.values() for card in cards),
        )

    async def hand_over(self, ticket_ids: Sequence[str], worker_id: str, *, once: str | None = None) -> Saved:
        """Assign all these tickets to one worker, in one transaction (A.2). The same ``once`` saves once."""
        once, body = once or self._core.new_id(), {"worker_id": worker_id}
        return await self._core.save(
            [self._core.entry((TICKET, t), "assigned", body, once, n) for n, t in enumerate(ticket_ids)]
        )
