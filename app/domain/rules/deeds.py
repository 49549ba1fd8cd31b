"""What somebody did, for 我的本月: one line for each piece of work brought to its end, and one's clocks."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.rules.clocks import Clock


@dataclass(frozen=True, slots=True)
class Deed:
    """That ``by`` (a staff id) finished something at ``at`` (ms); ``satisfied``: what was said of it afterwards,
    ``None`` where nobody was asked."""

    by: str
    at: int
    satisfied: bool | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """What one record counts for those who worked on it: what was brought to its end on it and by whom, and its clocks,
    each with the id of the member of staff whose it is. Kept with the card, so that counting folds nothing."""

    deeds: tuple[Deed, ...] = ()
    clocks: tuple[tuple[str, Clock], ...] = ()
