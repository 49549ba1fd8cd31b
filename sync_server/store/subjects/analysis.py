"""Analyses of complaints 用户投诉分析 in the store (C.7)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from app.domain.subjects.analysis import ANALYSIS, AnalysisState
from sync_server.store.subjects.sheet import Row, Sheet
from sync_server.store.tables import estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment

analyses = Table(
    "analyses",
    metadata,
    uuid_column(key=True),
    Column("department", String(20), nullable=False),
    Column("quarter", String(10), nullable=False, comment="YYYY-Qn"),
    Column("stage", String(20), nullable=False, comment="written, approved"),
    Column("cause", Text, nullable=False),
    Column("corrective", Text, nullable=False),
    Column("preventive", Text, nullable=False),
    staff_link("written_by", "the department's head"),
    Column("written_at", Moment, nullable=True),
    staff_link("approved_by"),
    Column("approved_at", Moment, nullable=True),
    Column("open_flags", Integer, nullable=False, comment="entries the desk must look at 待核实"),
    Column("last_seq", BigInteger, nullable=False, comment="seq of its newest entry"),
    estate_column(),
    Index(None, "estate_key", "quarter"),
    comment="Analyses of a quarter's complaints by the department that answers for them 用户投诉分析 (C.7)",
)


class AnalysisSheet(Sheet[AnalysisState]):
    """Stores analyses of complaints 用户投诉分析 (C.7)."""

    name = ANALYSIS
    tables = (analyses,)

    def rows(self, state: AnalysisState) -> Iterator[Row]:
        """Yield the analysis with its present content."""
        s, said, written = state, state.body, state.written
        assert written is not None
        yield (
            analyses,
            {
                "id": s.id,
                "department": said["department"],
                "quarter": said["quarter"],
                "stage": s.stage,
                "cause": said["cause"],
                "corrective": said["corrective"],
                "preventive": said["preventive"],
                "written_by": written.author,
                "written_at": moment(written.at),
                "approved_by": s.approved.author if s.approved is not None else None,
                "approved_at": moment(s.approved.at if s.approved is not None else None),
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
