"""A door's history: one line for each matter, repair, visit, form or key, with how it stands and when it last changed.
A tap opens it (E, O, S)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import flet as ft

from app.actions.doors import SPANS
from app.actions.models import Card, DoorHistory
from app.domain.rules import state as st
from app.domain.times import china_day
from app.ui import theme
from app.ui.kit.base import TALL, column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills
from app.ui.kit.money import section
from app.ui.kit.ticket import stamp_badge
from app.ui.subjects import face_of, page_of
from app.ui.texts import day_text, t
from app.ui.ticket_words import joined

LINES: Final = 20
"""Lines drawn at first, and added by each tap on 更早的 (earlier)."""


@ft.component
def Happened(
    history: DoorHistory,
    part: str,
    span: str,
    now: int,
    go: Callable[[str], object],
    choose: Callable[[str], object],
    reach: Callable[[str], object],
    more: Callable[[], object],
) -> ft.Control:
    """Draw the history, the latest change at the top, with filters by kind as soon as there are two kinds of records,
    and by time as soon as there is more than stands here at first.

    ``part`` and ``span`` are the chosen filters ("": all). ``now`` is in ms, cut to the minute so that drawings can be
    reused.
    """
    theme.use_look()
    there = [name for name, count in history.parts.items() if count]
    inside: list[ft.Control] = []
    if len(there) > 1 or part:
        names = [("", t("household.part.all"))]
        names += [(name, f"{t(f'household.part.{name}')} {history.parts[name]}") for name in there]
        if part and part not in there:  # of a shorter time there may be none: it stays, to be taken off
            names.append((part, f"{t(f'household.part.{part}')} 0"))
        inside.append(pills(names, part, choose, id="part"))
    if span or history.ever > LINES:
        spans = [("", t("household.span.all")), *((name, t(f"household.span.{name}")) for name in SPANS)]
        inside.append(pills(spans, span, reach, id="span"))
    if not history.cards:
        said = "nothing_in_it" if history.ever else "nothing_happened"
        inside.append(quiet(t(f"household.{said}")))
        return section(t("household.timeline"), inside, id="door-timeline")
    inside.append(door_lines(history.cards, now, go))
    inside += earlier(history.total - len(history.cards), more)
    return section(t("household.timeline"), inside, id="door-timeline")


def earlier(left: int, more: Callable[[], object]) -> list[ft.Control]:
    """Return the button that shows what is ``left`` of a list, or nothing."""
    if left <= 0:
        return []
    return [small_button("earlier", t("household.earlier", n=left), more, icon=ft.Icons.EXPAND_MORE)]


def door_lines(cards: tuple[Card, ...], now: int, go: Callable[[str], object]) -> ft.Control:
    """Return a line for each record, one under the other."""
    lines: list[ft.Control] = []
    for number, card in enumerate(cards):
        if number:
            lines.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        lines.append(drawn(f"{card.type}-{card.id}", partial(_line, card, now, go), what=card.number or ""))
    return tag("door-lines", column(lines, gap=0))


def _line(card: Card, now: int, go: Callable[[str], object]) -> ft.Control:
    """Return one record: what it is and when it last changed; how it stands, and what it says."""
    face, path = face_of(card.type), page_of(card)
    what, says = face.line(card)
    stage = face.stage_words(card)
    stands = "" if not stage or stage in what or stage in says else stage
    head = row(
        [
            icon(face.mark, 22, ft.Colors.PRIMARY),
            txt(what, ft.TextThemeStyle.TITLE_SMALL, expand=True),
            quiet(day_text(china_day(card.last_at), china_day(now))),
            *([icon(ft.Icons.CHEVRON_RIGHT, 22, ft.Colors.OUTLINE)] if path is not None else []),
        ],
        gap=10,
    )
    parts: list[ft.Control] = [head]
    if said := joined(stands, says):
        parts.append(txt(said, lines=2))
    if marks := _stamps(card):
        parts.append(flow(marks))
    return pressable(
        f"line-{card.id}",
        column(parts, gap=4),
        partial(go, path) if path is not None else None,
        padding=ft.Padding.symmetric(vertical=10),
        min_height=theme.TOUCH if len(parts) == 1 else TALL,
    )


def _stamps(card: Card) -> list[ft.Control]:
    made: list[ft.Control] = []
    if card.signature != st.UNSIGNED:
        made.append(stamp_badge(card.signature))
    if card.flags:
        made.append(stamp_badge("flagged"))
    if card.unsent:
        made.append(stamp_badge("unsent"))
    return made
