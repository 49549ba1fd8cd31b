"""The routes of a ticket: its page and every step of the one who works on it."""

from __future__ import annotations

from typing import Final

from app.ui.router import Route
from app.ui.subjects.ticket.endings import CloseScreen, EscalateScreen, FinishScreen, ProgressScreen
from app.ui.subjects.ticket.fees import FeesScreen, TryScreen
from app.ui.subjects.ticket.found import FoundScreen
from app.ui.subjects.ticket.material import MaterialScreen
from app.ui.subjects.ticket.page import TicketPane, TicketScreen
from app.ui.subjects.ticket.price import ConsentScreen, PriceScreen
from app.ui.subjects.ticket.signing import DeclineSignScreen, SignScreen

_TICKET: Final = "/ticket/{ticket_id}"

ROUTES: Final = (
    Route(_TICKET, TicketScreen, pane=TicketPane),
    Route(f"{_TICKET}/found", FoundScreen, parent=_TICKET),
    Route(f"{_TICKET}/price", PriceScreen, parent=_TICKET),
    Route(f"{_TICKET}/consent", ConsentScreen, parent=_TICKET),
    Route(f"{_TICKET}/material", MaterialScreen, parent=_TICKET),
    Route(f"{_TICKET}/fees", FeesScreen, parent=_TICKET),
    Route(f"{_TICKET}/try", TryScreen, parent=_TICKET),
    Route(f"{_TICKET}/sign", SignScreen, parent=_TICKET, alone=True),
    Route(f"{_TICKET}/decline-sign", DeclineSignScreen, parent=_TICKET, alone=True),
    Route(f"{_TICKET}/finish", FinishScreen, parent=_TICKET),
    Route(f"{_TICKET}/close", CloseScreen, parent=_TICKET),
    Route(f"{_TICKET}/escalate", EscalateScreen, parent=_TICKET),
    Route(f"{_TICKET}/progress", ProgressScreen, parent=_TICKET),
)
