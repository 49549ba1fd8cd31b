"""表单管理 (the office's forms), for managers and administrators: what is published, earlier versions, withdrawing.

The server is asked for all of it: what stands there counts for every phone, and this phone may not know it yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final
from urllib.parse import quote, unquote

import flet as ft

from app.actions import Session
from app.actions.form_list import Published
from app.domain.subjects import access
from app.domain.wire.errors import NOT_FOUND, Problem
from app.sync.office_forms import OfficeForms, PublishedForm
from app.ui.asking import Asked, told, use_asked, use_asked_here, waiting
from app.ui.context import Ui, cloud_of, language_code, use_now, use_ui
from app.ui.kit.base import quiet, tag
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import facts, section
from app.ui.kit.notices import use_question
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.saving import save_from_server
from app.ui.screens.desk.parts import not_for_you
from app.ui.screens.phone.sign_in import role_words
from app.ui.subjects.case.forms import grouped
from app.ui.texts import language, moment_text, t

PATH: Final = "/office-forms"
_MANY: Final = 8
"""From so many forms on there is a search."""
IN_FORCE, ENDED = "in_force", "ended"
WITHDRAWN: Final = "withdrawn"
_COMPANY: Final = "*"
"""Instead of an estate's key: "" is the first one's."""


def may_publish(session: Session) -> bool:
    """Whether somebody publishes forms; only then is a link to this page shown."""
    return access.may_publish_forms(session.roles)


def of(row: PublishedForm) -> Published:
    """Return a publishing as lists of forms hold it, to be searched and grouped in the same way."""
    estate = _COMPANY if row.estate_key is None else row.estate_key
    group_ = row.group or {}
    return Published(row.form_id, row.hash, row.version, row.title, estate, posts=row.posts, group=group_)


def place_words(ui: Ui, office: OfficeForms, estate_key: str | None) -> str:
    """Return for whom a form is: 全公司, or the estate's name."""
    if estate_key is None:
        return t("office_forms.company")
    named = {one.key: one.name for one in ui.session.estates} | {
        str(one.estate_key): one.name for one in office.places if one.estate_key is not None
    }
    return named.get(estate_key) or t("office_forms.an_estate")


def posts_words(posts: Sequence[str]) -> str:
    """Return whose phones have a form: 管家、秩序维护员, or everybody's."""
    return role_words(tuple(posts)) if posts else t("office_forms.everybody")


def offline() -> tuple[str, str]:
    """Return what these pages say without a network."""
    return t("office_forms.offline"), t("office_forms.offline_says")


@ft.component
def OfficeFormsScreen() -> ft.Control:
    """Draw what is published, by its groups, and what has ended; publishing is the main action."""
    ui = use_ui()
    now = use_now()
    sought, set_sought = ft.use_state("")
    tab, set_tab = ft.use_state(IN_FORCE)
    may = may_publish(ui.session)
    asked = use_asked_here(ui.session.form_office.told, PATH, wanted=may)
    heading = t("office_forms.heading")
    if not may:
        return not_for_you(ui, heading, id="office-forms")
    office = asked.value
    if office is None:
        return _not_here(ui, heading, asked)
    speaks = language().partition("-")[0]
    ended = {True: [one for one in office.forms if one.ended == WITHDRAWN and _last(office, one)],
             False: [one for one in office.forms if not one.ended]}  # fmt: skip
    shown = ended[tab == ENDED and bool(ended[True])]
    content: list[ft.Control] = []
    if ended[True]:
        options = [(IN_FORCE, t("office_forms.in_force_n", n=len(ended[False]))),
                   (ENDED, t("office_forms.withdrawn_n", n=len(ended[True])))]  # fmt: skip
        content.append(pills(options, tab, set_tab, id="office-forms-tab"))
    if len(shown) > _MANY:
        content.append(SearchField("office-forms-find", set_sought, hint=t("office_forms.find")))
    found = [made for made in map(of, shown) if not sought.strip() or made.fits(sought)]
    rows = {(one.form_id, of(one).estate, one.hash): one for one in shown}
    for number, (name, those) in enumerate(grouped(found, speaks)):
        lines = [_row(ui, office, rows[made.id, made.estate, made.hash], now, speaks) for made in those]
        content.append(group(name or t("case.list.other"), lines, count=len(lines), id=f"office-group-{number}"))
    if not office.forms:
        content.append(empty_state(t("office_forms.none"), t("office_forms.none_says"),
                                   mark=ft.Icons.ASSIGNMENT_OUTLINED))  # fmt: skip
    elif not found and sought.strip():
        content.append(quiet(t("common.none_found", query=sought)))
    publish = Action(t("office_forms.publish_file"), lambda: ui.go(f"{PATH}/new"), icon=ft.Icons.UPLOAD_FILE_ROUNDED)
    return Scaffold(
        heading, content, id="office-forms", on_back=ui.back, cloud=cloud_of(ui), action=publish, gap=18
    )  # fmt: skip


