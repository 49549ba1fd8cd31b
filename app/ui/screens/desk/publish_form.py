"""Publishing a form 发布表单 from a file: everything that is wrong told by sheet, row and column, then tried out, then
compared with the version in force, then published for an estate or the company.

What was chosen stays in this window's memory while its pages are open: a file lies on the disk of whoever chose it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import unquote

import flet as ft

from app.actions import Session
from app.domain.forms import Form
from app.domain.forms.comparing import ADDED, CHANGED, REMOVED, Compared, asked, compared
from app.domain.rules.archive import class_words
from app.domain.wire.errors import FORM_WRONG, Problem
from app.sync.office_forms import CheckedForm, FormFault, FormFile, OfficeForms, PublishedForm
from app.ui import theme
from app.ui.asking import told, use_asked, waiting
from app.ui.context import Ui, cloud_of, language_code, use_ui
from app.ui.kit.base import column, icon, of_window, quiet, row, tag, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import Option, big_choice
from app.ui.kit.lists import group
from app.ui.kit.long import long_txt
from app.ui.kit.money import facts, section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.router import Route, use_router
from app.ui.screens.desk.office_forms import (
    PATH,
    OfficeFormScreen,
    OfficeFormsScreen,
    may_publish,
    offline,
    place_words,
    posts_words,
)
from app.ui.screens.desk.parts import not_for_you, promise_line
from app.ui.subjects.case.trying import TryForm
from app.ui.texts import has, language, t

ENDINGS: Final = ("xlsx", "xls", "md")
BESIDE: Final = ("csv", "png", "jpg", "jpeg", "webp")
"""Tables and pictures of choices that a form names, and that lie beside it."""
NEW: Final = f"{PATH}/new"
_KEY: Final = "shangmen.publishing"
_SHOWN: Final = 100
"""Most faults drawn; more are told by their number."""
_COMPANY: Final = "*"


@dataclass
class Publishing:
    """What is being published in this window."""

    file: FormFile | None = None
    checked: CheckedForm | None = None
    tried: str = ""
    """The hash of the definition that was tried out."""
    place: str | None = None
    """For whom, once it was chosen: an estate's key, or ``*`` for the company."""


def _publishing(page: ft.Page | ft.BasePage) -> Publishing:
    return of_window(page, _KEY, Publishing)


