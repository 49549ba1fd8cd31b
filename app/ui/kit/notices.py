"""Messages to people: notices in the page, toasts such as 已保存 (saved), questions, bottom sheets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import flet as ft

from app.ui import theme
from app.ui.kit.alone import alone_of
from app.ui.kit.base import Tap, body, column, icon, of_window, quiet, run_tap, tag, title, txt
from app.ui.kit.buttons import Action, MainAction, small_button
from app.ui.kit.keys import keys_of
from app.ui.kit.long import long_txt
from app.ui.kit.ticket import TONES
from app.ui.texts import t


def notice(
    what: str,
    *,
    kept: str = "",
    tone: str = "amber",
    act: tuple[str, Tap] | None = None,
    id: str = "notice",
    mark: ft.IconData | None = None,
) -> ft.Control:
    """Return a notice: what happened, that nothing is lost (`kept`), and the one thing to do.

    The latter is `act`, a button's words and handler; its identifier is `<id>-act`. `tone` is a key of `TONES`.
    """
    ink, ground = TONES[tone]
    default = {
        "red": ft.Icons.ERROR_OUTLINE,
        "amber": ft.Icons.REPORT_PROBLEM_OUTLINED,
        "good": ft.Icons.CHECK_CIRCLE_OUTLINE,
    }.get(tone, ft.Icons.INFO_OUTLINE)
    words: list[ft.Control] = [long_txt(what, ft.TextThemeStyle.TITLE_SMALL, color=ink)]
    if kept:
        words.append(long_txt(kept, ft.TextThemeStyle.BODY_MEDIUM, color=ink))
    if act is not None:
        words.append(small_button(f"{id}-act", act[0], act[1], tone="danger" if tone == "red" else "tonal"))
    return tag(
        id,
        ft.Container(
            ft.Row(
                [icon(mark or default, 24, ink), ft.Container(column(words, gap=5), expand=True)],
                spacing=12,
                vertical_alignment=ft.CrossAxisAlignment.START,
            ),
            bgcolor=ground,
            border_radius=theme.RADIUS,
            padding=ft.Padding.all(14),
        ),
        live_region=True,
    )


def toast(page: ft.Page, words: str | None = None, *, undo: Tap | None = None, worry: bool = False) -> None:
    """Show `words`, by default 已保存 (saved), for a few seconds at the bottom; with `undo` also a button 撤销 (undo).

    `worry` marks a failure, which gets no check mark. On a signing page the toast waits until the page is left.
    """
    alone_of(page).later(lambda: _show_toast(page, words, undo, worry))


TOAST_WIDTH: Final = 560
"""Greatest width of a toast in px at 100 % text: on a desktop screen a line of 1,300 px cannot be read at a glance."""


def toast_margin(window: float, scale: float) -> ft.Margin:
    """Return the margin that centres a toast, at most ``TOAST_WIDTH * scale`` px wide, in a window ``window`` px wide.

    It leaves the height of two buttons free below: a toast must never cover the next step's main action.
    """
    side = max(16.0, (window - TOAST_WIDTH * scale) / 2)
    return ft.Margin.only(left=side, right=side, bottom=160 + 110 * (scale - 1))


def _show_toast(page: ft.Page, words: str | None, undo: Tap | None, worry: bool) -> None:

    async def undone(_: ft.Event[Any]) -> None:
        if undo is not None:
            await run_tap(undo)

    scale = theme.look_of(page).scale
    said = txt(
        words or t("common.saved"), ft.TextThemeStyle.BODY_LARGE, color=ft.Colors.ON_INVERSE_SURFACE, expand=True
    )
    toasts = sheets_of(page).toasts
    mark = ft.Icons.INFO_OUTLINE_ROUNDED if worry else ft.Icons.CHECK_ROUNDED

    def gone(e: ft.Event[Any]) -> None:
        if e.control in toasts:
            toasts.remove(e.control)

    shown = ft.SnackBar(
        tag(
            "toast",
            ft.Row([icon(mark, 22, ft.Colors.INVERSE_PRIMARY), said], spacing=10),
            live_region=True,
        ),
        bgcolor=ft.Colors.INVERSE_SURFACE,
        behavior=ft.SnackBarBehavior.FLOATING,
        margin=toast_margin(float(page.width or 0), scale),
        shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
        duration=ft.Duration(milliseconds=5000 if undo else 2500),
        persist=False,
        show_close_icon=False,
        on_dismiss=gone,
        action=ft.SnackBarAction(t("common.undo"), text_color=ft.Colors.INVERSE_PRIMARY, on_click=undone)
        if undo
        else None,
    )
    toasts.append(shown)
    page.show_dialog(shown)


class Sheets:
    """A window's bottom sheets that are open or still closing, and its toasts.

    Flet's client used to close whatever lay on top instead of the sheet that was meant, so a screen or sheet opened too
    early was closed in its place. Therefore wait for `gone` before opening anything (perhaps no longer needed, see
    docs/flet-internals.md).
    """

    PATIENCE_S: Final = 2.0

    def __init__(self) -> None:
        self.there: dict[object, Callable[[], object]] = {}
        """The sheets of `use_sheet` in the order of opening, each under a private key, with the function closing it."""
        self.closing: set[object] = set()
        """Those of them that are on their way out: nobody has anything to do with them any more."""
        self.spoken: dict[object, Callable[[], object]] = {}
        """The same for the sheets of `speak`: they lie above the others, and `gone` does not wait for them."""
        self.toasts: list[ft.SnackBar] = []
        """The toasts shown now."""

    @property
    def any(self) -> bool:
        """Whether a sheet lies over the screens, to stay."""
        return bool((self.spoken.keys() | self.there.keys()) - self.closing)

    def close_last(self) -> bool:
        """Close the topmost sheet; return False when there is none."""
        on_top = self.spoken or self.there
        if not on_top:
            return False
        key, close = list(on_top.items())[-1]
        self.closing.add(key)
        close()
        return True

    def clear(self) -> None:
        """Close all sheets and toasts at once, for a signing page."""
        for close in [*self.there.values(), *self.spoken.values()]:
            close()
        toasts = list(self.toasts)
        self.toasts.clear()
        for shown in toasts:
            shown.open = False
            shown.update()

    async def gone(self) -> None:
        """Wait until every sheet has closed, at most `PATIENCE_S` seconds in case the client does not report it."""
        deadline = time.monotonic() + self.PATIENCE_S
        while self.there and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        self.there.clear()
        self.closing.clear()


def sheets_of(page: ft.Page | ft.BasePage) -> Sheets:
    """The window's sheets."""
    return of_window(page, "shangmen.sheets", Sheets)


