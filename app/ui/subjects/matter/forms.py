"""The forms of a matter's steps; each records one entry (C.3-C.6)."""

from __future__ import annotations

from typing import Any, Final

import flet as ft

from app.actions.matters import MatterView
from app.domain import roles
from app.domain.subjects.matter import MatterCard, kinds, steps
from app.ui.context import Draft, Ui
from app.ui.kit.base import quiet, txt
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import SearchField
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.ticket import paper
from app.ui.moments import chosen_moment, moment_field
from app.ui.router import Route
from app.ui.screens.handbook.polite import PolitePhrases
from app.ui.subjects.matter import words
from app.ui.subjects.matter.page import step_path
from app.ui.subjects.matter.parts import Form, Start, Step, asked, need, step_of, ways, who
from app.ui.texts import t

SHOWN: Final = 8
"""Most colleagues that are listed before a search."""


def _text(draft: Draft, name: str) -> str:
    return str(draft.values[name]).strip()


def _quoted(view: MatterView, words_: str, heading: str) -> ft.Control:
    return paper([txt(heading, ft.TextThemeStyle.TITLE_SMALL), long_txt(words_)], gap=6)


# -- who is responsible ------------------------------------------------------------------------


def _own(ui: Ui, view: MatterView, draft: Draft) -> Step:
    where = ui.session.estate_of(view.state)
    sought = _text(draft, "sought")
    people = [p for p in ui.session.staff_list(estate=where) if p.id != view.state.owner and set(p.roles) - _NEVER]
    if sought:
        people = [
            p for p in people if sought in p.name or sought.lower() in "".join((*p.initials, *p.pinyin, p.number))
        ]
    else:
        near = [p for p in people if view.card.building_id in p.building_ids or roles.OVERSEERS & set(p.roles)]
        people = near + [p for p in people if p not in near]
    shown = people[:SHOWN]
    picked = str(draft.values["owner"])
    options = [
        Option(p.id, p.name, ft.Icons.PERSON_OUTLINE, note="、".join(t(f"shell.role.{role}") for role in p.roles))
        for p in shown
    ]
    content: list[ft.Control] = [
        quiet(t("matter.owner_now", name=view.owner_name)),
        SearchField("own-find", lambda text: draft.set("sought", text), hint=t("matter.find_staff"), initial=sought),
        big_choice(options, picked, lambda v: draft.set("owner", v), id="owner"),
        asked(draft, "reason", lines=2),
    ]
    body = {"owner_id": picked, "reason": _text(draft, "reason")}
    return Step(content, body, need((picked, "owner"), (body["reason"], "reason")))


_NEVER: Final = {roles.FINANCE}


# -- the plan and what came of it --------------------------------------------------------------


def _plan(ui: Ui, view: MatterView, draft: Draft) -> Step:
    body = {"cause": _text(draft, "cause"), "plan": _text(draft, "plan")}
    content = [asked(draft, "cause", lines=2), asked(draft, "plan")]
    return Step(content, body, need((body["cause"], "cause"), (body["plan"], "plan")))


def _agree(ui: Ui, view: MatterView, draft: Draft) -> Step:
    plan = view.state.plan
    says = str((view.state.plan_says or {}).get("plan") or "")
    name, how = _text(draft, "name"), str(draft.values["how"])
    body = {"plan_id": plan.id if plan is not None else "", "name": name, "how": how}
    content = [_quoted(view, says, t("matter.plan")), who(view, draft), ways(draft)]
    return Step(content, body, need((name, "name"), (how, "how")))


def _handle(ui: Ui, view: MatterView, draft: Draft) -> Step:
    body = {name: _text(draft, name) for name in ("cause", "corrective", "preventive")}
    content = [asked(draft, "cause", lines=2), asked(draft, "corrective"), asked(draft, "preventive", lines=2)]
    return Step(content, body, need((body["cause"], "cause"), (body["corrective"], "corrective")))


# -- telling, and another day ------------------------------------------------------------------


