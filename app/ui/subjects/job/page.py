"""A job's page: the paper 《工作单》, what was done as stamped steps, and one main action (B)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import JobView, Saved
from app.domain import roles
from app.domain.rules.state import CHANGED
from app.domain.subjects import access
from app.domain.subjects.job import state as st
from app.domain.subjects.job.kinds import JOB
from app.domain.wire.errors import Problem
from app.ui import estates
from app.ui.context import cloud_of, if_here, use_now, use_read, use_ui
from app.ui.entry_steps import entry_steps
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.long import long_txt
from app.ui.kit.money import fee_table, section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, stamp_badge, ticket_paper, urgent_chip
from app.ui.kit.timeline import timeline
from app.ui.photo_steps import PHOTO_TAKEN
from app.ui.screens.desk.parts import ring
from app.ui.screens.photo.take import photo_path, view_path
from app.ui.signatures import copies_of
from app.ui.subjects.job.face import clock_marks, department_words, job_fees, job_word
from app.ui.texts import moment_text, t

ICONS: Final = {
    "accept": ft.Icons.CHECK_ROUNDED,
    "finish": ft.Icons.CHECK_ROUNDED,
    "report": ft.Icons.CAMPAIGN_OUTLINED,
    "escalate": ft.Icons.NORTH_ROUNDED,
    "decide": ft.Icons.GAVEL_ROUNDED,
    "sign": ft.Icons.DRAW_OUTLINED,
    "by_phone": ft.Icons.CALL_OUTLINED,
    "confirm": ft.Icons.FACT_CHECK_OUTLINED,
    "send_back": ft.Icons.UNDO_ROUNDED,
    "call_back": ft.Icons.CALL_OUTLINED,
    "file": ft.Icons.INVENTORY_2_OUTLINED,
    "give": ft.Icons.PERSON_ADD_ALT,
    "void": ft.Icons.BLOCK,
    "fault": ft.Icons.REPORT_GMAILERRORRED,
}
NEVER_MAIN: Final = frozenset(("give", "void", "report", "fault"))
"""Steps that are never the main action, even when they are the first that is possible."""
FAULTERS: Final = frozenset(
    (roles.DESK, roles.ENGINEERING_SUPERVISOR, roles.SERVICE_SUPERVISOR, roles.ENVIRONMENT_SUPERVISOR)
) | {roles.MANAGER, roles.ADMIN}
"""Roles that may record breaches that no program can find by itself (B.7)."""


def at_once(session: Session, view: JobView, verb: str) -> Callable[[str], Awaitable[Saved]] | None:
    """Return what saves a step that takes only a tap, given the tap's id; None for a step that has a screen."""
    job_id = view.state.id
    if verb == "accept":
        return lambda once: session.record(JOB, job_id, "job_accepted", {}, once=once)
    if verb == "confirm":
        return lambda once: session.jobs.confirm(view, once=once)
    if verb == "file":
        return lambda once: session.record(JOB, job_id, "job_filed", {}, once=once)
    return None


