"""What the filling page holds: the form being filled in, and which of its questions look different since when.

A key changes one answer; only what depends on it is worked out again (``Filling``), and only the questions that look
different are drawn again: each is a memoised component that is drawn anew when its ``turn`` changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.forms import Filling, Place
from app.ui.texts import language


class Pen:
    """Writes answers into a form, and says what has to be drawn again."""

    def __init__(self, filling: Filling) -> None:
        self.filling = filling
        self.turns: dict[Place, int] = {}
        self.asked = False
        """Whether somebody has tried to save: what lacks an answer says so from then on."""
        self.changed: Callable[[], object] = lambda: None
        """Called after each answer, to keep the draft and draw the page."""
        self.to_photo: Callable[[Place], object] = lambda place: None
        """Opens the camera for a question."""
        for place in filling.root.everything():
            # What is signed is agreed to by the signature itself.
            if place.question.signer and place.question.type == "acknowledge":
                filling.answer(place, "OK")

    @property
    def speaks(self) -> str:
        """The language of the screen, as forms name it."""
        return language().partition("-")[0]

    def turn(self, place: Place) -> int:
        """Return how often a place has looked different so far."""
        return self.turns.get(place, 0)

    def answer(self, place: Place, value: str) -> None:
        """Answer a question."""
        self._note(self.filling.answer(place, value) | {place})

    def add(self, above: Place, name: str) -> Place:
        """Add a row to a repeat."""
        row = self.filling.add_row(above, name)
        self._note({above})
        return row

    def remove(self, row: Place) -> None:
        """Take a row away."""
        self._note(self.filling.remove_row(row))

    def ask_all(self) -> None:
        """Show beside every question what it lacks."""
        self.asked = True
        self._note(set(self.filling.root.everything()))

    def kept(self) -> dict[str, Any]:
        """Return all answers, for the draft."""
        return self.filling.kept()

    def _note(self, places: set[Place]) -> None:
        for place in places:
            self.turns[place] = self.turns.get(place, 0) + 1
        self.changed()
