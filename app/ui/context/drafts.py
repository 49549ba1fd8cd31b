"""Drafts: half-filled forms, saved while somebody types and restored after the app was killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import flet as ft

from app.device.clock import new_id
from app.domain.wire.errors import Problem
from app.ui.context.hooks import use_ui
from app.ui.context.ui import Ui
from app.ui.kit.here import use_here

REST_S: Final = 0.25
"""Seconds after the first unsaved change until a half-filled form is saved."""


class Draft:
    """A half-filled form: the `values` on the screen, saved by the session as they change."""

    def __init__(self, ui: Ui, key: str, path: str, start: Mapping[str, Any], changed: Callable[[], None]) -> None:
        self.key = key
        self.path = path
        """The path of the screen it belongs to."""
        self._ui = ui
        self._session = ui.session
        self._start = dict(start)
        self._redraw = changed
        self._timer: asyncio.TimerHandle | None = None
        found = self._session.draft(key)
        self.restored = found is not None
        """Whether a saved draft was found on opening: the screen says so, and offers 丢弃草稿 (discard the draft)."""
        self.kept = found is not None
        """Whether a draft is saved now."""
        self.once: str = str((found or {}).get("_once") or self._session.new_id())
        """The id of what this form saves, so that saving the same form twice stores it once."""
        self.values: dict[str, Any] = {**self._start, **{k: v for k, v in (found or {}).items() if k != "_once"}}

    @property
    def half_filled(self) -> bool:
        """Whether the form holds input that was not saved as an entry."""
        return self.kept or self._timer is not None

    def set(self, name: str, value: Any) -> None:
        """Change one value."""
        self.update(**{name: value})

    def update(self, **values: Any) -> None:
        """Change some values; they are saved within 0.3 s."""
        self.values = {**self.values, **values}
        if self._timer is None:
            self._timer = self._ui.later(REST_S, self.flush)
            self._ui.forms.changed()
        self._redraw()

    def flush(self) -> None:
        """Save the unsaved values now. A full disk is reported, and saving is tried again at the next change."""
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer = None
        try:
            self._session.save_draft(self.key, {**self.values, "_once": self.once})
        except Problem as problem:
            self._ui.in_window(partial(self._ui.tell, problem))
            return
        self.kept = True
        self._ui.settle_soon()

    def discard(self) -> None:
        """Delete the draft and start again with the initial values."""
        self._forget_timer()
        self._session.discard(self.key)
        self._ui.settle_soon()
        self.kept = self.restored = False
        self.once = self._session.new_id()
        self.values = dict(self._start)
        self._ui.forms.changed()
        self._redraw()

    def look_again(self) -> None:
        """React to a change of the saved draft: if it was deleted (by saving the form), never write it again."""
        if self._session.draft(self.key) is None:
            self._forget_timer()
            self.kept = False
            self._ui.forms.changed()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def use_draft(key: str, start: Mapping[str, Any]) -> Draft:
    """Hook: return the draft saved under `key`, or a new one with the values of `start` (JSON values only)."""
    ui = use_ui()
    _, redraw = ft.use_state(0)
    path = use_here()
    draft = ft.use_memo(lambda: Draft(ui, key, path, start, lambda: redraw(lambda n: n + 1)), [key, ui.session])

    def opened() -> None:
        ui.forms.open(draft)

    def closed() -> None:
        ui.forms.close(draft)

    ft.use_effect(opened, [draft], closed)
    return draft


def new_tap() -> str:
    """Return a new id for `once=` where there is no draft; hold it in `use_state` while the screen is open."""
    return new_id()
