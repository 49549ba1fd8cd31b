"""The history of a record: its steps from top to bottom, each with an icon for its state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import flet as ft

from app.ui import theme
from app.ui.kit import boundary
from app.ui.kit.base import at_left, column, flow, icon, pressable, quiet, row, tag, txt
from app.ui.kit.long import long_txt
from app.ui.texts import t


@dataclass(frozen=True)
class Step:
    """One step of a timeline.

    `state`: "done", "current" (being done now), "next" (still to come), "corrected" (replaced by a later entry, still
    readable), "flagged" (the desk must check it) or "undrawn" (see `step_of`). `details` open by a tap; `below`, such
    as a signature, is always shown.
    """

    id: str
    what: str
    when: str = ""
    who: str = ""
    state: str = "done"
    says: str = ""
    marks: Sequence[ft.Control] = field(default=(), compare=False)
    below: Sequence[ft.Control] = field(default=(), compare=False)
    details: Sequence[ft.Control] = field(default=(), compare=False)


_DOTS: Final[dict[str, tuple[ft.IconData, ft.ColorValue, ft.ColorValue]]] = {
    # state: (icon, its colour, its background)
    "done": (ft.Icons.CHECK_ROUNDED, ft.Colors.ON_PRIMARY_CONTAINER, ft.Colors.PRIMARY_CONTAINER),
    "current": (ft.Icons.ARROW_FORWARD_ROUNDED, ft.Colors.ON_PRIMARY, ft.Colors.PRIMARY),
    "next": (ft.Icons.MORE_HORIZ, ft.Colors.ON_SURFACE_VARIANT, ft.Colors.SURFACE_CONTAINER_HIGH),
    "corrected": (ft.Icons.EDIT_OUTLINED, ft.Colors.ON_SURFACE_VARIANT, ft.Colors.SURFACE_CONTAINER_HIGHEST),
    "flagged": (ft.Icons.FLAG_OUTLINED, ft.Colors.ON_TERTIARY_CONTAINER, ft.Colors.TERTIARY_CONTAINER),
    "undrawn": (ft.Icons.REPORT_OUTLINED, ft.Colors.ON_SURFACE_VARIANT, ft.Colors.SURFACE_CONTAINER_HIGHEST),
}


def step_of(id: str, make: Callable[[], Step]) -> Step:
    """Return ``make()``, or, when that fails, a step that says it cannot be shown; ``id`` names it in the log."""
    try:
        return make()
    except Exception as error:
        reference = boundary.reference_of(id, error)
        says = t("common.undrawn.says", reference=reference)
        return Step(id[-12:], t("common.undrawn.heading"), state="undrawn", says=says)


def timeline(steps: Sequence[Step], *, id: str = "timeline") -> ft.Control:
    """Return steps one under the other, joined by a vertical line."""
    return tag(
        id,
        ft.Column(
            [StepRow(step, last=number == len(steps) - 1, key=step.id) for number, step in enumerate(steps)],
            spacing=0,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    )


@ft.component
@boundary.guarded
def StepRow(step: Step, last: bool = False, key: str | None = None) -> ft.Control:
    """Draw one step, whose details open and close by a tap; `last` ends the line that joins the steps."""
    opened, set_opened = ft.use_state(False)
    mark, ink, ground = _DOTS[step.state]
    size = theme.scaled(30)
    old = step.state == "corrected"
    name = txt(
        step.what,
        ft.TextThemeStyle.TITLE_MEDIUM if step.state == "current" else ft.TextThemeStyle.TITLE_SMALL,
        color=ft.Colors.ON_SURFACE_VARIANT if old or step.state == "next" else ft.Colors.ON_SURFACE,
        expand=True,
    )
    if old:
        name.style = ft.TextStyle(decoration=ft.TextDecoration.LINE_THROUGH)
    head: list[ft.Control] = [name]
    if step.when:
        head.append(quiet(step.when))
    if step.details:
        head.append(icon(ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, 22))
    words: list[ft.Control] = [row(head)]
    if step.who:
        words.append(quiet(step.who))
    if step.says:
        words.append(long_txt(step.says, color=ft.Colors.ON_SURFACE_VARIANT if old else None))
    states: list[ft.Control] = []
    if step.state in ("corrected", "flagged"):
        states.append(quiet(t(f"common.step.{step.state}")))
    states.extend(step.marks)
    if states:
        words.append(flow(states) if len(states) > 1 else at_left(states[0]))
    words.extend(step.below)
    if opened:
        words.append(
            ft.Container(
                column(step.details, gap=6),
                bgcolor=ft.Colors.SURFACE_CONTAINER,
                border_radius=theme.RADIUS_SMALL,
                padding=ft.Padding.all(12),
            )
        )
    # The joining line must be as long as the text beside it is high: `intrinsic_height` makes it so.
    rail = ft.Column(
        [
            ft.Container(icon(mark, 18, ink), width=size, height=size, bgcolor=ground, border_radius=size / 2,
                         alignment=ft.Alignment.CENTER),
            *([] if last else [ft.Container(width=2, expand=True, bgcolor=ft.Colors.OUTLINE_VARIANT)]),
        ],
        spacing=4,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )  # fmt: skip
    text = column(words, gap=3, expand=True, margin=ft.Margin.only(top=3, bottom=6 if last else 18))
    line = ft.Row(
        [rail, text],
        spacing=12,
        intrinsic_height=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    if not step.details:
        return tag(f"step-{step.id}", line)
    return pressable(
        f"step-{step.id}",
        line,
        lambda: set_opened(not opened),
        min_height=0,
        expanded=opened,
    )
