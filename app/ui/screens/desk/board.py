"""调度台 (dispatch board): open tickets grouped by the step they wait at, the most urgent first.

On a wide window the chosen ticket is shown beside the board.
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
from app.ui.kit.scaffold import Scaffold, TwoPane
from app.ui.kit.ticket import chip
from app.ui.news import use_news
from app.ui.router import Route
from app.ui.screens.desk import handover, put_on_phone
from app.ui.screens.desk.endings import CallBackScreen, VoidScreen
from app.ui.screens.desk.forms import AskedScreen, AssignScreen, JudgeScreen
from app.ui.screens.desk.parts import desk_card, may_oversee, not_for_you, use_made
from app.ui.screens.desk.words import GROUPS, is_late
from app.ui.subjects import face_of
from app.ui.subjects.job.jobs import unfinished_jobs
from app.ui.subjects.ticket.call import call_button, takes_calls
from app.ui.subjects.ticket.new import TicketNewScreen
from app.ui.subjects.ticket.page import TicketPane
from app.ui.subjects.ticket.tickets import Wanted, jobs_button, keep_wanted, new_button
from app.ui.tabs import use_nav
from app.ui.texts import t

SHOWN: Final = 12
"""Most cards drawn of one section; a button leads to the list with the rest."""
READ: Final = 200
"""Most cards read of one section."""
_FOLDED: Final = "shangmen.desk.folded"
_CHOSEN: Final = "shangmen.desk.chosen"

FORMS: Final[dict[str, Callable[..., ft.Control]]] = {
    "assign": AssignScreen,
    "judge": JudgeScreen,
    "asked": AskedScreen,
    "call-back": CallBackScreen,
    "void": VoidScreen,
}
"""The forms that open in the right pane, by the last part of their path."""


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
    """Draw the board: one column on a phone, two panes on a window of 900 px or more."""
    ui = use_ui()
    look = theme.use_look()
    page = ft.context.page
    store = page.session.store
    text, set_text = ft.use_state("")
    folded, set_folded = use_made(lambda: frozenset[str](store.get(_FOLDED) or ()))
    chosen, set_chosen = use_made(lambda: str(store.get(_CHOSEN) or ""))
    form, set_form = ft.use_state("")
    finding, set_finding = ft.use_state(0)
    board = use_read(lambda s: read_board(s, text), text)
    nav = use_nav("tickets")
    shown = [card.id for section in board.sections if section.id not in folded for card in _ordered(section)[:SHOWN]]

    def fold(section: str) -> None:
        fresh = folded ^ {section}
        store.set(_FOLDED, tuple(fresh))
        set_folded(fresh)

    def choose(ticket_id: str, step: str = "") -> None:
        if not look.wide:
            ui.go(f"/ticket/{ticket_id}/{step}" if step else f"/ticket/{ticket_id}")
            return
        store.set(_CHOSEN, ticket_id)
        set_chosen(ticket_id)
        set_form(step)

    def move(by: int) -> None:
        if shown:
            at = shown.index(chosen) + by if chosen in shown else 0
            choose(shown[max(0, min(len(shown) - 1, at))])

    def press(action: str) -> None:
        if action in (NEXT, BEFORE):
            move(1 if action == NEXT else -1)
        elif action == NEW:
            set_form(NEW)
        elif action == CALL and takes_calls(ui):
            set_form(f"{CALL}{ui.now()}")
        elif action == FIND:
            set_finding(finding + 1)
        elif action == CLOSE:
            set_form("")

    _use_keys(ui, look.wide, form, press)
    use_news(ui, "/desk")
    if not may_oversee(ui.session.roles):
        return not_for_you(ui, t("desk.heading"), id="desk")
    lists = _Sections(board, text, folded, chosen if look.wide else "", fold, choose)
    all_tickets = icon_button(
        "desk-tickets", ft.Icons.FORMAT_LIST_BULLETED, t("desk.all_tickets"), lambda: ui.go("/tickets")
    )
    phones = icon_button(
        "desk-phones", ft.Icons.ADD_TO_HOME_SCREEN_ROUNDED, t("join.desk.heading"), lambda: ui.go(put_on_phone.PATH)
    )
    search = SearchField("desk-find", set_text, hint=t("desk.find"), initial=text, asked_for=finding)
    where = estates.switch(ui)
    above = [] if text else estates.overview(ui)
    if not look.wide:
        return Scaffold(
            t("desk.heading"),
            [search, *_ways(ui, board), *above, lists],
            id="desk",
            under=where,
            cloud=cloud_of(ui),
            tools=[phones, all_tickets],
            footer=nav,
        )
    calls = [call_button(ui, lambda at: set_form(f"{CALL}{at}"))] if takes_calls(ui) else []
    left = ft.Column(
        [search, *_ways(ui, board), *above, lists, ft.Container(height=theme.GAP)],
        spacing=theme.GAP,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        expand=True,
    )
    return TwoPane(
        t("desk.heading"),
        left,
        _Right(chosen, form, set_form, choose, key=f"{chosen}/{form}"),  # type: ignore[call-arg]
        id="desk",
        under=where,
        cloud=cloud_of(ui),
        tools=[*calls, new_button(ui), phones, all_tickets],
        first_width=440,
        footer=nav,
    )


NEXT, BEFORE, NEW, CALL, FIND, CLOSE = "next", "before", "new", "call-", "find", "close"


def key_means(key: str, alt: bool, form: str) -> str:
    """Return the action of a key on the wide board, "" for none.

    ↑ and ↓ choose another ticket, Alt+N opens a new one in the right pane, Alt+P a new one for a phone call answered
    now, Alt+F goes to the board's search, Esc closes the open `form` ("" if none). While a form is open, the arrow keys
    belong to it.
    """
    if alt:
        return {"N": NEW, "P": CALL, "F": FIND}.get(key.upper(), "")
    if key == "Escape":
        return CLOSE if form else ""
    return {"Arrow Down": NEXT, "Arrow Up": BEFORE}.get(key, "") if not form else ""


def _use_keys(ui: Ui, wide: bool, form: str, press: Callable[[str], None]) -> None:
    """Hook: on a wide window, call ``press`` with the action of each key (``key_means``)."""
    latest: ft.MutableRef[tuple[str, Callable[[str], None]]] = ft.use_ref(lambda: (form, press))
    latest.current = (form, press)

    def pressed(e: ft.KeyboardEvent) -> None:
        # The board stays alive under other screens and must ignore the keys pressed there.
        if ui.router.path != "/desk" or latest.current is None:
            return
        now_open, act = latest.current
        meant = key_means(e.key, e.alt, now_open)
        if meant:
            act(meant)

    def listen() -> None:
        ui.page.on_keyboard_event = pressed if wide else None

    def end() -> None:
        ui.page.on_keyboard_event = None

    ft.use_effect(listen, [wide], end)


def _ways(ui: Ui, board: Board) -> list[ft.Control]:
    """Return the buttons above the board: new ticket, register, and those with something to do, such as flags."""
    ways: list[ft.Control] = []
    if not theme.look_of(ui.page).wide:
        ways.extend([call_button(ui)] if takes_calls(ui) else [])
        ways.append(new_button(ui))
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
    return [ft.Row(ways, spacing=8, run_spacing=8, wrap=True)] if ways else []


@ft.component
def _Right(chosen: str, form: str, set_form: Callable[[str], None], choose: Callable[..., None]) -> ft.Control:
    """Draw the right pane: the chosen ticket, one of its forms, or the form of a new ticket (chosen once saved)."""
    ui = use_ui()
    if form == NEW or form.startswith(CALL):
        rang = int(form.removeprefix(CALL)) if form != NEW else None
        return TicketNewScreen(on_done=lambda: set_form(""), on_saved=choose, rang_at=rang)
    if not chosen:
        return empty_state(t("desk.pick"), t("desk.pick_says"), mark=ft.Icons.KEYBOARD_ARROW_LEFT, id="desk-pick")
    if form in FORMS:
        return FORMS[form](ticket_id=chosen, on_done=lambda: set_form(""), key=f"{form}-{chosen}")

    def open_step(path: str) -> None:
        step = path.rsplit("/", 1)[-1]
        if step in FORMS:
            set_form(step)
        else:
            ui.go(path)

    return TicketPane(chosen, open_step, key=chosen)  # type: ignore[call-arg]


@ft.component
def _Sections(
    board: Board,
    text: str,
    folded: frozenset[str],
    chosen: str,
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
            act = _act(ui, section.id, card, choose)
            draw = partial(
                desk_card, card, now, partial(choose, card.id), selected=card.id == chosen, act=act,
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


def _act(ui: Ui, section: str, card: Card, choose: Callable[..., None]) -> tuple[str, Any] | None:
    """Return the words and handler of the step that can be taken right on the card, or None."""
    held = ui.session.roles_on(card)
    taking = face_of(card.type).at_once(card, held)
    if taking is not None:
        return taking.words, partial(taking.run, ui, card)
    step, words = "", ""
    if section == "open" and held & {roles.DESK, roles.ENGINEERING_SUPERVISOR}:
        step, words = "assign", t("desk.assign.heading")
    elif section == "to_judge" and card.stage == st.TO_JUDGE and roles.ENGINEERING_SUPERVISOR in held:
        step, words = "judge", t("desk.judge.heading")
    elif section == "to_ask" and held & {roles.DESK, roles.ENGINEERING_SUPERVISOR}:
        step, words = "asked", t("desk.asked.heading")
    if not step:
        return None
    return words, lambda: choose(card.id, step)


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
