"""What the store keeps of each type of subject in addition to its entries.

Each type has one ``Sheet`` in ``sync_server/store/subjects``; rewriting, accepting, refolding, leaving, labels and
verifying ask it. Signatures, photos and flags are kept here, of every subject: no type has to think of them.

These tables are the company's central ticket store for everybody who reads by SQL. They are changed in the same
transaction as ``entries``, by folding (``app.domain.subjects.fold``), and can be rebuilt from ``entries``
at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    func,
    select,
)

from app.domain import roles
from app.domain.rules.closing import Closing
from app.domain.rules.departments import SUPERVISORS
from app.domain.rules.state import STEP_DONE, SubjectState
from app.domain.subjects import subject_of
from app.domain.subjects.signing import signed_facts_match
from app.domain.wire.entries import Entry
from sync_server.store.database import Write
from sync_server.store.news.causes import Cause
from sync_server.store.tables import metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

S = TypeVar("S", bound=SubjectState)
Row = tuple[Table, dict[str, Any]]
"""A row and the table it belongs to."""

signatures = Table(
    "signatures",
    metadata,
    uuid_column("entry_id", ForeignKey("entries.id"), key=True),
    Column("subject_type", String(40), nullable=False),
    uuid_column("subject_id"),
    Column("signer", String(20), nullable=False, comment="resident, worker, supervisor"),
    Column("purpose", String(20), nullable=False, comment="repair, declined, visit"),
    Column("name", Text, nullable=False),
    Column("capacity", String(20), nullable=False, comment="self, family, tenant, proxy, staff"),
    Column("content_hash", String(64), nullable=False, comment="SHA-256 of what was signed"),
    Column("strokes_hash", String(64), nullable=False, comment="the blob with the strokes"),
    Column("signed_at", Moment, nullable=True),
    Column("standing", String(20), nullable=False, comment="intact or changed; only those that count"),
    Index(None, "subject_type", "subject_id"),
    comment="Signatures 签名 and whether they still fit what the record says",
)

photos = Table(
    "photos",
    metadata,
    uuid_column("entry_id", ForeignKey("entries.id"), key=True),
    Column("subject_type", String(40), nullable=False),
    uuid_column("subject_id"),
    Column("shows", String(20), nullable=False, comment="before, after, record"),
    Column("photo_hash", String(64), nullable=False, comment="the blob with the picture (JPEG)"),
    Column("thumbnail_hash", String(64), nullable=False),
    Column("source", String(20), nullable=False, comment="camera or gallery"),
    staff_link("taken_by"),
    Column("kept_at", Moment, nullable=True, comment="when it was put into the record"),
    Column("taken_at", Moment, nullable=True, comment="the picture's own time, where it says one"),
    Column("latitude", String(12), nullable=True, comment="degrees, WGS 84; empty where not allowed or not known"),
    Column("longitude", String(12), nullable=True),
    Column("accuracy_m", Integer, nullable=True),
    Column("caption", Text, nullable=False),
    Index(None, "subject_type", "subject_id"),
    comment="Photos 照片 of tickets and visits (A, E, H)",
)

flags = Table(
    "flags",
    metadata,
    uuid_column("entry_id", ForeignKey("entries.id"), key=True),
    Column("subject_type", String(40), nullable=False),
    uuid_column("subject_id"),
    Column("reason", Text, nullable=False, comment="name of the problem (11xx)"),
    Column("raised_at", Moment, nullable=True),
    Column("decision", String(20), nullable=True, comment="accept or set_aside; empty while open"),
    staff_link("settled_by"),
    Index(None, "subject_type", "subject_id"),
    comment="Entries kept although they did not fit 待核实, for the desk to settle",
)

TABLES_OF_ALL = (signatures, photos, flags)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something that a person who leaves has open.

    ``what`` it is (``ticket``, ``key``, ``promise``, ``photo``, ``device``, ``building``, ``role``), the ``id`` of its
    subject (or device, building, role), a line about it in Chinese and English, and whether somebody else must take it
    over.
    """

    what: str
    id: str
    zh: str
    en: str
    to_hand_over: bool = True


@dataclass(frozen=True, slots=True)
class Begun:
    """The first entry of a subject (type and id) that begins because of something that happened to another one."""

    subject: tuple[str, str]
    kind: str
    body: dict[str, Any]


ClosingOf = Callable[[str, str], Closing | None]
"""Returns what is to be asked about a closed subject (type and id), or None."""


