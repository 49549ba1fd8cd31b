"""Photos of a visit that is still being filled in (E): kept at once, saved in one transaction with the visit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.photos import HeldPhoto
from app.domain.rules.photos import RECORD, Picture
from app.ui import theme
from app.ui.context import Ui, if_here, use_read, use_ui
from app.ui.kit.base import pressable, quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.money import section
from app.ui.kit.notices import use_question
from app.ui.photo_steps import SIDE
from app.ui.screens.photo.take import Album, PhotoTaker
from app.ui.subjects.visit.fields import draft_key
from app.ui.subjects.visit.sign import no_visit
from app.ui.texts import t


def _held(session: Session, household_id: str) -> tuple[str, str, list[HeldPhoto]]:
    """The visit being filled in, its door and the photos held for it; no visit: the first is empty."""
    once = str((session.draft(draft_key(household_id)) or {}).get("_once") or "")
    home = if_here(lambda: session.doors.view(household_id))
    return once, home.household.address if home else "", session.photos.held(once) if once else []


@ft.component
def VisitPhotoScreen(household_id: str) -> ft.Control:
    """The camera over the form."""
    ui = use_ui()
    visit_id, address, held = use_read(lambda s: _held(s, household_id), household_id)
    if not visit_id:
        return no_visit(ui, household_id)

    async def keep(picture: Picture, shows: str, draft: str) -> None:
        await ui.session.photos.hold(visit_id, picture, shows, once=ui.session.new_id(), draft=draft)

    album = Album(
        draft=f"photo:visit:{visit_id}",
        address=address,
        choices=(RECORD,),
        likely=RECORD,
        count=len(held),
        small=held[-1].picture.thumbnail if held else None,
        keep=keep,
        open_last=ui.back,
        saved_words="photo.held",
    )
    return PhotoTaker(album)


def use_held(ui: Ui, visit_id: str, take: Callable[[], object]) -> Callable[[], ft.Control]:
    """Hook: the form's section of photos; a tap on one asks whether it shall go."""
    held = use_read(lambda s: s.photos.held(visit_id), visit_id)
    asked, set_asked = ft.use_state("")

    def drop() -> None:
        ui.session.photos.drop(visit_id, asked)
        ui.settle_soon()

    use_question(
        bool(asked),
        t("photo.drop_heading"),
        t("photo.drop_says"),
        Action(t("photo.drop"), drop, danger=True),
        lambda: set_asked(""),
        no=t("photo.drop_not"),
        id="photo-drop",
    )
    return lambda: _section(held, set_asked, take)


def _section(held: list[HeldPhoto], ask: Callable[[str], None], take: Callable[[], object]) -> ft.Control:
    add = small_button("visit-photo", t("photo.add"), take, icon=ft.Icons.PHOTO_CAMERA_OUTLINED)
    if not held:
        return section(t("photo.heading"), [quiet(t("photo.of_visit"))], id="visit-photos", tool=add)
    made = [
        ft.Container(
            pressable(
                f"held-{photo.once[-12:]}",
                ft.Image(
                    src=photo.picture.thumbnail,
                    width=SIDE,
                    height=SIDE,
                    fit=ft.BoxFit.COVER,
                    border_radius=theme.RADIUS_SMALL,
                    gapless_playback=True,
                    exclude_from_semantics=True,
                ),
                lambda once=photo.once: ask(once),
                label=t("photo.held_one", n=number),
            ),
            width=SIDE,
            height=SIDE,
        )
        for number, photo in enumerate(held, 1)
    ]
    content = [ft.Row(list(made), wrap=True, spacing=8, run_spacing=8), quiet(t("photo.held_says", n=len(held)))]
    return section(t("photo.heading"), content, id="visit-photos", tool=add)


PATH: Final = "/visit/new/{household_id}/photo"
