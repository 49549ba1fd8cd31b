"""An event loop whose clock jumps: waiting costs nothing, and the order of everything is the same every time."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

from tests.sim.medium import Killed


class Stuck(Exception):
    """Everybody waits for something that nobody will do."""


class _Jump:
    """In place of a selector: nothing comes from outside, so the time of the next timer is now."""

    def __init__(self, loop: SimLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stuck
        self._loop.seconds += max(timeout, 0.0)
        return []


def _unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell of exceptions that nobody took, but not of a killed process's: there is nobody to take them."""
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)


class SimLoop(asyncio.BaseEventLoop):
    """Runs coroutines in simulated time; ``seconds`` since the run began."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        # After half a year of days the numbers of seconds lie further apart than the usual nanosecond: a timer due by
        # less than one step was never reached, and the loop turned on the spot (seed 24).
        self._clock_resolution = 1e-6
        self._selector = _Jump(self)
        self.set_exception_handler(_unheard)

    def time(self) -> float:
        """Return the simulated time in seconds."""
        return self.seconds

    def run_in_executor(self, *_: Any) -> NoReturn:  # type: ignore[override]
        """Refuse: a thread would make the run depend on the machine."""
        raise RuntimeError("no threads in a simulation")

    def _process_events(self, event_list: list[Any]) -> None:
        """Nothing comes from outside."""

    def _write_to_self(self) -> None:
        """Nobody sleeps in a selector."""
