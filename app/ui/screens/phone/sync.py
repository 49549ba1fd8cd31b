"""The sync page: what was not sent yet, why the server refused entries, and how to rescue them as a file."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import flet as ft

from app.actions import Session
from app.actions.models import REFUSED, SyncStatus, UnsentItem
from app.domain.times import to_china
from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, language_code, use_now, use_read, use_ui
from app.ui.kit.base import column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.lists import empty_state, group
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.router import Route
from app.ui.screens.phone.room import unsent_at_risk
from app.ui.screens.phone.update import update_needed, update_notice
from app.ui.screens.today.page import sync_by_hand
from app.ui.subjects import page_of, says, step_name
from app.ui.texts import has, moment_text, t

SHOWN = 30
"""Entries drawn at first; each tap on 显示更多 (show more) adds as many."""


@ft.component
def SyncScreen() -> ft.Control:
    """Draw the page 同步 (sync), opened by the cloud at the top right of every screen."""
    ui = use_ui()
    status, items = use_read(_read)
    shown, show = ft.use_state(SHOWN)
    refused = [item for item in items if item.state == REFUSED]
    waiting = [item for item in items if item.state != REFUSED]
    clean = not items and not status.blobs_waiting and status.problem is None and not status.unreadable
    content: list[ft.Control] = [] if clean else [_State(status)]
    if refused:
        content.append(_heading(t("shell.sync.refused"), len(refused)))
        content.extend(drawn(item.entry.id, partial(_refused, ui, item)) for item in refused[:shown])
    if waiting:
        rows = [drawn(item.entry.id, partial(_waiting, ui, item)) for item in waiting[:shown]]
        content.append(group(t("shell.sync.waiting"), rows, count=len(waiting), id="waiting"))
    if max(len(refused), len(waiting)) > shown:
        content.append(small_button("sync-more", t("shell.sync.more"), lambda: show(shown + SHOWN)))
    if clean:
        content.append(_Clean(status))
    content.extend(unsent_at_risk(ui, status))
    content.extend(_others(ui))
    if items or status.blobs_waiting:
        content.append(_rescue(ui))
    if status.sign_in_needed:
        action = Action(t("shell.expired.act"), lambda: ui.go("/sign-in"), icon=ft.Icons.LOGIN_ROUNDED)
    else:
        action = Action(t("shell.sync.now"), lambda: sync_by_hand(ui), icon=ft.Icons.SYNC_ROUNDED)
    return Scaffold(
        t("shell.sync.heading"),
        content,
        id="sync",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
        gap=theme.GAP_LARGE,
    )


def _read(session: Session) -> tuple[SyncStatus, list[UnsentItem]]:
    return session.sync_status(), session.unsent()


def _heading(words: str, count: int) -> ft.Control:
    face = ft.TextThemeStyle.TITLE_MEDIUM
    return row([txt(words, face, expand=True), txt(str(count), face, color=ft.Colors.ON_SURFACE_VARIANT)])


# -- how it stands -----------------------------------------------------------------------------


def _last(status: SyncStatus, now: int) -> str:
    if status.last_synced_at is None:
        return t("shell.sync.never")
    return t("shell.sync.last_at", when=moment_text(status.last_synced_at, now))


@ft.component
def _Clean(status: SyncStatus) -> ft.Control:
    return empty_state(
        t("shell.sync.in_step"),
        f"{_last(status, use_now())}\n{t('shell.sync.empty_says')}",
        mark=ft.Icons.CLOUD_DONE_OUTLINED,
        id="sync-empty",
    )


@ft.component
def _State(status: SyncStatus) -> ft.Control:
    ui = use_ui()
    now = use_now()
    problem = status.problem
    last = _last(status, now)
    if update_needed(status):
        return column(update_notice(ui, status))
    if status.sign_in_needed:
        says_ = problem.message(language_code(ui.page)) if problem else t("shell.expired.kept")
        return notice(t("shell.expired.heading"), kept=says_, id="expired")
    if problem is not None:
        mark, ink, words = ft.Icons.CLOUD_OFF_OUTLINED, ft.Colors.ON_SURFACE_VARIANT, t("shell.sync.offline")
        more = t("shell.sync.offline_says")
        if problem.kind is not errors.NO_NETWORK:
            wifi = problem.kind is errors.WIFI_SIGN_IN
            mark = ft.Icons.WIFI_LOCK_OUTLINED if wifi else ft.Icons.SYNC_PROBLEM
            words = t("shell.sync.wifi" if wifi else "shell.sync.trouble")
            more = t("shell.sync.wifi_says") if wifi else problem.message(language_code(ui.page))
    elif status.refused:
        mark, ink, words = ft.Icons.SYNC_PROBLEM, ft.Colors.ERROR, t("common.cloud.attention", n=status.refused)
        more = t("shell.sync.attention_says")
    elif status.waiting or status.blobs_waiting:
        mark, ink, words = ft.Icons.CLOUD_UPLOAD_OUTLINED, ft.Colors.PRIMARY, t("shell.sync.going_up")
        more = t("shell.sync.going_up_says")
    else:
        mark, ink, words = ft.Icons.CLOUD_DONE_OUTLINED, ft.Colors.PRIMARY, t("shell.sync.in_step")
        more = ""
    facts: list[ft.Control] = [txt(words, ft.TextThemeStyle.TITLE_LARGE)]
    if more:
        facts.append(quiet(more))
    facts.append(quiet(last))
    if status.blobs_waiting:
        size = max(1, round(status.blob_bytes_waiting / 1024))
        facts.append(quiet(t("shell.sync.blobs", n=status.blobs_waiting, kb=size)))
        if ui.photos_wait() and (held := ui.session.photos.waiting()):
            facts.append(quiet(t("photo.me.waits", n=held)))
    if status.unreadable:
        facts.append(quiet(t("shell.sync.unreadable", n=status.unreadable)))
    line = ft.Row(
        [icon(mark, 36, ink), ft.Container(column(facts, gap=4), expand=True)],
        spacing=16,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return paper([line], id="sync-state")


# -- entries -----------------------------------------------------------------------------------


def entry_name(item: UnsentItem) -> str:
    """Return the name of an entry's kind, such as 接单 (accepted); a kind from a newer program is named as such."""
    entry = item.entry
    return step_name(entry.kind, entry.body, entry.subject_type)


