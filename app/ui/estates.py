"""Estates 小区, for who has posts in several: the switch under a heading, what rows and pages say of where they are,
and the question where something without a door is to be.

With one estate nothing of this is drawn.
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
"""Letters of a name in the switch; the sheet has it whole."""


def switch(ui: Ui) -> ft.Control | None:
    """What stands under a heading (``Scaffold(under=...)``): the estate one looks at, and by a tap the others."""
    return EstateSwitch() if ui.session.several else None


@ft.component
def EstateSwitch() -> ft.Control:
    """The estate one looks at; a tap opens all of one's own, with how each stands."""
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
    """Look at one estate from now on, or at all: every screen follows; kept on this phone."""
    ui.session.choose_estate(key)
    ui.refresh()  # at once: what the session announces may wait for others of a burst
    ui.settle_soon()


@ft.component
def _Choices(choose: Callable[[str | None], object]) -> ft.Control:
    """全部小区, and each estate with how it stands."""
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
    """What stands under each estate's name: how it stands for who oversees it, one's own tickets for everybody else."""
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
    """How an estate stands, in words with their tones."""
    found = [(counts.open, "open", "plain"), (counts.late, "late", "red"), (counts.unassigned, "unassigned", "amber")]
    found.append((counts.flags, "flags", "amber"))
    said = [(t(f"estates.{key}", n=n), tone) for n, key, tone in found if n]
    return said or [(t("estates.calm"), "good")]


_MARKS: Final = {"red": ft.Icons.ALARM, "amber": ft.Icons.PRIORITY_HIGH_ROUNDED, "good": ft.Icons.CHECK_ROUNDED}


def overview(ui: Ui) -> list[ft.Control]:
    """How each estate stands that somebody oversees, while they look at all; a tap looks at that one."""
    session = ui.session
    if session.estate is not None:
        return []
    seen = [key for key, held in session.posts.items() if held & roles.OVERSEERS]
    return [Overview()] if len(seen) > 1 else []


@ft.component
def Overview() -> ft.Control:
    """A line for each estate, those with something late first."""
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
    """What a search that found nothing here says of the other estates; None where nothing was found there either."""
    if not found:
        return None
    return small_button("estates-elsewhere", t("estates.elsewhere", n=found), lambda: choose_estate(ui, None))


# -- where something is --------------------------------------------------------------------------


def mark_of(what: Card | Household | PriceItem) -> str:
    """What a row of a list says of where it is, in front of its other words: nothing but while one looks at all."""
    return ui_of(ft.context.page).session.estate_mark_of(what)


def name_of(what: Where) -> str:
    """The estate's name on the page of a door or record; "" for who has only one."""
    return ui_of(ft.context.page).session.estate_name(what)


def head_of(what: Where) -> list[ft.Control]:
    """The estate's name over the address on such a page; nothing for who has only one."""
    name = name_of(what)
    return [line(name)] if name else []


def line(name: str) -> ft.Control:
    """An estate's name as it stands over an address."""
    words = txt(name, ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.PRIMARY)
    words.expand = True
    words.expand_loose = True
    return tag("estate-name", row([icon(ft.Icons.LOCATION_CITY_ROUNDED, 18, ft.Colors.PRIMARY), words], gap=6))


# -- where something without a door is to be -----------------------------------------------------


def unsaid(session: Session, said: str | None) -> bool:
    """Whether a form asks for the estate: one looks at all of several, or at another than the form was begun in."""
    return session.several and (said is None or said != session.estate)


def ask(
    session: Session, said: str | None, on_choose: Callable[[str], object], held: Set[str], *, inside: bool = False
) -> list[ft.Control]:
    """The question in which estate something without a door is to be: nothing where that is clear.

    ``held``: only where this person has one of these posts. ``inside``: it stands on a sheet of paper with others.
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
