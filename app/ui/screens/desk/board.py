"""调度台 (dispatch board): open tickets grouped by the step they wait at, the most urgent first.

At a PC it is a table with the chosen record beside it: `wide.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card
from app.domain import roles
from app.domain.rules.state import CHANGED
from app.domain.subjects.ticket import state as st
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import column, icon, pressable, quiet, row, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import icon_button, small_button
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.news import use_news
from app.ui.router import Route
from app.ui.screens.desk import handover, put_on_phone, reports
from app.ui.screens.desk.endings import CallBackScreen, VoidScreen
from app.ui.screens.desk.forms import AskedScreen, AssignScreen, JudgeScreen
from app.ui.screens.desk.parts import desk_card, may_oversee, not_for_you, use_made
from app.ui.screens.desk.ways import step_of
from app.ui.screens.desk.wide.page import WideDesk
from app.ui.screens.desk.words import GROUPS, is_late
from app.ui.subjects import face_of
from app.ui.subjects.job.jobs import unfinished_jobs
from app.ui.subjects.ticket.call import call_button, takes_calls
from app.ui.subjects.ticket.tickets import Wanted, jobs_button, keep_wanted, new_button
from app.ui.tabs import use_nav
from app.ui.texts import t

SHOWN: Final = 12
"""Most cards drawn of one section; a button leads to the list with the rest."""
READ: Final = 200
"""Most cards read of one section."""
_FOLDED: Final = "shangmen.desk.folded"


@dataclass(frozen=True)
class Section:
    """One section of the board: its most urgent cards, and how many tickets it has in all."""

    id: str
    cards: tuple[Card, ...]
    count: int


@dataclass(frozen=True)
class Board:
    """The data of the board: its sections, and the counts shown on the buttons above them."""

    sections: tuple[Section, ...]
    flags: int
    changed: int
    left_behind: int = 0
    jobs: int = 0

    @property
    def count(self) -> int:
        """The number of open tickets."""
        return sum(section.count for section in self.sections)

    def late(self, now: int) -> int:
        """Return how many of the cards read are late at `now` (ms)."""
        return sum(1 for section in self.sections for card in section.cards if is_late(card, now))


def read_board(session: Session, text: str) -> Board:
    """Read the board; a search text `text` narrows its sections."""
    sections = []
    for group, stages in GROUPS.items():
        wanted = session.overseen(CardFilter(stages=stages, text=text))
        cards = tuple(session.cards(wanted, 0, READ))
        sections.append(Section(group, cards, len(cards) if len(cards) < READ else session.count(wanted)))
    at_work = next(section for section in sections if section.id == "in_work")
    again: Sequence[Card] = [card for card in at_work.cards if card.stage == st.TO_SIGN]
    if text or at_work.count > len(at_work.cards):
        again = session.cards(session.overseen(CardFilter(stages=(st.TO_SIGN,))), 0, READ)
    changed = sum(1 for card in again if card.signature == CHANGED)
    left = sum(one.count for one in session.handover.left())
    return Board(tuple(sections), session.flag_count(), changed, left, unfinished_jobs(session))


@ft.component
def DeskScreen() -> ft.Control:
    """Draw the desk: one column on a phone, a table at a PC."""
    ui = use_ui()
    look = theme.use_look()
    if not may_oversee(ui.session.roles):
        return not_for_you(ui, t("desk.heading"), id="desk")
    return WideDesk() if look.desk else BoardScreen()


@ft.component
def BoardScreen() -> ft.Control:
    """Draw the board: its sections, one under the other."""
    ui = use_ui()
    store = ft.context.page.session.store
    text, set_text = ft.use_state("")
    folded, set_folded = use_made(lambda: frozenset[str](store.get(_FOLDED) or ()))
    board = use_read(lambda s: read_board(s, text), text)
    nav = use_nav("tickets")

    def fold(section: str) -> None:
        fresh = folded ^ {section}
        store.set(_FOLDED, tuple(fresh))
        set_folded(fresh)

    def choose(ticket_id: str, step: str = "") -> None:
        ui.go(f"/ticket/{ticket_id}/{step}" if step else f"/ticket/{ticket_id}")

    use_news(ui, "/desk")
    all_tickets = icon_button(
        "desk-tickets", ft.Icons.FORMAT_LIST_BULLETED, t("desk.all_tickets"), lambda: ui.go("/tickets")
    )
    phones = icon_button(
        "desk-phones", ft.Icons.ADD_TO_HOME_SCREEN_ROUNDED, t("join.desk.heading"), lambda: ui.go(put_on_phone.PATH)
    )
    search = SearchField("desk-find", set_text, hint=t("desk.find"), initial=text)
    above = [] if text else estates.overview(ui)
    return Scaffold(
        t("desk.heading"),
        [search, *_ways(ui, board), *above, _Sections(board, text, folded, fold, choose)],
        id="desk",
        under=estates.switch(ui),
        cloud=cloud_of(ui),
        tools=[phones, all_tickets],
        footer=nav,
    )


def _ways(ui: Ui, board: Board) -> list[ft.Control]:
    """Return the buttons above the board: new ticket, register, and those with something to do, such as flags."""
    ways: list[ft.Control] = [*([call_button(ui)] if takes_calls(ui) else []), new_button(ui)]
    to_register = ft.Icons.RECORD_VOICE_OVER_OUTLINED
    ways.append(small_button("desk-matters", t("matter.register"), lambda: ui.go("/matters"), icon=to_register))
    if board.flags:
        words = f"{t('desk.tools_flags')} {board.flags}"
        ways.append(
            small_button("desk-flags", words, lambda: ui.go("/flags"), icon=ft.Icons.FLAG_OUTLINED, tone="danger")
        )
    if board.left_behind:
        words = f"{t('desk.handover.heading')} {board.left_behind}"
        to_others = ft.Icons.PERSON_OFF_OUTLINED
        ways.append(small_button("desk-handover", words, lambda: ui.go(handover.PATH), icon=to_others, tone="danger"))
    if board.jobs:
        ways.append(jobs_button(ui, board.jobs))
    done = next(section.count for section in board.sections if section.id == "to_confirm")
    if roles.ENGINEERING_SUPERVISOR in ui.session.roles and (done or board.changed):
        words = f"{t('desk.tools_confirm')} {done}" if done else t("desk.changed_count", n=board.changed)
        ways.append(small_button("desk-confirm", words, lambda: ui.go("/confirm"), icon=ft.Icons.FACT_CHECK_OUTLINED))
    if ui.session.roles & {roles.SERVICE_SUPERVISOR, roles.ADMIN, roles.FINANCE}:
        ways.append(small_button("desk-finance", t("desk.tools_finance"), lambda: ui.go("/finance"), tone="text"))
    if ui.session.roles & reports.READERS:
        ways.append(small_button("desk-reports", t("report.heading"), lambda: ui.go(reports.PATH), tone="text"))
    return [ft.Row(ways, spacing=8, run_spacing=8, wrap=True)]


@ft.component
def _Sections(
    board: Board,
    text: str,
    folded: frozenset[str],
    fold: Callable[[str], None],
    choose: Callable[..., None],
) -> ft.Control:
    """Draw the sections one under the other; as clocks run they are redrawn, without reading anything again."""
    ui = use_ui()
    now = use_now()
    if not board.count and text:
        return empty_state(t("desk.tickets.none_found"), t("desk.none_open"), mark=ft.Icons.SEARCH_OFF)
    if not board.count:
        return empty_state(t("desk.empty"), t("desk.empty_says"), mark=ft.Icons.INBOX_OUTLINED)
    late = board.late(now)
    head = t("desk.sub", open=board.count, late=late) if late else t("desk.sub_calm", open=board.count)
    parts: list[ft.Control] = [quiet(head)]
    for section in board.sections:
        closed = section.id in folded
        parts.append(_head(section, closed, now, fold))
        if closed or not section.count:
            continue
        cards = _ordered(section)[:SHOWN]
        by_worker = section.id == "in_work"
        before = None
        for card in cards:
            if by_worker and card.assignee != before:
                before = card.assignee
                parts.append(_worker(ui, section, before))
            act = _act(ui, card, choose)
            draw = partial(
                desk_card, card, now, partial(choose, card.id), act=act,
                with_stage=by_worker or card.stage == st.INFEASIBLE,
                who="" if by_worker else ui.session.staff_name(card.assignee), key=card.id,
            )  # fmt: skip
            parts.append(drawn(card.id, draw, what=card.number or ""))
        if section.count > len(cards):
            words = t("desk.show_more", n=section.count - len(cards))
            parts.append(small_button(f"more-{section.id}", words, _to_list(ui, section.id), tone="text"))
    return column(parts, gap=10)


def _ordered(section: Section) -> list[Card]:
    """Return a section's cards in display order; 进行中 (in work) by worker, whoever has the most urgent one first."""
    cards = list(section.cards)
    if section.id != "in_work":
        return cards
    order: dict[str | None, int] = {}
    for card in cards:
        order.setdefault(card.assignee, len(order))
    return sorted(cards, key=lambda card: order[card.assignee])


