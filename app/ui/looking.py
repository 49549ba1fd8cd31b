"""Looks 查阅 at what only those read who need it: recorded before anything is shown (S, P3, Y4)."""

from __future__ import annotations

import flet as ft

from app.domain.wire.errors import Problem
from app.ui.context import Ui


def use_noted(ui: Ui, household_id: str | None, what: str) -> bool:
    """Hook: record that this person looks at the part ``what`` of a household's archive, and tell whether it is
    recorded: until then nothing of it is drawn. Nothing is recorded without both, and the answer is yes.

    A full disk is told, and keeps nobody from a number that somebody's life may hang on: the look is in the open store,
    and goes up with the next sync.
    """
    wanted = f"{what}/{household_id}" if household_id and what else ""
    noted, set_noted = ft.use_state("")

    async def note() -> None:
        if not wanted or household_id is None:
            return
        try:
            await ui.session.doors.looked(household_id, what)
        except Problem as problem:
            ui.tell(problem)
        set_noted(wanted)

    ft.use_effect(note, [wanted])
    return noted == wanted
