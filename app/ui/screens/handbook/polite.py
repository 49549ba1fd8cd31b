"""礼貌用语 (polite phrases) of the handbook, offered where somebody writes to residents (T): a tap puts one into the
text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import flet as ft

from app.actions import Session
from app.ui.context import language_code, use_read, use_ui
from app.ui.kit.buttons import small_button
from app.ui.kit.lists import group, list_row
from app.ui.kit.notices import use_sheet
from app.ui.kit.phrases import BREAKS
from app.ui.texts import t

Phrases = list[tuple[str, tuple[str, ...]]]


@ft.component
def PolitePhrases(text: str, put: Callable[[str], object], key: str | None = None) -> ft.Control:
    """Draw the button under a text field, and the sheet of phrases by their occasion; nothing where the handbook has
    none. ``put`` gets the text with the phrase at its end."""
    ui = use_ui()
    opened, set_opened = ft.use_state(False)
    speaks = language_code(ui.page)
    found: Phrases = use_read(lambda s: _phrases(s, speaks), speaks)

    def take(phrase: str) -> None:
        set_opened(False)
        put(f"{text}，{phrase}" if text and text[-1] not in BREAKS else f"{text}{phrase}")

    def rows() -> list[ft.Control]:
        return [
            group(name, [list_row(f"polite-{n}-{m}", one, partial(take, one)) for m, one in enumerate(said)],
                  id=f"polite-{n}")
            for n, (name, said) in enumerate(found)
        ]  # fmt: skip

    use_sheet(opened, t("handbook.kind.phrases"), rows, lambda: set_opened(False), id="polite-sheet")
    if not found:
        return ft.Container()
    return small_button("polite", t("handbook.kind.phrases"), lambda: set_opened(True), tone="text",
                        icon=ft.Icons.CHAT_OUTLINED)  # fmt: skip


def _phrases(session: Session, speaks: str) -> Phrases:
    return session.handbook.phrases(speaks)
