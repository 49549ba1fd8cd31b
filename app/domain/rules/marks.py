"""Marks of an assessment 考核: 90 for theory and 10 for discipline; who fails sits once more, and no more (V3).

Who fails that, too, is warned, and a supervisor signs the warning. Pure: a rule that costs somebody rights is no
spreadsheet's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

THEORY, DISCIPLINE = 90, 10
"""Most marks for each."""
PASS: Final = 60
"""Marks, of 100, from which on it is passed."""

PASSED, TO_RESIT, TO_WARN = "passed", "to_resit", "to_warn"
"""Passed, at once or at the second try; to sit once more; failed twice: to be warned."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What somebody got at one sitting: ``theory`` of 90, ``discipline`` of 10."""

    theory: int
    discipline: int

    @property
    def total(self) -> int:
        """Of 100."""
        return self.theory + self.discipline

    @property
    def passed(self) -> bool:
        """Whether it is enough."""
        return self.total >= PASS


def standing(first: Marks, second: Marks | None = None) -> str:
    """Return how an assessment stands after its sittings: there are at most two, and who passed sits no more."""
    if first.passed or (second is not None and second.passed):
        return PASSED
    return TO_RESIT if second is None else TO_WARN


def may_resit(first: Marks, second: Marks | None) -> bool:
    """Tell whether there is a second sitting to come: exactly one, for who failed the first."""
    return standing(first, second) == TO_RESIT
