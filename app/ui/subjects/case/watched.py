"""What is still to come 在办与到期 (K6, N5): decorations that expire, deposits to be returned, permits, who is inside;
and the gate finds a permit or a pass by its number, without a network (K3, N2)."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

import flet as ft

from app.actions.models import Card
from app.domain.subjects.case import CaseCard
from app.domain.times import china_day, read_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_handed, use_now, use_read, use_ui
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.subjects.case.paths import FORMS, WATCHED, path_of
from app.ui.texts import day_text, t
from app.ui.ticket_words import joined

_TONES: Final = {
    "overstayed": "red", "stopped": "red", "to_check": "red", "permit_expired": "red", "unused": "amber",
    "expiring": "amber", "permit_expiring": "amber", "unclaimed": "amber", "to_refund": "amber", "to_recheck": "amber",
    "asked": "amber", "not_taken": "amber", "lacking": "amber", "unsettled": "amber",
    "valid": "good", "inside": "calm", "to_collect": "calm", "promised": "plain", "in_use": "plain",
    "running": "plain", "kept": "plain", "permit_valid": "good",
}  # fmt: skip
"""The lists in the order of the page, each with the tone of its rows."""


@ft.component
def WatchedScreen() -> ft.Control:
    """The page: a field to find by, and a list for each thing that is still to come."""
    ui = use_ui()
    today = china_day(use_now())
    query, set_query = ft.use_state(str(use_handed(WATCHED).get("query") or ""))
    found = use_read(lambda s: s.cases.watched(query), query)
    parts: list[ft.Control] = [SearchField("watched-find", set_query, initial=query, hint=t("case.watched.find"))]
    for name, tone in _TONES.items():
        cards = found.get(name, [])
        if cards:
            rows = [_row(ui, card, name, tone, today) for card in cards]
            parts.append(group(t(f"case.watched.{name}"), rows, count=len(rows), id=f"watched-{name}"))
    if len(parts) == 1:
        which = "none_found" if query else "none"
        parts.append(empty_state(t(f"case.watched.{which}"), t(f"case.watched.{which}_says"), mark=ft.Icons.EVENT_NOTE))
    return Scaffold(
        t("case.watched.heading"), parts, id="watched", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui),
        gap=18,
    )  # fmt: skip


def _row(ui: Ui, card: Card, name: str, tone: str, today: date) -> ft.Control:
    known = card.as_(CaseCard).known
    named = "refund_from" if name in ("to_refund", "in_use") else "until"
    day = read_day(known.get(named) or known.get("promised") or known.get("since") or known.get("recheck"))
    when = chip(day_text(day, today), tone) if day is not None else None
    told = ("lacking", "open", "goods", "name", "contractor", "plate")
    who = next((known[one] for one in told if known.get(one)), "")
    number = known.get("number") or known.get("pass") or ""
    return list_row(
        f"watched-{card.id[-8:]}", card.address or card.content, partial(ui.go, path_of(card.id)),
        sub=joined(estates.mark_of(card), number, who, known.get("passes_out")), lines=2, trailing=when,
    )  # fmt: skip


ROUTES: Final = (Route(WATCHED, WatchedScreen, parent=FORMS),)
