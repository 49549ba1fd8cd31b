"""Which papers of a ticket there are: all copies, or one of them (A.8, A.9)."""

from __future__ import annotations

from functools import partial
from typing import Final

from app.actions import Session
from app.actions.models import TicketView
from app.domain.subjects.ticket.kinds import PUBLIC_REPAIR
from app.ui.subjects.face import Sheet
from app.ui.texts import t

COPIES: Final = ("resident", "department", "finance", "desk")
PUBLIC_COPIES: Final = ("desk", "department")
"""Of 《公共区域现场巡视表》: no resident signs or pays (A.9)."""


def papers_of(session: Session, view: TicketView) -> list[Sheet]:
    """Return the papers of a ticket, all copies together first."""
    number = view.state.number or "shangmen"
    public = view.state.kind == PUBLIC_REPAIR
    ticket = view.card.id

    def sheet(copy: str) -> Sheet:
        make = partial(session.tickets.print_paper, ticket, (copy,))
        return Sheet(copy, t(f"ticket.print.{copy}"), f"{number}-{copy}.pdf", make)

    copies = PUBLIC_COPIES if public else COPIES
    all_ = Sheet("all", t("ticket.print.both" if public else "ticket.print.all"), f"{number}.pdf",
                 partial(session.tickets.print_paper, ticket))  # fmt: skip
    return [all_, *map(sheet, copies)]