def speak(page: ft.Page, heading: str, says: str, kept: str = "", *, id: str = "problem") -> None:
    """Show a message in a bottom sheet with a button 知道了 (got it); on a signing page, a notice beside the pad."""
    alone = alone_of(page)
    if alone.now:
        alone.say(says, kept, id)
        return
    sheets = sheets_of(page)
    me = object()

    def gone() -> None:
        sheets.spoken.pop(me, None)
        sheets.closing.discard(me)

    def close() -> None:
        sheet.open = False
        sheet.update()

    sheet = ft.BottomSheet(
        tag(
            id,
            ft.Container(
                column(
                    [
                        title(heading),
                        body(says),
                        *([quiet(kept)] if kept else []),
                        small_button(f"{id}-close", t("shell.understood"), close),
                    ]
                ),
                padding=ft.Padding.only(left=theme.EDGE, right=theme.EDGE, bottom=theme.GAP_LARGE),
            ),
            live_region=True,
        ),
        show_drag_handle=True,
        scrollable=True,
        bgcolor=theme.PAPER,
        on_dismiss=lambda _: gone(),
        size_constraints=ft.BoxConstraints(max_width=640),
    )
    sheets.spoken[me] = close
    page.show_dialog(sheet)


@ft.observable
class _Inside:
    """The content of a sheet, kept apart from it so that redrawing the content leaves the sheet itself alone."""

    def __init__(self) -> None:
        self.heading = ""
        self.content: Callable[[], Sequence[ft.Control]] = list
        self.on_close: Callable[[], object] = lambda: None


