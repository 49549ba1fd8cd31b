"""The keys of a desk's window: which ones act, and where. A phone has none and pays for none.

Keys act on the screen on top alone, and never lead away from it. While somebody types in a field only Ctrl+Enter and
Esc act, and what the field's own form asked for; while a sheet lies over the screen only Esc does, and closes it, and
where it is a question, Ctrl+Enter, which says yes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Set
from typing import Any, Final

import flet as ft

from app.ui import theme
from app.ui.kit.base import of_window
from app.ui.kit.here import use_here

SAVE: Final = "Ctrl+Enter"
ESC: Final = "Escape"
UP, DOWN, ENTER, SPACE = "Arrow Up", "Arrow Down", "Enter", " "
SHIFT_UP, SHIFT_DOWN = f"Shift+{UP}", f"Shift+{DOWN}"
ALL: Final = "Ctrl+A"
_WHILE_TYPING: Final = frozenset((SAVE, ESC))
_KEY: Final = "shangmen.keys"
_SAME: Final = {"Numpad Enter": ENTER, "Numpad Add": "+"}

Act = Callable[[], Any]
"""What a key does; plain or async."""


def name_of(key: str, *, ctrl: bool = False, alt: bool = False, shift: bool = False, meta: bool = False) -> str:
    """Return what a key is called here: "C", "?", "Arrow Down", "Ctrl+Enter"; "" for one no shortcut may be.

    With Alt, Ctrl or ⌘ a key is the browser's; but Ctrl+Enter, which no browser takes, saves, and Ctrl+A marks all: of
    a page that is drawn there is no text to mark. ⌘ does as Ctrl. Shift counts with an arrow alone.
    """
    key = _SAME.get(key, key)
    if ctrl or meta:
        return "" if alt else {ENTER: SAVE, "A": ALL}.get(key.upper() if len(key) == 1 else key, "")
    if alt:
        return ""
    if shift and key == "/":
        return "?"
    if shift and key in (UP, DOWN):
        return f"Shift+{key}"
    return key.upper() if len(key) == 1 else key


class Keys:
    """The keys of one window: who listens on which screen, and whether somebody types."""

    def __init__(self, page: ft.Page | ft.BasePage) -> None:
        self._page = page
        self._heard: list[tuple[str, Callable[[], Mapping[str, Act]], Set[str]]] = []
        self.typing: set[object] = set()
        """The fields that have the focus: one, or none."""
        self.path: Callable[[], str] = lambda: ""
        """The path of the screen on top."""
        self.close_over: Callable[[], bool] = lambda: False
        """Closes the topmost sheet; returns False when there is none."""
        self.covered: Callable[[], bool] = lambda: False
        """Whether a sheet or question lies over the screen."""
        self.agreeing: dict[object, Act] = {}
        """What says yes to each question that lies over the screen, the topmost last; none where it cannot be said
        yet."""

    def listen(
        self, path: str, acts: Callable[[], Mapping[str, Act]], typing: Set[str] = _WHILE_TYPING
    ) -> Callable[[], None]:
        """Ask ``acts`` for what the keys do on the screen at ``path``, before those who listened there earlier; return
        what ends it. Those of ``typing`` act while somebody types as well."""
        one = path, acts, typing
        self._heard.append(one)
        return lambda: self._heard.remove(one)

    def attach(self) -> None:
        """Have the window report keys while anybody listens, and no longer than that."""
        page: Any = self._page
        page.on_keyboard_event = self._pressed if self._heard else None

    async def _pressed(self, e: ft.KeyboardEvent) -> None:
        await self.press(name_of(e.key, ctrl=e.ctrl, alt=e.alt, shift=e.shift, meta=e.meta))

    async def press(self, name: str) -> bool:
        """Do what the key called ``name`` does now; return whether it does anything."""
        if self.covered():
            if name == SAVE and self.agreeing:
                return await _done(list(self.agreeing.values())[-1])
            return name == ESC and self.close_over()
        here = self.path()
        for path, acts, typing in reversed(self._heard):
            act = acts().get(name) if path == here and (not self.typing or name in typing) else None
            if act is not None:
                return await _done(act)
        return False


async def _done(act: Act) -> bool:
    result = act()
    if inspect.isawaitable(result):
        await result
    return True


def keys_of(page: ft.Page | ft.BasePage) -> Keys:
    """Return the keys of a window."""
    return of_window(page, _KEY, lambda: Keys(page))


def use_keys(acts: Mapping[str, Act], on: bool = True, typing: Set[str] = frozenset()) -> None:
    """Hook: at a desk, what keys do on this screen while this component is there, by their names (`name_of`).

    `on=False` for a component that has no keys here. `acts` may change with each drawing, and count at once. Those of
    `typing` act while somebody types, too: for what a field has no use for itself, such as ↑ and ↓ in a single line.
    """
    keys = keys_of(ft.context.page)
    path = use_here()
    latest: ft.MutableRef[Mapping[str, Act]] = ft.use_ref(lambda: acts)
    latest.current = acts
    listening = theme.use_look().desk and on
    ended: ft.MutableRef[Callable[[], None]] = ft.use_ref()

    def end() -> None:
        if ended.current is not None:
            ended.current()
            ended.current = None

    # While drawing, not in an effect, which may come after the first key: it would go to who listened before.
    if listening and ended.current is None:
        ended.current = keys.listen(path, lambda: latest.current or {}, _WHILE_TYPING | typing)
    elif not listening:
        end()

    def gone() -> None:
        end()
        keys.attach()

    ft.use_effect(lambda: None, [], gone)
    ft.use_effect(keys.attach if listening else lambda: None, [listening])
