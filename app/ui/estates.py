"""Estates 小区, for people with posts in several: the switch under a heading, the names of estates on rows and pages,
and the question in which estate to put something that has no door.

For people with one estate none of this is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import partial
from typing import Any, Final

import flet as ft

from app.actions import CardFilter, Session
from app.actions.estates import Estate
from app.actions.models import Card, EstateCounts, Household, PriceItem, SubjectState
from app.domain import roles
from app.ui import theme
from app.ui.context import Ui, ui_of, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, icon, pressable, row, tag, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import list_row
from app.ui.kit.money import section
from app.ui.kit.notices import use_sheet
from app.ui.kit.ticket import chip
from app.ui.screens.desk.words import GROUPS
from app.ui.texts import t
from app.ui.ticket_words import SEP

Where = Card | SubjectState | Household
_OPEN: Final = tuple(stage for stages in GROUPS.values() for stage in stages)
_NAME: Final = 20
"""Most characters of a name in the switch; the sheet shows it whole."""


def switch(ui: Ui) -> ft.Control | None:
    """Return the switch for ``Scaffold(under=...)``: the chosen estate, with a tap to choose another; None with one
    estate."""
    return EstateSwitch() if ui.session.several else None


@ft.component
def EstateSwitch() -> ft.Control:
    """Draw the switch: the chosen estate; a tap opens the list of one's estates and how each is doing."""
    ui = use_ui()
    known, chosen = use_read(lambda s: (s.estates, s.estate))
    opened, open_ = ft.use_state(False)
    name = next((estate.name for estate in known if estate.key == chosen), t("estates.all"))

    def choose(key: str | None) -> None:
        open_(False)
        choose_estate(ui, key)

    use_sheet(opened, t("estates.choose"), lambda: [_Choices(choose)], lambda: open_(False), id="estates")
    # No wider than its words, and cut off rather than wrapped: the heading's line has room for one.
    words = txt(
        name if len(name) <= _NAME else f"{name[:_NAME]}…",
        ft.TextThemeStyle.TITLE_SMALL,
        color=ft.Colors.PRIMARY,
        lines=1,
    )
    words.expand = True
    words.expand_loose = True
    mark = ft.Icons.LOCATION_CITY_ROUNDED if chosen is not None else ft.Icons.APARTMENT_ROUNDED
    inside = row(
        [icon(mark, 18, ft.Colors.PRIMARY), words, icon(ft.Icons.EXPAND_MORE_ROUNDED, 20, ft.Colors.PRIMARY)],
        gap=6,
        tight=True,
    )
    return ft.Row(
        [
            pressable(
                "estate", inside, lambda: open_(True), label=t("estates.switch", name=name), fill=False,
                radius=24, padding=ft.Padding.only(right=8), expand=False,
            )
        ],
        tight=True,
    )  # fmt: skip


def choose_estate(ui: Ui, key: str | None) -> None:
    """Show only the estate with this key from now on, or all for None, on every screen. This phone remembers the
    choice."""
    ui.session.choose_estate(key)
    ui.refresh()  # at once: the session's own announcement may be delayed until the end of a burst of changes
    ui.settle_soon()


