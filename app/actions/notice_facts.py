"""What decides where notices hang and are owed, as this phone knows it (P): released notices, boards and letterboxes,
and what was posted and taken down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from app.actions.reads import Reads
from app.domain.rules.card import Card
from app.domain.rules.form_duties import FORM_RECORD
from app.domain.rules.notices import (
    BOARD,
    KINDS,
    LETTERBOX_FORM,
    NOTICE,
    OTHER,
    POSTED_FORM,
    REMOVED_FORM,
    SORTS,
    Board,
    Hanging,
    Hung,
    Notice,
    boards_of,
    owner_of,
)
from app.domain.rules.notices import hangings as hangings_of
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.state import ENDED_EARLY
from app.domain.subjects.notice import NoticeCard
from app.domain.subjects.place import PLACE
from app.domain.times import DAY, read_day
from app.store.queries import CardFilter

_CASES: Final = 20_000
_FORMS: Final = (POSTED_FORM, REMOVED_FORM, LETTERBOX_FORM)
_BACK: Final = 400 * DAY
"""How far back postings matter: a notice hangs for a year at most."""


def _known(core: Reads) -> tuple[list[Notice], dict[str, Card]]:
    """Return the notices that were released, the latest first, and the cases in which something was posted, delivered
    or taken down, by id: one statement for both, since 今日 asks."""
    wanted = core.here(
        CardFilter(type=None, types=(NOTICE, FORM_RECORD), kinds=(*KINDS, *_FORMS), moved_from=core.now() - _BACK,
                   order="recent")
    )  # fmt: skip
    listed: list[Notice] = []
    done: dict[str, Card] = {}
    for card in core.store.cards(wanted, 0, _CASES):
        if isinstance(card.extra, NoticeCard):
            one = _notice(card, core.estate_of(card))
            listed += [one] if one is not None else []
        elif card.kind in _FORMS and card.stage != ENDED_EARLY:
            done[card.id] = card
    return listed, done


def _notice(card: Card, estate: str) -> Notice | None:
    said = card.as_(NoticeCard)
    until = read_day(said.until)
    if said.released_at is None or said.post_by is None or until is None:
        return None
    return Notice(
        card.id, card.content, card.kind, until, estate, said.buildings, said.urgent,
        said.released_at, said.post_by, said.withdrawn_at, said.ends_at, said.call_by or said.post_by,
    )  # fmt: skip


def one(core: Reads, notice_id: str) -> Notice | None:
    """Return a notice that was released; ``None`` for a draft, and where it is not on this phone."""
    card = core.store.card(NOTICE, notice_id)
    return _notice(card, core.estate_of(card)) if card is not None else None


def boards(core: Reads, stewards: Mapping[str, str]) -> list[Board]:
    """Return the boards and letterboxes, and the buildings of which nobody wrote any down. ``stewards``: by building
    id."""
    places = [
        Board(
            card.id, card.kind, card.content, card.building_id, core.estate_of(card),
            owner_of(stewards.get(card.building_id or "", "")), card.opened_at,
        )
        for card in core.store.cards(CardFilter(type=PLACE, kinds=SORTS), 0, _CASES)
    ]  # fmt: skip
    keys = core.store.whereabouts().buildings
    buildings = {
        id_: Board(id_, BOARD, str(body.get("name") or ""), id_, keys.get(id_, ""), owner_of(stewards.get(id_, "")))
        for id_, body in sorted(core.store.refs("building").items())
    }
    return boards_of(buildings, places)


def hangings(core: Reads, stewards: Mapping[str, str]) -> list[Hanging]:
    """Return each released notice at each of its places, then what was posted without one."""
    listed, done = _known(core)
    hung = {id_: _hung(card) for id_, card in done.items()}
    found = list(hangings_of(listed, boards(core, stewards), hung)) if listed else []
    known = {one.id for one in found}
    return found + [one for id_, card in done.items() if id_ not in known for one in _alone(core, card, stewards)]


def _hung(card: Card) -> Hung:
    said = card.as_(CaseCard)
    removed = said.form_id == REMOVED_FORM
    return Hung(
        card.opened_at, card.opener or "", said.filled_at if removed else None, said.filled_by if removed else ""
    )


def _alone(core: Reads, card: Card, stewards: Mapping[str, str]) -> Iterator[Hanging]:
    """Yield what somebody posted by the form alone, as a notice for the one place where it hangs."""
    said = card.as_(CaseCard)
    until = read_day(said.known.get("until"))
    if said.chain != NOTICE or until is None:
        return
    estate = core.estate_of(card)
    notice = Notice("", said.known.get("heading") or card.content, OTHER, until, estate, (), False, card.opened_at,
                    card.opened_at)  # fmt: skip
    board = Board(
        card.building_id or estate or "estate", BOARD, card.address, card.building_id, estate,
        card.assignee or owner_of(stewards.get(card.building_id or "", "")), 0, own=False,
    )  # fmt: skip
    yield Hanging(card.id, notice, board, _hung(card))


__all__ = ["boards", "hangings", "one"]
