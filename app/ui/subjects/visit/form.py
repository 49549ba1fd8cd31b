"""Recording a visit 走访 (E): who was met, what was said and promised, what was requested; then the signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import HouseholdView
from app.domain.subjects.visit import VISIT
from app.domain.times import china_day
from app.domain.wire.errors import Problem
from app.ui import theme
from app.ui.context import Draft, Ui, cloud_of, if_here, use_draft, use_handed, use_read, use_ui
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.buttons import Action, MainAction, small_button
from app.ui.kit.choose import pill
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state
from app.ui.kit.long import long_txt
from app.ui.kit.notices import notice, use_question, use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import paper
from app.ui.screens.door.household import occasion_of
from app.ui.screens.door.households import due_chip
from app.ui.screens.handbook.paths import book_button
from app.ui.subjects.visit.face import not_met_words
from app.ui.subjects.visit.fields import (
    START,
    Phrases,
    draft_key,
    festive_start,
    missing,
    occasion_section,
    promises_section,
    said_section,
    tickets_section,
    visit_form,
    walk_on,
    who_section,
)
from app.ui.subjects.visit.gifts import given_section
from app.ui.subjects.visit.photos import use_held
from app.ui.texts import t, yuan

PHRASES_KEY: Final = "phrases:visit"
"""Key under which a person's own phrases are stored among the drafts; they do not belong to one form."""
OWN_PHRASES_MOST: Final = 12


def use_phrases(ui: Ui) -> Phrases:
    """Hook: return one's own phrases; an added one shows at once."""
    _, again = ft.use_state(0)
    own = tuple(str(phrase) for phrase in (ui.session.draft(PHRASES_KEY) or {}).get("said", ()))

    def keep(phrase: str) -> None:
        kept = [phrase, *(p for p in own if p != phrase)][:OWN_PHRASES_MOST]
        try:
            ui.session.save_draft(PHRASES_KEY, {"said": kept})
        except Problem as problem:
            ui.tell(problem)
            return
        ui.settle_soon(lambda: ui.toast(t("visit.phrase_kept")))
        again(lambda n: n + 1)

    return Phrases(own, keep)


def use_discard(discard: Callable[[], object]) -> Callable[[], object]:
    """Hook: return a function that asks whether to throw the half-filled form away, and calls ``discard`` on yes."""
    asking, set_asking = ft.use_state(False)
    use_question(
        asking,
        t("visit.discard_heading"),
        t("visit.discard_says"),
        Action(t("visit.discard_yes"), discard, danger=True),
        lambda: set_asking(False),
        no=t("visit.discard_no"),
    )
    return lambda: set_asking(True)


def restored_notice(draft: Draft, ask_discard: Callable[[], object]) -> list[ft.Control]:
    """Return the notice that a form was restored, with a button to start anew; nothing for a fresh form."""
    if not draft.restored:
        return []
    act = (t("visit.discard"), ask_discard)
    return [notice(t("visit.restored"), tone="calm", act=act, id="restored", mark=ft.Icons.HISTORY)]