def _tell(ui: Ui, view: MatterView, draft: Draft) -> Step:
    state, answer = view.state, bool(draft.values["answer"])
    what, name, how = _text(draft, "what"), _text(draft, "name"), str(draft.values["how"])
    phrases = PolitePhrases(what, lambda said: draft.set("what", said))
    content = [asked(draft, "what"), phrases, who(view, draft), ways(draft)]
    if state.promised_at is not None and state.answered_at is None and not view.card.ended:
        options = [("no", t("matter.answer.no")), ("yes", t("matter.answer.yes"))]
        chosen = "yes" if answer else "no"
        choice = pills(options, chosen, lambda v: draft.set("answer", v == "yes"), id="answer")
        content.append(section(t("matter.answer.heading"), [choice]))
    body = {"what": what, "name": name, "how": how, "answer": answer or None}
    return Step(content, body, need((what, "what"), (how, "how")))


def _postpone(ui: Ui, view: MatterView, draft: Draft) -> Step:
    at = chosen_moment(draft.values)
    body = {"explanation": _text(draft, "explanation"), "appointment_at": at}
    content = [
        quiet(t("matter.postpone_says")),
        asked(draft, "explanation"),
        section(t("matter.new_appointment"), [moment_field(ui, draft, "appointment")]),
    ]
    return Step(content, body, need((body["explanation"], "explanation"), (at, "appointment")))


# -- answering in writing ----------------------------------------------------------------------


def _draft(ui: Ui, view: MatterView, draft: Draft) -> Step:
    text = _text(draft, "text")
    phrases = PolitePhrases(text, lambda said: draft.set("text", said))
    content: list[ft.Control] = [quiet(t("matter.draft_says")), asked(draft, "text", lines=10), phrases]
    return Step(content, {"text": text}, need((text, "text")))


def _release(ui: Ui, view: MatterView, draft: Draft) -> Step:
    letter = view.state.draft
    says = str(letter.body["text"]) if letter is not None else ""
    content = [quiet(t("matter.release_says")), _quoted(view, view.card.content, t("matter.fact.said"))]
    content.append(_quoted(view, says, t("matter.reply")))
    return Step(content, {"draft_id": letter.id if letter is not None else ""}, None)


def _send(ui: Ui, view: MatterView, draft: Draft) -> Step:
    letter, how = view.state.draft, str(draft.values["how"])
    options = [(way, words.said("sent", way)) for way in kinds.SENT]
    content: list[ft.Control] = [
        _quoted(view, str(letter.body["text"]) if letter is not None else "", t("matter.reply")),
        section(t("matter.sent_how"), [pills(options, how, lambda v: draft.set("how", v), id="how")]),
    ]
    return Step(content, {"draft_id": letter.id if letter is not None else "", "how": how}, need((how, "how")))


# -- the end, and not the end ------------------------------------------------------------------


_SAYS_ITSELF: Final = kinds.OUTCOMES[:2]
"""Outcomes that need no more words; why something could not be done is said."""


def _close(ui: Ui, view: MatterView, draft: Draft) -> Step:
    result, polite, satisfied = _text(draft, "result"), bool(draft.values["polite"]), str(draft.values["satisfied"])
    invalid = view.state.valid is False
    of_card = bool(view.card.as_(MatterCard).wanted) and view.card.kind != kinds.COMPLAINT and not invalid
    outcome = str(draft.values.get("outcome") or "") if of_card else ""
    content: list[ft.Control] = []
    if of_card:
        options = [(one, words.said("outcome", one)) for one in kinds.OUTCOMES]
        picked = pills(options, outcome, lambda v: draft.set("outcome", v), id="outcome")
        content.append(section(t("matter.outcome_heading"), [picked]))
        if outcome in _SAYS_ITSELF:
            result = result or words.said("outcome", outcome)
    content.append(asked(draft, "result"))
    if invalid:
        option = Option(
            "yes", t("matter.told_politely"), ft.Icons.VOLUNTEER_ACTIVISM_OUTLINED, note=t("matter.polite_says")
        )
        content.append(
            big_choice([option], "yes" if polite else None, lambda _: draft.set("polite", not polite), id="polite")
        )
    if not view.state.anonymous:
        options = [(v, t(f"matter.satisfied.{v}")) for v in ("yes", "no", "unasked")]
        choice = pills(options, satisfied, lambda v: draft.set("satisfied", v), id="satisfied")
        content.append(section(t("matter.satisfied.heading"), [choice]))
    if view.absorbed:
        content.append(quiet(t("matter.tell_each", n=len(view.absorbed))))
    body = {
        "result": result,
        "outcome": outcome or None,
        "told_politely": True if invalid and polite else None,
        "satisfied": {"yes": True, "no": False}.get(satisfied),
    }
    return Step(
        content, body, need((outcome or not of_card, "outcome"), (result, "result"), (polite or not invalid, "polite"))
    )


