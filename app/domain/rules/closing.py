"""What a follow-up has to know about the closed record of which it asks the resident (C.5, D.2)."""

from __future__ import annotations

from dataclasses import dataclass

ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Closing:
    """A record that was closed, with what somebody must know who follows it up. Times in ms.

    ``source``: what the follow-up calls it (complaint, repair, …); ``round``: how often it has been closed, 1 for the
    first time; ``weight``: ordinary, important or major.
    """

    type: str
    id: str
    source: str
    closed_at: int
    about: str
    address: str
    round: int = 1
    weight: str = ORDINARY
    household_id: str | None = None
    unit_id: str | None = None
    building_id: str | None = None
    contact_name: str = ""
    contact_phone: str = ""
