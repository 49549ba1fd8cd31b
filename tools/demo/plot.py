"""Threads of the demo's past: who did what, and when, about one ticket or visit, before it is sealed and sent.

The acts of a thread stand in the order of the work. The next person can act only after the phone of the one before has
sent, so everybody acts on what the server knew at that moment.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from app.domain import roles
from app.domain.rules.state import SubjectState
from app.domain.subjects import fold, signing
from app.domain.times import HOUR, MINUTE, SECOND, at_china, china_day
from app.domain.wire.entries import Entry
from app.domain.writing.addresses import format_address
from sync_server.estate.data import EstateData, Household, Person, PriceItem, StaffMember
from tools.demo.handwriting import signature_bytes
from tools.demo.shown import shown_lines

T = TypeVar("T")

CAPACITY_OF = {"owner": "self", "family": "family", "tenant": "tenant", "staff": "proxy"}
"""The capacity 身份 in which a member of a household signs, by relation to the household."""


@dataclass(slots=True)
class Act:
    """One entry to be made: done at ``at`` (true time, ms); the phone sends it at ``sent`` at the latest."""

    id: str
    at: int
    sent: int
    author: str
    kind: str
    subject: tuple[str, str]
    body: dict[str, Any]
    strokes: bytes | None = None


class Thread:
    """The acts about one subject, in order of time."""

    def __init__(self, plot: Plot, subject_type: str, at: int) -> None:
        self.plot = plot
        self.subject = (subject_type, plot.make_id(at))
        self.acts: list[Act] = []

    @property
    def id(self) -> str:
        """Id of the ticket or visit."""
        return self.subject[1]

    @property
    def end(self) -> int:
        """The earliest moment (ms) at which somebody else can go on: everything has been done and sent by then."""
        return max((max(act.at, act.sent) for act in self.acts), default=0) + 2 * SECOND

    @property
    def state(self) -> SubjectState:
        """The state that the acts leave the subject in."""
        entries = [
            Entry(
                act.id,
                act.kind,
                *self.subject,
                act.body,
                act.author,
                "",
                n,
                act.at,
                seq=n,
                received_at=act.sent,
                corrected_at=act.at,
            )
            for n, act in enumerate(self.acts, 1)
        ]
        return fold.fold(self.subject[0], entries)

    def act(self, who: StaffMember, kind: str, at: int, *, sent: int | None = None, **body: Any) -> Act:
        """Add what ``who`` does at ``at`` (ms) or as soon as possible afterwards; sent at once without ``sent``."""
        if self.acts:
            last = self.acts[-1]
            at = max(at, last.at + 3 * SECOND if last.author == who.id else self.end)
        body = {key: value for key, value in body.items() if value is not None}
        act = Act(self.plot.make_id(at), at, max(at, sent or 0), who.id, kind, self.subject, body)
        self.acts.append(act)
        return act

    def send_together(self, at: int) -> None:
        """Let the last author's phone send at ``at`` all that this author did in a row: busy hands, or no network."""
        for act in reversed(self.acts):
            if act.author != self.acts[-1].author:
                break
            act.sent = max(act.at, at)

    def sign(
        self,
        who: StaffMember,
        at: int,
        purpose: str,
        signer: str,
        name: str,
        capacity: str,
        writer: str,
        facts: Mapping[str, Any] | None = None,
    ) -> Act:
        """Add a signature in the handwriting of ``writer`` for the subject's present state, or for ``facts``."""
        facts = signing.facts_to_sign(self.state, purpose) if facts is None else facts
        content = signing.make_content(purpose, facts, shown_lines(purpose, facts), china_day(at).isoformat())
        strokes = signature_bytes(name, writer=writer, occasion=self.id)
        body = signing.signature_body(
            purpose=purpose, signer=signer, name=name, capacity=capacity, content=content, strokes=strokes
        )
        act = self.act(who, "signed", at, **body)
        act.strokes = strokes
        return act