@ft.component
def PublishScreen() -> ft.Control:
    """Draw the page: what will happen; then the faults; then what is published, for whom, and what it changes."""
    ui = use_ui()
    use_router()  # drawn again when somebody comes back from the try-out
    publishing = _publishing(ui.page)
    _, redraw = ft.use_state(0)
    busy, set_busy = ft.use_state("")
    no_problem: Problem | None = None
    problem, set_problem = ft.use_state(no_problem)
    may = may_publish(ui.session)
    asked_ = use_asked(ui.session.form_office.told, wanted=may)
    no_form: Form | None = None
    old, set_old = ft.use_state(no_form)
    heading = t("office_forms.publish_file")
    office = asked_.value
    checked, file = publishing.checked, publishing.file
    form = None if checked is None else checked.form
    place = _place(publishing, office)
    before = None if office is None or form is None else office.in_force(form.id, None if place == _COMPANY else place)

    async def look_up_old() -> None:
        if before is None or (form is not None and before.hash == form.hash):
            set_old(None)
            return
        try:
            set_old(await ui.session.form_office.form(before.hash))
        except Problem:
            set_old(None)  # what differs can't be said then; publishing goes on

    ft.use_effect(look_up_old, [before and before.hash, form and form.hash])
    if not may:
        return not_for_you(ui, heading, id="publish-form")

    async def check(wanted: FormFile) -> None:
        set_problem(None)
        set_busy(wanted.name)
        try:
            publishing.checked = await ui.session.form_office.check(wanted)
            publishing.file = wanted
        except Problem as wrong:
            set_problem(wrong)
        finally:
            set_busy("")
            redraw(lambda n: n + 1)

    async def choose() -> None:
        try:
            chosen = await ui.hardware.files.pick(ENDINGS)
        except Problem as wrong:
            set_problem(wrong)
            return
        if chosen is not None:
            # The tables stay: whoever mends the form chooses that file alone again.
            await check(FormFile(chosen.name, chosen.data, file.beside if file is not None else {}))

    async def add_table() -> None:
        try:
            chosen = await ui.hardware.files.pick(BESIDE)
        except Problem as wrong:
            set_problem(wrong)
            return
        if chosen is not None and file is not None:
            await check(replace(file, beside={**file.beside, chosen.name: chosen.data}))

    async def publish() -> None:
        assert file is not None and office is not None
        code = next((one.estate for one in office.places if _key(one.estate_key) == place), None)
        set_problem(None)
        try:
            done = await ui.session.form_office.publish(file, code)
        except Problem as wrong:
            set_problem(wrong)
            return
        if done.published is None:  # the server's own rules changed meanwhile
            publishing.checked = done
            redraw(lambda n: n + 1)
            return
        _end(publishing)
        await ui.session.sync_now()
        ui.toast(t("office_forms.done", title=done.published.title.get("zh") or done.published.form_id))
        ui.back()

    content: list[ft.Control] = []
    action: Action | None = None
    second: Action | None = None
    again = Action(t("office_forms.choose_again"), choose, icon=ft.Icons.UPLOAD_FILE_ROUNDED)
    if problem is not None:
        content.append(_wrong(ui, problem))
    if busy:
        return Scaffold(heading, [waiting(t("office_forms.checking", name=busy))], id="publish-form", on_back=ui.back,
                        cloud=cloud_of(ui))  # fmt: skip
    if checked is None or file is None:
        content.append(
            paper(
                [
                    promise_line(t(f"office_forms.{part}"), t(f"office_forms.{part}_says"), mark)
                    for part, mark in _PROMISES
                ],
                gap=theme.GAP_LARGE,
                id="publish-how",
            )
        )
        action = Action(t("office_forms.choose"), choose, icon=ft.Icons.UPLOAD_FILE_ROUNDED)
    elif form is None:
        content += _faults(ui, checked, file, add_table)
        action = again
    else:
        content += _about(ui, form, file, checked, add_table)
        if office is not None:
            content += _for_whom(ui, publishing, office, place, lambda: redraw(lambda n: n + 1))
        used = None if office is None else _used_version(office, form, None if place == _COMPANY else place)
        content += _differs(form, before, old)
        go = Action(t("office_forms.publish"), publish, icon=ft.Icons.PUBLISH_ROUNDED)
        try_out = Action(t("office_forms.try_out"), lambda: ui.go(f"{NEW}/try"), icon=ft.Icons.SCIENCE_OUTLINED)
        if used is not None:
            says = t("office_forms.version_used", version=form.version or "—")
            kept = t("office_forms.version_used_says")
            content.insert(0, notice(says, kept=kept, tone="red", id="version-used"))
            action = again
        elif before is not None and before.hash == form.hash:
            content.insert(0, notice(t("office_forms.the_same"), tone="calm", id="the-same"))
            action = again
        elif asked_.problem is not None:
            content.insert(0, told(asked_.problem, language_code(ui.page), offline=offline()))
            action = Action(t("office_forms.again"), asked_.again, icon=ft.Icons.REFRESH_ROUNDED)
        elif publishing.tried == form.hash:
            action, second = go, replace(try_out, label=t("office_forms.try_again"))
        else:
            action = replace(try_out, hint=t("office_forms.try_first"))
    return Scaffold(
        heading, content, id="publish-form", on_back=ui.back, cloud=cloud_of(ui), action=action, second=second, gap=18
    )  # fmt: skip


_PROMISES: Final = (
    ("how", ft.Icons.TABLE_CHART_OUTLINED),
    ("told", ft.Icons.FACT_CHECK_OUTLINED),
    ("then", ft.Icons.SCIENCE_OUTLINED),
)


def _wrong(ui: Ui, problem: Problem) -> ft.Control:
    if problem.kind is FORM_WRONG:
        said = str(problem.details.get("why_zh" if language().startswith("zh") else "why_en") or "")
        return notice(
            said or problem.message(language_code(ui.page)), kept=t("office_forms.kept"), tone="red", id="went-wrong"
        )
    return told(problem, language_code(ui.page), offline=offline())


def _end(publishing: Publishing) -> None:
    publishing.file, publishing.checked, publishing.tried, publishing.place = None, None, "", None


def _key(estate_key: str | None) -> str:
    return _COMPANY if estate_key is None else estate_key


def _place(publishing: Publishing, office: OfficeForms | None) -> str:
    """Return for whom it is published: as chosen, else where the form is in force, else the first there is."""
    places = [_key(one.estate_key) for one in office.places] if office is not None else []
    if publishing.place is not None and publishing.place in places:
        return publishing.place
    form = publishing.checked.form if publishing.checked is not None else None
    there = [] if office is None or form is None else [
        place for place in places if office.in_force(form.id, None if place == _COMPANY else place)
    ]  # fmt: skip
    return (there or places or [_COMPANY])[0]