def _head(section: Section, closed: bool, now: int, fold: Callable[[str], None]) -> ft.Control:
    late = sum(1 for card in section.cards if is_late(card, now))
    name = t(f"desk.group.{section.id}")
    ink = None if section.count else ft.Colors.ON_SURFACE_VARIANT
    inside: list[ft.Control] = [
        txt(name, ft.TextThemeStyle.TITLE_LARGE if section.count else ft.TextThemeStyle.TITLE_MEDIUM, color=ink),
        txt(str(section.count), ft.TextThemeStyle.TITLE_MEDIUM, color=ft.Colors.ON_SURFACE_VARIANT, expand=True),
    ]
    if late:
        inside.append(chip(t("desk.late_count", n=late), "red", ft.Icons.ALARM))
    if not section.count:
        return ft.Container(row(inside), padding=ft.Padding.symmetric(horizontal=4, vertical=4))
    inside.append(icon(ft.Icons.EXPAND_MORE if closed else ft.Icons.EXPAND_LESS, 24))
    says = t("desk.expand" if closed else "desk.collapse", what=f"{name} {section.count}")
    return pressable(
        f"section-{section.id}",
        row(inside),
        lambda: fold(section.id),
        label=says,
        expanded=not closed,
        padding=ft.Padding.symmetric(horizontal=4),
    )


