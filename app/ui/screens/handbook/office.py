"""应知应会 at the desk (T2): what is published, who has not signed, withdrawing; and publishing files, with every fault
told by file and line or cell, and what would change, before anything does.

The server is asked for all of it. What was chosen stays in this window's memory while its page is open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import flet as ft

from app.domain.wire.errors import HANDBOOK_WRONG, NOT_FOUND, Problem
from app.sync.handbook import CheckedPages, OfficeHandbook, OfficePage, PageDone, PageFault, PageFile
from app.ui import theme
from app.ui.asking import told, use_asked, use_asked_here, waiting
from app.ui.context import Ui, cloud_of, language_code, use_now, use_ui
from app.ui.kit.base import column, icon, of_window, quiet, row, tag, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.long import long_txt
from app.ui.kit.money import facts, section
from app.ui.kit.notices import notice, use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.router import Route
from app.ui.screens.desk.office_forms import posts_words
from app.ui.screens.desk.parts import not_for_you, promise_line
from app.ui.screens.handbook.listing import kind_words
from app.ui.screens.handbook.paths import OFFICE, PUBLISH, page_path
from app.ui.texts import moment_text, t
from app.ui.ticket_words import joined

ENDINGS: Final = ("xlsx", "xls", "ods", "md")
IN_FORCE, WITHDRAWN = "in_force", "withdrawn"
_COMPANY: Final = "*"
"""Instead of an estate's key: "" is the first one's."""
_KEY: Final = "shangmen.publishing_pages"
_SHOWN: Final = 100
"""Most faults and pages drawn; more are told by their number."""
_PROMISES: Final = (
    ("how", ft.Icons.EDIT_NOTE_ROUNDED), ("told", ft.Icons.FACT_CHECK_OUTLINED), ("then", ft.Icons.PUBLISH_ROUNDED),
)  # fmt: skip
_DONE: Final = {
    "new": ("good", ft.Icons.ADD_CIRCLE_OUTLINE), "changed": ("amber", ft.Icons.EDIT_OUTLINED),
    "same": ("plain", ft.Icons.CHECK_ROUNDED),
}  # fmt: skip


def place_words(ui: Ui, office: OfficeHandbook, estate_key: str | None) -> str:
    """Return for whom a page is: 全公司, or the estate's name."""
    if estate_key is None:
        return t("office_forms.company")
    named = {one.key: one.name for one in ui.session.estates} | {
        str(one.estate_key): one.name for one in office.places if one.estate_key is not None
    }
    return named.get(estate_key) or t("office_forms.an_estate")


def _offline() -> tuple[str, str]:
    return t("handbook.office.offline"), t("handbook.office.offline_says")


def _said(ui: Ui, page: OfficePage) -> str:
    return page.title.get(language_code(ui.page)) or page.title.get("zh") or page.page


# -- what is published -----------------------------------------------------------------------------


