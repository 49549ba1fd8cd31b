"""工单: the list of every ticket this person may see, with search and filters; it comes back as it was left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card
from app.domain import roles
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.ticket.kinds import TICKET, TICKET_KINDS
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_now, use_read, use_ui
from app.ui.kit.base import tag, title
from app.ui.kit.buttons import Action, MainAction, icon_button, small_button
from app.ui.kit.choose import pill, pills
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk.parts import desk_card, use_made
from app.ui.screens.desk.words import GROUPS, Cards
from app.ui.tabs import use_nav
from app.ui.texts import t
from app.ui.ticket_words import word

_KEY: Final = "shangmen.tickets"
ROW_HEIGHT: Final = 146
ENDED, UNFINISHED, ALL, MINE = "ended", "unfinished", "all", "mine"


@dataclass(frozen=True)
class Wanted:
    """The filters of the list. `stage`: a section of the desk's board, or unfinished, mine, ended, all."""

    text: str = ""
    stage: str = UNFINISHED
    kind: str = ""
    worker: str = ""

    def filter(self, session: Session) -> CardFilter:
        """Return the same as a filter for the store."""
        found = CardFilter(text=self.text, kinds=(self.kind,) if self.kind else (), assignee=self.worker or None)
        if self.stage in GROUPS:
            return replace(found, stages=GROUPS[self.stage])
        if self.stage == UNFINISHED:
            return replace(found, ended=False)
        if self.stage == ENDED:
            return replace(found, ended=True, order="recent")
        if self.stage == MINE:
            # A worker's tickets are those they work on, everybody else's those they opened.
            me = session.profile.staff_id
            works = roles.REPAIR_WORKER in session.roles
            return replace(found, assignee=me, ended=False) if works else replace(found, opener=me, ended=False)
        return replace(found, order="recent")

    @property
    def narrowed(self) -> int:
        """Return how many filters of the sheet are set."""
        return sum(1 for value in (self.kind, self.worker) if value)


def keep_wanted(page: ft.Page | ft.BasePage, wanted: Wanted) -> None:
    """Remember the list's filters in this window (the board opens the list with a section chosen)."""
    page.session.store.set(_KEY, wanted)  # type: ignore[union-attr]


def kept_wanted(page: ft.Page | ft.BasePage) -> Wanted:
    """Return the list's last filters in this window."""
    found: Wanted | None = page.session.store.get(_KEY)  # type: ignore[union-attr]
    return found or Wanted()


def stage_choices(held: frozenset[str]) -> list[tuple[str, str]]:
    """Return the quick filters for somebody with these roles; overseers also get the board's sections."""
    sections = [(group, t(f"desk.group.{group}")) for group in GROUPS] if held & roles.OVERSEERS else []
    return [
        (UNFINISHED, t("desk.tickets.unfinished")),
        (MINE, t("desk.tickets.mine")),
        *sections,
        (ENDED, t("desk.tickets.ended")),
        (ALL, t("desk.tickets.all")),
    ]


@ft.component
def TicketsScreen() -> ft.Control:
    """The list. Its filters and scroll position are kept when the screen is left."""
    ui = use_ui()
    nav = use_nav("tickets")
    page = ft.context.page
    wanted, set_wanted = use_made(lambda: kept_wanted(page))
    filtering, set_filtering = ft.use_state(False)
    chosen = wanted.filter(ui.session)
    cards = use_read(lambda s: Cards(s.cards, chosen, s.count(chosen)), chosen)
    there = use_read(lambda s: s.count_by_type())
    anything = bool(there.get(TICKET))
    missed = bool(wanted.text) and not len(cards) and ui.session.several
    others = use_read(lambda s: s.count(s.everywhere(chosen)) if missed else 0, chosen, missed)

    def choose(**changed: str) -> None:
        fresh = replace(wanted, **changed)
        keep_wanted(page, fresh)
        set_wanted(fresh)

    workers = use_read(lambda s: s.staff_list(roles.REPAIR_WORKER))
    use_sheet(
        filtering,
        t("desk.tickets.filter"),
        lambda: _sheet(wanted, choose, [(p.id, p.name) for p in workers], lambda: set_filtering(False)),
        lambda: set_filtering(False),
        id="tickets-filter",
    )
    may_open = bool(ui.session.roles - {roles.FINANCE})
    mark, register = ft.Icons.RECORD_VOICE_OVER_OUTLINED, t("matter.register")
    tools: list[ft.Control] = [icon_button("tickets-matters", mark, register, lambda: ui.go("/matters"))]
    if may_open and theme.use_look().wide:
        tools.append(new_button(ui))
    if there.get(JOB):
        tools.append(jobs_button(ui))
    content: list[ft.Control] = [
        SearchField("tickets-find", lambda text: choose(text=text), hint=t("desk.find"), initial=wanted.text),
        _chips(wanted, choose, stage_choices(ui.session.roles), lambda: set_filtering(True)),
        _found(ui, cards, wanted, anything, lambda: choose(text="", kind="", worker="", stage=ALL), others),
    ]
    return Scaffold(
        t("desk.tickets.heading"),
        content,
        id="tickets",
        sub=t("desk.tickets.count", n=len(cards)) if anything else None,
        under=estates.switch(ui),
        on_back=ui.back if ui.router.can_go_back else None,
        cloud=cloud_of(ui),
        tools=tools,
        footer=None if ui.router.can_go_back else nav,
        scroll=False,
        gap=10,
    )


