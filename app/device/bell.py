"""Calling somebody who has the app open: a tone, a vibration, a number on the app's icon."""

from __future__ import annotations

import logging
import sys
from typing import Protocol

import flet as ft

log = logging.getLogger(__name__)


class Bell(Protocol):
    """What a device can do; what it cannot, it leaves."""

    async def ring(self, *, urgent: bool, sound: bool) -> None:
        """Call once: a tone if ``sound``, and a vibration; longer if ``urgent``."""
        ...

    async def badge(self, count: int) -> None:
        """Show how much is new on the app's icon, nothing for 0. The number alone: others see it, too."""
        ...


def bell_here() -> Bell:
    """Return the bell of this device: the page's own in a browser, elsewhere the vibration that Flet has."""
    if sys.platform == "emscripten":
        from app.device.browser.bell import PageBell

        return PageBell()
    return Vibration()


class Vibration:
    """Vibrates. Flet's plug-in for sound is in no client that is ready-made."""

    def __init__(self) -> None:
        self._haptic = ft.HapticFeedback()

    async def ring(self, *, urgent: bool, sound: bool) -> None:
        """See ``Bell``."""
        try:
            await (self._haptic.vibrate() if urgent else self._haptic.heavy_impact())
        except (RuntimeError, TimeoutError) as error:
            log.info("no vibration: %s", error)

    async def badge(self, count: int) -> None:
        """Do nothing: there is no icon to write on."""
