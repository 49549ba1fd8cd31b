"""Steps with one text and a tap: finish, close, escalate, report the progress (A.2, A.9, B.2-B.4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

import flet as ft

from app.actions.models import Saved, TicketView
from app.domain.subjects.ticket.kinds import PUBLIC_REPAIR
from app.domain.times import at_china, china_day, to_china
from app.ui.context import Draft, use_draft, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action
from app.ui.kit.choose import When, pills, when_picker
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.subjects.ticket.gate import gated
from app.ui.subjects.ticket.step_form import phrases, step_screen, text_setter, use_ticket
from app.ui.texts import t

Save = Callable[[Draft], Awaitable[Saved]]


@ft.component
def WordsForm(
    ticket_id: str,
    view: TicketView,
    area: str,
    field: str,
    save: Save,
    *,
    says: str = "",
    extra: Callable[[Draft], Sequence[ft.Control]] | None = None,
    lacks: Callable[[Draft], str | None] = lambda _: None,
    start: Mapping[str, Any] | None = None,
    danger: bool = False,
) -> ft.Control:
    """The form of a step with one text field, which has phrases to tap.

    ``area`` is the name of its texts and draft, ``field`` that of the text field's label. ``extra`` returns further
    fields, ``lacks`` what is missing in them.
    """
    ui, _ = use_ticket(ticket_id)
    draft = use_draft(f"{area}:{ticket_id}", {"words": "", **(start or {})})
    words = str(draft.values["words"])

    async def pressed() -> None:
        await ui.do(save(draft), then=lambda _: ui.replace(f"/ticket/{ticket_id}"))

    box = TextBox(
        f"{area}-words",
        t(f"repair.{area}.{field}"),
        words,
        text_setter(draft, "words"),
        lines=3,
        phrases=phrases(f"repair.{area}.phrases"),
        key=f"words-{draft.once}",
    )
    content: list[ft.Control] = [*([quiet(says)] if says else []), box, *(extra(draft) if extra else ())]
    hint = lacks(draft) if words.strip() else t(f"repair.{area}.need")
    return step_screen(
        ui,
        area,
        t(f"repair.{area}.heading"),
        view,
        content,
        Action(
            t(f"repair.{area}.save"),
            pressed,
            enabled=hint is None,
            hint=hint,
            danger=danger,
        ),
        draft=draft,
    )


@ft.component
def FinishForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The form that finishes a public repair or a job: the result, and whether it was tidied up; no resident signs
    (A.9, B.4)."""
    ui = use_ui()
    session = ui.session

    def save(draft: Draft) -> Awaitable[Saved]:
        tidied = {"yes": True, "no": False}.get(draft.values["tidied"])
        return session.tickets.finish(ticket_id, draft.values["words"], tidied, once=draft.once, draft=draft.key)

    def tidied(draft: Draft) -> list[ft.Control]:
        answers = [("yes", t("repair.finish.tidied_yes")), ("no", t("repair.finish.tidied_no"))]
        return [
            section(
                t("repair.finish.tidied"),
                [pills(answers, draft.values["tidied"], lambda v: draft.set("tidied", v), id="tidied")],
            )
        ]

    def lacks(draft: Draft) -> str | None:
        # A.9: result and tidying up are on the form of a public repair.
        unsaid = view.state.kind == PUBLIC_REPAIR and not draft.values["tidied"]
        return t("repair.finish.need_tidied") if unsaid else None

    return WordsForm(ticket_id, view, "finish", "result", save, extra=tidied, lacks=lacks, start={"tidied": ""})


@ft.component
def CloseForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The form that closes a ticket that cannot be repaired, with the reason (A.2)."""
    ui = use_ui()
    session = ui.session
    judged = view.state.judged or {}
    return WordsForm(
        ticket_id,
        view,
        "close",
        "reason",
        lambda draft: session.tickets.close(ticket_id, draft.values["words"], once=draft.once, draft=draft.key),
        start={"words": str(judged.get("reason") or "")},
        danger=True,
    )


@ft.component
def EscalateForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The form that escalates a ticket that cannot be done, with the reason; a ticket cannot be refused (B.2)."""
    ui = use_ui()
    session = ui.session
    return WordsForm(
        ticket_id,
        view,
        "escalate",
        "reason",
        lambda draft: session.tickets.escalate(ticket_id, draft.values["words"], once=draft.once, draft=draft.key),
        says=t("repair.escalate.says"),
    )


@ft.component
def ProgressForm(ticket_id: str, view: TicketView) -> ft.Control:
    """The form that reports how it stands before the answer is due (B.3)."""
    ui = use_ui()
    session, now = ui.session, ui.now()

    def save(draft: Draft) -> Awaitable[Saved]:
        when = _when(draft.values)
        at = at_china(when.day, when.hour, when.minute) if when is not None and when.hour is not None else None
        return session.tickets.report_progress(ticket_id, draft.values["words"], at, once=draft.once, draft=draft.key)

    def expected(draft: Draft) -> list[ft.Control]:
        def choose(when: When) -> None:
            draft.update(day=when.day.isoformat(), hour=when.hour)

        picker = when_picker(
            _when(draft.values), choose, today=china_day(now), id="expected", from_hour=to_china(now).hour + 1
        )
        return [section(t("repair.progress.expected"), [picker])]

    return WordsForm(ticket_id, view, "progress", "note", save, extra=expected, start={"day": "", "hour": None})


def _when(values: Mapping[str, Any]) -> When | None:

    return When(date.fromisoformat(values["day"]), values["hour"]) if values["day"] else None


FinishScreen = gated("finish", lambda ticket_id, view, _: FinishForm(ticket_id, view), "finish")
CloseScreen = gated("close", lambda ticket_id, view, _: CloseForm(ticket_id, view), "close")
EscalateScreen = gated("escalate", lambda ticket_id, view, _: EscalateForm(ticket_id, view), "escalate")
ProgressScreen = gated("progress", lambda ticket_id, view, _: ProgressForm(ticket_id, view), "report_progress")
