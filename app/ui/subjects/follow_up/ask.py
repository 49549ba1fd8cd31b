"""Asking a resident, at the door with a signature or by phone: what they say, and whether it is settled (D.3, D.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.follow_ups import FollowUpForm, FollowUpView, filled
from app.actions.models import Signature, SigningContent
from app.domain.subjects.follow_up import ASK, SIGN, kinds
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.ui.context import Draft, Ui, if_here, use_draft, use_read, use_ui
from app.ui.kit.base import flow, quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import Option, big_choice, pill, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.moments import UNCHOSEN, chosen_moment, moment_field
from app.ui.router import Route
from app.ui.subjects import face_of
from app.ui.subjects.follow_up import words
from app.ui.subjects.follow_up.page import FollowUpScreen, path_of
from app.ui.subjects.matter.fields import matter_form
from app.ui.subjects.matter.new import raised_matter
from app.ui.subjects.matter.words import class_word
from app.ui.subjects.ticket.fields import ticket_form
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.new import raised_ticket
from app.ui.subjects.ticket.signing import SigningFlow
from app.ui.subjects.ticket.step_form import step_screen, text_setter
from app.ui.subjects.visit.fields import raised_section
from app.ui.texts import t
from app.ui.ticket_words import capacity_of, joined, word

START: Final[dict[str, Any]] = {
    "way": "", "met": True, "not_met": "", "other": False, "name": "", "capacity": "", "satisfied": "", "said": "",
    "settled": "", "promise": "", "tickets": [], "matters": [], **UNCHOSEN,
}  # fmt: skip
_SAID: Final = {"yes": True, "no": False}


def draft_key(follow_up_id: str) -> str:
    """Return the key of the form's draft."""
    return f"follow-up-ask:{follow_up_id}"


def form_of(values: Mapping[str, Any], follow_up_id: str, once: str) -> FollowUpForm:
    """Return the draft's values as the form that is saved."""
    said = {name: values[name] for name in ("way", "met", "not_met", "name", "capacity", "said", "promise")}
    chosen = {"satisfied": _SAID.get(values["satisfied"]), "settled": _SAID.get(values["settled"])}
    raised = {
        "tickets": tuple(ticket_form(one) for one in values["tickets"]),
        "matters": tuple(matter_form(one) for one in values["matters"]),
    }
    return filled(said | chosen | raised | {"again_at": chosen_moment(values)}, follow_up_id, once)


def missing(form: FollowUpForm) -> str | None:
    """Return what is missing first, in words; None when nothing is."""
    again = form.again_at is not None
    needs = (
        [(form.name.strip(), "name"), (form.satisfied is not None, "satisfied"),
         (form.satisfied is not False or form.said.strip(), "said"), (form.settled is not None, "settled"),
         (form.settled is not False or form.promise.strip(), "promise"), (form.settled is not False or again, "again")]
        if form.met
        else [(form.not_met, "not_met"), (form.not_met != kinds.REFUSED_TO_SIGN or again, "again")]
    )  # fmt: skip
    return next((t(f"follow_up.need.{key}") for there, key in [(form.way, "way"), *needs] if not there), None)


@ft.component
def AskScreen(follow_up_id: str) -> ft.Control:
    """The form's screen, as long as it is this person's turn to ask."""
    ui = use_ui()
    view: FollowUpView | None = use_read(lambda s: if_here(lambda: s.follow_ups.view(follow_up_id)), follow_up_id)
    if view is None or (view.move != ASK and not ui.saving):
        way = (t("follow_up.opens.follow_up"), lambda: ui.replace(path_of(follow_up_id)))
        return shut(ui, t("repair.nothing_here_more"), way)
    return AskForm(view)


@ft.component
def AskForm(view: FollowUpView) -> ft.Control:
    """The form: asking at the door goes on to the signing page, asking by phone is saved here."""
    ui = use_ui()
    follow_up_id = view.card.id
    start = START if view.state.phone_will_do else START | {"way": kinds.DOOR}
    draft = use_draft(draft_key(follow_up_id), start)
    form = form_of(draft.values, follow_up_id, draft.once)
    lacks = missing(form)

    async def save() -> None:
        draft.flush()
        verb = ui.session.follow_ups.record(form, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.replace(path_of(follow_up_id)))

    def to_sign() -> None:
        draft.flush()
        ui.go(path_of(follow_up_id, f"{ASK}/sign"))

    at_door = form.met and form.way == kinds.DOOR
    action = (
        Action(t("follow_up.to_sign"), to_sign, icon=ft.Icons.DRAW_OUTLINED, enabled=lacks is None, hint=lacks)
        if at_door
        else Action(t("follow_up.save"), save, enabled=lacks is None, hint=lacks)
    )
    content = [*_how(view, draft), *(_said(ui, view, draft, form) if form.met else _not_met(ui, draft, form))]
    return step_screen(ui, "follow-up-ask", t("follow_up.do.ask"), view, content, action, draft=draft)


