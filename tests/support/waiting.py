"""Waiting for a fact instead of sleeping and hoping."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def eventually(
    look: Callable[[], Seen],
    *,
    within: float = 10.0,
    every: float = 0.02,
    what: str = "",
    also: type[Exception] | tuple[type[Exception], ...] = (),
) -> Seen:
    """Call `look` until it returns something true, and return that.

    `within` and `every` are seconds; `also` names exceptions that mean "not yet". Raises AssertionError with the last
    answer when the time is up.
    """
    deadline = time.monotonic() + within
    while True:
        last: object
        try:
            seen = look()
            if seen:
                return seen
            last = seen
        except also as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(
                f"{what or getattr(look, '__name__', 'it')} did not happen in {within} s; last: {last!r}"
            )
        time.sleep(every)
