"""Text fields that never lose a letter: while somebody types, Flet's client owns the text, the screen only listens."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

import flet as ft

from app.ui import theme
from app.ui.kit import wording
from app.ui.kit.base import column, icon, pressable, tag, txt
from app.ui.kit.buttons import icon_button
from app.ui.kit.choose import phrase_chips
from app.ui.kit.keys import keys_of
from app.ui.texts import t

Heard = Callable[[str], object]

PHRASES_ROOM: Final = 190
"""Pixels kept visible below a field whose phrases are chosen by digits: they stand there to be read."""
FOUND_ROOM: Final = 120
"""Pixels kept visible below a search field: room for the first result above the keyboard and the main button. More
would not fit between the bars of a small phone with its keyboard up."""


class _Typed:
    """Tells an echo of typed text (to be ignored) from a new text that the screen sets (to be shown).

    The screen learns of a letter, redraws and passes that text back while the next letters are already in the field;
    writing the older text would delete them. So a text that the field has reported is never written back to it.
    """

    def __init__(self) -> None:
        self._heard: deque[str] = deque(maxlen=200)
        self._given: str | None = None
        self._forced: str | None = None
        self._field: ft.TextField | None = None
        self._known: str | None = None
        """The text of the field as far as it was given to it or reported by it."""

    def heard(self, text: str) -> None:
        self._heard.append(text)
        self._known, self._forced = text, None

    def look(self) -> None:
        """Count a text that the field holds and has not reported yet as reported.

        The client sends a field's text first and the event that tells of it after; a redraw in between would write the
        older text over it.
        """
        text = self._field.value if self._field is not None else None
        if text is not None and text != (self._known or ""):
            self.heard(text)

    def gave(self, field: ft.TextField) -> ft.TextField:
        """Record that the field is drawn with its present text; return it."""
        self._field, self._known = field, field.value
        return field

    def put(self, text: str) -> str:
        """Record a text set by the screen, to be shown even if the same text was typed before; return it."""
        self.look()
        self._heard.clear()
        self._heard.append(text)
        self._given = self._forced = text
        return text

    def to_show(self, value: str) -> str | None:
        """Return the text to write into the field, or None to leave it alone; the same on each redraw until typing."""
        self.look()
        if value == self._given:
            return self._forced
        self._given = value
        if value in self._heard:
            # Forget everything older than the echo: if such a text comes again, the screen itself has set it.
            while self._heard[0] != value:
                self._heard.popleft()
            return self._forced
        return self.put(value)


def _text_of(e: ft.Event[ft.TextField]) -> str:
    """Return the text that an event reports; its field may have been drawn anew since, and hold none."""
    return e.data if isinstance(e.data, str) else e.control.value or ""


def _under_eye(id: str, field: ft.Control, shown: bool, turn: Callable[[], object]) -> ft.Control:
    """Add the button that shows or hides a password: Flet's own button has no name for a screen reader."""
    mark = ft.Icons.VISIBILITY_OFF_OUTLINED if shown else ft.Icons.VISIBILITY_OUTLINED
    words = t("common.hide_password" if shown else "common.show_password")
    eye = ft.Container(icon_button(f"{id}-eye", mark, words, turn), right=4, top=4)
    return ft.Stack([field, eye], fit=ft.StackFit.PASS_THROUGH)


def _border(radius: float, color: ft.ColorValue) -> dict[ft.ControlState, ft.InputBorder]:
    def edge(ink: ft.ColorValue, width: float) -> ft.InputBorder:
        return ft.OutlineInputBorder(side=ft.BorderSide(width, ink), border_radius=radius)

    return {
        ft.ControlState.ERROR: edge(ft.Colors.ERROR, 2),
        ft.ControlState.FOCUSED: edge(ft.Colors.PRIMARY, 2),
        ft.ControlState.DEFAULT: edge(color, 1),
    }


def _use_typing(wide: bool) -> dict[str, Any]:
    """Hook: at a desk, the handlers by which a field says that somebody types in it, so that no shortcut fires there;
    none on a phone, which has no keys."""
    keys = keys_of(ft.context.page)
    field = ft.use_memo(object, [])

    def left(_: Any = None) -> None:
        keys.typing.discard(field)

    # A field that goes while it has the focus tells nobody that it lost it.
    ft.use_effect(lambda: None, [], left)
    return {"on_focus": lambda _: keys.typing.add(field), "on_blur": left} if wide else {}


