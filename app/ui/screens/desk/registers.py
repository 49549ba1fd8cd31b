"""导入住户登记表 (import a residents' register): upload the office's file as it is, answer questions about it one at a
time, preview what it would change, then import it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import RegisterLine, RegisterQuestion, RegisterState
from app.domain.subjects import access
from app.domain.wire import errors
from app.domain.wire.errors import Problem
from app.sync.registers import AT_WORK, BRINGING_IN, DONE, FAILED, PREVIEW, QUESTIONS
from app.ui import theme
from app.ui.asking import told, waiting
from app.ui.context import Ui, cloud_of, language_code, use_read, use_ui
from app.ui.kit.base import column, icon, quiet, row, tag, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you, promise_line
from app.ui.texts import t, yuan

PATH: Final = "/registers"
ENDINGS: Final = ("xlsx", "xls", "xlsm", "xlsb", "ods", "csv", "txt")
DRAFT: Final = "register"
"""The key of the draft that remembers on this phone which import is under way."""
ASK_AGAIN_S: Final = 0.7
"""Seconds between two requests for the server's progress."""
SHOWN: Final = 40
"""Lines of a list fetched at a time."""

_CHANGING: Final = ("new", "changed", "merged", "moved_out")
_LISTS: Final = (
    ("new", ft.Icons.PERSON_ADD_ALT_OUTLINED),
    ("changed", ft.Icons.EDIT_OUTLINED),
    ("moved_out", ft.Icons.LOGOUT_ROUNDED),
    ("merged", ft.Icons.MERGE_TYPE_ROUNDED),
    ("decisions", ft.Icons.HELP_OUTLINE_ROUNDED),
    ("doubtful", ft.Icons.REPORT_PROBLEM_OUTLINED),
    ("absent", ft.Icons.VISIBILITY_OFF_OUTLINED),
    ("unchanged", ft.Icons.CHECK_ROUNDED),
)


def may_bring_in(session: Session) -> bool:
    """Whether somebody may import registers; only then is a link to this page shown."""
    return access.may_bring_registers_in(session.roles)


@ft.component
def RegistersScreen() -> ft.Control:
    """Draw the start of an import: what will happen, and a button to choose the file."""
    ui = use_ui()
    name, set_name = ft.use_state("")
    no_problem: Problem | None = None
    problem, set_problem = ft.use_state(no_problem)
    before = use_read(lambda session: session.draft(DRAFT))
    heading = t("register.heading")
    if not may_bring_in(ui.session):
        return not_for_you(ui, heading, id="registers")

    async def choose() -> None:
        try:
            chosen = await ui.hardware.files.pick(ENDINGS)
            if chosen is None:
                return
            set_problem(None)
            set_name(chosen.name)
            begun = await ui.session.registers.begin(chosen.data)
        except Problem as wrong:
            set_name("")
            set_problem(wrong)
            return
        # Somebody who leaves the import's page, or closes the window, can return to it from here.
        ui.session.save_draft(DRAFT, {"id": begun.id})
        ui.replace(f"{PATH}/{begun.id}")

    action = Action(t("register.choose"), choose, icon=ft.Icons.UPLOAD_FILE_ROUNDED, enabled=not name)
    content: list[ft.Control]
    if name:
        content = [waiting(t("register.uploading", name=name))]
    elif problem is not None:
        content = [_told(ui, problem)]
    else:
        parts = (
            ("how", ft.Icons.TABLE_CHART_OUTLINED),
            ("first", ft.Icons.PREVIEW_OUTLINED),
            ("private", ft.Icons.SHIELD_OUTLINED),
        )
        content = [
            paper(
                [promise_line(t(f"register.{part}"), t(f"register.{part}_says"), mark) for part, mark in parts],
                gap=theme.GAP_LARGE,
                id="register-how",
            )
        ]
        if before is not None:
            act = (t("register.go_on"), lambda: ui.replace(f"{PATH}/{before['id']}"))
            content.insert(0, notice(t("register.under_way"), tone="calm", act=act, id="register-before"))
    return Scaffold(heading, content, id="registers", on_back=ui.back, cloud=cloud_of(ui), action=action)


