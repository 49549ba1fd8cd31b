"""The pages that every type of record gets without its own code: its page, and the correction of one of its entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import flet as ft

from app.actions.models import StepRow, SubjectView
from app.domain.subjects import SUBJECTS, access
from app.ui.context import cloud_of, if_here, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import flow, quiet, tag, title
from app.ui.kit.buttons import Action, MainAction
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.photo_steps import PHOTO_TAKEN
from app.ui.record_history import record_history
from app.ui.router import Route
from app.ui.screens.photo.take import photo_path
from app.ui.subjects import FACES, Face
from app.ui.subjects.ticket.gate import shut, use_meant
from app.ui.subjects.ticket.step_form import phrases, step_screen, text_setter
from app.ui.texts import t

Screen = Callable[..., ft.Control]


def page_screen(face: Face) -> Screen:
    """Return the page for a type of record that has none of its own: its head, its history, a button for photos."""

    @ft.component
    def SubjectScreen(subject_id: str) -> ft.Control:
        ui = use_ui()
        now = use_now()
        view: SubjectView[Any] | None = use_read(
            lambda s: if_here(lambda: face.read(s, subject_id)), face.type, subject_id
        )
        ft.use_effect(lambda: ui.session.in_view([(face.type, subject_id)]), [subject_id])
        if view is None:
            gone = empty_state(*face.gone(), mark=ft.Icons.SEARCH_OFF)
            return Scaffold(face.called(), [gone], id=face.type, on_back=ui.back)
        photo = Action(
            t("common.page.record"),
            lambda: ui.go(photo_path(face.type, subject_id)),
            icon=ft.Icons.PHOTO_CAMERA_OUTLINED,
        )
        return Scaffold(
            face.title(view),
            [face.head(view, now), *face.more(view, ui.go), record_history(ui, view, now)],
            id=face.type,
            sub=face.sub(view, now),
            on_back=ui.back,
            cloud=cloud_of(ui),
            action=photo if access.may(ui.session.roles_on(view.state), PHOTO_TAKEN) else None,
        )

    return SubjectScreen


@ft.component
def SubjectPane(face: Face, subject_id: str, acts: Sequence[ft.Control] = (), key: str | None = None) -> ft.Control:
    """Draw a record of any type beside the desk's list: its head, what its page tells besides, its history, and the way
    to the page itself, where it is worked on. ``acts`` are buttons for what can be done to it from here."""
    ui = use_ui()
    now = use_now()
    view: SubjectView[Any] | None = use_read(lambda s: if_here(lambda: face.read(s, subject_id)), face.type, subject_id)
    ft.use_effect(lambda: ui.session.in_view([(face.type, subject_id)]), [subject_id])
    if view is None:
        return empty_state(*face.gone(), mark=ft.Icons.SEARCH_OFF)
    opened = Action(face.opens(), lambda: ui.go(face.page(subject_id)), icon=ft.Icons.OPEN_IN_FULL_ROUNDED)
    body = ft.Column(
        [
            title(face.title(view)),
            face.head(view, now),
            *([flow(acts)] if acts else []),
            *face.more(view, ui.go),
            record_history(ui, view, now),
        ],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    # No key opens it: keys never lead away from the desk.
    whole = ft.Column([body, MainAction(opened)], expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return tag(face.type, whole, expand=True)


def amend_screen(face: Face) -> Screen:
    """Return the screen that corrects one entry: its content, to be changed, and the reason.

    An entry that was corrected before can be corrected again only after a tap that confirms it is meant.
    """

    @ft.component
    def AmendScreen(subject_id: str, entry_id: str) -> ft.Control:
        ui = use_ui()
        view: SubjectView[Any] | None = use_read(
            lambda s: if_here(lambda: face.read(s, subject_id)), face.type, subject_id
        )
        target = next((s for s in view.steps if s.entry.id == entry_id and s.amendable), None) if view else None
        meant = use_meant(f"amend:{entry_id}")
        if view is None or target is None or not (meant.now or not target.amendments):
            back = (face.opens(), lambda: ui.replace(face.page(subject_id)))
            return shut(ui, t("repair.nothing_here_more"), back, meant.mean if target is not None else None)
        return AmendForm(face, view, target)

    return AmendScreen


@ft.component
def AmendForm(face: Face, view: SubjectView[Any], target: StepRow) -> ft.Control:
    """Draw the correction form of the entry's kind, filled with the entry's present content."""
    ui = use_ui()
    session, correction = ui.session, face.correction(target.kind)
    draft = use_draft(f"amend:{target.entry.id}", {**correction.form(target.body), "reason": ""})
    # Changes are measured against the entry as it is now, also when the form comes back after a kill.
    before = dict(target.body)
    reason = str(draft.values["reason"])
    whole = {**before, **correction.body(draft.values, session)}
    whole = {name: value for name, value in whole.items() if value not in (None, "")}

    async def save() -> None:
        verb = session.amend(target.entry.id, whole, reason, once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.replace(face.page(view.card.id)))

    missing = correction.missing(draft.values, whole, view.state)
    if missing is None and whole == before:
        missing = t("repair.amend.need_change")
    if missing is None and not reason.strip():
        missing = t("repair.amend.need_reason")
    content: list[ft.Control] = [quiet(t("repair.amend.says"))]
    if view.state.signatures:
        content.append(notice(t("repair.amend.signed"), id="amend-signed"))
    was = face.says(target.kind, target.body, session.staff_name, ui.now())
    old = long_txt(was, ft.TextThemeStyle.BODY_MEDIUM, color=ft.Colors.ON_SURFACE_VARIANT)
    content.append(section(t("repair.amend.before"), [old], id="amend-before"))
    why = TextBox(
        "amend-reason",
        t("repair.amend.reason"),
        reason,
        text_setter(draft, "reason"),
        phrases=phrases("repair.amend.phrases"),
        key=f"reason-{draft.once}",
    )
    correction.estate = session.estate_of(view.state)
    content += correction.fields(draft, why)
    return step_screen(
        ui,
        "amend",
        t("repair.amend.heading", what=face.step_name(target.kind, target.body)),
        view,
        content,
        Action(t("repair.amend.save"), save, enabled=missing is None, hint=missing),
        draft=draft,
    )


def routes_of(face: Face) -> list[Route]:
    """Return a type's routes of the shared pages: its page, unless it has its own, and corrections where allowed."""
    page = face.page("{subject_id}")
    made = [] if face.own_page else [Route(page, page_screen(face))]
    amend = face.amend_page("{subject_id}", "{entry_id}")
    if not face.own_corrections and any(kind.amendable for kind in SUBJECTS[face.type].kinds):
        made.append(Route(amend, amend_screen(face), parent=page))
    return made


ROUTES: Final = tuple(route for face in FACES.values() for route in routes_of(face))
