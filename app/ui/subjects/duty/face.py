"""How changes to a duty 应办事项 are shown: planned, moved, excused (D.1)."""

from __future__ import annotations

import flet as ft

from app.actions.models import Card
from app.domain.subjects.duty import DUTY
from app.domain.times import china_day
from app.ui.subjects.duty.words import why_words
from app.ui.subjects.face import Body, Face, NameOf
from app.ui.texts import full_day
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

    def line(self, card: Card) -> tuple[str, str]:
        """Return what is owed; and the duty's stage and content."""
        return why_words(card.kind), joined(self.stage_words(card), card.content)


def _says(body: Body, name_of: NameOf) -> str:
    due, owner = body.get("due_at"), body.get("owner_id")
    day = full_day(china_day(due)) if due is not None else ""
    return joined(name_of(owner) if owner else "", day, body.get("about"), body.get("reason"))


DutyFace.says_of = dict.fromkeys(("duty_planned", "duty_moved", "duty_excused"), _says)
