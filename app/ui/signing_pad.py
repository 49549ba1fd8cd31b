"""Signing on the screen: the page turned to the resident, the pad, and the picture of a stored signature."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import flet as ft
import flet.canvas as cv

from app.domain.wire.strokes import FULL, Strokes, is_real_signature, refit, smooth_path
from app.ui import theme
from app.ui.kit.base import Tap, column, row, tag, txt
from app.ui.kit.buttons import Action, MainAction, icon_button, small_button
from app.ui.texts import t

PEN: Final = 3.2
FLUSH_S: Final = 0.03
"""Shortest time between two redraws of the line under the finger; every redraw is a message to the client."""
DRAFT_S: Final = 0.5
"""Shortest time between two calls of `on_change` during a stroke; it is always called at its end."""
PAD_LEAST: Final = 164.0
PAD_MOST: Final = 280.0
TIGHT: Final = 480.0
TIGHT_LANDSCAPE: Final = 280.0
"""Heights in pixels at 100 % (upright: `TIGHT`); a lower page shows its text and its pad one after the other."""
LINE: Final = 26.0
"""Height of a line of running text at 100 %, in pixels."""
END: Final = 6.0
"""The text counts as read to its end when fewer pixels than this lie below."""
PAPER_INK: Final = "#10201F"
PAPER_WHITE: Final = "#FFFFFF"

OnStrokes = Callable[[list[dict[str, Any]], float, float], object]
"""Called with the strokes and the pad's width and height in device-independent pixels."""


def _pen(ink: ft.ColorValue, width: float) -> ft.Paint:
    return ft.Paint(
        color=ink,
        stroke_width=width,
        style=ft.PaintingStyle.STROKE,
        stroke_cap=ft.StrokeCap.ROUND,
        stroke_join=ft.StrokeJoin.ROUND,
    )


def _path(points: Sequence[Sequence[int]], width: float, height: float, paint: ft.Paint) -> cv.Path:
    start, *curves = smooth_path(points, width, height)
    elements: list[Any] = [cv.Path.MoveTo(start[0], start[1])]
    elements.extend(cv.Path.QuadraticTo(cx, cy, x, y) for cx, cy, x, y in curves)
    return cv.Path(elements, paint=paint)


class _Ink:
    """The strokes of one pad while they are drawn. Kept outside of component state, because a finger is faster than
    redrawing."""

    def __init__(self, strokes: Strokes, drawn_at: tuple[float, float] | None) -> None:
        self.strokes: list[dict[str, Any]] = [{"points": [list(p) for p in stroke["points"]]} for stroke in strokes]
        self.width, self.height = drawn_at or (0.0, 0.0)
        self.began = 0.0
        self.flushed = 0.0
        self.told = 0.0
        last = [stroke["points"][-1][2] for stroke in self.strokes if stroke["points"]]
        self.offset_ms = max(last, default=-250) + 250
        self.live: list[list[int]] | None = None

    def resize(self, width: float, height: float) -> None:
        """Set or change the pad's size; what is drawn keeps its proportions."""
        if self.strokes and self.width and (self.width, self.height) != (width, height):
            self.strokes = refit(self.strokes, (self.width, self.height), (width, height))
            self.live = None
        self.width, self.height = width, height

    def point(self, x: float, y: float) -> list[int]:
        now = time.monotonic()
        if not self.began:
            self.began = now
        at = [x / (self.width or 1) * FULL, y / (self.height or 1) * FULL]
        on_pad = [min(FULL, max(0, round(part))) for part in at]
        return [*on_pad, self.offset_ms + round((now - self.began) * 1000)]