def _told(ui: Ui, problem: Problem) -> ft.Control:
    if problem.kind is errors.NOT_FOUND:
        return notice(t("register.forgotten"), kept=t("register.forgotten_says"), id="went-wrong")
    offline = (t("register.offline"), t("register.offline_says"))
    return told(problem, language_code(ui.page), offline=offline)


# -- one register --------------------------------------------------------------------------------


@ft.component
def RegisterScreen(register_id: str) -> ft.Control:
    """Draw one import at its present stage: progress, a question, the preview, done or failed."""
    ui = use_ui()
    no_state: RegisterState | None = None
    no_problem: Problem | None = None
    state, set_state = ft.use_state(no_state)
    problem, set_problem = ft.use_state(no_problem)
    answer, set_answer = ft.use_state("")
    asked, set_asked = ft.use_state(1)
    here: ft.MutableRef[bool] = ft.use_ref(True)
    heading = t("register.heading")

    async def watch() -> None:
        here.current = True
        while here.current:
            try:
                seen = await ui.session.registers.state(register_id)
            except Problem as wrong:
                if wrong.kind is errors.NOT_FOUND:
                    ui.session.discard(DRAFT)
                set_problem(wrong)
                return
            set_problem(None)
            set_state(seen)
            if seen.stage in (DONE, FAILED):
                ui.session.discard(DRAFT)
            if seen.stage not in AT_WORK:
                return
            await asyncio.sleep(ASK_AGAIN_S)

    def leave() -> None:
        here.current = False

    async def begin() -> None:
        if may_bring_in(ui.session):
            await watch()

    ft.on_mounted(begin)
    ft.on_unmounted(leave)

    async def give(question: RegisterQuestion) -> None:
        try:
            set_state(await ui.session.registers.answer(register_id, {question.key: answer}))
        except Problem as wrong:
            set_problem(wrong)
            return
        set_answer("")
        set_asked(asked + 1)
        ui.page.run_task(watch)  # in the background, so that main buttons can be pressed meanwhile

    async def confirm(version: int) -> None:
        try:
            set_state(await ui.session.registers.confirm(register_id, version))
        except Problem as wrong:
            set_problem(wrong)
            return
        ui.page.run_task(watch)

    def start_again() -> None:
        ui.replace(PATH)

    if not may_bring_in(ui.session):
        return not_for_you(ui, heading, id="register")
    action: Action | None = None
    content: list[ft.Control]
    if problem is not None:
        content = [_told(ui, problem)]
        gone = problem.kind is errors.NOT_FOUND
        action = (
            Action(t("register.choose"), start_again, icon=ft.Icons.UPLOAD_FILE_ROUNDED)
            if gone
            else Action(t("devices.again"), watch, icon=ft.Icons.REFRESH_ROUNDED)
        )
    elif state is None or state.stage in AT_WORK:
        content = [_under_way(state)]
    elif state.stage == QUESTIONS:
        question = state.questions[0]
        content = _question(ui, question, answer, set_answer, asked)
        ready = bool(answer.strip())
        action = Action(t("register.answer"), partial(give, question), icon=ft.Icons.CHECK_ROUNDED, enabled=ready)
    elif state.stage == PREVIEW:
        content = _preview(ui, state)
        if state.changes_anything:
            label = t("register.confirm", n=sum(state.counts.get(kind, 0) for kind in _CHANGING))
            says = t("register.confirm_says")
            action = Action(label, partial(confirm, state.version), icon=ft.Icons.DOWNLOAD_DONE_ROUNDED, hint=says)
        else:
            action = Action(t("register.unchanged_only"), ui.back, icon=ft.Icons.CHECK_ROUNDED)
    elif state.stage == DONE:
        n = sum(state.counts.get(kind, 0) for kind in _CHANGING)
        mark = ft.Icons.CHECK_CIRCLE_OUTLINE_ROUNDED
        content = [empty_state(t("register.done"), t("register.done_says", n=n), mark=mark, id="register-done")]
        action = Action(t("register.finish"), lambda: ui.replace("/me"), icon=ft.Icons.ARROW_BACK_ROUNDED)
    else:
        content = [notice(_in(ui, state.message), tone="red", id="went-wrong")]
        action = Action(t("register.choose_other"), start_again, icon=ft.Icons.UPLOAD_FILE_ROUNDED)
    return Scaffold(heading, content, id="register", on_back=ui.back, cloud=cloud_of(ui), action=action)


