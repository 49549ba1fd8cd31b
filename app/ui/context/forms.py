"""The half-filled forms of one window, on the screen and under it."""

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
        """Whether there is something that was not saved as an entry."""

    def flush(self) -> None:
        """Keeps what is on the screen now."""

    def look_again(self) -> None:
        """Somebody touched what is kept of it."""

    def update(self, **values: Any) -> None:
        """Changes some values."""


class Forms:
    """Every form of a window, by the key it is kept under; several screens may show the same one."""

    def __init__(self, held: Callable[[frozenset[str]], None]) -> None:
        """``held`` is told the addresses of the screens that hold something half filled in."""
        self._held = held
        self._open: dict[str, list[HalfFilled]] = {}

    def open(self, form: HalfFilled) -> None:
        """A screen shows it from now on."""
        self._open.setdefault(form.key, []).append(form)
        self.changed()

    def close(self, form: HalfFilled) -> None:
        """Its screen is gone; what was typed stays kept."""
        if form in self._open.get(form.key, []):
            self._open[form.key].remove(form)
        form.flush()
        self.changed()

    def changed(self) -> None:
        """Says anew which screens hold something."""
        self._held(frozenset(form.path for form in self._all() if form.half_filled))

    def look_again(self, key: str) -> None:
        """What is kept under ``key`` was written or taken away."""
        for form in list(self._open.get(key, ())):
            form.look_again()

    def flush(self, path: str | None = None) -> None:
        """Keeps every form as it is, or those of one screen."""
        for form in list(self._all(path)):
            form.flush()

    def kept(self, path: str | None = None) -> bool:
        """Whether something typed is kept, of any form or of those of one screen."""
        return any(form.kept for form in self._all(path))

    def top(self, key: str) -> HalfFilled | None:
        """The form kept under ``key`` that was opened last, to put something into it; None: none is open."""
        forms = self._open.get(key)
        return forms[-1] if forms else None

    def _all(self, path: str | None = None) -> Iterator[HalfFilled]:
        return (form for forms in self._open.values() for form in forms if path in (None, form.path))