@ft.component
def _Drawn(inside: _Inside) -> ft.Control:
    return column([title(inside.heading), *inside.content()], gap=theme.GAP)


def use_sheet(
    opened: bool,
    heading: str,
    content: Callable[[], Sequence[ft.Control]],
    on_close: Callable[[], object],
    *,
    id: str = "sheet",
) -> None:
    """Hook: show a bottom sheet while `opened`. `content` is built only then; `on_close` must set `opened` to False.

    The sheet is made once and kept while it is open; when its screen is redrawn (after a sync, say), only the content
    is. A sheet that is replaced while it opens can get stuck and ignore every tap.
    """

    page = ft.context.page
    sheets = sheets_of(page)
    inside = ft.use_memo(_Inside, [])
    there: ft.MutableRef[tuple[object, ft.BottomSheet]] = ft.use_ref()
    if opened:
        inside.heading, inside.content, inside.on_close = heading, content, on_close
    # Made here and shown by the effect: a component can only be made while its screen is being drawn.
    drawn = ft.use_memo(lambda: _Drawn(inside) if opened else None, [opened])

    def show() -> None:
        # Bound to this very sheet: the dismissal of one that is still closing must not be taken for that of the next.
        def closed(_: ft.Event[Any]) -> None:
            sheets.there.pop(key, None)
            sheets.closing.discard(key)
            if there.current is not None and there.current[1] is sheet:
                there.current = None
                inside.on_close()

        key = object()
        sheet = ft.BottomSheet(
            tag(
                id,
                ft.Container(
                    drawn,
                    padding=ft.Padding.only(left=theme.EDGE, right=theme.EDGE, bottom=theme.GAP_LARGE),
                ),
            ),
            show_drag_handle=True,
            scrollable=True,
            bgcolor=theme.PAPER,
            on_dismiss=closed,
            size_constraints=ft.BoxConstraints(max_width=640),
        )
        sheets.there[key] = lambda: inside.on_close()
        there.current = key, sheet
        page.show_dialog(sheet)

    def put_away() -> None:
        found, there.current = there.current, None
        if found is None:
            return
        key, sheet = found
        if key in sheets.there:
            sheets.closing.add(key)
        if sheet.open:
            sheet.open = False
            sheet.update()

    def settle() -> None:
        if opened and there.current is None:
            show()
        elif not opened:
            put_away()

    ft.use_effect(settle, [opened])
    ft.on_unmounted(put_away)


def use_question(
    opened: bool,
    heading: str,
    says: str,
    yes: Action,
    on_close: Callable[[], object],
    *,
    no: str | None = None,
    extra: Sequence[ft.Control] = (),
    id: str = "question",
) -> None:
    """Hook: while `opened`, ask before something that cannot be undone. Identifiers: `<id>-yes`, `<id>-no`.

    `on_close` must set `opened` to False; it runs before `yes.on_tap`. `extra` stands between `says` and the buttons.
    At a desk, Ctrl+Enter says yes.
    """

    sheets, agreeing = sheets_of(ft.context.page), keys_of(ft.context.page).agreeing
    me: ft.MutableRef[object] = ft.use_ref(object)

    async def agreed() -> None:
        on_close()
        await sheets.gone()
        await run_tap(yes.on_tap)

    def content() -> list[ft.Control]:
        return [
            body(says),
            *extra,
            MainAction(
                Action(yes.label, agreed, id=f"{id}-yes", icon=yes.icon, danger=yes.danger, enabled=yes.enabled)
            ),
            MainAction(Action(no or t("common.cancel"), on_close, id=f"{id}-no"), quiet=True),
        ]

    if opened and yes.enabled:
        agreeing[me.current] = agreed
    else:
        agreeing.pop(me.current, None)
    ft.on_unmounted(lambda: agreeing.pop(me.current, None))
    use_sheet(opened, heading, content, on_close, id=id)
