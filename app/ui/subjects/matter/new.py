"""Recording a matter 登记: at the desk during a call, at a door, or during a visit (C.1, E)."""

from __future__ import annotations

from typing import Any, Final

import flet as ft

from app.actions.models import Household
from app.domain import roles
from app.domain.subjects.matter.kinds import EVERYBODY
from app.domain.subjects.parts import ANY_BUT_FINANCE
from app.ui import estates
from app.ui.context import cloud_of, use_draft, use_read, use_ui
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.router import Route
from app.ui.subjects.matter import fields
from app.ui.subjects.ticket.fields import people_words
from app.ui.subjects.ticket.new import home_of
from app.ui.subjects.visit.fields import draft_key
from app.ui.subjects.visit.form import restored_notice, use_discard
from app.ui.texts import t


def begin(home: Household | None, channel: str) -> dict[str, Any]:
    """Return the values of an empty form; for a household, with the first of its people as the one who says it."""
    start = {**fields.START, "channel": channel}
    if home is not None:
        start["household"] = home.id
        if home.people:
            start |= {"contact_name": home.people[0].name, "contact_phone": home.people[0].phone}
    return start


@ft.component
def MatterNewScreen(household_id: str = "") -> ft.Control:
    """The form, on one page; rarely needed fields open by 更多."""
    ui = use_ui()
    here = use_read(lambda s: home_of(s, household_id) if household_id else None, household_id)
    at_desk = bool(ui.session.roles & {roles.DESK, roles.SERVICE_SUPERVISOR, roles.MANAGER})
    draft = use_draft(
        f"matter-new:{household_id}" if household_id else "matter-new",
        begin(here, "phone" if at_desk and not household_id else "door") | {"estate": ui.session.estate},
    )
    values, update = draft.values, draft.update
    home = use_read(lambda s: home_of(s, str(values["household"])), values["household"])
    staff = use_read(lambda s: s.staff_list() if values["more"] else [], values["more"])

    def discard() -> None:
        draft.discard()
        ui.back()

    ask_discard = use_discard(discard)

    def take(found: Household) -> None:
        update(
            **{name: begin(found, "")[name] for name in ("household", "contact_name", "contact_phone")}, home_query=""
        )

    async def save() -> None:
        draft.flush()
        verb = ui.session.matters.open(fields.matter_form(values), once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda saved: ui.replace(f"/matter/{saved.subject_id}"), saved=t("matter.saved"))

    lacking = fields.missing(values, ui.session.several)
    which = estates.ask(ui.session, values["estate"], lambda key: update(estate=key), EVERYBODY, inside=True)
    content: list[ft.Control] = [*restored_notice(draft, ask_discard)]
    content.append(fields.class_section(str(values["kind"]), lambda kind: update(kind=kind)))
    if ui.session.roles & ANY_BUT_FINANCE:
        to_ticket = f"/ticket-new/{household_id}" if household_id else "/ticket-new"
        content.append(
            small_button(
                "is-repair", t("matter.is_repair"), lambda: ui.replace(to_ticket), icon=ft.Icons.HANDYMAN_OUTLINED,
                tone="text",
            )
        )  # fmt: skip
    content += [
        fields.where_section(values, update, home, ui.session.doors.find, take, which),
        fields.content_section(values, update, draft.once),
        fields.who_section(values, update, home),
        fields.channel_section(values, update),
    ]
    if values["more"]:
        content.append(fields.about_section(values, update, staff))
    else:
        content.append(
            small_button("matter-about-more", t("matter.about_more"), lambda: update(more=True), tone="text")
        )
    return Scaffold(
        t("matter.new"),
        content,
        id="matter-new",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(t("matter.save.new"), save, icon=ft.Icons.CHECK_ROUNDED, enabled=lacking is None, hint=lacking),
    )


@ft.component
def VisitMatterScreen(household_id: str) -> ft.Control:
    """The form for a matter that is raised during a visit: it is added to the visit's form and saved with it (E)."""
    return raised_matter(
        draft_key(household_id), f"visit-matter:{household_id}", household_id, t("matter.add_to_visit")
    )


def raised_matter(of: str, kept: str, household_id: str, add_words: str) -> ft.Control:
    """Hook: return the screen of a matter that is raised while another form is being filled in.

    ``of`` is the key of that form's draft: the matter is added to its ``matters`` and saved with it. ``kept`` is the
    key of this screen's own draft.
    """
    ui = use_ui()
    home = use_read(lambda s: home_of(s, household_id), household_id)
    draft = use_draft(kept, begin(home, "door"))
    values, update = draft.values, draft.update

    def add() -> None:
        whole = ui.forms.top(of)
        if whole is None:
            return
        whole.update(matters=[*whole.values["matters"], dict(values)])
        whole.flush()
        draft.discard()
        ui.back()
        ui.toast(t("matter.added"))

    # The place comes from the other form.
    lacking = fields.missing({**values, "nowhere": True})
    content: list[ft.Control] = []
    if home is not None:
        people = quiet(people_words(home))
        address = txt(home.address, ft.TextThemeStyle.HEADLINE_SMALL)
        content.append(paper([column([*estates.head_of(home), address, people], gap=4)]))
    content += [
        fields.class_section(str(values["kind"]), lambda kind: update(kind=kind)),
        fields.content_section(values, update, draft.once),
        fields.who_section(values, update, home),
    ]
    return Scaffold(
        t("matter.new"),
        content,
        id="visit-matter",
        on_back=ui.back,
        action=Action(add_words, add, icon=ft.Icons.ADD_ROUNDED, enabled=lacking is None, hint=lacking),
    )


ROUTES: Final = (
    Route("/matter-new", MatterNewScreen, parent="/matters"),
    Route("/matter-new/{household_id}", MatterNewScreen, parent="/household/{household_id}"),
    Route("/visit/new/{household_id}/matter", VisitMatterScreen, parent="/visit/new/{household_id}"),
)
