"""A quiet hint under a text field when a word not to use is typed (T): what can be said instead, one tap away. It never
blocks, and nothing is changed unless somebody taps.

The kit knows no handbook: the window brings the words (``install``), and asks for them only once something is typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import flet as ft

from app.domain.rules.handbook import Avoided, instead_of, to_avoid
from app.ui.kit.base import column, flow, icon, of_window, quiet, row, tag
from app.ui.kit.buttons import small_button
from app.ui.texts import t

_KEY: Final = "shangmen.wording"
Words = Callable[[], Sequence[Avoided]]


class Wording:
    """Where a window's words not to use come from."""

    def __init__(self) -> None:
        self.words: Words = tuple

    def found(self, text: str) -> Avoided | None:
        """Return the word not to use that stands in a text, if any."""
        return to_avoid(text, self.words()) if text.strip() else None


def install(page: ft.Page | ft.BasePage, words: Words) -> None:
    """Let a window's text fields know the words not to use."""
    of_window(page, _KEY, Wording).words = words


def hint(id: str, text: str, put: Callable[[str], object]) -> list[ft.Control]:
    """Return the hint for what stands in a field; nothing where all can be said. ``put`` gets the mended text."""
    one = of_window(ft.context.page, _KEY, Wording).found(text)
    if one is None:
        return []
    mark = icon(ft.Icons.LIGHTBULB_OUTLINE_ROUNDED, 20, ft.Colors.TERTIARY)
    words: list[ft.Control] = [row([mark, quiet(t("handbook.avoid", word=one.word), expand=True)], gap=8)]
    mended = instead_of(text, one)
    if mended != text:
        words.append(
            flow([small_button(f"{id}-instead", t("handbook.instead", words=one.instead), lambda: put(mended))])
        )
    elif one.instead:
        words.append(quiet(t("handbook.instead", words=one.instead)))
    return [tag(f"{id}-wording", column(words, gap=4))]
