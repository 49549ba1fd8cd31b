"""Measuring: many samples, the median and the 95th percentile, and a floor from the same run to hold them against."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing; ``unit`` is ms or MB (lower is better) or per_s (higher is better)."""

    name: str
    unit: str
    median: float
    p95: float
    samples: int
    floor_name: str
    floor: float
    target: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the floor it takes (ms, MB), or what part of the floor's rate it reaches (per_s)."""
        return self.median / self.floor if self.floor else float("inf")

    def line(self) -> str:
        """Return the figure for people."""
        target = (
            f"  target {self.target:g} {'reached' if self.reached else 'MISSED'}" if self.target is not None else ""
        )
        return (
            f"{self.name:<22} {self.median:>10.2f} {self.unit:<6} p95 {self.p95:>9.2f}  n={self.samples:<5} "
            f"x{self.ratio:.2f} of {self.floor_name} ({self.floor:.3f}){target}"
        )

    @property
    def reached(self) -> bool:
        """Tell whether the target is met."""
        if self.target is None:
            return True
        return self.median >= self.target if self.unit == "per_s" else self.median <= self.target

    def to_json(self) -> dict[str, Any]:
        """Return the figure as JSON."""
        return asdict(self) | {"ratio": self.ratio, "reached": self.reached}


def sample(action: Callable[[int], object], count: int, warm: int = 3) -> list[float]:
    """Return how long ``action`` took each time, in ms; it is given a number that never repeats."""
    for n in range(warm):
        action(-1 - n)
    times = []
    for n in range(count):
        start = time.perf_counter_ns()
        action(n)
        times.append((time.perf_counter_ns() - start) / 1e6)
    return times


def median(times: list[float]) -> float:
    """Return the median."""
    return statistics.median(times)


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return sorted(times)[min(len(times) - 1, round(len(times) * 0.95))]