def _worker(ui: Ui, section: Section, worker: str | None) -> ft.Control:
    hand = sum(1 for card in section.cards if card.assignee == worker)
    name = ui.session.staff_name(worker) or t("desk.nobody")
    return ft.Container(
        row(
            [
                icon(ft.Icons.PERSON_OUTLINE, 22, ft.Colors.PRIMARY),
                txt(name, ft.TextThemeStyle.TITLE_SMALL),
                quiet(t("desk.load", n=hand)),
            ],
            gap=8,
        ),
        padding=ft.Padding.only(left=4, top=6),
    )


def _act(ui: Ui, card: Card, choose: Callable[..., None]) -> tuple[str, Any] | None:
    """Return the words and handler of the step that can be taken right on the card, or None."""
    held = ui.session.roles_on(card)
    taking = face_of(card.type).at_once(card, held)
    if taking is not None:
        return taking.words, partial(taking.run, ui, card)
    follows = step_of(ui, card)
    return (follows[1], partial(choose, card.id, follows[0])) if follows is not None else None


def _to_list(ui: Ui, section: str) -> Callable[[], None]:
    def run() -> None:
        keep_wanted(ui.page, Wanted(stage=section))
        ui.go("/tickets")

    return run


ROUTES: Final = (
    Route("/desk", DeskScreen, parent=None),
    Route("/ticket/{ticket_id}/assign", AssignScreen, parent="/ticket/{ticket_id}"),
    Route("/ticket/{ticket_id}/judge", JudgeScreen, parent="/ticket/{ticket_id}"),
    Route("/ticket/{ticket_id}/asked", AskedScreen, parent="/ticket/{ticket_id}"),
    Route("/ticket/{ticket_id}/call-back", CallBackScreen, parent="/ticket/{ticket_id}"),
    Route("/ticket/{ticket_id}/void", VoidScreen, parent="/ticket/{ticket_id}"),
)
