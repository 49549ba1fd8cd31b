"""The routes of the desk, the supervisors and finance."""

from __future__ import annotations

from typing import Final

from app.ui.screens import verify
from app.ui.screens.desk import board as desk
from app.ui.screens.desk import confirm, finance, flags, handover, reports, wall
from app.ui.subjects.ticket import tickets

ROUTES: Final = (
    *tickets.ROUTES,
    *desk.ROUTES,
    *confirm.ROUTES,
    *flags.ROUTES,
    *finance.ROUTES,
    *reports.ROUTES,
    *verify.ROUTES,
    *handover.ROUTES,
    *wall.ROUTES,
)
