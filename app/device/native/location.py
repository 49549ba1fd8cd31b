"""Where the phone is, in a packaged app: Flet's plug-in for the system's own idea of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import flet as ft
from flet_geolocator import (
    Geolocator,
    GeolocatorConfiguration,
    GeolocatorIosConfiguration,
    GeolocatorPermissionStatus,
)

from app.device.location import PATIENCE_S
from app.domain.rules.photos import Position

log = logging.getLogger(__name__)

ASK_S: Final = 120.0
"""How long, in seconds, somebody may think about whether the location is allowed."""
_ALLOWED: Final = (GeolocatorPermissionStatus.WHILE_IN_USE, GeolocatorPermissionStatus.ALWAYS)


class FletLocation:
    """See ``app.device.location.Location``. ``asking`` is held while the system may be asking for a permission."""

    def __init__(self, asking: asyncio.Lock, *, ios: bool, plug_in: Callable[[], Geolocator] = Geolocator) -> None:
        self._asking = asking
        self._plug_in = plug_in()
        limit = ft.Duration(seconds=round(PATIENCE_S))
        # In the background nothing is ever read; on iOS the plug-in would allow itself to unless told otherwise.
        self._how = (
            GeolocatorIosConfiguration(time_limit=limit, allow_background_location_updates=False)
            if ios
            else GeolocatorConfiguration(time_limit=limit)
        )

    async def find(self) -> Position | None:
        """The system asks for permission when that was not decided yet."""
        try:
            async with self._asking:
                if not await asyncio.wait_for(self._allowed(), ASK_S):
                    return None
            # The plug-in keeps the time itself; one that does not answer at all is not waited for either.
            found = await asyncio.wait_for(self._plug_in.get_current_position(self._how), PATIENCE_S + 1)
        except (RuntimeError, TimeoutError) as error:
            log.info("no location: %s", error)
            return None
        if found.latitude is None or found.longitude is None:
            return None
        return Position.of(found.latitude, found.longitude, found.accuracy or None)  # 0 means: not known

    async def _allowed(self) -> bool:
        status = await self._plug_in.get_permission_status()
        if status is GeolocatorPermissionStatus.DENIED:  # not asked yet, or not for good
            status = await self._plug_in.request_permission()
        return status in _ALLOWED
