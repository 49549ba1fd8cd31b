"""The fields that only cards of cases have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from app.domain.rules.card import Extra, names_of


@dataclass(frozen=True, slots=True)
class CaseCard(Extra):
    """The fields that only cards of cases have. Times in ms.

    ``form_id``, ``step``: of the last form; ``chain``: the kind of case ("": one form alone); ``filled_by``,
    ``filled_at``: who filled the last form in, and when; ``forms``: how many were filled in; ``signer``: whose
    signature lacks next; ``raised``: the ids of what was raised; ``about_type``, ``about_id``: what it is about;
    ``duty``: the duty it fulfils; ``said``: the beginning of what was answered, for the search.
    """

    form_id: str = ""
    version: str = ""
    chain: str = ""
    step: str = ""
    filled_by: str = ""
    filled_at: int = 0
    forms: int = 1
    signer: str = ""
    raised: tuple[str, ...] = ()
    about_type: str = ""
    about_id: str = ""
    duty: str = ""
    said: str = ""

    def words(self) -> tuple[str, ...]:
        """Return what was answered, so that a search finds it."""
        return (self.said,)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that ``to_json`` wrote."""
        known = {name: data[name] for name in names_of(cls) if name in data}
        return cls(**known | {"raised": tuple(known.get("raised") or ())})
