"""A record of training: who was at a session, marks with their second sitting, the warning (V2, V3)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import flet as ft

from app.actions.models import Signature, SubjectView
from app.actions.trainings import Attendee
from app.domain.rules.marks import DISCIPLINE, THEORY, TO_RESIT, TO_WARN
from app.domain.subjects.training import SESSION, SUPERVISOR, TRAINING, TrainingState, marks
from app.domain.subjects.training.kinds import SUPERVISORS, TRAINERS
from app.ui import estates
from app.ui.context import Draft, Ui, cloud_of, if_here, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper, stamp_badge
from app.ui.record_history import record_history
from app.ui.router import Route
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.signing import SigningFlow
from app.ui.subjects.training.face import TrainingFace, topic_words
from app.ui.subjects.training.fields import MarkBoxes, marks_of
from app.ui.subjects.training.lists import PATH
from app.ui.texts import moment_text, t

_FACE: Final = TrainingFace()
_TONES: Final = {TO_RESIT: "amber", TO_WARN: "red"}


def _read(session: Any, subject_id: str) -> tuple[SubjectView[Any], list[Attendee]] | None:
    view = if_here(lambda: session.subject(TRAINING, subject_id))
    if view is None:
        return None
    return view, session.trainings.attendance(view.state) if view.state.kind == SESSION else []


@ft.component
def TrainingRecordScreen(subject_id: str) -> ft.Control:
    """The page of a record of training, with the one thing to do now."""
    ui = use_ui()
    now = use_now()
    found = use_read(lambda s: _read(s, subject_id), subject_id)
    ft.use_effect(lambda: ui.session.in_view([(TRAINING, subject_id)]), [subject_id])
    if found is None:
        gone = empty_state(*_FACE.gone(), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(_FACE.called(), [gone], id="training-record", on_back=ui.back)
    view, people = found
    return Scaffold(
        _FACE.called(),
        [_head(view, now), *_people(people), *_marks(view.state), record_history(ui, view, now)],
        id="training-record",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=_action(ui, view.state),
    )


def _head(view: SubjectView[Any], now: int) -> ft.Control:
    state: TrainingState = view.state
    marks_ = [chip(_FACE.kind_words(view.card)), chip(_FACE.stage_words(view.card), _TONES.get(state.stage, "good"))]
    marks_ += [stamp_badge("unsent")] if view.card.unsent else []
    topic = topic_words(str(state.body.get("topic") or ""), str(state.body.get("words") or ""))
    name = str(state.body.get("name") or "") or topic
    lines: list[ft.Control] = [quiet(topic)] if topic and name != topic else []
    if state.body.get("begun_at"):
        lines.append(quiet(moment_text(int(state.body["begun_at"]), now)))
    if state.body.get("minutes"):
        lines.append(quiet(t("training.minutes", n=state.body["minutes"])))
    heading = ft.Semantics(header=True, content=txt(name, ft.TextThemeStyle.HEADLINE_MEDIUM))
    return paper([*estates.head_of(state), flow(marks_), heading, column(lines, gap=2)], id="training-head", gap=10)


def _people(people: list[Attendee]) -> list[ft.Control]:
    if not people:
        return []
    rows: list[ft.Control] = [list_row(f"at-{one.staff_id}", one.name, None, trailing=_agrees(one)) for one in people]
    return [group(t("training.present"), rows, count=sum(one.confirmed for one in people), id="present")]


def _agrees(one: Attendee) -> ft.Control:
    if one.confirmed:
        return chip(t(f"training.at.{'both' if one.scanned else 'confirmed'}"), "good" if one.scanned else "plain")
    return chip(t("training.at.scanned"), "amber")


def _marks(state: TrainingState) -> list[ft.Control]:
    first, second = marks(state.body), marks(state.second)
    if first is None:
        return []
    said = [txt(t("training.split", all=first.total, theory=first.theory, discipline=first.discipline))]
    if second is not None:
        split = t("training.split", all=second.total, theory=second.theory, discipline=second.discipline)
        said.append(txt(t("training.second_split", what=split)))
    parts: list[ft.Control] = [section(t("training.result"), said, id="marks")]
    if state.stage == TO_WARN:
        parts.append(notice(t("training.warning", name=state.body.get("name") or ""), tone="amber", id="to-warn"))
    return parts


def _action(ui: Ui, state: TrainingState) -> Action | None:
    held, page = ui.session.roles_on(state), _FACE.page(state.id)
    mine = state.staff_id == ui.session.profile.staff_id
    if state.stage == TO_RESIT and held & TRAINERS and not mine:
        return Action(t("training.do.resit"), partial(ui.go, f"{page}/resit"), icon=ft.Icons.REPLAY_ROUNDED)
    if state.stage == TO_WARN and held & SUPERVISORS and not mine:
        return Action(t("training.do.warn"), partial(ui.go, f"{page}/warn"), icon=ft.Icons.DRAW_OUTLINED)
    return None


def _at(subject_id: str, stage: str) -> tuple[Ui, SubjectView[Any] | None]:
    ui = use_ui()
    view = use_read(lambda s: if_here(lambda: s.subject(TRAINING, subject_id)), TRAINING, subject_id)
    return ui, view if view is not None and (view.state.stage == stage or ui.saving) else None


@ft.component
def ResitScreen(subject_id: str) -> ft.Control:
    """The page for the marks of the second and last sitting."""
    ui, view = _at(subject_id, TO_RESIT)
    draft = use_draft(f"training-resit:{subject_id}", {"theory": "", "discipline": ""})
    if view is None:
        return shut(ui, t("repair.nothing_here_more"), (_FACE.opens(), lambda: ui.replace(_FACE.page(subject_id))))
    got = marks_of(draft.values)

    async def save() -> None:
        assert got is not None
        draft.flush()
        await ui.do(
            ui.session.trainings.resit(subject_id, got.theory, got.discipline, once=draft.once, draft=draft.key),
            then=lambda _: ui.replace(_FACE.page(subject_id)),
        )

    need = None if got is not None else t("training.need.marks", theory=THEORY, discipline=DISCIPLINE)
    action = Action(t("training.save_marks"), save, enabled=need is None, hint=need, icon=ft.Icons.CHECK_ROUNDED)
    return Scaffold(
        t("training.do.resit"),
        [quiet(t("training.last_time")), MarkBoxes(draft, key=draft.once)],
        id="training-resit",
        sub=str(view.state.body.get("name") or ""),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action,
    )


@ft.component
def WarnScreen(subject_id: str) -> ft.Control:
    """The page on which a supervisor signs the warning of who failed twice (V3)."""
    ui, view = _at(subject_id, TO_WARN)
    if view is None:
        return shut(ui, t("repair.nothing_here_waits"), (_FACE.opens(), lambda: ui.replace(_FACE.page(subject_id))))

    async def save(signature: Signature, drawing: Draft) -> None:
        drawing.flush()
        await ui.do(
            ui.session.trainings.warn(signature, once=drawing.once, draft=drawing.key),
            then=lambda _: ui.replace(_FACE.page(subject_id)),
            saved=t("training.warned"),
        )

    return SigningFlow(  # type: ignore[call-arg]
        t("training.do.warn"),
        ui.session.signing_content(TRAINING, subject_id, TRAINING),
        signer=SUPERVISOR,
        who={"name": ui.session.my_name, "capacity": "staff"},
        key_of_draft=f"training-warn:{subject_id}",
        save=save,
        on_close=ui.back,
        agree=t("training.agree"),
        key=subject_id,
    )


_PAGE: Final = "/training/{subject_id}"
ROUTES: Final = (
    Route(_PAGE, TrainingRecordScreen, parent=PATH),
    Route(f"{_PAGE}/resit", ResitScreen, parent=_PAGE),
    Route(f"{_PAGE}/warn", WarnScreen, parent=_PAGE, alone=True),
)
