"""Noticing that there may be a network again, and that somebody looks at the app again.

Flet reports both for phones, desks and browsers; Python in a browser hears of them from its page besides.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Final

import flet as ft

_FREE: Final = frozenset((ft.ConnectivityType.WIFI, ft.ConnectivityType.ETHERNET))
_FRONT: Final = frozenset((ft.AppLifecycleState.RESUME, ft.AppLifecycleState.SHOW))
_AWAY: Final = frozenset((ft.AppLifecycleState.HIDE, ft.AppLifecycleState.PAUSE))


class Network:
    """The kind of network the device has, as far as known: a browser is asked, elsewhere Flet reports changes."""

    def __init__(self) -> None:
        self._kinds: frozenset[ft.ConnectivityType] = frozenset()

    def note(self, kinds: Iterable[ft.ConnectivityType]) -> None:
        """Keep what Flet reported."""
        self._kinds = frozenset(kinds)

    def metered(self) -> bool:
        """Tell whether the network is metered; an unknown one counts as free."""
        if sys.platform == "emscripten":
            from app.device.browser.camera import metered

            return metered()
        return ft.ConnectivityType.MOBILE in self._kinds and not self._kinds & _FREE


def watch(page: ft.Page, came_back: Callable[[], None], going: Callable[[], None], network: Network) -> ft.Connectivity:
    """Call ``came_back`` when the device gets a network and when the app comes to the front; ``going`` when nobody
    sees it any more: a phone may end it after that without a word. Tell ``network`` its kind.

    Keep what is returned as long as the window lives. Called more often than necessary rather than
    too seldom; both must be cheap.
    """

    def seen(event: ft.AppLifecycleStateChangeEvent) -> None:
        if event.state in _FRONT:
            came_back()
        elif event.state in _AWAY:
            going()

    def changed(event: ft.ConnectivityChangeEvent) -> None:
        network.note(event.connectivity)
        if any(kind is not ft.ConnectivityType.NONE for kind in event.connectivity):
            came_back()

    page.on_app_lifecycle_state_change = seen
    if sys.platform == "emscripten":
        from app.device.browser.events import listen

        listen(came_back, going)
    return ft.Connectivity(on_change=changed)


def when_usable(then: Callable[[], None]) -> None:
    """In a browser: call ``then`` once the first screen is painted. Elsewhere nothing is so far away that it waits."""
    if sys.platform == "emscripten":
        from app.device.browser import events

        events.when_usable(then)
