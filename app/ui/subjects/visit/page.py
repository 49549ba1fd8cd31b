"""A visit's page: what the record says now, its signature and verdict, its promises; and correcting it (E)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import flet as ft

from app.actions import Session
from app.actions.models import PromiseRow, StepRow, VisitForm, VisitView
from app.domain import roles
from app.domain.rules import state as st
from app.domain.subjects import access
from app.domain.subjects.visit import VISIT
from app.domain.times import china_day, read_day
from app.ui.context import cloud_of, if_here, use_draft, use_now, use_read, use_ui
from app.ui.entry_steps import entry_steps
from app.ui.kit.base import column, flow, quiet, txt
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.fields import TextBox
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.timeline import timeline
from app.ui.photo_steps import PHOTO_TAKEN
from app.ui.screens.desk.settle import use_settle
from app.ui.screens.door.household import promise_line
from app.ui.screens.handbook.paths import book_button
from app.ui.screens.photo.take import photo_path, view_path
from app.ui.signatures import drawn_signature, signature_badge
from app.ui.subjects import face_of, page_of
from app.ui.subjects.ticket.gate import shut, use_meant
from app.ui.subjects.visit.face import by_day, gift_words, visit_head, welcome_words
from app.ui.subjects.visit.fields import (
    START,
    missing,
    occasion_section,
    promises_section,
    said_section,
    visit_form,
    who_section,
)
from app.ui.subjects.visit.form import restored_notice, use_discard, use_phrases
from app.ui.subjects.visit.sign import TO_SIGN
from app.ui.texts import t
from app.ui.ticket_words import word


def visited_step(view: VisitView) -> StepRow | None:
    """Return the entry that a correction corrects: the one that opened the visit."""
    return next((step for step in view.steps if step.kind == "visited" and step.standing == st.STEP_DONE), None)


def _missing_visit(leave: Callable[[], object]) -> ft.Control:
    return Scaffold(
        t("visit.record"),
        [empty_state(t("visit.not_found"), t("household.gone_kept"), mark=ft.Icons.DOOR_FRONT_DOOR_OUTLINED)],
        id="visit",
        on_back=leave,
    )


@ft.component
def VisitScreen(visit_id: str) -> ft.Control:
    """A visit's page. A signature that no longer fits asks for another one."""
    ui = use_ui()
    view = use_read(lambda s: if_here(lambda: s.visits.view(visit_id)), visit_id)
    now = use_now()
    settle = use_settle()

    def watch() -> None:
        ui.session.in_view([(VISIT, visit_id)])

    ft.use_effect(watch, [visit_id])
    if view is None:
        return _missing_visit(ui.back)
    state = view.state
    may_visit = bool(ui.session.roles_on(state) & roles.VISITORS)
    opened = visited_step(view)
    content: list[ft.Control] = [visit_head(view, now)]
    if state.signature == st.CHANGED:
        content.append(notice(t("ticket.changed_notice"), kept=t("ticket.changed_kept"), tone="red", id="changed"))
    if state.body.get("said") or state.body.get("note"):
        words = [long_txt(str(state.body[name])) for name in ("said", "note") if state.body.get(name)]
        content.append(section(t("visit.said") if state.met else t("visit.note"), words, id="visit-said"))
    content += _given(view, lambda entry_id: ui.go(face_of(VISIT).amend_page(visit_id, entry_id)))
    promises = _promises(view, china_day(now), settle if may_visit else None)
    if promises:
        content.append(section(t("visit.promises"), promises, id="visit-promises"))
    if view.tickets:
        rows = [
            list_row(
                f"ticket-{card.id}",
                card.content,
                lambda id_=card.id: ui.go(f"/ticket/{id_}"),
                sub=" · ".join(p for p in (word("kind", card.kind), card.number, word("stage", card.stage)) if p),
                leading=ft.Icons.BUILD_OUTLINED,
            )
            for card in view.tickets
        ]
        content.append(section(t("visit.tickets"), [column(rows, gap=0)], id="visit-tickets"))
    if view.matters:
        said = [
            list_row(
                f"matter-{card.id}",
                card.content,
                partial(ui.go, page_of(card) or ""),
                sub=" · ".join(face_of(card.type).line(card)[:1]),
                leading=face_of(card.type).mark,
            )
            for card in view.matters
        ]
        content.append(section(t("matter.register"), [column(said, gap=0)], id="visit-matters"))
    content.extend(_signature(view, ui.session, lambda: ui.go(f"/visit/{visit_id}/verify")))

    steps = entry_steps(
        view.steps,
        view.card,
        ui.session,
        now,
        view=view,
        verdicts=view.verdicts,
        on_photo=lambda entry_id: ui.go(view_path(VISIT, visit_id, entry_id)),
    )
    content.append(section(t("visit.history"), [timeline(steps, id="visit-steps")]))
    wants_signature = may_visit and state.stage in TO_SIGN
    amendable = opened is not None and opened.amendable
    correct = Action(
        t("visit.amend"), lambda: ui.go(f"/visit/{visit_id}/amend"), id="amend", icon=ft.Icons.EDIT_OUTLINED
    )
    again = t("visit.sign_again") if state.stage == "changed" else t("visit.sign")
    sign = Action(again, lambda: ui.go(f"/visit/{visit_id}/sign"), icon=ft.Icons.DRAW_OUTLINED)
    book = book_button(ui, VISIT, visit_id)
    photo = icon_button(
        "visit-photo", ft.Icons.PHOTO_CAMERA_OUTLINED, t("photo.heading"), lambda: ui.go(photo_path(VISIT, visit_id))
    )
    return Scaffold(
        t("visit.record"),
        content,
        id="visit",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[book, photo] if access.may(ui.session.roles_on(state), PHOTO_TAKEN) else [book],
        action=sign if wants_signature else None,
        second=correct if amendable else None,
    )


