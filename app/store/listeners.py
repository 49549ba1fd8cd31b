"""Who wants to hear of something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVarTuple

Said = TypeVarTuple("Said")


class Listeners(Generic[*Said]):
    """Functions that are told the same thing, in the order they came."""

    def __init__(self) -> None:
        self._all: dict[object, Callable[[*Said], object]] = {}

    def subscribe(self, listener: Callable[[*Said], object]) -> Callable[[], None]:
        """Tell ``listener`` too, from now on; returns what ends that, safe to call again."""
        mark = object()
        self._all[mark] = listener

        def end() -> None:
            self._all.pop(mark, None)

        return end

    def tell(self, *said: *Said) -> None:
        """Tell all there are now; one may end itself meanwhile."""
        for listener in list(self._all.values()):
            listener(*said)
