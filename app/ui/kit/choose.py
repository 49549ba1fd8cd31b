"""Choosing instead of typing: ready phrases, big choices, a number stepper, a picker of day and hour."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import flet as ft

from app.ui import theme
from app.ui.kit.base import TALL, column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import icon_button
from app.ui.kit.phrases import chosen as chosen_in
from app.ui.kit.phrases import toggled
from app.ui.kit.ticket import TONES
from app.ui.texts import day_text, next_days, t


@dataclass(frozen=True)
class Option:
    """One possible answer. `tone`, a key of `TONES`, sets its colours; icon and words must say the same."""

    value: str
    label: str
    icon: ft.IconData | None = None
    tone: str = "calm"
    note: str = ""


def pill(
    id: str,
    words: str,
    on_tap: Callable[[], object],
    *,
    selected: bool = False,
    unselected_mark: ft.IconData | None = None,
) -> ft.Control:
    """Return a rounded choice, 48 px high, as wide as its words; `unselected_mark` keeps the width when selected."""
    ink = ft.Colors.ON_PRIMARY if selected else ft.Colors.ON_SURFACE
    label = txt(words, ft.TextThemeStyle.BODY_MEDIUM, color=ink)
    label.expand = True
    label.expand_loose = True
    mark = ft.Icons.CHECK_ROUNDED if selected else unselected_mark
    return pressable(
        id,
        label if mark is None else row([icon(mark, 18, ink), label], gap=5, tight=True),
        on_tap,
        padding=ft.Padding.symmetric(horizontal=15),
        radius=24,
        bgcolor=ft.Colors.PRIMARY if selected else theme.PAPER,
        border=ft.Border.all(1, ft.Colors.PRIMARY if selected else ft.Colors.OUTLINE_VARIANT),
        selected=selected,
        fill=False,
    )


def tiles(
    options: Sequence[tuple[str, str]],
    chosen: Collection[str],
    on_choose: Callable[[str], object],
    *,
    id: str,
    in_row: int,
    several: bool = False,
) -> ft.Control:
    """Return answers that fill the width, `in_row` beside one another (see `beside`) and at least 56 px high.

    For a hand that shakes or wears a wet glove: two answers are the two halves of the screen. `several`: more than one
    may be chosen. Identifiers are `<id>-<value>`.
    """

    def one(value: str, words: str) -> ft.Control:
        here = value in chosen
        ink = ft.Colors.ON_PRIMARY if here else ft.Colors.ON_SURFACE
        label = txt(words, ft.TextThemeStyle.TITLE_MEDIUM, color=ink)
        label.expand = True
        label.expand_loose = True
        parts: list[ft.Control] = [label]
        if several or (here and in_row <= 2):
            mark = ft.Icons.CHECK_ROUNDED if not several else _BOXES[here]
            parts.insert(0, icon(mark, 22, ink))
        return pressable(
            f"{id}-{value}", row(parts, gap=8, alignment=ft.MainAxisAlignment.CENTER), partial(on_choose, value),
            selected=here, expand=True, min_height=theme.TOUCH_MAIN, radius=theme.RADIUS,
            padding=ft.Padding.symmetric(horizontal=_TILE_EDGE), bgcolor=ft.Colors.PRIMARY if here else theme.PAPER,
            border=ft.Border.all(1, ft.Colors.PRIMARY if here else ft.Colors.OUTLINE),
        )  # fmt: skip

    lines = [options[at : at + in_row] for at in range(0, len(options), in_row)]
    # What is missing in the last line keeps its place, so that all answers are as wide.
    return column(
        [
            row([*(one(*option) for option in line), *(ft.Container(expand=True) for _ in range(in_row - len(line)))])
            for line in lines
        ],
        gap=theme.GAP_SMALL,
    )


def beside(words: Sequence[str], *, several: bool = False) -> int:
    """Return how many answers stand beside one another on a narrow phone, so that their lines come out even; 1: each
    needs a line of its own."""
    longest = max((sum(1 if ord(letter) > _WIDE_LETTERS else 0.56 for letter in one) for one in words), default=0)
    letters = longest * 17 * theme.look_of(ft.context.page).scale + 2 * _TILE_EDGE

    def fits(number: int) -> bool:
        mark = theme.scaled(22) + 8 if several or number <= 2 else 0
        return letters + mark <= (_NARROW - (number - 1) * theme.GAP_SMALL) / number

    fitting = [number for number in (5, 4, 3, 2) if number <= len(words) and fits(number)]
    even = [number for number in fitting if len(words) % number == 0]
    return (even or fitting or [1])[0]


_BOXES: Final = (ft.Icons.CHECK_BOX_OUTLINE_BLANK, ft.Icons.CHECK_BOX)
_TILE_EDGE: Final = 8
_NARROW: Final = 360 - 2 * theme.EDGE - 2 * 18
"""Width in px that a sheet of paper leaves on a narrow phone."""
_WIDE_LETTERS: Final = 0x2E80
"""From here on letters are as wide as they are high: Chinese ones."""


def phrase_chips(
    text: str, phrases: Sequence[str], on_text: Callable[[str], object], *, id: str, numbered: bool = False
) -> ft.Control:
    """Return chips of frequent phrases: a tap adds the phrase to `text`, a second tap takes it out.

    `on_text` gets the changed text. A chip keeps its size, so that nothing below it moves under the thumb. Identifiers
    are `<id>-0`, `<id>-1`, ... With `numbered` each says the digit that stands for it.
    """
    said = chosen_in(text, phrases)

    def one(number: int, phrase: str) -> ft.Control:
        return pill(
            f"{id}-{number}",
            f"{number + 1} {phrase}" if numbered else phrase,
            lambda: on_text(toggled(text, phrase, phrases)),
            selected=phrase in said,
            unselected_mark=ft.Icons.ADD_ROUNDED,
        )

    return flow([one(number, phrase) for number, phrase in enumerate(phrases)])


def pills(
    options: Sequence[tuple[str, str]], chosen: str | None, on_choose: Callable[[str], object], *, id: str
) -> ft.Control:
    """Return a single choice among a few short `(value, words)` answers; identifiers are `<id>-<value>`."""
    return flow(
        [pill(f"{id}-{value}", words, partial(on_choose, value), selected=value == chosen) for value, words in options]
    )


def big_choice(
    options: Sequence[Option], chosen: str | None, on_choose: Callable[[str], object], *, id: str = "choice"
) -> ft.Control:
    """Return a single choice among answers that matter: one under the other, each with icon, words and colour.

    For example 合格 / 不合格 / 质量不佳 (pass / fail / poor quality). Identifiers are `<id>-<value>`.
    """

    def one(option: Option) -> ft.Control:
        here = option.value == chosen
        ink, ground = TONES[option.tone]
        mark = option.icon or ft.Icons.CIRCLE
        words: list[ft.Control] = [txt(option.label, ft.TextThemeStyle.TITLE_MEDIUM, color=ink if here else None)]
        if option.note:
            words.append(quiet(option.note, color=ink if here else ft.Colors.ON_SURFACE_VARIANT))
        line: list[ft.Control] = [
            ft.Container(
                icon(mark, 24, ink),
                width=theme.scaled(44),
                height=theme.scaled(44),
                border_radius=theme.scaled(22),
                bgcolor=theme.PAPER if here else ground,
                alignment=ft.Alignment.CENTER,
            ),
            ft.Container(column(words, gap=1), expand=True),
            icon(
                ft.Icons.CHECK_CIRCLE if here else ft.Icons.RADIO_BUTTON_UNCHECKED,
                24,
                ink if here else ft.Colors.OUTLINE,
            ),
        ]
        return pressable(
            f"{id}-{option.value}",
            row(line, gap=14),
            lambda: on_choose(option.value),
            padding=ft.Padding.symmetric(horizontal=14, vertical=10),
            radius=theme.RADIUS,
            bgcolor=ground if here else theme.PAPER,
            border=ft.Border.all(2 if here else 1, ink if here else ft.Colors.OUTLINE_VARIANT),
            selected=here,
            min_height=TALL,
        )

    return column([one(option) for option in options], gap=theme.GAP_SMALL)


def stepper(
    value: int,
    on_change: Callable[[int], object],
    *,
    id: str,
    what: str,
    least: int = 0,
    most: int = 999,
    unit: str = "",
) -> ft.Control:
    """Return a whole number between minus and plus buttons (`<id>-less`, `<id>-more`); `what` is its spoken name."""

    def to(number: int) -> Callable[[], object]:
        return lambda: on_change(min(most, max(least, number)))

    def button(name: str, mark: ft.IconData, words: str, number: int) -> ft.Control:
        able = least <= number <= most
        ink = ft.Colors.PRIMARY if able else ft.Colors.OUTLINE_VARIANT
        return icon_button(f"{id}-{name}", mark, words, to(number), color=ink)

    shown = f"{value} {unit}".strip()
    made = ft.Container(
        row(
            [
                button("less", ft.Icons.REMOVE_ROUNDED, t("common.decrease", what=what), value - 1),
                tag(id, txt(shown, ft.TextThemeStyle.TITLE_MEDIUM, align=ft.TextAlign.CENTER), label=f"{what} {shown}"),
                button("more", ft.Icons.ADD_ROUNDED, t("common.increase", what=what), value + 1),
            ],
            gap=6,
            tight=True,
        ),
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        border_radius=theme.RADIUS,
        bgcolor=theme.PAPER,
    )
    return ft.Row([made], tight=True)


@dataclass(frozen=True)
class When:
    """A chosen day and, if asked for, the hour and minute in China time."""

    day: date
    hour: int | None = None
    minute: int = 0


def when_picker(
    chosen: When | None,
    on_choose: Callable[[When], object],
    *,
    today: date,
    id: str = "when",
    days: int = 3,
    hours: Sequence[int] = tuple(range(8, 21)),
    with_hours: bool = True,
    from_hour: int = 0,
) -> ft.Control:
    """Return a picker that takes two taps: the day (今天, 明天, 后天: today and the next two), then the hour.

    For today, hours before `from_hour` are left out. Identifiers: `<id>-day-0`, `<id>-day-1`, ..., `<id>-hour-9`, ...
    """

    def pick_day(day: date) -> None:
        on_choose(When(day, chosen.hour if chosen else None))

    parts: list[ft.Control] = [
        flow(
            [
                pill(
                    f"{id}-day-{n}",
                    day_text(day, today),
                    partial(pick_day, day),
                    selected=chosen is not None and chosen.day == day,
                )
                for n, day in enumerate(next_days(today, days))
            ]
        )
    ]
    if with_hours and chosen is not None:
        day = chosen.day
        open_hours = [hour for hour in hours if day > today or hour >= from_hour]
        parts.append(quiet(t("common.pick_hour")))
        parts.append(
            flow(
                [
                    pill(
                        f"{id}-hour-{hour}",
                        f"{hour}:00",
                        partial(on_choose, When(day, hour)),
                        selected=chosen.hour == hour,
                    )
                    for hour in open_hours
                ]
            )
        )
    return column(parts, gap=10)
