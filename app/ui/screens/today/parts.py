"""Pieces of 今日 (today): cards with running clocks, what is due at doors, and the state of sync in one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import flet as ft

from app.actions.models import Card, PromiseRow, SyncStatus, Today, VisitDueRow
from app.actions.todo import next_verb, own_clock
from app.domain.times import china_day
from app.domain.wire.errors import NO_NETWORK, WIFI_SIGN_IN
from app.ui import estates, theme
from app.ui.context import Ui, use_now
from app.ui.kit.base import TALL, column, flow, icon, pressable, quiet, row, txt
from app.ui.kit.boundary import guarded
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import list_row
from app.ui.kit.ticket import chip, stamp_badge, urgent_chip
from app.ui.running import RunningClock
from app.ui.screens.desk.parts import edge_of
from app.ui.subjects import face_of
from app.ui.subjects.face import AtOnce
from app.ui.texts import ago_text, day_text, t


def today_card(ui: Ui, card: Card, today: Today, held: frozenset[str], name_of: Callable[[str], str]) -> ft.Control:
    """Return a record's card: the address largest, the problem, its stage, this person's clock, and what to do next.

    `held` are the person's roles on the record; `name_of` returns a staff member's name.
    """
    staff_id, face = today.staff.id, face_of(card.type)
    verb = next_verb(card, staff_id, held)
    large = theme.look_of(ft.context.page).scale > 1.3
    number = [quiet(card.number or t("shell.today.no_number"))] if face.numbered else []
    name = txt(face.heading(card), ft.TextThemeStyle.TITLE_LARGE, expand=not large)
    marks: list[ft.Control] = []
    if card.urgent:
        marks.append(urgent_chip())
    if card.id in today.new:
        marks.append(chip(t("shell.today.new"), "good", ft.Icons.FIBER_NEW_ROUNDED))
    clock = own_clock(card, staff_id, held)
    if clock is not None:
        marks.append(RunningClock(clock, name=face.clock_name(clock.id)))
    marks += face.today_marks(card, ui.now())
    if card.flags:
        marks.append(stamp_badge("flagged"))
    if card.unsent:
        marks.append(stamp_badge("unsent"))
    parts: list[ft.Control] = [
        *([name, *number] if large else [row([name, *number])]),
        txt(card.content, lines=3 if large else 2),
        StandsAt(card, name_of(card.assignee) if card.assignee not in (None, staff_id) else ""),
    ]
    if marks:
        parts.append(flow(marks))
    step = face.at_once(card, held)
    if step is not None:
        return _two_taps(ui, card, parts, step)
    if verb is not None:
        parts.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        parts.append(
            row(
                [
                    txt(
                        face.next_words(verb),
                        ft.TextThemeStyle.TITLE_MEDIUM,
                        color=ft.Colors.PRIMARY,
                        expand=True,
                    ),
                    icon(ft.Icons.ARROW_FORWARD_ROUNDED, 22, ft.Colors.PRIMARY),
                ]
            )
        )
    return pressable(
        f"{card.type}-{card.id}",
        column(parts, gap=7),
        lambda: ui.go(face.page(card.id)),
        padding=ft.Padding.only(left=16, right=16, top=13, bottom=11),
        radius=theme.RADIUS,
        bgcolor=theme.PAPER,
        border=edge_of(card),
        min_height=TALL,
    )


def _two_taps(ui: Ui, card: Card, parts: list[ft.Control], step: AtOnce) -> ft.Control:
    """Return a card that opens the record, with a button below that does the next step at once."""
    button = small_button(f"{step.id}-{card.id}", step.words, partial(step.run, ui, card), icon=step.mark)
    opens = pressable(
        f"{card.type}-{card.id}",
        column(parts, gap=7),
        lambda: ui.go(face_of(card.type).page(card.id)),
        padding=ft.Padding.only(left=16, right=16, top=13, bottom=6),
        radius=theme.RADIUS,
        min_height=TALL,
    )
    foot = ft.Container(ft.Row([button]), padding=ft.Padding.only(left=16, right=12, bottom=12))
    return ft.Container(
        column([opens, foot], gap=0), bgcolor=theme.PAPER, border=edge_of(card), border_radius=theme.RADIUS
    )


@ft.component
@guarded
def StandsAt(card: Card, who: str) -> ft.Control:
    """Draw a record's stage, who has it, and how long it has been open; every card has this line."""
    stage = face_of(card.type).stage_words(card)
    since = t("desk.since", when=ago_text(card.opened_at, use_now()))
    return quiet(" · ".join(part for part in (estates.mark_of(card), stage, who, since) if part))


def waiting_row(ui: Ui, card: Card) -> ft.Control:
    """Return a muted row for a record of this person's on which somebody else must act, saying who."""
    face = face_of(card.type)
    whose = card.waits_for if card.waits_for in ("supervisor", "desk") else "other"
    sub = " · ".join(part for part in (estates.mark_of(card), card.content, face.stage_words(card)) if part)
    who = chip(t(f"shell.today.waits.{whose}"), "plain", ft.Icons.HOURGLASS_EMPTY_ROUNDED)
    marks = [urgent_chip(), who] if card.urgent else [who]
    words = column([txt(face.heading(card), ft.TextThemeStyle.BODY_LARGE), quiet(sub, lines=2), flow(marks)], gap=4)
    return pressable(
        f"waiting-{card.id}",
        row([ft.Container(words, expand=True), icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE)]),
        lambda: ui.go(face.page(card.id)),
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
    )