def _used_version(office: OfficeForms, form: Form, estate_key: str | None) -> PublishedForm | None:
    """Return the publishing of this version with another content: the server would refuse it, and trying it out would
    be in vain."""
    those = (one for one in office.forms if (one.form_id, one.estate_key) == (form.id, estate_key))
    return next((one for one in those if one.version == form.version and one.hash != form.hash), None)


# -- what is wrong -------------------------------------------------------------------------------


def _faults(ui: Ui, checked: CheckedForm, file: FormFile, add_table: Callable[[], Any]) -> list[ft.Control]:
    refused = checked.refused
    says = t("office_forms.faults_says")
    content: list[ft.Control] = [
        notice(t("office_forms.faults", n=len(refused), name=file.name), kept=says, tone="red", id="form-faults")
    ]
    content += _fault_groups(refused[:_SHOWN])
    if len(refused) > _SHOWN:
        content.append(quiet(t("office_forms.faults_more", n=len(refused) - _SHOWN)))
    content += _left_out(checked)
    content.append(_tables(file, add_table))
    return content


def _left_out(checked: CheckedForm) -> list[ft.Control]:
    warned = [one for one in checked.faults if not one.refused]
    if not warned:
        return []
    rows = [_fault(one, number, "warning") for number, one in enumerate(warned[:_SHOWN])]
    return [group(t("office_forms.left_out"), rows, count=len(warned), id="form-warnings")]


def _fault_groups(refused: tuple[FormFault, ...]) -> list[ft.Control]:
    by_sheet: dict[str, list[FormFault]] = {}
    for one in refused:
        by_sheet.setdefault(one.sheet, []).append(one)
    made: list[ft.Control] = []
    number = 0
    for sheet, those in by_sheet.items():
        rows = []
        for one in those:
            rows.append(_fault(one, number, "fault"))
            number += 1
        heading = t("office_forms.sheet", sheet=sheet) if sheet else t("office_forms.whole_file")
        made.append(group(heading, rows, count=len(rows), id=f"faults-{sheet or 'file'}"))
    return made


def _fault(one: FormFault, number: int, id: str) -> ft.Control:
    """Return one fault: where it stands large, as somebody looks for it in Excel; what is wrong under it."""
    words = one.text.get("zh" if language().startswith("zh") else "en") or ""
    where = " · ".join(
        (*([t("office_forms.row", row=one.row)] if one.row else []),
         *([t("office_forms.column", column=one.column)] if one.column else []))
    )  # fmt: skip
    inside = column([*([txt(where, ft.TextThemeStyle.TITLE_MEDIUM)] if where else []), long_txt(words)], gap=2)
    return tag(f"{id}-{number}", ft.Container(inside, padding=ft.Padding.symmetric(horizontal=14, vertical=10)))


def _tables(file: FormFile, add_table: Callable[[], Any]) -> ft.Control:
    named = [txt(name) for name in sorted(file.beside)]
    button = small_button("add-table", t("office_forms.add_table"), add_table, icon=ft.Icons.ADD_ROUNDED)
    return section(t("office_forms.tables"), [quiet(t("office_forms.tables_says")), *named, button], id="tables")


# -- what will be published ----------------------------------------------------------------------


def _about(ui: Ui, form: Form, file: FormFile, checked: CheckedForm, add_table: Callable[[], Any]) -> list[ft.Control]:
    speaks = language().partition("-")[0]
    pairs = [
        (t("office_forms.fact.title"), form.said(form.title, speaks) or form.id),
        (t("office_forms.fact.id"), form.id),
        (t("office_forms.fact.version"), form.version or "—"),
        (t("office_forms.fact.posts"), posts_words(form.settings.get("posts") or ())),
        *_filed_in(form, speaks),
        (t("office_forms.fact.questions"), str(asked(form))),
        (t("office_forms.fact.file"), file.name),
    ]
    made: list[ft.Control] = [paper([facts(pairs)], id="form-about"), *_left_out(checked)]
    if file.beside:
        made.append(_tables(file, add_table))
    return made


def _filed_in(form: Form, speaks: str) -> list[tuple[str, str]]:
    if not form.archive:
        return []
    return [(t("office_forms.fact.archive"), f"{form.archive} {class_words(form.archive, speaks)}")]


