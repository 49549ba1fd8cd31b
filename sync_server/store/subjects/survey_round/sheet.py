"""Rounds of the satisfaction survey 满意度调查 in the store (F4); the households' sheets are cases about a round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from app.domain.subjects.survey_round import ROUND, RoundState
from app.domain.wire.entries import Entry
from sync_server.store.subjects.sheet import Row, Sheet
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

survey_rounds = Table(
    "survey_rounds",
    metadata,
    uuid_column(key=True),
    Column("period", String(7), nullable=False, comment="YYYY-06 or YYYY-12"),
    Column("stage", String(20), nullable=False, comment="running, counted, released"),
    Column("back_by", String(10), nullable=False, comment="YYYY-MM-DD: it closes at the end of that day"),
    Column("count_by", String(10), nullable=False, comment="YYYY-MM-DD"),
    Column("report_by", String(10), nullable=False, comment="YYYY-MM-DD"),
    Column("doors", Integer, nullable=True, comment="as counted: households"),
    Column("issued", Integer, nullable=True, comment="as counted: handed out"),
    Column("valid", Integer, nullable=True, comment="as counted: valid ones back"),
    staff_link("counted_by"),
    Column("counted_at", Moment, nullable=True),
    Column("opinion", Text, nullable=False),
    staff_link("released_by"),
    Column("released_at", Moment, nullable=True),
    Column("address", Text, nullable=False, comment="empty: a round is about no door"),
    uuid_column("building_id", null=True),
    Column("open_flags", Integer, nullable=False, comment="entries the desk must look at 待核实"),
    Column("last_seq", BigInteger, nullable=False, comment="seq of its newest entry"),
    estate_column(),
    Index(None, "estate_key", "period"),
    comment="Rounds of the satisfaction survey 满意度调查 (F)",
)


class SurveyRoundSheet(Sheet[RoundState]):
    """Stores rounds of the satisfaction survey (F4)."""

    name = ROUND
    tables = (survey_rounds,)

    def rows(self, state: RoundState) -> Iterator[Row]:
        """Yield the round, and what came of it."""
        s, body = state, state.body
        counted: dict[str, Any] = dict(s.counted.body) if s.counted is not None else {}
        yield (
            survey_rounds,
            {
                "id": s.id,
                **{name: body[name] for name in ("period", "back_by", "count_by", "report_by")},
                "stage": s.stage,
                **{name: counted.get(name) for name in ("doors", "issued", "valid")},
                **_by("counted", s.counted),
                "opinion": s.released.body["opinion"] if s.released is not None else "",
                **_by("released", s.released),
                "address": "",
                "building_id": None,
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )


def _by(what: str, entry: Entry | None) -> dict[str, Any]:
    return {
        f"{what}_by": entry.author if entry is not None else None,
        f"{what}_at": moment(entry.at if entry is not None else None),
    }
