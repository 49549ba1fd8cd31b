"""What decides which papers of an archive are to be looked for in a quarter (S4), as this phone knows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from app.actions.reads import Reads
from app.domain.rules import archive_checks as rules
from app.domain.rules.archive import reads_all
from app.domain.rules.archive_checks import ArchiveCheck, OnFile, Turn
from app.domain.rules.card import Card
from app.domain.rules.duty_rules import Rule
from app.domain.subjects.archive_paper import OUT, OVER, PAPER, PaperCard
from app.domain.times import china_day
from app.store.queries import CardFilter

_MOST: Final = 20_000


def papers(core: Reads, estates: Collection[str]) -> list[Card]:
    """Return the papers on file in those of the estates where this person reads the whole archive, by door: only there
    is everything on this phone that a check is about."""
    whole = frozenset(key for key in estates if reads_all(core.roles_in(key)))
    if not whole:
        return []
    found = core.store.cards(CardFilter(type=PAPER), 0, _MOST)
    there = [card for card in found if card.stage not in OVER and core.estate_of(card) in whole]
    return sorted(there, key=lambda card: (card.address, card.as_(PaperCard).archive_class, card.opened_at, card.id))


def on_file(core: Reads, card: Card) -> OnFile:
    """Return a paper as the check sees it."""
    said = card.as_(PaperCard)
    turns = tuple(Turn(at, by, how) for at, by, how in said.seen)
    return OnFile(card.id, core.estate_of(card), card.opened_at, said.over_at, turns, out=card.stage == OUT)


def checks(core: Reads, held: Sequence[Rule], estates: Collection[str]) -> list[ArchiveCheck]:
    """Return the checks that are owed this month, done or not, in the estates where this person reads the whole
    archive."""
    today = china_day(core.now())
    if not any(not rule.months or today.month in rule.months for rule in held):
        return []
    return list(rules.checks(held, (on_file(core, card) for card in papers(core, estates)), today, core.now()))


__all__ = ["checks", "on_file", "papers"]
