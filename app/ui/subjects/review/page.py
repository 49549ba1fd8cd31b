"""The review before a shift ends 下班前检查 (B.5): the day's unfinished jobs and tickets, each with its reason."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import Card, Unfinished
from app.domain import roles
from app.domain.subjects.review import BEFORE_END, REVIEW, SHIFT_ENDS
from app.domain.times import MINUTE, china_day
from app.domain.wire.errors import NOT_FOUND, Problem
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_draft, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, pressable, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.router import Route
from app.ui.screens.desk.parts import clock_of, form, not_for_you
from app.ui.subjects import face_of
from app.ui.subjects.ticket.step_form import phrases
from app.ui.texts import t

PATH: Final = "/review"
REVIEWERS: Final = frozenset((roles.DESK, roles.SERVICE_SUPERVISOR, roles.MANAGER, roles.ADMIN))
"""Roles that close the day (B.5)."""


def _read(session: Session) -> tuple[list[Unfinished], Card | None]:
    """Return what is unfinished today, and the review of the chosen estate if it is closed."""
    return session.jobs.unfinished(), session.jobs.closed_review()


@ft.component
def ReviewScreen() -> ft.Control:
    """The list of what is unfinished, what has no reason yet first; when everything has one, the shift can be
    closed."""
    ui = use_ui()
    now = use_now()
    once = ft.use_memo(ui.session.new_id, [china_day(now).isoformat()])
    items, closed = use_read(_read)
    if not ui.session.roles & REVIEWERS:
        return not_for_you(ui, t("review.noun.review"), id="review")
    left = [one for one in items if not one.reason]
    content: list[ft.Control] = []
    if closed is not None:
        path = face_of(REVIEW).page(closed.id)
        content.append(
            notice(t("review.closed"), tone="calm", act=(t("review.opens.review"), lambda: ui.go(path)), id="closed")
        )
    else:
        minutes = SHIFT_ENDS[0] * 60 + SHIFT_ENDS[1] - BEFORE_END // MINUTE
        content.append(quiet(t("review.when", at=f"{minutes // 60}:{minutes % 60:02d}")))
    content += [_row(ui, one, now) for one in items]
    if not items:
        content.append(
            empty_state(t("review.all_done"), t("review.all_done_says"), mark=ft.Icons.TASK_ALT_ROUNDED, id="all-done")
        )

    async def close() -> None:
        await ui.do(ui.session.jobs.close_review(once=once), saved=t("review.saved"))

    several = ui.session.several and ui.session.estate is None
    hint = t("review.left", n=len(left)) if left else t("estates.missing") if several else None
    action = Action(
        t("review.close"), close, icon=ft.Icons.CHECK_ROUNDED, enabled=not left and not several, hint=hint
    )  # fmt: skip
    return Scaffold(
        t("review.noun.review"),
        content,
        id="review",
        sub=t("review.count", n=len(items), left=len(left)) if items else None,
        under=estates.switch(ui),
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=action if closed is None else None,
    )


def _row(ui: Ui, one: Unfinished, now: int) -> ft.Control:
    card, face = one.card, face_of(one.card.type)
    who = ui.session.staff_name(card.assignee) or t("review.nobody")
    facts = " · ".join(part for part in (face.paper(card), face.stage_words(card), who) if part)
    said = (
        [quiet(t("review.because", reason=one.reason, advice=one.advice), lines=3)]
        if one.reason
        else [flow([chip(t("review.needs_reason"), "amber", ft.Icons.EDIT_NOTE_ROUNDED)])]
    )
    clock = [flow(clock_of(card, now))] if clock_of(card, now) else []
    words = [
        txt(face.heading(card), ft.TextThemeStyle.TITLE_LARGE, lines=2),
        txt(card.content, lines=2),
        quiet(facts, lines=2),
        *clock,
        *said,
    ]
    return pressable(
        f"unfinished-{card.id}",
        column(words, gap=5),
        lambda: ui.go(f"{PATH}/{card.type}/{card.id}"),
        padding=ft.Padding.symmetric(horizontal=16, vertical=12),
        radius=theme.RADIUS,
        bgcolor=theme.PAPER,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
    )


def review_notice(ui: Ui, left: int) -> ft.Control:
    """Return the notice for the desk's page 今日, shown from ten minutes before the shift ends until the review is
    closed (B.5)."""
    says = t("review.due_today", n=left) if left else t("review.due_none")
    return notice(says, act=(t("review.due_act"), lambda: ui.go(PATH)), tone="amber", id="review-due")


@ft.component
def ExplainScreen(subject_type: str, subject_id: str) -> ft.Control:
    """The form that gives the reason why something is not finished today, and advice."""
    ui = use_ui()
    now = use_now()
    card: Card | None = use_read(lambda s: s.card(subject_type, subject_id), subject_type, subject_id)
    draft = use_draft(f"explain:{china_day(now).isoformat()}:{subject_id}", {"reason": "", "advice": ""})
    if card is None:
        raise Problem(NOT_FOUND)
    face, v = face_of(subject_type), draft.values
    head = section(
        face.heading(card),
        [txt(card.content, lines=4), quiet(" · ".join(p for p in (face.paper(card), face.stage_words(card)) if p))],
    )

    def box(name: str) -> ft.Control:
        heading = t(f"review.{name}")
        field = TextBox(
            name, "", v[name], lambda text: draft.set(name, text), lines=2, most=3000, name=heading,
            phrases=phrases(f"review.phrases.{name}"), key=f"{name}-{draft.once}",
        )  # fmt: skip
        return section(heading, [field])

    missing = next((t("job.need.text", what=t(f"review.{n}")) for n in ("reason", "advice") if not v[n].strip()), None)

    async def save() -> None:
        await ui.do(
            ui.session.jobs.explain(card, v["reason"], v["advice"], once=draft.once, draft=draft.key),
            then=lambda _: ui.back(),
        )

    action = Action(t("review.explain"), save, enabled=missing is None, hint=missing, icon=ft.Icons.CHECK_ROUNDED)
    content = [head, box("reason"), box("advice")]
    return form(ui, t("review.needs_reason"), content, id="explain", action=action, draft=draft, cloud=cloud_of(ui))


ROUTES: Final = (
    Route(PATH, ReviewScreen, parent="/jobs"),
    Route(f"{PATH}/{{subject_type}}/{{subject_id}}", ExplainScreen, parent=PATH),
)
