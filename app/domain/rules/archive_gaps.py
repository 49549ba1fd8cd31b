"""What a household's archive 客户档案 should hold and does not (S1): declared here, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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

    def of_chain(self, chain: str) -> Iterator[Filed]:
        """Yield its cases of a chain."""
        return (one for one in self.records if one.chain == chain)


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
        return not any(
            one.forms & set(self.forms) or (one.paper and self.number in one.classes) for one in kept.records
        )


def _lives(kept: Archived) -> bool:
    return kept.lives


def _handed(kept: Archived) -> bool:
    return any(one.knows.get("handed") for one in kept.of_chain("move_in"))


def _unknown_number(kept: Archived) -> bool:
    return kept.lives and not kept.reached


def _owes(kept: Archived) -> bool:
    return kept.owes


def _decorated(kept: Archived) -> bool:
    """A decoration whose last day is over, or whose deposit went back."""
    return any(
        one.knows.get("refunded") or (until is not None and until < kept.day)
        for one in kept.of_chain("decoration")
        for until in (read_day(one.knows.get("until")),)
    )


def _deposit(kept: Archived) -> bool:
    return any(one.knows.get("deposit") and not one.knows.get("receipt") for one in kept.of_chain("decoration"))


EXPECTED: Final = (
    Expected(archive.CUSTOMER, "客户档案登记表", "customer file", _lives, ("customer_file", "move_in_facts")),
    Expected(archive.PAYMENTS, "装修押金收据", "receipt of the decoration deposit", _deposit),
    Expected(archive.MOVE_IN, "入住资料", "move-in papers", _lives),
    Expected(archive.MOVE_IN, "业主户内接房验收表", "inspection of the rooms", _handed, ("move_in_rooms",)),
    Expected(archive.MOVE_IN, "移交业主物品清单", "list of what was handed over", _handed, ("move_in_items",)),
    Expected(archive.MOVE_IN, "水、电表底数", "base readings of the meters", _handed, ("meter_base", "move_in_rooms")),
    Expected(archive.CONTACTS, "联系电话", "a telephone number", _unknown_number),
    Expected(archive.EMERGENCY, "客户紧急联络表", "emergency contacts", _lives, ("emergency_contacts",)),
    Expected(archive.BREACHES, "费用催收记录", "a reminder of the arrears", _owes, ("fee_reminder",)),
    Expected(archive.WORKS, "装修验收", "final inspection of the decoration", _decorated, ("decoration_final",)),
)
"""What an archive should hold (S1; annex S). A household that lives here has moved in some day: what is older than the
app is scanned."""


def gaps(kept: Archived) -> list[Gap]:
    """Return what lacks, class by class: what is expected and not there, what a hand-over still lacks (J4), and what is
    there without the signatures it needs."""
    found = [Gap(one.number, one.zh, one.en) for one in EXPECTED if one.lacks(kept)]
    for one in kept.of_chain("move_in"):
        if lacking := one.knows.get("lacking"):
            found.append(Gap(archive.MOVE_IN, f"入住还差：{lacking}", f"of the move-in: {lacking}"))
    for one in kept.records:
        if one.unsigned:
            found += [Gap(number, f"{one.called}（未签名）", f"{one.called} (not signed)") for number in one.classes]
    return sorted(found, key=lambda gap: gap.number)
