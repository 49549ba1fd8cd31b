"""A patrol point or another tagged place: what a scan of its tag opens, and hanging a new tag there (G.1, H)."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import SubjectView
from app.domain import access, tags
from app.domain.subjects.place import PLACE, PlaceState
from app.domain.subjects.tagging import KEEPERS
from app.ui.context import Ui, cloud_of, if_here, use_draft, use_now, use_read, use_ui
from app.ui.entry_steps import entry_steps
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.timeline import timeline
from app.ui.photo_steps import PHOTO_TAKEN
from app.ui.router import Route
from app.ui.screens.key_tags import own_buildings
from app.ui.screens.photo_take import photo_path, view_path
from app.ui.screens.step_form import phrases
from app.ui.subjects.place import place_head
from app.ui.texts import t

NAME_MOST: Final = 60


@ft.component
def PlaceScreen(place_id: str) -> ft.Control:
    """The page: which place this is, when somebody last recorded something here, and all of it below."""
    ui = use_ui()
    now = use_now()
    view = use_read(lambda s: if_here(lambda: s.place(place_id)), place_id)
    ft.use_effect(lambda: ui.session.in_view([(PLACE, place_id)]), [place_id])
    if view is None:
        gone = empty_state(t("keys.place.gone"), t("keys.place.gone_says"), mark=ft.Icons.WRONG_LOCATION_OUTLINED)
        return Scaffold(t("keys.place.heading"), [gone], id="place", on_back=ui.back)
    state = view.state
    photo = Action(
        t("keys.place.record"), lambda: ui.go(photo_path(PLACE, place_id)), icon=ft.Icons.PHOTO_CAMERA_OUTLINED
    )
    return Scaffold(
        t(f"scan.kind.{state.kind}"),
        [place_head(view, now), _past(view, ui, now)],
        id="place",
        sub=tags.spoken(state.tag or "") or None,
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=photo if access.may(ui.session.roles, PHOTO_TAKEN) else None,
    )


def _past(view: SubjectView[PlaceState], ui: Ui, now: int) -> ft.Control:
    steps = entry_steps(
        view.steps,
        view.card,
        ui.session,
        now,
        view=view,
        on_photo=lambda entry_id: ui.go(view_path(PLACE, view.state.id, entry_id)),
    )
    to_verify = f"/place/{view.state.id}/verify"
    check = list_row("verify", t("keys.place.verify"), lambda: ui.go(to_verify), leading=ft.Icons.VERIFIED_OUTLINED)
    return section(t("keys.place.history"), [timeline(steps, id="past"), check])


def _places(session: Session) -> list[tuple[str, str]]:
    """Where somebody may hang a patrol point: their buildings; "", the whole estate, for who oversees all of it."""
    mine = session.staff.building_ids
    own = own_buildings(session.store.refs("building"), mine, session.roles)
    return own if mine else [("", t("newticket.whole_estate")), *own]


@ft.component
def NewPointScreen(code: str) -> ft.Control:
    """A new patrol tag in the hand: where it is being hung."""
    ui = use_ui()
    found = use_read(lambda s: s.look_up_tag(code), code)
    places = use_read(_places)
    # The only answer there is, is given already.
    draft = use_draft(f"point:{code}", {"name": "", "building": places[0][0] if len(places) == 1 else None})
    name, building = str(draft.values["name"]), draft.values["building"]

    async def save() -> None:
        await ui.do(
            ui.session.name_place(
                tags.POINT, name.strip(), found.code, building_id=building or None, once=draft.once, draft=draft.key
            ),
            then=lambda saved: ui.replace(f"/place/{saved.subject_id}"),
        )

    may = bool(ui.session.roles & KEEPERS) and found.new
    content: list[ft.Control] = [notice(t("keys.place.hang_says"), tone="calm", id="hang-says")]
    if not may:
        content = [empty_state(t("keys.place.hung"), t("keys.place.hung_says"), mark=ft.Icons.LABEL_OFF_OUTLINED)]
    else:
        field = TextBox(
            "point-name", "", name, lambda text: draft.set("name", text), name=t("keys.place.where"), most=NAME_MOST,
            hint=t("keys.place.where_hint"), phrases=phrases("keys.place.phrases"),
        )  # fmt: skip
        inside: list[ft.Control] = [field]
        if len(places) > 1:
            inside.insert(0, pills(places, building, lambda chosen: draft.set("building", chosen), id="point-in"))
        content.append(section(t("keys.place.where"), inside))
    ready = bool(name.strip()) and building is not None
    return Scaffold(
        t("keys.place.hang"),
        content,
        id="new-point",
        sub=tags.spoken(found.code),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(t("keys.place.save"), save, enabled=ready, hint=None if ready else t("keys.place.missing"))
        if may
        else None,
    )


ROUTES: Final = (
    Route("/place/new/{code}", NewPointScreen),
    Route("/place/{place_id}", PlaceScreen),
)
