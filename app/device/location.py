"""Where the device is, if allowed. One protocol, with an adapter for each platform."""

from __future__ import annotations

from typing import Protocol

from app.domain.rules.photos import Position

PATIENCE_S = 8.0
"""How long to wait for a location, in seconds; one that takes longer is left out."""


class Location(Protocol):
    """The device's own idea of where it is."""

    async def find(self) -> Position | None:
        """Return where the device is; None when it is not allowed, not known, or takes too long. Never raises."""
        ...


class NoLocation:
    """A platform whose location is not asked for: windows drawn by a server, packaged apps without the plug-in."""

    async def find(self) -> Position | None:
        """Not known."""
        return None