@ft.component
def SigningPad(
    strokes: Strokes,
    on_change: OnStrokes,
    *,
    id: str = "pad",
    drawn_at: tuple[float, float] | None = None,
    height: float | None = None,
    on_ink: Callable[[bool], object] | None = None,
    key: str | None = None,
) -> ft.Control:
    """Draw a wide field to write one's name in.

    `strokes` is what it begins with (a draft, made on a pad of the size `drawn_at`); afterwards it keeps its own.
    Turning the phone keeps the handwriting in shape. `on_change` gets the strokes while they grow (throttled) and at
    the end of each; `on_ink` gets whether there is enough ink for a signature, whenever that may have changed. It fills
    its room unless `height` is given. Identifiers: `<id>`, `<id>-clear`, `<id>-undo`.
    """
    ink_ref: ft.MutableRef[_Ink] = ft.use_ref(lambda: _Ink(strokes, drawn_at))
    assert ink_ref.current is not None
    ink = ink_ref.current
    look = theme.use_look()
    size, set_size = ft.use_state((0.0, 0.0))
    _, draw_again = ft.use_state(0)
    paint = _pen(PAPER_INK, PEN)

    def tell(force: bool) -> None:
        now = time.monotonic()
        if force or now - ink.told >= DRAFT_S:
            ink.told = now
            on_change([{"points": list(stroke["points"])} for stroke in ink.strokes], ink.width, ink.height)
        if force and on_ink is not None:
            on_ink(is_real_signature(ink.strokes))

    def shapes() -> list[cv.Shape]:
        return [_path(stroke["points"], *size, paint) for stroke in ink.strokes if stroke["points"] and size[0]]

    def show_live(force: bool = False) -> None:
        now = time.monotonic()
        if ink.live is None or (not force and now - ink.flushed < FLUSH_S):
            return
        ink.flushed = now
        draw_again(lambda n: n + 1)

    def began(e: ft.DragDownEvent[ft.GestureDetector]) -> None:
        ink.live = [ink.point(e.local_position.x, e.local_position.y)]
        ink.strokes.append({"points": ink.live})
        show_live(force=True)

    def moved(e: ft.DragUpdateEvent[ft.GestureDetector]) -> None:
        if ink.live is not None:
            ink.live.append(ink.point(e.local_position.x, e.local_position.y))
            show_live()
            tell(force=False)

    def ended(e: ft.DragEndEvent[ft.GestureDetector]) -> None:
        if ink.live is None:
            return
        # The last bit of a stroke arrives only with its end.
        ink.live.append(ink.point(e.local_position.x, e.local_position.y))
        finish()

    def finish(_: Any = None) -> None:
        ink.live = None
        draw_again(lambda n: n + 1)
        tell(force=True)

    def clear() -> None:
        ink.strokes.clear()
        finish()

    def undo() -> None:
        if ink.strokes:
            ink.strokes.pop()
            finish()

    def resized(e: cv.CanvasResizeEvent) -> None:
        ink.resize(e.width, e.height)
        set_size((e.width, e.height))

    def announce() -> None:
        if on_ink is not None:
            on_ink(is_real_signature(ink.strokes))

    ft.on_mounted(announce)
    canvas = cv.Canvas(shapes=shapes(), on_resize=resized, resize_interval=100, expand=True)
    tall = size[1]
    empty = not ink.strokes
    line = max(20 + 26 * look.scale, tall * 0.25)
    says = t("signing.sign_here") if empty else "" if is_real_signature(ink.strokes) else t("signing.too_little")
    ground: list[ft.Control] = [
        ft.Container(bgcolor=PAPER_WHITE, left=0, right=0, top=0, bottom=0),
        # The line people sign on, with the words under it, as on paper.
        ft.Container(left=24, right=24, bottom=line, height=1.5, bgcolor="#9DB1B0"),
        ft.Container(
            txt(says, ft.TextThemeStyle.BODY_MEDIUM, color="#4E5F5E"), left=24, right=24, top=max(0.0, tall - line + 5)
        ),
        ft.Container(canvas, left=0, right=0, top=0, bottom=0),
        ft.GestureDetector(
            ft.Container(bgcolor=ft.Colors.with_opacity(0.001, "#FFFFFF")),
            left=0,
            right=0,
            top=0,
            bottom=0,
            drag_interval=8,
            on_pan_down=began,
            on_pan_update=moved,
            on_pan_end=ended,
            on_pan_cancel=finish,
        ),
    ]
    pad = ft.Container(
        ft.Container(
            ft.Stack(ground, expand=True, clip_behavior=ft.ClipBehavior.HARD_EDGE),
            border_radius=theme.RADIUS - 2,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        ),
        border=ft.Border.all(2, ft.Colors.PRIMARY if not empty else ft.Colors.OUTLINE),
        border_radius=theme.RADIUS,
        height=height,
        expand=True if height is None else None,
    )
    field = tag(id, pad, label=t("signing.pad"), expand=height is None)
    # Beside the pad and never on it: a stroke that began on a button would be lost. Always there: a pad that changed
    # its size at the first stroke would move under the finger.
    undo_words, clear_words = t("signing.undo_stroke"), t("signing.clear")
    if look.landscape:
        marks: list[ft.Control] = [
            # Without tooltips: those would lie over the pad.
            icon_button(f"{id}-undo", ft.Icons.UNDO_ROUNDED, undo_words, undo, enabled=not empty, tip=False),
            icon_button(f"{id}-clear", ft.Icons.DELETE_OUTLINE, clear_words, clear, enabled=not empty, tip=False),
        ]
        return ft.Row(
            [field, ft.Column(marks, tight=True)],
            spacing=4,
            expand=True,
            vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    buttons = [
        small_button(f"{id}-undo", undo_words, undo, icon=ft.Icons.UNDO_ROUNDED, tone="text", enabled=not empty),
        small_button(f"{id}-clear", clear_words, clear, icon=ft.Icons.DELETE_OUTLINE, tone="text", enabled=not empty),
    ]
    return ft.Column(
        [field, ft.Row(list(buttons), alignment=ft.MainAxisAlignment.SPACE_BETWEEN)],
        spacing=0,
        tight=height is not None,
        expand=True if height is None else None,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@ft.component
def SigningPage(
    heading: str,
    shown: Sequence[ft.Control],
    strokes: Strokes,
    on_change: OnStrokes,
    agree: Action,
    *,
    on_close: Tap,
    text_scale: float,
    on_text_scale: Callable[[float], object],
    drawn_at: tuple[float, float] | None = None,
    summary: Sequence[ft.Control] = (),
    notices: Sequence[ft.Control] = (),
    choices: Sequence[ft.Control] = (),
    asking: Sequence[ft.Control] = (),
    id: str = "signing",
) -> ft.Control:
    """Draw the whole page that a resident signs on, with no app around it: the text that is signed, the pad, the
    agreement.

    `agree` can be pressed only after a real stroke, and only when all of `shown` was seen: while some of it lies below,
    the button says how much and scrolls on, and `summary` (what matters most: the total) stays in sight under the text.
    The caller draws `shown` with the kit's text, so that it follows the A+ button: a tap calls `on_text_scale` with the
    next size (100 to 200 %, then again from the start); the caller applies it, and restores the old one when the page
    is left. Where there is no room for both, the pad follows once the text was read. `choices` (who signs, in what
    capacity) follow the text. `asking`, when given, takes the whole page until it is answered, so that no keyboard or
    sheet ever covers the pad. `notices` stand above the text. In landscape the text is on the left and the pad on the
    right.
    """
    look = theme.use_look()
    enough, set_enough = ft.use_state(is_real_signature(strokes))
    reading, set_reading = ft.use_state(True)
    # Turning the phone makes a new pad, maybe before the caller hands back the last strokes: they are kept here.
    held: ft.MutableRef[tuple[Strokes, tuple[float, float] | None]] = ft.use_ref(lambda: (strokes, drawn_at))
    assert held.current is not None
    ink, ink_at = held.current
    sheet = use_seen([*shown, *choices], summary, notices)

    def heard(made: list[dict[str, Any]], width: float, height: float) -> object:
        held.current = (made, (width, height))
        return on_change(made, width, height)

    def bigger() -> None:
        scales = theme.TEXT_SCALES
        later = [scale for scale in scales if scale > text_scale]
        on_text_scale(later[0] if later else scales[0])

    ready = Action(
        agree.label,
        agree.on_tap,
        id=agree.id or "sign-agree",
        icon=agree.icon or ft.Icons.DRAW_OUTLINED,
        enabled=agree.enabled and enough and sheet.seen,
    )
    high = float(ft.context.page.height or 800)
    # Where there is no room for both text and pad, the text is first read to its end, then signed.
    tight = high / look.scale < (TIGHT_LANDSCAPE if look.landscape else TIGHT)
    text: ft.Container = sheet.control
    if sheet.rest:
        ready = Action(
            t("signing.more", n=sheet.rest), sheet.on, id="sign-more", icon=ft.Icons.KEYBOARD_DOUBLE_ARROW_DOWN
        )
    elif tight and reading:
        read = t("signing.read")
        ready = Action(
            read, lambda: set_reading(False), id="sign-read", icon=ft.Icons.DRAW_OUTLINED, enabled=sheet.seen
        )
    elif tight:
        again = small_button("sign-again", t("signing.read_again"), lambda: set_reading(True), tone="text")
        text = _sheet([ft.Column([*summary, again], spacing=4, scroll=ft.ScrollMode.AUTO, expand=True)])
    button = MainAction(ready, key=ready.id)
    top = row(
        [
            icon_button("signing-close", ft.Icons.CLOSE_ROUNDED, t("common.close"), on_close, tip=False),
            txt(heading, ft.TextThemeStyle.TITLE_MEDIUM, expand=True, lines=2),
            small_button("signing-bigger", "A+", bigger, tone="tonal"),
        ]
    )
    if asking:
        middle: ft.Control = ft.Column(
            list(asking),
            scroll=ft.ScrollMode.AUTO,
            expand=True,
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    elif tight and (reading or sheet.rest):
        middle = ft.Column([text, button], spacing=10, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    elif look.landscape:
        writing = ft.Column(
            [SigningPad(ink, heard, drawn_at=ink_at, on_ink=set_enough, key="pad"), button],
            expand=3,
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        text.expand = 2
        middle = ft.Row([text, writing], spacing=16, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
    else:
        pad_height = max(PAD_LEAST, min(PAD_MOST, high * 0.27))
        middle = ft.Column(
            [
                text,
                SigningPad(ink, heard, drawn_at=ink_at, on_ink=set_enough, height=pad_height, key="pad"),
                button,
            ],
            spacing=10,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    page = ft.SafeArea(
        ft.Container(
            ft.Column([top, middle], spacing=8, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
            padding=ft.Padding.only(left=12, right=12, top=6, bottom=12),
            expand=True,
        ),
        expand=True,
    )
    return tag(id, ft.Container(page, expand=True, bgcolor=ft.Colors.SURFACE), expand=True)


class _Sizes:
    """The heights of the text and of the part in sight, and how far it was scrolled, in pixels."""

    def __init__(self) -> None:
        self.whole = self.room = self.at = 0.0


@dataclass
class Seen:
    """The text that is signed, and how much of it was seen."""

    control: ft.Container
    seen: bool
    rest: int
    """Lines of text below the part in sight; 0 when all was seen or nothing is known yet."""
    on: Callable[[], Awaitable[None]]
    """Scrolls down by the height of the part in sight."""


def use_seen(shown: Sequence[ft.Control], summary: Sequence[ft.Control], notices: Sequence[ft.Control] = ()) -> Seen:
    """Hook: return text that scrolls, and whether its end was seen. `summary` stands under it while not all of it
    fits."""
    scale = theme.use_look().scale
    sizes: ft.MutableRef[_Sizes] = ft.use_ref(_Sizes)
    assert sizes.current is not None
    # Reports may come faster than redraws: their values are collected here.
    told = sizes.current
    rest, set_rest = ft.use_state(0)
    fits, set_fits = ft.use_state(True)
    end, set_end = ft.use_state(False)
    scroller: ft.MutableRef[ft.Column] = ft.use_ref()
    line = LINE * scale

    def look_again() -> None:
        if not (told.whole and told.room):
            return
        left = told.whole - told.room - told.at
        set_fits(told.whole <= told.room + END)
        set_rest(max(1, round(left / line)) if left >= END else 0)
        if left < END:
            set_end(True)

    def measured(e: ft.LayoutSizeChangeEvent[Any]) -> None:
        told.whole = e.height
        look_again()

    def fitted(e: ft.LayoutSizeChangeEvent[Any]) -> None:
        told.room = e.height
        look_again()

    def scrolled(e: ft.OnScrollEvent) -> None:
        told.at, told.room = e.pixels, e.viewport_dimension
        told.whole = e.max_scroll_extent + e.viewport_dimension
        look_again()

    async def on() -> None:
        if scroller.current is not None:
            await scroller.current.scroll_to(delta=max(line, told.room - line), duration=250)

    text = ft.Column(
        [ft.Container(column(shown), on_size_change=measured)],
        scroll=ft.ScrollMode.AUTO if fits else ft.ScrollMode.ALWAYS,
        on_scroll=scrolled,
        scroll_interval=60,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    scroller.current = text
    parts: list[ft.Control] = [*notices, ft.Container(text, expand=True, on_size_change=fitted)]
    # Where not all of the text fits, what matters most stays in sight at any scroll position.
    if summary and not fits:
        parts.append(
            tag(
                "sign-summary",
                ft.Container(
                    column(summary, gap=2),
                    border=ft.Border.only(top=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
                    padding=ft.Padding.only(top=6),
                ),
            )
        )
    return Seen(_sheet(parts), end, 0 if end else rest, on)


def _sheet(parts: Sequence[ft.Control]) -> ft.Container:
    """Return the sheet of paper that the text stands on."""
    return ft.Container(
        ft.Column(list(parts), spacing=6, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        bgcolor=theme.PAPER,
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=16, vertical=12),
        expand=True,
    )


def signature_picture(
    strokes: Strokes, pad_width: float, pad_height: float, *, name: str = "", height: float = 72, id: str | None = None
) -> ft.Control:
    """Return a stored signature, drawn small for a timeline: dark on white in both themes, as on paper."""
    width = height * (pad_width / pad_height if pad_height else 2.5)
    paint = _pen(PAPER_INK, max(1.2, PEN * height / (pad_height or 200)))
    picture = ft.Container(
        cv.Canvas(
            shapes=[_path(stroke["points"], width, height, paint) for stroke in strokes if stroke["points"]],
            width=width,
            height=height,
        ),
        bgcolor=PAPER_WHITE,
        border_radius=theme.RADIUS_SMALL,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        width=width + 2,
        height=height + 2,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    described = ft.Semantics(image=True, label=t("signing.picture", name=name), content=picture, identifier=id)
    return ft.Row([described], tight=True)
