"""What stands on the papers of a ticket 《维修单》, and which of them a billing month has (A.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final, cast

from sqlalchemy import Connection, select

from app.domain.rules.state import STEP_DONE
from app.domain.subjects.fold import fold
from app.domain.subjects.ticket import state as st
from app.domain.subjects.ticket.bill_month import BillMonth
from app.domain.subjects.ticket.kinds import PUBLIC_REPAIR, TICKET
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import actor
from app.domain.wire.errors import NOT_FOUND, Problem
from sync_server.store import printing
from sync_server.store.people.identity import Identity
from sync_server.store.printing import VALID, Done, Ink, Office, Photo
from sync_server.store.store import Store
from sync_server.store.subjects.ticket.sheet import tickets
from sync_server.store.taking import pulling
from sync_server.store.taking.blobs import BlobFiles
from sync_server.store.types import moment
from sync_server.store.upkeep import verifying

_BILLED: Final = (st.CONFIRMED, st.FILED)


@dataclass(frozen=True, slots=True)
class TicketPaper:
    """A ticket as it stands, to be printed. ``done``: the last of each kind of step; ``address``: of the page that
    shows whether what was signed is unchanged; ``photos``: of a public area's sheet."""

    office: Office
    state: TicketState
    assignee: str
    done: Mapping[str, Done] = field(default_factory=dict)
    inks: Sequence[Ink] = ()
    address: str = ""
    photos: Sequence[Photo] = ()

    @property
    def valid(self) -> bool:
        """Tell whether it is signed, and every signature stands for what is written here."""
        return bool(self.inks) and all(one.standing in VALID for one in self.inks)


def of_ticket(store: Store, ticket_id: str, server: str, who: Identity | None = None, company: str = "") -> TicketPaper:
    """Return a ticket's paper, for somebody who sees it (``None``: the server itself). Raises ``Problem``
    ``not_found``."""
    with store.read() as connection:
        return _paper(connection, store.files, ticket_id, server, who, company)


def of_month(store: Store, month: BillMonth, keys: Set[str], server: str, company: str = "") -> list[TicketPaper]:
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
    with store.snapshot() as connection:
        found = connection.scalars(query).all()
        return [_paper(connection, store.files, one, server, None, company) for one in found]


def _paper(
    connection: Connection, files: BlobFiles, ticket_id: str, server: str, who: Identity | None, company: str
) -> TicketPaper:
    subject = (TICKET, ticket_id)
    own = pulling.history(connection, who, subject)
    state = cast(TicketState, fold(TICKET, own))
    if state.opened is None:
        raise Problem(NOT_FOUND)
    steps = {one.entry.kind: one.entry for one in state.steps if one.standing == STEP_DONE}
    names = printing.names_of(connection, {*map(actor, steps.values()), state.assignee})
    verdicts = {one.id: found.standing for one, found in verifying.verify_signatures(files, own, state)}
    signed = list(state.signatures.values())
    public = state.kind == PUBLIC_REPAIR
    return TicketPaper(
        printing.office_of(connection, subject, company),
        state,
        names.get(state.assignee or "", ""),
        {kind: Done(names.get(actor(one), ""), one.at) for kind, one in steps.items()},
        [printing.ink_of(files, one, verdicts.get(one.id, "")) for one in signed],
        printing.code_of(server, signed),
        [*printing.photos_of(files, state).values()] if public else (),
    )
