"""The routes of the desk, the supervisors and finance."""

from __future__ import annotations

from typing import Final

from app.ui.screens import confirm, desk, finance, flags, handover, tickets, verify

ROUTES: Final = (
    *tickets.ROUTES,
    *desk.ROUTES,
    *confirm.ROUTES,
    *flags.ROUTES,
    *finance.ROUTES,
    *verify.ROUTES,
    *handover.ROUTES,
)
