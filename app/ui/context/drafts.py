"""Half-filled forms: kept as somebody types, there again after a kill."""

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
from app.ui.router import use_here

_REST_S: Final = 0.25
"""How long typing rests before a half-filled form is kept."""


class Draft:
    """A half-filled form: `values` on the screen, kept by the session as they change."""

    def __init__(self, ui: Ui, key: str, path: str, start: Mapping[str, Any], changed: Callable[[], None]) -> None:
        self.key = key
        self.path = path
        """Of the screen it belongs to."""
        self._ui = ui
        self._session = ui.session
        self._start = dict(start)
        self._redraw = changed
        self._timer: asyncio.TimerHandle | None = None
        found = self._session.draft(key)
        self.restored = found is not None
        """Whether the form was half filled before: say so, and offer 丢弃草稿."""
        self.kept = found is not None
        """Whether there is something kept now."""
        self.once: str = str((found or {}).get("_once") or self._session.new_id())
        """The id of what this form saves: a second save of the same form saves nothing twice."""
        self.values: dict[str, Any] = {**self._start, **{k: v for k, v in (found or {}).items() if k != "_once"}}

    @property
    def half_filled(self) -> bool:
        """Whether there is something that was not saved as an entry."""
        return self.kept or self._timer is not None

    def set(self, name: str, value: Any) -> None:
        """Changes one value."""
        self.update(**{name: value})

    def update(self, **values: Any) -> None:
        """Changes some values; they are kept within 0.3 s."""
        self.values = {**self.values, **values}
        if self._timer is None:
            self._timer = self._ui.later(_REST_S, self.flush)
            self._ui.forms.changed()
        self._redraw()

    def flush(self) -> None:
        """Keeps what is on the screen now. A full disk is told, and tried again with the next change."""
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
        """Forgets it and begins anew."""
        self._forget_timer()
        self._session.discard(self.key)
        self._ui.settle_soon()
        self.kept = self.restored = False
        self.once = self._session.new_id()
        self.values = dict(self._start)
        self._ui.forms.changed()
        self._redraw()

    def look_again(self) -> None:
        """Somebody touched the kept draft: when saving took it away, nothing may bring it back."""
        if self._session.draft(self.key) is None:
            self._forget_timer()
            self.kept = False
            self._ui.forms.changed()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def use_draft(key: str, start: Mapping[str, Any]) -> Draft:
    """Hook: the half-filled form kept under `key`, or a new one with the values of `start` (JSON values only)."""
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
    """A new id for `once=` where there is no draft: hold it in `use_state` while the screen is open."""
    return new_id()
