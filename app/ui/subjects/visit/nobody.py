"""没有见到人: recording in two taps why nobody was met, from a door's page or the round (E)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.actions.models import VisitForm
from app.ui.context import Ui, new_tap
from app.ui.kit.base import column, quiet
from app.ui.kit.lists import list_row
from app.ui.kit.notices import use_sheet
from app.ui.subjects.visit.face import not_met_words
from app.ui.subjects.visit.fields import NOT_MET, NOT_MET_ICONS
from app.ui.texts import t


@dataclass(frozen=True)
class _Door:
    household_id: str
    occasion: str


def use_nobody(ui: Ui, then: Callable[[], object] = lambda: None) -> Callable[[str, str], None]:
    """Hook: return a function that opens the sheet of reasons for a household and an occasion.

    ``then`` runs after saving. The reason "other" opens the visit's form, where it is written down.
    """
    asked: _Door | None = None
    door, set_door = ft.use_state(asked)
    tap, set_tap = ft.use_state(new_tap())

    async def met_nobody(why: str) -> None:
        if door is None:
            return
        set_door(None)
        if why == "other":
            ui.go(f"/visit/new/{door.household_id}", met=False)
            return
        form = VisitForm(tap, door.household_id, door.occasion, met=False, not_met=why)
        saved = await ui.do(ui.session.visits.record(form), saved=t("household.nobody_saved", why=not_met_words(why)))
        if saved is not None:
            # Until it is saved, another tap counts as the same one, so that what a full phone kept in memory is not
            # written twice.
            set_tap(new_tap())
            then()

    def reasons() -> list[ft.Control]:
        rows = [
            list_row(f"nobody-{why}", not_met_words(why), partial(met_nobody, why), leading=NOT_MET_ICONS[why])
            for why in NOT_MET
        ]
        return [quiet(t("household.nobody_says")), column(rows, gap=0)]

    use_sheet(door is not None, t("household.nobody_heading"), reasons, lambda: set_door(None), id="nobody-sheet")
    return lambda household_id, occasion: set_door(_Door(household_id, occasion))