@ft.component
def VisitFormScreen(household_id: str) -> ft.Control:
    """The form. Its draft survives closing the app, and is gone once the visit is saved."""
    ui = use_ui()
    path = f"/visit/new/{household_id}"
    view = use_read(lambda s: if_here(lambda: s.doors.view(household_id)), household_id)
    handed = use_handed(path)
    walked = ui.session.rounds.of(household_id)
    start = {**START, "occasion": occasion_of(view) if view else "monthly", "met": handed.get("met", True)}
    start |= festive_start(walked)
    if handed.get("met") is False:
        start["not_met"] = "other"
    draft = use_draft(draft_key(household_id), start)
    phrases = use_phrases(ui)
    unsigned, set_unsigned = ft.use_state(False)
    reason = str(draft.values.get("unsigned", ""))

    def discard() -> None:
        ui.session.photos.drop(draft.once)
        draft.discard()
        ui.back()

    def to_photo() -> None:
        draft.update()  # store the draft, so that the photos are kept under this visit's id
        draft.flush()
        ui.go(f"{path}/photo")

    photos = use_held(ui, draft.once, to_photo)

    ask_discard = use_discard(discard)

    async def save(unsigned_reason: str = "") -> None:
        set_unsigned(False)
        form = visit_form(draft.once, household_id, draft.values, unsigned_reason)
        words = t("visit.saved") if form.met else t("household.nobody_saved", why=not_met_words(form.not_met or ""))
        draft.flush()
        await ui.do(
            ui.session.visits.record(form, draft=draft.key),
            then=lambda _: walk_on(ui, household_id),
            saved=words,
        )

    def sign() -> None:
        draft.flush()
        ui.go(f"{path}/sign")

    def why_unsigned() -> list[ft.Control]:
        usual = tuple(t(f"visit.phrases.unsigned_{n}") for n in range(1, 4))
        return [
            quiet(t("visit.no_sign_says")),
            flow([pill(f"unsigned-{n}", words, lambda w=words: save(w)) for n, words in enumerate(usual)]),  # type: ignore[misc]
            TextBox(
                "unsigned-words",
                t("visit.no_sign_other"),
                reason,
                lambda said: draft.set("unsigned", said),
                most=500,
            ),
            MainAction(
                Action(
                    t("visit.save_unsigned"),
                    lambda: save(reason.strip()),
                    id="unsigned-save",
                    enabled=bool(reason.strip()),
                ),
                quiet=True,
            ),
        ]

    use_sheet(unsigned, t("visit.no_sign_heading"), why_unsigned, lambda: set_unsigned(False), id="unsigned-sheet")
    if view is None:
        return Scaffold(
            t("visit.heading"),
            [empty_state(t("household.gone"), t("household.gone_kept"), mark=ft.Icons.DOOR_FRONT_DOOR_OUTLINED)],
            id="visit-form",
            on_back=ui.back,
        )
    values, update = draft.values, draft.update
    lacking = missing(values)
    content: list[ft.Control] = [_head(view, ui.session)]
    content += restored_notice(draft, ask_discard)
    content.append(who_section(view.household, values, update, theme.look_of(ui.page).scale > 1.3))
    if values["met"]:
        content += [
            *given_section(values, update, walked.gift if walked else ""),
            said_section(values, update, phrases),
            promises_section(values, update, china_day(ui.now())),
            tickets_section(values, update, lambda: ui.go(f"{path}/ticket")),
            photos(),
            occasion_section(values, update),
        ]
        action = Action(t("visit.sign"), sign, icon=ft.Icons.DRAW_OUTLINED, enabled=lacking is None, hint=lacking)
        second = Action(t("visit.no_sign"), lambda: set_unsigned(True), id="no-sign", enabled=lacking is None)
    else:
        content.append(photos())
        words = not_met_words(values["not_met"]) if values["not_met"] else t("visit.nobody")
        action = Action(t("visit.save_nobody", why=words), save, enabled=lacking is None, hint=lacking)
        second = None
    if draft.kept and not draft.restored:
        content.append(small_button("discard", t("visit.discard"), ask_discard, tone="text"))
    return Scaffold(
        t("visit.heading"),
        content,
        id="visit-form",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[book_button(ui, VISIT)],
        action=action,
        second=second,
    )


def _head(view: HouseholdView, session: Session) -> ft.Control:
    marks = [due_chip(view.visit_due, session)] if view.visit_due else []
    parts: list[ft.Control] = [
        ft.Semantics(header=True, content=txt(view.household.address, ft.TextThemeStyle.DISPLAY_SMALL))
    ]
    if marks:
        parts.append(flow(marks))
    if view.household.arrears_fen > 0:
        owed = t("household.arrears", money=yuan(view.household.arrears_fen))
        parts.append(txt(owed, ft.TextThemeStyle.TITLE_SMALL, color=ft.Colors.ON_TERTIARY_CONTAINER))
    if view.household.notes:
        parts.append(long_txt(view.household.notes, ft.TextThemeStyle.BODY_MEDIUM))
    return paper([column(parts, gap=8)], id="visit-head")
