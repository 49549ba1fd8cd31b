"""The frame of a screen: a quiet top bar, a scrolling body, one main action in the thumb's reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.ui import theme
from app.ui.kit.base import Tap, column, icon, pressable, quiet, row, tag, txt
from app.ui.kit.buttons import Action, MainAction, icon_button
from app.ui.texts import t


@dataclass(frozen=True)
class Cloud:
    """The state of the sync cloud at the top right: unsent entries, things needing attention. A tap opens sync."""

    waiting: int = 0
    attention: int = 0
    online: bool = True
    sending: bool = False
    on_tap: Tap | None = None

    def words(self) -> str:
        """Return the state in words, for screen readers."""
        if self.attention:
            return t("common.cloud.attention", n=self.attention)
        if not self.online:
            return t("common.cloud.offline", n=self.waiting) if self.waiting else t("common.cloud.offline_clean")
        if self.sending and self.waiting:
            return t("common.cloud.sending", n=self.waiting)
        return t("common.cloud.waiting", n=self.waiting) if self.waiting else t("common.cloud.all_sent")


def cloud_mark(cloud: Cloud) -> ft.Control:
    """Draw the cloud: all sent (tick), waiting (number) or needing attention (red, number), each with its own icon."""
    name, ink, ground, count = ft.Icons.CLOUD_DONE_OUTLINED, ft.Colors.ON_SURFACE_VARIANT, None, 0
    if cloud.attention:
        name, ink, ground, count = (
            ft.Icons.SYNC_PROBLEM,
            ft.Colors.ON_ERROR_CONTAINER,
            ft.Colors.ERROR_CONTAINER,
            cloud.attention,
        )
    elif cloud.waiting:
        name = ft.Icons.CLOUD_UPLOAD_OUTLINED if cloud.online else ft.Icons.CLOUD_OFF_OUTLINED
        ink, ground, count = ft.Colors.ON_SECONDARY_CONTAINER, ft.Colors.SECONDARY_CONTAINER, cloud.waiting
    elif not cloud.online:
        name = ft.Icons.CLOUD_OFF_OUTLINED
    inside: ft.Control = icon(name, 22, ink)
    if count:
        inside = row([inside, txt(str(count), ft.TextThemeStyle.TITLE_SMALL, color=ink)], gap=6, tight=True)
    mark = ft.Container(
        inside,
        bgcolor=ground,
        border_radius=20,
        padding=ft.Padding.symmetric(horizontal=10, vertical=5),
    )
    return pressable("cloud", mark, cloud.on_tap, label=cloud.words(), fill=False, radius=24)


def top_bar(
    heading: str,
    *,
    sub: str | None = None,
    under: ft.Control | None = None,
    on_back: Tap | None = None,
    cloud: Cloud | None = None,
    tools: Sequence[ft.Control] = (),
) -> ft.Control:
    """Return the top bar: back button, heading, ``tools``, sync cloud. It has the page's colour.

    ``under`` is a control shown under the heading instead of the text ``sub``.
    """
    # A screen with a way back has a small heading, a root screen a large one.
    style = ft.TextThemeStyle.TITLE_MEDIUM if on_back else ft.TextThemeStyle.HEADLINE_MEDIUM
    words: ft.Control = ft.Semantics(header=True, content=txt(heading, style, lines=2))
    if under is not None or sub:
        words = column([words, under if under is not None else quiet(sub or "", lines=2)], gap=0)
    content: list[ft.Control] = []
    if on_back is not None:
        content.append(icon_button("back", ft.Icons.ARROW_BACK_ROUNDED, t("common.back"), on_back))
    content.append(ft.Container(words, expand=True, padding=ft.Padding.only(left=0 if on_back else theme.EDGE - 4)))
    content.extend(tools)
    if cloud is not None:
        content.append(cloud_mark(cloud))
    return ft.Container(row(content, gap=4), padding=ft.Padding.only(left=4, right=8, top=6, bottom=6))


def _centred(content: ft.Control, width: float | None, *, expand: bool) -> ft.Control:
    """Centre ``content`` in a column ``width`` px wide, or leave it at full width if None."""
    if width is None:
        return content if not expand else ft.Container(content, expand=True)
    return ft.Row(
        [ft.Container(content, width=width)],
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH if expand else ft.CrossAxisAlignment.START,
        expand=expand,
    )


@ft.component
def Scaffold(
    heading: str,
    content: Sequence[ft.Control],
    *,
    id: str = "screen",
    sub: str | None = None,
    under: ft.Control | None = None,
    on_back: Tap | None = None,
    cloud: Cloud | None = None,
    tools: Sequence[ft.Control] = (),
    action: Action | None = None,
    second: Action | None = None,
    footer: Nav | None = None,
    scroll: bool = True,
    gap: float = theme.GAP,
    full_width: bool = False,
) -> ft.Control:
    """Draw a whole screen.

    `content` scrolls, unless `scroll=False`: then exactly one of its controls must fill the remaining height and scroll
    by itself (a `WindowedList`). `action` is the one main button, `second` a quiet one below it, `footer` the tabs: a
    bar at the bottom, or at a desk (`theme.DESK`) a rail at the side. On a wide window the content keeps a reading
    width, unless `full_width`.
    """
    look = theme.use_look()
    width = theme.BODY_WIDTH if look.wide and not full_width else None
    inner = ft.Column(
        [*content, ft.Container(height=theme.GAP)] if scroll else list(content),
        scroll=ft.ScrollMode.AUTO if scroll else None,
        expand=True,
        spacing=gap,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    # The padding is inside the scrolling part's width, so that the scroll bar stays at the window's edge.
    body = ft.Container(inner, padding=ft.Padding.symmetric(horizontal=theme.EDGE), expand=True)
    parts: list[ft.Control] = [
        _centred(
            top_bar(heading, sub=sub, under=under, on_back=on_back, cloud=cloud, tools=tools), width, expand=False
        ),
        _centred(body, width, expand=True),
    ]
    if action is not None or second is not None:
        parts.append(_centred(_action_bar(action, second), width, expand=False))
    beside = footer if look.desk else None
    if footer is not None and beside is None:
        parts.append(nav_bar(footer))
    page: ft.Control = ft.Column(parts, spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    if beside is not None:
        page = ft.Row(
            [nav_rail(beside), page], spacing=0, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH
        )
    frame = ft.SafeArea(page, expand=True)
    return tag(id, ft.Container(frame, expand=True, bgcolor=ft.Colors.SURFACE), expand=True)


def _button_key(action: Action) -> str:
    """Return a key that keeps one button for one action, even if digits and sums in its label change.

    A different action gets a new button: a second tap that arrives late then reaches the old button, not the next
    step's one in its place.
    """
    return "".join(char for char in f"{action.id} {action.label}" if not char.isdigit() and char not in "¥.,")


def _action_bar(action: Action | None, second: Action | None) -> ft.Control:
    buttons: list[ft.Control] = []
    if action is not None:
        if action.hint:
            buttons.append(quiet(action.hint, align=ft.TextAlign.CENTER))
        buttons.append(MainAction(action, by_key=True, key=_button_key(action)))
    if second is not None:
        buttons.append(MainAction(second, quiet=True, key=_button_key(second)))
    return ft.Container(
        column(buttons, gap=theme.GAP_SMALL),
        padding=ft.Padding.only(left=theme.EDGE, right=theme.EDGE, top=10, bottom=14),
        bgcolor=ft.Colors.SURFACE,
    )


@dataclass(frozen=True)
class Tab:
    """One tab of the navigation bar."""

    id: str
    label: str
    icon: ft.IconData
    selected_icon: ft.IconData
    badge: int = 0


@dataclass(frozen=True)
class Way:
    """A way from a desk's screen to another one, with how much there is to do; `urgent`: it is not to be left."""

    id: str
    label: str
    icon: ft.IconData
    on_tap: Tap
    count: int = 0
    urgent: bool = False


