"""A hand-over's page, and the page on which whoever takes over signs, on the same phone (R3)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import flet as ft

from app.actions.models import Signature, SubjectView
from app.domain.subjects import SUBJECTS
from app.domain.subjects.shift import INCOMING, MISSING, SHIFT, SORTS, TO_TAKE, ShiftState
from app.domain.times import read_day
from app.ui import estates
from app.ui.context import Draft, Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.buttons import Action
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, paper, stamp_badge
from app.ui.record_history import record_history
from app.ui.router import Route
from app.ui.subjects.shift.face import ShiftFace, item_words, shift_words, sort_words
from app.ui.subjects.shift.hand import PATH
from app.ui.subjects.shift.hand import ROUTES as HAND_ROUTES
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.signing import SigningFlow
from app.ui.texts import full_day, t, time_text

_FACE: Final = ShiftFace()


def _use_shift(shift_id: str) -> tuple[Ui, SubjectView[Any] | None]:
    ui = use_ui()
    return ui, use_read(lambda s: if_here(lambda: s.subject(SHIFT, shift_id)), SHIFT, shift_id)


@ft.component
def ShiftScreen(subject_id: str) -> ft.Control:
    """A hand-over's page: which shift, what was open, and the signature that lacks."""
    ui, view = _use_shift(subject_id)
    now = use_now()
    ft.use_effect(lambda: ui.session.in_view([(SHIFT, subject_id)]), [subject_id])
    if view is None:
        return Scaffold(
            _FACE.called(), [empty_state(*_FACE.gone(), mark=ft.Icons.SEARCH_OFF)], id="shift", on_back=ui.back
        )
    state: ShiftState = view.state
    name = str(state.body.get("successor_name") or "")
    sign = Action(
        t("shift.take", name=name), lambda: ui.go(f"{_FACE.page(subject_id)}/take"), icon=ft.Icons.DRAW_OUTLINED
    )
    return Scaffold(
        _FACE.called(),
        [_head(state), *_items(ui, state), *_told(state), record_history(ui, view, now)],
        id="shift",
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=sign if state.stage == TO_TAKE else None,
    )


def _head(state: ShiftState) -> ft.Control:
    body = state.body
    times = f"{time_text(body['from_at'])}-{time_text(body['until_at'])}"
    tone = "amber" if state.stage == TO_TAKE else "good"
    marks: list[ft.Control] = [chip(shift_words(body["shift"])), chip(t(f"shift.stage.{state.stage}"), tone)]
    marks += [stamp_badge("flagged")] if state.flags else []
    to = body.get("successor_name")
    who = t("shift.from_to", by=body.get("by_name") or "", to=to) if to else t("shift.to_nobody")
    heading = ft.Semantics(header=True, content=txt(body["post"], ft.TextThemeStyle.HEADLINE_MEDIUM))
    lines = [quiet(f"{full_day(read_day(body['day']))} {times}"), quiet(who)]
    return paper([*estates.head_of(state), flow(marks), heading, column(lines, gap=2)], id="shift-head", gap=10)


def _items(ui: Ui, state: ShiftState) -> list[ft.Control]:
    found: list[ft.Control] = []
    for sort in SORTS:
        rows: list[ft.Control] = [
            list_row(
                f"item-{number}", item_words(item),
                partial(ui.go, f"/{item['type']}/{item['id']}") if item["type"] in SUBJECTS else None,
                sub=str(item.get("remark") or ""), lines=2,
            )
            for number, item in enumerate(state.items) if item["sort"] == sort
        ]  # fmt: skip
        if rows:
            found.append(group(sort_words(sort), rows, count=len(rows), id=f"items-{sort}"))
    return found or [quiet(t("shift.nothing_open"))]


def _told(state: ShiftState) -> list[ft.Control]:
    body = state.body
    lacks = body["things"] == MISSING
    said = [txt(t("shift.lacks", what=body.get("lacking") or "") if lacks else t("shift.things_complete"))]
    if body.get("note"):
        said.append(txt(t("shift.told", what=body["note"])))
    return [section(t("shift.things"), said, id="shift-things")]


@ft.component
def TakeScreen(subject_id: str) -> ft.Control:
    """The page on which whoever takes over reads the list and signs."""
    ui, view = _use_shift(subject_id)
    if view is None or view.state.stage != TO_TAKE:
        return shut(ui, t("repair.nothing_here_waits"), (_FACE.opens(), lambda: ui.replace(_FACE.page(subject_id))))

    async def save(signature: Signature, drawing: Draft) -> None:
        drawing.flush()
        await ui.do(
            ui.session.shifts.take(subject_id, signature, once=drawing.once, draft=drawing.key),
            then=lambda _: ui.replace(_FACE.page(subject_id)),
            saved=t("shift.taken", name=signature.name),
        )

    name = str(view.state.body.get("successor_name") or "")
    return SigningFlow(  # type: ignore[call-arg]
        t("shift.take_heading", name=name),
        ui.session.signing_content(SHIFT, subject_id, SHIFT),
        signer=INCOMING,
        who={"name": name, "capacity": "staff"},
        key_of_draft=f"shift-take:{subject_id}",
        save=save,
        on_close=ui.back,
        agree=t("shift.agree"),
        key=subject_id,
    )


_PAGE: Final = "/shift/{subject_id}"
ROUTES: Final = (
    *HAND_ROUTES,
    Route(_PAGE, ShiftScreen, parent=PATH),
    Route(f"{_PAGE}/take", TakeScreen, parent=_PAGE, alone=True),
)
