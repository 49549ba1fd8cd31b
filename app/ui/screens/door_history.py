"""What happened at a door: a line for each repair, visit or key, which unfolds its steps by a tap (E, O)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, DoorHistory, StepRow
from app.domain import state as st
from app.domain.signing import Verdict
from app.domain.subjects.thing.kinds import THING
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.subjects.visit import VISIT, VisitCard
from app.domain.times import china_day
from app.ui import theme
from app.ui.context import use_read, use_ui
from app.ui.faces import page_of
from app.ui.kit.base import column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.boundary import guarded
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.ticket import stamp_badge
from app.ui.kit.timeline import step_of, timeline
from app.ui.screens.door_steps import door_step, occasion_words
from app.ui.screens.ticket_timeline import HIDDEN
from app.ui.texts import day_text, has, t
from app.ui.ticket_words import word

LINES: Final = 20
"""Lines drawn at first, and more with each tap on 更早的."""
_MARKS: Final = {
    TICKET: ft.Icons.BUILD_OUTLINED,
    VISIT: ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
    THING: ft.Icons.KEY_OUTLINED,
}


@ft.component
def Happened(
    history: DoorHistory,
    part: str,
    now: int,
    go: Callable[[str], object],
    choose: Callable[[str], object],
    more: Callable[[], object],
) -> ft.Control:
    """The history, what moved last at the top; ``now`` to the minute. Filters show as soon as there are two kinds."""
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
    """One repair, visit or key in a line; its steps are read when it is unfolded, and again when they change."""
    ui = use_ui()
    opened, set_opened = ft.use_state(False)
    subject = (card.type, card.id)
    steps, verdicts = use_read(lambda s: _steps(s, subject) if opened else ([], {}), opened, card.id)

    def watch() -> None:
        if opened:
            ui.session.in_view([subject])

    ft.use_effect(watch, [opened])
    what, says = line_words(card)
    head = row(
        [
            icon(_MARKS.get(card.type, ft.Icons.NOTES_ROUNDED), 22, ft.Colors.PRIMARY),
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
    to_page = partial(go, path) if path is not None else None
    shown = [
        step_of(step.entry.id, partial(door_step, ui.session, step, card, now, verdicts.get(step.entry.id), to_page))
        for step in steps
        if step.kind not in HIDDEN
    ]
    below = ft.Container(timeline(shown, id=f"steps-{card.id}"), padding=ft.Padding.only(left=4, bottom=8))
    return column([line, below], gap=0)


def _steps(session: Session, subject: tuple[str, str]) -> tuple[list[StepRow], dict[str, Verdict]]:
    steps = session.steps_of(*subject)
    signed = any(step.kind == "signed" for step in steps)
    return steps, {v.entry_id: v for v in session.verify(*subject).signatures} if signed else {}


def line_words(card: Card) -> tuple[str, str]:
    """What a line is called, and what it says: 维修单 20261121-003 · 已归档; 走访 · 每月走访; 没有见到人."""
    if card.type == TICKET:
        name = " ".join(part for part in (word("kind", card.kind), card.number) if part)
        return name, " · ".join(part for part in (word("stage", card.stage), card.content) if part)
    if card.type == VISIT:
        if not card.as_(VisitCard).met:
            return t("visit.step.not_met"), card.content
        name = t("household.line.visit", occasion=occasion_words(card.kind))
        return name, " · ".join(part for part in (card.contact_name, card.content) if part)
    if card.type == THING:
        where = t(f"keys.stage.{card.stage}") if has(f"keys.stage.{card.stage}") else card.stage
        return card.content, where
    if page_of(card) is None:
        return t("ticket.update_to_see"), ""
    return t(f"common.subject.{card.type}"), card.content


def _stamps(card: Card) -> list[ft.Control]:
    made: list[ft.Control] = []
    if card.signature != st.UNSIGNED:
        made.append(stamp_badge(card.signature))
    if card.flags:
        made.append(stamp_badge("flagged"))
    if card.unsent:
        made.append(stamp_badge("unsent"))
    return made
