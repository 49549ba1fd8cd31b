"""Reading, approving and writing an analysis of a quarter's complaints (C.7)."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions import Session
from app.actions.analyses import AnalysisForm, AnalysisView
from app.actions.models import Card
from app.domain.subjects.analysis import span
from app.domain.subjects.matter.kinds import DEPARTMENTS
from app.ui import estates
from app.ui.context import Ui, cloud_of, if_here, new_tap, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.record_history import record_history
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you, use_made
from app.ui.subjects import face_of
from app.ui.subjects.analysis.face import analysis_head, department_word, quarter_words
from app.ui.subjects.ticket.step_form import phrases, text_setter
from app.ui.texts import t

ASKED: Final = ("cause", "corrective", "preventive")
_SHOWN: Final = 30
"""Most complaints that are listed above the form; the page of figures has them all."""


def write_path(department: str, quarter: str) -> str:
    """Return the path of the form for a department's analysis of a quarter."""
    return f"/analysis-write/{department}/{quarter}"


@ft.component
def AnalysisScreen(analysis_id: str) -> ft.Control:
    """The page of an analysis: the manager approves it here; the head of the department can open the form to change
    it."""
    ui = use_ui()
    now = use_now()
    view: AnalysisView | None = use_read(lambda s: if_here(lambda: s.analyses.view(analysis_id)), analysis_id)
    tap, _ = use_made(new_tap)
    if view is None:
        gone = empty_state(t("analysis.gone"), t("analysis.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("analysis.noun.analysis"), [gone], id="analysis", on_back=ui.back)
    written, said = view.state.written, view.state.body

    async def approve() -> None:
        assert written is not None
        await ui.do(ui.session.analyses.approve(analysis_id, written.id, once=tap), saved=t("analysis.approved"))

    path = write_path(str(said.get("department") or ""), str(said.get("quarter") or ""))
    change = Action(t("analysis.change"), lambda: ui.go(path), id="second-action", icon=ft.Icons.EDIT_OUTLINED)
    action = Action(t("analysis.approve"), approve, icon=ft.Icons.APPROVAL_OUTLINED) if view.approves else None
    return Scaffold(
        t("analysis.noun.analysis"),
        [analysis_head(view, now), record_history(ui, view, now)],
        id="analysis",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
        second=change if view.writes else None,
    )


def _read(session: Session, department: str, quarter: str) -> tuple[AnalysisView | None, tuple[Card, ...]] | None:
    """Return the analysis if there is one yet, and the department's complaints of the quarter.

    ``None`` for a path that names no department or quarter.
    """
    try:
        since, until = span(quarter)
    except ValueError:
        return None
    if department not in DEPARTMENTS:
        return None
    there = session.analyses.there(department, quarter)
    view = if_here(lambda: session.analyses.view(there)) if there is not None else None
    return view, session.matters.figures(since, until).complaints.get(department, ())


@ft.component
def WriteScreen(department: str, quarter: str) -> ft.Control:
    """The form's screen, for those who may write the department's analyses."""
    ui = use_ui()
    found = use_read(lambda s: _read(s, department, quarter), department, quarter)
    if found is None or not ui.session.analyses.may_write(department):
        return not_for_you(ui, t("analysis.noun.analysis"), id="analysis-write")
    return WriteForm(department, quarter, *found)


@ft.component
def WriteForm(department: str, quarter: str, view: AnalysisView | None, complaints: tuple[Card, ...]) -> ft.Control:
    """The form: the complaints, then three questions about them. It begins with what the analysis says now, if there is
    one."""
    ui = use_ui()
    before = view.state.body if view is not None else {}
    draft = use_draft(f"analysis:{department}:{quarter}", {name: str(before.get(name) or "") for name in ASKED})
    said = {name: str(draft.values[name]).strip() for name in ASKED}
    nowhere = ui.session.estate is None
    lacks = next((t("analysis.need", what=t(f"analysis.ask.{name}")) for name in ASKED if not said[name]), None)
    lacks = t("estates.missing") if nowhere else lacks

    async def save() -> None:
        draft.flush()
        verb = ui.session.analyses.write(AnalysisForm(department, quarter, **said), once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda saved: ui.replace(face_of("analysis").page(saved.subject_id)))

    content: list[ft.Control] = [quiet(t("analysis.says")), *_complaints(ui, complaints)]
    content += [
        TextBox(
            f"analysis-{name}", t(f"analysis.ask.{name}"), str(draft.values[name]), text_setter(draft, name), lines=3,
            most=4000, phrases=phrases(f"analysis.phrases.{name}"), key=f"{name}-{draft.once}",
        )
        for name in ASKED
    ]  # fmt: skip
    if view is not None and view.state.approved is not None:
        content.insert(0, quiet(t("analysis.approval_goes")))
    action = Action(t("analysis.save"), save, icon=ft.Icons.CHECK_ROUNDED, enabled=lacks is None, hint=lacks)
    anew = small_button("analysis-discard", t("desk.discard"), draft.discard, tone="text")
    return Scaffold(
        f"{department_word(department)} {quarter_words(quarter)}",
        content,
        id="analysis-write",
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[anew] if draft.restored else [],
        action=action,
    )


def _complaints(ui: Ui, complaints: tuple[Card, ...]) -> list[ft.Control]:
    if not complaints:
        return [quiet(t("analysis.no_complaints"))]
    rows: list[ft.Control] = []
    for card in complaints[:_SHOWN]:
        face = face_of(card.type)
        path = face.page(card.id)
        rows.append(list_row(f"of-{card.id}", face.heading(card), lambda p=path: ui.go(p), sub=card.content, lines=1))
    return [group(t("analysis.complaints"), rows, count=len(complaints), id="complaints")]


ROUTES: Final = (
    Route("/analysis/{analysis_id}", AnalysisScreen, parent="/matters/figures"),
    Route("/analysis-write/{department}/{quarter}", WriteScreen, parent="/matters/figures"),
)
