"""What stands on the papers of a ticket 《维修单》, and which of them a billing month has (A.8)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sqlalchemy import Connection, select

from app.domain.rules.copies import copy_address, has_copy
from app.domain.rules.scopes import FIRST
from app.domain.rules.state import STEP_DONE
from app.domain.subjects.fold import fold
from app.domain.subjects.signing import SIGNATURE_INTACT, STROKES_MISSING
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.bill_month import BillMonth
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import Entry, actor
from app.domain.wire.errors import NOT_FOUND, Problem
from app.domain.wire.strokes import Strokes, read_drawing
from sync_server.store.database import chunks
from sync_server.store.estate import estates
from sync_server.store.store import Store
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.tables import estate, staff
from sync_server.store.taking.blobs import BlobFiles
from sync_server.store.taking.entry_rows import of_subject
from sync_server.store.types import moment
from sync_server.store.upkeep import verifying

VALID: Final = (SIGNATURE_INTACT, STROKES_MISSING)
"""Verdicts under which a signature stands for what the paper says."""
_BILLED: Final = (st.CONFIRMED, st.FILED)


@dataclass(frozen=True, slots=True)
class Done:
    """Who did one step of the work, and when (ms)."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Ink:
    """One signature. ``standing``: the verdict on it (``signing``); ``drawing``: strokes, width and height, ``None``
    while they have not arrived, or where they are none."""

    signer: str
    name: str
    capacity: str
    at: int
    standing: str
    drawing: tuple[Strokes, int, int] | None


@dataclass(frozen=True, slots=True)
class TicketPaper:
    """A ticket as it stands, to be printed. ``done``: the last of each kind of step; ``address``: of the page that
    shows whether what was signed is unchanged."""

    estate: str
    phone: str
    state: TicketState
    assignee: str
    done: Mapping[str, Done] = field(default_factory=dict)
    inks: Sequence[Ink] = ()
    address: str = ""

    @property
    def valid(self) -> bool:
        """Tell whether it is signed, and every signature stands for what is written here."""
        return bool(self.inks) and all(one.standing in VALID for one in self.inks)


def of_ticket(store: Store, ticket_id: str, server: str) -> TicketPaper:
    """Return a ticket's paper. Raises ``Problem`` ``not_found``."""
    with store.read() as connection:
        return _paper(connection, store.files, ticket_id, server)


def of_month(store: Store, month: BillMonth, keys: Set[str], server: str) -> list[TicketPaper]:
    """Return the papers of a billing month with a fee, in these estates, in the order in which they were confirmed."""
    c = tickets.c
    query = (
        select(c.id)
        .where(
            c.stage.in_(_BILLED), c.total_fen > 0, c.estate_key.in_(keys),
            c.confirmed_at >= moment(month.starts_at), c.confirmed_at < moment(month.moved(1).starts_at),
        )
        .order_by(c.confirmed_at, c.id)
    )  # fmt: skip
    with store.read() as connection:
        return [_paper(connection, store.files, one, server) for one in connection.scalars(query).all()]


def _paper(connection: Connection, files: BlobFiles, ticket_id: str, server: str) -> TicketPaper:
    subject = (TICKET, ticket_id)
    own = of_subject(connection, subject)
    state = cast(TicketState, fold(TICKET, own))
    if state.opened is None:
        raise Problem(NOT_FOUND)
    key = estates.of_subjects(connection, [subject]).get(subject, FIRST)
    office = connection.execute(select(estate.c.name, estate.c.phone).where(estate.c.key == key)).first()
    steps = {one.entry.kind: one.entry for one in state.steps if one.standing == STEP_DONE}
    names = _names(connection, {actor(one) for one in steps.values()} | {state.assignee or ""})
    found = verifying.verify_subject(connection, files, subject)
    verdicts = {one.id: verdict.standing for one, verdict in found.signatures} if found is not None else {}
    signed = list(state.signatures.values())
    resident = next((one for one in signed if has_copy(one)), None)
    return TicketPaper(
        estate=office.name if office is not None else "",
        phone=office.phone if office is not None else "",
        state=state,
        assignee=names.get(state.assignee or "", ""),
        done={kind: Done(names.get(actor(one), ""), one.at) for kind, one in steps.items()},
        inks=[_ink(files, one, verdicts.get(one.id, "")) for one in signed],
        address=copy_address(server, resident) if resident is not None and server else "",
    )


def _ink(files: BlobFiles, entry: Entry, standing: str) -> Ink:
    body = entry.body
    return Ink(
        str(body["as"]), str(body["name"]), str(body["capacity"]), entry.at, standing,
        _drawing(files.read(str(body["strokes"]))),
    )  # fmt: skip


def _drawing(data: bytes | None) -> tuple[Strokes, int, int] | None:
    if data is None:
        return None
    try:
        return read_drawing(json.loads(data))
    except (ValueError, RecursionError):  # no drawing: what is wrong with it, the check of the signature says
        return None


def _names(connection: Connection, ids: Set[str]) -> dict[str, str]:
    found: dict[str, Any] = {}
    for part in chunks(sorted(ids - {""})):
        rows = connection.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(part)))
        found |= {row.id: row.name for row in rows}
    return found