def entry_says(ui: Ui, item: UnsentItem) -> str:
    """Return an entry's content in one line; "" where its name says it all, or a newer program's content is unknown."""
    entry = item.entry
    try:
        return says(entry.kind, entry.body, ui.session.staff_name, ui.now(), entry.subject_type)
    except (KeyError, TypeError, ValueError):
        # A newer program's entry may lack what the words here need; its name and time are still shown.
        return ""


def _where(item: UnsentItem) -> str:
    if item.card is None:
        return t("shell.entry.somewhere")
    name = item.card.address or item.card.content
    return " · ".join(part for part in (estates.mark_of(item.card), name, item.card.number or "") if part)


def _path(item: UnsentItem) -> str | None:
    return page_of(item.card) if item.card is not None else None


def _words(ui: Ui, item: UnsentItem) -> list[ft.Control]:
    more = entry_says(ui, item)
    return [
        row(
            [
                txt(entry_name(item), ft.TextThemeStyle.TITLE_SMALL, expand=True),
                quiet(moment_text(item.entry.made_at + ui.session.clock_offset(), ui.now())),
            ]
        ),
        quiet(_where(item)),
        *([quiet(more, lines=2)] if more else []),
    ]


def _waiting(ui: Ui, item: UnsentItem) -> ft.Control:
    path = _path(item)
    return pressable(
        f"unsent-{item.entry.id}",
        column(_words(ui, item), gap=2),
        (lambda: ui.go(path)) if path else None,
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
    )


def _refused(ui: Ui, item: UnsentItem) -> ft.Control:
    """Draw an entry that the server refused: why, what to do, and a button to try again. It blocks no other entries."""
    zh = language_code(ui.page) == "zh"
    why = (item.message_zh if zh else item.message_en) or item.message_zh or item.message_en
    if item.name == errors.ROLE_MAY_NOT.name:
        # The server's message has only the step's identifier; say its name instead.
        why = errors.tell(errors.ROLE_MAY_NOT, "zh" if zh else "en", {"kind": entry_name(item)})
    advice = f"shell.refused.{item.name}"
    path = _path(item)

    async def again() -> None:
        try:
            await ui.session.retry(item.entry.id)
        except Problem as problem:
            ui.tell(problem)
            return
        await sync_by_hand(ui)

    buttons = [small_button(f"retry-{item.entry.id}", t("shell.sync.retry"), again, icon=ft.Icons.REFRESH_ROUNDED)]
    if path:
        buttons.append(small_button(f"open-{item.entry.id}", t("shell.sync.open"), lambda: ui.go(path), tone="text"))
    return paper(
        [
            column(_words(ui, item), gap=2),
            notice(
                why,
                kept=t(advice) if has(advice) else t("shell.refused.other"),
                tone="red",
                id=f"refused-{item.entry.id}",
            ),
            ft.Row(list(buttons), wrap=True, spacing=8, run_spacing=8),
        ],
        id="refused",
        padding=16,
    )


# -- others, and the rescue file ------------------------------------------------------------------


def _others(ui: Ui) -> list[ft.Control]:
    mine = ui.session.profile.id
    unsent = ui.phone.unsent_counts()
    others = [p for p in ui.phone.profiles() if p.id != mine and unsent.get(p.id)]
    if not others:
        return []
    lines: list[ft.Control] = [
        row(
            [
                txt(person.name, ft.TextThemeStyle.TITLE_SMALL, expand=True),
                quiet(t("common.cloud.waiting", n=unsent[person.id])),
            ]
        )
        for person in others
    ]
    lines.append(quiet(t("shell.sync.others_says")))
    return [tag("others", section(t("shell.sync.others"), lines))]


def rescue_name(name: str, now_ms: int) -> str:
    """Return the rescue file's name, of a person's name and the time (ms), safe for any file system."""
    moment: datetime = to_china(now_ms)
    safe = "".join(char for char in name if char.isalnum()) or "staff"
    return f"shangmen-rescue-{safe}-{moment:%Y%m%d-%H%M}.json"


def _rescue(ui: Ui) -> ft.Control:
    async def save() -> None:
        data = ui.session.rescue_file()
        name = rescue_name(ui.session.profile.name, ui.now())
        where = await ft.FilePicker().save_file(dialog_title=t("shell.rescue.heading"), file_name=name, src_bytes=data)
        # In a browser the file is a download, whose place is not reported.
        if where is not None or ui.page.web:
            ui.toast(t("shell.rescue.saved", name=name))

    return section(
        t("shell.rescue.heading"),
        [
            quiet(t("shell.rescue.says")),
            small_button("rescue", t("shell.rescue.act"), save, icon=ft.Icons.DOWNLOAD_ROUNDED),
        ],
    )


ROUTE = Route("/sync", SyncScreen)