def _in(ui: Ui, words: object) -> str:
    """Return a sentence from the server, given by language, in the window's language."""
    known = words if isinstance(words, dict) else {}
    lang = language_code(ui.page)
    return str(known.get(lang[:2]) or known.get("zh") or "")


def _under_way(state: RegisterState | None) -> ft.Control:
    stage = state.stage if state is not None else "reading"
    parts: list[ft.Control] = [txt(t(f"register.{stage}"), ft.TextThemeStyle.TITLE_LARGE)]
    of = state.of if state is not None and stage != BRINGING_IN else 0
    bar = ft.ProgressBar(
        value=state.done / of if state is not None and of else None,
        bar_height=8,
        border_radius=4,
        color=ft.Colors.PRIMARY,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
    )
    parts.append(bar)
    if state is not None and of:
        parts.append(quiet(t("register.rows", done=f"{state.done:,}", total=f"{of:,}")))
    parts.append(quiet(t("register.stay")))
    return tag("register-progress", paper([column(parts, gap=12)]), live_region=True)


def _question(
    ui: Ui, question: RegisterQuestion, answer: str, set_answer: Callable[[str], object], asked: int
) -> list[ft.Control]:
    content: list[ft.Control] = [
        column(
            [quiet(t("register.asked", n=asked)), txt(_in(ui, question.text), ft.TextThemeStyle.HEADLINE_SMALL)], gap=4
        )
    ]
    if question.samples:
        says = [txt(value, ft.TextThemeStyle.BODY_LARGE) for value in question.samples]
        content.append(paper([quiet(t("register.samples")), *says], gap=6, id="register-samples"))
    if not question.options:
        hint = t("register.estate_hint")
        content.append(TextBox("register-answer", "", answer, set_answer, hint=hint, name=_in(ui, question.text)))
        return content
    options = [Option(one.value, _in(ui, one.text), _MARKS.get(one.value)) for one in question.options]
    content.append(big_choice(options, answer or None, set_answer, id="register-answer"))
    return content


_MARKS: Final = {
    "phone": ft.Icons.PHONE_OUTLINED,
    "owner_phone": ft.Icons.PHONE_OUTLINED,
    "tenant_phone": ft.Icons.PHONE_OUTLINED,
    "family_phone": ft.Icons.PHONE_OUTLINED,
    "owner": ft.Icons.PERSON_OUTLINE_ROUNDED,
    "tenant": ft.Icons.PERSON_OUTLINE_ROUNDED,
    "family": ft.Icons.GROUP_OUTLINED,
    "door": ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
    "notes": ft.Icons.NOTES_ROUNDED,
    "ignore": ft.Icons.BLOCK_ROUNDED,
}


def _preview(ui: Ui, state: RegisterState) -> list[ft.Control]:
    content: list[ft.Control] = []
    if state.changed_meanwhile:
        says = t("register.changed_meanwhile_says")
        content.append(notice(t("register.changed_meanwhile"), kept=says, id="register-again"))
    if not state.changes_anything:
        content.append(
            notice(t("register.nothing"), kept=t("register.nothing_says"), tone="good", id="register-nothing")
        )
    rows = []
    for kind, mark in _LISTS:
        count = state.counts.get(kind, 0)
        if count or kind in ("new", "changed", "moved_out"):
            rows.append(_count_row(ui, state.id, kind, mark, count))
    rows.append(_count_row(ui, state.id, "notices", ft.Icons.INFO_OUTLINE_ROUNDED, None))
    content.append(group(t("register.preview"), rows, id="register-preview"))
    return content


def _count_row(ui: Ui, register_id: str, kind: str, mark: ft.IconData, count: int | None) -> ft.Control:
    amber = kind in ("doubtful", "decisions") and count
    number = "" if count is None else f"{count:,}"
    trailing = row(
        [
            txt(number, ft.TextThemeStyle.TITLE_LARGE, color=None if count else ft.Colors.OUTLINE),
            icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE if count != 0 else ft.Colors.TRANSPARENT),
        ],
        gap=4,
        tight=True,
    )
    return list_row(
        f"register-{kind}",
        t(f"register.list_{kind}"),
        None if count == 0 else lambda: ui.go(f"{PATH}/{register_id}/{kind}"),
        sub=t(f"register.list_{kind}_says"),
        leading=ft.Icons.REPORT_PROBLEM_OUTLINED if amber else mark,
        trailing=trailing,
    )


