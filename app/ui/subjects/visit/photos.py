"""Photos of a visit that is still being filled in (E): stored at once, saved in one transaction with the visit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.photos import HeldPhoto
from app.ui.context import Ui, if_here, use_read, use_ui
from app.ui.held_photos import use_held_photos
from app.ui.screens.photo.take import PhotoTaker, held_album
from app.ui.subjects.visit.fields import draft_key
from app.ui.subjects.visit.sign import no_visit
from app.ui.texts import t


def _held(session: Session, household_id: str) -> tuple[str, str, list[HeldPhoto]]:
    """Return the id of the visit that is being filled in ("" if there is none), its address, and its photos."""
    once = str((session.draft(draft_key(household_id)) or {}).get("_once") or "")
    home = if_here(lambda: session.doors.view(household_id))
    return once, home.household.address if home else "", session.photos.held(once) if once else []


@ft.component
def VisitPhotoScreen(household_id: str) -> ft.Control:
    """The camera, opened from the form."""
    ui = use_ui()
    visit_id, address, held = use_read(lambda s: _held(s, household_id), household_id)
    if not visit_id:
        return no_visit(ui, household_id)
    return PhotoTaker(held_album(ui, visit_id, held, f"photo:visit:{visit_id}", address))


def use_held(ui: Ui, visit_id: str, take: Callable[[], object]) -> Callable[[], ft.Control]:
    """Hook: return a function that draws the form's section of photos."""
    return use_held_photos(ui, visit_id, take, "visit-photos", t("photo.of_visit"))


PATH: Final = "/visit/new/{household_id}/photo"
