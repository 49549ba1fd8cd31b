"""The table: what was measured, of whom, in what ratio to a peer of the same run, and what was asked for."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

HEAD = "| what | ours | peer | ratio | asked | |\n| --- | --- | --- | --- | --- | --- |"


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``ratio`` is ours through the peer's; ``reached`` is ``None`` where nothing was asked for."""

    name: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    asked: str = ""
    reached_or_none: bool | None = None

    @property
    def reached(self) -> bool:
        """Tell whether what was asked for is met."""
        return self.reached_or_none is not False

    def line(self) -> str:
        """Return the row for people, as Markdown."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = "" if self.reached_or_none is None else "reached" if self.reached_or_none else "MISSED"
        return f"| {self.name} | {self.ours} | {self.peer} | {ratio} | {self.asked} | {verdict} |"

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON."""
        return asdict(self)


@dataclass
class Samples:
    """Values by name, one of each round; ratios are taken within a round, so that a busy machine weighs on both."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Note one value of this round, and tell it: the table comes minutes later."""
        print(f"  {name}: {_number(value)}", flush=True)
        self.values.setdefault(name, []).append(value)

    def middle(self, name: str) -> float:
        """Return the median."""
        return statistics.median(self.values[name])

    def told(self, name: str, unit: str) -> str:
        """Return the median for people, with the lowest and highest round."""
        values = self.values[name]
        text = f"{_number(self.middle(name))}{unit}"
        return text if len(values) == 1 else f"{text} ({_number(min(values))}–{_number(max(values))})"

    def ratio(self, ours: str, peer: str) -> float:
        """Return the median of the rounds' ratios; of the medians where one was measured in a single round."""
        pairs = list(zip(self.values[ours], self.values[peer], strict=False))
        if len(pairs) < min(len(self.values[ours]), len(self.values[peer])) or len(pairs) == 1:
            return self.middle(ours) / self.middle(peer)
        return statistics.median(a / b for a, b in pairs)

    def against(
        self, name: str, ours: str, peer: str, unit: str, asked: str, holds: Callable[[float], bool] | None
    ) -> Row:
        """Return a row of a ratio."""
        ratio = self.ratio(ours, peer)
        met = None if holds is None else holds(ratio)
        return Row(name, self.told(ours, unit), self.told(peer, unit), ratio, asked, met)

    def alone(self, name: str, ours: str, unit: str, asked: str, holds: Callable[[float], bool]) -> Row:
        """Return a row of a value."""
        return Row(name, self.told(ours, unit), "", None, asked, holds(self.middle(ours)))


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
