"""What follows a filled form: signing it, saying why nobody signs, the supervisor's opinion, ending a case early."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import flet as ft

from app.actions.cases import CaseView
from app.actions.models import Saved, Signature
from app.domain.subjects.case import REVIEW, SIGN
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.life import waivable
from app.ui.context import Draft, Ui, if_here, use_draft, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action
from app.ui.kit.fields import TextBox
from app.ui.router import Route
from app.ui.subjects import face_of
from app.ui.subjects.case.page import CaseScreen
from app.ui.subjects.case.paths import FORMS, path_of
from app.ui.subjects.case.words import signer_word
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.signing import SigningFlow
from app.ui.subjects.ticket.step_form import phrases, step_screen, text_setter
from app.ui.texts import t

NOT_SIGNED, END = "not-signed", "end"
OWN: Final = frozenset(("steward", "supervisor", "worker", "staff", "guard", "manager"))
"""Parts in which a member of staff signs; the name offered is that of who holds the phone."""


def _use_case(case_id: str) -> tuple[Ui, CaseView | None]:
    ui = use_ui()
    return ui, use_read(lambda s: if_here(lambda: s.cases.view(case_id)), case_id)


@ft.component
def SignScreen(case_id: str) -> ft.Control:
    """The page on which the next signer signs: one after the other, on the same facts."""
    ui, view = _use_case(case_id)
    if view is None or not view.state.to_sign:
        return shut(ui, t("repair.nothing_here_waits"), (t("case.opens.case"), lambda: ui.replace(path_of(case_id))))
    _, signer = view.state.to_sign[0]
    left = len(view.state.to_sign)
    people = tuple(view.household.people) if view.household is not None else ()
    own = signer in OWN

    async def save(signature: Signature, drawing: Draft) -> None:
        drawing.flush()
        # The next one signs at once, where several do: the phone is in their hands.
        then = path_of(case_id, SIGN) if left > 1 else path_of(case_id)
        await ui.do(
            ui.session.sign(signature, once=drawing.once, draft=drawing.key),
            then=lambda _: ui.replace(then) if left == 1 else None,
            saved=t("case.signed", who=signer_word(signer)),
        )

    content = ui.session.signing_content(CASE, case_id, CASE)
    first = people[0].name if people and not own else ""
    return SigningFlow(  # type: ignore[call-arg]
        t("case.sign_heading", who=signer_word(signer)),
        content,
        signer=signer,
        who={"name": ui.session.my_name if own else first, "capacity": "staff" if own else "self"},
        key_of_draft=f"case-sign:{case_id}:{signer}",
        save=save,
        on_close=ui.back,
        people=() if own else people,
        tickets={card.id: face_of(card.type).line(card)[0] for card in view.raised},
        agree=t("case.agree"),
        key=f"{case_id}-{signer}",
    )


def _written(
    id: str,
    field: str,
    open_: Callable[[CaseView], bool],
    save: Callable[[Ui, CaseView, Draft, str], Awaitable[Saved]],
) -> Callable[..., ft.Control]:
    """Return the screen of a step that is a few words: what is asked, phrases to tap, and one button."""

    @ft.component
    def WrittenScreen(case_id: str) -> ft.Control:
        ui, view = _use_case(case_id)
        if view is None or (not open_(view) and not ui.saving):
            way = (t("case.opens.case"), lambda: ui.replace(path_of(case_id)))
            return shut(ui, t("repair.nothing_here_more"), way)
        return WrittenForm(view, id, field, save)

    return WrittenScreen


@ft.component
def WrittenForm(view: CaseView, id: str, field: str, save: Any) -> ft.Control:
    """Draw the form of a step that is a few words."""
    ui = use_ui()
    case_id = view.card.id
    draft = use_draft(f"case-{id}:{case_id}", {field: ""})
    words = str(draft.values[field]).strip()

    async def act() -> None:
        draft.flush()
        await ui.do(save(ui, view, draft, words), then=lambda _: ui.replace(path_of(case_id)))

    box = TextBox(
        f"case-{field}", t(f"case.ask.{id}"), str(draft.values[field]), text_setter(draft, field), lines=3, most=4000,
        phrases=phrases(f"case.phrases.{id}"), key=f"{field}-{draft.once}",
    )  # fmt: skip
    need = None if words else t(f"case.need.{id}")
    action = Action(t(f"case.save.{id}"), act, icon=ft.Icons.CHECK_ROUNDED, enabled=need is None, hint=need)
    return step_screen(
        ui, f"case-{id}", t(f"case.do.{id}"), view, [quiet(t(f"case.before.{id}")), box], action, draft=draft
    )


async def _review(ui: Ui, view: CaseView, draft: Draft, words: str) -> Saved:
    body = {"filled_id": view.state.filled[-1].entry.id, "opinion": words}
    return await ui.session.record(CASE, view.card.id, "form_reviewed", body, once=draft.once, draft=draft.key)


async def _end(ui: Ui, view: CaseView, draft: Draft, words: str) -> Saved:
    return await ui.session.record(
        CASE, view.card.id, "case_ended", {"reason": words}, once=draft.once, draft=draft.key
    )


async def _not_signed(ui: Ui, view: CaseView, draft: Draft, words: str) -> Saved:
    entry_id, _ = view.state.to_sign[0]
    return await ui.session.cases.not_signed(view.card.id, entry_id, words, once=draft.once, key=draft.key)


_PAGE: Final = path_of("{case_id}")
ROUTES: Final = (
    Route(_PAGE, CaseScreen, parent=FORMS),
    Route(f"{_PAGE}/{SIGN}", SignScreen, parent=_PAGE, alone=True),
    Route(f"{_PAGE}/{REVIEW}", _written(REVIEW, "opinion", lambda view: view.reviews, _review), parent=_PAGE),
    Route(f"{_PAGE}/{END}", _written(END, "reason", lambda view: view.ends, _end), parent=_PAGE),
    Route(
        f"{_PAGE}/{NOT_SIGNED}",
        _written(NOT_SIGNED, "why", lambda view: waivable(view.state), _not_signed),
        parent=_PAGE,
    ),
)
