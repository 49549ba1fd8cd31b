"""The register of special care and the calls that outages owe, as this phone knows them (P3), with or without a
network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from app.actions.reads import Reads
from app.domain.rules.card import Card
from app.domain.rules.care import (
    CALL_FORM,
    CALLS,
    CHECK_FORM,
    REGISTER,
    REGISTER_FORM,
    Call,
    CareCall,
    Cared,
    care_calls,
)
from app.domain.rules.form_duties import FORM_RECORD
from app.domain.rules.notices import NOTICE, OUTAGE, Notice, owner_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.state import ENDED_EARLY
from app.domain.times import read_day
from app.store.queries import CardFilter

_MOST: Final = 20_000
_FORMS: Final = (REGISTER_FORM, CHECK_FORM, CALL_FORM)


def calls(core: Reads, notices: Iterable[Notice], stewards: Mapping[str, str]) -> list[CareCall]:
    """Return each call that is or was owed about these notices; nothing is read where none is about an outage.
    ``stewards``: by building id."""
    outages = {one.id: one for one in notices if one.kind == OUTAGE and one.id}
    if not outages:
        return []
    register, made = [], []
    # One statement for both: 今日 asks as long as an outage is on.
    for card in core.store.cards(core.here(CardFilter(type=FORM_RECORD, kinds=_FORMS)), 0, _MOST):
        one = card.as_(CaseCard)
        if not card.household_id:
            continue
        if one.chain == REGISTER:
            register.append(_cared(core, card, one, stewards))
        elif one.chain == CALLS and one.about_type == NOTICE and card.stage != ENDED_EARLY:
            reached = bool(one.steps)  # only what told somebody counts (``CareCalls.counts``)
            made.append(Call(one.filled_at, card.id, one.about_id, card.household_id, one.filled_by, reached))
    return list(care_calls(outages.values(), register, made, core.now()))


def _cared(core: Reads, card: Card, one: CaseCard, stewards: Mapping[str, str]) -> Cared:
    home = core.home(card.household_id)
    early = card.stage == ENDED_EARLY
    return Cared(
        card.id, card.household_id or "", card.opened_at, read_day(one.known.get("until")),
        card.last_at if early else one.filled_at if card.over else None,
        home is not None and home.status == "living" and not home.gone,
        card.address, card.building_id, core.estate_of(card), owner_of(stewards.get(card.building_id or "", "")),
        one.known.get("needs", ""),
    )  # fmt: skip


__all__ = ["calls"]
