"""今日 (today): what a person must do now, the most urgent first, and how much of their work was not sent yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.models import Card, Today
from app.domain import roles
from app.domain.times import china_day
from app.domain.wire.errors import NO_NETWORK
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, language_code, use_now, use_read, use_ui
from app.ui.kit.base import column, row
from app.ui.kit.boundary import drawn, guarded
from app.ui.kit.buttons import icon_button, small_button
from app.ui.kit.lists import empty_state, group
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.scanning import PATH as SCAN
from app.ui.screens.desk.handover import left_notice
from app.ui.screens.desk.words import GROUPS
from app.ui.screens.handbook.help import TOUR
from app.ui.screens.handbook.listing import to_sign_group
from app.ui.screens.phone.pulling import PullLine
from app.ui.screens.phone.room import low_room
from app.ui.screens.phone.update import update_notice
from app.ui.screens.today.owed import CasesOwed, answers_group, checks_group, meters_group, rounds_group
from app.ui.screens.today.parts import (
    opened_row,
    promise_row,
    tile,
    today_card,
    visit_row,
    waiting_row,
)
from app.ui.subjects.archive_paper.check import today_check
from app.ui.subjects.duty.who import calendar_notice
from app.ui.subjects.notice.boards import today_group
from app.ui.subjects.notice.calls import today_calls
from app.ui.subjects.review.page import review_notice
from app.ui.subjects.thing.tags import keys_group
from app.ui.subjects.ticket.call import call_button, takes_calls
from app.ui.subjects.ticket.tickets import MINE, Wanted, keep_wanted
from app.ui.subjects.visit.face import ROUND_PATH
from app.ui.tabs import nav
from app.ui.texts import calendar_day, t

FIRST: Final = 8
"""Cards in the first drawing, more than are in sight; the others and what is below them follow `FOLLOW_S` later."""
FOLLOW_S: Final = 0.5
PAGE: Final = 20
"""Cards drawn in the second drawing, and added by each tap on 显示更多 (show more)."""
FEW: Final = 3
"""Rows drawn of each secondary group; the rest is one tap away."""
PULL: Final = -40
"""Scroll offset in px (negative: above the top) to which the list must be pulled to start a sync."""


@ft.component
def TodayScreen() -> ft.Control:
    """Draw the first screen that everybody sees."""
    ui = use_ui()
    today, held = use_read(_read)
    shown, show = ft.use_state(FIRST)
    pulled: ft.MutableRef[float] = ft.use_ref(lambda: 0.0)
    look = theme.use_look()

    more_follow = shown == FIRST and len(today.tickets) > FIRST

    async def follow() -> None:
        if more_follow:
            await asyncio.sleep(FOLLOW_S)
            show(PAGE)

    ft.use_effect(follow, [more_follow])

    async def scrolled(e: ft.OnScrollEvent) -> None:
        before = pulled.current or 0.0
        if e.event_type == ft.ScrollType.START:
            pulled.current = 0.0
        elif e.event_type == ft.ScrollType.OVERSCROLL and e.overscroll is not None:
            pulled.current = before + e.overscroll
        elif e.pixels < e.min_scroll_extent:
            # Where lists bounce (iOS), the scroll position itself tells how far the list is pulled.
            pulled.current = e.pixels - e.min_scroll_extent
        if before > PULL >= (pulled.current or 0.0):
            await sync_by_hand(ui)

    content = ft.Column(
        [*_top(ui, today), *_work(ui, today, held, shown, lambda: show(shown + PAGE)), _strut(today)],
        scroll=ft.ScrollMode.AUTO,
        on_scroll=scrolled,
        expand=True,
        spacing=theme.GAP,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return Scaffold(
        t("shell.tab.today"),
        [content],
        id="today",
        sub=_day(ui) if look.scale < 1.6 else None,
        under=estates.switch(ui),
        cloud=cloud_of(ui),
        tools=_tools(ui, held, look.scale),
        footer=nav(ui, held, "today"),
        scroll=False,
    )


def _tools(ui: Ui, held: frozenset[str], scale: float) -> list[ft.Control]:
    """Return the top bar's tools: 来电 (phone call) for those who take calls, 扫码 (scan) for all but finance staff."""
    found: list[ft.Control] = [call_button(ui, short=scale > 1.3)] if takes_calls(ui) else []
    return [*found, _scan(ui, scale)] if held - {roles.FINANCE} else found


def _scan(ui: Ui, scale: float) -> ft.Control:
    """Return the button 扫码 (scan): always in sight, for whoever stands before a tag at a door or the key rack."""
    words = t("shell.today.scan")
    if scale > 1.3:
        return icon_button("today-scan", ft.Icons.QR_CODE_SCANNER_ROUNDED, words, lambda: ui.go(SCAN))
    return small_button("today-scan", words, lambda: ui.go(SCAN), icon=ft.Icons.QR_CODE_SCANNER_ROUNDED)


def _read(session: Session) -> tuple[Today, frozenset[str]]:
    return session.today(), session.roles


