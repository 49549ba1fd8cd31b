"""The layout of screens with a live camera picture: a bar above, the picture, and the actions below, near the thumb.

In a browser the picture is an element of the web page and covers the app's window (app.device.camera). So the layout
measures the parts above and below the picture, tells the camera where to put it, and closes the camera when the screen
is left or another one is opened over it. While there is no picture, its area says that the camera is being opened, or
why it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import flet as ft

from app.domain.wire.errors import CAMERA_BROKEN, Problem
from app.ui import theme
from app.ui.context import Ui, language_code
from app.ui.kit.base import column, icon, tag, txt
from app.ui.kit.buttons import icon_button, small_button
from app.ui.kit.here import use_here
from app.ui.kit.scaffold import top_bar
from app.ui.router import use_router
from app.ui.texts import t

OPENING, OPEN, CLOSED = "opening", "open", "closed"


@ft.observable
@dataclass
class View:
    """The live picture of one screen. `state` is opening, open or closed; `problem` says why it closed, if it was a
    fault.

    `top` and `bottom` are the heights of the parts above and below it.
    """

    state: str = CLOSED
    torch: bool = False
    torch_on: bool = False
    problem: Problem | None = None
    top: float = 0
    bottom: float = 0
    gone: bool = False
    covered: bool = False
    scan: bool = False
    _turn: int = field(default=0, repr=False)
    _stop: Callable[[], None] = field(default=lambda: None, repr=False)


def use_view(ui: Ui, *, scan: bool, on_code: Callable[[str], None] = lambda _: None) -> tuple[View, Callable[[], Any]]:
    """Hook: return the screen's live picture, and a function that opens the camera again.

    The camera opens as soon as the screen is measured and closes when the screen is left. It also closes while another
    screen covers this one. `on_code` gets each code that is seen; the one given first stays in use, so it must not
    depend on values that change.
    """
    made = ft.use_memo(lambda: View(scan=scan), [])
    view, _ = ft.use_state(made)
    camera = ui.hardware.camera
    router, path = use_router(), use_here()
    covered = bool(path) and router.path != path

    def ended() -> None:
        ui.in_window(lambda: _ended(view))

    async def open_() -> None:
        if view.gone or view.covered or view.state == OPENING or not camera.here:
            return
        view._turn += 1
        turn = view._turn
        view.state, view.problem, view.torch_on = OPENING, None, False
        try:
            opened = await camera.open(top=view.top, bottom=view.bottom, scan=scan)
        except Problem as problem:
            if turn == view._turn:
                view.state, view.problem = CLOSED, problem
            return
        if turn != view._turn:
            return
        if view.gone:
            await camera.close()
            return
        view.state, view.torch = OPEN, opened.torch
        await camera.move(top=view.top, bottom=view.bottom)

    def begin() -> None:
        view._stop = camera.listen(lambda text: ui.in_window(lambda: None if view.gone else on_code(text)), ended)

    def end() -> None:
        view.gone = True
        view._stop()
        ui.in_background(camera.close())

    async def cover() -> None:
        if covered == view.covered:
            return
        view.covered = covered
        if covered and view.state != CLOSED:
            view._turn += 1  # the answer to an opening that is still under way no longer counts
            view.state = CLOSED
            await camera.close()
        elif not covered and view.top and view.bottom and view.problem is None:
            await open_()

    ft.use_effect(begin, [], end)
    ft.use_effect(lambda: ui.in_background(cover()), [covered])
    return view, open_


def _ended(view: View) -> None:
    if not view.gone:
        view.state, view.problem = CLOSED, Problem(CAMERA_BROKEN)


def camera_frame(
    ui: Ui,
    view: View,
    open_: Callable[[], Any],
    heading: str,
    panel: Sequence[ft.Control],
    *,
    id: str,
    sub: str | None = None,
    tools: Sequence[ft.Control] = (),
) -> ft.Control:
    """Return the whole screen: the top bar with the torch, the area of the picture, and `panel` below it."""
    camera = ui.hardware.camera

    def measured(top: float | None = None, bottom: float | None = None) -> None:
        first = not (view.top and view.bottom)
        if top is not None:
            view.top = top
        if bottom is not None:
            view.bottom = bottom
        if not (view.top and view.bottom):
            return
        if first and view.state == CLOSED and view.problem is None:
            ui.in_background(open_())
        elif view.state == OPEN:
            ui.in_background(camera.move(top=view.top, bottom=view.bottom))

    async def switch() -> None:
        if await camera.torch(not view.torch_on):
            view.torch_on = not view.torch_on

    light = [
        icon_button(
            "torch",
            ft.Icons.FLASHLIGHT_OFF_OUTLINED if view.torch_on else ft.Icons.FLASHLIGHT_ON_OUTLINED,
            t("scan.torch_off" if view.torch_on else "scan.torch_on"),
            switch,
        )
    ]
    above = ft.Container(
        ft.SafeArea(
            top_bar(heading, sub=sub, on_back=ui.back, tools=[*(light if view.torch else []), *tools]),
            avoid_intrusions_bottom=False,
        ),
        bgcolor=ft.Colors.SURFACE,
        on_size_change=lambda e: measured(top=e.height),
    )
    below = ft.Container(
        ft.SafeArea(
            ft.Container(
                column(panel, gap=theme.GAP),
                padding=ft.Padding.only(left=theme.EDGE, right=theme.EDGE, top=theme.GAP, bottom=theme.GAP),
            ),
            avoid_intrusions_top=False,
        ),
        bgcolor=ft.Colors.SURFACE,
        border_radius=ft.BorderRadius.only(top_left=theme.RADIUS, top_right=theme.RADIUS),
        on_size_change=lambda e: measured(bottom=e.height),
    )
    frame = ft.Column(
        [above, ft.Container(_instead(ui, view, open_), expand=True, bgcolor="#101414"), below],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return tag(id, ft.Container(frame, expand=True, bgcolor=ft.Colors.SURFACE), expand=True)


def _instead(ui: Ui, view: View, open_: Callable[[], Any]) -> ft.Control:
    """Return what fills the picture's area while there is no picture: that it is opening, or why it is not."""
    light = "#E8EEEE"
    if not ui.hardware.camera.here:
        why = t("scan.no_camera_here" if view.scan else "photo.no_camera_here")
        parts: list[ft.Control] = [
            icon(ft.Icons.NO_PHOTOGRAPHY_OUTLINED, 40, light),
            txt(why, ft.TextThemeStyle.BODY_LARGE, color=light, align=ft.TextAlign.CENTER),
        ]
    elif view.problem is not None:
        parts = [
            icon(ft.Icons.NO_PHOTOGRAPHY_OUTLINED, 40, light),
            txt(
                view.problem.message(language_code(ui.page)),
                ft.TextThemeStyle.BODY_LARGE,
                color=light,
                align=ft.TextAlign.CENTER,
            ),
            small_button("camera-again", t("scan.again"), open_, icon=ft.Icons.REFRESH),
        ]
    else:
        parts = [txt(t("scan.opening"), ft.TextThemeStyle.BODY_LARGE, color=light, align=ft.TextAlign.CENTER)]
    words = ft.Column(
        parts,
        tight=True,
        spacing=theme.GAP,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        alignment=ft.MainAxisAlignment.CENTER,
        scroll=ft.ScrollMode.AUTO,
    )
    return tag(
        "camera-state",
        ft.Container(words, alignment=ft.Alignment.CENTER, padding=ft.Padding.all(theme.GAP_LARGE)),
        live_region=True,
    )
