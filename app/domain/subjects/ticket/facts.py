"""The facts that a signature on a ticket is bound to: the finished repair, or the resident's refusal (A.4, A.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.rules.binding import Facts, bound_to
from app.domain.subjects.ticket.state import TicketState
from app.domain.wire.entries import Entry

REPAIR_DONE, DECLINE = "repair", "declined"
"""The purposes of signatures on a ticket."""


def facts(state: TicketState, purpose: str) -> Facts | None:
    """Return what a signature for ``purpose`` would be bound to now; ``None`` if there is nothing of the kind to
    sign."""
    if state.opened is None or purpose not in (REPAIR_DONE, DECLINE):
        return None
    common: Facts = {
        "ticket_id": state.id,
        "address": state.address,
        "contact": state.contact_name,
        "reported": state.content,
        "found": _plain(state.found),
    }
    if purpose == DECLINE:
        return common | {
            "priced": _plain(state.priced),
            "reason": (state.consent or {}).get("reason"),
            "declined_by": (state.consent or {}).get("name"),
        }
    return common | {
        "materials": [_plain(m) for m in state.materials],
        "lines": list((state.fees or {}).get("lines", [])),
        "total_fen": state.total_fen,
        "fee_remarks": (state.fees or {}).get("remarks"),
        "tried": _plain(state.tried),
    }


def fits(signed: Entry, state: TicketState) -> bool:
    """Tell whether a signature still fits: whether its facts are those of the ticket now."""
    return bound_to(signed, facts(state, str(signed.body.get("purpose"))))


def _plain(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if value is None else dict(value)