async def sync_by_hand(ui: Ui) -> None:
    """Sync now and show in a toast how it went, because somebody asked for it."""
    status = await ui.session.sync_now()
    if status.problem is not None and status.problem.kind is not NO_NETWORK:
        ui.toast(status.problem.message(language_code(ui.page)), worry=True)
    elif status.problem is not None:
        ui.toast(t("shell.sync.not_now"), worry=True)
    elif not status.refused:
        # Refused entries are on the sync page already, with the reason.
        ui.toast(t("shell.sync.done"))


def _day(ui: Ui) -> str:
    day = china_day(ui.now())
    return f"{calendar_day(day)} {t(f'shell.weekday.{day.isoweekday()}')}"


def _strut(today: Today) -> ft.Control:
    # Only a list longer than the window can be pulled: the strut adds what the content, at its least height, lacks.
    height = float(ft.context.page.height or 800)
    work = 120 * len(today.tickets) + 90 * (len(today.visits_due[:FEW]) + len(today.promises[:FEW]))
    return ft.Container(height=max(theme.GAP_LARGE, height - 190 - (work or 250)))


def _top(ui: Ui, today: Today) -> list[ft.Control]:
    """Return what concerns the phone rather than the work: storage, sign-in, update, sync."""
    found: list[ft.Control] = low_room(ui)
    if today.sync.sign_in_needed:
        problem = today.sync.problem
        says = problem.message("en" if theme.look_of(ui.page).language == "en" else "zh") if problem else ""
        found.append(
            notice(
                t("shell.expired.heading"),
                kept=says or t("shell.expired.kept"),
                act=(t("shell.expired.act"), lambda: ui.go("/sign-in")),
                id="expired",
            )
        )
    found.extend(update_notice(ui, today.sync))
    if ui.session.roles & {roles.ADMIN, roles.MANAGER}:
        found.extend(calendar_notice(ui.session, today.now))
    found.append(PullLine(today.sync, lambda: ui.go("/sync")))
    return found


def _work(ui: Ui, today: Today, held: frozenset[str], shown: int, more: Callable[[], object]) -> list[ft.Control]:
    found: list[ft.Control] = []
    name_of = ui.session.staff_name
    if held & roles.OVERSEERS:
        found.append(_tiles(ui, today, held))
    if today.left_behind:
        found.append(left_notice(ui, today.left_behind))
    if today.review_left is not None:
        found.append(review_notice(ui, today.review_left))
    found.extend(rounds_group(ui, today.rounds))
    found.extend(answers_group(ui, today.answers))
    found.extend(keys_group(ui, today.keys_late, today.keys_disputed, today.keys_missed))
    found.extend(today_calls(ui, today.calls, today.now))
    found.extend(today_group(ui, today.notices, today.now))
    if today.to_sign:
        found.append(to_sign_group(ui, today.to_sign, today.now))
    for card in today.tickets[:shown]:
        made = drawn(
            card.id, partial(today_card, ui, card, today, ui.session.roles_on(card), name_of), what=card.number or ""
        )
        made.key = card.id
        found.append(made)
    left = len(today.tickets) - shown
    if left > 0 and shown == FIRST:
        return found
    if left > 0:
        found.append(row([small_button("today-more", t("shell.today.more", n=left), more)], alignment=_CENTRE))
    found.extend(_doors(ui, today))
    found.extend(checks_group(ui, today.checks, today.now))
    found.extend(meters_group(ui, today.meter_rounds, today.now))
    found.extend(today_check(ui, today.archive))
    if today.on_cases:
        found.append(CasesOwed(today.on_cases, key="on-cases"))
    if today.waiting:
        found.append(_waiting(ui, today.waiting))
    if today.opened and not held & roles.OVERSEERS:
        found.append(_opened(ui, today.opened, name_of))
    keys = today.keys_late or today.keys_disputed or today.keys_missed or today.left_behind
    busy = (
        today.checks
        or today.meter_rounds
        or today.archive
        or today.answers
        or today.on_cases
        or today.rounds
        or today.notices
        or today.to_sign
        or today.calls
        or today.tickets
        or today.waiting
        or today.visits_due
        or today.promises
        or keys
    )
    if not busy and today.sync.first_pull_done:
        found.append(_nothing(ui, held))
    return found


_CENTRE: Final = ft.MainAxisAlignment.CENTER


@dataclass(frozen=True)
class Counted:
    """A tile that counts something, and the list of just that which a tap opens: a section of tickets, or a screen."""

    id: str
    words: str
    count: Callable[[Today], int]
    section: str = ""
    path: str = "/tickets"
    role: str | None = None
    tone: str = "amber"

    def open(self, ui: Ui) -> None:
        """Open the list."""
        if self.section:
            keep_wanted(ui.page, Wanted(stage=self.section))
        ui.go(self.path)


def _in(section: str) -> Callable[[Today], int]:
    return lambda today: sum(today.stages.get(stage, 0) for stage in GROUPS[section])