def _room_for_phrases() -> dict[str, Any]:
    return {"scroll_padding": ft.Padding.only(left=20, top=20, right=20, bottom=PHRASES_ROOM)}


def named_field(id: str, field: ft.TextField, name: str, *, expand: bool = False) -> ft.Control:
    """Wrap a field so that a screen reader says `name` when the field gets the focus, not as a separate item."""
    return tag(id, ft.MergeSemantics(ft.Semantics(label=name, content=field)), expand=expand)


@ft.component
def TextBox(
    id: str,
    label: str,
    value: str,
    on_change: Heard,
    *,
    name: str = "",
    hint: str = "",
    lines: int = 1,
    most: int | None = None,
    keyboard: ft.KeyboardType = ft.KeyboardType.TEXT,
    password: bool = False,
    error: str | None = None,
    phrases: tuple[str, ...] = (),
    autofocus: bool = False,
    on_submit: Callable[[], Any] | None = None,
    helper: str | None = None,
    asked_for: int = 0,
    numbered: bool = False,
    verbatim: bool = False,
    key: str | None = None,
) -> ft.Control:
    """Draw a labelled text field. `on_change` gets the text after every change; passing it back as `value` is safe.

    `phrases` are chips: a tap adds the phrase to the text, a second tap takes it out. With `lines` > 1 the field grows
    with the text, and says quietly where a word not to use is typed (T), unless it holds what others said (`verbatim`).
    `error` is shown beneath in red; `most` limits the number of characters. Where a heading above already names the
    field, leave `label` empty and pass `name` for screen readers. Each time `asked_for` grows, the field takes the
    focus. With `numbered` the phrases bear digits, and a digit as the first character is its phrase.
    """
    shown, show = ft.use_state(False)
    typed: ft.MutableRef[_Typed] = ft.use_ref(_Typed)
    box: ft.MutableRef[ft.TextField] = ft.use_ref()
    assert typed.current is not None
    ledger = typed.current
    look = theme.use_look()
    scale = look.scale
    typing = _use_typing(look.desk)

    def changed(e: ft.Event[ft.TextField]) -> None:
        text = _text_of(e)
        ledger.heard(text)
        on_change(phrase_of(text, value, phrases) if numbered else text)

    async def submitted(_: ft.Event[ft.TextField]) -> None:
        if on_submit is not None:
            result = on_submit()
            if asyncio.iscoroutine(result):
                await result

    def put(text: str) -> None:
        on_change(ledger.put(text))

    field = ft.TextField(
        value=ledger.to_show(value),
        hint_text=hint or None,
        hint_style=ft.TextStyle(color=ft.Colors.OUTLINE, size=17 * scale),
        text_size=17 * scale,
        multiline=lines > 1,
        min_lines=lines if lines > 1 else None,
        max_lines=max(lines, 8) if lines > 1 else 1,
        max_length=most,
        counter=" " if most is not None and len(value) < most * 0.9 else None,
        keyboard_type=ft.KeyboardType.MULTILINE if lines > 1 else keyboard,
        password=password and not shown,
        autocorrect=not password,
        enable_suggestions=not password,
        autofocus=autofocus,
        error=error,
        error_max_lines=3,
        helper=helper,
        border=_border(theme.RADIUS_SMALL, ft.Colors.OUTLINE),
        filled=True,
        fill_color=theme.PAPER,
        content_padding=ft.Padding.only(left=14, right=theme.TOUCH if password else 14, top=15, bottom=15),
        on_change=changed,
        on_submit=submitted,
        **(typing | _room_for_phrases() if numbered else typing),
    )
    box.current = ledger.gave(field)
    _use_focus(box, asked_for)
    parts: list[ft.Control] = []
    if label:
        parts.append(txt(label, ft.TextThemeStyle.TITLE_SMALL))
    whole = named_field(id, field, label or name)
    parts.append(_under_eye(id, whole, shown, lambda: show(not shown)) if password else whole)
    if phrases:
        parts.append(phrase_chips(value, phrases, put, id=f"{id}-phrase", numbered=numbered))
    if lines > 1 and not verbatim:
        parts += wording.hint(id, value, put)
    return column(parts, gap=7)


