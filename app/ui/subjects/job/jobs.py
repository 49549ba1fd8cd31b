"""The list of jobs: one's own, those one sent, and, for overseers, all of the estate (B)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card
from app.domain import roles
from app.domain.subjects.job import state as st
from app.domain.subjects.job.kinds import JOB, SENDERS
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import flow, tag
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pill
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, record_row, stamp_badge, urgent_chip
from app.ui.router import Route
from app.ui.screens.desk.parts import clock_of, edge_of, use_made
from app.ui.screens.desk.words import Cards
from app.ui.subjects import face_of
from app.ui.subjects.job import new
from app.ui.subjects.job.face import job_word
from app.ui.subjects.review.page import PATH as REVIEW
from app.ui.subjects.review.page import REVIEWERS
from app.ui.tabs import tickets_path, use_nav
from app.ui.texts import t

PATH: Final = "/jobs"
BREACHES: Final = "/job-breaches"
MINE, SENT, UNFINISHED, LATE, ENDED = "mine", "sent", "unfinished", "late", "ended"
_KEPT: Final = "jobs.wanted"
_ROW: Final = 148


def wanted_of(which: str, text: str, staff_id: str, now: int) -> CardFilter:
    """Return the filter for one of the list's choices."""
    if which == MINE:
        return CardFilter(type=JOB, assignee=staff_id, over=False, text=text)
    if which == SENT:
        return CardFilter(type=JOB, opener=staff_id, ended=False, text=text)
    if which == LATE:
        return CardFilter(type=JOB, stages=st.UNFINISHED, due_before=now, text=text)
    if which == ENDED:
        return CardFilter(type=JOB, ended=True, order="recent", text=text)
    return CardFilter(type=JOB, ended=False, text=text)


def choices(held: frozenset[str]) -> list[str]:
    """Return the choices that somebody with these posts has."""
    own = [MINE, *([SENT] if held & SENDERS else [])]
    return [UNFINISHED, *own, LATE, ENDED] if held & roles.OVERSEERS else [*own, UNFINISHED, ENDED]


@ft.component
def JobsScreen() -> ft.Control:
    """The list."""
    ui = use_ui()
    nav = use_nav("tickets")
    page = ft.context.page
    held = ui.session.roles
    kept = page.session.store.get(_KEPT)
    which, set_which = use_made(lambda: str(kept) if kept in choices(held) else choices(held)[0])
    text, set_text = ft.use_state("")
    now = use_now()
    wanted = wanted_of(which, text, ui.session.profile.staff_id, now if which == LATE else 0)
    cards = use_read(lambda s: Cards(s.cards, wanted, s.count(wanted)), wanted)

    def choose(name: str) -> None:
        page.session.store.set(_KEPT, name)
        set_which(name)

    line = [
        pill(f"jobs-{name}", t(f"job.list.{name}"), lambda n=name: choose(n), selected=name == which)  # type: ignore[misc]
        for name in choices(held)
    ]
    content: list[ft.Control] = [
        SearchField("jobs-find", set_text, hint=t("job.list.find"), initial=text),
        *_ways(ui, held),
        tag("jobs-which", ft.Row(line, spacing=8, scroll=ft.ScrollMode.HIDDEN)),
        _found(cards, which, text),
    ]
    send = Action(t("job.new"), lambda: ui.go(new.PATH), icon=ft.Icons.ADD_ROUNDED) if held & SENDERS else None
    return Scaffold(
        t("job.list.heading"),
        content,
        id="jobs",
        sub=t("job.list.count", n=len(cards)) if len(cards) else None,
        under=estates.switch(ui),
        on_back=ui.back if ui.router.can_go_back else None,
        cloud=cloud_of(ui),
        action=send,
        footer=None if ui.router.can_go_back else nav,
        scroll=False,
        gap=10,
    )


def _ways(ui: Ui, held: frozenset[str]) -> list[ft.Control]:
    """Return links: to the review before the shift ends and to the breaches for those they concern, and to the list of
    tickets for people whose tab 工单 leads here."""
    ways: list[ft.Control] = []
    if held & REVIEWERS:
        ways.append(
            small_button("jobs-review", t("review.noun.review"), lambda: ui.go(REVIEW), icon=ft.Icons.CHECKLIST_ROUNDED)
        )
    if held & roles.OVERSEERS:
        ways.append(
            small_button(
                "jobs-breaches", t("job.breaches.heading"), lambda: ui.go(BREACHES), icon=ft.Icons.RULE_ROUNDED
            )
        )
    if tickets_path(held) == PATH:
        ways.append(small_button("jobs-tickets", t("job.list.tickets"), lambda: ui.go("/tickets"), tone="text"))
    return [flow(ways)] if ways else []


def _found(cards: Cards, which: str, text: str) -> ft.Control:
    if not len(cards):
        says = t("job.list.none_found") if text else t(f"job.list.none_{which}")
        return empty_state(says, t("job.list.none_says"), mark=ft.Icons.ASSIGNMENT_TURNED_IN_OUTLINED, id="jobs-empty")
    return _List(cards, f"jobs-{which}-{text}", key=f"jobs-{which}-{text}")  # type: ignore[call-arg]


@ft.component
def _List(cards: Cards, spot: str) -> ft.Control:
    ui = use_ui()
    now = use_now()

    def draw(card: Card) -> ft.Control:
        who = ui.session.staff_name(card.assignee)
        return job_card(card, now, lambda: ui.go(face_of(card.type).page(card.id)), who)

    return WindowedList(cards, draw, row_height=_ROW, gap=10, key_of=lambda card: card.id, spot=spot, id="jobs-list")


def job_card(card: Card, now: int, on_tap: Callable[[], object], who: str) -> ft.Control:
    """Return a job as a row of a list: the place in large letters, the task, who has it, its deadline."""
    marks = clock_of(card, now)
    if card.urgent and not card.over:
        marks.insert(0, urgent_chip())
    if card.stage == st.ESCALATED:
        marks.append(chip(t("job.escalated_mark"), "amber", ft.Icons.PRIORITY_HIGH))
    if card.flags:
        marks.append(stamp_badge("flagged"))
    if card.unsent:
        marks.append(stamp_badge("unsent"))
    facts = " · ".join(part for part in (estates.mark_of(card), job_word("stage", card.stage), who) if part)
    number = card.number or t("ticket.no_number")
    return record_row(f"job-{card.id}", card.address, number, card.content, facts, marks, on_tap, border=edge_of(card))


def unfinished_jobs(session: Session) -> int:
    """Return how many jobs have not ended, in the chosen estates."""
    return session.count(CardFilter(type=JOB, ended=False))


ROUTES: Final = (Route(PATH, JobsScreen, parent=None),)
