"""How changes to a duty 应办事项 are shown: planned, moved, excused (D.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app.actions import Session
from app.actions.models import Card
from app.domain.rules.duties import HOUSEHOLD
from app.domain.subjects import SUBJECTS as FOLDED
from app.domain.subjects.duty import DUTY
from app.domain.times import china_day
from app.ui.kit.table import Cell, Column
from app.ui.subjects import columns
from app.ui.subjects.duty import table
from app.ui.subjects.duty.words import owner_name, why_words
from app.ui.subjects.face import Body, Face, NameOf
from app.ui.subjects.together import Together
from app.ui.texts import full_day, t
from app.ui.ticket_words import joined


class DutyFace(Face):
    """Shows what people recorded about duties 应办事项."""

    type = DUTY
    path = "/duty/"
    words = "duty"
    mark = ft.Icons.EVENT_NOTE_OUTLINED
    own_page = False
    numbered = False
    signed = False
    worked_out = True
    no_filters = frozenset(("urgent", "unaccepted", "stage"))

    def listed(self, session: Session, ended: bool, text: str) -> list[Card] | None:
        """Return the month's duties: those still owed, or those done and excused (D.1)."""
        return table.listed(session, ended, text)

    def columns(self, session: Session, now: int) -> tuple[Column, ...]:
        """Return where, what, who owes it, and until when or how late."""

        def until(card: Card) -> Cell:
            return Cell(
                table.stage_words(card, now), "red" if card.clock is not None and card.clock.due < now else "quiet"
            )

        return (
            columns.door(self.heading),
            columns.what(lambda card: joined(why_words(card.kind, table.duty_of(card).waits), card.content)),
            columns.who(lambda who: self.who_words(session, who), 84, t("duty.whose")),
            Column(columns.DUE, t("desk.table.due"), until, 110, right=True),
        )

    def who_words(self, session: Session, who: str) -> str:
        """Return who owes it: a person, a post, or nobody."""
        return owner_name(session, who)

    def kind_words(self, card: Card) -> str:
        """Return what is owed: 本月走访, 回访."""
        return why_words(card.kind)

    def together(self, session: Session, cards: Sequence[Card]) -> tuple[Together, ...]:
        """改由谁去 and 免办 for visits that are owed (D.1)."""
        return table.together(session, cards)

    def stands_for(self, card: Card) -> tuple[str, str]:
        """Return the household or the record that owes it; what a form fulfils stands for itself."""
        about = table.duty_of(card).about
        return about if about[0] in FOLDED or about[0] == HOUSEHOLD else (DUTY, card.id)

    def beside(self, card: Card, acts: Sequence[ft.Control], go: Callable[[str], object]) -> ft.Control | None:
        """Return a visit that is owed; what a record owes is that record."""
        duty = table.duty_of(card)
        return table.OwedVisit(card, acts, go) if duty.about[0] not in FOLDED else None

    def line(self, card: Card) -> tuple[str, str]:
        """Return what is owed; and the duty's stage and content."""
        return why_words(card.kind), joined(self.stage_words(card), card.content)


def _says(body: Body, name_of: NameOf) -> str:
    due, owner = body.get("due_at"), body.get("owner_id")
    day = full_day(china_day(due)) if due is not None else ""
    return joined(name_of(owner) if owner else "", day, body.get("about"), body.get("reason"))


DutyFace.says_of = dict.fromkeys(("duty_planned", "duty_moved", "duty_excused"), _says)
