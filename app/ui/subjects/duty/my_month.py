"""The page 我的本月, one's own month: what one did, how much of it on time, how satisfied people were, and what one
still owes; each number opens the list that it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import flet as ft

from app.actions.models import Card
from app.actions.my_month import MyMonth
from app.domain import roles
from app.domain.times import add_months, at_china, china_day
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_read, use_ui
from app.ui.kit.base import column, pressable, quiet, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.subjects import face_of
from app.ui.subjects.duty.who import PATH as WHO
from app.ui.subjects.duty.who import line_of
from app.ui.texts import month_words, t
from app.ui.ticket_words import joined

PATH: Final = "/my-month"
SHOWN: Final = 100
THIS, LAST = "this", "last"
OWED: Final = "owed"


def months(now: int) -> dict[str, tuple[int, int]]:
    """Return this month and the last, each as its first moment and the first moment after it, in ms."""
    first = china_day(now).replace(day=1)
    begins = {THIS: first, LAST: add_months(first, -1)}
    return {name: (at_china(day, 0), at_china(add_months(day, 1), 0)) for name, day in begins.items()}


@ft.component
def MyMonthScreen() -> ft.Control:
    """The page; everybody sees their own."""
    ui = use_ui()
    which, set_which = ft.use_state(THIS)
    opened, set_opened = ft.use_state("")
    now = ui.now() // 60_000 * 60_000
    since, until = months(now)[which]
    found: MyMonth = use_read(lambda s: s.months.mine(since, until), since, until)
    look = theme.use_look()

    def number(id: str, count: int, words: str, *, late: bool = False) -> ft.Control:
        return _number(id, count, words, lambda: set_opened("" if opened == id else id), opened == id, late=late)

    tiles = [
        number(f"done-{name}", len(cards), t("duty.month.did", what=face_of(name).called()))
        for name, cards in found.done.items()
    ]
    how = []
    if found.on_time or found.late:
        how.append(number("on-time", len(found.on_time), t("duty.month.on_time")))
    if found.late:
        how.append(number("late", len(found.late), t("duty.month.late"), late=True))
    if found.asked:
        how.append(number("satisfied", len(found.satisfied), t("duty.month.satisfied", n=len(found.asked))))
    if found.owed:
        how.append(number(OWED, len(found.owed), t("duty.month.owed"), late=any(one.due < now for one in found.owed)))
    content: list[ft.Control] = []
    if ui.session.roles & roles.OVERSEERS:
        content.append(small_button("who-owes", t("duty.open_who"), lambda: ui.go(WHO), icon=ft.Icons.GROUPS_OUTLINED))
    today = china_day(now)
    names = [(THIS, month_words(today)), (LAST, month_words(add_months(today, -1)))]
    content.append(pills(names, which, set_which, id="month"))
    if not tiles and not how:
        content.append(
            empty_state(t("duty.month.none"), t("duty.month.none_says"), mark=ft.Icons.EMOJI_EVENTS_OUTLINED)
        )
    else:
        content += [_grid(tiles, look.scale), _grid(how, look.scale)]
        content += _list(ui, found, opened, now)
    return Scaffold(
        t("duty.month.heading"), content, id="my-month", under=estates.switch(ui), on_back=ui.back, cloud=cloud_of(ui)
    )


def _grid(tiles: Sequence[ft.Control], scale: float) -> ft.Control:
    """Return the numbers side by side, two in a row when the text is large."""
    wide = 6 if scale > 1.3 else 4
    return ft.ResponsiveRow([ft.Container(tile, col=wide) for tile in tiles], columns=12, spacing=8, run_spacing=8)


def _number(
    id: str, count: int, words: str, tap: Callable[[], object], here: bool, *, late: bool = False
) -> ft.Control:
    inside = column(
        [
            txt(str(count), ft.TextThemeStyle.HEADLINE_MEDIUM, color=ft.Colors.ERROR if late else ft.Colors.PRIMARY),
            quiet(words),
        ],
        gap=0,
    )
    return pressable(
        id, inside, tap, padding=ft.Padding.all(14), radius=theme.RADIUS, selected=here or None,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if here else theme.PAPER, label=f"{words} {count}",
    )  # fmt: skip


def _list(ui: Ui, found: MyMonth, opened: str, now: int) -> list[ft.Control]:
    """Return the list of what the tapped number counts."""
    if opened == OWED:
        rows = [drawn(one.id, lambda d=one: line_of(ui, d, now)) for one in found.owed[:SHOWN]]  # type: ignore[misc]
        return [group(t("duty.month.owed"), rows, count=len(found.owed), id="counted")]
    named = {"on-time": found.on_time, "late": found.late, "satisfied": found.asked}
    named |= {f"done-{name}": cards for name, cards in found.done.items()}
    cards = named.get(opened, ())
    if not cards:
        return []
    unhappy = {card.id for card in found.asked} - {card.id for card in found.satisfied}
    rows = [
        drawn(card.id, lambda c=card: _line(ui, c, opened == "satisfied" and c.id in unhappy))  # type: ignore[misc]
        for card in cards[:SHOWN]
    ]
    return [group(t("duty.month.counted"), rows, count=len(cards), id="counted")]


def _line(ui: Ui, card: Card, unhappy: bool) -> ft.Control:
    face = face_of(card.type)
    said = joined(face.line(card)[0], card.content, t("duty.month.unhappy") if unhappy else "")
    return list_row(f"counted-{card.id}", face.heading(card), lambda: ui.go(face.page(card.id)), sub=said, lines=2)


ROUTES: Final = (Route(PATH, MyMonthScreen, parent="/me"),)