@ft.component
def JobScreen(subject_id: str) -> ft.Control:
    """A job's page."""
    ui = use_ui()
    now = use_now()
    view: JobView | None = use_read(lambda s: if_here(lambda: s.jobs.view(subject_id)), subject_id)
    count = len(view.steps) if view else 0
    once = ft.use_memo(ui.session.new_id, [subject_id, count])

    def opened() -> None:
        ui.session.in_view([(JOB, subject_id)])
        try:
            ui.session.todo.saw(JOB, subject_id)
        except Problem as problem:
            ui.tell(problem)

    ft.use_effect(opened, [subject_id])
    if view is None:
        gone = empty_state(t("common.page.gone"), t("common.page.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("job.noun.job"), [gone], id="job", on_back=ui.back)
    session, job = ui.session, view

    def run(verb: str) -> Callable[[], Awaitable[None]]:
        async def tapped() -> None:
            do = at_once(session, job, verb)
            if do is None:
                ui.go(f"/job/{subject_id}/{verb}")
            else:
                await ui.do(do(once))

        return tapped

    main = next((verb for verb in job.verbs[:1] if verb not in NEVER_MAIN), None)
    others = [verb for verb in job.verbs if verb != main]
    if session.roles_on(job.state) & FAULTERS:
        others.append("fault")
    action = Action(t(f"job.do.{main}"), run(main), icon=ICONS[main]) if main is not None else None
    photo = icon_button(
        "job-photo", ft.Icons.PHOTO_CAMERA_OUTLINED, t("photo.heading"), lambda: ui.go(photo_path(JOB, subject_id))
    )
    steps = entry_steps(
        job.steps,
        job.card,
        session,
        now,
        view=job,
        verdicts=job.verdicts,
        on_correct=lambda entry_id: ui.go(f"/job/{subject_id}/amend/{entry_id}"),
        on_photo=lambda entry_id: ui.go(view_path(JOB, subject_id, entry_id)),
    )
    check = list_row(
        "verify",
        t("common.page.verify"),
        lambda: ui.go(f"/job/{subject_id}/verify"),
        leading=ft.Icons.VERIFIED_OUTLINED,
    )
    content: list[ft.Control] = [
        *_notices(job, now),
        drawn(f"paper-{subject_id}", lambda: _paper(job, now), what=job.card.number or ""),
        *copies_of(job.state.signatures.values(), now),
    ]
    if main is None and job.state.stage not in st.ENDED:
        content.append(_waits(job))
    if others:
        content.append(
            flow([small_button(f"job-{v}", t(f"job.do.{v}"), run(v), icon=ICONS[v], tone=_tone(v)) for v in others])
        )
    content.append(section(t("ticket.timeline"), [timeline(steps, id="past"), check]))
    return Scaffold(
        job_word("kind", job.card.kind),
        content,
        id="job",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[photo] if access.may(session.roles_on(job.state), PHOTO_TAKEN) else [],
        action=action,
    )


def _tone(verb: str) -> str:
    return "text" if verb in ("void", "give", "fault") else "tonal"


def _notices(view: JobView, now: int) -> list[ft.Control]:
    s, made = view.state, list[ft.Control]()
    if s.escalated is not None:
        reason, who = str(s.escalated["reason"]), view.decider_name
        made.append(notice(t("job.escalated_to", name=who, reason=reason), kept=t("job.escalated_kept"), id="job-up"))
    if s.signature == CHANGED:
        made.append(notice(t("ticket.changed_notice"), kept=t("ticket.changed_kept"), tone="red", id="notice-changed"))
    if s.flags:
        made.append(notice(t("ticket.flag_notice", n=len(s.flags)), kept=t("job.flag_kept"), id="notice-flagged"))
    return made


def _waits(view: JobView) -> ft.Control:
    """Return whom the job is waiting for, when it is not this person."""
    who = {
        st.ESCALATED: view.decider_name,
        st.DONE: t("job.waits.supervisor", department=department_words(view.state.department)),
        st.CONFIRMED: t("shell.role.desk"),
        st.CALLED_BACK: t("shell.role.desk"),
    }.get(view.state.stage, view.receiver_name)
    return quiet(t("job.waits.for", name=who, stage=job_word("stage", view.state.stage)))


def _paper(view: JobView, now: int) -> ft.Control:
    s = view.state
    marks: list[ft.Control] = [*clock_marks(view.clock), chip(job_word("stage", s.stage), "plain")]
    if s.urgent:
        marks.insert(0, urgent_chip())
    if s.signature == CHANGED:
        marks.append(stamp_badge("changed"))
    if view.card.unsent:
        marks.append(stamp_badge("unsent"))
    due = t("job.due_line", when=moment_text(s.due_at, now)) if s.due_at else ""
    more: list[ft.Control] = [
        column([txt(t("job.requirements"), ft.TextThemeStyle.TITLE_SMALL), long_txt(s.requirements)], gap=2),
        quiet(" · ".join(part for part in (t("job.receiver", name=view.receiver_name), due) if part)),
    ]
    if s.served_name or s.served_phone:
        more.append(quiet(t("job.served", name=s.served_name or s.served_phone)))
    if s.served_phone:
        words = t("desk.asked.call", phone=s.served_phone)
        more.append(small_button("job-call", words, lambda: ring(s.served_phone), icon=ft.Icons.CALL_OUTLINED))
    if s.fees:
        more.append(fee_table(job_fees(s.fees["lines"]), id="job-fees"))
    if s.end_reason and s.stage in (st.VOIDED, st.ENDED_EARLY):
        more.append(quiet(t("job.ended_because", reason=s.end_reason)))
    return ticket_paper(
        kind=job_word("kind", s.kind),
        number=s.number or t("ticket.no_number"),
        address=s.address,
        problem=s.content,
        who=t("job.sender", name=view.sender_name),
        when=moment_text(s.sent_at, now),
        marks=marks,
        more=more,
        above=estates.head_of(s),
        id="job-paper",
    )
