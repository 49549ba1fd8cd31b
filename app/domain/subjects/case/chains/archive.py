"""Taking a copy of a household's archive out of the house 客户档案导出 as rules (S5): one asks for whom and what for,
somebody else decides, and it can be had so many times until a day. Each time is recorded in the case."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from app.domain import roles
from app.domain.rules.archive import NUMBERS, classes_of
from app.domain.rules.scopes import archive_scope
from app.domain.subjects.case.chains.rule import Chain, Lack, count_of, day_of, of_step, said
from app.domain.subjects.case.state import Body, CaseState, Filled
from app.domain.times import MINUTE, read_day
from app.domain.wire.entries import Entry

ASKED, DECIDED = "asked", "decided"
EXPORT_ASKED, EXPORT_READY = "export_asked", "export_ready"
"""Lists: requests that wait for a decision, and archives that can be had."""
DECIDERS: Final = frozenset((roles.MANAGER, roles.ARCHIVIST))
"""Who decides about a request; never who made it."""
MOST_USES: Final = 5
_AGAIN: Final = 10 * MINUTE
_STAFF: Final = "staff"
"""The part in which who asks, and who decides, sign."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What was agreed to: whose archive, who may take it (a staff id), who agreed, which classes were asked for, how
    often in all and how often it was taken, until which day."""

    household_id: str
    asker: str
    decider: str
    classes: frozenset[int]
    uses: int
    used: int
    until: date


class ArchiveExport(Chain):
    """客户档案导出."""

    name = "archive_export"
    scopes = frozenset((archive_scope(roles.ARCHIVIST),))  # who decides has to have it
    at_home = True
    waits_for_next = False  # who asked does not go on with it: somebody else decides
    by_another: ClassVar[Mapping[str, str]] = {DECIDED: ASKED}

    def may(self, held: Set[str], b: Body) -> bool:
        """Tell whether somebody may ask: who reads something of an archive; or decide."""
        if b.get("step") == DECIDED:
            return bool(held & DECIDERS)
        return bool(classes_of(held)) or roles.SYSTEM in held

    def must_sign(self, b: Body) -> frozenset[str]:
        """Return who asks, or decides: no reason stands for that signature."""
        return frozenset((_STAFF,))

    def known(self, s: CaseState) -> dict[str, str]:
        """Return for whom it is, whether it waits for a decision, and until when it can still be had."""
        if not s.filled:
            return {}
        found = {"name": said(s.filled[0].body, "name"), "asked": "" if of_step(s, DECIDED) else "yes"}
        until = day_of(s.filled[0].body, "until")
        granted = grant_of(s, until) if until is not None else None
        if isinstance(granted, Grant):
            found |= {"until": granted.until.isoformat(), "left": str(granted.uses - granted.used)}
        return {name: value for name, value in found.items() if value}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return that a decision is owed, or that the archive can be had."""
        until = read_day(known.get("until"))
        if known.get("asked"):
            return EXPORT_ASKED
        return EXPORT_READY if until is not None and day <= until else ""


def grant_of(s: CaseState, day: date, *, again: bool = False) -> Grant | Lack:
    """Return what a request allows on ``day``, or why nothing can be taken by it. ``again``: the last time is repeated
    (``is_repeat``), and counts once.

    Nothing about it is taken on trust: the two people are told apart here again, though an entry of one who decides
    about their own request does not fit in the first place; both signatures fit what stands there now; and a request
    that was corrected after the decision, or a decision that somebody else corrected, was not decided so.
    """
    asked, decided = _last(s, ASKED), _last(s, DECIDED)
    if asked is None or s.first.get("case") != ArchiveExport.name or not s.household_id:
        return Lack("没有这份申请", "there is no such request")
    if s.ended is not None:
        return Lack("申请已经结束", "the request was ended")
    if decided is None:
        return Lack("还没有人批准", "nobody has decided about it yet")
    if said(decided.body, "agreed") != "yes":
        return Lack("没有批准", "it was not agreed to")
    if decided.entry.author == asked.entry.author:
        return Lack("要由申请人以外的人批准", "somebody else than who asked has to decide")
    if any(id_ in (asked.entry.id, decided.entry.id) for id_, _ in s.to_sign):
        return Lack("申请或批准还没有签名", "the request or the decision is not signed")
    changed = _corrections(s, asked), _corrections(s, decided)
    if any(_after(one, decided.entry) for one in changed[0]) or any(
        one.author != decided.entry.author for one in changed[1]
    ):
        return Lack("批准以后改过，要重新申请", "it was changed after the decision: ask again")
    until, uses = day_of(asked.body, "until"), min(count_of(said(asked.body, "uses")), MOST_USES)
    if until is None or day > until:
        return Lack("已经过期", "its last day is over")
    if len(s.exported) - again >= uses:
        return Lack("次数已经用完", "it was taken as often as was agreed")
    classes = classes_asked(asked.body)
    if not classes:
        return Lack("没有选要哪几类", "no classes were chosen")
    return Grant(s.household_id, asked.entry.author, decided.entry.author, classes, uses, len(s.exported), until)


def is_repeat(s: CaseState, staff_id: str, now: int) -> bool:
    """Tell whether somebody takes it again at ``now`` (ms) because it did not arrive: within ten minutes of the last
    time, which then counts once."""
    last = s.exported[-1] if s.exported else None
    return last is not None and last.body.get("staff_id") == staff_id and 0 <= now - last.at < _AGAIN


def classes_asked(b: Body) -> frozenset[int]:
    """Return the classes that a request is for."""
    if said(b, "which") != "some":
        return frozenset(NUMBERS)
    chosen = f"{said(b, 'papers')} {said(b, 'records')}".split()
    return frozenset(number for number in NUMBERS if f"c{number}" in chosen)


def _last(s: CaseState, step: str) -> Filled | None:
    return next((one for one in reversed(s.filled) if one.body.get("step") == step), None)


def _corrections(s: CaseState, filled: Filled) -> tuple[Entry, ...]:
    return next((step.amendments for step in s.steps if step.entry.id == filled.entry.id), ())


def _after(entry: Entry, other: Entry) -> bool:
    """Tell whether an entry came after another one, by the server's order; what it has not yet comes last."""
    ends = float("inf")
    return (ends if entry.seq is None else entry.seq) > (ends if other.seq is None else other.seq)


__all__ = [
    "DECIDERS",
    "EXPORT_ASKED",
    "EXPORT_READY",
    "ArchiveExport",
    "Grant",
    "classes_asked",
    "grant_of",
    "is_repeat",
]
