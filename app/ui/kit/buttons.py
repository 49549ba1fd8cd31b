"""Buttons: the one main action of a screen, the quiet second one, small ones, icon buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flet as ft

from app.ui import theme
from app.ui.kit.base import Tap, guard_of, run_tap, tag
from app.ui.kit.keys import SAVE, use_keys


@dataclass(frozen=True)
class Action:
    """A button's words and handler. `label` says what happens: 「到达现场」 (arrived on site), never just 'submit'."""

    label: str
    on_tap: Tap
    id: str = ""
    """Identifier for tests; empty: "main-action", or "second-action" for the quiet one."""
    icon: ft.IconData | None = None
    enabled: bool = True
    danger: bool = False
    hint: str | None = None
    """Why it cannot be pressed yet, or what it will do; a quiet line above the button."""


def _style(bg: ft.ColorValue | None, ink: ft.ColorValue, side: ft.ColorValue | None, vertical: float) -> ft.ButtonStyle:
    text = ft.TextStyle(
        size=17 * theme.look_of(ft.context.page).scale,
        height=1.25,
        font_family=theme.FONT_BOLD,
        font_family_fallback=list(theme.FALLBACK),
    )
    return ft.ButtonStyle(
        bgcolor={ft.ControlState.DISABLED: ft.Colors.SURFACE_CONTAINER_HIGHEST, ft.ControlState.DEFAULT: bg}
        if bg
        else None,
        color={ft.ControlState.DISABLED: ft.Colors.OUTLINE, ft.ControlState.DEFAULT: ink},
        icon_color={ft.ControlState.DISABLED: ft.Colors.OUTLINE, ft.ControlState.DEFAULT: ink},
        side=ft.BorderSide(1.5, side) if side else None,
        shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
        padding=ft.Padding.symmetric(vertical=vertical, horizontal=18),
        text_style=text,
        icon_size=theme.scaled(22),
        elevation={ft.ControlState.DEFAULT: 0},
        shadow_color=ft.Colors.TRANSPARENT,
        visual_density=ft.VisualDensity.STANDARD,
    )


@ft.component
def MainAction(action: Action, quiet: bool = False, by_key: bool = False, key: str | None = None) -> ft.Control:
    """Draw a full-width button at least 56 px high. While its action runs it shows a progress ring and is disabled.

    With `by_key` it is the one main action of its screen or pane: at a desk, Ctrl+Enter presses it.
    """
    busy, set_busy = ft.use_state(False)
    page = ft.context.page

    async def pressed(_: ft.Event[Any] | None = None) -> None:
        guard = guard_of(page)
        if not guard.enter():
            return
        set_busy(True)
        try:
            await run_tap(action.on_tap)
        finally:
            guard.leave()
            set_busy(False)

    ink: ft.ColorValue = ft.Colors.ON_PRIMARY
    ground: ft.ColorValue | None = ft.Colors.PRIMARY
    side: ft.ColorValue | None = None
    if action.danger:
        ink, ground = ft.Colors.ON_ERROR, ft.Colors.ERROR
    if quiet:
        ink, ground, side = (ft.Colors.ERROR if action.danger else ft.Colors.PRIMARY), None, ft.Colors.OUTLINE_VARIANT
    kind = ft.OutlinedButton if quiet else ft.FilledButton
    able = action.enabled and not busy
    use_keys({SAVE: pressed} if able else {}, on=by_key)
    style = _style(ground, ink, side, vertical=18)
    if able and ink == ft.Colors.ON_PRIMARY:
        style.icon_color = None  # as Material has it
    # Words wrap when large letters leave no room: in the middle, or beside their icon.
    content = action.label if action.icon else ft.Text(action.label, text_align=ft.TextAlign.CENTER)
    mark: ft.IconDataOrControl | None = action.icon
    if busy:
        mark = ft.ProgressRing(width=20, height=20, stroke_width=2.5, color=ft.Colors.OUTLINE)
    return tag(
        action.id or ("second-action" if quiet else "main-action"),
        kind(
            content=content,
            icon=mark,
            on_click=pressed if able else None,
            disabled=not able,
            style=style,
        ),
    )


def small_button(
    id: str,
    label: str,
    on_tap: Tap,
    *,
    icon: ft.IconData | None = None,
    tone: str = "tonal",
    enabled: bool = True,
) -> ft.Row:
    """A button as wide as its words, 48 high. `tone`: "tonal", "text" or "danger"."""

    async def pressed(_: ft.Event[Any]) -> None:
        await run_tap(on_tap)

    ground: ft.ColorValue | None = ft.Colors.SECONDARY_CONTAINER
    ink: ft.ColorValue = ft.Colors.ON_SECONDARY_CONTAINER
    if tone == "text":
        ground, ink = None, ft.Colors.PRIMARY
    elif tone == "danger":
        ground, ink = ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER
    style = _style(ground, ink, None, vertical=14)
    style.text_style = ft.TextStyle(
        size=15 * theme.look_of(ft.context.page).scale,
        font_family=theme.FONT_BOLD,
        font_family_fallback=list(theme.FALLBACK),
    )
    kind = ft.TextButton if tone == "text" else ft.FilledButton
    button = kind(content=label, icon=icon, on_click=pressed if enabled else None, style=style, disabled=not enabled)
    return ft.Row([tag(id, button)], tight=True)


def icon_button(
    id: str,
    name: ft.IconData,
    label: str,
    on_tap: Tap,
    *,
    color: ft.ColorValue | None = None,
    enabled: bool = True,
    tip: bool = True,
) -> ft.MergeSemantics:
    """Return an icon-only button, at least 48 px square; `label` is its spoken name and, with `tip`, its tooltip."""

    async def pressed(_: ft.Event[Any]) -> None:
        await run_tap(on_tap)

    size = max(theme.TOUCH, theme.scaled(24) + 20)
    button = ft.IconButton(
        icon=name,
        tooltip=label if tip else None,
        on_click=pressed if enabled else None,
        disabled=not enabled,
        icon_color=color or ft.Colors.ON_SURFACE,
        disabled_color=ft.Colors.OUTLINE_VARIANT,
        icon_size=theme.scaled(24),
        width=size,
        height=size,
    )
    # The name and the button are separate nodes; merged, a screen reader meets one button with that name.
    return ft.MergeSemantics(tag(id, button, label=None if tip else label))