@dataclass(frozen=True)
class Nav:
    """The tabs of a window and which one is shown; `on_select` gets a tab's id."""

    tabs: Sequence[Tab]
    selected: str
    on_select: Callable[[str], object]
    ways: Sequence[Way] = ()
    """What leads elsewhere from here, below the tabs at a desk."""


def nav_bar(nav: Nav) -> ft.Control:
    """Return the bar at the bottom of a phone: tabs with icon and words, at least 64 px high."""
    return ft.Container(
        row([_tab_button(nav, tab, expand=True) for tab in nav.tabs], gap=0),
        bgcolor=theme.PAPER,
        border=ft.Border(top=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
    )


RAIL: Final = 88
"""Width in px of the rail at 100 % text size."""


def nav_rail(nav: Nav) -> ft.Control:
    """Return the rail at the side of a desk's window: the same tabs, one under the other, and the ways below them."""
    tabs: list[ft.Control] = [_tab_button(nav, tab, expand=False) for tab in nav.tabs]
    ways: list[ft.Control] = [_way_button(way) for way in nav.ways]
    rule = [ft.Divider(height=17, color=ft.Colors.OUTLINE_VARIANT)] if ways else []
    return ft.Container(
        column([*tabs, *rule, *ways], gap=2, scroll=ft.ScrollMode.HIDDEN),
        width=theme.scaled(RAIL),
        padding=ft.Padding.only(top=12),
        bgcolor=theme.PAPER,
        border=ft.Border(right=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
    )


def _way_button(way: Way) -> ft.Control:
    ink = ft.Colors.ERROR if way.urgent else ft.Colors.ON_SURFACE_VARIANT
    mark: ft.Control = icon(way.icon, 20, ink)
    if way.count:
        mark = row([mark, txt(str(way.count), ft.TextThemeStyle.LABEL_MEDIUM, color=ink)], gap=4, tight=True)
    inner = ft.Column(
        [mark, txt(way.label, ft.TextThemeStyle.BODY_SMALL, color=ink, lines=2, align=ft.TextAlign.CENTER)],
        spacing=1,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    said = f"{way.label} {way.count}" if way.count else way.label
    return pressable(way.id, inner, way.on_tap, label=said, min_height=52, radius=0)


def _tab_button(nav: Nav, tab: Tab, *, expand: bool) -> ft.Control:
    here = tab.id == nav.selected
    ink = ft.Colors.ON_SECONDARY_CONTAINER if here else ft.Colors.ON_SURFACE_VARIANT
    mark: ft.Control = icon(tab.selected_icon if here else tab.icon, 24, ink)
    if tab.badge:
        mark = row([mark, txt(str(tab.badge), ft.TextThemeStyle.LABEL_SMALL, color=ink)], gap=4, tight=True)
    pill = ft.Container(
        mark,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if here else None,
        border_radius=16,
        padding=ft.Padding.symmetric(horizontal=18, vertical=4),
    )
    inner = ft.Column(
        [pill, txt(tab.label, ft.TextThemeStyle.LABEL_MEDIUM, color=ink, lines=1)],
        spacing=2,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return pressable(
        f"tab-{tab.id}",
        inner,
        lambda: nav.on_select(tab.id),
        selected=here,
        label=tab.label,
        min_height=64,
        expand=expand,
        radius=0,
    )
