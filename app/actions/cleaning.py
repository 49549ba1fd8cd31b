"""Checks of cleaning 保洁 as this phone knows them (Q3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from app.actions.reads import Reads
from app.domain.rules.card import Card
from app.domain.rules.cleaning import CHECK, RECHECK, Check, read_check
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import ENDED_EARLY
from app.domain.times import at_china
from app.store.queries import CardFilter

_MOST: Final = 20_000


def checks(core: Reads, begins: int, ends: int) -> list[Check]:
    """Return the checks of a time (ms, the end not included), each by its first form."""
    found = (
        read_check(card.id, card.opened_at, card.opener or "", _about(card), card.address, _known(card))
        for card in _cards(core, begins, ends, CHECK, RECHECK)
    )
    return [one for one in found if one is not None]


def of_week(core: Reads, day: date) -> list[Check]:
    """Return the checks of the seven days before a day, and of that day (Q3)."""
    return checks(core, at_china(day - timedelta(days=7), 0), at_china(day + timedelta(days=1), 0))


def _cards(core: Reads, begins: int, ends: int, *form_ids: str) -> Iterator[Card]:
    wanted = core.here(CardFilter(type=CASE, kinds=form_ids, opened_from=begins, opened_until=ends))
    for card in core.store.cards(wanted, 0, _MOST):
        if card.stage != ENDED_EARLY and chain_of(card.as_(CaseCard).chain).name:
            yield card


def _about(card: Card) -> tuple[str, str]:
    one = card.as_(CaseCard)
    return one.about_type, one.about_id


def _known(card: Card) -> Mapping[str, str]:
    return card.as_(CaseCard).known
