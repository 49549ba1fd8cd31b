"""Notices that hung too long 超期未撤 (P5): which were to be taken down in a time, in time or late or not at all, board
by board; and which never hung. Each figure is the list of what it counts. Times in ms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.rules.notices import BOARD, MISSED, Hanging
from app.domain.times import china_day


@dataclass(frozen=True, slots=True)
class NoticeMonth:
    """``due``: those to be taken down; of these ``in_time``, ``late``, ``still`` hanging although their time is over,
    and ``waiting``; ``by_board``: late and still hanging ones by the board's id, the most first; ``never``: those that
    nobody posted while they were true."""

    due: tuple[Hanging, ...]
    in_time: tuple[Hanging, ...]
    late: tuple[Hanging, ...]
    still: tuple[Hanging, ...]
    waiting: tuple[Hanging, ...]
    by_board: Mapping[str, tuple[Hanging, ...]]
    never: tuple[Hanging, ...]


def month_of(listed: Iterable[Hanging], begins: int, ends: int, now: int) -> NoticeMonth:
    """Return what the time from ``begins`` on, before ``ends``, came to as it is known at ``now``. A notice counts in
    the time in which it has to be taken down; one that never hung, in that in which it stopped to be true."""
    due: list[Hanging] = []
    never: list[Hanging] = []
    for one in listed:
        if one.board.sort != BOARD:
            continue
        if one.hung is not None:
            due += [one] if begins <= one.notice.remove_by < ends else []
        elif one.standing(now) == MISSED and begins <= one.notice.over_at < ends:
            never.append(one)
    stands = [(one, removal(one, now)) for one in sorted(due, key=lambda one: (one.notice.remove_by, one.id))]
    by_board: dict[str, list[Hanging]] = {}
    for one, how in stands:
        if how in ("late", "still"):
            by_board.setdefault(one.board.id, []).append(one)
    most = sorted(by_board, key=lambda id_: (-len(by_board[id_]), by_board[id_][0].board.name, id_))

    def those(name: str) -> tuple[Hanging, ...]:
        return tuple(one for one, how in stands if how == name)

    return NoticeMonth(
        due=tuple(one for one, _ in stands),
        in_time=those("in_time"),
        late=those("late"),
        still=those("still"),
        waiting=those("waiting"),
        by_board={id_: tuple(by_board[id_]) for id_ in most},
        never=tuple(sorted(never, key=lambda one: (one.notice.over_at, one.id))),
    )


def removal(one: Hanging, now: int) -> str:
    """Return how the taking down of what hangs stands: ``in_time``, ``late``, ``still`` or ``waiting``."""
    removed = one.hung.removed_at if one.hung is not None else None
    if removed is None or removed > now:
        return "still" if now > one.notice.remove_by else "waiting"
    return "late" if removed > one.notice.remove_by else "in_time"


def days_late(one: Hanging, now: int) -> int:
    """Return by how many days it hung, or hangs, too long; 0 for one that was taken down in time."""
    if removal(one, now) not in ("late", "still"):
        return 0
    removed = one.hung.removed_at if one.hung is not None else None
    until = now if removed is None or removed > now else removed
    return max(1, (china_day(until) - china_day(one.notice.remove_by)).days)
