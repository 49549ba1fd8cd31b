"""Asking before a row of a repeat is taken away."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.domain.forms import Place
from app.ui.kit.buttons import Action
from app.ui.kit.notices import use_question
from app.ui.subjects.case.pen import Pen
from app.ui.texts import t


def use_removing(pen: Pen) -> Callable[[Place | None], None]:
    """Hook: return what asks whether a row goes, and takes it away when somebody says so."""
    removing: tuple[Place | None, Callable[[Place | None], None]] = ft.use_state(None)

    def remove() -> None:
        if removing[0] is not None:
            pen.remove(removing[0])

    use_question(
        removing[0] is not None, t("case.fill.remove_heading"), t("case.fill.remove_says"),
        Action(t("case.fill.remove"), remove, danger=True), lambda: removing[1](None), no=t("case.fill.keep"),
    )  # fmt: skip
    return removing[1]