class Sheet(Generic[S]):
    """One type of subject in the store: its tables, the rows in them, and what else the server must know.

    What a type does not override holds for types about which nothing is known.
    """

    name: ClassVar[str]
    """The type's name in entries."""
    tables: ClassVar[tuple[Table, ...]] = ()
    """Its own tables: first the one with a row for each subject, by ``id`` (its ``estate_column`` is filled in), then
    those of its lines. A table that it shares with other types refers to it by columns ``subject_type`` and
    ``subject_id``, one of its own by the column ``key``."""
    key: ClassVar[str] = ""
    meaning: ClassVar[int] = 1
    """Raise it when the same entries give other rows: to one more than the highest of all sheets. An updated server
    then writes the rows again (``refolding``)."""
    called: ClassVar[tuple[Column[Any], ...]] = ()
    """Columns of its first table that, besides the id, hold what people call it by."""
    page: ClassVar[str] = ""
    """What the address of its page in the app begins with; empty: it has none that news could lead to."""
    tells: ClassVar[frozenset[str]] = frozenset()
    """The kinds of entry that may be news outside the app (``news``)."""
    led_by: ClassVar[str] = roles.SERVICE_SUPERVISOR
    """The post that leads those who work on it."""
    private: ClassVar[bool] = False
    """Whether what its clocks come to is told to those alone whose it is: not all who oversee an estate read them."""
    for_systems: ClassVar[bool] = False
    """Whether the company's other systems may read all of them."""

    def rows(self, state: S) -> Iterator[Row]:
        """Yield the subject's own rows."""
        yield from ()

    def all_rows(self, state: S, reasons: Mapping[str, str]) -> Iterator[Row]:
        """Yield the subject's own rows, and those that every subject has.

        ``reasons``: why entries were flagged, by entry id, from the tables so far: once a flag is settled, the
        subject's state does not contain the reason any more.
        """
        yield from _flags(state, reasons)
        if state.opened is not None:
            yield from self.rows(state)
            yield from _signatures(state)
            yield from _photos(state)

    def of(self, table: Table, subject_type: str, ids: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition for these subjects' rows in one of its tables."""
        if "subject_id" in table.c:
            return (table.c.subject_type == subject_type) & table.c.subject_id.in_(ids)
        return table.c["id" if table is self.tables[0] else self.key].in_(ids)

    def follows(
        self, write: Write, entry: Entry, history: Sequence[Entry], estate_key: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield kind and body of entries that the server adds in the same transaction after accepting ``entry``.

        ``history``: the entries of its subject, ``entry`` the last of them; ``estate_key``: the subject's estate.
        """
        yield from ()

    def meets(self, write: Write, entry: Entry, estate_key: str) -> Iterator[Begun]:
        """Yield entries that the server adds in the same transaction, on this record or another one that is there,
        because an accepted ``entry`` belongs together with it."""
        yield from ()

    def owed_for(self, write: Write, closing: Closing, estate_key: str) -> Iterator[Begun]:
        """Yield what begins in the same transaction because something else was closed.

        Called again for each later entry about that.
        """
        yield from ()

    def owed_when_over(self, write: Write, closing_of: ClosingOf) -> Iterator[Begun]:
        """Yield what begins because a month is over; called once a month, and when the server starts."""
        yield from ()

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield what each of these members of staff has open and must hand over when they leave."""
        yield from ()

    def open_at(self) -> Select[Any] | None:
        """Return a query of how many open ones each household has; ``None`` if they are never open."""
        return None

    def waiting_at(self) -> Select[Any] | None:
        """Return a query of how many people wait for an answer in each household (``Subject.grievances``)."""
        return None

    def news(self, entry: Entry, state: S, estate_key: str) -> Iterator[Cause]:
        """Yield what people outside the app are to hear of because of an entry of one of the kinds it ``tells``.

        ``state``: as it is after all that came in with the entry; what is settled meanwhile is no news.
        """
        yield from ()

    def cause(
        self, name: str, mark: str, state: S, estate_key: str, number: str | None = None,
        staff_id: str | None = None, urgent: bool = False, led_by: str = "",
    ) -> Cause:  # fmt: skip
        """Return something to be told of a record, with the clock that runs on it."""
        clock = subject_of(state.type).clock(state)
        return Cause(
            name, mark, (state.type, state.id), estate_key, number or "", state.building_id,
            clock.id if clock else "", clock.clause if clock else "", clock.due if clock else None,
            led_by or self.led_by, staff_id, urgent,
        )  # fmt: skip

    def unaccepted(self) -> Select[Any] | None:
        """Return a query of those that were given to somebody who has not accepted them, with ``id``, ``since`` when,
        ``staff_id``, ``number``, ``department`` (empty: that of ``led_by``), ``building_id``, ``estate_key``,
        ``urgent``; ``None``: nobody accepts one."""
        return None

    def still(self, connection: Connection, cause: str, ids: Sequence[str]) -> set[str]:
        """Return the marks of what was news (``news``) of these records and is not settled yet; not asked of what waits
        to be accepted, nor of clocks."""
        raise NotImplementedError(f"{type(self).__name__} tells of {cause}, and not whether it is settled")

    def leader_of(self, department: str) -> str:
        """Return the post that leads a department, as ``unaccepted`` names it."""
        return min(SUPERVISORS.get(department, {self.led_by}))

    def id_of(self, connection: Connection, said: str) -> str:
        """Return the id of the subject that people call ``said``; if there is none, ``said`` itself, which may be an
        id."""
        for column in self.called:
            found = connection.scalar(select(self.tables[0].c.id).where(column == said).limit(1))
            if found is not None:
                return str(found)
        return said


_SAID: Final = 40
"""Most characters of each part of a line about what somebody has open."""


def open_rows(
    connection: Connection,
    what: tuple[str, str, str],
    stages: Mapping[str, tuple[str, str]],
    staff_ids: Sequence[str],
    owner: Column[Any],
    is_open: ColumnElement[bool],
    since: Column[Any],
    *said: Column[Any],
) -> Iterator[tuple[str, OpenItem]]:
    """Yield the open rows of these people in a type's own table, the oldest first (for ``Sheet.open_with``).

    ``what``: its name for ``OpenItem``, and in Chinese and English. ``stages``: the words of its stages. ``owner``: the
    column of the person. ``since``: the column to sort by. ``said``: columns that tell one row from others.
    """
    c = owner.table.c
    query = select(c.id, c.stage, owner, *said).where(owner.in_(staff_ids), is_open).order_by(since, c.id)
    for id_, stage, whose, *parts in connection.execute(query):
        zh, en = stages[stage]
        words = " ".join(str(part or "")[:_SAID] for part in parts).strip()
        yield whose, OpenItem(what[0], id_, f"{what[1]} {words}（{zh}）", f"{what[2]} {words} ({en})")


def households_with(table: Table, is_open: ColumnElement[bool]) -> Select[Any]:
    """Return a query of how many open rows of a table each household has (for ``Sheet.open_at``)."""
    household = table.c.household_id
    return select(household, func.count()).where(household.is_not(None) & is_open).group_by(household)


def _signatures(s: SubjectState) -> Iterator[Row]:
    for e in s.signatures.values():
        yield (
            signatures,
            {
                "entry_id": e.id,
                "subject_type": s.type,
                "subject_id": s.id,
                "signer": e.body["as"],
                "purpose": e.body["purpose"],
                "name": e.body["name"],
                "capacity": e.body["capacity"],
                "content_hash": e.body["content_hash"],
                "strokes_hash": e.body["strokes"],
                "signed_at": moment(e.at),
                "standing": "intact" if signed_facts_match(e, s) else "changed",
            },
        )


def _photos(s: SubjectState) -> Iterator[Row]:
    for step in s.steps:
        if step.entry.kind != "photo_taken" or step.standing != STEP_DONE:
            continue
        yield (
            photos,
            {
                "entry_id": step.entry.id,
                "subject_type": s.type,
                "subject_id": s.id,
                "shows": step.body["shows"],
                "photo_hash": step.body["photo"],
                "thumbnail_hash": step.body["thumbnail"],
                "source": step.body["source"],
                "taken_by": step.entry.author,
                "kept_at": moment(step.entry.at),
                "taken_at": moment(step.body.get("taken_at")),
                "latitude": step.body.get("latitude"),
                "longitude": step.body.get("longitude"),
                "accuracy_m": step.body.get("accuracy_m"),
                "caption": step.body.get("caption") or "",
            },
        )


def _flags(s: SubjectState, reasons: Mapping[str, str]) -> Iterator[Row]:
    by_id = {step.entry.id: step.entry for step in s.steps}
    settled = {str(e.body.get("entry_id")): e for e in by_id.values() if e.kind == "flag_settled"}
    for flag in s.flags:
        yield flags, _flag(by_id[flag.entry_id], flag.reason, None)
    open_ones = {flag.entry_id for flag in s.flags}
    for entry_id, decision in settled.items():
        if entry_id in by_id and entry_id not in open_ones:
            yield flags, _flag(by_id[entry_id], reasons.get(entry_id, ""), decision)


def _flag(entry: Entry, reason: str, settled: Entry | None) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "reason": reason,
        "raised_at": moment(entry.received_at),
        "decision": settled.body["decision"] if settled else None,
        "settled_by": settled.author if settled and settled.author != roles.SYSTEM else None,
    }
