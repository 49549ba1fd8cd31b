"""Follow-ups in the demo's past: those the server planned, done at doors and by phone, some late, some still open."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from app.domain import roles
from app.domain.subjects import signing
from app.domain.subjects.fold import fold
from app.domain.subjects.follow_up import kinds
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.times import DAY, HOUR, MINUTE, at_china, china_day
from app.domain.wire.entries import Entry
from sync_server.store.database import Write
from sync_server.store.subjects.follow_up.sheet import follow_ups
from sync_server.store.taking.entry_rows import of_subjects
from tools.demo.handwriting import signature_bytes
from tools.demo.plot import Act, Plot
from tools.demo.shown import shown_lines

_SAID: Final = ("修好了，没有再坏", "态度很好", "没有意见", "比以前快", "")
_NOT: Final = ("还是有声音", "师傅走后又漏了一点", "等的时间太长")
_PROMISES: Final = ("请维修工再看一次", "跟主管核实后答复", "让管家上门说明")
_OPINIONS: Final = ("同意", "请继续跟进", "同意，下次注意约时间")


@dataclass(slots=True)
class _Story:
    """One follow-up that is owed, and what is done about it."""

    plot: Plot
    rng: random.Random
    row: Any
    planned: list[Entry]

    def acts(self) -> list[Act]:
        """Return what has been done until now; nothing for a follow-up that is left open."""
        people = {member.id: member for members in self.plot.cast.held.values() for member in members}
        who = people.get(self.row.owner_id) or next(iter(self.plot.cast.held[self.row.post]), None)
        # Some stewards are behind with theirs; supervisors are not.
        if who is None or (self.row.owner_id and self.rng.random() < 0.05):
            return []
        closed = round(self.row.closed_at.timestamp() * 1000)
        wait = self.rng.uniform(0.1, 3.4) if self.row.source == kinds.COMPLAINT else self.rng.uniform(2, 24)
        at = at_china(china_day(closed + round(wait * DAY)), 9) + self.rng.randrange(9 * 60) * MINUTE
        at = max(at, closed + HOUR)
        door = self.row.weight == kinds.MAJOR or self.rng.random() < 0.5
        name = str(self.planned[0].body.get("contact_name") or "业主")
        satisfied, settled = self.rng.random() < 0.9, self.rng.random() < 0.93
        found = self._asked(who.id, at, door, name, satisfied, settled)
        if not settled:
            at = found[-1].at + 2 * DAY
            found += self._asked(who.id, at, self.row.weight == kinds.MAJOR, name, True, True)
        reviewer = self.plot.cast.held[roles.SERVICE_SUPERVISOR]
        if reviewer:
            seen = found[-1].at + round(self.rng.uniform(2, 60) * HOUR)
            found.append(self._act(reviewer[0].id, "follow_up_reviewed", seen, {"opinion": self.rng.choice(_OPINIONS)}))
        return [act for act in found if act.at < self.plot.now - MINUTE]

    def _act(self, author: str, kind: str, at: int, body: dict[str, Any]) -> Act:
        return Act(self.plot.make_id(at), at, at, author, kind, (FOLLOW_UP, self.row.id), body)

    def _asked(self, author: str, at: int, door: bool, name: str, satisfied: bool, settled: bool) -> list[Act]:
        body: dict[str, Any] = {
            "way": kinds.DOOR if door else kinds.PHONE,
            "met": True,
            "name": name,
            "capacity": "self",
            "satisfied": satisfied,
            "said": self.rng.choice(_SAID if satisfied else _NOT),
            "settled": settled,
        }
        if not settled:
            body |= {"promise": self.rng.choice(_PROMISES), "again_at": at + 3 * DAY}
        asked = self._act(author, "followed_up", at, {key: value for key, value in body.items() if value != ""})
        return [asked, self._signed(asked, name)] if door else [asked]

    def _signed(self, asked: Act, name: str) -> Act:
        entry = Entry(asked.id, asked.kind, *asked.subject, asked.body, asked.author, "", 1, asked.at)
        facts = signing.facts_to_sign(fold(FOLLOW_UP, [*self.planned, entry]), FOLLOW_UP)
        at = asked.at + MINUTE
        content = signing.make_content(FOLLOW_UP, facts, shown_lines(FOLLOW_UP, facts), china_day(at).isoformat())
        strokes = signature_bytes(name, writer=name, occasion=self.row.id)
        body = signing.signature_body(
            purpose=FOLLOW_UP, signer="resident", name=name, capacity="self", content=content, strokes=strokes
        )
        act = self._act(asked.author, "signed", at, body)
        act.strokes = strokes
        return act


def followed_up(write: Write, plot: Plot, seed: int) -> list[Act]:
    """Return what was done about the follow-ups that are owed in the store, in order of time."""
    c = follow_ups.c
    # Follow-ups that were planned by hand have a story of their own (``office``).
    owed = select(follow_ups).where(c.stage == "planned", c.drawn != kinds.BY_HAND).order_by(c.id)
    rows = write.execute(owed).all()
    histories: Mapping[tuple[str, str], list[Entry]] = of_subjects(
        write.connection, [(FOLLOW_UP, row.id) for row in rows]
    )
    found: list[Act] = []
    for row in rows:
        rng = random.Random(f"follow-up {seed} {row.id}")
        found += _Story(plot, rng, row, histories[FOLLOW_UP, row.id]).acts()
    return sorted(found, key=lambda act: act.at)