def phrase_of(text: str, before: str, phrases: Sequence[str]) -> str:
    """Return the phrase that a digit stands for as the first character of an empty field, else the text as it is.

    After anything else a digit is one: 2个灯 is written with a space before it.
    """
    if before or len(text) != 1 or text not in "123456789":
        return text
    return phrases[int(text) - 1] if int(text) <= len(phrases) else text


def _use_focus(box: ft.MutableRef[ft.TextField], asked_for: int) -> None:
    """Hook: give a field the focus each time `asked_for` grows."""

    async def go_there() -> None:
        if asked_for and box.current is not None:
            await box.current.focus()

    ft.use_effect(go_there, [asked_for])


@ft.component
def SearchField(
    id: str,
    on_search: Heard,
    *,
    hint: str = "",
    initial: str = "",
    autofocus: bool = False,
    asked_for: int = 0,
    on_submit: Heard | None = None,
    dense: bool = False,
    delay_s: float = 0.2,
    key: str | None = None,
) -> ft.Control:
    """Draw a search field that calls `on_search` once typing has paused for `delay_s` seconds.

    The pause keeps half-composed Chinese from starting a search. Each time `asked_for` grows (a keyboard shortcut), the
    field takes the focus. `on_submit` gets the text on Enter, without a pause. A `dense` one is low, for a
    mouse.
    """
    box: ft.MutableRef[ft.TextField] = ft.use_ref()
    typed: ft.MutableRef[_Typed] = ft.use_ref(_Typed)
    turn: ft.MutableRef[int] = ft.use_ref(0)
    said: ft.MutableRef[str] = ft.use_ref(initial)
    text, set_text = ft.use_state(initial)
    assert typed.current is not None
    ledger = typed.current
    look = theme.use_look()
    scale = look.scale
    typing = _use_typing(look.desk)

    async def changed(e: ft.Event[ft.TextField]) -> None:
        now = _text_of(e)
        ledger.heard(now)
        said.current = now
        set_text(now)
        turn.current = mine = (turn.current or 0) + 1
        await asyncio.sleep(delay_s)
        if turn.current == mine:
            on_search(now.strip())

    def clear() -> None:
        turn.current = (turn.current or 0) + 1
        said.current = ""
        set_text("")
        on_search("")

    def submitted(_: ft.Event[ft.TextField]) -> None:
        # What waits for a pause in typing is looked for now, and not once more after it.
        turn.current = (turn.current or 0) + 1
        if on_submit is not None:
            on_submit((said.current or "").strip())

    field = ft.TextField(
        value=ledger.to_show(text),
        hint_text=hint or t("common.search"),
        hint_style=ft.TextStyle(color=ft.Colors.ON_SURFACE_VARIANT, size=17 * scale),
        text_size=17 * scale,
        autofocus=autofocus,
        prefix_icon=icon(ft.Icons.SEARCH, 24),
        border=_border(28, ft.Colors.TRANSPARENT),
        filled=True,
        fill_color=ft.Colors.SURFACE_CONTAINER_HIGH,
        content_padding=ft.Padding.symmetric(horizontal=18, vertical=8 if dense else 15),
        scroll_padding=ft.Padding.only(left=20, top=20, right=20, bottom=FOUND_ROOM),
        on_change=changed,
        on_submit=submitted if on_submit is not None else None,
        expand=True,
        **typing,
    )
    box.current = ledger.gave(field)
    _use_focus(box, asked_for)
    inside: list[ft.Control] = [named_field(id, field, hint or t("common.search"), expand=True)]
    if text:
        inside.append(
            pressable(
                f"{id}-clear",
                ft.Container(icon(ft.Icons.CLOSE_ROUNDED, 22), padding=8 if dense else 12),
                clear,
                label=t("common.clear"),
                fill=False,
                radius=24,
            )
        )
    return ft.Row(inside, spacing=0)