def jobs_button(ui: Ui, n: int = 0) -> ft.Control:
    """Return the link to the jobs 工作单; ``n`` is how many are open."""
    words = f"{t('job.noun.job')} {n}" if n else t("job.noun.job")
    return small_button("to-jobs", words, lambda: ui.go("/jobs"), icon=ft.Icons.ASSIGNMENT_OUTLINED)


def new_button(ui: Ui, on_tap: Callable[[], object] | None = None) -> ft.Control:
    """新工单: its form over everything, or where ``on_tap`` shows it."""
    return small_button("desk-new", t("desk.new"), on_tap or (lambda: ui.go("/ticket-new")), icon=ft.Icons.ADD_ROUNDED)


def _chips(
    wanted: Wanted, choose: Callable[..., None], stages: list[tuple[str, str]], open_sheet: Callable[[], None]
) -> ft.Control:
    """Return the filters as one line that scrolls sideways, so as not to take room from the list."""
    more = t("desk.tickets.filter_on", n=wanted.narrowed) if wanted.narrowed else t("desk.tickets.filter")
    line = [
        pill("tickets-more", more, open_sheet, selected=bool(wanted.narrowed)),
        *[
            pill(f"tickets-{value}", words, lambda v=value: choose(stage=v), selected=value == wanted.stage)  # type: ignore[misc]
            for value, words in stages
        ],
    ]
    return tag("tickets-stages", ft.Row(line, spacing=8, scroll=ft.ScrollMode.HIDDEN))


def _sheet(
    wanted: Wanted, choose: Callable[..., None], workers: list[tuple[str, str]], close: Callable[[], None]
) -> list[ft.Control]:
    kinds_here = [("", t("desk.tickets.anyone")), *((kind, word("kind", kind)) for kind in TICKET_KINDS)]
    people = [("", t("desk.tickets.anyone")), *workers]
    return [
        title(t("desk.tickets.kind")),
        pills(kinds_here, wanted.kind, lambda value: choose(kind=value), id="filter-kind"),
        title(t("desk.tickets.worker")),
        pills(people, wanted.worker, lambda value: choose(worker=value), id="filter-worker"),
        MainAction(Action(t("common.confirm"), close, id="filter-close")),
        small_button("filter-reset", t("desk.tickets.reset"), lambda: choose(kind="", worker=""), tone="text"),
    ]


@ft.component
def _List(cards: Any, spot: str) -> ft.Control:
    ui = use_ui()
    now = use_now()

    def draw(card: Card) -> ft.Control:
        who = ui.session.staff_name(card.assignee)
        return desk_card(card, now, lambda: ui.go(f"/ticket/{card.id}"), who=who, lines=1, with_stage=True)

    return WindowedList(
        cards, draw, row_height=ROW_HEIGHT, gap=10, key_of=lambda card: card.id, spot=spot, id="tickets-list"
    )


def _found(ui: Ui, cards: Cards, wanted: Wanted, anything: bool, reset: Callable[[], None], others: int) -> ft.Control:
    if len(cards):
        key = f"tickets-{wanted.stage}-{wanted.kind}-{wanted.worker}-{wanted.text}"
        return _List(cards, key, key=key)  # type: ignore[call-arg]
    if not anything:
        return empty_state(t("desk.tickets.none"), t("desk.tickets.none_says"), mark=ft.Icons.RECEIPT_LONG_OUTLINED)
    act = estates.elsewhere(ui, others) or small_button("tickets-reset", t("desk.tickets.reset"), reset)
    return empty_state(
        t("desk.tickets.none_found"), t("desk.tickets.none_found_says"), mark=ft.Icons.SEARCH_OFF, action=act
    )


ROUTES: Final = (Route("/tickets", TicketsScreen, parent=None),)