# -- one list of it ------------------------------------------------------------------------------


@ft.component
def RegisterListScreen(register_id: str, kind: str) -> ft.Control:
    """Draw one list of the preview: households and their changes, doubtful cells with the reason, or open decisions."""
    ui = use_ui()
    none: list[RegisterLine] = []
    lines, set_lines = ft.use_state(none)
    total, set_total = ft.use_state(-1)
    no_problem: Problem | None = None
    problem, set_problem = ft.use_state(no_problem)
    known = kind if kind in (*(name for name, _ in _LISTS), "notices") else "new"

    async def more() -> None:
        try:
            found, all_of_them = await ui.session.registers.lines(register_id, known, len(lines), SHOWN)
        except Problem as wrong:
            set_problem(wrong)
            return
        set_problem(None)
        set_lines([*lines, *found])
        set_total(all_of_them)

    async def decide(key: str, value: str) -> None:
        try:
            await ui.session.registers.answer(register_id, {key: value})
        except Problem as wrong:
            ui.tell(wrong)
            return
        ui.replace(f"{PATH}/{register_id}")

    ft.on_mounted(more)
    content: list[ft.Control] = []
    if problem is not None:
        content.append(_told(ui, problem))
    elif total < 0:
        content.append(waiting(t("register.reading")))
    elif not total:
        content.append(empty_state(t("register.empty"), t(f"register.list_{known}_says")))
    else:
        content.append(quiet(t(f"register.list_{known}_says")))
        content.append(
            paper([_line(ui, known, n, one, decide) for n, one in enumerate(lines)], gap=16, id="register-lines")
        )
        if len(lines) < total:
            rest = min(SHOWN, total - len(lines))
            content.append(small_button("register-more", t("register.more", n=rest), more))
    return Scaffold(
        t(f"register.list_{known}"),
        content,
        id="register-list",
        sub=f"{total:,}" if total > 0 else None,
        on_back=ui.back,
        cloud=cloud_of(ui),
    )


def _line(ui: Ui, kind: str, number: int, one: RegisterLine, decide: Callable[[str, str], object]) -> ft.Control:
    parts: list[ft.Control]
    where = _in(ui, one.where)
    if kind == "decisions":
        parts = [txt(_in(ui, one.text), ft.TextThemeStyle.TITLE_SMALL)]
    elif kind in ("doubtful", "notices"):
        parts = [txt(t("register.cell", where=where, value=one.value) if one.value else where)]
        parts.append(quiet(_in(ui, one.text)))
    else:
        parts = [txt(f"{one.title}　{one.value}", ft.TextThemeStyle.TITLE_SMALL)]
        parts += [quiet(_change(*change, new=kind == "new")) for change in one.changes]
        if one.open:
            parts.append(txt(t("register.open", n=one.open), color=ft.Colors.ERROR))
        if where:
            parts.append(quiet(t("register.row", where=where)))
        if one.options:
            parts.append(quiet(_in(ui, one.text)))
    if one.options:
        options = [(option.value, _in(ui, option.text)) for option in one.options]
        choice = pills(options, one.chosen, partial(decide, one.key), id=f"decide-{number}")
        parts.append(ft.Container(choice, margin=ft.Margin.only(top=6)))
    return tag(f"line-{number}", column(parts, gap=3))


def _change(name: str, old: str, now: str, *, new: bool) -> str:
    field = t(f"register.field_{name}")
    if new:
        return (
            _value(name, now) if name in ("people", "notes") else t("register.is", field=field, new=_value(name, now))
        )
    return t("register.was", field=field, old=_value(name, old), new=_value(name, now))


def _value(name: str, value: str) -> str:
    if name == "arrears_fen" and value.isdecimal():
        return yuan(int(value))
    if name == "status" and value in ("living", "vacant"):
        return t(f"register.status_{value}")
    if name == "area" and value:
        return f"{value} ㎡"
    return value or t("register.none")


ROUTES: Final = (
    Route(PATH, RegistersScreen, parent="/me"),
    Route(f"{PATH}/{{register_id}}", RegisterScreen, parent=PATH),
    Route(f"{PATH}/{{register_id}}/{{kind}}", RegisterListScreen, parent=f"{PATH}/{{register_id}}"),
)
