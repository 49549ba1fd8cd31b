"""Restarting in a newer version of the app, where the app can do that itself: in a browser."""

from __future__ import annotations

import sys


async def start_newer() -> bool:
    """Look for a newer version, and restart in it when it is completely there.

    Returns ``False`` where nothing newer is ready yet, where another window of the app is open, and on platforms
    whose store brings new versions. Where it returns ``True`` the page is about to go.
    """
    if sys.platform != "emscripten":
        return False
    from app.device.browser import updating

    return await updating.start_newer()
