"""What screens read from the store: cards by filter, doors, prices, staff, timelines, unsent work."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)

from app.domain.rules.card import Card
from app.domain.rules.deeds import Worked
from app.domain.rules.estates import POSTS, estate_of_author, key_of
from app.domain.rules.handbook import PAGE, Page, read_page
from app.domain.subjects import SUBJECTS
from app.domain.wire.entries import Entry
from app.domain.writing.addresses import doors_of
from app.domain.writing.folding import sought
from app.domain.writing.names import fits_name, plain_login, plain_name, told_apart
from app.store import blobs, cards, schema
from app.store.codec import from_row
from app.store.database import PhoneFile
from app.store.saving import REFUSED, WAITING, Subject
from app.store.search import Household, HouseholdIndex, PriceItem, read_household, read_person, read_price_item

T = TypeVar("T")
Call = tuple[int, bool]
"""When somebody called at a door (ms), and whether anybody was met."""
Stages = tuple[tuple[str, tuple[str, ...]], ...]
"""Types of record, each with the stages wanted; no stages: any stage."""


@dataclass(frozen=True, slots=True)
class CardFilter:
    """Which cards a list shows. A member that is empty does not restrict; ``type`` ``None`` means every type, or those
    in ``types``.

    ``order``: ``urgency`` (what is urgent first, then the clock due first, then the oldest) or ``recent`` (latest
    first). ``done_…``, ``confirmed_…``, ``opened_…``: from that moment on, before that moment, in ms; ``moved_from``:
    something was done on it from that moment on. ``estates``: keys of estates 小区. ``any_of``: several types, each in
    some of its stages, of records that are not ended (with ``type`` ``None``).
    """

    type: str | None = "ticket"
    types: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    assignee: str | None = None
    opener: str | None = None
    household_id: str | None = None
    building_id: str | None = None
    ended: bool | None = None
    over: bool | None = None
    flagged: bool | None = None
    urgent: bool | None = None
    missed: bool | None = None
    promises: bool | None = None
    done_from: int | None = None
    done_until: int | None = None
    confirmed_from: int | None = None
    confirmed_until: int | None = None
    opened_from: int | None = None
    opened_until: int | None = None
    moved_from: int | None = None
    due_before: int | None = None
    text: str = ""
    order: str = "urgency"
    ids: tuple[str, ...] = field(default=())
    estates: tuple[str, ...] = ()
    any_of: Stages = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What a table sorts and narrows its rows by; a row itself is the card. Times in ms, ids as in ``Card``."""

    id: str
    kind: str
    stage: str
    number: str | None
    address: str
    building_id: str | None
    assignee: str | None
    opener: str | None
    opened_at: int
    due_at: int | None
    urgent: bool