def _how(view: FollowUpView, draft: Draft) -> list[ft.Control]:
    if not view.state.phone_will_do:
        return [notice(t("follow_up.door_only"), id="door-only", tone="amber"), _met(draft)]
    options = [
        Option(
            kinds.DOOR, words.said("way", kinds.DOOR), ft.Icons.DOOR_FRONT_DOOR_OUTLINED, note=t("follow_up.door_says")
        ),
        Option(kinds.PHONE, words.said("way", kinds.PHONE), ft.Icons.CALL_OUTLINED, note=t("follow_up.phone_says")),
    ]
    return [big_choice(options, str(draft.values["way"]) or None, lambda v: draft.set("way", v), id="way"), _met(draft)]


def _met(draft: Draft) -> ft.Control:
    options = [("yes", t("follow_up.met.yes")), ("no", t("follow_up.met.no"))]
    chosen = "yes" if draft.values["met"] else "no"
    return section(
        t("follow_up.met.heading"), [pills(options, chosen, lambda v: draft.set("met", v == "yes"), id="met")]
    )


def _said(ui: Ui, view: FollowUpView, draft: Draft, form: FollowUpForm) -> list[ft.Control]:
    values = draft.values
    home = view.household
    people = {person.name: person.relation for person in (home.people if home else ())}
    names = dict.fromkeys([view.card.contact_name, *people])
    chips = [
        pill(
            f"who-{n}", name,
            lambda name=name: draft.update(other=False, name=name, capacity=capacity_of(people.get(name, ""))),  # type: ignore[misc]
            selected=values["name"] == name and not values["other"],
        )
        for n, name in enumerate(name for name in names if name)
    ]  # fmt: skip
    other = bool(values["other"]) or str(values["name"]) not in ("", *names) or not chips
    if chips:
        to_other = lambda: draft.update(other=True, name="", capacity="")  # noqa: E731
        chips.append(pill("who-other", t("follow_up.who_other"), to_other, selected=other))
    box = TextBox("who-name", t("follow_up.who_name"), str(values["name"]), text_setter(draft, "name"), most=60)
    found: list[ft.Control] = [
        section(t("follow_up.who"), [*([flow(chips)] if chips else []), *([box] if other else [])]),
        section(t("follow_up.satisfied.heading"), [_yes_no(draft, "satisfied")]),
        words.asked(draft, "said"),
    ]
    if form.satisfied is False and ui.session.follow_ups.reopens(view.card.id) is not None:
        found.append(notice(t("follow_up.reopens"), kept=t("follow_up.reopens_says"), id="reopens", tone="amber"))
    found.append(section(t("follow_up.settled.heading"), [_yes_no(draft, "settled")]))
    if form.settled is False:
        found += [words.asked(draft, "promise"), section(t("follow_up.again"), [moment_field(ui, draft, "again")])]
    to_ticket = path_of(view.card.id, f"{ASK}/ticket")
    if values["tickets"] or values["matters"]:
        found.append(raised_section(values, draft.update, lambda: ui.go(to_ticket), t("follow_up.goes_up_together")))
    elif form.settled is not None:
        # Offered only once the questions are answered: people mention other things at the end.
        add = t("visit.add_ticket")
        found.append(small_button("add-ticket", add, lambda: ui.go(to_ticket), icon=ft.Icons.ADD_ROUNDED, tone="text"))
    return found


def _not_met(ui: Ui, draft: Draft, form: FollowUpForm) -> list[ft.Control]:
    at_door = form.way != kinds.PHONE
    reasons = [
        why for why in kinds.NOT_MET if why not in ({"no_answer"} if at_door else {"nobody_home", "refused_to_sign"})
    ]
    options = [(why, words.said("not_met", why)) for why in reasons]
    found: list[ft.Control] = [
        section(
            t("follow_up.why_not"), [pills(options, form.not_met, lambda v: draft.set("not_met", v), id="not-met")]
        ),
        quiet(t("follow_up.not_done_says")),
        section(t("follow_up.again"), [moment_field(ui, draft, "again")]),
    ]
    return found


def _yes_no(draft: Draft, name: str) -> ft.Control:
    options = [(value, t(f"follow_up.{name}.{value}")) for value in ("yes", "no")]
    return pills(options, str(draft.values[name]), lambda v: draft.set(name, v), id=name)


# -- what is raised there ----------------------------------------------------------------------


@ft.component
def AskTicketScreen(follow_up_id: str) -> ft.Control:
    """The form for a repair raised during the follow-up; it is added to the form and saved with it (D.5)."""
    household = use_read(lambda s: _household(s, follow_up_id), follow_up_id)
    kept, path = f"follow-up-ticket:{follow_up_id}", path_of(follow_up_id, ASK)
    return raised_ticket(draft_key(follow_up_id), kept, path, household, t("follow_up.add_raised"))


@ft.component
def AskMatterScreen(follow_up_id: str) -> ft.Control:
    """The form for any other matter raised during the follow-up (D.5)."""
    household = use_read(lambda s: _household(s, follow_up_id), follow_up_id)
    kept = f"follow-up-matter:{follow_up_id}"
    return raised_matter(draft_key(follow_up_id), kept, household, t("follow_up.add_raised"))


