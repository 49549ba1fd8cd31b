"""A list of listeners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVarTuple

Said = TypeVarTuple("Said")


class Listeners(Generic[*Said]):
    """Functions that are called with the same value, in the order in which they subscribed."""

    def __init__(self) -> None:
        self._all: dict[object, Callable[[*Said], object]] = {}

    def subscribe(self, listener: Callable[[*Said], object]) -> Callable[[], None]:
        """Call ``listener`` from now on. Returns a function that ends this, which may be called more than once."""
        mark = object()
        self._all[mark] = listener

        def end() -> None:
            self._all.pop(mark, None)

        return end

    def tell(self, *said: *Said) -> None:
        """Call every listener; one may unsubscribe meanwhile."""
        for listener in list(self._all.values()):
            listener(*said)