TILES: Final = (
    Counted("count-open", "shell.count.to_assign", _in("open"), "open"),
    Counted("count-judge", "shell.count.to_judge", _in("to_judge"), "to_judge"),
    Counted(
        "count-confirm",
        "shell.count.to_confirm",
        lambda today: today.to_confirm,
        path="/confirm",
        role=roles.ENGINEERING_SUPERVISOR,
        tone="calm",
    ),
    Counted("count-flagged", "shell.count.flagged", lambda today: today.flagged, path="/flags"),
)


@ft.component
@guarded
def _Tile(one: Counted, count: int, key: str | None = None) -> ft.Control:
    """Draw a tile; a tile of a ticket section turns red and says how many are late, as clocks run."""
    ui = use_ui()
    now = use_now()
    overdue = CardFilter(stages=GROUPS[one.section] if one.section else (), due_before=now)
    late = use_read(lambda s: s.count(s.overseen(overdue)) if one.section else 0, overdue)
    return tile(one.id, count, t(one.words), lambda: one.open(ui), tone=one.tone, late=late)


def _tiles(ui: Ui, today: Today, held: frozenset[str]) -> ft.Control:
    tiles = [_Tile(one, one.count(today), key=one.id) for one in TILES if one.role is None or one.role in held]
    if theme.look_of(ui.page).scale > 1.3:
        return column([_even(tiles[:2]), _even(tiles[2:])], gap=8)
    return _even(tiles)


def _even(tiles: Sequence[ft.Control]) -> ft.Control:
    """Return tiles beside each other, all as high as the highest."""
    return row(tiles, vertical_alignment=ft.CrossAxisAlignment.STRETCH, intrinsic_height=True)


def _doors(ui: Ui, today: Today) -> list[ft.Control]:
    found: list[ft.Control] = []
    if today.promises:
        rows = [drawn(f"{one.visit.id}-{one.index}", partial(promise_row, ui, one)) for one in today.promises[:FEW]]
        found.append(
            group(
                t("shell.today.promises"),
                rows,
                count=len(today.promises),
                id="promises",
                more=_all(ui, len(today.promises) - FEW, "promises-all", "/households"),
            )
        )
    if today.visits_due:
        rows = [drawn(due.household.id, partial(visit_row, ui, due)) for due in today.visits_due[:FEW]]
        found.append(
            group(
                t("shell.today.visits"),
                rows,
                count=len(today.visits_due),
                id="visits",
                more=_round(ui, len(today.visits_due)),
            )
        )
    return found


def _round(ui: Ui, due: int) -> ft.Control:
    """Draw the button that starts the evening's round of all due visits, or returns to one under way (E)."""
    walked = ui.session.rounds.now()
    words = t("round.start_n", n=due) if walked is None else t("round.go_on_here")
    button = small_button("to-round", words, lambda: ui.go(ROUND_PATH), tone="text")
    return ft.Container(button, padding=ft.Padding.symmetric(horizontal=6, vertical=2))


def _all(ui: Ui, left: int, id: str, path: str, stage: str = "") -> ft.Control | None:
    if left <= 0:
        return None

    def open_all() -> None:
        if stage:
            keep_wanted(ui.page, Wanted(stage=stage))
        ui.go(path)

    button = small_button(id, t("shell.today.rest", n=left), open_all, tone="text")
    return ft.Container(button, padding=ft.Padding.symmetric(horizontal=6, vertical=2))


def _waiting(ui: Ui, cards: tuple[Card, ...]) -> ft.Control:
    """Draw the records on which somebody else must act; they come below the person's own work."""
    rows = [drawn(card.id, partial(waiting_row, ui, card), what=card.number or "") for card in cards[:FEW]]
    more = _all(ui, len(cards) - FEW, "waiting-all", "/tickets", MINE)
    return group(t("shell.today.waiting"), rows, count=len(cards), id="waiting", more=more)


def _opened(ui: Ui, cards: tuple[Card, ...], name_of: Callable[[str], str]) -> ft.Control:
    rows = [drawn(card.id, partial(opened_row, ui, card, name_of), what=card.number or "") for card in cards[:FEW]]
    more = _all(ui, len(cards) - FEW, "opened-all", "/tickets")
    return group(t("shell.today.opened"), rows, count=len(cards), id="opened", more=more)


def _nothing(ui: Ui, held: frozenset[str]) -> ft.Control:
    if held & {roles.REPAIR_WORKER, roles.STEWARD} or not held & roles.OVERSEERS:
        kind = "worker" if roles.REPAIR_WORKER in held else ("steward" if roles.STEWARD in held else "other")
    else:
        kind = "overseer"
    act: ft.Control | None = None
    if kind == "steward":
        act = small_button("empty-act", t("shell.empty.find"), lambda: ui.reset("/households"))
    if ui.session.nothing_done_yet:
        tour = small_button("tour-start", t("help.tour_start"), lambda: ui.go(TOUR), icon=ft.Icons.EXPLORE_OUTLINED)
        both: list[ft.Control] = [act, tour] if act is not None else [tour]
        act = ft.Column(both, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER)
    return empty_state(
        t("shell.empty.heading"), t(f"shell.empty.{kind}"), mark=ft.Icons.TASK_ALT_ROUNDED, action=act, id="today-empty"
    )