@ft.component
def OfficeScreen() -> ft.Control:
    """Draw what is published by kind, and what was withdrawn; publishing is the main action."""
    ui = use_ui()
    now = use_now()
    tab, set_tab = ft.use_state(IN_FORCE)
    may = ui.session.handbook.publishes
    asked = use_asked_here(ui.session.handbook.told, OFFICE, wanted=may)
    heading = t("handbook.office.heading")
    if not may:
        return not_for_you(ui, heading, id="handbook-office")
    office = asked.value
    if office is None:
        if asked.problem is None:
            return Scaffold(heading, [waiting(t("devices.asking"))], id="handbook-office", on_back=ui.back,
                            cloud=cloud_of(ui))  # fmt: skip
        again = Action(t("office_forms.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
        return Scaffold(heading, [told(asked.problem, language_code(ui.page), offline=_offline())],
                        id="handbook-office", on_back=ui.back, cloud=cloud_of(ui), action=again)  # fmt: skip
    ended = [one for one in office.pages if one.ended]
    there = [one for one in office.pages if not one.ended]
    content: list[ft.Control] = []
    if ended:
        options = [(IN_FORCE, t("office_forms.in_force_n", n=len(there))),
                   (WITHDRAWN, t("office_forms.withdrawn_n", n=len(ended)))]  # fmt: skip
        content.append(pills(options, tab, set_tab, id="handbook-tab"))
    shown = ended if tab == WITHDRAWN and ended else there
    by_kind: dict[str, list[OfficePage]] = {}
    for one in shown:
        by_kind.setdefault(one.kind, []).append(one)
    for kind, those in by_kind.items():
        rows = [_row(ui, office, one, now) for one in those]
        content.append(group(kind_words(kind), rows, count=len(rows), id=f"pages-{kind}"))
    if not office.pages:
        content.append(empty_state(t("handbook.empty"), t("handbook.office.none_says"),
                                   mark=ft.Icons.MENU_BOOK_OUTLINED))  # fmt: skip
    publish = Action(t("handbook.office.publish"), lambda: ui.go(PUBLISH), icon=ft.Icons.UPLOAD_FILE_ROUNDED)
    return Scaffold(
        heading, content, id="handbook-office", on_back=ui.back, cloud=cloud_of(ui), action=publish, gap=18
    )  # fmt: skip


def _row(ui: Ui, office: OfficeHandbook, one: OfficePage, now: int) -> ft.Control:
    last = one.versions[0]
    first = joined(place_words(ui, office, one.estate_key), posts_words(one.posts))
    second = joined(t("handbook.version", version=last.version), moment_text(last.published_at, now))
    mark = chip(t("handbook.must_read"), "amber", ft.Icons.DRAW_OUTLINED) if one.must_read or one.must_people else None
    return list_row(f"office-page-{one.page}", _said(ui, one), partial(ui.go, f"{OFFICE}/page/{one.id}"),
                    sub=f"{first}\n{second}", trailing=mark)  # fmt: skip


@ft.component
def OfficePageScreen(page_id: str) -> ft.Control:
    """Draw one page as the office sees it: for whom, since when, its versions, who has not signed; withdrawing it."""
    ui = use_ui()
    now = use_now()
    asking, set_asking = ft.use_state(False)
    may = ui.session.handbook.publishes
    asked = use_asked(ui.session.handbook.told, wanted=may)
    heading = t("handbook.office.heading")
    office = asked.value
    page = None if office is None else next((one for one in office.pages if one.id == page_id), None)

    async def withdraw() -> None:
        assert page is not None and office is not None
        code = next((one.estate for one in office.places if one.estate_key == page.estate_key), None)
        try:
            await ui.session.handbook.withdraw(page.page, code)
        except Problem as problem:
            ui.tell(problem)
            return
        await ui.session.sync_now()
        ui.toast(t("handbook.office.withdrawn"))
        await asked.again()

    title = "" if page is None else _said(ui, page)
    use_question(
        asking, t("handbook.office.withdraw_ask", title=title), t("handbook.office.withdraw_says"),
        Action(t("handbook.office.withdraw"), withdraw, danger=True), lambda: set_asking(False),
        no=t("office_forms.withdraw_no"), id="withdraw-ask",
    )  # fmt: skip
    if not may:
        return not_for_you(ui, heading, id="office-page")
    if office is None or page is None:
        problem = asked.problem or (Problem(NOT_FOUND) if office is not None else None)
        content = waiting(t("devices.asking")) if problem is None else told(
            problem, language_code(ui.page), offline=_offline()
        )  # fmt: skip
        return Scaffold(heading, [content], id="office-page", on_back=ui.back, cloud=cloud_of(ui))
    last = page.versions[0]
    by = ui.session.staff_name(last.published_by) if last.published_by else t("office_forms.command_line")
    people = "、".join(ui.session.staff_name(one) for one in page.must_people)
    must = joined(posts_words(page.must_read) if page.must_read else "", people)
    pairs = [
        (t("office_forms.fact.for"), place_words(ui, office, page.estate_key)),
        (t("office_forms.fact.posts"), posts_words(page.posts)),
        (t("handbook.must_read"), must or "—"),
        (t("office_forms.fact.since"), joined(moment_text(last.published_at, now), by)),
        (t("office_forms.fact.id"), page.page),
    ]
    ways = [
        list_row("versions", t("handbook.versions"), lambda: ui.go(f"{page_path(page.id)}/versions"),
                 sub=t("handbook.versions_n", n=len(page.versions)), leading=ft.Icons.HISTORY)
    ]  # fmt: skip
    if must and not page.ended:
        ways.append(list_row("readers", t("handbook.readers"), lambda: ui.go(f"{page_path(page.id)}/readers"),
                             leading=ft.Icons.HOW_TO_REG_OUTLINED))  # fmt: skip
    state = t("office_forms.state.withdrawn" if page.ended else "office_forms.state.in_force")
    parts: list[ft.Control] = [
        paper(
            [ft.Row([chip(state, "amber" if page.ended else "good", id="page-state")]), facts(pairs)], id="page-facts"
        ),
        group(t("handbook.about_page"), ways, id="page-ways"),
    ]
    if not page.ended and any(one.estate_key == page.estate_key for one in office.places):
        button = small_button("withdraw", t("handbook.office.withdraw"), lambda: set_asking(True), tone="danger",
                              icon=ft.Icons.BLOCK)  # fmt: skip
        parts.append(section(t("office_forms.end_heading"), [quiet(t("handbook.office.withdraw_says")), button]))
    return Scaffold(title, parts, id="office-page", on_back=ui.back, cloud=cloud_of(ui), gap=18)


# -- publishing ------------------------------------------------------------------------------------


@dataclass
class Publishing:
    """What is being published in this window: the files, what came of them, and for whom (an estate's key, or ``*`` for
    the company) once it was chosen."""

    files: dict[str, PageFile] = field(default_factory=dict)
    checked: CheckedPages | None = None
    place: str | None = None


def _key(estate_key: str | None) -> str:
    return _COMPANY if estate_key is None else estate_key


@ft.component
def PublishScreen() -> ft.Control:
    """Draw the page: what will happen; then the faults; then what each page would become, and for whom."""
    ui = use_ui()
    publishing = of_window(ui.page, _KEY, Publishing)
    _, redraw = ft.use_state(0)
    busy, set_busy = ft.use_state(False)
    no_problem: Problem | None = None
    problem, set_problem = ft.use_state(no_problem)
    may = ui.session.handbook.publishes
    asked = use_asked(ui.session.handbook.told, wanted=may)
    heading = t("handbook.office.publish")
    if not may:
        return not_for_you(ui, heading, id="publish-pages")
    office = asked.value
    places = [] if office is None else list(office.places)
    keys = [_key(one.estate_key) for one in places]
    place = publishing.place if publishing.place in keys else (keys or [_COMPANY])[0]

    def code() -> str | None:
        wanted = publishing.place if publishing.place in keys else place
        return next((one.estate for one in places if _key(one.estate_key) == wanted), None)

    async def check() -> None:
        set_problem(None)
        set_busy(True)
        try:
            publishing.checked = await ui.session.handbook.check(tuple(publishing.files.values()), code())
        except Problem as wrong:
            set_problem(wrong)
        finally:
            set_busy(False)
            redraw(lambda n: n + 1)

    async def choose() -> None:
        try:
            chosen = await ui.hardware.files.pick(ENDINGS)
        except Problem as wrong:
            set_problem(wrong)
            return
        if chosen is not None:
            # Whoever mends one file chooses that alone again; the others stay.
            publishing.files[chosen.name] = PageFile(chosen.name, chosen.data)
            await check()

    async def publish() -> None:
        set_problem(None)
        try:
            done = await ui.session.handbook.publish(tuple(publishing.files.values()), code())
        except Problem as wrong:
            set_problem(wrong)
            return
        if not done.published:  # somebody left meanwhile who was named, say
            publishing.checked = done
            redraw(lambda n: n + 1)
            return
        publishing.files, publishing.checked, publishing.place = {}, None, None
        await ui.session.sync_now()
        ui.toast(t("handbook.office.done", n=sum(one.what != "same" for one in done.pages)))
        ui.back()

    async def to(value: str) -> None:
        publishing.place = value
        await check()  # other people are there, and other pages in force

    def start_over() -> None:
        publishing.files, publishing.checked = {}, None
        redraw(lambda n: n + 1)

    if busy:
        return Scaffold(heading, [waiting(t("handbook.office.checking"))], id="publish-pages", on_back=ui.back,
                        cloud=cloud_of(ui))  # fmt: skip
    content: list[ft.Control] = []
    action: Action | None = None
    second: Action | None = None
    checked = publishing.checked
    again = Action(t("office_forms.choose_again"), choose, icon=ft.Icons.UPLOAD_FILE_ROUNDED)
    if problem is not None:
        content.append(_wrong(ui, problem))
    if checked is None:
        lines = [
            promise_line(t(f"handbook.office.{part}"), t(f"handbook.office.{part}_says"), mark)
            for part, mark in _PROMISES
        ]
        content.append(paper(lines, gap=theme.GAP_LARGE, id="publish-how"))
        action = Action(t("office_forms.choose"), choose, icon=ft.Icons.UPLOAD_FILE_ROUNDED)
    elif checked.faults:
        content += _faults(ui, checked.faults)
        action = again
    else:
        content += [_changes(ui, checked.pages), *_for_whom(ui, office, place, to)]
        if any(one.what != "same" for one in checked.pages):
            action = Action(
                t("handbook.office.publish_n", n=len(checked.pages)), publish, icon=ft.Icons.PUBLISH_ROUNDED
            )
            second = Action(t("handbook.office.add"), choose, icon=ft.Icons.ADD_ROUNDED)
        else:
            content.insert(0, notice(t("handbook.office.the_same"), tone="calm", id="the-same"))
            action = again
    if publishing.files:
        names = "、".join(publishing.files)
        drop = small_button("start-over", t("handbook.office.start_over"), start_over, tone="text")
        content.append(section(t("office_forms.fact.file"), [txt(names), drop], id="chosen-files"))
    return Scaffold(
        heading, content, id="publish-pages", on_back=ui.back, cloud=cloud_of(ui), action=action, second=second, gap=18
    )  # fmt: skip


def _wrong(ui: Ui, problem: Problem) -> ft.Control:
    lang = language_code(ui.page)
    if problem.kind is HANDBOOK_WRONG:
        return notice(problem.message(lang), kept=t("office_forms.kept"), tone="red", id="went-wrong")
    return told(problem, lang, offline=_offline())


def _faults(ui: Ui, faults: tuple[PageFault, ...]) -> list[ft.Control]:
    """Draw what is wrong, file by file: where it stands large, as somebody looks for it; what is wrong under it."""
    said = notice(t("handbook.office.faults", n=len(faults)), kept=t("handbook.office.faults_says"), tone="red",
                  id="page-faults")  # fmt: skip
    made: list[ft.Control] = [said]
    by_file: dict[str, list[tuple[int, PageFault]]] = {}
    for number, one in enumerate(faults[:_SHOWN]):
        by_file.setdefault(one.file, []).append((number, one))
    for name, those in by_file.items():
        rows = [_fault(ui, one, number) for number, one in those]
        made.append(group(name, rows, count=len(rows), id=f"faults-{name}"))
    if len(faults) > _SHOWN:
        made.append(quiet(t("office_forms.faults_more", n=len(faults) - _SHOWN)))
    return made


def _fault(ui: Ui, one: PageFault, number: int) -> ft.Control:
    where = t("office_forms.row", row=one.line) if one.line else one.cell
    words = long_txt(one.text.get(language_code(ui.page)) or "")
    inside = column([*([txt(where, ft.TextThemeStyle.TITLE_MEDIUM)] if where else []), words], gap=2)
    return tag(f"fault-{number}", ft.Container(inside, padding=ft.Padding.symmetric(horizontal=14, vertical=10)))


def _changes(ui: Ui, pages: tuple[PageDone, ...]) -> ft.Control:
    rows: list[ft.Control] = []
    for one in sorted(pages, key=lambda one: list(_DONE).index(one.what) if one.what in _DONE else 9)[:_SHOWN]:
        tone, mark = _DONE.get(one.what, _DONE["same"])
        title = one.title.get(language_code(ui.page)) or one.title.get("zh") or one.page
        inside = row(
            [icon(mark, 24, ft.Colors.PRIMARY), txt(title, expand=True),
             chip(t(f"handbook.office.{one.what}", version=one.version), tone)], gap=14,
        )  # fmt: skip
        rows.append(
            tag(f"change-{one.page}", ft.Container(inside, padding=ft.Padding.symmetric(horizontal=14, vertical=10)))
        )
    return group(t("handbook.office.changes"), rows, count=len(pages), id="page-changes")


def _for_whom(ui: Ui, office: OfficeHandbook | None, place: str, choose: Callable[[str], object]) -> list[ft.Control]:
    if office is None:
        return []
    if len(office.places) < 2:
        words = place_words(ui, office, None if place == _COMPANY else place)
        return [section(t("office_forms.fact.for"), [txt(words)], id="for-whom")]
    options = [
        Option(_key(one.estate_key), place_words(ui, office, one.estate_key),
               ft.Icons.DOMAIN_ROUNDED if one.estate_key is None else ft.Icons.LOCATION_CITY_ROUNDED)
        for one in office.places
    ]  # fmt: skip
    return [section(t("office_forms.fact.for"), [big_choice(options, place, choose, id="for")], id="for-whom")]


ROUTES: Final = (
    Route(OFFICE, OfficeScreen, parent="/me"),
    Route(PUBLISH, PublishScreen, parent=OFFICE),
    Route(f"{OFFICE}/page/{{page_id}}", OfficePageScreen, parent=OFFICE),
)
