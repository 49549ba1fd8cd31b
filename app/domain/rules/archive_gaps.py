"""What a household's archive 客户档案 should hold and does not (S1): declared here, one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.domain.rules import archive
from app.domain.times import read_day


@dataclass(frozen=True, slots=True)
class Filed:
    """One record of the archive as the rules see it: in which ``classes`` it stands, what it is called, which ``forms``
    of its chain were filled in, what the chain ``knows`` of it, whether a signature lacks (``unsigned``), whether it
    is a scanned ``paper`` (nobody but who filed it knows what it is), and whether it was ended early (``void``): then
    it does for nothing, and nothing of it lacks."""

    classes: frozenset[int]
    called: str = ""
    forms: frozenset[str] = frozenset()
    chain: str = ""
    knows: Mapping[str, str] = field(default_factory=dict)
    unsigned: bool = False
    paper: bool = False
    void: bool = False


@dataclass(frozen=True, slots=True)
class Archived:
    """A household's archive as the rules see it. ``lives``: somebody lives there now; ``reached``: the register has a
    telephone number of somebody; ``owes``: it is behind with its fees, as far as this person is told."""

    day: date
    lives: bool
    reached: bool = False
    owes: bool = False
    records: Sequence[Filed] = ()

    def holds(self, number: int) -> bool:
        """Tell whether anything stands in a class."""
        return any(number in one.classes and not one.void for one in self.records)

    def scanned(self, number: int) -> bool:
        """Tell whether a scanned paper stands in a class."""
        return any(number in one.classes and one.paper and not one.void for one in self.records)


@dataclass(frozen=True, slots=True)
class Gap:
    """What lacks in a class of the archive, in both languages."""

    number: int
    zh: str
    en: str

    def said(self, language: str) -> str:
        """Return it in a language (``zh``, ``en``)."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Expected:
    """A paper that an archive should hold: in which class, what it is called, ``where`` (for which households), and
    which ``forms`` are it. Without forms anything that stands in the class will do; a scanned paper there always
    does."""

    number: int
    zh: str
    en: str
    where: Callable[[Archived], bool]
    forms: tuple[str, ...] = ()

    def lacks(self, kept: Archived) -> bool:
        """Tell whether it lacks."""
        if not self.where(kept):
            return False
        if not self.forms:
            return not kept.holds(self.number)
        there = any(one.forms & set(self.forms) and not one.void for one in kept.records)
        return not there and not kept.scanned(self.number)


@dataclass(frozen=True, slots=True)
class OfEach:
    """A paper that each case of a chain should leave in the archive, once it is ``due``: one of ``forms``, in the case
    itself, or a scanned paper in the class. Without forms ``due`` says all of it."""

    number: int
    zh: str
    en: str
    chain: str
    due: Callable[[Filed, date], bool]
    forms: tuple[str, ...] = ()

    def lacks(self, kept: Archived) -> bool:
        """Tell whether it lacks in any case."""
        there = set(self.forms)
        due = (one for one in kept.records if one.chain == self.chain and self.due(one, kept.day))
        return any(not one.forms & there for one in due) and not kept.scanned(self.number)


def _lives(kept: Archived) -> bool:
    return kept.lives


def _unknown_number(kept: Archived) -> bool:
    return kept.lives and not kept.reached


def _owes(kept: Archived) -> bool:
    return kept.owes


def _handed(case: Filed, day: date) -> bool:
    return bool(case.knows.get("handed"))


def _deposit(case: Filed, day: date) -> bool:
    return bool(case.knows.get("deposit")) and not case.knows.get("receipt")


def _decorated(case: Filed, day: date) -> bool:
    """Tell whether its last day is over, or its deposit went back."""
    until = read_day(case.knows.get("until"))
    return bool(case.knows.get("refunded")) or (until is not None and until < day)


EXPECTED: Final[tuple[Expected | OfEach, ...]] = (
    Expected(archive.CUSTOMER, "客户档案登记表", "customer file", _lives, ("customer_file", "move_in_facts")),
    OfEach(archive.PAYMENTS, "装修押金收据", "receipt of the decoration deposit", "decoration", _deposit),
    Expected(archive.MOVE_IN, "入住资料", "move-in papers", _lives),
    OfEach(archive.MOVE_IN, "业主户内接房验收表", "inspection of the rooms", "move_in", _handed, ("move_in_rooms",)),
    OfEach(archive.MOVE_IN, "移交业主物品清单", "list of what was handed over", "move_in", _handed, ("move_in_items",)),
    Expected(archive.CONTACTS, "联系电话", "a telephone number", _unknown_number),
    Expected(archive.EMERGENCY, "客户紧急联络表", "emergency contacts", _lives, ("emergency_contacts",)),
    Expected(archive.BREACHES, "费用催收记录", "a reminder of the arrears", _owes, ("fee_reminder",)),
    OfEach(archive.WORKS, "装修验收", "final inspection", "decoration", _decorated, ("decoration_final",)),
)
"""What an archive should hold (S1; annex S). A household that lives here has moved in some day: what is older than the
app is scanned."""


def gaps(kept: Archived) -> list[Gap]:
    """Return what lacks, class by class: what is expected and not there, what a hand-over still lacks (J4), and what is
    there without the signatures it needs."""
    found = [Gap(one.number, one.zh, one.en) for one in EXPECTED if one.lacks(kept)]
    for one in kept.records:
        if one.chain == "move_in" and (lacking := one.knows.get("lacking")):
            found.append(Gap(archive.MOVE_IN, f"入住还差：{lacking}", f"of the move-in: {lacking}"))
        if one.unsigned:
            found += [Gap(number, f"{one.called}（未签名）", f"{one.called} (not signed)") for number in one.classes]
    return sorted(found, key=lambda gap: gap.number)
