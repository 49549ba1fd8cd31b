"""When may there be a network again, and when does somebody look at the app again?

Flet reports both for phones, desks and browsers; Python in a browser hears of them from its page besides.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

import flet as ft

_FRONT: Final = frozenset((ft.AppLifecycleState.RESUME, ft.AppLifecycleState.SHOW))
_AWAY: Final = frozenset((ft.AppLifecycleState.HIDE, ft.AppLifecycleState.PAUSE))


def watch(page: ft.Page, came_back: Callable[[], None], going: Callable[[], None]) -> ft.Connectivity:
    """Call ``came_back`` when the device gets a network and when the app comes to the front; ``going`` when nobody
    sees it any more: a phone may end it after that without a word.

    Keep what is returned as long as the window lives. Called more often than necessary rather than
    too seldom; both must be cheap.
    """

    def seen(event: ft.AppLifecycleStateChangeEvent) -> None:
        if event.state in _FRONT:
            came_back()
        elif event.state in _AWAY:
            going()

    def changed(event: ft.ConnectivityChangeEvent) -> None:
        if any(kind is not ft.ConnectivityType.NONE for kind in event.connectivity):
            came_back()

    page.on_app_lifecycle_state_change = seen
    if sys.platform == "emscripten":
        from app.device.browser.events import listen

        listen(came_back, going)
    return ft.Connectivity(on_change=changed)