@ft.component
def _Choices(choose: Callable[[str | None], object]) -> ft.Control:
    """Draw the list of choices: 全部小区, then each estate with how it is doing."""
    now = use_now()
    known, chosen, lines = use_read(lambda s: (s.estates, s.estate, _lines(s, now)), now // 60_000)
    tick = icon(ft.Icons.CHECK_ROUNDED, 24, ft.Colors.PRIMARY)
    nothing = ft.Container(width=0)
    rows = [
        list_row(
            "estate-all",
            t("estates.all"),
            lambda: choose(None),
            leading=ft.Icons.APARTMENT_ROUNDED,
            selected=chosen is None,
            trailing=tick if chosen is None else nothing,
        )
    ]
    rows += [
        list_row(
            f"estate-{index}",
            estate.name,
            partial(choose, estate.key),
            sub=lines[estate.key],
            leading=ft.Icons.LOCATION_CITY_ROUNDED,
            selected=chosen == estate.key,
            trailing=tick if chosen == estate.key else nothing,
        )
        for index, estate in enumerate(known)
    ]
    return column(rows, gap=2)


def _lines(session: Session, now: int) -> dict[str, str]:
    """Return the line under each estate's name: its figures for those who oversee it, one's own tickets for everybody
    else."""
    counts = session.estate_counts(_OPEN, GROUPS["open"], now)
    said = {}
    for estate in session.estates:
        if session.roles_in(estate.key) & roles.OVERSEERS:
            said[estate.key] = SEP.join(words for words, _ in _facts(counts.get(estate.key, EstateCounts())))
        else:
            mine = CardFilter(assignee=session.profile.staff_id, over=False, estates=(estate.key,))
            said[estate.key] = t("estates.mine", n=session.count(mine))
    return said


def _facts(counts: EstateCounts) -> list[tuple[str, str]]:
    """Return an estate's figures as (words, tone)."""
    found = [(counts.open, "open", "plain"), (counts.late, "late", "red"), (counts.unassigned, "unassigned", "amber")]
    found.append((counts.flags, "flags", "amber"))
    said = [(t(f"estates.{key}", n=n), tone) for n, key, tone in found if n]
    return said or [(t("estates.calm"), "good")]


_MARKS: Final = {"red": ft.Icons.ALARM, "amber": ft.Icons.PRIORITY_HIGH_ROUNDED, "good": ft.Icons.CHECK_ROUNDED}


def overview(ui: Ui) -> list[ft.Control]:
    """Return how each estate is doing that one oversees, while all are shown; a tap shows only that one.

    Empty for people who oversee fewer than two.
    """
    session = ui.session
    if session.estate is not None:
        return []
    seen = [key for key, held in session.posts.items() if held & roles.OVERSEERS]
    return [Overview()] if len(seen) > 1 else []


@ft.component
def Overview() -> ft.Control:
    """Draw a line for each estate, those with the most late work first."""
    ui = use_ui()
    now = use_now()
    known, counts = use_read(
        lambda s: (
            [estate for estate in s.estates if s.roles_in(estate.key) & roles.OVERSEERS],
            s.estate_counts(_OPEN, GROUPS["open"], now),
        ),
        now // 60_000,
    )
    stands = [(estate, counts.get(estate.key, EstateCounts())) for estate in known]
    stands.sort(key=lambda one: (-one[1].late, -one[1].unassigned - one[1].flags))
    lines: list[ft.Control] = []
    for index, (estate, count) in enumerate(stands):
        if index:
            lines.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        lines.append(_stands(ui, estate, count))
    sheet = ft.Container(
        column(lines, gap=0),
        bgcolor=theme.PAPER,
        border_radius=theme.RADIUS,
        border=ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    heading = ft.Semantics(header=True, content=txt(t("estates.of"), ft.TextThemeStyle.TITLE_MEDIUM))
    return tag("estates-overview", column([heading, sheet], gap=8))


def _stands(ui: Ui, estate: Estate, counts: EstateCounts) -> ft.Control:
    chips = [chip(words, tone, _MARKS.get(tone)) for words, tone in _facts(counts)]
    inside = column([txt(estate.name, ft.TextThemeStyle.TITLE_MEDIUM, lines=1), flow(chips)], gap=6)
    return pressable(
        f"overview-{estate.key or 'first'}",
        row([ft.Container(inside, expand=True), icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE)]),
        lambda: choose_estate(ui, estate.key),
        padding=ft.Padding.symmetric(horizontal=16, vertical=12),
        radius=0,
    )


def elsewhere(ui: Ui, found: int) -> ft.Control | None:
    """Return the button that shows the results in other estates, `found` in number; None if there are none."""
    if not found:
        return None
    return small_button("estates-elsewhere", t("estates.elsewhere", n=found), lambda: choose_estate(ui, None))


# -- where something is --------------------------------------------------------------------------


def mark_of(what: Card | Household | PriceItem) -> str:
    """Return an estate's mark for a row of a list; empty unless all estates are shown."""
    return ui_of(ft.context.page).session.estate_mark_of(what)


def name_of(what: Where) -> str:
    """Return the estate's name for the page of a door or record; "" for people with one estate."""
    return ui_of(ft.context.page).session.estate_name(what)


def head_of(what: Where) -> list[ft.Control]:
    """Return the estate's name above the address on such a page; nothing for people with one estate."""
    name = name_of(what)
    return [line(name)] if name else []


def line(name: str) -> ft.Control:
    """Return an estate's name as it is shown above an address."""
    words = txt(name, ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.PRIMARY)
    words.expand = True
    words.expand_loose = True
    return tag("estate-name", row([icon(ft.Icons.LOCATION_CITY_ROUNDED, 18, ft.Colors.PRIMARY), words], gap=6))


# -- where something without a door is to be -----------------------------------------------------


def unsaid(session: Session, said: str | None) -> bool:
    """Return whether a form must ask for the estate.

    It must when none is set (``said``), or when the chosen estate is another than the form was begun in.
    """
    return session.several and (said is None or said != session.estate)


def ask(
    session: Session, said: str | None, on_choose: Callable[[str], object], held: Set[str], *, inside: bool = False
) -> list[ft.Control]:
    """Return the question in which estate to put something that has no door; nothing when that is clear.

    ``held``: only estates where this person has one of these posts are offered. ``inside``: without a sheet of its own,
    to be placed on one with other fields.
    """
    if not unsaid(session, said):
        return []
    options: list[tuple[Any, str]] = [
        (estate.key, estate.name) for estate in session.estates if session.roles_in(estate.key) & held
    ]
    choice = pills(options, said, on_choose, id="in-estate")
    if inside:
        return [txt(t("estates.which"), ft.TextThemeStyle.TITLE_SMALL), choice]
    return [section(t("estates.which"), [choice])]
