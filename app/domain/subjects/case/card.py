"""The fields that only cards of cases have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, Final, Self

from app.domain.rules.card import Extra, names_of
from app.domain.rules.case_duties import Step

_NO_WORDS: Final = frozenset((
    "until", "refund_from", "passes_issued", "people", "used", "matched", "left", "stopped", "deposit", "refunded",
    "since",
    "moves_in", "refused", "handed", "lacking", "open",
    "removed",
    "over",
    "score", "area", "recheck", "shift", "materials",
    "day", "total", "difference", "unsigned",
    "meter", "missed", "answered", "teach",
))  # fmt: skip
"""What is known and nobody looks for: days, counts, yes."""


@dataclass(frozen=True, slots=True)
class CaseCard(Extra):
    """The fields that only cards of cases have. Times in ms.

    ``form_id``, ``step``: of the last form; ``chain``: the kind of case ("": one form alone); ``filled_by``,
    ``filled_at``: who filled the last form in, and when; ``forms``: how many were filled in; ``signer``: whose
    signature lacks next; ``raised``: the ids of what was raised; ``about_type``, ``about_id``: what it is about;
    ``duty``: the duty it fulfils; ``said``: the beginning of what was answered, for the search; ``readings``: what its
    last form says of meters, by kind, each with whether counting begins anew (M); ``known``: what its chain knows of it
    (``Chain.known``), as a permit's number and last day; ``watched``: something of it is still to come
    (``Chain.standing``); ``issued_at``: when it was handed out; ``steps``: of a chain, the forms that count: the first
    and the last ones (``case_duties.kept``). Of a sheet of the survey: ``scores`` (``surveys.packed``), and whether it
    is ``valid`` (F3).
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
    readings: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    watched: bool = False
    issued_at: int | None = None
    scores: str = ""
    valid: bool = False
    steps: tuple[Step, ...] = ()

    def words(self) -> tuple[str, ...]:
        """Return what was answered, so that a search finds it."""
        return (self.said, *(value for name, value in self.known.items() if name not in _NO_WORDS))

    def row(self) -> dict[str, Any]:
        """Return the column by which the lists of what is still to come find it among thousands that are done."""
        return {"promises": int(self.watched)}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the object that ``to_json`` wrote."""
        known = {name: data[name] for name in names_of(cls) if name in data}
        steps = tuple(Step(*one) for one in known.get("steps") or ())
        return cls(**known | {"raised": tuple(known.get("raised") or ()), "steps": steps})

    def to_json(self) -> dict[str, Any]:
        """Return its fields as JSON values: of a step only the values, for a card holds many."""
        fields = {name: getattr(self, name) for name in names_of(type(self))}
        return fields | {"steps": [list(astuple(one)) for one in self.steps]}
