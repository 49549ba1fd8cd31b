"""What members of staff did, for their page 我的本月 (my month): one ``Deed`` per piece of work finished, and their
clocks."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.rules.clocks import Clock


@dataclass(frozen=True, slots=True)
class Deed:
    """``by`` (a staff id) finished something at ``at`` (ms). ``satisfied``: what the resident said of it afterwards,
    ``None`` where nobody was asked."""

    by: str
    at: int
    satisfied: bool | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """What one record counts for those who worked on it: what was finished on it and by whom, and its clocks, each with
    the id of the member of staff it binds. Kept with the card, so that counting needs no folding."""

    deeds: tuple[Deed, ...] = ()
    clocks: tuple[tuple[str, Clock], ...] = ()
