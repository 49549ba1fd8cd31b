"""What is still to come 在办与到期 (K6, N5): decorations that expire, deposits to be returned, permits, who is inside;
and the gate finds a permit or a pass by its number, without a network (K3, N2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card
from app.domain import roles
from app.domain.subjects.case import CaseCard
from app.domain.subjects.case.chains.cash import UNSIGNED
from app.domain.subjects.case.chains.goods import is_code
from app.domain.subjects.case.kinds import CASE
from app.domain.times import china_day, read_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_handed, use_now, use_read, use_ui
from app.ui.kit.buttons import small_button
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.subjects.case.contacts import MARK, contacts_rows
from app.ui.subjects.case.paths import CONTACTS, FORMS, WATCHED, fill_path, path_of
from app.ui.texts import day_text, t
from app.ui.ticket_words import joined

_TONES: Final = {
    "care_expired": "red", "care_expiring": "amber",
    "overstayed": "red", "stopped": "red", "to_check": "red", "permit_expired": "red", "unused": "amber",
    "expiring": "amber", "permit_expiring": "amber", "unclaimed": "amber", "to_refund": "amber", "to_recheck": "amber",
    "asked": "amber", "to_answer": "amber", "not_taken": "amber", "lacking": "amber", "unsettled": "amber",
    "cash_unsigned": "amber", "export_asked": "amber",
    "valid": "good", "inside": "calm", "to_collect": "calm", "promised": "plain", "in_use": "plain",
    "running": "plain", "kept": "plain", "permit_valid": "good", "coming": "calm", "care_valid": "plain",
    "export_ready": "calm",
}  # fmt: skip
"""The lists in the order of the page, each with the tone of its rows."""


BY_CODE: Final = "goods_gate_code"
_MOST_PICTURES: Final = 60
"""Decorations whose workers' pictures are fetched with the list."""
_MOST_DOORS: Final = 20
SEPARATOR: Final = "、"
"""Between the passes that a case knows."""


@ft.component
def WatchedScreen() -> ft.Control:
    """The page: a field to find by, and a list for each thing that is still to come."""
    ui = use_ui()
    today = china_day(use_now())
    query, set_query = ft.use_state(str(use_handed(WATCHED).get("query") or ""))
    found, doors, some = use_read(lambda s: (s.cases.watched(query), *_doors(s, query)), query)
    # The workers' small pictures are fetched while there is a network: at the gate there may be none later (K3).
    passes = [card.id for cards in found.values() for card in cards if card.as_(CaseCard).known.get("passes_out")]
    with_passes = [(CASE, id_) for id_ in passes[:_MOST_PICTURES]]
    ft.use_effect(lambda: ui.session.in_view(with_passes) if with_passes else None, [with_passes])
    contacts = _contacts(ui, doors, some)
    parts: list[ft.Control] = [SearchField("watched-find", set_query, initial=query, hint=t("case.watched.find"))]
    for name, tone in _TONES.items():
        cards = found.get(name, [])
        if cards:
            rows = [_row(ui, card, name, tone, today, query) for card in cards]
            parts.append(group(t(f"case.watched.{name}"), rows, count=len(rows), id=f"watched-{name}"))
    parts[1:1] = contacts
    if len(parts) == 1 or (len(parts) == 2 and contacts and not query):
        which = "none_found" if query else "none"
        says = t(f"case.watched.{which}_says")
        action = _by_code(ui, query.strip())
        parts.append(empty_state(t(f"case.watched.{which}"), says, mark=ft.Icons.EVENT_NOTE, action=action))
    return Scaffold(
        t("case.watched.heading"), parts, id="watched", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui),
        gap=18,
    )  # fmt: skip


def _doors(session: Session, query: str) -> tuple[list[Card], bool]:
    """Return the doors with emergency contacts that are looked for, for whoever is on duty at the gate (Y4); and
    whether to lead to all of them, where nothing is looked for."""
    words = query.strip()
    if roles.GUARD not in session.roles:
        return [], False
    return (session.contacts.listed(words)[:_MOST_DOORS], False) if words else ([], session.contacts.any())


def _contacts(ui: Ui, doors: list[Card], some: bool) -> list[ft.Control]:
    """Return the way to emergency contacts at the gate: the doors that were looked for, else the list of them."""
    rows = contacts_rows(ui, doors)
    if some:
        says, go = t("care.contacts_says"), partial(ui.go, CONTACTS)
        rows = [list_row("to-contacts", t("care.contacts_doors"), go, sub=says, leading=MARK)]
    return [group(t("care.contacts"), rows, id="watched-contacts")] if rows else []


def _row(ui: Ui, card: Card, name: str, tone: str, today: date, query: str) -> ft.Control:
    known = card.as_(CaseCard).known
    if name == UNSIGNED:
        day, off = read_day(known.get("day")), known.get("difference")
        total = known.get("total", "")
        cash = t("case.watched.cash_off", total=total, off=off) if off else t("case.watched.cash", total=total)
        return list_row(
            f"watched-{card.id[-8:]}", day_text(day, today) if day is not None else card.content,
            partial(ui.go, path_of(card.id)), sub=joined(estates.mark_of(card), cash),
        )  # fmt: skip
    named = "refund_from" if name in ("to_refund", "in_use") else "until"
    day = read_day(known.get(named) or known.get("promised") or known.get("since") or known.get("recheck"))
    when = chip(day_text(day, today), tone) if day is not None else None
    told = ("lacking", "open", "goods", "name", "contractor", "plate", "needs")
    who = next((known[one] for one in told if known.get(one)), "")
    number = known.get("number") or known.get("pass") or ""
    return list_row(
        f"watched-{card.id[-8:]}", card.address or card.content, partial(ui.go, path_of(card.id)),
        sub=joined(estates.mark_of(card), number, who, *_passes(known, query)), lines=2, trailing=when,
    )  # fmt: skip


def _passes(known: Mapping[str, str], query: str) -> list[str]:
    """Return the passes that are out; where one is looked for, it alone, and that it came back or was lost (K3)."""
    found = [(known.get("passes_out", ""), "{}"), (known.get("passes_in", ""), t("case.watched.pass_in", pass_="{}")),
             (known.get("passes_lost", ""), t("case.watched.pass_lost", pass_="{}"))]  # fmt: skip
    each = [(one, words.replace("{}", one)) for said, words in found for one in said.split(SEPARATOR) if one]
    sought = query.strip().casefold()
    meant = [words for one, words in each if sought and sought in one.casefold()]
    return meant or [known.get("passes_out", "")]


def _by_code(ui: Ui, code: str) -> ft.Control | None:
    """Return the button that lets goods out by the code that was looked for and is not here (N3); none where it is no
    code, or this person lets nothing out. A permit that was used is opened instead."""
    if not is_code(code):
        return None
    permit = ui.session.cases.permit(code)
    if permit is not None:
        return small_button("by-code", t("case.watched.the_permit"), partial(ui.go, path_of(permit.id)))
    form = ui.session.cases.latest(BY_CODE)
    if form is None or not ui.session.cases.is_mine(form):
        return None
    begin = partial(ui.go, fill_path(form.hash, ui.session.new_id()), form=form.hash, kept={"code": code})
    return small_button("by-code", t("case.watched.by_code"), begin, icon=ft.Icons.DIALPAD_ROUNDED, tone="tonal")


ROUTES: Final = (Route(WATCHED, WatchedScreen, parent=FORMS),)
