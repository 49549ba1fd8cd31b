"""A thumb whose taps are counted, for docs/field-fitness.md."""

from __future__ import annotations

from tests.support.driver import Driver


class Thumb:
    """Taps controls and counts the taps."""

    def __init__(self, phone: Driver) -> None:
        self.phone = phone
        self.taps = 0

    def tap(self, id: str) -> None:
        """Taps a control."""
        self.phone.tap(id)
        self.taps += 1
