"""The chip of a running deadline, redrawn by itself as the minutes go by."""

from __future__ import annotations

import flet as ft

from app.domain.rules.clocks import Clock
from app.ui.context import use_now
from app.ui.kit.boundary import guarded
from app.ui.kit.ticket import clock_chip
from app.ui.texts import t


@ft.component
@guarded
def RunningClock(clock: Clock, id: str = "", name: str = "") -> ft.Control:
    """Draw a deadline's chip with the minutes that are left; as time passes only the chip is redrawn."""
    now = use_now()
    left = clock.minutes_left(now) if clock.met_at is None else None
    return clock_chip(name or t(f"ticket.clock.{clock.id}"), level=clock.level(now), minutes_left=left, id=id or None)
