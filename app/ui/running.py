"""The chip of a clock that runs, which alone is drawn anew as the minutes go by."""

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
    """The chip of a clock that runs: only the chip is drawn anew when time moves on."""
    now = use_now()
    left = clock.minutes_left(now) if clock.met_at is None else None
    return clock_chip(name or t(f"ticket.clock.{clock.id}"), level=clock.level(now), minutes_left=left, id=id or None)
