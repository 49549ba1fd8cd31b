"""Tickets drawn like the paper form 《维修单》 (repair slip) that people know, with their clock chips and stamps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import flet as ft

from app.ui import theme
from app.ui.kit.base import TALL, Tap, column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.long import long_txt
from app.ui.texts import clock_text, has, t

# tone -> (text colour, background). Colour is never the only sign: each tone comes with its own icon and words.
TONES: Final[dict[str, tuple[str, str]]] = {
    "calm": (ft.Colors.ON_SECONDARY_CONTAINER, ft.Colors.SECONDARY_CONTAINER),
    "good": (ft.Colors.ON_PRIMARY_CONTAINER, ft.Colors.PRIMARY_CONTAINER),
    "amber": (ft.Colors.ON_TERTIARY_CONTAINER, ft.Colors.TERTIARY_CONTAINER),
    "red": (ft.Colors.ON_ERROR_CONTAINER, ft.Colors.ERROR_CONTAINER),
    "plain": (ft.Colors.ON_SURFACE_VARIANT, ft.Colors.SURFACE_CONTAINER_HIGH),
    "urgent": (ft.Colors.ON_ERROR, ft.Colors.ERROR),
}


def chip(
    words: str, tone: str = "plain", name: ft.IconData | None = None, *, id: str | None = None, label: str | None = None
) -> ft.Control:
    """A small rounded label in one of `TONES`, for facts and not for tapping."""
    ink, ground = TONES[tone]
    inside: list[ft.Control] = [icon(name, 18, ink)] if name is not None else []
    # A loose Flexible: as narrow as the words, and wrapping when large text makes them wider than the window.
    words_control = txt(words, ft.TextThemeStyle.LABEL_MEDIUM, color=ink)
    words_control.expand = True
    words_control.expand_loose = True
    inside.append(words_control)
    made = ft.Container(
        row(inside, gap=5, tight=True),
        bgcolor=ground,
        border_radius=10,
        padding=ft.Padding.symmetric(horizontal=9, vertical=4),
    )
    return tag(id, made, label=label) if id else made


def clock_chip(
    name: str,
    *,
    level: str,
    minutes_left: int | None = None,
    id: str | None = None,
) -> ft.Control:
    """Return a chip for a deadline clock (A.2).

    `level` is "calm", "amber" (last third), "red" (overdue), "met" or "late" (met too late). `minutes_left` is negative
    when overdue, None once the clock has stopped.
    """
    tone, mark = {
        "calm": ("calm", ft.Icons.SCHEDULE),
        "amber": ("amber", ft.Icons.TIMER_OUTLINED),
        "red": ("red", ft.Icons.ALARM),
        "met": ("plain", ft.Icons.CHECK_ROUNDED),
        "late": ("plain", ft.Icons.HISTORY),
    }[level]
    if minutes_left is None or level in ("met", "late"):
        words = t("common.clock.met" if level == "met" else "common.clock.missed")
    else:
        words = clock_text(minutes_left)
    return chip(f"{name} {words}" if name else words, tone, mark, id=id)


_STAMPS: Final[dict[str, tuple[str, ft.IconData]]] = {
    "intact": ("good", ft.Icons.VERIFIED_OUTLINED),
    "changed": ("red", ft.Icons.GPP_MAYBE_OUTLINED),
    "broken": ("red", ft.Icons.GPP_BAD_OUTLINED),
    "unsigned": ("plain", ft.Icons.DRAW_OUTLINED),
    "flagged": ("amber", ft.Icons.FLAG_OUTLINED),
    "unsent": ("calm", ft.Icons.CLOUD_UPLOAD_OUTLINED),
    "corrected": ("plain", ft.Icons.EDIT_OUTLINED),
}


def stamp_badge(kind: str, *, words: str | None = None, id: str | None = None) -> ft.Control:
    """Return a stamp: "intact", "changed" (after signing), "broken", "unsigned", "flagged", "unsent" or "corrected".

    A kind that this version does not know (from a newer server) is shown by its bare name.
    """
    tone, mark = _STAMPS.get(kind, ("plain", ft.Icons.FLAG_OUTLINED))
    key = f"common.stamp.{kind}"
    return chip(words or (t(key) if has(key) else kind), tone, mark, id=id)


def urgent_chip(*, id: str | None = None) -> ft.Control:
    """Return the red chip 紧急 (urgent), which stands before every other mark."""
    return chip(t("ticket.urgent"), "urgent", ft.Icons.BOLT_ROUNDED, id=id)


def paper(
    content: Sequence[ft.Control], *, id: str | None = None, gap: float = theme.GAP, padding: float = 18
) -> ft.Control:
    """Return a card like a sheet of paper, on which a screen's content lies; `padding` in px."""
    sheet = ft.Container(
        column(content, gap=gap),
        bgcolor=theme.PAPER,
        border_radius=theme.RADIUS,
        padding=padding,  # one number for all sides is sent to the client in one byte, four of them take thirty
        border=ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
    )
    return tag(id, sheet) if id else sheet


