"""The half-filled forms of one window, on the top screen and on those under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol


class HalfFilled(Protocol):
    """A form that somebody may have begun to fill in (``Draft``)."""

    key: str
    path: str
    kept: bool
    values: dict[str, Any]

    @property
    def half_filled(self) -> bool:
        """Whether the form holds input that was not saved as an entry."""

    def flush(self) -> None:
        """Save the unsaved values now."""

    def look_again(self) -> None:
        """React to a change of the saved draft."""

    def update(self, **values: Any) -> None:
        """Change some values."""


class Forms:
    """Every open form of a window by its draft's key; several screens may show the same one."""

    def __init__(self, held: Callable[[frozenset[str]], None]) -> None:
        """``held`` is called with the paths of the screens that hold a half-filled form."""
        self._held = held
        self._open: dict[str, list[HalfFilled]] = {}

    def open(self, form: HalfFilled) -> None:
        """Register a form that a screen shows from now on."""
        self._open.setdefault(form.key, []).append(form)
        self.changed()

    def close(self, form: HalfFilled) -> None:
        """Save and unregister a form whose screen is gone; its draft stays."""
        if form in self._open.get(form.key, []):
            self._open[form.key].remove(form)
        form.flush()
        self.changed()

    def changed(self) -> None:
        """Report anew which screens hold a half-filled form."""
        self._held(frozenset(form.path for form in self._all() if form.half_filled))

    def look_again(self, key: str) -> None:
        """Tell the forms of ``key`` that its saved draft was written or deleted."""
        for form in list(self._open.get(key, ())):
            form.look_again()

    def flush(self, path: str | None = None) -> None:
        """Save the unsaved values of every form, or of those on the screen at ``path``."""
        for form in list(self._all(path)):
            form.flush()

    def kept(self, path: str | None = None) -> bool:
        """Whether a draft is saved of any form, or of any on the screen at ``path``."""
        return any(form.kept for form in self._all(path))

    def top(self, key: str) -> HalfFilled | None:
        """Return the form of ``key`` that was opened last, in order to fill something in; None if none is open."""
        forms = self._open.get(key)
        return forms[-1] if forms else None

    def _all(self, path: str | None = None) -> Iterator[HalfFilled]:
        return (form for forms in self._open.values() for form in forms if path in (None, form.path))
