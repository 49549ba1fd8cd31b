"""Matters 来人来电来访 in the store: the register, and the rounds of each matter (C)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    false,
    select,
)

from app.domain.subjects import SUBJECTS
from app.domain.subjects.matter import clocks
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.matter.state import MatterState
from app.domain.wire.entries import Entry
from sync_server.store.news.causes import MAJOR, REQUEST, Cause, major_mark
from sync_server.store.subjects.clock_results import clock_results
from sync_server.store.subjects.sheet import OpenItem, Row, Sheet, households_with, open_rows
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment, to_ms

matters = Table(
    "matters",
    metadata,
    uuid_column(key=True),
    Column("class", String(20), nullable=False, comment="enquiry, help, suggestion, praise, complaint, breach, ..."),
    Column("stage", String(20), nullable=False, comment="to_class, to_handle, to_agree, ... closed, merged"),
    Column("channel", String(20), nullable=False, comment="phone, visit, door, message, letter, email, survey, ..."),
    Column("address", Text, nullable=False),
    uuid_column("household_id", null=True),
    uuid_column("unit_id", null=True),
    uuid_column("building_id", null=True),
    Column("anonymous", Boolean, nullable=False),
    Column("contact_name", Text, nullable=False),
    Column("contact_phone", Text, nullable=False),
    Column("about", Text, nullable=False, comment="whom or what it is about"),
    staff_link("about_id"),
    Column("department", String(20), nullable=False, comment="who answers for it; empty: not said"),
    Column("content", Text, nullable=False),
    Column("demand", Text, nullable=False),
    staff_link("taken_by"),
    staff_link("owner_id", "who is responsible (C.3)"),
    Column("nature", String(10), nullable=False, comment="repair or service (C.2); empty: not classed"),
    Column("weight", String(10), nullable=False, comment="ordinary, important, major (C.2)"),
    Column("valid", Boolean, nullable=True, comment="empty: not judged"),
    uuid_column("ticket_id", null=True, comment="the repair it led to"),
    Column("opened_at", Moment, nullable=True),
    Column("due_at", Moment, nullable=True, comment="when the clock runs out that runs now"),
    Column("promised_at", Moment, nullable=True, comment="answer promised until (C.2)"),
    Column("closed_at", Moment, nullable=True),
    Column("satisfied", Boolean, nullable=True, comment="what the resident said to the result"),
    Column("follow_up_owed", Boolean, nullable=False, comment="closed, and there is somebody to ask (C.5, C.6)"),
    uuid_column("merged_into", null=True, comment="the matter it is a repeat of: it counts there (C.6)"),
    Column("replied_at", Moment, nullable=True, comment="when the written answer went out (C.6)"),
    Column(
        "letter_id",
        Text,
        nullable=False,
        server_default="",
        comment="the open letter that closed it (D.5)",
    ),
    Column("rounds", Integer, nullable=False, comment="1, and one more each time it was reopened (C.5)"),
    Column(
        "wanted", String(20), nullable=False, server_default="", comment="by the card at a door: repair, help … (X)"
    ),
    Column(
        "service", String(40), nullable=False, server_default="", comment="id of the service wanted; empty: none (X3)"
    ),
    Column("service_name", Text, nullable=False, server_default="", comment="what the service is called"),
    Column("called_at", Moment, nullable=True, comment="when somebody first called the resident back (X6)"),
    Column(
        "dismissed", Boolean, nullable=False, server_default=false(), comment="nobody at that door wanted anything (X)"
    ),
    Column("outcome", String(20), nullable=False, server_default="", comment="done, given_up, failed; empty: not said"),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    Index(None, "estate_key", "opened_at"),
    Index(None, "stage"),
    Index(None, "household_id"),
    Index(None, "owner_id"),
    comment="The register 来人来电来访登记表 (C.0)",
)

matter_rounds = Table(
    "matter_rounds",
    metadata,
    uuid_column("matter_id", ForeignKey("matters.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=True),
    Column("closed_at", Moment, nullable=True),
    Column("result", Text, nullable=False),
    comment="Each time a matter was worked on: from registering or reopening to closing (C.5)",
)


class MatterSheet(Sheet[MatterState]):
    """Stores matters 来人来电来访 (C)."""

    name = MATTER
    tables = (matters, matter_rounds)
    key = "matter_id"
    page = "/matter/"
    meaning = 7  # 7: what a resident asked for by a card, when somebody called back, and what came of it.
    tells = frozenset({"classed", "request_received"})

    def rows(self, state: MatterState) -> Iterator[Row]:
        """Yield the matter and its rounds."""
        s, said, clock = state, state.body, clocks.running(state)
        asked = s.request or {}
        yield (
            matters,
            {
                "id": s.id,
                "class": s.kind,
                "stage": s.stage,
                "channel": said["channel"],
                "address": s.address,
                "household_id": s.household_id,
                "unit_id": s.unit_id,
                "building_id": s.building_id,
                "anonymous": s.anonymous,
                "contact_name": said.get("contact_name") or "",
                "contact_phone": said.get("contact_phone") or "",
                "about": said.get("about") or "",
                "about_id": said.get("about_id"),
                "department": s.department,
                "content": said["content"],
                "demand": said.get("demand") or "",
                "taken_by": s.opened.author if s.opened is not None else None,
                "owner_id": s.owner,
                "nature": (s.classed or {}).get("nature") or "",
                "weight": s.weight,
                "valid": s.valid,
                "ticket_id": s.ticket_id,
                "opened_at": moment(s.opened_at),
                "due_at": moment(clock.due if clock is not None else None),
                "promised_at": moment(s.promised_at),
                "closed_at": moment(s.closed_at),
                "satisfied": s.satisfied,
                "follow_up_owed": s.follow_up_owed,
                "merged_into": s.merged_into,
                "replied_at": moment(s.replied.at if s.replied is not None else None),
                "letter_id": s.letter.body["letter_id"] if s.letter is not None else "",
                "rounds": len(s.rounds),
                "wanted": asked.get("wanted") or "",
                "service": asked.get("service") or "",
                "service_name": asked.get("service_zh") or "",
                "called_at": moment(s.called_at),
                "dismissed": s.dismissed is not None,
                "outcome": s.outcome,
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        for n, one in enumerate(s.rounds):
            at = {"since": moment(one.since), "closed_at": moment(one.closed_at), "result": one.result}
            yield matter_rounds, {"matter_id": s.id, "line": n} | at

    def news(self, entry: Entry, state: MatterState, estate_key: str) -> Iterator[Cause]:
        """Yield that it is a major complaint, unless somebody up the line knows already (C.2); or a resident's request
        that nobody has called back about (X)."""
        if entry.kind == "request_received":
            if state.stage == st.UNCONFIRMED:
                yield self.cause(REQUEST, state.id, state, estate_key, number=str(entry.body["number"]),
                                 urgent=entry.body.get("urgent") is True)  # fmt: skip
            return
        if state.major_since is not None and state.noted_at is None and state.stage not in st.ENDED:
            yield self.cause(MAJOR, major_mark(state.id, state.major_since), state, estate_key, urgent=True)

    def still(self, connection: Connection, cause: str, ids: Sequence[str]) -> set[str]:
        """Return the marks of those that are major, and nobody up the line has said that they know (C.2); or of the
        requests that nobody has called back about (X)."""
        c, m = clock_results.c, matters.c
        if cause == REQUEST:
            waiting = select(m.id).where(m.id.in_(ids), m.stage == st.UNCONFIRMED)
            return {f"{REQUEST}:{id_}" for id_ in connection.scalars(waiting)}
        query = select(c.subject_id, c.start_at).join(matters, m.id == c.subject_id)
        query = query.where(c.subject_type == MATTER, c.subject_id.in_(ids), c.clock == "told_up", c.met_at.is_(None))
        query = query.where(~c.withdrawn, m.stage.not_in(sorted(st.ENDED)))
        return {major_mark(row.subject_id, to_ms(row.start_at)) for row in connection.execute(query)}

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield the matters they are responsible for that have not ended (C.3)."""
        c, what = matters.c, (MATTER, "来人来电", "matter")
        undone = c.stage.not_in(sorted(st.ENDED))
        yield from open_rows(
            connection, what, st.STAGE_WORDS, staff_ids, c.owner_id, undone, c.opened_at, c.address, c.content
        )

    def open_at(self) -> Select[Any]:
        """Return a query of how many matters that have not ended each household has."""
        return households_with(matters, matters.c.stage.not_in(sorted(st.ENDED)))

    def waiting_at(self) -> Select[Any]:
        """Return a query of how many open complaints, suggestions and requests for help each household has (E)."""
        return self.open_at().where(matters.c["class"].in_(SUBJECTS[MATTER].grievances))
