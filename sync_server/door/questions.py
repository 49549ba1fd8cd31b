"""The questions of a form as HTML, for residents' pages: they work without scripts, and whatever people wrote stands in
them as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from html import escape
from typing import Final

from app.domain.forms import Filling, Place
from app.domain.forms import definition as d

MOST_BUTTONS: Final = 10
"""A whole number of which so few are possible is chosen, not typed."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How a page asks the questions of a form.

    ``wrong``: what is wrong with an answer, by path, in the page's language; ``leave_out``: paths of questions that the
    page answers by itself; ``most``: the largest number a question takes here, by path, counted from 1; ``scale``:
    choices are marks, shown by their names; ``longest``: most characters of an answer.
    """

    language: str
    filling: Filling
    wrong: Mapping[str, str]
    leave_out: Set[str] = frozenset()
    most: Mapping[str, int] = field(default_factory=dict)
    scale: bool = False
    longest: int = 2_000

    def below(self, above: Place) -> Iterator[str]:
        """Yield the questions below a place, in the form's order. What no browser answers (photos, rows) is not
        asked."""
        for kids in above.kids.values():
            for place in kids:
                if place.relevant and place.path not in self.leave_out:
                    yield from self._one(place)

    def _one(self, place: Place) -> Iterator[str]:
        label, kind = escape(self.filling.label(place, self.language)), place.question.type
        if kind == d.GROUP:
            yield f"<h2>{label}</h2>"
            yield from self.below(place)
        elif kind == d.SELECT_ONE:
            shown = [(one.name, self.filling.told(place, one.label, self.language) or one.name) for one in
                     self.filling.choices(place)]  # fmt: skip
            yield from self._buttons(label, place, shown, "choices scale" if self.scale else "choices")
        elif kind == d.INTEGER and place.path in self.most and self.most[place.path] <= MOST_BUTTONS:
            numbers = [(str(one), str(one)) for one in range(1, self.most[place.path] + 1)]
            yield from self._buttons(label, place, numbers, "choices numbers")
        elif kind in (d.TEXT, d.INTEGER):
            yield from self._text(label, place)

    def _buttons(self, label: str, place: Place, shown: list[tuple[str, str]], style: str) -> Iterator[str]:
        yield f'<fieldset><legend>{label}</legend><div class="{style}">'
        for name, words in shown:
            checked = " checked" if place.value == name else ""
            yield (
                f'<label class="choice"><input type="radio" name="{escape(place.path)}" value="{escape(name)}"{checked}'
                f' aria-label="{escape(words)}"><span>{escape(name if self.scale else words)}</span></label>'
            )
        yield f"</div>{self._wrong(place)}</fieldset>"

    def _text(self, label: str, place: Place) -> Iterator[str]:
        name, value = escape(place.path), escape(place.value)
        looks = place.question.appearance.split()
        yield f'<label for="{name}">{label}</label>'
        if "multiline" in looks:
            yield f'<textarea id="{name}" name="{name}" rows="3" maxlength="{self.longest}">\n{value}</textarea>'
        else:
            kind = "tel" if "numbers" in looks else "text"
            mode = ' inputmode="numeric"' if place.question.type == d.INTEGER else ""
            yield f'<input id="{name}" name="{name}" type="{kind}" maxlength="100"{mode} value="{value}">'
        yield self._wrong(place)

    def _wrong(self, place: Place) -> str:
        return f'<p class="problem">{escape(self.wrong[place.path])}</p>' if place.path in self.wrong else ""
