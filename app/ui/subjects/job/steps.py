"""The forms of a job's steps: one question each, kept as a draft until it is saved (B.2-B.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from app.actions.models import JobView, Signature
from app.domain.subjects.job.kinds import CLEANING, END, EXTEND, FAULTS, GIVE, JOB, KEEP, SPECIAL_CLEANING
from app.domain.subjects.job.life import JOB_DONE, SERVED
from app.ui.context import Draft, Ui, if_here, use_draft, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import Option, big_choice, pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.router import Route
from app.ui.screens.desk.parts import ring
from app.ui.subjects.job.due import due_section
from app.ui.subjects.job.face import JobFace
from app.ui.subjects.job.page import FAULTERS
from app.ui.subjects.job.people import receiver_section
from app.ui.subjects.ticket.gate import shut
from app.ui.subjects.ticket.lines import LineEditor, all_counted, priced_lines, total_of
from app.ui.subjects.ticket.signing import SigningFlow
from app.ui.subjects.ticket.step_form import phrases, step_screen, text_setter
from app.ui.texts import t
from app.ui.ticket_words import capacity_of, fees_of

Form = Callable[[Ui, JobView, Draft], ft.Control]
_FACE: Final = JobFace()


def step(verb: str, start: Callable[[JobView], dict[str, Any]], form: Form) -> Callable[..., ft.Control]:
    """Return the screen of a step: its ``form`` as long as this person can do the step, otherwise a link to the job."""

    @ft.component
    def Step(subject_id: str) -> ft.Control:
        ui = use_ui()
        view: JobView | None = use_read(lambda s: if_here(lambda: s.jobs.view(subject_id)), subject_id)
        shown: ft.MutableRef[JobView | None] = ft.use_ref()
        if view is not None and (verb in view.verbs or _judges(ui, view, verb)):
            shown.current = view
        elif not ui.saving:
            shown.current = None
        if shown.current is None:
            back = (t("job.opens.job"), lambda: ui.replace(f"/job/{subject_id}"))
            return shut(ui, t("repair.nothing_here_waits"), back)
        return Inside(shown.current, key=subject_id)  # type: ignore[call-arg]

    @ft.component
    def Inside(view: JobView) -> ft.Control:
        ui = use_ui()
        draft = use_draft(f"job-{verb}:{view.state.id}", start(view))
        return form(ui, view, draft)

    return Step


def _judges(ui: Ui, view: JobView, verb: str) -> bool:
    return verb == "fault" and bool(ui.session.roles_on(view.state) & FAULTERS)


def _screen(
    ui: Ui, verb: str, view: JobView, content: list[ft.Control], draft: Draft, save: Any, missing: str | None
) -> ft.Control:
    action = Action(t(f"job.save.{verb}"), save, enabled=missing is None, hint=missing, icon=ft.Icons.CHECK_ROUNDED)
    parts = [_FACE.head(view, ui.now()), *content]
    return step_screen(ui, f"job-{verb}", t(f"job.do.{verb}"), view, parts, action, draft=draft)


def _text(draft: Draft, name: str, verb: str, *, lines: int = 2) -> ft.Control:
    """Return a text field with its heading and its usual phrases."""
    heading = t(f"job.field.{verb}_{name}")
    key = f"job.phrases.{verb}_{name}"
    box = TextBox(
        name, "", draft.values[name], text_setter(draft, name), lines=lines, most=3000, name=heading,
        phrases=phrases(key), key=f"{name}-{draft.once}",
    )  # fmt: skip
    return section(heading, [box])


def _need(draft: Draft, *names: str, verb: str) -> str | None:
    """Return which of these texts is the first that is still empty, in words; None when none is."""
    blank = next((name for name in names if not str(draft.values[name]).strip()), None)
    return t("job.need.text", what=t(f"job.field.{verb}_{blank}")) if blank else None


def _to_job(ui: Ui, view: JobView) -> Callable[[object], object]:
    return lambda _: ui.replace(f"/job/{view.state.id}")


def _report(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """B.3: report how it stands before the answer is due."""

    async def save() -> None:
        said = {"note": str(draft.values["note"]).strip()}
        verb = ui.session.record(JOB, view.state.id, "job_progress", said, once=draft.once, draft=draft.key)
        await ui.do(verb, then=_to_job(ui, view))

    return _screen(
        ui, "report", view, [_text(draft, "note", "report")], draft, save, _need(draft, "note", verb="report")
    )


def _escalate(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """B.2: it cannot be done: choose who decides, and give the reason. Until that person decides, it stays with this
    one."""
    people = ui.session.jobs.next_level(view)
    to = str(draft.values["to"]) or (people[0].id if people else "")
    who = pills([(one.id, one.name) for one in people], to, lambda id_: draft.set("to", id_), id="to")

    async def save() -> None:
        said = {"reason": str(draft.values["reason"]).strip(), "to_id": to}
        verb = ui.session.record(JOB, view.state.id, "job_escalated", said, once=draft.once, draft=draft.key)
        await ui.do(verb, then=_to_job(ui, view))

    content = [
        _text(draft, "reason", "escalate"),
        section(t("job.escalate_to"), [who, quiet(t("job.escalate_says"))]),
    ]
    return _screen(ui, "escalate", view, content, draft, save, _need(draft, "reason", verb="escalate"))


@ft.component
def _Receivers(view: JobView, chosen: str, on_choose: Callable[[str], object]) -> ft.Control:
    """The choice of another receiver."""
    ui = use_ui()
    query, set_query = ft.use_state("")
    estate = ui.session.estate_of(view.state)
    people = use_read(lambda s: s.jobs.receivers(estate), estate)
    others = [person for person in people if person.id != view.state.receiver]
    return receiver_section(others, chosen, query, on_choose, set_query, t("job.give_to"))


def _decide(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """B.2: decide what becomes of an escalated job: keep, give to somebody else, extend or end it."""
    v, now = draft.values, ui.now()
    decision = str(v["decision"])
    options = [
        Option(KEEP, t("job.decision.keep"), ft.Icons.PERSON_OUTLINE, "calm", t("job.decide.keep")),
        Option(GIVE, t("job.decision.give"), ft.Icons.PERSON_ADD_ALT, "calm", t("job.decide.give")),
        Option(EXTEND, t("job.decision.extend"), ft.Icons.MORE_TIME_ROUNDED, "amber", t("job.decide.extend")),
        Option(END, t("job.decision.end"), ft.Icons.BLOCK, "red", t("job.decide.end")),
    ]
    said = str((view.state.escalated or {}).get("reason") or "")
    content: list[ft.Control] = [
        section(t("job.decide.heading", name=view.receiver_name), [quiet(said)]),
        section(
            t("job.decide.what"), [big_choice(options, decision, lambda d: draft.set("decision", d), id="decision")]
        ),
    ]
    missing = None if decision else t("job.need.decision")
    if decision == GIVE:
        content.append(_Receivers(view, str(v["receiver"]), lambda id_: draft.set("receiver", id_), key="to"))  # type: ignore[call-arg]
        missing = None if v["receiver"] else t("job.need.receiver")
    if decision == EXTEND:
        content.append(
            due_section(v["due"], bool(v["other"]), now, lambda due, other: draft.update(due=due, other=other))
        )
        missing = None if v["due"] is not None and int(v["due"]) > now else t("job.need.due_later")
    if decision:
        content.append(_text(draft, "reason", "decide"))
    if decision == END and missing is None:
        missing = _need(draft, "reason", verb="decide")

    async def save() -> None:
        body: dict[str, Any] = {"reason": str(v["reason"]).strip() or None}
        if decision == GIVE:
            body["receiver_id"] = v["receiver"]
        if decision == EXTEND:
            body["due_at"] = v["due"]
        verb = ui.session.jobs.decide(view, decision, body, once=draft.once, draft=draft.key)
        await ui.do(verb, then=_to_job(ui, view))

    return _screen(ui, "decide", view, content, draft, save, missing)


def _finish(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """B.4: record what was done and the result; B.8: and what it costs."""
    v = draft.values
    content = [_text(draft, "process", "finish"), _text(draft, "result", "finish")]
    priced = view.state.kind in (CLEANING, SPECIAL_CLEANING) or bool(v["lines"])
    if priced:
        content.append(
            LineEditor(  # type: ignore[call-arg]
                v["lines"],
                lambda lines: draft.set("lines", lines),
                heading=t("job.ordered"),
                near=view.state.content,
                estate=ui.session.estate_of(view.state),
                key=f"lines-{draft.once}",
            )
        )

    async def save() -> None:
        said: dict[str, Any] = {name: str(v[name]).strip() for name in ("process", "result")}
        if priced:
            said |= {"lines": priced_lines(ui.session, v["lines"]), "total_fen": total_of(v["lines"])}
        verb = ui.session.record(JOB, view.state.id, "job_finished", said, once=draft.once, draft=draft.key)
        # The person it was done for stands by: they sign next.
        await ui.do(verb, then=lambda _: ui.replace(f"/job/{view.state.id}/sign"))

    missing = _need(draft, "process", "result", verb="finish")
    if missing is None and not all_counted(v["lines"]):
        missing = t("repair.line.quantity_wrong")
    return _screen(ui, "finish", view, content, draft, save, missing)


def _by_phone(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """B.4: when nobody could sign: give the reason, and who confirmed by phone that it is done."""
    phone = view.state.served_phone
    content: list[ft.Control] = []
    if phone:
        words = t("desk.asked.call", phone=phone)
        content.append(small_button("by-phone-call", words, lambda: ring(phone), icon=ft.Icons.CALL_OUTLINED))
    content += [_text(draft, "name", "by_phone", lines=1), _text(draft, "reason", "by_phone")]

    async def save() -> None:
        said = {name: str(draft.values[name]).strip() for name in ("name", "reason")} | {"phone": phone or None}
        verb = ui.session.record(JOB, view.state.id, "job_confirmed_by_phone", said, once=draft.once, draft=draft.key)
        await ui.do(verb, then=_to_job(ui, view))

    missing = _need(draft, "name", "reason", verb="by_phone")
    return _screen(ui, "by_phone", view, content, draft, save, missing)


def _send_back(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """Send a job back that is not what was asked for."""

    async def save() -> None:
        verb = ui.session.jobs.send_back(view, str(draft.values["reason"]).strip(), once=draft.once, draft=draft.key)
        await ui.do(verb, then=_to_job(ui, view))

    missing = _need(draft, "reason", verb="send_back")
    return _screen(ui, "send_back", view, [_text(draft, "reason", "send_back")], draft, save, missing)


def _call_back(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """B.4: record whether they were satisfied, and who answered; a satisfied answer files the job at once."""
    v = draft.values
    phone = view.state.served_phone
    options = [
        Option("yes", t("desk.call.yes"), ft.Icons.SENTIMENT_SATISFIED_ALT, "good", t("job.call_yes")),
        Option("no", t("desk.call.no"), ft.Icons.SENTIMENT_DISSATISFIED, "amber", t("job.call_no")),
    ]
    ask: list[ft.Control] = []
    if phone:
        ask.append(
            small_button(
                "call-back-call", t("desk.asked.call", phone=phone), lambda: ring(phone), icon=ft.Icons.CALL_OUTLINED
            )
        )
    ask.append(big_choice(options, v["satisfied"], lambda value: draft.set("satisfied", value), id="satisfied"))
    content = [section(t("job.call_ask"), ask), _text(draft, "name", "call_back", lines=1)]
    missing = None if v["satisfied"] else t("job.need.satisfied")
    if missing is None:
        missing = _need(draft, "name", verb="call_back")
    if v["satisfied"] == "no":
        content.append(_text(draft, "note", "call_back"))
        missing = missing or _need(draft, "note", verb="call_back")

    async def save() -> None:
        verb = ui.session.jobs.call_back(
            view, v["satisfied"] == "yes", str(v["name"]).strip(), str(v["note"]).strip(),
            once=draft.once, draft=draft.key,
        )  # fmt: skip
        await ui.do(verb, then=_to_job(ui, view))

    return _screen(ui, "call_back", view, content, draft, save, missing)


def _give(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """Give the job to somebody else."""
    v = draft.values
    content = [
        _Receivers(view, str(v["receiver"]), lambda id_: draft.set("receiver", id_), key="to"),  # type: ignore[call-arg]
        _text(draft, "reason", "give"),
    ]
    missing = None if v["receiver"] else t("job.need.receiver")

    async def save() -> None:
        verb = ui.session.jobs.give(
            view, str(v["receiver"]), str(v["reason"]).strip(), once=draft.once, draft=draft.key
        )
        await ui.do(verb, then=_to_job(ui, view))

    return _screen(ui, "give", view, content, draft, save, missing or _need(draft, "reason", verb="give"))


def _void(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """B.6: void a spoiled job; its number stays."""

    async def save() -> None:
        said = {"reason": str(draft.values["reason"]).strip()}
        verb = ui.session.record(JOB, view.state.id, "job_voided", said, once=draft.once, draft=draft.key)
        await ui.do(verb, then=_to_job(ui, view))

    content = [_text(draft, "reason", "void"), quiet(t("job.void_says"))]
    return _screen(ui, "void", view, content, draft, save, _need(draft, "reason", verb="void"))


def _fault(ui: Ui, view: JobView, draft: Draft) -> ft.Control:
    """B.7: record a breach that no program can find by itself."""
    v = draft.values
    sender = view.state.opened.author if view.state.opened is not None else ""
    whose = [(sender, view.sender_name), (view.state.receiver or "", view.receiver_name)]
    people = list(dict.fromkeys(whose))
    kinds_ = [(fault, t(f"job.fault.{fault}")) for fault in FAULTS]
    content = [
        section(t("job.fault_what"), [pills(kinds_, str(v["fault"]), lambda f: draft.set("fault", f), id="fault")]),
        section(t("job.fault_whose"), [pills(people, str(v["staff"]), lambda s: draft.set("staff", s), id="staff")]),
        _text(draft, "reason", "fault"),
    ]
    missing = None if v["fault"] and v["staff"] else t("job.need.fault")

    async def save() -> None:
        said = {"fault": v["fault"], "staff_id": v["staff"], "reason": str(v["reason"]).strip()}
        verb = ui.session.record(JOB, view.state.id, "job_faulted", said, once=draft.once, draft=draft.key)
        await ui.do(verb, then=_to_job(ui, view))

    return _screen(ui, "fault", view, content, draft, save, missing or _need(draft, "reason", verb="fault"))


@ft.component
def JobSignScreen(subject_id: str) -> ft.Control:
    """The person it was done for signs (B.4) what was asked, what was done, and what it costs."""
    ui = use_ui()
    view: JobView | None = use_read(lambda s: if_here(lambda: s.jobs.view(subject_id)), subject_id)
    shown: ft.MutableRef[JobView | None] = ft.use_ref()
    if view is not None and "sign" in view.verbs:
        shown.current = view
    elif not ui.saving:
        shown.current = None
    if shown.current is None:
        return shut(ui, t("repair.nothing_here_waits"), (t("job.opens.job"), lambda: ui.replace(f"/job/{subject_id}")))
    return _Signing(shown.current, key=subject_id)  # type: ignore[call-arg]


@ft.component
def _Signing(view: JobView) -> ft.Control:
    ui = use_ui()
    job_id = view.state.id
    content = use_read(lambda s: s.signing_content(JOB, job_id, JOB_DONE), job_id)
    people = tuple(view.household.people) if view.household else ()
    name = view.state.served_name or (people[0].name if people else "")
    relation = next((person.relation for person in people if person.name == name), "")

    async def save(signature: Signature, draft: Draft) -> None:
        await ui.do(
            ui.session.sign(signature, once=draft.once, draft=draft.key),
            then=_to_job(ui, view),
            saved=t("repair.sign.thanks"),
        )

    return SigningFlow(
        t("job.sign_heading"),
        content,
        signer=SERVED,
        who={"name": name, "capacity": capacity_of(relation)},
        key_of_draft=f"job-sign:{job_id}",
        save=save,
        on_close=ui.back,
        people=people,
        agree=t("job.sign_agree"),
    )


def _reason(_: JobView) -> dict[str, Any]:
    return {"reason": ""}


_PAGE: Final = "/job/{subject_id}"
_STEPS: Final[dict[str, tuple[Callable[[JobView], dict[str, Any]], Form]]] = {
    "report": (lambda _: {"note": ""}, _report),
    "escalate": (lambda _: {"reason": "", "to": ""}, _escalate),
    "decide": (lambda _: {"decision": "", "reason": "", "receiver": "", "due": None, "other": False}, _decide),
    "finish": (
        lambda view: {"process": "", "result": "", "lines": fees_of(view.state.fees.get("lines") or ())},
        _finish,
    ),
    "by_phone": (lambda view: {"name": view.state.served_name, "reason": ""}, _by_phone),
    "send_back": (_reason, _send_back),
    "call_back": (lambda view: {"satisfied": "", "name": view.state.served_name, "note": ""}, _call_back),
    "give": (lambda _: {"receiver": "", "reason": ""}, _give),
    "void": (_reason, _void),
    "fault": (lambda _: {"fault": "", "staff": "", "reason": ""}, _fault),
}

ROUTES: Final = (
    *(Route(f"{_PAGE}/{verb}", step(verb, *made), parent=_PAGE) for verb, made in _STEPS.items()),
    Route(f"{_PAGE}/sign", JobSignScreen, parent=_PAGE, alone=True),
)
