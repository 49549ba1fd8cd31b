"""One page of the handbook: what it says, signing it as read (T4), who has not, and its earlier versions (T2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.domain.rules.handbook import Page, ToRead
from app.domain.times import china_day
from app.domain.writing.pages import blocks
from app.ui.asking import told, use_asked, waiting
from app.ui.context import Ui, cloud_of, language_code, use_now, use_read, use_ui
from app.ui.kit.base import flow, quiet, row, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.screens.handbook.blocks import FIRST, drawn_blocks
from app.ui.screens.handbook.help import help_page
from app.ui.screens.handbook.listing import due_chip, kind_words
from app.ui.screens.handbook.paths import HANDBOOK, page_path
from app.ui.texts import calendar_day, day_text, moment_text, t
from app.ui.ticket_words import joined


@dataclass(frozen=True)
class PageView:
    """A page as it is shown: how it stands with this person, and how many have not signed it."""

    page: Page
    mine: ToRead | None
    lacking: int
    readers: int


def read_page(session: Session, page_id: str) -> PageView | None:
    """Return a page; ``None`` where it is not on this phone."""
    book = session.handbook
    page = book.page(page_id) or help_page(page_id)
    if page is None:
        return None
    everybody = book.readers(page) if page.to_sign and book.oversees else []
    return PageView(page, book.mine(page), sum(one.read is None for one in everybody), len(everybody))


@ft.component
def PageScreen(page_id: str) -> ft.Control:
    """Draw a page in force; who has to sign it does so with the main action."""
    ui = use_ui()
    now = use_now()
    shown, show = ft.use_state(FIRST)
    view: PageView | None = use_read(lambda s: read_page(s, page_id), page_id)
    digest = view.page.hash if view is not None else ""
    once = ft.use_memo(ui.session.new_id, [page_id, digest])

    def opened() -> None:
        if view is not None and view.page.version:
            ui.session.handbook.saw(view.page)

    ft.use_effect(opened, [page_id, digest])
    if view is None:
        gone = empty_state(t("handbook.gone"), t("handbook.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("handbook.heading"), [gone], id="page", on_back=ui.back, cloud=cloud_of(ui))
    page, mine = view.page, view.mine

    async def sign() -> None:
        await ui.do(ui.session.handbook.sign(page, once=once), saved=t("handbook.signed"))

    content = [*_head(ui, page, mine, now), *_text(ui, page, shown, lambda: show(shown + FIRST))]
    below: list[ft.Control] = []
    if view.readers:
        words = t("handbook.lacking", n=view.lacking, all=view.readers)
        below.append(list_row("readers", words, lambda: ui.go(f"{page_path(page_id)}/readers"),
                              leading=ft.Icons.HOW_TO_REG_OUTLINED))  # fmt: skip
    if page.version:
        said = t("handbook.version_of", version=page.version, day=calendar_day(china_day(page.published_at)))
        below.append(list_row("versions", said, lambda: ui.go(f"{page_path(page_id)}/versions"),
                              sub=t("handbook.earlier"), leading=ft.Icons.HISTORY))  # fmt: skip
    if below:
        content.append(group(t("handbook.about_page"), below, id="about-page"))
    action = None
    if mine is not None and mine.read is None:
        action = Action(t("handbook.sign"), sign, icon=ft.Icons.DRAW_OUTLINED, hint=t("handbook.sign_says"))
    kind = kind_words(page.kind)
    heading = kind if kind != page.said(language_code(ui.page)) else t("handbook.heading")
    return Scaffold(
        heading, content, id="page", on_back=ui.back, cloud=cloud_of(ui), action=action
    )  # fmt: skip


def _head(ui: Ui, page: Page, mine: ToRead | None, now: int) -> list[ft.Control]:
    title = ft.Semantics(header=True, content=txt(page.said(language_code(ui.page)), ft.TextThemeStyle.HEADLINE_MEDIUM))
    marks: list[ft.Control] = []
    if mine is not None and mine.read is None:
        marks.append(due_chip(page, now))
    elif mine is not None and mine.read is not None:
        words = t("handbook.read_at", when=moment_text(mine.read.at, now))
        marks.append(chip(words, "good", ft.Icons.CHECK_ROUNDED, id="read-at"))
    return [title, *([flow(marks)] if marks else [])]


def _text(ui: Ui, page: Page, shown: int, more: Callable[[], object]) -> list[ft.Control]:
    speaks = language_code(ui.page)
    made = drawn_blocks(page, speaks, shown)
    left = len(blocks(page.words(speaks))) - shown
    if left > 0:
        made.append(small_button("page-more", t("handbook.more", n=left), more, tone="text"))
    return made


@ft.component
def ReadersScreen(page_id: str) -> ft.Control:
    """Draw who has not signed a document as read, and who has (T4)."""
    ui = use_ui()
    now = use_now()
    found: tuple[Page | None, list[ToRead]] = use_read(lambda s: _readers(s, page_id), page_id)
    page, people = found
    if page is None or not ui.session.handbook.oversees:
        return not_for_you(ui, t("handbook.readers"), id="readers-page")
    content: list[ft.Control] = []
    for name, those in (
        ("not_read", [one for one in people if one.read is None]),
        ("read", [one for one in people if one.read is not None]),
    ):
        if those:
            rows = [_reader(ui, one, now) for one in those]
            content.append(group(t(f"handbook.{name}"), rows, count=len(rows), id=name))
    if not people:
        content.append(empty_state(t("handbook.nobody_reads"), t("handbook.nobody_reads_says"),
                                   mark=ft.Icons.HOW_TO_REG_OUTLINED))  # fmt: skip
    return Scaffold(
        t("handbook.readers"), content, id="readers-page", sub=page.said(language_code(ui.page)), on_back=ui.back,
        cloud=cloud_of(ui), gap=18,
    )  # fmt: skip


def _readers(session: Session, page_id: str) -> tuple[Page | None, list[ToRead]]:
    page = session.handbook.page(page_id)
    return page, session.handbook.readers(page) if page is not None else []


def _reader(ui: Ui, one: ToRead, now: int) -> ft.Control:
    name = ui.session.staff_name(one.staff_id)
    if one.read is None:
        return list_row(f"reader-{one.staff_id}", name, None, sub=ui.session.estate_name(one.estate),
                        trailing=due_chip(one.page, now))  # fmt: skip
    said = joined(moment_text(one.read.at, now), t("handbook.version", version=one.read.version))
    return list_row(f"reader-{one.staff_id}", name, partial(ui.go, f"/reading/{one.read.record}"), sub=said)


@ft.component
def VersionsScreen(page_id: str) -> ft.Control:
    """Draw the versions of a page, as the server has them: a phone holds the one in force alone."""
    ui = use_ui()
    now = use_now()
    asked = use_asked(ui.session.handbook.told)
    heading = t("handbook.versions")
    if asked.value is None:
        if asked.problem is None:
            content: Sequence[ft.Control] = [waiting(t("devices.asking"))]
            return Scaffold(heading, content, id="versions-page", on_back=ui.back, cloud=cloud_of(ui))
        content = [told(asked.problem, language_code(ui.page), offline=_offline())]
        again = Action(t("office_forms.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
        return Scaffold(heading, content, id="versions-page", on_back=ui.back, cloud=cloud_of(ui), action=again)
    page = next((one for one in asked.value.pages if one.id == page_id), None)
    if page is None:
        gone = empty_state(t("handbook.gone"), t("handbook.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(heading, [gone], id="versions-page", on_back=ui.back, cloud=cloud_of(ui))
    rows = []
    for one in page.versions:
        by = ui.session.staff_name(one.published_by) if one.published_by else t("office_forms.command_line")
        here = t("office_forms.state.in_force") if one.ended_at is None else t("handbook.until_when", when=moment_text(
            one.ended_at, now))  # fmt: skip
        rows.append(
            list_row(f"version-{one.version}", t("handbook.version", version=one.version),
                     partial(ui.go, f"{page_path(page_id)}/version/{one.version}"),
                     sub=f"{joined(moment_text(one.published_at, now), by)}\n{here}")
        )  # fmt: skip
    name = page.title.get(language_code(ui.page)) or page.title.get("zh") or page.page
    return Scaffold(
        heading, [group(name, rows, count=len(rows), id="versions")], id="versions-page", on_back=ui.back,
        cloud=cloud_of(ui),
    )  # fmt: skip


@ft.component
def VersionScreen(page_id: str, version: str) -> ft.Control:
    """Draw one version of a page, in force or not."""
    ui = use_ui()
    now = use_now()
    shown, show = ft.use_state(FIRST)
    number = int(version) if version.isascii() and version.isdecimal() and len(version) < 7 else 0
    asked = use_asked(lambda: ui.session.handbook.version(page_id, number))
    heading = t("handbook.version", version=version)
    page = asked.value
    if page is None:
        content = waiting(t("devices.asking")) if asked.problem is None else told(
            asked.problem, language_code(ui.page), offline=_offline()
        )  # fmt: skip
        return Scaffold(heading, [content], id="version-page", on_back=ui.back, cloud=cloud_of(ui))
    in_force = ui.session.handbook.page(page_id)
    old = in_force is None or in_force.version != page.version
    day = day_text(china_day(page.published_at), china_day(now))
    parts: list[ft.Control] = []
    if old:
        parts.append(notice(t("handbook.old_version", day=day), tone="amber", id="old-version"))
    parts += [*_head(ui, page, None, now), *_text(ui, page, shown, lambda: show(shown + FIRST))]
    parts.append(row([quiet(t("handbook.digest", digest=page.hash[:16]))]))
    return Scaffold(heading, parts, id="version-page", on_back=ui.back, cloud=cloud_of(ui))


def _offline() -> tuple[str, str]:
    return t("handbook.offline"), t("handbook.offline_says")


ROUTES: Final = (
    Route(f"{HANDBOOK}/page/{{page_id}}", PageScreen, parent=HANDBOOK),
    Route(f"{HANDBOOK}/page/{{page_id}}/readers", ReadersScreen, parent=f"{HANDBOOK}/page/{{page_id}}"),
    Route(f"{HANDBOOK}/page/{{page_id}}/versions", VersionsScreen, parent=f"{HANDBOOK}/page/{{page_id}}"),
    Route(f"{HANDBOOK}/page/{{page_id}}/version/{{version}}", VersionScreen,
          parent=f"{HANDBOOK}/page/{{page_id}}/versions"),
)  # fmt: skip