def ticket_paper(
    *,
    kind: str,
    number: str,
    address: str,
    problem: str,
    who: str = "",
    when: str = "",
    marks: Sequence[ft.Control] = (),
    more: Sequence[ft.Control] = (),
    above: Sequence[ft.Control] = (),
    id: str = "ticket-paper",
) -> ft.Control:
    """Return the head of a ticket: number at the top right, the address in the largest type, then the problem.

    `marks` are clock chips and stamps. `above` stands over the address (such as the estate), `more` at the end (such as
    a requested time or a photo).
    """
    head = row(
        [
            txt(kind, ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.PRIMARY, expand=True),
            txt(number, ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.ON_SURFACE_VARIANT),
        ]
    )
    content: list[ft.Control] = [
        head,
        *above,
        ft.Semantics(header=True, content=txt(address, ft.TextThemeStyle.DISPLAY_SMALL)),
    ]
    facts = " · ".join(fact for fact in (who, when) if fact)
    if facts:
        content.append(quiet(facts))
    if marks:
        content.append(flow(marks))
    content.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
    content.append(long_txt(problem))
    content.extend(more)
    return paper(content, id=id, gap=10)


def record_row(
    id: str,
    name: str,
    aside: str,
    said: str,
    facts: str,
    marks: Sequence[ft.Control],
    on_tap: Tap | None,
    *,
    border: ft.Border,
) -> ft.Control:
    """Return a record for a `WindowedList`: `name` with `aside` beside it, a line `said`, a line `facts`, `marks`."""
    large = theme.look_of(ft.context.page).scale > 1.3
    head = txt(name, ft.TextThemeStyle.TITLE_LARGE, lines=1, expand=not large)
    beside = [quiet(aside)] if aside else []
    words: list[ft.Control] = [
        *([head, *beside] if large else [row([head, *beside])]),
        txt(said, lines=1),
        quiet(facts, lines=1),
    ]
    if marks:
        words.append(ft.Row(list(marks), spacing=8, scroll=ft.ScrollMode.HIDDEN))
    return pressable(
        id,
        column(words, gap=4),
        on_tap,
        padding=ft.Padding.only(left=16, right=16, top=12, bottom=10),
        radius=theme.RADIUS,
        bgcolor=theme.PAPER,
        border=border,
    )


def ticket_card(
    *,
    id: str,
    address: str,
    problem: str,
    on_tap: Tap | None,
    number: str = "",
    stage: str = "",
    marks: Sequence[ft.Control] = (),
    who: str = "",
    selected: bool = False,
) -> ft.Control:
    """Return a ticket for a list: the address large, up to two lines of the problem, stage and worker, its marks."""
    large = theme.look_of(ft.context.page).scale > 1.3
    name = txt(address, ft.TextThemeStyle.TITLE_LARGE, expand=not large)
    words = column(
        [
            *([name, *([quiet(number)] if number else [])] if large else [row([name, quiet(number)])]),
            txt(problem, lines=2),
            *([quiet(" · ".join(part for part in (stage, who) if part))] if stage or who else []),
            *([flow(marks)] if marks else []),
        ],
        gap=5,
    )
    edge = ft.Colors.PRIMARY if selected else ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)
    return pressable(
        id,
        words,
        on_tap,
        padding=ft.Padding.symmetric(horizontal=16, vertical=13),
        radius=theme.RADIUS,
        bgcolor=ft.Colors.PRIMARY_CONTAINER if selected else theme.PAPER,
        border=ft.Border.all(2 if selected else 1, edge),
        selected=selected or None,
        min_height=TALL,
    )