def _for_whom(
    ui: Ui, publishing: Publishing, office: OfficeForms, place: str, again: Callable[[], object]
) -> list[ft.Control]:
    if len(office.places) < 2:
        said = txt(place_words(ui, office, None if place == _COMPANY else place))
        return [section(t("office_forms.fact.for"), [said], id="for-whom")]

    def choose(value: str) -> None:
        publishing.place = value
        again()

    options = [
        Option(_key(one.estate_key), place_words(ui, office, one.estate_key),
               ft.Icons.DOMAIN_ROUNDED if one.estate_key is None else ft.Icons.LOCATION_CITY_ROUNDED)
        for one in office.places
    ]  # fmt: skip
    return [section(t("office_forms.fact.for"), [big_choice(options, place, choose, id="for")], id="for-whom")]


def _differs(form: Form, before: PublishedForm | None, old: Form | None) -> list[ft.Control]:
    """Return what the new version changes of the one in force."""
    if before is None:
        return [notice(t("office_forms.first"), tone="calm", id="form-first")]
    if old is None or before.hash == form.hash:
        return []
    found = compared(old, form)
    heading = t("office_forms.differs", version=before.version or "—")
    if not found:
        return [section(heading, [txt(t("office_forms.differs_not"))], id="form-differs")]
    rows = [_difference(form, old, one, number) for number, one in enumerate(found[:_SHOWN])]
    return [group(heading, rows, count=len(found), id="form-differs")]


_MARKS: Final = {
    ADDED: (ft.Icons.ADD_CIRCLE_OUTLINE, ft.Colors.PRIMARY),
    REMOVED: (ft.Icons.REMOVE_CIRCLE_OUTLINE, ft.Colors.ERROR),
    CHANGED: (ft.Icons.EDIT_OUTLINED, ft.Colors.TERTIARY),
}


def _difference(form: Form, old: Form, one: Compared, number: int) -> ft.Control:
    speaks = language().partition("-")[0]
    mark, ink = _MARKS[one.what]
    asks = one.question
    of = old if one.what == REMOVED else form
    name = t("office_forms.whole_form") if asks is None else of.said(asks.label, speaks) or asks.where
    members = t("shell.and").join(_member(member) for member in one.members)
    says = t(f"office_forms.difference.{one.what}") + (f"：{members}" if members and speaks == "zh" else
                                                       f": {members}" if members else "")  # fmt: skip
    words = column([txt(name), quiet(says)], gap=1, expand=True)
    inside = row([icon(mark, 24, ink), words], gap=14)
    return tag(f"difference-{number}", ft.Container(inside, padding=ft.Padding.symmetric(horizontal=14, vertical=10)))


def _member(name: str) -> str:
    key = f"office_forms.member.{name}"
    return t(key) if has(key) else name


# -- trying it out -------------------------------------------------------------------------------


@ft.component
def TryNewScreen() -> ft.Control:
    """The try-out of what was checked and is not published yet."""
    ui = use_ui()
    publishing = _publishing(ui.page)
    form = publishing.checked.form if publishing.checked is not None else None
    if not may_publish(ui.session) or form is None:
        return not_for_you(ui, t("office_forms.try_out"), id="try")

    def done() -> None:
        publishing.tried = form.hash
        ui.back()

    return TryForm(form, done, t("office_forms.tried"), key=form.hash)


@ft.component
def TryPublishedScreen(published_id: str) -> ft.Control:
    """The try-out of what is published."""
    ui = use_ui()
    may = may_publish(ui.session)
    asked_ = use_asked(lambda: _published(ui.session, unquote(published_id)), wanted=may)
    heading = t("office_forms.try_out")
    if not may:
        return not_for_you(ui, heading, id="try")
    if asked_.value is not None:
        return TryForm(asked_.value, ui.back, t("office_forms.tried_enough"), key=asked_.value.hash)
    content = waiting(t("devices.asking")) if asked_.problem is None else told(
        asked_.problem, language_code(ui.page), offline=offline()
    )  # fmt: skip
    return Scaffold(heading, [content], id="try", on_back=ui.back, cloud=cloud_of(ui))


async def _published(session: Session, published_id: str) -> Form:
    office = await session.form_office.told()
    digest = next((one.hash for one in office.forms if one.id == published_id), "0" * 64)
    return await session.form_office.form(digest)


ROUTES: Final = (
    Route(PATH, OfficeFormsScreen, parent="/me"),
    Route(NEW, PublishScreen, parent=PATH),
    Route(f"{NEW}/try", TryNewScreen, parent=NEW),
    Route(f"{PATH}/{{published_id}}", OfficeFormScreen, parent=PATH),
    Route(f"{PATH}/{{published_id}}/try", TryPublishedScreen, parent=f"{PATH}/{{published_id}}"),
)
