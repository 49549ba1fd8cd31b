"""Hanging a new patrol tag: where it is (G.1, H)."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions import Session
from app.domain.subjects.tagging import KEEPERS
from app.domain.writing import tags
from app.ui import estates
from app.ui.context import cloud_of, use_draft, use_read, use_ui
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.subjects.thing.tags import own_buildings, own_in
from app.ui.subjects.ticket.step_form import phrases
from app.ui.texts import t

NAME_MOST: Final = 60


def _buildings(session: Session, estate: str) -> list[tuple[str, str]]:
    """Return where in an estate this person may hang a patrol point: the buildings they look after.

    For those who look after none, all buildings and "", the estate as a whole.
    """
    mine = own_in(session, estate)
    own = own_buildings(session.buildings_in(estate), mine, session.roles_in(estate))
    return own if mine else [("", t("newticket.whole_estate")), *own]


@ft.component
def NewPointScreen(code: str) -> ft.Control:
    """The form for a new patrol tag that was scanned: the name of the place and its building."""
    ui = use_ui()
    found = use_read(lambda s: s.keys.look_up_tag(code), code)
    # The tag's code contains its estate.
    buildings = use_read(lambda s: _buildings(s, found.estate), found.estate)
    # If only one answer is possible, it is chosen already.
    draft = use_draft(f"point:{code}", {"name": "", "building": buildings[0][0] if len(buildings) == 1 else None})
    name, building = str(draft.values["name"]), draft.values["building"]

    async def save() -> None:
        await ui.do(
            ui.session.keys.name_place(
                tags.POINT, name.strip(), found.code, building_id=building or None, estate=found.estate,
                once=draft.once, draft=draft.key,
            ),
            then=lambda saved: ui.replace(f"/place/{saved.subject_id}"),
        )  # fmt: skip

    may = bool(ui.session.roles_in(found.estate) & KEEPERS) and found.new
    content: list[ft.Control] = [notice(t("keys.place.hang_says"), tone="calm", id="hang-says")]
    where = ui.session.estate_name(found.estate)
    if where:
        content.insert(0, estates.line(where))
    if not may:
        content = [empty_state(t("keys.place.hung"), t("keys.place.hung_says"), mark=ft.Icons.LABEL_OFF_OUTLINED)]
    else:
        field = TextBox(
            "point-name", "", name, lambda text: draft.set("name", text), name=t("keys.place.where"), most=NAME_MOST,
            hint=t("keys.place.where_hint"), phrases=phrases("keys.place.phrases"),
        )  # fmt: skip
        inside: list[ft.Control] = [field]
        if len(buildings) > 1:
            inside.insert(0, pills(buildings, building, lambda chosen: draft.set("building", chosen), id="point-in"))
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


ROUTES: Final = (Route("/place/new/{code}", NewPointScreen),)
