"""客户档案 (a household's archive, S): its twelve classes with what stands in each and what lacks; one class, record by
record. A look at each is recorded before any of it is drawn, and a class that one's post does not read is not there."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

import flet as ft

from app.actions.models import Household, Person
from app.actions.shelf import ClassView, ShelfClass, ShelfView
from app.domain.rules.archive import WHOLE, class_words, look_at
from app.domain.rules.archive_gaps import Gap
from app.domain.times import china_day
from app.ui import estates, theme
from app.ui.calling import call_row
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import TALL, column, flow, pressable, quiet, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state, group, list_row
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper
from app.ui.looking import use_noted
from app.ui.router import Route
from app.ui.screens.door.archive_paths import ARCHIVES, archive_path, class_path
from app.ui.screens.door.history import LINES, door_lines, earlier
from app.ui.screens.door.households import names_of, relation_words
from app.ui.subjects.archive_paper.paths import new_path
from app.ui.subjects.case.paths import fill_path
from app.ui.texts import day_text, language, t
from app.ui.ticket_words import joined

MARK: Final = ft.Icons.FOLDER_SHARED_OUTLINED
REQUEST: Final = "archive_export"
"""The form by which somebody asks for a copy (S5)."""
_SHOWN: Final = 50
"""Most doors that a search lists."""
_ROW: Final = 76
_AROUND: Final = 220


def _class(number: int) -> str:
    return f"{number} {class_words(number, language().partition('-')[0])}"


# -- one household, class by class -----------------------------------------------------------------


@ft.component
def ArchiveScreen(household_id: str) -> ft.Control:
    """The classes that this person reads: how much stands in each, when it last changed, what lacks."""
    ui = use_ui()
    now = use_now()
    view: ShelfView | None = use_read(lambda s: if_here(lambda: s.shelf.view(household_id)), household_id)
    noted = use_noted(ui, household_id if view is not None else None, WHOLE)
    large = theme.use_look().scale > 1.3
    if view is None:
        return _gone(ui, "archive")
    content: list[ft.Control] = [_head(view.household, view.address, [])]
    if noted:
        content = [_head(view.household, view.address, _standing(view))]
        today = china_day(now)
        rows = [_row(ui, household_id, one, today, large) for one in view.classes]
        content.append(group(t("shelf.classes"), rows, id="archive-classes"))
        content += _ask(ui, household_id, view.address)
    content.append(quiet(t("shelf.recorded")))
    return Scaffold(
        t("shelf.heading"), content, id="archive", on_back=ui.back, cloud=cloud_of(ui), action=_add(ui, household_id)
    )


def _ask(ui: Ui, household_id: str, address: str) -> list[ft.Control]:
    """Return the way to ask for a copy of it to take out of the house (S5), for whoever may."""
    form = ui.session.cases.latest(REQUEST)
    if form is None or not ui.session.cases.is_mine(form):
        return []
    path, handed = fill_path(form.hash, ui.session.new_id()), {"household": household_id, "fixed": address}
    begin = partial(ui.go, path, form=form.hash, **handed)
    return [small_button("archive-export", t("shelf.export"), begin, icon=ft.Icons.FOLDER_ZIP_OUTLINED, tone="text")]


def _standing(view: ShelfView) -> list[ft.Control]:
    """Return whether something lacks, as far as this phone can know it: not where it has a part of the records, and
    where nobody lives nobody is asked for more."""
    if not view.whole:
        return [quiet(t("shelf.part"))]
    if view.lacking:
        return [chip(t("shelf.lacks_n", n=view.lacking), "amber", ft.Icons.REPORT_PROBLEM_OUTLINED, id="archive-lacks")]
    lived_in = view.household is not None and view.household.status == "living"
    return [chip(t("shelf.lacks_nothing"), "good", ft.Icons.CHECK_ROUNDED, id="archive-lacks")] if lived_in else []


def _row(ui: Ui, household_id: str, one: ShelfClass, today: date, large: bool) -> ft.Control:
    said = [t("shelf.people", n=one.people)] if one.people else []
    if one.latest is not None:
        said += [t("shelf.count", n=one.count), t("shelf.latest", day=day_text(china_day(one.latest), today))]
    lines = [joined(*said)] if said else []
    if one.gaps:
        lines.append(t("shelf.lacks", what=t("shown.and").join(gap.said(language()) for gap in one.gaps)))
    # With large letters there is no room for the mark beside the words, which say the same.
    mark = chip(t("shelf.lacks_few", n=len(one.gaps)), "amber") if one.gaps and not large else None
    return list_row(
        f"class-{one.number}", _class(one.number), partial(ui.go, class_path(household_id, one.number)),
        sub="\n".join(lines or [t("shelf.nothing")]), trailing=mark,
    )  # fmt: skip


def _head(home: Household | None, address: str, marks: list[ft.Control], under: str = "") -> ft.Control:
    parts: list[ft.Control] = [
        *(estates.head_of(home) if home is not None else []),
        ft.Semantics(header=True, content=txt(address, ft.TextThemeStyle.DISPLAY_SMALL)),
    ]
    if home is not None:
        parts += [quiet(home.name)] if home.name else []
    if under:
        parts.append(long_txt(under, ft.TextThemeStyle.TITLE_LARGE))
    return paper([*parts, *([flow(marks)] if marks else [])], id="archive-head", gap=8)


def _gone(ui: Ui, id: str) -> ft.Control:
    """Return what somebody sees who reads nothing of it, and where there is nothing: the same (S2)."""
    gone = empty_state(t("shelf.gone"), t("shelf.gone_says"), mark=MARK)
    return Scaffold(t("shelf.heading"), [gone], id=id, on_back=ui.back)


def _add(ui: Ui, household_id: str, **handed: int) -> Action | None:
    """Return the way to file a paper there, for whoever may; ``number``: the class that is chosen beforehand."""
    if not ui.session.archive.may_file(household_id):
        return None
    to_form = partial(ui.go, new_path(household_id), **handed)
    return Action(t("shelf.add"), to_form, icon=ft.Icons.NOTE_ADD_OUTLINED)


# -- one class -------------------------------------------------------------------------------------


@ft.component
def ArchiveClassScreen(household_id: str, number: str) -> ft.Control:
    """One class: what lacks, whom the register names, and each record and paper as a line; a tap opens it."""
    ui = use_ui()
    now = use_now()
    lines, set_lines = ft.use_state(LINES)
    which = int(number) if number.isascii() and number.isdecimal() and len(number) < 3 else 0
    view: ClassView | None = use_read(
        lambda s: if_here(lambda: s.shelf.of_class(household_id, which, lines)), household_id, which, lines
    )
    noted = use_noted(ui, household_id if view is not None else None, look_at(which))
    if view is None:
        return _gone(ui, "archive-class")
    content: list[ft.Control] = [_head(view.household, view.address, [], _class(which))]
    if noted:
        content += _lacking(view.gaps)
        content += _people(view.people)
        if view.cards:
            inside = [door_lines(view.cards, now, ui.go)]
            inside += earlier(view.count - len(view.cards), lambda: set_lines(lines + LINES))
            content.append(section(t("shelf.count", n=view.count), inside, id="archive-lines"))
        elif not view.people:
            content.append(empty_state(t("shelf.empty"), t("shelf.empty_says"), mark=MARK))
    content.append(quiet(t("shelf.recorded")))
    add = _add(ui, household_id, number=which)
    return Scaffold(t("shelf.heading"), content, id="archive-class", on_back=ui.back, cloud=cloud_of(ui), action=add)


def _lacking(gaps: tuple[Gap, ...]) -> list[ft.Control]:
    if not gaps:
        return []
    said = "\n".join(gap.said(language()) for gap in gaps)
    return [notice(t("shelf.lacks_few", n=len(gaps)), kept=said, id="lacking")]


def _people(people: tuple[Person, ...]) -> list[ft.Control]:
    rows = [
        call_row(f"person-{number}", one.name, one.phone, relation_words(one.relation))
        if one.phone
        else list_row(f"person-{number}", one.name, None, sub=relation_words(one.relation))
        for number, one in enumerate(people)
    ]
    return [group(t("shelf.register"), rows, count=len(rows), id="archive-people")] if rows else []


# -- finding one -----------------------------------------------------------------------------------


@ft.component
def ArchivesScreen() -> ft.Control:
    """Doors to find a household's archive by: for the desk and whoever keeps the archive."""
    ui = use_ui()
    query, set_query = ft.use_state("")
    homes = use_read(lambda s: s.shelf.homes(query, _SHOWN if query else 100_000), query)
    parts: list[ft.Control] = [SearchField("archives-find", set_query, hint=t("household.find_hint"))]
    if homes:
        parts.append(
            WindowedList(
                homes,
                partial(_door, ui),
                row_height=_ROW,
                around=_AROUND,
                gap=6,
                key_of=lambda home: home.id,
                spot=None if query else "archives",
                key=query,
                id="archives-list",
            )
        )
    elif query:
        parts.append(
            empty_state(
                t("household.not_found_heading", query=query), t("household.not_found"), mark=ft.Icons.SEARCH_OFF
            )
        )
    else:
        parts.append(empty_state(t("shelf.none"), t("shelf.none_says"), mark=MARK))
    return Scaffold(
        t("shelf.heading"), parts, id="archives", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui),
        scroll=False,
    )  # fmt: skip


def _door(ui: Ui, home: Household) -> ft.Control:
    words = column([txt(home.address, ft.TextThemeStyle.TITLE_LARGE, lines=1), quiet(names_of(home), lines=1)], gap=1)
    return pressable(
        f"archive-{home.address}",
        words,
        partial(ui.go, archive_path(home.id)),
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
        radius=theme.RADIUS,
        bgcolor=theme.PAPER,
        border=ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
        min_height=TALL,
    )


ROUTES: Final = (
    Route(ARCHIVES, ArchivesScreen, parent="/me"),
    Route(archive_path("{household_id}"), ArchiveScreen, parent="/household/{household_id}"),
    Route(class_path("{household_id}", "{number}"), ArchiveClassScreen, parent=archive_path("{household_id}")),
)
