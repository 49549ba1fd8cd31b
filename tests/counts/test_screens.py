"""Counts hold speed: what opening a screen takes only falls."""

from pathlib import Path

from app.ui.routes import ROUTES
from tests.counts import numbers
from tests.counts.measuring import measure


def test_no_screen_takes_more_than_its_numbers(tmp_path: Path) -> None:
    """Statements, transactions, controls and bytes are felt in a browser's Python; times of a busy machine say less."""
    found, kept = measure(tmp_path), numbers.read()
    assert {route.path for route in ROUTES} - {"/sign-in"} <= found.keys(), "a screen that nobody counts"
    assert numbers.too_high(found, kept) == []
    assert numbers.too_low(found, kept) == [], f"bring the numbers down: {numbers.COMMAND}"
