"""The columns of the desk's table that any type of record can have; a `Face` says which, and which of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.actions.models import Card
from app.domain.rules.clocks import AMBER, RED
from app.ui.kit.table import Cell, Column
from app.ui.texts import t
from app.ui.ticket_words import joined, stamp_time

NUMBER, DOOR, WHAT, KIND, STAGE, WHO, DUE, SINCE = "number", "door", "what", "kind", "stage", "who", "due", "since"
"""The columns that a table can be sorted by (`screens/desk/wide/narrowing.py`), `WHAT` excepted."""
_TONES: Final = {AMBER: "amber", RED: "red"}


def number(label: str = "") -> Column:
    """What people call it by."""
    return Column(NUMBER, label or t("desk.table.number"), lambda card: Cell(card.number or "—", "quiet"), 92, spare=5)


def door(words: Callable[[Card], str]) -> Column:
    """Where it is, by what it is called in lists."""
    return Column(DOOR, t("desk.table.door"), lambda card: Cell(words(card)), 124)


def what(words: Callable[[Card], str] = lambda card: card.content) -> Column:
    """What it is about, in a line; of what is urgent it says so first, in red: this column is never left out."""

    def cell(card: Card) -> Cell:
        said = " ".join(words(card).split())
        if card.urgent and not card.over:
            return Cell(joined(t("ticket.urgent"), said), "red")
        return Cell(said)

    return Column(WHAT, t("desk.table.what"), cell, sorts=False)


def kind(words: Callable[[Card], str]) -> Column:
    """What kind it is."""
    return Column(KIND, t("desk.table.kind"), lambda card: Cell(words(card), "quiet"), 68, spare=4)


def stage(words: Callable[[Card], str]) -> Column:
    """How it stands."""
    return Column(STAGE, t("desk.table.stage"), lambda card: Cell(words(card)), 68, spare=2)


def who(name_of: Callable[[str], str], width: float = 58, label: str = "") -> Column:
    """Who does it."""

    def name(card: Card) -> Cell:
        return Cell(name_of(card.assignee or "") or "—")

    return Column(WHO, label or t("desk.table.who"), name, width, spare=3)


def due(now: int, counts: Callable[[Card, int], bool] = lambda card, now: True) -> Column:
    """What is left on the clock that runs, or how late it is: 0:08, 超 2:10; where it ``counts``."""

    def cell(card: Card) -> Cell:
        clock = card.clock
        if clock is None or clock.met_at is not None or not counts(card, now):
            return Cell("—", "quiet")
        return Cell(left_words(clock.minutes_left(now)), _TONES.get(clock.level(now), "quiet"))

    return Column(DUE, t("desk.table.due"), cell, 66, right=True, spare=1)


def since(now: int) -> Column:
    """When it was opened."""

    def opened(card: Card) -> Cell:
        return Cell(stamp_time(card.opened_at, now), "quiet")

    return Column(SINCE, t("desk.table.since"), opened, 84, right=True, spare=6)


_DAY: Final = 24 * 60


def left_words(minutes: int) -> str:
    """What is left on a clock as a table has room for: hours and minutes, or days from two on; late ones say so."""
    size = abs(minutes)
    span = t("common.span.days", d=size // _DAY) if size >= 2 * _DAY else f"{size // 60}:{size % 60:02d}"
    return t("desk.table.late", span=span) if minutes < 0 else span
