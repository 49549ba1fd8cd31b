"""Follow-ups 回访 in the store (D)."""

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
)

from app.domain.rules.closing import Closing
from app.domain.subjects.follow_up import clocks
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.follow_up.state import FollowUpState
from sync_server.store.database import Write
from sync_server.store.subjects.follow_up import planning
from sync_server.store.subjects.sheet import Begun, ClosingOf, OpenItem, Row, Sheet, households_with, open_rows
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

follow_ups = Table(
    "follow_ups",
    metadata,
    uuid_column(key=True),
    Column("stage", String(20), nullable=False, comment="planned, to_sign, again, done, reviewed, excused"),
    Column("source", String(20), nullable=False, comment="complaint, repair, event, move_in, incident, festival"),
    Column("source_type", String(40), nullable=False, comment="type of what is followed up; empty: planned by hand"),
    uuid_column("source_id", null=True),
    Column("round", Integer, nullable=False),
    Column("weight", String(10), nullable=False, comment="ordinary, important, major"),
    Column("drawn", String(20), nullable=False, comment="rule, sample, top_up, by_hand (D.2)"),
    Column("address", Text, nullable=False),
    uuid_column("household_id", null=True),
    uuid_column("building_id", null=True),
    Column("about", Text, nullable=False),
    staff_link("owner_id", "who follows up (D.1)"),
    Column("post", String(40), nullable=False, comment="whose it is where nobody is named"),
    Column("closed_at", Moment, nullable=True, comment="when its source was closed"),
    Column("since_at", Moment, nullable=True, comment="when its source was closed, or it was planned: its month"),
    Column("due_at", Moment, nullable=True),
    Column("first_at", Moment, nullable=True, comment="when somebody was asked for the first time"),
    Column("done_at", Moment, nullable=True, comment="when it was settled"),
    Column("satisfied", Boolean, nullable=True, comment="what the resident said last"),
    Column("signature", String(20), nullable=False),
    Column("tries", Integer, nullable=False, comment="how often nobody could be asked"),
    staff_link("reviewed_by"),
    Column("reviewed_at", Moment, nullable=True),
    Column("opinion", Text, nullable=False, comment="the supervisor's (D.6)"),
    Column("excuse", Text, nullable=False),
    Column("letter_id", Text, nullable=False, comment="the open letter that answered it (D.5)"),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    Index(None, "estate_key", "due_at"),
    Index(None, "since_at"),
    Index(None, "owner_id"),
    Index(None, "source_id"),
    Index(None, "household_id"),
    comment="Follow-ups 回访 as they stand (D)",
)

follow_up_rounds = Table(
    "follow_up_rounds",
    metadata,
    uuid_column("follow_up_id", ForeignKey("follow_ups.id"), key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("asked_at", Moment, nullable=True),
    Column("way", String(10), nullable=False, comment="door or phone (D.3)"),
    Column("name", Text, nullable=False, comment="who was asked"),
    Column("satisfied", Boolean, nullable=False),
    Column("said", Text, nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("promise", Text, nullable=False),
    Column("again_at", Moment, nullable=True),
    staff_link("asked_by"),
    comment="Each time somebody was asked, until it was settled (D.4)",
)

follow_up_raised = Table(
    "follow_up_raised",
    metadata,
    uuid_column("follow_up_id", ForeignKey("follow_ups.id"), key=True),
    uuid_column("raised_id", key=True, comment="the matter or ticket"),
    Index(None, "raised_id"),
    comment="What was raised when somebody was asked: each becomes a matter or a ticket (D.5)",
)


class FollowUpSheet(Sheet[FollowUpState]):
    """Stores follow-ups 回访 (D)."""

    name = FOLLOW_UP
    tables = (follow_ups, follow_up_rounds, follow_up_raised)
    key = "follow_up_id"

    def rows(self, state: FollowUpState) -> Iterator[Row]:
        """Yield the follow-up, each time that somebody was asked, and what was raised."""
        s, said = state, state.body
        assert s.opened is not None
        last, clock = s.last or {}, clocks.running(s)
        yield (
            follow_ups,
            {
                "id": s.id,
                "stage": s.stage,
                "source": said["source"],
                "source_type": said.get("source_type") or "",
                "source_id": said.get("source_id"),
                "round": said.get("round") or 1,
                "weight": s.weight,
                "drawn": said["drawn"],
                "address": s.address,
                "household_id": s.household_id,
                "building_id": s.building_id,
                "about": said["about"],
                "owner_id": s.owner,
                "post": said.get("post") or "",
                "closed_at": moment(said.get("since")),
                "since_at": moment(said.get("since") or s.opened.at),
                "due_at": moment(clock.due if clock is not None else s.due_at),
                "first_at": moment(s.asked[0][0].at if s.asked else None),
                "done_at": moment(s.done_at),
                "satisfied": last.get("satisfied"),
                "signature": s.signature,
                "tries": s.tries,
                "reviewed_by": s.reviewed.author if s.reviewed is not None else None,
                "reviewed_at": moment(s.reviewed.at if s.reviewed is not None else None),
                "opinion": s.reviewed.body["opinion"] if s.reviewed is not None else "",
                "excuse": s.excused.body["reason"] if s.excused is not None else "",
                "letter_id": s.letter.body["letter_id"] if s.letter is not None else "",
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        for n, (entry, body) in enumerate(s.asked):
            row: dict[str, Any] = {
                "follow_up_id": s.id,
                "line": n,
                "asked_at": moment(entry.at),
                "way": body["way"],
                "name": body.get("name") or "",
                "satisfied": bool(body.get("satisfied")),
                "said": body.get("said") or "",
                "settled": bool(body.get("settled")),
                "promise": body.get("promise") or "",
                "again_at": moment(body.get("again_at")),
                "asked_by": entry.author,
            }
            yield follow_up_rounds, row
        for raised_id in s.raised:
            yield follow_up_raised, {"follow_up_id": s.id, "raised_id": raised_id}

    def owed_for(self, write: Write, closing: Closing, estate_key: str) -> Iterator[Begun]:
        """Yield the follow-up that is owed for what was closed, once for each round (D.2)."""
        yield from planning.of_closing(write, closing, estate_key)

    def owed_when_over(self, write: Write, closing_of: ClosingOf) -> Iterator[Begun]:
        """Yield the follow-ups that months which are over still lack of their share (D.2)."""
        yield from planning.when_over(write, closing_of)

    def open_with(self, connection: Connection, staff_ids: Sequence[str]) -> Iterator[tuple[str, OpenItem]]:
        """Yield their follow-ups that are not done (D.1)."""
        c, what = follow_ups.c, (FOLLOW_UP, "回访", "follow-up")
        undone = c.stage.in_(st.OPEN)
        yield from open_rows(
            connection, what, st.STAGE_WORDS, staff_ids, c.owner_id, undone, c.due_at, c.address, c.about
        )

    def open_at(self) -> Select[Any]:
        """Return a query of how many open follow-ups each household has."""
        return households_with(follow_ups, follow_ups.c.stage.in_(st.OPEN))
