"""已有结果 (settled): record what became of a promise made at a door (E), in two taps or in one's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import flet as ft

from app.actions.models import PromiseRow
from app.ui.context import new_tap, use_ui
from app.ui.kit.base import txt
from app.ui.kit.buttons import Action, MainAction
from app.ui.kit.choose import Option, big_choice
from app.ui.kit.fields import TextBox
from app.ui.kit.notices import use_sheet
from app.ui.texts import t


def use_settle() -> Callable[[PromiseRow], None]:
    """Hook: return a function that opens the sheet for settling a promise."""
    ui = use_ui()
    promise, set_promise = ft.use_state(cast(PromiseRow | None, None))
    once, set_once = ft.use_state("")
    words, set_words = ft.use_state("")
    once_for: ft.MutableRef[tuple[str, int]] = ft.use_ref()

    def open_for(row: PromiseRow) -> None:
        if once_for.current != (row.visit.id, row.index):
            # The same promise again after its sheet was closed: what was typed is still there.
            once_for.current = (row.visit.id, row.index)
            set_once(new_tap())
            set_words("")
        set_promise(row)

    async def settle(outcome: str) -> None:
        if promise is None or not outcome.strip():
            return
        set_promise(None)
        await ui.do(ui.session.visits.settle_promise(promise.visit.id, promise.index, outcome.strip(), once=once))

    def content() -> list[ft.Control]:
        assert promise is not None
        outcomes = (
            (t("household.settle_done"), ft.Icons.CHECK_ROUNDED, "good"),
            (t("household.settle_refused"), ft.Icons.CLOSE_ROUNDED, "amber"),
            (t("household.settle_later"), ft.Icons.REMOVE_ROUNDED, "calm"),
        )
        options = [Option(str(n), label, mark, tone) for n, (label, mark, tone) in enumerate(outcomes)]
        return [
            txt(promise.what),
            big_choice(options, None, lambda n: settle(outcomes[int(n)][0]), id="outcome"),
            TextBox("outcome-words", t("household.settle_other"), words, set_words, most=1000),
            MainAction(
                Action(
                    t("household.settle_save"), lambda: settle(words), id="outcome-save", enabled=bool(words.strip())
                ),
                quiet=True,
            ),
        ]

    use_sheet(promise is not None, t("household.settle_heading"), content, lambda: set_promise(None), id="settle-sheet")
    return open_for