def _last(office: OfficeForms, row: PublishedForm) -> bool:
    """Whether a form that was withdrawn is in force in no other version, and this is the last one it had."""
    same = [one for one in office.forms if (one.form_id, one.estate_key) == (row.form_id, row.estate_key)]
    return same[0].id == row.id


def _not_here(ui: Ui, heading: str, asked: Asked[OfficeForms]) -> ft.Control:
    if asked.problem is None:
        return Scaffold(heading, [waiting(t("devices.asking"))], id="office-forms", on_back=ui.back, cloud=cloud_of(ui))
    content = [told(asked.problem, language_code(ui.page), offline=offline())]
    again = Action(t("office_forms.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
    return Scaffold(heading, content, id="office-forms", on_back=ui.back, cloud=cloud_of(ui), action=again)


def _row(ui: Ui, office: OfficeForms, one: PublishedForm, now: int, speaks: str) -> ft.Control:
    title = of(one).said(speaks)
    first = " · ".join((place_words(ui, office, one.estate_key), posts_words(one.posts)))
    second = " · ".join(
        (t("office_forms.version", version=one.version or "—"), moment_text(one.published_at, now),
         t("office_forms.filled_short", n=n) if (n := _filled(office, one)) else t("office_forms.unfilled"))
    )  # fmt: skip
    return list_row(f"office-form-{one.form_id}", title, lambda: ui.go(f"{PATH}/{quote(one.id)}"),
                    sub=f"{first}\n{second}")  # fmt: skip


def _filled(office: OfficeForms, row: PublishedForm) -> int:
    """Return how often a form was filled in, in all its versions; each definition counts once."""
    same = {one.hash: one.filled for one in office.forms if one.form_id == row.form_id}
    return sum(same.values())


# -- one form ------------------------------------------------------------------------------------


@ft.component
def OfficeFormScreen(published_id: str) -> ft.Control:
    """Draw one publishing: for whom, since when, by whom; its versions; trying it out, a new version, withdrawing."""
    ui = use_ui()
    now = use_now()
    asking, set_asking = ft.use_state(False)
    may = may_publish(ui.session)
    asked = use_asked(ui.session.form_office.told, wanted=may)
    heading = t("office_forms.heading")
    office = asked.value
    row = None if office is None else next((one for one in office.forms if one.id == unquote(published_id)), None)
    code = None if office is None or row is None else _code(office, row)

    async def withdraw() -> None:
        assert row is not None
        try:
            await ui.session.form_office.withdraw(row.form_id, code)
        except Problem as problem:
            ui.tell(problem)
            return
        await ui.session.sync_now()
        ui.toast(t("office_forms.withdrawn"))
        await asked.again()

    title = "" if row is None else of(row).said(language().partition("-")[0])
    use_question(
        asking, t("office_forms.withdraw_ask", title=title), t("office_forms.withdraw_says"),
        Action(t("office_forms.withdraw"), withdraw, danger=True), lambda: set_asking(False),
        no=t("office_forms.withdraw_no"), id="withdraw-ask",
    )  # fmt: skip
    if not may:
        return not_for_you(ui, heading, id="office-form")
    if office is None:
        return _not_here(ui, heading, asked)
    if row is None:
        missing = told(Problem(NOT_FOUND), language_code(ui.page))
        return Scaffold(heading, [missing], id="office-form", on_back=ui.back, cloud=cloud_of(ui))
    versions = [one for one in office.forms if (one.form_id, one.estate_key) == (row.form_id, row.estate_key)]
    content: list[ft.Control] = [
        paper([_state(row), facts(_facts(ui, office, row, now))], id="office-form-facts"),
        group(t("office_forms.versions"), [_version(ui, one, row, now) for one in versions], count=len(versions),
              id="versions"),
    ]  # fmt: skip
    try_out = Action(t("office_forms.try_out"), lambda: ui.go(f"{PATH}/{published_id}/try"),
                     icon=ft.Icons.SCIENCE_OUTLINED)  # fmt: skip
    save = small_button(
        "export", t("office_forms.export"), partial(_export, ui, row), icon=ft.Icons.TABLE_VIEW_OUTLINED
    )
    content.append(section(t("office_forms.export_heading"), [quiet(t("office_forms.export_says")), save]))
    if not row.ended and _mine(office, row):
        button = small_button("withdraw", t("office_forms.withdraw"), lambda: set_asking(True), tone="danger",
                              icon=ft.Icons.BLOCK)  # fmt: skip
        content.append(section(t("office_forms.end_heading"), [quiet(t("office_forms.withdraw_says")), button]))
    return Scaffold(title, content, id="office-form", on_back=ui.back, cloud=cloud_of(ui), action=try_out, gap=18)


async def _export(ui: Ui, row: PublishedForm) -> None:
    """Save the form's register as an Excel workbook from the server."""
    name = f"{of(row).said('zh')}.xlsx"
    await save_from_server(
        ui,
        ui.session.form_office.register(row.form_id),
        heading=t("office_forms.export"),
        name=name.replace("/", " "),
        offline=t("office_forms.export_offline"),
        saved=lambda where: t("office_forms.exported_at", path=where) if where else t("office_forms.exported"),
    )


def _mine(office: OfficeForms, row: PublishedForm) -> bool:
    return any(one.estate_key == row.estate_key for one in office.places)


def _code(office: OfficeForms, row: PublishedForm) -> str | None:
    """Return how the server calls the estate of a publishing; ``None`` for the company."""
    if row.estate_key is None:
        return None
    return next((one.estate for one in office.places if one.estate_key == row.estate_key), row.estate_key)


def _state(row: PublishedForm) -> ft.Control:
    tone = "amber" if row.ended == WITHDRAWN else "plain" if row.ended else "good"
    state = row.ended or IN_FORCE
    return tag(f"state-{state}", ft.Row([chip(t(f"office_forms.state.{state}"), tone)]))


def _facts(ui: Ui, office: OfficeForms, row: PublishedForm, now: int) -> list[tuple[str, str]]:
    by = ui.session.staff_name(row.published_by) if row.published_by else t("office_forms.command_line")
    pairs = [
        ("for", place_words(ui, office, row.estate_key)),
        ("posts", posts_words(row.posts)),
        ("since", moment_text(row.published_at, now)),
        ("by", by),
        ("version", row.version or "—"),
        ("id", row.form_id),
        ("times", t("office_forms.filled", n=_filled(office, row))),
    ]
    if row.ended_at is not None:
        pairs.insert(3, ("until", moment_text(row.ended_at, now)))
    return [(t(f"office_forms.fact.{name}"), words) for name, words in pairs]


def _version(ui: Ui, one: PublishedForm, row: PublishedForm, now: int) -> ft.Control:
    sub = " · ".join((moment_text(one.published_at, now), t("office_forms.filled", n=one.filled)))
    go: Callable[[], object] | None = None if one.id == row.id else partial(ui.replace, f"{PATH}/{quote(one.id)}")
    tone = "good" if not one.ended else "plain"
    return list_row(f"version-{one.version}", t("office_forms.version", version=one.version or "—"), go, sub=sub,
                    selected=one.id == row.id,
                    trailing=chip(t(f"office_forms.state.{one.ended or IN_FORCE}"), tone))  # fmt: skip
