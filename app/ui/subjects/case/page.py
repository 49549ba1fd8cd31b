"""A case's page: what was filled in, what became of what it raised, and the one thing to do now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.care import LOOKED_AT as CARE
from app.actions.cases import CaseView
from app.actions.contacts import LOOKED_AT as CONTACTS
from app.actions.form_list import Published
from app.domain.rules.duties import Duty
from app.domain.subjects.case import GO_ON, REVIEW, SIGN
from app.domain.subjects.case.chains import chain_of
from app.domain.subjects.case.chains.care import is_contacts
from app.domain.subjects.case.chains.trouble import ANSWER_FORM
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.life import waivable
from app.domain.subjects.case.state import Filled
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.notices import use_sheet
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.looking import use_noted
from app.ui.record_history import record_history
from app.ui.screens.phone.sign_in import role_words
from app.ui.signatures import copies_of
from app.ui.subjects import face_of, page_of
from app.ui.subjects.case.export import export_of, taking
from app.ui.subjects.case.face import case_head
from app.ui.subjects.case.guests import guests_of
from app.ui.subjects.case.paths import fill_path, path_of
from app.ui.subjects.case.permit import arrears_of, code_of_permit
from app.ui.subjects.case.words import parts, signer_word
from app.ui.texts import language, t
from app.ui.ticket_words import joined

LOCKED: Final = ft.Icons.LOCK_CLOCK_OUTLINED
ICONS: Final = {
    SIGN: ft.Icons.DRAW_OUTLINED, REVIEW: ft.Icons.RATE_REVIEW_OUTLINED, GO_ON: ft.Icons.ARROW_FORWARD_ROUNDED,
}  # fmt: skip


@ft.component
def CaseScreen(case_id: str) -> ft.Control:
    """A case's page."""
    ui = use_ui()
    now = use_now()
    view, owed = use_read(lambda s: _read(s, case_id), case_id)
    more, set_more = ft.use_state(False)
    ft.use_effect(lambda: ui.session.in_view([(CASE, case_id)]), [case_id])
    answered = view is not None and view.card.kind == ANSWER_FORM
    ft.use_effect(lambda: ui.session.troubles.saw(case_id) if answered else None, [case_id, answered])
    noted = use_noted(ui, *(_private(view) if view is not None else (None, "")))
    ways = _ways(view) if view is not None and noted else []
    use_sheet(more, t("case.more"), lambda: _more(ui, case_id, ways, lambda: set_more(False)), lambda: set_more(False))
    if view is None:
        gone = empty_state(t("case.gone"), t("case.gone_says"), mark=ft.Icons.SEARCH_OFF)
        return Scaffold(t("case.noun.case"), [gone], id="case", on_back=ui.back)
    if not noted:
        return Scaffold(view.card.content or t("case.noun.case"), [], id="case", on_back=ui.back, cloud=cloud_of(ui))
    tools = [small_button("case-more", t("case.more"), lambda: set_more(True), tone="text")] if ways else []
    return Scaffold(
        view.card.content or t("case.noun.case"),
        [
            case_head(view, now, owed),
            *copies_of(view.state.signatures.values(), now),
            *code_of_permit(view, now),
            *export_of(ui, view, now),
            *arrears_of(ui.session, view.state.first.get("case"), view.state.household_id),
            *_raised(ui, view),
            *_next(ui, view),
            *guests_of(view),
            *(one for filled in view.state.filled for one in _answers(view, filled)),
            record_history(ui, view, now),
        ],
        id="case",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=tools,
        action=taking(ui, view, now) or _action(ui, view, owed),
    )


def _private(view: CaseView) -> tuple[str | None, str]:
    """Return whose it is and as what a look at it is recorded, where each one is: emergency contacts, special care (P3,
    Y4)."""
    first = view.state.first
    what = CONTACTS if is_contacts(first) else CARE if chain_of(first.get("case")).private else ""
    return view.state.household_id or view.card.id, what


def _read(session: Session, case_id: str) -> tuple[CaseView | None, list[Duty]]:
    view = if_here(lambda: session.cases.view(case_id))
    return view, session.duties.of_case(view.card) if view is not None else []


def _action(ui: Ui, view: CaseView, owed: Sequence[Duty]) -> Action | None:
    """Return the one thing to do now: have it signed, fill in the form that is owed, or review it."""
    case_id = view.card.id
    if view.move == SIGN or (view.state.to_sign and view.move is None and not view.reviews):
        who = signer_word(view.state.to_sign[0][1])
        words, step = t("case.do.sign", who=who), SIGN
    elif view.reviews:
        words, step = t("case.do.review"), REVIEW
    else:
        forms = [one.form for one in owed]
        able = [one for one in view.next if one.hash not in view.lacks and ui.session.cases.is_mine(one)]
        first = min((one for one in able if one.id in forms), key=lambda one: forms.index(one.id), default=None)
        if first is None:
            return None
        return Action(first.said(language().partition("-")[0]), _fill(ui, view, first), icon=ICONS[GO_ON])
    return Action(words, lambda: ui.go(path_of(case_id, step)), icon=ICONS[step])


