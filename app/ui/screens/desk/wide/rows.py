"""The rows of the desk's table: which there are, read without their cards, and the cards of those that are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, overload

from app.actions import CardFilter, Session
from app.actions.models import Card, Line
from app.ui.context import Ui
from app.ui.screens.desk.wide.narrowing import Narrowed
from app.ui.subjects import FACES, Face

MOST: Final = 5000
"""Most rows of a table: more than anybody looks through, and a search finds the others."""
FIRST: Final = next(iter(FACES))
"""The type of record that a desk shows until another is chosen."""
_KEPT: Final = "desk"
"""Where this installation keeps what each person's table is narrowed to."""


@dataclass(frozen=True, eq=False)
class Listed:
    """All that a table could show. ``cards``: by id, where they were worked out and are not read from the store."""

    lines: Sequence[Line]
    cards: Mapping[str, Card] | None = None

    def rows(self, session: Session, type_: str, ids: Sequence[str]) -> Sequence[Card]:
        """Return the cards of some of its lines, in the order of ``ids``."""
        if self.cards is None:
            return Rows(session.cards, type_, ids)
        return [self.cards[id_] for id_ in ids]


def read_table(session: Session, face: Face, ended: bool, text: str) -> Listed:
    """Read what the table of a type could show: what is open, or what is over."""
    worked_out = face.listed(session, ended, text)
    if worked_out is not None:
        return Listed([_line(card) for card in worked_out], {card.id: card for card in worked_out})
    wanted = CardFilter(type=face.type, ended=ended, text=text, order="recent" if ended else "urgency")
    return Listed(session.lines(session.overseen(wanted), MOST))


def _line(card: Card) -> Line:
    return Line(*(getattr(card, name) for name in Line.__slots__))


class Rows(Sequence[Card]):
    """The cards of some ids in their order; a page of them is read only when one of its rows is asked for."""

    PAGE: Final = 60

    def __init__(self, read: Callable[[CardFilter, int, int], list[Card]], type_: str, ids: Sequence[str]) -> None:
        self.ids = ids
        self._read = read
        self._type = type_
        self._pages: dict[int, dict[str, Card]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Card: ...

    @overload
    def __getitem__(self, at: slice) -> list[Card]: ...

    def __getitem__(self, at: int | slice) -> Card | list[Card]:
        if isinstance(at, slice):
            return [self._card(n) for n in range(*at.indices(len(self.ids)))]
        return self._card(range(len(self.ids))[at])

    def _card(self, at: int) -> Card:
        page = at // self.PAGE
        if page not in self._pages:
            wanted = tuple(self.ids[page * self.PAGE : (page + 1) * self.PAGE])
            found = self._read(CardFilter(type=self._type, ids=wanted), 0, self.PAGE)
            self._pages[page] = {card.id: card for card in found}
        # One that a sync took away between two readings is a row without words until the next one.
        return self._pages[page].get(self.ids[at]) or Card(self._type, self.ids[at])


def kept_table(ui: Ui, type_: str = "") -> Narrowed:
    """Return what this person's table of a type was narrowed to last, or of the type they looked at last."""
    mine = _kept(ui)
    chosen = type_ or str(mine.get("type") or "")
    return Narrowed.of_json(mine.get(chosen), chosen if chosen in FACES else FIRST)


def _kept(ui: Ui) -> dict[str, Any]:
    kept = ui.preferences.read().get(_KEPT)
    mine = kept.get(ui.session.profile.staff_id) if isinstance(kept, dict) else None
    return mine if isinstance(mine, dict) else {}


def keep_table(ui: Ui, table: Narrowed) -> None:
    """Keep what this person's table is narrowed to, for tomorrow."""
    kept = ui.preferences.read().get(_KEPT)
    mine = _kept(ui) | {"type": table.type, table.type: table.to_json()}
    ui.choose(**{_KEPT: (kept if isinstance(kept, dict) else {}) | {ui.session.profile.staff_id: mine}})