def _dismiss(ui: Ui, view: MatterView, draft: Draft) -> Step:
    why, reason = str(draft.values["why"]), _text(draft, "dismiss")
    options = [(one, words.said("why", one)) for one in kinds.FALSE_ALARMS]
    content: list[ft.Control] = [
        _quoted(view, view.card.content, t("matter.fact.said")),
        section(t("matter.why_heading"), [pills(options, why, lambda v: draft.set("why", v), id="why")]),
        asked(draft, "dismiss", lines=2),
        quiet(t("matter.dismiss_says")),
    ]
    return Step(content, {"why": why, "reason": reason}, need((why, "why"), (reason, "dismiss")))


def _reopen(ui: Ui, view: MatterView, draft: Draft) -> Step:
    reason = _text(draft, "reopen")
    return Step([quiet(t("matter.reopen_says")), asked(draft, "reopen")], {"reason": reason}, need((reason, "reason")))


def _spoken(view: MatterView) -> dict[str, Any]:
    return {"name": view.card.contact_name, "how": "phone" if view.card.contact_phone else ""}


def _handled_start(view: MatterView) -> dict[str, Any]:
    says = view.state.plan_says or {}
    return {"cause": says.get("cause") or "", "corrective": says.get("plan") or "", "preventive": ""}


def _letter(view: MatterView) -> dict[str, Any]:
    """Return the draft's text; for a first draft, the usual beginning of a letter: the name, and thanks."""
    if view.state.draft is not None:
        return {"text": str(view.state.draft.body["text"])}
    return {"text": t("matter.letter", name=view.card.contact_name or t("matter.resident"))}


_STEPS: Final[tuple[tuple[str, Start, Form], ...]] = (
    (steps.OWN, lambda _: {"owner": "", "sought": "", "reason": ""}, _own),
    (steps.PLAN, lambda v: {"cause": (v.state.plan_says or {}).get("cause") or "", "plan": ""}, _plan),
    (steps.AGREE, _spoken, _agree),
    (steps.HANDLE, _handled_start, _handle),
    (steps.TELL, lambda v: {"what": "", "answer": False, **_spoken(v)}, _tell),
    (steps.POSTPONE, lambda _: {"explanation": "", "day": "", "hour": -1}, _postpone),
    (steps.DRAFT, _letter, _draft),
    (steps.RELEASE, lambda _: {}, _release),
    (steps.SEND, lambda _: {"how": ""}, _send),
    (
        steps.CLOSE,
        lambda v: {
            "result": (v.state.handled or {}).get("corrective") or "",
            "polite": False,
            "satisfied": "unasked",
            "outcome": "",
        },
        _close,
    ),
    (steps.DISMISS, lambda _: {"why": "", "dismiss": ""}, _dismiss),
    (steps.REOPEN, lambda _: {"reopen": ""}, _reopen),
)

ROUTES: Final = tuple(
    Route(step_path("{matter_id}", verb), step_of(verb, start, form), parent="/matter/{matter_id}")
    for verb, start, form in _STEPS
)