def _ways(view: CaseView) -> list[tuple[str, ft.IconData]]:
    """What else can be done, out of the thumb's way."""
    found = [("not-signed", ft.Icons.EDIT_OFF_OUTLINED)] if waivable(view.state) else []
    return found + ([("end", ft.Icons.BLOCK)] if view.ends else [])


def _more(ui: Ui, case_id: str, ways: list[tuple[str, ft.IconData]], close: Callable[[], object]) -> list[ft.Control]:
    def go(step: str) -> None:
        close()
        ui.go(path_of(case_id, step))

    rows = [list_row(f"way-{step}", t(f"case.do.{step}"), partial(go, step), leading=mark) for step, mark in ways]
    return [group(t("case.more"), rows, id="ways")]


def _raised(ui: Ui, view: CaseView) -> list[ft.Control]:
    """Return what was raised, with the stage of each; what is not on this phone is said to be with the desk."""
    if not view.state.raised:
        return []
    here = {card.id: card for card in view.raised}
    rows: list[ft.Control] = []
    for number, one in enumerate(view.state.raised):
        card = here.get(str(one["id"]))
        if card is None:
            what = t(f"case.raises.{str(one['what']).partition('/')[0]}")
            rows.append(list_row(f"raised-{number}", what, None, sub=t("case.raised_elsewhere")))
            continue
        page, (called, _) = page_of(card) or "", face_of(card.type).line(card)
        stage = chip(face_of(card.type).stage_words(card), "good" if card.ended else "amber")
        rows.append(
            list_row(f"raised-{number}", card.content or called, partial(ui.go, page), sub=called, lines=2,
                     trailing=stage)
        )  # fmt: skip
    return [group(t("case.raised"), rows, count=len(rows), id="raised")]


def _next(ui: Ui, view: CaseView) -> list[ft.Control]:
    if not view.next:
        return []
    speaks = language().partition("-")[0]
    rows: list[ft.Control] = []
    for one in view.next:
        lacks = view.lacks.get(one.hash, ())
        mine = ui.session.cases.is_mine(one)
        what = t("case.lacks_sep").join(lack.zh if speaks == "zh" else lack.en for lack in lacks)
        by = "" if mine else t("case.next_by", who=role_words(one.posts))
        sub = joined(t("case.lacks", what=what) if lacks else "", by)
        # What can't be done yet says why, and leads nowhere: nobody fills in a page for nothing.
        go, mark = (None if sub else _fill(ui, view, one)), (LOCKED if lacks else ICONS[GO_ON])
        rows.append(list_row(f"next-{one.id}", one.said(speaks), go, sub=sub, leading=mark))
    return [group(t("case.next_forms"), rows, id="next-forms")]


def _fill(ui: Ui, view: CaseView, form: Published) -> Callable[[], None]:
    """Return what opens the next form: its place is that of the case."""
    state = view.state
    place = {
        "household": state.household_id or "", "unit": state.unit_id or "", "building": state.building_id or "",
        "fixed": state.address or view.card.content, "estate": state.estate or None,
    }  # fmt: skip
    return partial(ui.go, fill_path(form.hash, view.card.id), form=form.hash, **place)


def _answers(view: CaseView, filled: Filled) -> list[ft.Control]:
    """Return what one form says, a card for each of its parts; what was corrected shows the old words struck out."""
    was = {one.label: one.before for one in view.changed.get(filled.entry.id, ())}
    several = len(view.state.filled) > 1
    found: list[ft.Control] = []
    for number, part in enumerate(parts(filled.body["shown"])):
        heading = part.heading or (str(filled.body["title"]) if several or number else t("case.answers"))
        lines: list[ft.Control] = [_answer(label, text, was.get(label)) for label, text in part.answers]
        found.append(section(heading, lines, id=f"answers-{filled.entry.id[:8]}-{number}"))
    return found


def _answer(label: str, text: str, before: str | None) -> ft.Control:
    if not text:
        return quiet(label)
    lines: list[ft.Control] = [quiet(label), long_txt(text)]
    if before:
        old = txt(t("case.was", what=before), ft.TextThemeStyle.BODY_MEDIUM, color=ft.Colors.TERTIARY)
        lines.append(old)
    return column(lines, gap=1)


__all__ = ["CaseScreen"]
