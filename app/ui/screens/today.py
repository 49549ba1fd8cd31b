"""今日: what is to be done now, the most urgent first, and how much of it has not gone up yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, Today
from app.domain import roles
from app.domain import state as st
from app.domain.errors import NO_NETWORK
from app.domain.times import china_day
from app.ui import theme
from app.ui.context import Ui, cloud_of, language_code, use_read, use_ui
from app.ui.kit.base import column, row
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import empty_state
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.places import nav, paths
from app.ui.screens.key_tags import keys_group
from app.ui.screens.pulling import PullLine
from app.ui.screens.room import low_room
from app.ui.screens.today_parts import group, opened_row, promise_row, tile, today_card, visit_row
from app.ui.screens.update import update_notice
from app.ui.texts import calendar_day, t

FIRST: Final = 8
"""Cards in the first drawing: more than are in sight. The others and what is below them follow it."""
FOLLOW_S: Final = 0.5
PAGE: Final = 20
"""Cards drawn then, and more with each tap on 显示更多."""
FEW: Final = 3
"""Rows of what is not the main thing; the rest is one tap away."""
PULL: Final = -40
"""How far the list is pulled beyond its upper end, in pixels, before it syncs."""


@ft.component
def TodayScreen() -> ft.Control:
    """The first screen of everybody."""
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
            # Where lists bounce (iOS) the pull is the distance itself.
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
        cloud=cloud_of(ui),
        footer=nav(ui, held, "today"),
        scroll=False,
    )


def _read(session: Session) -> tuple[Today, frozenset[str]]:
    return session.today(), session.roles


async def sync_by_hand(ui: Ui) -> None:
    """Syncs now and says how it went: somebody asked for it, so they get an answer."""
    status = await ui.session.sync_now()
    if status.problem is not None and status.problem.kind is not NO_NETWORK:
        ui.toast(status.problem.message(language_code(ui.page)))
    elif status.problem is not None:
        ui.toast(t("shell.sync.not_now"))
    elif not status.refused:
        # What was refused stands there already, with its reason.
        ui.toast(t("shell.sync.done"))


def _day(ui: Ui) -> str:
    day = china_day(ui.now())
    return f"{calendar_day(day)} {t(f'shell.weekday.{day.isoweekday()}')}"


def _strut(today: Today) -> ft.Control:
    # Only what is longer than the window can be pulled: this makes up for what the work, at its least height, lacks.
    height = float(ft.context.page.height or 800)
    work = 120 * len(today.tickets) + 90 * (len(today.visits_due[:FEW]) + len(today.promises[:FEW]))
    return ft.Container(height=max(theme.GAP_LARGE, height - 190 - (work or 250)))


def _top(ui: Ui, today: Today) -> list[ft.Control]:
    """What concerns the phone rather than the work."""
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
    found.append(PullLine(today.sync, lambda: ui.go("/sync")))
    return found


def _work(ui: Ui, today: Today, held: frozenset[str], shown: int, more: Callable[[], object]) -> list[ft.Control]:
    found: list[ft.Control] = []
    name_of = ui.session.staff_name
    if held & roles.OVERSEERS:
        found.append(_tiles(ui, today, held))
    found.extend(keys_group(ui, today.keys_late, today.keys_disputed))
    staff_id = today.staff.id
    for card in today.tickets[:shown]:
        made = today_card(ui, card, staff_id, held, name_of)
        made.key = card.id
        found.append(made)
    left = len(today.tickets) - shown
    if left > 0 and shown == FIRST:
        return found
    if left > 0:
        found.append(row([small_button("today-more", t("shell.today.more", n=left), more)], alignment=_CENTRE))
    found.extend(_doors(ui, today))
    if today.opened and not held & roles.OVERSEERS:
        found.append(_opened(ui, today.opened, name_of))
    busy = today.tickets or today.visits_due or today.promises or today.keys_late or today.keys_disputed
    if not busy and today.sync.first_pull_done:
        found.append(_nothing(ui, held))
    return found


_CENTRE: Final = ft.MainAxisAlignment.CENTER


def _tiles(ui: Ui, today: Today, held: frozenset[str]) -> ft.Control:
    counts = today.stages
    board = paths(held)["tickets"]
    tiles = [
        tile("count-open", counts.get(st.OPEN, 0), t("shell.count.to_assign"), lambda: ui.go(board), tone="amber"),
        tile("count-judge", counts.get(st.TO_JUDGE, 0), t("shell.count.to_judge"), lambda: ui.go(board), tone="amber"),
    ]
    if roles.ENGINEERING_SUPERVISOR in held:
        confirm = t("shell.count.to_confirm")
        tiles.append(tile("count-confirm", today.to_confirm, confirm, lambda: ui.go("/confirm")))
    tiles.append(tile("count-flagged", today.flagged, t("shell.count.flagged"), lambda: ui.go("/flags"), tone="amber"))
    if theme.look_of(ui.page).scale > 1.3:
        return column([row(tiles[:2]), row(tiles[2:])], gap=8)
    return row(tiles)


def _doors(ui: Ui, today: Today) -> list[ft.Control]:
    found: list[ft.Control] = []
    if today.promises:
        rows = [promise_row(ui, promise) for promise in today.promises[:FEW]]
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
        rows = [visit_row(ui, due) for due in today.visits_due[:FEW]]
        found.append(
            group(
                t("shell.today.visits"),
                rows,
                count=len(today.visits_due),
                id="visits",
                more=_all(ui, len(today.visits_due) - FEW, "visits-all", "/households"),
            )
        )
    return found


def _all(ui: Ui, left: int, id: str, path: str) -> ft.Control | None:
    if left <= 0:
        return None
    button = small_button(id, t("shell.today.rest", n=left), lambda: ui.go(path), tone="text")
    return ft.Container(button, padding=ft.Padding.symmetric(horizontal=6, vertical=2))


def _opened(ui: Ui, cards: tuple[Card, ...], name_of: Callable[[str], str]) -> ft.Control:
    rows = [opened_row(ui, card, name_of) for card in cards[:FEW]]
    more = _all(ui, len(cards) - FEW, "opened-all", "/tickets")
    return group(t("shell.today.opened"), rows, count=len(cards), id="opened", more=more)


def _nothing(ui: Ui, held: frozenset[str]) -> ft.Control:
    if held & {roles.REPAIR_WORKER, roles.STEWARD} or not held & roles.OVERSEERS:
        kind = "worker" if roles.REPAIR_WORKER in held else ("steward" if roles.STEWARD in held else "other")
    else:
        kind = "overseer"
    act = None
    if kind == "steward":
        act = small_button("empty-act", t("shell.empty.find"), lambda: ui.reset("/households"))
    return empty_state(
        t("shell.empty.heading"), t(f"shell.empty.{kind}"), mark=ft.Icons.TASK_ALT_ROUNDED, action=act, id="today-empty"
    )