@dataclass(frozen=True, slots=True)
class UnsentRow:
    """One unsent entry: waiting, or refused with the server's reason."""

    entry: Entry
    state: str
    code: int | None
    name: str | None
    message_zh: str
    message_en: str
    attempts: int
    last_tried: int | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What decides in which estate a record is: the estate of each building, by its id, and that of each member of
    staff who has no post in the first estate."""

    buildings: Mapping[str, str]
    authors: Mapping[str, str]

    def of(self, building_id: str | None, said: str, author: str | None) -> str:
        """Return the key of a record's estate: its building's, else the one it names (``said``), else that of
        ``author``, who began it."""
        key = self.buildings.get(building_id or "")
        if key is not None:
            return key
        return said or self.authors.get(author or "", "")


_GRAVITY: Final = {kind: n for subject in SUBJECTS.values() for n, kind in enumerate(subject.grievances)}
"""How grave each kind is with which a household waits for an answer: the lowest number is the gravest."""


@dataclass(frozen=True, slots=True)
class AtDoor:
    """What is known of a household's visits: when (ms) somebody was last met, and last met for a festival; how many
    records are open with which it waits for an answer (``Subject.grievances``), and the kind of the gravest."""

    last: int | None = None
    festival: int | None = None
    complaints: int = 0
    waits: str = ""


@dataclass(frozen=True, slots=True)
class EstateCounts:
    """The figures of one estate: its open tickets, how many of them are late, how many are assigned to nobody, and how
    many entries do not fit 待核实."""

    open: int = 0
    late: int = 0
    unassigned: int = 0
    flags: int = 0

    def plus(self, more: EstateCounts) -> EstateCounts:
        """Return the sum of both."""
        return EstateCounts(
            self.open + more.open, self.late + more.late, self.unassigned + more.unassigned, self.flags + more.flags
        )


_MOST_HOMES = 5000
"""Most doors that one word of a search may match; a single letter is the initial of half an estate."""
_NOTHING: ColumnElement[int] = literal_column("0")
"""A literal in the SQL instead of a bound value: SQLite uses a partial index only if it can see the condition."""


class Queries:
    """The reading side of the store."""

    def __init__(self, file: PhoneFile) -> None:
        self.file = file
        self._households: HouseholdIndex | None = None
        self._prices: list[PriceItem] | None = None
        self._pages: list[Page] | None = None
        self._refs: dict[str, dict[str, dict[str, Any]]] = {}
        self._staff_names: dict[str, str] | None = None
        self._whereabouts: Whereabouts | None = None
        self._kept: dict[str, tuple[int, Any]] = {}

    def _keep(self, name: str, read: Callable[[Connection], T]) -> T:
        """Return the result of ``read``, cached under ``name`` until something is written (do not change it).

        For the few facts that every screen reads, some of them for each row it draws.
        """
        known = self._kept.get(name)
        if known is not None and known[0] == self.file.written:
            return known[1]  # type: ignore[no-any-return]
        with self.file.read() as connection:
            written, found = self.file.written, read(connection)
        self._kept[name] = written, found
        return found

    # -- cards -----------------------------------------------------------------------------

    def card(self, subject_type: str, subject_id: str) -> Card | None:
        """Return one subject's card."""
        found = self.cards(CardFilter(type=subject_type, ids=(subject_id,)), 0, 1)
        return found[0] if found else None

    def cards(self, wanted: CardFilter, offset: int = 0, limit: int = 50) -> list[Card]:
        """Return a window of the cards a list shows."""
        s = schema.subjects
        query = self._restrict(select(s.c.type, s.c.id, s.c.card), wanted).order_by(*_order(wanted))
        query = query.offset(offset).limit(limit)
        with self.file.read() as connection:
            unsent = self._keep("unsent", _unsent_counts)
            found = [cards.from_row(r, unsent[r["type"], r["id"]]) for r in connection.execute(query).mappings()]
        return [self._named(card) for card in found]

    def cards_at(
        self, subject_type: str, household_id: str | None, unit_id: str | None, address: str, limit: int = 200
    ) -> list[Card]:
        """Return the cards of a type at a place, the latest first: of its unit or household; those of a place that is
        neither, of its address. By an index each: a phone may have thousands elsewhere."""
        s = schema.subjects
        ways = [(s.c.unit_id, unit_id), (s.c.household_id, household_id)]
        conditions = [column == value for column, value in ways if value]
        if not conditions:
            conditions = [and_(s.c.address == address, s.c.household_id.is_(None), s.c.unit_id.is_(None))]
        columns = (s.c.type, s.c.id, s.c.card, s.c.last_at)
        found: dict[str, tuple[int, Card]] = {}
        with self.file.read() as connection:
            unsent = self._keep("unsent", _unsent_counts)
            for condition in conditions if any((household_id, unit_id, address)) else ():
                query = select(*columns).where(condition, s.c.type == subject_type)
                for row in connection.execute(query.order_by(s.c.last_at.desc()).limit(limit)).mappings():
                    found[row["id"]] = row["last_at"], cards.from_row(row, unsent[row["type"], row["id"]])
        ordered = sorted(found.values(), key=lambda one: (-one[0], one[1].id))[:limit]
        return [self._named(card) for _, card in ordered]

    def lines(self, wanted: CardFilter, limit: int) -> list[Line]:
        """Return what a table sorts and narrows all its rows by, in the order of the list: one statement without any
        card, so that thousands cost little."""
        s = schema.subjects.c
        columns = [s[name] for name in Line.__slots__]
        query = self._restrict(select(*columns), wanted).order_by(*_order(wanted)).limit(limit)
        with self.file.read() as connection:
            return [Line(*row) for row in connection.execute(query)]

    def worked(self, wanted: CardFilter, who: str) -> list[tuple[Card, Worked]]:
        """Return the cards of a list that are assigned to ``who``, or were opened by them and are assigned to nobody,
        each with what it counts for those who worked on it. Records that count nothing are left out."""
        s = schema.subjects
        theirs = or_(s.c.assignee == who, and_(s.c.opener == who, s.c.assignee.is_(None)))
        query = self._restrict(select(s.c.type, s.c.id, s.c.card, s.c.worked), wanted).where(theirs, s.c.worked != "")
        with self.file.read() as connection:
            unsent = self._keep("unsent", _unsent_counts)
            rows = connection.execute(query).mappings().all()
        return [
            (self._named(cards.from_row(row, unsent[row["type"], row["id"]])), cards.read_worked(row["worked"]))
            for row in rows
        ]

    def sent_states(self) -> dict[str, str]:
        """Return the outbox state of each unsent entry, by its id."""
        return self._keep("states", _sent_states)

    def count(self, wanted: CardFilter) -> int:
        """Return how many cards a list has in all."""
        with self.file.read() as connection:
            return int(connection.execute(self._restrict(select(func.count()), wanted)).scalar_one())

    def flag_count(self, estates: tuple[str, ...] = ()) -> int:
        """Return the number of flagged entries 待核实 over all types of subject."""
        s = schema.subjects
        query = select(func.sum(s.c.flags)).where(s.c.flags > _NOTHING, *self._in_estates(estates))
        with self.file.read() as connection:
            return int(connection.execute(query).scalar_one() or 0)

    def counts(self, column: str, wanted: CardFilter) -> dict[str, int]:
        """Return how many cards there are for each value of ``stage``, ``assignee`` or ``kind``."""
        by = schema.subjects.c[column]
        with self.file.read() as connection:
            rows = connection.execute(self._restrict(select(by, func.count()), wanted).group_by(by))
            return {row[0]: row[1] for row in rows if row[0] is not None}

    def by_estate(self, stages: Sequence[str], unassigned: Sequence[str], now: int) -> dict[str, EstateCounts]:
        """Return the figures of each estate, by its key: its tickets in ``stages``, those of them that are due before
        ``now`` (ms), those in the stages ``unassigned``, and its flagged entries."""
        s = schema.subjects
        late, alone = case((s.c.due_at < now, 1), else_=0), case((s.c.stage.in_(unassigned), 1), else_=0)
        whose = (s.c.building_id, s.c.estate, s.c.opener)
        tickets = select(*whose, func.count(), func.sum(late), func.sum(alone)).where(
            s.c.type == "ticket", s.c.stage.in_(stages)
        )
        flagged = select(*whose, func.sum(s.c.flags)).where(s.c.flags > _NOTHING)
        known = self.whereabouts()
        found: dict[str, EstateCounts] = {}
        with self.file.read() as connection:
            for building, said, opener, *counts in connection.execute(tickets.group_by(*whose)):
                key = known.of(building, said, opener)
                found[key] = found.get(key, EstateCounts()).plus(EstateCounts(*counts))
            for building, said, opener, flags in connection.execute(flagged.group_by(*whose)):
                key = known.of(building, said, opener)
                found[key] = found.get(key, EstateCounts()).plus(EstateCounts(flags=flags))
        return found

    def calls(self, since: int, before: int, households: Sequence[str] | None = None) -> dict[str, list[Call]]:
        """Return, by household, each time somebody called there from ``since`` on, before ``before`` (ms), in order
        (E).

        ``households``: only at these; at all of them for ``None``.
        """
        s = schema.subjects
        query = (
            select(s.c.household_id, s.c.opened_at, s.c.met)
            .where(s.c.type == "visit", s.c.household_id.is_not(None), s.c.opened_at >= since, s.c.opened_at < before)
            .order_by(s.c.opened_at)
        )
        if households is not None:
            query = query.where(s.c.household_id.in_(households))
        found: dict[str, list[Call]] = {}
        with self.file.read() as connection:
            for household, at, met in connection.execute(query):
                found.setdefault(household, []).append((at, bool(met)))
        return found

    def at_doors(self, before: int, said_by: str) -> tuple[dict[str, AtDoor], list[Card]]:
        """Return, by household, what decides whether it is owed a visit, where anything is known; and the cards of all
        records of the type ``said_by``, which are the decisions about those visits (E). One query, because 今日
        (today's page) needs it.

        Visits count if they were made before ``before`` (ms); what a household waits for counts while it is open, of
        whatever type.
        """
        s = schema.subjects
        festival = case((s.c.kind == "festival", s.c.opened_at))
        visits = (
            select(s.c.household_id, func.max(s.c.opened_at), func.max(festival), _NOTHING, null(), null(), null())
            .where(s.c.type == "visit", s.c.met, s.c.household_id.is_not(None), s.c.opened_at < before)
            .group_by(s.c.household_id)
        )
        waits = [(s.c.type == name) & s.c.kind.in_(one.grievances) for name, one in SUBJECTS.items() if one.grievances]
        waiting = (
            select(s.c.household_id, null(), null(), func.count(), s.c.kind, null(), null())
            .where(or_(*waits), ~s.c.ended, s.c.household_id.is_not(None))
            .group_by(s.c.household_id, s.c.kind)
        )
        said = select(null(), null(), null(), null(), null(), s.c.id, s.c.card).where(s.c.type == said_by)
        found: dict[str, AtDoor] = {}
        spoken: list[Card] = []
        with self.file.read() as connection:
            for home, last, of_festival, open_, kind, id_, card in connection.execute(union_all(visits, waiting, said)):
                if id_ is not None:
                    spoken.append(cards.from_row({"type": said_by, "id": id_, "card": card}, 0))
                    continue
                known = found.get(home, AtDoor())
                found[home] = AtDoor(
                    last or known.last,
                    of_festival or known.festival,
                    known.complaints + open_,
                    min((one for one in (known.waits, kind) if one), key=_GRAVITY.__getitem__, default=""),
                )
        return found, spoken

    def kinds_at(self, household_id: str, since: int = 0) -> dict[tuple[str, str], int]:
        """Return the number of subjects at a door that changed from ``since`` (ms) on, by type and kind."""
        s = schema.subjects
        query = select(s.c.type, s.c.kind, func.count()).where(s.c.household_id == household_id)
        if since:
            query = query.where(s.c.last_at >= since)
        with self.file.read() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query.group_by(s.c.type, s.c.kind))}

    def latest_bodies(self, kind: str, author: str, limit: int) -> list[dict[str, Any]]:
        """Return the bodies of the latest entries of a kind that somebody made, the newest first."""
        e = schema.entries
        at = func.coalesce(e.c.corrected_at, e.c.made_at)
        mine = select(e.c.body).where(e.c.kind == kind, e.c.author == author).order_by(at.desc()).limit(limit)
        with self.file.read() as connection:
            return [json.loads(row[0]) for row in connection.execute(mine)]

    def said_since(self, kind: str, since: int) -> dict[Subject, tuple[str, str]]:
        """Return the ``reason`` and ``advice`` of the latest entry of a kind on each subject since a moment (ms)."""
        e = schema.entries
        at = func.coalesce(e.c.corrected_at, e.c.made_at)
        query = select(e.c.subject_type, e.c.subject_id, e.c.body).where(e.c.kind == kind, at >= since).order_by(at)
        with self.file.read() as connection:
            rows = [(type_, id_, json.loads(body)) for type_, id_, body in connection.execute(query)]
        return {(type_, id_): (str(b.get("reason") or ""), str(b.get("advice") or "")) for type_, id_, b in rows}

    # -- unsent ----------------------------------------------------------------------------

    def unsent(self) -> list[UnsentRow]:
        """Return all unsent entries: refused ones first, then in the order in which they were made."""
        return list(self._keep("rows", _unsent_rows))

    def outbox_counts(self) -> tuple[int, int]:
        """Return how many entries wait and how many were refused."""
        return self._keep("outbox", _outbox_counts)

    def blobs_waiting(self) -> tuple[int, int]:
        """Return how many blobs are not wholly sent, and the bytes left."""
        return self._keep("blobs", blobs.waiting)

    def unreadable_count(self) -> int:
        """Return how many items of the server this program could not read and set aside."""
        return self._keep("unreadable", _unreadable_count)

    # -- reference data --------------------------------------------------------------------

    def refs(self, ref_type: str) -> dict[str, dict[str, Any]]:
        """Return all reference rows of a type by id (do not change them)."""
        self._read_refs(ref_type)
        return self._refs[ref_type]

    def _read_refs(self, *types: str) -> None:
        """Read the rows of those types that are not known yet, together."""
        missing = [one for one in types if one not in self._refs]
        if not missing:
            return
        r = schema.refs.c
        found: dict[str, dict[str, dict[str, Any]]] = {one: {} for one in missing}
        with self.file.read() as connection:
            for type_, id_, body in connection.execute(select(r.type, r.id, r.body).where(r.type.in_(missing))):
                found[type_][id_] = json.loads(body)
        self._refs |= found

    def forget_refs(self) -> None:
        """Drop the cached reference data."""
        self._households = self._prices = self._pages = self._staff_names = self._whereabouts = None
        self._refs = {}

    def households(self) -> HouseholdIndex:
        """Return the index of every household the phone knows."""
        if self._households is None:
            self._read_refs("household", "person", "building", "estate", "calendar", "duty_rules", "form", "route",
                             PAGE)  # fmt: skip
            found: dict[str, Household] = {
                id_: read_household(id_, body) for id_, body in self.refs("household").items()
            }
            r = schema.refs.c
            with self.file.read() as connection:
                for id_ in connection.execute(select(r.id).where(r.type == "household", r.dropped)).scalars():
                    if id_ in found:
                        found[id_].gone = True
            for id_, body in self.refs("person").items():
                home = found.get(str(body.get("household_id")))
                if home is not None:
                    home.people.append(read_person(id_, body))
            keys = self.whereabouts().buildings
            for home in found.values():
                home.estate = keys.get(home.building_id or "", "")
            self._households = HouseholdIndex(found.values())
        return self._households

    def whereabouts(self) -> Whereabouts:
        """Return what decides in which estate each record on this phone is."""
        if self._whereabouts is None:
            buildings = {id_: key_of(body) for id_, body in self.refs("building").items()}
            authors = {id_: estate_of_author(body.get(POSTS) or ("",)) for id_, body in self.refs("staff").items()}
            self._whereabouts = Whereabouts(buildings, {id_: key for id_, key in authors.items() if key})
        return self._whereabouts

    def staff_names(self) -> dict[str, str]:
        """Return what to call each member of staff: their name, with the number where two share one (A.2)."""
        if self._staff_names is None:
            bodies = self.refs("staff")
            self._staff_names = told_apart(
                {id_: str(body.get("name") or id_) for id_, body in bodies.items()},
                {id_: str(body.get("number") or "") for id_, body in bodies.items()},
            )
        return self._staff_names

    def holder_name(self, name: str, staff_id: str | None) -> str:
        """Return the name to show for whoever holds a thing, made unambiguous where several share ``name``."""
        known = self.staff_names().get(staff_id, "") if name and staff_id else ""
        return known if known.startswith(f"{name} ") else name

    def _named(self, card: Card) -> Card:
        name = self.holder_name(card.contact_name, card.assignee)
        return card if name == card.contact_name else replace(card, contact_name=name)

    def _restrict(self, query: Select[Any], wanted: CardFilter) -> Select[Any]:
        """Restrict a query to what a list shows; each word of its text must match in some way."""
        words = wanted.text.split()
        words = [word for word in words if plain_name(word)] or words  # a dot between two words of a name says nothing
        found = (self._finds(word) for word in words)
        return _restrict(query, wanted).where(*found, *self._in_estates(wanted.estates))

    def _in_estates(self, keys: tuple[str, ...]) -> list[ColumnElement[bool]]:
        """Return the conditions for cards of these estates, as ``Whereabouts.of`` decides; none for no keys."""
        if not keys:
            return []
        s, known = schema.subjects, self.whereabouts()
        theirs = [id_ for id_, key in known.buildings.items() if key in keys]
        elsewhere = or_(s.c.building_id.is_(None), s.c.building_id.not_in(list(known.buildings)))
        authors = [id_ for id_, key in known.authors.items() if key in keys]
        begun: ColumnElement[bool] = s.c.opener.in_(authors)
        if "" in keys:
            begun = or_(begun, s.c.opener.is_(None), s.c.opener.not_in(list(known.authors)))
        said = or_(s.c.estate.in_([key for key in keys if key]), and_(s.c.estate == "", begun))
        return [or_(s.c.building_id.in_(theirs), and_(elsewhere, said))]

    def _finds(self, word: str) -> ColumnElement[bool]:
        """Return the condition for one word: it matches the card's own text, or its worker or a resident of its door by
        name, initials, pinyin or phone."""
        s = schema.subjects
        said = {sought(word), plain_name(word), *(sought(str(door)) for door in doors_of(word))}
        ways: list[ColumnElement[bool]] = [s.c.search.contains(text, autoescape=True) for text in sorted(said)]
        workers = [
            id_
            for id_, body in self.refs("staff").items()
            if fits_name(str(body.get("name") or ""), word, body.get("initials") or (), body.get("pinyin") or ())
            or plain_login(word) == plain_login(str(body.get("number") or ""))
        ]
        homes = [home.id for home in self.households().all if home.has_person(word)]
        ways.append(s.c.assignee.in_(workers))
        ways.append(s.c.household_id.in_(homes[:_MOST_HOMES]))
        return or_(*ways)

    def pages(self) -> list[Page]:
        """Return the pages of the handbook that this phone has; one that this program can't read is left out."""
        if self._pages is None:
            found = (read_page(id_, body) for id_, body in self.refs(PAGE).items())
            self._pages = [one for one in found if one is not None]
        return self._pages

    def price_list(self) -> list[PriceItem]:
        """Return the price list."""
        if self._prices is None:
            self._prices = [read_price_item(id_, body) for id_, body in self.refs("price_item").items()]
        return self._prices


