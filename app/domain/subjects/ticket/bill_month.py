"""The months in which repairs are billed (A.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.subjects.ticket.clocks import FINANCE_DAY
from app.domain.times import add_months, at_china


@dataclass(frozen=True)
class BillMonth:
    """A billing month: it has the tickets confirmed from the 25th of the month before up to its own 24th (A.8)."""

    first: date

    @classmethod
    def of(cls, day: date) -> BillMonth:
        """Return the billing month to which a ticket confirmed on `day` belongs."""
        first = day.replace(day=1)
        return cls(first if day.day < FINANCE_DAY else add_months(first, 1))

    @property
    def due(self) -> date:
        """The 25th of the month: finance must have the copies before this day begins."""
        return self.first.replace(day=FINANCE_DAY)

    @property
    def starts_at(self) -> int:
        """The first moment of the billing month, in ms."""
        return at_china(add_months(self.first, -1).replace(day=FINANCE_DAY), 0)

    def moved(self, months: int) -> BillMonth:
        """Return the billing month `months` later."""
        return BillMonth(add_months(self.first, months))
