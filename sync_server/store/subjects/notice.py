"""Notices 通知 in the store (P): what was drafted, released, withdrawn, and for which buildings.

Where each hangs stands in the cases of its postings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, ForeignKey, Index, Integer, String, Table, Text, select

from app.domain.rules import notices as rules
from app.domain.rules.notices import BOARD, NOTICE, OTHER, POSTED_FORM, SORTS, Board, Hanging, Hung, Notice
from app.domain.subjects.case.state import ENDED_EARLY
from app.domain.subjects.notice import NoticeState, notice_of
from app.domain.subjects.place import PLACE
from app.domain.times import DAY, read_day
from sync_server.store.subjects.case.tables import case_forms, cases
from sync_server.store.subjects.place import tagged_places
from sync_server.store.subjects.sheet import Row, Sheet
from sync_server.store.tables import entries, estate_column, metadata, staff_link, uuid_column
from sync_server.store.types import Moment, moment, to_ms

_BACK = 400 * DAY
"""How far back postings matter: a notice hangs for a year at most."""

notices = Table(
    "notices",
    metadata,
    uuid_column(key=True),
    Column("kind", String(20), nullable=False, comment="outage, works, safety, fees, event, other"),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("stage", String(20), nullable=False, comment="draft, released, withdrawn"),
    Column("urgent", Boolean, nullable=False, comment="into every letterbox, too"),
    Column("prices", Boolean, nullable=False, comment="prices change: the manager alone releases it"),
    Column("starts_at", Moment, nullable=True, comment="of an outage: from when"),
    Column("ends_at", Moment, nullable=True),
    Column("until", String(10), nullable=False, comment="YYYY-MM-DD: the last day on which it hangs"),
    staff_link("drafted_by"),
    staff_link("released_by"),
    Column("released_at", Moment, nullable=True),
    Column("post_by", Moment, nullable=True, comment="by when it has to hang everywhere"),
    Column("call_by", Moment, nullable=True, comment="of an outage: by when those who need special care are called"),
    staff_link("withdrawn_by"),
    Column("withdrawn_at", Moment, nullable=True),
    Column("reason", Text, nullable=False, comment="why it was withdrawn"),
    Column("open_flags", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    estate_column(),
    Index(None, "estate_key", "until"),
    comment="Notices 通知 to residents (P)",
)

notice_buildings = Table(
    "notice_buildings",
    metadata,
    uuid_column("notice_id", ForeignKey("notices.id"), key=True),
    uuid_column("building_id", key=True),
    comment="The buildings a notice is for; none: all of its estate",
)


class NoticeSheet(Sheet[NoticeState]):
    """Stores notices 通知."""

    name = NOTICE
    tables = (notices, notice_buildings)
    key = "notice_id"
    page = "/notice/"

    def rows(self, state: NoticeState) -> Iterator[Row]:
        """Yield the notice and its buildings."""
        s, opened, body = state, state.opened, state.body
        assert opened is not None
        said = notice_of(s)
        yield (
            notices,
            {
                "id": s.id,
                "kind": body["notice_kind"],
                "title": body["title"],
                "words": body["words"],
                "stage": s.stage,
                "urgent": bool(body.get("urgent")),
                "prices": s.prices,
                "starts_at": moment(body.get("starts_at")),
                "ends_at": moment(body.get("ends_at")),
                "until": body["until"],
                "drafted_by": opened.author,
                "released_by": s.released.author if s.released is not None else None,
                "released_at": moment(s.released.at if s.released is not None else None),
                "post_by": moment(said.post_by if said is not None else None),
                "call_by": moment(s.released.body.get("call_by") if s.released is not None else None),
                "withdrawn_by": s.withdrawn.author if s.withdrawn is not None else None,
                "withdrawn_at": moment(s.withdrawn.at if s.withdrawn is not None else None),
                "reason": s.withdrawn.body["reason"] if s.withdrawn is not None else "",
                "open_flags": len(s.flags),
                "last_seq": s.steps[-1].entry.seq,
            },
        )
        for building in dict.fromkeys(body.get("buildings") or ()):
            yield notice_buildings, {"notice_id": s.id, "building_id": building}


# -- where they hang ---------------------------------------------------------------------------


def hangings(connection: Connection, houses: Mapping[str, Any], owners: Mapping[str, str], now: int) -> list[Hanging]:
    """Return each notice that was released before ``now`` at each of its places, then what was posted without one.

    ``houses``: rows of buildings, ``owners``: their stewards, both by building id.
    """
    done = dict(_postings(connection, now))
    hung = {id_: one for id_, (one, _) in done.items()}
    found = list(rules.hangings(released(connection, now), _boards(connection, houses, owners), hung))
    known = {one.id for one in found}
    return found + [alone for id_, (one, row) in done.items() if id_ not in known for alone in _alone(one, row, owners)]


def released(connection: Connection, now: int) -> list[Notice]:
    """Return the notices that were released before ``now``, the earliest first."""
    n, b = notices.c, notice_buildings.c
    mine: dict[str, list[str]] = {}
    for row in connection.execute(select(b.notice_id, b.building_id).order_by(b.building_id)):
        mine.setdefault(row.notice_id, []).append(row.building_id)
    since = moment(now - _BACK)
    query = select(notices).where(n.released_at <= moment(now), n.released_at >= since).order_by(n.released_at, n.id)
    found = []
    for row in connection.execute(query):
        until = read_day(row.until)
        withdrawn = to_ms(row.withdrawn_at) if row.withdrawn_at is not None else None
        if until is not None:
            found.append(Notice(
                row.id, row.title, row.kind, until, row.estate_key, tuple(mine.get(row.id, ())), row.urgent,
                to_ms(row.released_at), to_ms(row.post_by),
                withdrawn if withdrawn is not None and withdrawn <= now else None,
                to_ms(row.ends_at) if row.ends_at is not None else None, to_ms(row.call_by or row.post_by),
            ))  # fmt: skip
    return found


def _boards(connection: Connection, houses: Mapping[str, Any], owners: Mapping[str, str]) -> list[Board]:
    p, e = tagged_places.c, entries.c
    query = (
        select(p.id, p.kind, p.name, p.building_id, p.estate_key, e.corrected_at_ms)
        .join(entries, (e.subject_type == PLACE) & (e.subject_id == p.id) & (e.kind == "place_named"))
        .where(p.kind.in_(SORTS))
        .order_by(p.name, p.id, e.corrected_at_ms.desc())
    )
    places = {
        row.id: Board(
            row.id, row.kind, row.name, row.building_id, row.estate_key,
            rules.owner_of(owners.get(row.building_id or "", "")), row.corrected_at_ms,
        )
        for row in connection.execute(query)
    }  # fmt: skip
    buildings = {
        id_: Board(id_, BOARD, row.name, id_, row.estate_key, rules.owner_of(owners.get(id_, "")))
        for id_, row in sorted(houses.items())
    }
    return rules.boards_of(buildings, places.values())


def _postings(connection: Connection, now: int) -> Iterator[tuple[str, tuple[Hung, Any]]]:
    """Yield what was posted, delivered and taken down until ``now``, by the case's id."""
    c, f = cases.c, case_forms.c
    wanted = (*rules.FORMS.values(), rules.REMOVED_FORM)
    query = (
        select(c.id, c.form_id, c.title, c.chain, c.address, c.building_id, c.estate_key, c.assignee_id, c.until,
               f.filled_at, f.filled_by, f.form_id.label("step_form"))
        .join(case_forms, f.case_id == c.id)
        .where(f.form_id.in_(wanted), c.stage != ENDED_EARLY)
        .where(f.filled_at <= moment(now), f.filled_at >= moment(now - _BACK))
        .order_by(c.id, f.line)
    )  # fmt: skip
    by_case: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        by_case.setdefault(row.id, []).append(row)
    for id_, steps in by_case.items():
        first = steps[0]
        down = next((one for one in steps if one.step_form == rules.REMOVED_FORM), None)
        hung = Hung(
            to_ms(first.filled_at), first.filled_by or "",
            to_ms(down.filled_at) if down is not None else None, (down.filled_by or "") if down is not None else "",
        )  # fmt: skip
        yield id_, (hung, first)


def _alone(hung: Hung, row: Any, owners: Mapping[str, str]) -> Iterator[Hanging]:
    """Yield what somebody posted by the form alone, as a notice for the one place where it hangs."""
    until = read_day(row.until)
    if row.chain != NOTICE or row.form_id != POSTED_FORM or until is None:
        return
    notice = Notice("", row.title, OTHER, until, row.estate_key, (), False, hung.at, hung.at)
    owner = row.assignee_id or rules.owner_of(owners.get(row.building_id or "", ""))
    board = Board(row.building_id or row.estate_key or "estate", BOARD, row.address, row.building_id, row.estate_key,
                  owner, 0, own=False)  # fmt: skip
    yield Hanging(row.id, notice, board, hung)