def _unsent_counts(connection: Connection) -> Counter[Subject]:
    e = schema.entries
    waiting = e.c.id.in_(select(schema.outbox.c.entry_id))
    rows = connection.execute(select(e.c.subject_type, e.c.subject_id).where(waiting))
    return Counter((row[0], row[1]) for row in rows)


def _sent_states(connection: Connection) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(select(schema.outbox.c.entry_id, schema.outbox.c.state))}


def _unsent_rows(connection: Connection) -> list[UnsentRow]:
    e, o = schema.entries, schema.outbox
    boxes = connection.execute(select(o)).mappings().all()
    rows = connection.execute(select(e).where(e.c.id.in_(select(o.c.entry_id)))).mappings()
    found = {row["id"]: from_row(row) for row in rows}
    unsent = [
        UnsentRow(
            found[box["entry_id"]],
            box["state"],
            box["code"],
            box["name"],
            box["message_zh"] or "",
            box["message_en"] or "",
            box["attempts"],
            box["last_tried"],
        )
        for box in boxes
    ]
    return sorted(unsent, key=lambda row: (row.state != REFUSED, row.entry.counter))


def _outbox_counts(connection: Connection) -> tuple[int, int]:
    o = schema.outbox
    rows = connection.execute(select(o.c.state, func.count()).group_by(o.c.state))
    by_state = {row[0]: int(row[1]) for row in rows}
    return by_state.get(WAITING, 0), by_state.get(REFUSED, 0)


