"""The code by which a household answers the survey on its own phone (F2): shown at the door, or sent by WeChat."""

from __future__ import annotations

import json
from typing import Final

import flet as ft

from app.domain.wire.errors import NO_NETWORK, Problem
from app.ui.context import cloud_of, use_read, use_ui
from app.ui.kit.base import quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.lists import empty_state
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.qr import qr_png
from app.ui.router import Route
from app.ui.subjects.survey_round.paths import SURVEY, link_path
from app.ui.texts import t


@ft.component
def LinkScreen(household_id: str) -> ft.Control:
    """The code of one household in the round that runs; it comes from the server."""
    ui = use_ui()
    address, set_address = ft.use_state("")
    problem, set_problem = ft.use_state("")
    home = use_read(lambda s: s.home(household_id), household_id)

    async def load() -> None:
        set_problem("")
        try:
            found = json.loads(await ui.session.surveys.link(household_id))
        except Problem as error:
            set_problem("offline" if error.kind is NO_NETWORK else "refused")
            return
        set_address(str(found["address"]))

    ft.use_effect(load, [household_id])

    async def copy() -> None:
        await ft.Clipboard().set(address)
        ui.toast(t("survey.link_copied"))

    content: list[ft.Control] = []
    if home is not None:
        content.append(txt(home.address, ft.TextThemeStyle.HEADLINE_MEDIUM))
    action = None
    if address:
        picture = ft.Image(src=qr_png(address), width=260, height=260, semantics_label=t("survey.link_heading"))
        white = ft.Container(picture, bgcolor=ft.Colors.WHITE, padding=12, alignment=ft.Alignment.CENTER)
        content.append(paper([white, quiet(t("survey.link_says"))], id="survey-code"))
        action = Action(t("survey.link_copy"), copy, icon=ft.Icons.COPY_ROUNDED)
    elif problem:
        says = t(f"survey.link_{problem}")
        content.append(empty_state(t("survey.link_none"), says, mark=ft.Icons.CLOUD_OFF_OUTLINED))
        action = Action(t("survey.link_again"), load, icon=ft.Icons.REFRESH_ROUNDED)
    else:
        content.append(quiet(t("survey.link_waits")))
    return Scaffold(
        t("survey.link_heading"), content, id="survey-link", on_back=ui.back, cloud=cloud_of(ui), action=action
    )


ROUTES: Final = (Route(link_path("{household_id}"), LinkScreen, parent=SURVEY),)
