"""A door's history: one line for each repair, visit or key; a tap unfolds its steps (E, O)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, DoorHistory, StepRow
from app.domain.rules import state as st
from app.domain.subjects.signing import Verdict
from app.domain.times import china_day
from app.ui import theme
from app.ui.context import use_read, use_ui
from app.ui.entry_steps import entry_steps
from app.ui.kit.base import column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.boundary import guarded
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.ticket import stamp_badge
from app.ui.kit.timeline import timeline
from app.ui.subjects import face_of, open_words, page_of
from app.ui.texts import day_text, t

LINES: Final = 20
"""Lines drawn at first, and added by each tap on 更早的 (earlier)."""


@ft.component
def Happened(
    history: DoorHistory,
    part: str,
    now: int,
    go: Callable[[str], object],
    choose: Callable[[str], object],
    more: Callable[[], object],
) -> ft.Control:
    """Draw the history, the latest change at the top, with filters as soon as there are two kinds of records.

    ``part`` is the chosen filter ("": all). ``now`` is in ms, cut to the minute so that drawings can be reused.
    """
    theme.use_look()
    there = [name for name, count in history.parts.items() if count]
    inside: list[ft.Control] = []
    if len(there) > 1 or part:
        names = [("", t("household.part.all"))]
        names += [(name, f"{t(f'household.part.{name}')} {history.parts[name]}") for name in there]
        inside.append(pills(names, part, choose, id="part"))
    if not history.cards:
        inside.append(quiet(t("household.nothing_happened")))
        return section(t("household.timeline"), inside, id="door-timeline")
    lines: list[ft.Control] = []
    for number, card in enumerate(history.cards):
        if number:
            lines.append(ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT))
        lines.append(DoorLine(card, now, go, key=f"{card.type}-{card.id}"))
    inside.append(tag("door-lines", column(lines, gap=0)))
    left = history.total - len(history.cards)
    if left > 0:
        inside.append(small_button("earlier", t("household.earlier", n=left), more, icon=ft.Icons.EXPAND_MORE))
    return section(t("household.timeline"), inside, id="door-timeline")


@ft.component
@guarded
def DoorLine(card: Card, now: int, go: Callable[[str], object], key: str | None = None) -> ft.Control:
    """Draw one repair, visit or key as a line; its steps are read while it is unfolded, and again when they change."""
    ui = use_ui()
    opened, set_opened = ft.use_state(False)
    subject = (card.type, card.id)
    steps, verdicts = use_read(lambda s: _steps(s, subject) if opened else ([], {}), opened, card.id)

    def watch() -> None:
        if opened:
            ui.session.in_view([subject])

    ft.use_effect(watch, [opened])
    face = face_of(card.type)
    what, says = face.line(card)
    head = row(
        [
            icon(face.mark, 22, ft.Colors.PRIMARY),
            txt(what, ft.TextThemeStyle.TITLE_SMALL, expand=True),
            quiet(day_text(china_day(card.last_at), china_day(now))),
            icon(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, 22),
        ],
        gap=10,
    )
    parts: list[ft.Control] = [head]
    if says:
        parts.append(long_txt(says) if opened else txt(says, lines=2))
    marks = _stamps(card)
    if marks:
        parts.append(flow(marks))
    line = pressable(
        f"line-{card.id}",
        column(parts, gap=4),
        lambda: set_opened(not opened),
        padding=ft.Padding.symmetric(vertical=10),
        expanded=opened,
    )
    if not opened:
        return line
    path = page_of(card)

    def way(step: StepRow) -> list[ft.Control]:
        if path is None:
            return []
        to_page = partial(go, path)
        return [
            small_button(f"open-{step.entry.id}", open_words(card), to_page, icon=ft.Icons.OPEN_IN_NEW, tone="text")
        ]

    shown = entry_steps(steps, card, ui.session, now, verdicts=verdicts, below=way)
    below = ft.Container(timeline(shown, id=f"steps-{card.id}"), padding=ft.Padding.only(left=4, bottom=8))
    return column([line, below], gap=0)


def _steps(session: Session, subject: tuple[str, str]) -> tuple[list[StepRow], dict[str, Verdict]]:
    steps = session.steps_of(*subject)
    signed = any(step.kind == "signed" for step in steps)
    return steps, {v.entry_id: v for v in session.verify(*subject).signatures} if signed else {}


def _stamps(card: Card) -> list[ft.Control]:
    made: list[ft.Control] = []
    if card.signature != st.UNSIGNED:
        made.append(stamp_badge(card.signature))
    if card.flags:
        made.append(stamp_badge("flagged"))
    if card.unsent:
        made.append(stamp_badge("unsent"))
    return made