def _unreadable_count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(schema.unreadable)).scalar_one())


def _order(wanted: CardFilter) -> tuple[ColumnElement[Any], ...]:
    s = schema.subjects.c
    if wanted.order == "urgency":
        return s.urgent.desc(), s.due_at.is_(None), s.due_at, s.opened_at, s.id
    return s.last_at.desc(), s.id


def _restrict(query: Select[Any], wanted: CardFilter) -> Select[Any]:
    s = schema.subjects
    tests: list[ColumnElement[bool]] = [] if wanted.type is None else [s.c.type == wanted.type]
    if wanted.any_of:
        # The types once more on their own, so that the index of open records serves all of them.
        tests += [s.c.type.in_([name for name, _ in wanted.any_of]), ~s.c.ended]
        if any(stages for _, stages in wanted.any_of):
            tests.append(
                or_(
                    *(
                        and_(s.c.type == name, s.c.stage.in_(stages) if stages else true())
                        for name, stages in wanted.any_of
                    )
                )
            )
    if wanted.ids:
        tests.append(s.c.id.in_(wanted.ids))
    for column, values in ((s.c.type, wanted.types), (s.c.stage, wanted.stages), (s.c.kind, wanted.kinds)):
        if values:
            tests.append(column.in_(values))
    for column, value in (
        (s.c.assignee, wanted.assignee),
        (s.c.opener, wanted.opener),
        (s.c.household_id, wanted.household_id),
        (s.c.building_id, wanted.building_id),
    ):
        if value is not None:
            tests.append(column == value)
    for flag, yes in ((s.c.ended, wanted.ended), (s.c.over, wanted.over), (s.c.urgent, wanted.urgent)):
        if yes is not None:
            tests.append(flag if yes else ~flag)
    for number, yes in ((s.c.flags, wanted.flagged), (s.c.promises, wanted.promises)):
        if yes is not None:
            tests.append(number > _NOTHING if yes else number == _NOTHING)
    if wanted.missed is not None:
        tests.append(s.c.missed_at.is_not(None) if wanted.missed else s.c.missed_at.is_(None))
    for moment, first, until in (
        (s.c.done_at, wanted.done_from, wanted.done_until),
        (s.c.confirmed_at, wanted.confirmed_from, wanted.confirmed_until),
        (s.c.opened_at, wanted.opened_from, wanted.opened_until),
    ):
        if first is not None:
            tests.append(moment >= first)
        if until is not None:
            tests.append(moment < until)
    if wanted.moved_from is not None:
        tests.append(s.c.last_at >= wanted.moved_from)
    if wanted.due_before is not None:
        tests.append(s.c.due_at < wanted.due_before)
    return query.where(*tests)
