"""How a hand-over 交接班 is shown: which shift of which post, who took over, and what was open (R2-R4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import flet as ft

from app.actions.models import Card
from app.domain.subjects.shift import MISSING, SHIFT, SORTS, ShiftCard
from app.domain.times import read_day
from app.ui.kit.ticket import chip
from app.ui.signed_lines import QUIET, STRONG, WARNING, Line
from app.ui.subjects.face import Body, Face
from app.ui.texts import full_day, has, t, time_text
from app.ui.ticket_words import joined


def sort_words(sort: str) -> str:
    """Return what a sort of open things is called; a newer program's as other work."""
    key = f"shift.sort.{sort}"
    return t(key if has(key) else "shift.sort.work")


def shift_words(shift: str) -> str:
    """Return 白班, 中班, 夜班."""
    key = f"shift.kind.{shift}"
    return t(key) if has(key) else shift


def item_words(item: Mapping[str, Any]) -> str:
    """Return an open thing in a line, with its number."""
    return joined(item.get("number"), item["what"])


class ShiftFace(Face):
    """Shows hand-overs 交接班."""

    type = SHIFT
    path = "/shift/"
    words = "shift"
    mark = ft.Icons.SWAP_HORIZ_ROUNDED
    numbered = False

    says_of = {"shift_handed": lambda b, _: _says(b)}  # noqa: RUF012

    def heading(self, card: Card) -> str:
        """Return the post."""
        return card.address or self.called()

    def line(self, card: Card) -> tuple[str, str]:
        """Return 交接班, and day and shift."""
        return self.called(), self.paper(card)

    def paper(self, card: Card) -> str:
        """Return day and shift: 2026年11月28日 白班."""
        return " ".join((full_day(read_day(card.content)), shift_words(card.kind)))

    def today_marks(self, card: Card, now: int) -> list[ft.Control]:
        """Return which shift it is, as a chip."""
        said = card.as_(ShiftCard)
        return [chip(shift_words(card.kind), "plain", self.mark), chip(t("shift.open_count", n=said.open), "plain")]

    def lines(self, facts: Body, purpose: str, named: Mapping[str, str]) -> Iterator[Line]:
        """Yield what whoever takes over reads: which shift, what is open with its remark, what is missing."""
        day = full_day(read_day(str(facts.get("day") or "")))
        times = f"{time_text(int(facts.get('from_at') or 0))}-{time_text(int(facts.get('until_at') or 0))}"
        yield Line(joined(f"{day} {shift_words(str(facts.get('shift')))}", times), STRONG)
        yield Line(t("shift.from_to", by=facts.get("by_name") or "—", to=facts.get("successor_name") or "—"))
        items = list(facts.get("items") or ())
        for sort in SORTS:
            theirs = [one for one in items if one.get("sort") == sort]
            if theirs:
                yield Line(t("shift.sorted", what=sort_words(sort), n=len(theirs)), STRONG)
            for one in theirs:
                yield Line(joined(item_words(one), one.get("remark")))
        if not items:
            yield Line(t("shift.nothing_open"), QUIET)
        if facts.get("things") == MISSING:
            yield Line(t("shift.lacks", what=facts.get("lacking") or ""), WARNING)
        else:
            yield Line(t("shift.things_complete"), QUIET)
        if facts.get("note"):
            yield Line(t("shift.told", what=facts["note"]))

    def in_full(self, kind: str, body: Body) -> list[tuple[str, str]]:
        """Return everything that was open, with its remark."""
        if kind != "shift_handed":
            return []
        return [
            (joined(sort_words(str(one["sort"])), item_words(one)), str(one.get("remark") or "—"))
            for one in body["items"]
        ]

    def gone(self) -> tuple[str, str]:
        """What its page says when it is not here."""
        return t("shift.gone"), t("shift.gone_says")


def _says(body: Body) -> str:
    to = t("shift.to", name=body["successor_name"]) if body.get("successor_name") else t("shift.to_nobody")
    return joined(f"{body['day']} {shift_words(str(body['shift']))}", t("shift.open_count", n=len(body["items"])), to)
