"""The fields that only cards of matters have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from app.domain.rules.card import Extra, names_of

DRAFTED, RELEASED, SENT = "drafted", "released", "sent"


@dataclass(frozen=True, slots=True)
class MatterCard(Extra):
    """The fields that only cards of matters have. Times in ms.

    ``to_note``: it is major, and nobody up the line has said yet that they know of it; ``letter``: how a written answer
    stands (``DRAFTED``, ``RELEASED``, ``SENT``; "" for none); ``follow_up``: one is owed for its last closing;
    ``rounds``: in how many rounds it was worked on; ``request``: the number that was told to the resident who asked by
    the card at their door, ``wanted`` what they chose there ("" for what a member of staff took down), ``service``
    which service (X3), with its name in each language, and ``outcome`` what came of it; ``of_survey``: a remark on a
    sheet of the survey, which needs a letter of its own (F5).
    """

    nature: str = ""
    weight: str = ""
    valid: bool | None = None
    channel: str = ""
    department: str = ""
    about_id: str = ""
    demand: str = ""
    about: str = ""
    anonymous: bool = False
    joint: tuple[str, ...] = ()
    ticket_id: str | None = None
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    promised_at: int | None = None
    closed_at: int | None = None
    result: str = ""
    satisfied: bool | None = None
    follow_up: bool = False
    rounds: int = 1
    to_note: bool = False
    letter: str = ""
    request: str = ""
    wanted: str = ""
    service: str = ""
    service_zh: str = ""
    service_en: str = ""
    outcome: str = ""
    of_survey: bool = False

    def words(self) -> tuple[str, ...]:
        """Return whom it is about, what was demanded, and of a resident's request its number and the service, so that a
        search finds it by them."""
        return (self.about, self.demand, self.request, self.service_zh, self.service_en)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that ``to_json`` wrote."""
        known = {name: data[name] for name in names_of(cls) if name in data}
        return cls(**known | {name: tuple(known.get(name) or ()) for name in ("joint", "absorbed")})
