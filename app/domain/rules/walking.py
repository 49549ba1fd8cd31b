"""The order in which a steward walks past doors in an evening (E).

A walk stays a walk: nobody climbs from the ground floor to the thirtieth and down again because of one complaint. So
entrances with an open complaint or suggestion come first, and on each floor the doors with one; the floors keep their
order, from the bottom or the top.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stop:
    """One door: ``entrance`` and ``order`` sort as one walks (``address_order``), ``floor`` as its room says."""

    id: str
    entrance: tuple[Any, ...]
    floor: int
    order: Any
    complaint: bool = False


def walk(stops: Iterable[Stop], upward: bool = True) -> list[Stop]:
    """Return the doors in the order in which one walks past them."""
    doors = list(stops)
    waiting = {stop.entrance for stop in doors if stop.complaint}

    def place(stop: Stop) -> tuple[Any, ...]:
        floor = stop.floor if upward else -stop.floor
        return stop.entrance not in waiting, stop.entrance, floor, not stop.complaint, stop.order

    return sorted(doors, key=place)
