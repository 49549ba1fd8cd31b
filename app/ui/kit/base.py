"""The smallest pieces: text in a theme role, icons that scale with the text, tagged controls, tappable areas."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import flet as ft

from app.ui import theme

T = TypeVar("T")
Tap = Callable[[], Any] | Callable[[], Awaitable[Any]]
"""A tap handler: a plain or async function without arguments."""


def txt(
    value: str,
    style: ft.TextThemeStyle = ft.TextThemeStyle.BODY_LARGE,
    *,
    color: ft.ColorValue | None = None,
    lines: int | None = None,
    expand: bool = False,
    align: ft.TextAlign = ft.TextAlign.START,
    label: str | None = None,
    selectable: bool = False,
) -> ft.Text:
    """Return text in one of the theme's roles, cut off after `lines` lines; a screen reader says `label` instead."""
    return ft.Text(
        value,
        theme_style=style,
        color=color,
        max_lines=lines,
        overflow=ft.TextOverflow.ELLIPSIS if lines else ft.TextOverflow.CLIP,
        expand=expand or None,
        text_align=align,
        semantics_label=label,
        selectable=selectable or None,
    )


def title(value: str, **more: Any) -> ft.Text:
    """The name of a section or card."""
    return txt(value, ft.TextThemeStyle.TITLE_MEDIUM, **more)


def body(value: str, **more: Any) -> ft.Text:
    """Running text."""
    return txt(value, ft.TextThemeStyle.BODY_LARGE, **more)


def quiet(value: str, **more: Any) -> ft.Text:
    """Secondary text: smaller, in a muted colour."""
    more.setdefault("color", ft.Colors.ON_SURFACE_VARIANT)
    return txt(value, ft.TextThemeStyle.BODY_MEDIUM, **more)


def icon(name: ft.IconData, size: float = 24, color: ft.ColorValue | None = None) -> ft.Icon:
    """Return an icon that scales with the text. Screen readers skip it: the words beside it carry the meaning."""
    return ft.Icon(name, size=theme.scaled(size), color=color or ft.Colors.ON_SURFACE_VARIANT)


def app_icon() -> ft.Image:
    """Return the app's icon, hidden from screen readers because the app's name stands beside it."""
    side = theme.scaled(72)
    return ft.Image(src="icons/icon.svg", width=side, height=side, exclude_from_semantics=True)


def tag(
    id: str,
    content: ft.Control,
    *,
    label: str | None = None,
    expand: bool = False,
    **semantics: Any,
) -> ft.Semantics:
    """Wrap `content` so that tests find it by `id` and, with `label`, a screen reader has words for it."""
    return ft.Semantics(identifier=id, label=label, content=content, container=True, expand=expand or None, **semantics)


async def run_tap(on_tap: Tap) -> None:
    """Run a tap handler, awaiting it when it is async."""
    result = on_tap()
    if inspect.isawaitable(result):
        await result


TALL: Final = 0.0
"""`min_height` for content that is tall enough for a thumb by itself, such as several lines of text."""


def pressable(
    id: str,
    content: ft.Control,
    on_tap: Tap | None,
    *,
    label: str | None = None,
    selected: bool | None = None,
    padding: ft.PaddingValue = 0,
    radius: float = theme.RADIUS_SMALL,
    bgcolor: ft.ColorValue | None = None,
    border: ft.Border | None = None,
    min_height: float = theme.TOUCH,
    expand: bool = False,
    fill: bool = True,
    expanded: bool | None = None,
) -> ft.Semantics:
    """Return a tappable area that is not a Material button: a row, a card, a choice.

    It is at least `min_height` px tall (`TALL`: as tall as its content) and fills the available width, or with
    `fill=False` is only as wide as its content.
    """
    inside = content
    if min_height > TALL:
        # Without this the row would give its content unlimited width, and large text would overflow the window.
        content.expand = True
        content.expand_loose = not fill
        # Flet's containers have no minimum height: an empty strut beside the content provides it.
        inside = ft.Row([content, ft.Container(width=0, height=min_height)], spacing=0, tight=not fill)

    async def tapped(_: ft.Event[Any]) -> None:
        if on_tap is not None:
            await run_tap(on_tap)

    return tag(
        id,
        ft.Container(
            content=inside,
            on_click=tapped if on_tap is not None else None,
            ink=on_tap is not None,
            padding=padding,
            border_radius=radius,
            bgcolor=bgcolor,
            border=border,
        ),
        label=label,
        button=on_tap is not None,
        selected=selected,
        expanded=expanded,
        expand=expand,
    )


def column(controls: Sequence[ft.Control], gap: float = theme.GAP, **more: Any) -> ft.Column:
    """Return a column whose controls fill its width, `gap` px apart."""
    more.setdefault("horizontal_alignment", ft.CrossAxisAlignment.STRETCH)
    more.setdefault("tight", True)
    return ft.Column(list(controls), spacing=gap, **more)


def row(controls: Sequence[ft.Control], gap: float = theme.GAP_SMALL, **more: Any) -> ft.Row:
    """A row; give the text in it `expand=True` so that large letters wrap instead of running out of the window."""
    more.setdefault("vertical_alignment", ft.CrossAxisAlignment.CENTER)
    return ft.Row(list(controls), spacing=gap, **more)


def at_left(control: ft.Control) -> ft.Control:
    """Align a single chip to the left, so that it is as wide as its words instead of filling its parent's width."""
    assert isinstance(control, ft.LayoutControl)
    control.align = ft.Alignment.CENTER_LEFT
    return control


def flow(controls: Sequence[ft.Control], gap: float = theme.GAP_SMALL) -> ft.Row:
    """Return a row that wraps onto further lines when it is full."""
    return ft.Row(list(controls), spacing=gap, run_spacing=gap, wrap=True)


class TapGuard:
    """Allow one main action at a time, and none within `DOUBLE_TAP_S` seconds after the last one ended.

    It belongs to the window and not to a button: after 「接单」 (accept) the next step's button stands in the same
    place, and the second tap of a nervous thumb must not press it.
    """

    DOUBLE_TAP_S: Final = 0.3
    KEY: Final = "shangmen.tap_guard"

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._busy = False
        self._last = float("-inf")

    def enter(self) -> bool:
        """Return whether the tap may act; if True, call `leave` once its action has ended."""
        if self._busy or self._now() - self._last < self.DOUBLE_TAP_S:
            return False
        self._busy = True
        return True

    def leave(self) -> None:
        """Mark the action as ended."""
        self._busy = False
        self._last = self._now()


def of_window(page: ft.Page | ft.BasePage, key: str, make: Callable[[], T]) -> T:
    """Return the object that the window keeps under `key`, made by `make` on first use."""
    store = page.session.store  # type: ignore[union-attr]
    kept: T | None = store.get(key)
    if kept is None:
        kept = make()
        store.set(key, kept)
    return kept


def guard_of(page: ft.Page | ft.BasePage) -> TapGuard:
    """The window's guard against double taps."""
    return of_window(page, TapGuard.KEY, TapGuard)
