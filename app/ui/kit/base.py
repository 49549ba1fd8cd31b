"""The smallest pieces: text in a role, an icon that grows with it, tagged controls, things that can be tapped."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import flet as ft

from app.ui import theme

T = TypeVar("T")
Tap = Callable[[], Any] | Callable[[], Awaitable[Any]]
"""What a tap does: a plain or an async function without arguments."""


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
    """Text in one of the theme's roles. With `lines` it ends in an ellipsis; `label` is what TalkBack says instead."""
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
    """Second-rank text."""
    more.setdefault("color", ft.Colors.ON_SURFACE_VARIANT)
    return txt(value, ft.TextThemeStyle.BODY_MEDIUM, **more)


def icon(name: ft.IconData, size: float = 24, color: ft.ColorValue | None = None) -> ft.Icon:
    """An icon that grows with the text. It says nothing to TalkBack: the words beside it do."""
    return ft.Icon(name, size=theme.scaled(size), color=color or ft.Colors.ON_SURFACE_VARIANT)


def app_icon() -> ft.Image:
    """The app's own icon, beside its name: nothing for TalkBack to say."""
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
    """Gives `content` a name for tests (`identifier`) and, with `label`, words for TalkBack."""
    return ft.Semantics(identifier=id, label=label, content=content, container=True, expand=expand or None, **semantics)


async def run_tap(on_tap: Tap) -> None:
    """Runs what a tap does, awaiting it when it is async."""
    result = on_tap()
    if inspect.isawaitable(result):
        await result


TALL: Final = 0.0
"""The least height of what several lines of text make tall enough for a thumb."""


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
    """Anything that reacts to a tap and is not a Material button: rows, cards, choices.

    At least `min_height` tall, `TALL` for content that is that by itself; as wide as there is room, or with
    `fill=False` only as wide as its content.
    """
    inside = content
    if min_height > TALL:
        # Without this the row would measure its content with no limit, and large text would run out of the window.
        content.expand = True
        content.expand_loose = not fill
        # Flet's containers know no least height: the strut beside the content gives it.
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
    """A column stretched to its width."""
    more.setdefault("horizontal_alignment", ft.CrossAxisAlignment.STRETCH)
    more.setdefault("tight", True)
    return ft.Column(list(controls), spacing=gap, **more)


def row(controls: Sequence[ft.Control], gap: float = theme.GAP_SMALL, **more: Any) -> ft.Row:
    """A row; give the text in it `expand=True` so that large letters wrap instead of running out of the window."""
    more.setdefault("vertical_alignment", ft.CrossAxisAlignment.CENTER)
    return ft.Row(list(controls), spacing=gap, **more)


def at_left(control: ft.Control) -> ft.Control:
    """One chip where others would flow: as wide as its words, not as wide as what it stands in."""
    assert isinstance(control, ft.LayoutControl)
    control.align = ft.Alignment.CENTER_LEFT
    return control


def flow(controls: Sequence[ft.Control], gap: float = theme.GAP_SMALL) -> ft.Row:
    """A row that goes on in the next line when it is full."""
    return ft.Row(list(controls), spacing=gap, run_spacing=gap, wrap=True)


class TapGuard:
    """Lets one main action through at a time, and none within a double tap's time of the last one.

    It belongs to the window and not to a button: after 「接单」 the next step's button stands in the same place,
    and the second tap of a nervous thumb must not press it.
    """

    DOUBLE_TAP_S: Final = 0.3
    KEY: Final = "shangmen.tap_guard"

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._busy = False
        self._last = float("-inf")

    def enter(self) -> bool:
        """True when the tap may act; then `leave` must follow."""
        if self._busy or self._now() - self._last < self.DOUBLE_TAP_S:
            return False
        self._busy = True
        return True

    def leave(self) -> None:
        """The action is over."""
        self._busy = False
        self._last = self._now()


def of_window(page: ft.Page | ft.BasePage, key: str, make: Callable[[], T]) -> T:
    """The one object that a window keeps under `key`, made when it is first asked for."""
    store = page.session.store  # type: ignore[union-attr]
    kept: T | None = store.get(key)
    if kept is None:
        kept = make()
        store.set(key, kept)
    return kept


def guard_of(page: ft.Page | ft.BasePage) -> TapGuard:
    """The window's guard against double taps."""
    return of_window(page, TapGuard.KEY, TapGuard)
