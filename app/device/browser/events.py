"""What the page tells Python's worker: the app can be used, the network came back, the page is seen again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

_BACK: Final = frozenset(("online", "visible"))


def listen(came_back: Callable[[], None], going: Callable[[], None]) -> None:
    """Call ``came_back`` whenever the network came back or the page is seen again, ``going`` when it is hidden."""
    import shangmen_page
    from pyodide.ffi import create_proxy

    def heard(name: str, _detail: Any = None) -> None:
        if name in _BACK:
            came_back()
        elif name == "hidden":
            going()

    shangmen_page.listen(create_proxy(heard))


def when_usable(then: Callable[[], None]) -> None:
    """Call ``then`` once the first screen is painted: what may come later does not hold it up."""
    import shangmen_page
    from pyodide.ffi import create_proxy

    def heard(name: str, _detail: Any = None) -> None:
        if name == "usable":
            then()

    shangmen_page.listen(create_proxy(heard))
