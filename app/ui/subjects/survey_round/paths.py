"""The paths of the screens of the survey."""

from __future__ import annotations

from typing import Final

SURVEY: Final = "/survey"
"""The doors of the round that runs."""


def report_path(period: str) -> str:
    """Return the path of what a round comes to."""
    return f"{SURVEY}/report/{period}"


def link_path(household_id: str) -> str:
    """Return the path of the code by which a household answers by itself."""
    return f"{SURVEY}/link/{household_id}"