def opened_row(ui: Ui, card: Card, name_of: Callable[[str], str]) -> ft.Control:
    """Return a row for a record that this person opened and others work on."""
    face = face_of(card.type)
    who = name_of(card.assignee) if card.assignee else ""
    stage = face.stage_words(card)
    sub = " · ".join(part for part in (estates.mark_of(card), card.content, stage, who) if part)
    return list_row(f"opened-{card.id}", face.heading(card), lambda: ui.go(face.page(card.id)), sub=sub, lines=2)


def visit_row(ui: Ui, due: VisitDueRow) -> ft.Control:
    """Return a row for a due visit: the door, why, and until when (E)."""
    today = china_day(ui.now())
    if due.days_late:
        when = t("shell.today.days_late", n=due.days_late)
    else:
        when = t("shell.today.until", day=day_text(due.due, today))
    tone = "red" if due.days_late else ("amber" if due.reason == "complaint" else "calm")
    mark = {"complaint": ft.Icons.RECORD_VOICE_OVER_OUTLINED, "move_in": ft.Icons.KEY_OUTLINED}.get(
        due.reason, ft.Icons.CALENDAR_MONTH_OUTLINED
    )
    home = due.household
    return _due_row(
        f"visit-{home.id}",
        home.address,
        " · ".join(part for part in (estates.mark_of(home), home.name) if part),
        [chip(f"{t(f'shell.reason.{due.reason}')} · {when}", tone, mark)],
        lambda: ui.go(f"/household/{home.id}"),
    )


def promise_row(ui: Ui, promise: PromiseRow) -> ft.Control:
    """Return a row for a promise made at a door and not settled yet (E)."""
    today = china_day(ui.now())
    if promise.days_late:
        words, tone = t("shell.today.days_late", n=promise.days_late), "red"
    else:
        words = t("shell.today.until", day=day_text(promise.until, today))
        tone = "amber" if (promise.until - today).days <= 1 else "calm"
    return _due_row(
        f"promise-{promise.visit.id}-{promise.index}",
        promise.visit.address,
        " · ".join(part for part in (estates.mark_of(promise.visit), promise.what) if part),
        [chip(words, tone, ft.Icons.HANDSHAKE_OUTLINED)],
        lambda: ui.go(f"/visit/{promise.visit.id}"),
    )


def _due_row(id: str, heading: str, says: str, marks: list[ft.Control], on_tap: Callable[[], object]) -> ft.Control:
    words = column(
        [txt(heading, ft.TextThemeStyle.TITLE_MEDIUM), *([quiet(says, lines=2)] if says else []), flow(marks)], gap=4
    )
    return pressable(
        id,
        row([ft.Container(words, expand=True), icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE)]),
        on_tap,
        padding=ft.Padding.symmetric(horizontal=16, vertical=11),
    )


@ft.component
def SyncLine(status: SyncStatus, on_tap: Callable[[], object]) -> ft.Control:
    """Draw the state of sync in one muted line; a tap calls `on_tap`, which opens the sync page."""
    return pressable(
        "sync-line",
        row([quiet(sync_words(status, use_now()), expand=True)], gap=4),
        on_tap,
        label=t("shell.sync.heading"),
        min_height=theme.TOUCH,
    )


def sync_words(status: SyncStatus, now: int) -> str:
    """Return the state of sync in words: what is unsent, whether the server answers, when the last sync was."""
    parts = []
    if status.refused:
        parts.append(t("common.cloud.attention", n=status.refused))
    if status.problem is not None and not status.sign_in_needed:
        words = {NO_NETWORK: "shell.sync.no_network", WIFI_SIGN_IN: "shell.sync.wifi"}
        parts.append(t(words.get(status.problem.kind, "shell.sync.trouble")))
    if status.waiting:
        parts.append(t("common.cloud.waiting", n=status.waiting))
    elif not status.refused and status.problem is None:
        parts.append(t("common.cloud.all_sent"))
    if status.last_synced_at is not None:
        parts.append(t("shell.sync.last", ago=ago_text(status.last_synced_at, now)))
    return " · ".join(parts)


def tile(
    id: str, count: int, words: str, on_tap: Callable[[], object], *, tone: str = "calm", late: int = 0
) -> ft.Control:
    """Return a tile for supervisors: a count with its name; if some are `late`, red and with their number."""
    ink = ft.Colors.ON_SURFACE if count else ft.Colors.ON_SURFACE_VARIANT
    if count and tone == "amber":
        ink = ft.Colors.TERTIARY
    if late:
        ink = ft.Colors.ON_ERROR_CONTAINER
    face = ft.TextThemeStyle.HEADLINE_SMALL
    number: ft.Control = txt(str(count), face, color=ink)
    says: list[ft.Control] = [txt(words, ft.TextThemeStyle.LABEL_MEDIUM, color=ink if late else None)]
    if late:
        number = row([number, icon(ft.Icons.ALARM, 20, ink)], gap=6)
        says.append(txt(t("shell.count.late", n=late), ft.TextThemeStyle.LABEL_MEDIUM, color=ink))
    return pressable(
        id,
        column([number, *says], gap=0),
        on_tap,
        label=" ".join([words, str(count), *([t("shell.count.late", n=late)] if late else [])]),
        padding=ft.Padding.symmetric(horizontal=12, vertical=8),
        radius=theme.RADIUS,
        bgcolor=ft.Colors.ERROR_CONTAINER if late else theme.PAPER,
        border=ft.Border.all(1, ink if late else ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
        expand=True,
    )