def _household(session: Session, follow_up_id: str) -> str:
    card = session.card(FOLLOW_UP, follow_up_id)
    return (card.household_id if card is not None else None) or ""


# -- signing -----------------------------------------------------------------------------------


def _called(form: FollowUpForm) -> dict[str, str]:
    """Return what the resident reads of each thing that was raised, by its id."""
    tickets = {
        form.ticket_id(n): f"{word('kind', one.ticket_kind)} · {one.content}" for n, one in enumerate(form.tickets)
    }
    return tickets | {
        form.matter_id(n): f"{class_word(one.kind)} · {one.content}" for n, one in enumerate(form.matters)
    }


def _to_sign(session: Session, follow_up_id: str) -> tuple[FollowUpForm, SigningContent] | None:
    """Return the filled-in form and what is to be signed; ``None`` when there is nothing to sign (any more)."""
    kept = session.draft(draft_key(follow_up_id))
    if kept is None:
        return None
    form = form_of({**START, **kept}, follow_up_id, str(kept["_once"]))
    if missing(form) is not None or not form.met or form.way != kinds.DOOR:
        return None
    content = if_here(lambda: session.follow_ups.content(form))
    return (form, content) if content is not None else None


@ft.component
def AskSignScreen(follow_up_id: str) -> ft.Control:
    """The resident signs before the follow-up is saved: answers and signature become one transaction."""
    ui = use_ui()
    found = use_read(lambda s: _to_sign(s, follow_up_id), follow_up_id)
    view: FollowUpView | None = use_read(lambda s: if_here(lambda: s.follow_ups.view(follow_up_id)), follow_up_id)
    if found is None or view is None:
        return _nothing(ui, follow_up_id)
    form, content = found

    async def save(signature: Signature, drawing: Draft) -> None:
        saved = await ui.do(
            ui.session.follow_ups.record(form, signature, draft=draft_key(follow_up_id)),
            then=lambda _: ui.replace(path_of(follow_up_id)),
            saved=t("follow_up.saved_signed"),
        )
        if saved is not None:
            drawing.discard()

    return SigningFlow(
        t("follow_up.sign_heading"),
        content,
        signer="resident",
        who={"name": form.name, "capacity": form.capacity or "family"},
        key_of_draft=f"follow-up-sign:{follow_up_id}:{form.name}",
        save=save,
        on_close=ui.back,
        people=tuple(view.household.people) if view.household else (),
        tickets=_called(form),
        agree=t("follow_up.agree"),
    )


@ft.component
def SignAgainScreen(follow_up_id: str) -> ft.Control:
    """The resident signs again, after the answers were corrected."""
    ui = use_ui()
    view: FollowUpView | None = use_read(lambda s: if_here(lambda: s.follow_ups.view(follow_up_id)), follow_up_id)
    if view is None or view.move != SIGN or view.state.now is None:
        return _nothing(ui, follow_up_id)
    said = view.state.now[1]
    content = ui.session.signing_content(FOLLOW_UP, follow_up_id, FOLLOW_UP)

    async def save(signature: Signature, drawing: Draft) -> None:
        await ui.do(
            ui.session.sign(signature, once=drawing.once, draft=drawing.key),
            then=lambda _: ui.replace(path_of(follow_up_id)),
            saved=t("follow_up.saved_signed"),
        )

    return SigningFlow(
        t("follow_up.sign_heading"),
        content,
        signer="resident",
        who={"name": str(said.get("name") or ""), "capacity": str(said.get("capacity") or "family")},
        key_of_draft=f"follow-up-sign-again:{follow_up_id}",
        save=save,
        on_close=ui.back,
        people=tuple(view.household.people) if view.household else (),
        tickets={card.id: joined(face_of(card.type).line(card)[0], card.content) for card in view.raised_now},
        agree=t("follow_up.agree"),
    )


def _nothing(ui: Ui, follow_up_id: str) -> ft.Control:
    return shut(
        ui, t("repair.nothing_here_waits"), (t("follow_up.opens.follow_up"), lambda: ui.replace(path_of(follow_up_id)))
    )


_PAGE: Final = path_of("{follow_up_id}")
ROUTES: Final = (
    Route(_PAGE, FollowUpScreen, parent="/follow-ups"),
    Route(f"{_PAGE}/{ASK}", AskScreen, parent=_PAGE),
    Route(f"{_PAGE}/{ASK}/ticket", AskTicketScreen, parent=f"{_PAGE}/{ASK}"),
    Route(f"{_PAGE}/{ASK}/matter", AskMatterScreen, parent=f"{_PAGE}/{ASK}"),
    Route(f"{_PAGE}/{ASK}/sign", AskSignScreen, parent=f"{_PAGE}/{ASK}", alone=True),
    Route(f"{_PAGE}/{SIGN}", SignAgainScreen, parent=_PAGE, alone=True),
)
