"""Notices 通知 at boards and letterboxes (P): where one has to hang, how each of its places stands, what is owed, and
what should hang at a board now.

A place is a board 公告栏 or a bank of letterboxes 信报箱. A building without one is a place by itself, so nothing is
left out because nobody wrote its board down. What was posted and taken down is one case for each notice and place,
whose id follows from both: two stewards who posted it without a network posted it once. Times in ms.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain import roles
from app.domain.times import at_china, china_day

NOTICE: Final = "notice"
"""The type of its record, and the name of the chain of forms that post one and take it down."""
OUTAGE, WORKS, SAFETY, FEES, EVENT, OTHER = "outage", "works", "safety", "fees", "event", "other"
KINDS: Final = (OUTAGE, WORKS, SAFETY, FEES, EVENT, OTHER)
BOARD, LETTERBOX = "board", "letterbox"
SORTS: Final = (BOARD, LETTERBOX)
POSTED_FORM, LETTERBOX_FORM, REMOVED_FORM = (
    "notice_posted", "notice_letterbox", "notice_removed",
)  # fmt: skip
"""The forms that post one at a board, put it into letterboxes, take it down."""
FORMS: Final[Mapping[str, str]] = {BOARD: POSTED_FORM, LETTERBOX: LETTERBOX_FORM}
OWED_FORMS: Final = tuple(FORMS.values())
"""The forms that are owed because a notice was released."""
TO_POST, HANGS, TO_REMOVE, REMOVED = "to_post", "hangs", "to_remove", "removed"
DELIVERED, MISSED = "delivered", "missed"
"""How a notice stands at a place: to be posted; hanging as it should; hanging although its time is over; taken down;
put into the letterboxes; never posted, and its time is over."""
REMOVAL: Final = timedelta(days=1)
"""How long after its last day a notice may hang: until the end of the next day."""
_IDS: Final = uuid.UUID("5d1f8a52-7f0c-4b1c-9a56-3b8c1c1f90aa")


def hanging_id(notice_id: str, place_id: str, sort: str = BOARD) -> str:
    """Return the id of the case in which a notice is posted at a place and taken down: the same on every phone."""
    return str(uuid.uuid5(_IDS, f"{notice_id}/{place_id}/{sort}"))


def remove_by(until: date) -> int:
    """Return by when a notice whose last day is ``until`` is taken down (P1)."""
    return at_china(until + REMOVAL, 23, 59)


@dataclass(frozen=True, slots=True)
class Notice:
    """A released notice. ``until``: the last day on which it hangs; ``buildings``: the ids of those it is for, none:
    all of its estate; ``post_by``: when it has to hang everywhere; of an outage, ``ends_at``: when it ends, as far as
    that is known, and ``call_by``: when those who need special care have to be called (``rules/care.py``)."""

    id: str
    title: str
    kind: str
    until: date
    estate: str = ""
    buildings: tuple[str, ...] = ()
    urgent: bool = False
    released_at: int = 0
    post_by: int = 0
    withdrawn_at: int | None = None
    ends_at: int | None = None
    call_by: int = 0

    @property
    def over_at(self) -> int:
        """When it stops to be true: after its last day, or when it was withdrawn."""
        ends = at_china(self.until + timedelta(days=1), 0)
        return ends if self.withdrawn_at is None else min(ends, self.withdrawn_at)

    @property
    def remove_by(self) -> int:
        """By when it is taken down: the end of the day after its last one, or after it was withdrawn."""
        if self.withdrawn_at is None:
            return remove_by(self.until)
        return remove_by(min(self.until, china_day(self.withdrawn_at)))

    def is_for(self, building_id: str | None, estate: str) -> bool:
        """Tell whether it is for a building; a place without one serves the whole estate."""
        return estate == self.estate and (not self.buildings or building_id in self.buildings)


@dataclass(frozen=True, slots=True)
class Board:
    """A place where notices hang or are delivered. ``owner``: the steward of its building, else a post; ``since``: when
    it was written down; ``own``: ``False`` for a building that stands for a place nobody wrote down."""

    id: str
    sort: str
    name: str
    building_id: str | None = None
    estate: str = ""
    owner: str = ""
    since: int = 0
    own: bool = True


@dataclass(frozen=True, slots=True)
class Hung:
    """What was done about a notice at a place, and by whom."""

    at: int
    by: str = ""
    removed_at: int | None = None
    removed_by: str = ""


@dataclass(frozen=True, slots=True)
class Hanging:
    """A notice at a place. ``id``: of its case."""

    id: str
    notice: Notice
    board: Board
    hung: Hung | None = None

    @property
    def post_by(self) -> int:
        """By when it is posted there: a place that was written down later has until the end of that day."""
        if self.board.since <= self.notice.released_at:
            return self.notice.post_by
        return max(self.notice.post_by, at_china(china_day(self.board.since), 23, 59))

    def standing(self, now: int) -> str:
        """Return how it stands at ``now``."""
        over = now >= self.notice.over_at
        if self.hung is None or self.hung.at > now:
            return MISSED if over else TO_POST
        if self.board.sort == LETTERBOX:
            return DELIVERED
        if self.hung.removed_at is not None and self.hung.removed_at <= now:
            return REMOVED
        return TO_REMOVE if over else HANGS


def boards_of(building_ids: Mapping[str, Board], places: Iterable[Board]) -> list[Board]:
    """Return the places of an estate's buildings: those that were written down, and for a building that has none of a
    sort the building itself (``building_ids``, by id)."""
    found = list(places)
    has = {(one.building_id, one.sort) for one in found}
    for id_, building in building_ids.items():
        found += [
            Board(id_, sort, building.name, id_, building.estate, building.owner, 0, own=False)
            for sort in SORTS
            if (id_, sort) not in has
        ]
    return found


def hangings(notices: Iterable[Notice], boards: Sequence[Board], hung: Mapping[str, Hung]) -> Iterator[Hanging]:
    """Yield each notice at each of its places: at every board of its buildings, and of an urgent one at every bank of
    letterboxes (P1). ``hung``: what was done, by the case's id."""
    for notice in notices:
        for board in boards:
            if not notice.is_for(board.building_id, board.estate) or (board.sort == LETTERBOX and not notice.urgent):
                continue
            id_ = hanging_id(notice.id, board.id, board.sort)
            yield Hanging(id_, notice, board, hung.get(id_))


def at_boards(listed: Iterable[Hanging], now: int) -> dict[str, list[Hanging]]:
    """Return, by board, what should hang there now or still does (P2): what is to be taken down first, then what is to
    be posted, then what hangs. Letterboxes are no boards."""
    order = {TO_REMOVE: 0, TO_POST: 1, HANGS: 2}
    found: dict[str, list[Hanging]] = {}
    for one in listed:
        if one.board.sort == BOARD and one.standing(now) in order:
            found.setdefault(one.board.id, []).append(one)
    for here in found.values():
        here.sort(key=lambda one: (order[one.standing(now)], one.notice.until, one.notice.title))
    return found


def owner_of(steward: str) -> str:
    """Return who owes what is to be done at a place: its building's steward, else the service supervisor."""
    return steward or roles.SERVICE_SUPERVISOR
