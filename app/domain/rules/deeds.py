"""What somebody did, for 我的本月: one line for each piece of work that was brought to its end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deed:
    """That ``by`` (a staff id) finished something at ``at`` (ms); ``satisfied``: what was said of it afterwards,
    ``None`` where nobody was asked."""

    by: str
    at: int
    satisfied: bool | None = None