class Cast:
    """The estate's people and doors that the plot needs. Raises ``ValueError`` when there are none of a sort."""

    def __init__(self, estate: EstateData) -> None:
        self.estate = estate
        held: dict[str, list[StaffMember]] = defaultdict(list)
        for member in estate.staff:
            for role in member.roles if member.active else ():
                held[role].append(member)
        self.held = held
        """The active staff who hold each post, by role."""
        self.workers = _somebody(held, roles.REPAIR_WORKER)
        self.desk = _somebody(held, roles.DESK)
        self.supervisor = _somebody(held, roles.ENGINEERING_SUPERVISOR)[0]
        self.callers = held[roles.SERVICE_SUPERVISOR] or self.desk
        self.finance = held[roles.FINANCE]
        people: dict[str, list[Person]] = defaultdict(list)
        for person in estate.people:
            people[person.household_id].append(person)
        self.people = {home: [p for p in all_ if p.phone] or all_ for home, all_ in people.items()}
        self.homes = [h for h in estate.households if h.status == "living" and self.people.get(h.id)]
        if not self.homes:
            raise ValueError("nobody lives in the estate")
        self.stewards = [
            m for m in _somebody(held, roles.STEWARD) if any(h.building_id in m.building_ids for h in self.homes)
        ]
        self.items = [item for item in estate.price_items if item.active]
        self.item_of = {item.code: item for item in self.items}

    def desk_at(self, moment: int) -> StaffMember:
        """Return who works at the desk on that day."""
        return self.desk[china_day(moment).toordinal() % len(self.desk)]


def _somebody(held: dict[str, list[StaffMember]], role: str) -> list[StaffMember]:
    if not held[role]:
        raise ValueError(f"the estate has no active {role}")
    return held[role]


@dataclass(slots=True)
class Diary:
    """The times (ms) at which each worker is at somebody's door."""

    busy: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def free_from(self, worker: str, wanted: int, minutes: int) -> int:
        """Return the first moment (ms), ``wanted`` or later, at which the worker is free for ``minutes`` minutes."""
        start = wanted
        for begin, end in sorted(self.busy[worker]):
            if begin < start + minutes * MINUTE and start < end:
                start = end
        return start

    def book(self, worker: str, start: int, minutes: int) -> None:
        """Enter a call at a door, so that no other one is planned for that time."""
        self.busy[worker].append((start, start + minutes * MINUTE))


class Plot:
    """All threads so far and the seeded random source they are drawn from; the past ends at ``now`` (ms)."""

    def __init__(self, estate: EstateData, *, now: int, days: int, seed: int) -> None:
        self.rng = random.Random(f"history {seed}")
        self.cast = Cast(estate)
        self.now = now
        self.first_day = china_day(now) - timedelta(days=days)
        self.last_day = china_day(now)
        self.diary = Diary()
        self.threads: list[Thread] = []
        self.flagged: set[str] = set()
        """Ids of entries that are meant not to fit, so that the server flags them."""
        self.changed: set[str] = set()
        """Ids of subjects that are meant to be changed after signing."""

    def thread(self, subject_type: str, at: int) -> Thread:
        """Begin a thread."""
        thread = Thread(self, subject_type, at)
        self.threads.append(thread)
        return thread

    def make_id(self, at: int) -> str:
        """Return a UUID of version 7 for the moment ``at``, drawn from the seed."""
        rng = self.rng
        number = (at << 80) | (7 << 76) | (rng.getrandbits(12) << 64) | (2 << 62) | rng.getrandbits(62)
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def chance(self, part: float) -> bool:
        """Return true with the probability ``part``."""
        return self.rng.random() < part

    def pick(self, things: Sequence[T]) -> T:
        """Return one of them, drawn at random."""
        return self.rng.choice(things)

    def minutes(self, least: float, most: float) -> int:
        """Return a random span of ``least`` to ``most`` minutes, in ms."""
        return round(self.rng.uniform(least, most) * MINUTE)

    def day(self) -> date:
        """Return a random day of the past."""
        return self.first_day + timedelta(days=self.rng.randrange((self.last_day - self.first_day).days + 1))

    def moment(self, first_hour: int, last_hour: int, before: int) -> int:
        """Return a random moment (ms) between these hours of some day, earlier than ``before``. Raises ``ValueError``
        when the past is too short."""
        if at_china(self.first_day, first_hour) >= before:
            raise ValueError("the past is too short for what is to happen in it")
        while True:
            at = at_china(self.day(), first_hour) + self.rng.randrange((last_hour - first_hour) * HOUR)
            if at < before:
                return at

    def household(self) -> Household:
        """Return a random household."""
        return self.pick(self.cast.homes)

    def person(self, home: Household) -> Person:
        """Return somebody who lives there, mostly the first listed."""
        people = self.cast.people[home.id]
        return people[0] if self.chance(0.6) else self.pick(people)

    def item(self, codes: Iterable[str]) -> PriceItem:
        """Return a random price item, one of ``codes`` if the list has any of them."""
        known = [self.cast.item_of[code] for code in codes if code in self.cast.item_of]
        return self.pick(known or self.cast.items)


def door_of(home: Household) -> dict[str, Any]:
    """Return the fields of an entry's body that say which door a record belongs to."""
    return {
        "household_id": home.id,
        "unit_id": home.unit_id,
        "building_id": home.building_id,
        "address": format_address(home.address),
    }
