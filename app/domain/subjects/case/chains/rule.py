"""What a chain of forms 流程 knows besides its forms: which dates hold, what a step still lacks, who must sign in any
case, what is known of it in a word. A chain is found by its name, ``case`` in a form's settings (``chains``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from app.domain.rules.clocks import Clock
from app.domain.subjects.case.state import Body, CaseState
from app.domain.times import read_day


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a step lacks, in both languages."""

    zh: str
    en: str


class Chain:
    """The rules of one chain; these are those of a chain nobody wrote rules for."""

    name: ClassVar[str] = ""
    scopes: ClassVar[frozenset[str]] = frozenset()
    """Who else reads its cases, besides overseers, the building's steward and whoever filled in one of its forms."""
    private: ClassVar[bool] = False
    """Whether nobody reads its cases but ``scopes`` and the building's steward: neither all overseers nor, once it is
    no longer their building, whoever filled them in (P3). Each look at one is recorded."""
    at_home: ClassVar[bool] = False
    """Whether its cases are about a household: they are begun at its door."""
    tells_arrears: ClassVar[bool] = False
    """Whether who fills in its forms is told what the household owes, if they may see it. It is told beside the form
    and never said in it: others read the form (N4)."""
    waits_for_next: ClassVar[bool] = True
    """Whether it stands on 今日 of whoever filled in its last form until the next one is."""

    rests: ClassVar[bool] = False
    """Whether nothing of it is anybody's to do now while it goes on: its next step comes when somebody fetches it, or
    as a duty."""
    hidden: ClassVar[frozenset[str]] = frozenset()
    """The questions whose answers no list keeps (L3)."""
    number_of: ClassVar[str] = ""
    """The question of its first form whose answer no other case of the estate that goes on has; "" for none (Y3)."""
    together: ClassVar[bool] = False
    """Whether one signature covers all its forms that lack it, each named with what it says (J1)."""

    by_another: ClassVar[Mapping[str, str]] = {}
    """The steps that somebody else fills in than who filled in another step: that one, by the step (S5)."""

    def signs_now(self, s: CaseState) -> bool:
        """Tell whether its forms are signed as they stand, or only once later ones are filled in."""
        return True

    def offers(self, s: CaseState, step: str) -> bool:
        """Tell whether a step that may follow by its place in the chain is one that comes next."""
        return True

    def goes_on(self, s: CaseState) -> bool:
        """Tell whether more is to come although its last step was filled in."""
        return False

    def misfit(self, s: CaseState, b: Body, day: date) -> str | None:
        """Return the name of the reason why a form that is filled in on ``day`` does not fit, whatever its place in
        the chain; ``None`` if it does."""
        return None

    def lacks(self, s: CaseState, step: str, day: date, open_raised: Sequence[str] = ()) -> list[Lack]:
        """Return what a step lacks before it can be filled in on ``day``. ``open_raised``: what was raised by its forms
        and is not settled, as far as it is known here, each in a few words."""
        return []

    def lacks_of(self, s: CaseState, b: Body, day: date) -> list[Lack]:
        """Return what a form that is filled in on ``day`` lacks, its own answers included."""
        return self.lacks(s, str(b.get("step") or ""), day)

    def must_sign(self, b: Body) -> frozenset[str]:
        """Return the parts that sign a form whatever reason is given for who does not sign."""
        return frozenset()

    def may(self, held: Set[str], b: Body) -> bool:
        """Tell whether somebody with the posts ``held`` may fill this form in."""
        return True

    def is_over(self, s: CaseState) -> bool:
        """Tell whether nothing more is to come although its last step was not filled in."""
        return False

    def clocks(self, s: CaseState) -> list[Clock]:
        """Return the clocks that run or ran on it."""
        return []

    def counts(self, b: Body) -> bool:
        """Tell whether a form does what its step is for: nobody was told by a call that reached nobody. What does not
        count fulfils no duty and begins none."""
        return True

    def known(self, s: CaseState) -> dict[str, str]:
        """Return what is known of a case, by names that forms look up and searches find: ``number``, ``until`` …"""
        return {}

    def standing(self, known: Mapping[str, str], day: date) -> str:
        """Return in which list a case stands on ``day`` while it is not over: ``overstayed``, ``inside`` …; "" for
        none."""
        return ""


def said(b: Body, name: str) -> str:
    """Return an answer of a form, "" where it has none."""
    answers = b.get("answers")
    found = answers.get(name) if isinstance(answers, Mapping) else None
    return found if isinstance(found, str) else ""


def shown(b: Body, path: str) -> str:
    """Return an answer as people read it, "" where the form has none."""
    return next((str(row.get("text") or "") for row in b.get("shown") or () if row.get("path") == path), "")


def day_of(b: Body, name: str) -> date | None:
    """Return an answer that is a date; ``None`` where it is none."""
    return read_day(said(b, name))


def rows_of(b: Body, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a repeat."""
    answers = b.get("answers")
    found = answers.get(name) if isinstance(answers, Mapping) else None
    yield from (row for row in found if isinstance(row, Mapping)) if isinstance(found, list) else ()


def of_step(s: CaseState, *steps: str) -> list[Body]:
    """Return the forms of these steps, in the order in which they were filled in."""
    return [one.body for one in s.filled if one.body.get("step") in steps]


def count_of(text: str) -> int:
    """Return a whole number as a form writes it; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