def _given(view: VisitView, on_correct: Callable[[str], object]) -> list[ft.Control]:
    """Return what was given, and a new household's impression; each is an entry that is corrected by itself."""
    state, found = view.state, list[ft.Control]()

    def correct(kind: str) -> ft.Control | None:
        held = next((s for s in view.steps if s.kind == kind and s.standing == st.STEP_DONE and s.amendable), None)
        if held is None:
            return None
        open_it = partial(on_correct, held.entry.id)
        return small_button(f"correct-{kind}", t("ticket.correct"), open_it, icon=ft.Icons.EDIT_OUTLINED, tone="text")

    if state.gift is not None:
        words = [txt(gift_words(state.gift))]
        found.append(section(t("visit.gift"), words, id="visit-gift", tool=correct("gift_handed")))
    if state.welcome is not None:
        both = welcome_words(state.welcome), str(state.welcome.get("impression") or "")
        says = [long_txt(words) for words in both if words]
        found.append(section(t("visit.welcome"), says, id="visit-welcome", tool=correct("newcomer_welcomed")))
    return found


def _promises(view: VisitView, today: date, settle: Callable[[PromiseRow], object] | None) -> list[ft.Control]:
    lines: list[ft.Control] = []
    for index, promise in enumerate(view.state.body.get("promises") or ()):
        settled = view.state.settled.get(index)
        if settled is None:
            until = read_day(promise["until"]) or today
            row = PromiseRow(view.card, index, promise["what"], until, max(0, (today - until).days))
            lines.append(promise_line(row, today, settle))
            continue
        day = t("household.promise_until", day=by_day(promise["until"], today))
        outcome = t("visit.settled", outcome=settled.body.get("outcome") or "")
        lines.append(column([long_txt(promise["what"]), quiet(day), txt(outcome, color=ft.Colors.PRIMARY)], gap=3))
    return lines


def _signature(view: VisitView, session: Session, on_check: Callable[[], object]) -> list[ft.Control]:
    signed = view.state.signatures.get("resident")
    if signed is None:
        why = str(view.state.body.get("unsigned_reason") or "")
        return [section(t("visit.signature"), [quiet(t("visit.unsigned_reason", why=why))])] if why else []
    name = t("visit.signing.signer", name=signed.body["name"], capacity=word("capacity", signed.body.get("capacity")))
    content = [*drawn_signature(signed, session, 96, id="signature"), quiet(name)]
    badge = signature_badge(view.verdicts.get(signed.id))
    check = list_row("verify", t("ticket.do.verify"), on_check, leading=ft.Icons.VERIFIED_OUTLINED)
    inside = [*content, *([flow(badge)] if badge else []), check]
    return [section(t("visit.signature"), inside, id="visit-signature")]


