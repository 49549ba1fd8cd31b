"""The supervisor's steps with a follow-up: record an opinion, give it to somebody else or move it, excuse it (D.1,
D.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from app.actions.follow_ups import FollowUpView
from app.domain import roles
from app.domain.subjects.follow_up import REVIEW
from app.domain.subjects.follow_up import state as st
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.ui.context import Draft, Ui, if_here, use_draft, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pills
from app.ui.kit.money import section
from app.ui.moments import UNCHOSEN, chosen_moment, moment_field
from app.ui.router import Route
from app.ui.subjects.follow_up import words
from app.ui.subjects.follow_up.face import owner_words
from app.ui.subjects.follow_up.page import path_of
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.step_form import step_screen
from app.ui.texts import t

Made = tuple[list[ft.Control], dict[str, Any], str | None]
Form = Callable[[Ui, FollowUpView, Draft], Made]


def _review(ui: Ui, view: FollowUpView, draft: Draft) -> Made:
    opinion = str(draft.values["opinion"]).strip()
    last = view.state.last or {}
    content: list[ft.Control] = [
        quiet(str(last.get("said") or t("follow_up.said_nothing"))),
        words.asked(draft, "opinion"),
    ]
    return content, {"opinion": opinion}, None if opinion else t("follow_up.need.opinion")


def _move(ui: Ui, view: FollowUpView, draft: Draft) -> Made:
    people = [
        one
        for one in ui.session.staff_list(estate=ui.session.estate_of(view.state))
        if one.id != view.state.owner and {roles.STEWARD, roles.SERVICE_SUPERVISOR, roles.MANAGER} & set(one.roles)
    ]
    near = sorted(people, key=lambda one: view.card.building_id not in one.building_ids)
    owner, at, reason = str(draft.values["owner"]), chosen_moment(draft.values), str(draft.values["reason"]).strip()
    options = [(one.id, one.name) for one in near]
    content: list[ft.Control] = [
        quiet(t("follow_up.owner_now", name=owner_words(view))),
        section(
            t("follow_up.to_whom"),
            [pills(options, owner, lambda v: draft.set("owner", "" if v == owner else v), id="owner")],
        ),
        section(t("follow_up.until"), [moment_field(ui, draft, "due")]),
        words.asked(draft, "reason"),
    ]
    body = {"owner_id": owner, "due_at": at, "reason": reason}
    lacks = t("follow_up.need.move") if not owner and at is None else None if reason else t("follow_up.need.reason")
    return content, {name: value for name, value in body.items() if value}, lacks


def _excuse(ui: Ui, view: FollowUpView, draft: Draft) -> Made:
    reason = str(draft.values["reason"]).strip()
    content: list[ft.Control] = [quiet(t("follow_up.excuse_says")), words.asked(draft, "reason")]
    return content, {"reason": reason}, None if reason else t("follow_up.need.reason")


def _screen(step: str, kind: str, start: dict[str, Any], form: Form) -> Callable[..., ft.Control]:
    """Return the screen of one step, which shows its ``form`` as long as the step can be done."""

    @ft.component
    def Screen(follow_up_id: str) -> ft.Control:
        ui = use_ui()
        view: FollowUpView | None = use_read(lambda s: if_here(lambda: s.follow_ups.view(follow_up_id)), follow_up_id)
        stages = (st.DONE,) if step == REVIEW else st.OPEN
        if view is None or not view.plans or (view.card.stage not in stages and not ui.saving):
            way = (t("follow_up.opens.follow_up"), lambda: ui.replace(path_of(follow_up_id)))
            return shut(ui, t("repair.nothing_here_more"), way)
        return StepForm(step, kind, start, form, view)

    return Screen


@ft.component
def StepForm(step: str, kind: str, start: dict[str, Any], form: Form, view: FollowUpView) -> ft.Control:
    """The form of one step; saving it records an entry of ``kind``."""
    ui = use_ui()
    follow_up_id = view.card.id
    draft = use_draft(f"follow-up-{step}:{follow_up_id}", start)
    content, body, lacks = form(ui, view, draft)

    async def save() -> None:
        draft.flush()
        verb = ui.session.record(FOLLOW_UP, follow_up_id, kind, body, once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.replace(path_of(follow_up_id)))

    action = Action(t(f"follow_up.save_{step}"), save, enabled=lacks is None, hint=lacks)
    return step_screen(ui, f"follow-up-{step}", t(f"follow_up.do.{step}"), view, content, action, draft=draft)


_STEPS: Final[tuple[tuple[str, str, dict[str, Any], Form], ...]] = (
    (REVIEW, "follow_up_reviewed", {"opinion": ""}, _review),
    ("move", "follow_up_moved", {"owner": "", "reason": "", **UNCHOSEN}, _move),
    ("excuse", "follow_up_excused", {"reason": ""}, _excuse),
)
ROUTES: Final = tuple(
    Route(path_of("{follow_up_id}", step), _screen(step, kind, start, form), parent=path_of("{follow_up_id}"))
    for step, kind, start, form in _STEPS
)