@ft.component
def VisitAmendScreen(visit_id: str) -> ft.Control:
    """The form that corrects a visit: the whole record anew, with a reason; the old one stays readable."""
    ui = use_ui()
    view = use_read(lambda s: if_here(lambda: s.visits.view(visit_id)), visit_id)
    opened = visited_step(view) if view else None
    draft = use_draft(f"visit-amend:{visit_id}", amend_start(view) if view else {**START, "why": ""})
    phrases = use_phrases(ui)
    meant = use_meant(f"visit-amend:{visit_id}")

    def discard() -> None:
        draft.discard()
        ui.back()

    ask_discard = use_discard(discard)
    if view is None or view.household is None or opened is None:
        return _missing_visit(ui.back)
    if opened.amendments and not meant.now:
        to_record = (t("visit.to_record"), lambda: ui.replace(f"/visit/{visit_id}"))
        return shut(ui, t("repair.nothing_here_waits"), to_record, meant.mean)
    values, update = draft.values, draft.update
    entry_id, household_id = opened.entry.id, view.household.id

    async def save() -> None:
        draft.flush()
        body = amended_body(view, visit_form(visit_id, household_id, values))
        await ui.do(
            ui.session.amend(entry_id, body, str(values["why"]).strip(), once=draft.once, draft=draft.key),
            then=lambda _: ui.replace(f"/visit/{visit_id}"),
            saved=t("visit.amended"),
        )

    lacking = missing(values) or (None if str(values["why"]).strip() else t("visit.amend_need"))
    content: list[ft.Control] = [notice(t("visit.amend_says"), tone="calm", id="amend-says")]
    content += restored_notice(draft, ask_discard)
    usual = tuple(t(f"visit.phrases.amend_{n}") for n in range(1, 4))
    content.append(
        section(
            t("visit.amend_reason"),
            [
                TextBox(
                    "amend-why",
                    "",
                    values["why"],
                    lambda text: update(why=text),
                    most=500,
                    phrases=usual,
                    name=t("visit.amend_reason"),
                    hint=t("visit.amend_reason_hint"),
                )
            ],
        )
    )
    content.append(who_section(view.household, values, update))
    if values["met"]:
        content += [
            said_section(values, update, phrases),
            promises_section(values, update, china_day(ui.now())),
            occasion_section(values, update),
        ]
    return Scaffold(
        t("visit.amend_heading"),
        content,
        id="visit-amend",
        sub=view.state.address,
        on_back=ui.back,
        cloud=cloud_of(ui),
        action=Action(t("visit.amend_save"), save, icon=ft.Icons.CHECK_ROUNDED, enabled=lacking is None, hint=lacking),
    )


def amend_start(view: VisitView) -> dict[str, Any]:
    """Return the values of the correction's form: what the record says now."""
    body = view.state.body
    people = view.household.people if view.household else []
    name = str(body.get("met_name") or "")
    known = next((person.id for person in people if person.name == name), "other" if name else "")
    promises = [{"n": n, "what": p["what"], "until": p["until"]} for n, p in enumerate(body.get("promises") or ())]
    return {
        **START,
        "met": bool(body.get("met")),
        "met_id": known,
        "met_name": name,
        "met_capacity": str(body.get("met_capacity") or ""),
        "not_met": str(body.get("not_met") or ""),
        "said": str(body.get("said") or ""),
        "promises": promises,
        "occasion": str(body.get("occasion") or "monthly"),
        "note": str(body.get("note") or ""),
        "why": "",
    }


def amended_body(view: VisitView, form: VisitForm) -> dict[str, Any]:
    """Return the whole corrected body: what the form changed, and unchanged what it does not show (place, tickets)."""
    return {
        **view.state.body,
        "occasion": form.occasion,
        "met": form.met,
        "met_name": form.met_name,
        "met_capacity": form.met_capacity,
        "not_met": form.not_met,
        "said": form.said,
        "promises": [{"what": p.what, "until": p.until} for p in form.promises] or None,
        "note": form.note,
    }
