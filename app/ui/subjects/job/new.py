"""A new job 工作单 (B.1, B.8): who, where, what, the requirements, until when; nothing may be left blank."""

from __future__ import annotations

from typing import Any, Final

import flet as ft

from app.actions.models import Household, JobForm, Staff
from app.domain.subjects.job.kinds import CLEANING, JOB_KINDS, PLAIN, SENDERS, SPECIAL_CLEANING
from app.ui import estates
from app.ui.context import cloud_of, use_draft, use_now, use_read, use_ui
from app.ui.kit.buttons import Action
from app.ui.kit.choose import pills
from app.ui.kit.fields import TextBox
from app.ui.kit.money import section
from app.ui.router import Route
from app.ui.screens.desk.parts import form, not_for_you
from app.ui.subjects.job.due import due_section, first_due
from app.ui.subjects.job.people import receiver_section
from app.ui.subjects.ticket import fields
from app.ui.subjects.ticket.lines import LineEditor, all_counted, priced_lines
from app.ui.subjects.ticket.new import begin, buildings_of, home_of
from app.ui.subjects.ticket.step_form import first_missing, phrases
from app.ui.subjects.visit.form import restored_notice, use_discard
from app.ui.texts import t

PATH: Final = "/job-new"
_PRICED: Final = (CLEANING, SPECIAL_CLEANING)


def start_of(home: Household | None, now: int) -> dict[str, Any]:
    """Return the values of an empty form, for a household or a public place."""
    begun = begin(home)
    where = "household" if home is not None else "public"
    more = {"kind": PLAIN, "requirements": "", "receiver": "", "query": "", "due": first_due(now), "due_other": False}
    return {**begun, **more, "where": where, "lines": []}


def lacking(values: dict[str, Any], several: bool, now: int) -> str | None:
    """Return what is still blank, in words; None when nothing is (B.1)."""
    place = values["place"] if values["where"] == "public" else values["household"]
    return first_missing(
        (values["where"] != "public" or not several or values.get("estate") is not None, "estates.missing"),
        (bool(values["receiver"]), "job.need.receiver"),
        (bool(str(place).strip()), "newticket.need_where"),
        (bool(str(values["content"]).strip()), "newticket.need_content"),
        (bool(str(values["requirements"]).strip()), "job.need.requirements"),
        (values["due"] is not None, "job.need.due"),
        (values["due"] is None or int(values["due"]) > now, "job.need.due_later"),
        (all_counted(values["lines"]), "repair.line.quantity_wrong"),
    )


@ft.component
def JobNewScreen(household_id: str = "") -> ft.Control:
    """The form that sends a job."""
    ui = use_ui()
    now = use_now()
    session = ui.session
    here = use_read(lambda s: home_of(s, household_id) if household_id else None, household_id)
    key = f"job-new:{household_id}" if household_id else "job-new"
    draft = use_draft(key, start_of(here, now) | {"estate": session.estate})
    values, update = draft.values, draft.update
    home = use_read(lambda s: home_of(s, str(values["household"])), values["household"])
    said = values.get("estate")
    known = use_read(lambda s: buildings_of(s, said), said)
    public = values["where"] == "public"
    where = said if public else home.estate if home is not None else None
    people: list[Staff] = use_read(lambda s: s.jobs.receivers(where), where)

    def discard() -> None:
        draft.discard()
        ui.back()

    ask_discard = use_discard(discard)
    if not session.roles & SENDERS:
        return not_for_you(ui, t("job.new"), id="job-new")

    def take(found: Household) -> None:
        update(**{name: begin(found)[name] for name in ("household", "contact_name", "contact_phone")}, home_query="")

    priced = values["kind"] in _PRICED

    async def save() -> None:
        draft.flush()
        said_so = JobForm(
            content=str(values["content"]),
            requirements=str(values["requirements"]),
            due_at=int(values["due"]) if values["due"] is not None else None,
            receiver_id=str(values["receiver"]),
            job_kind=str(values["kind"]),
            household_id=None if public else str(values["household"]) or None,
            building_id=(str(values["building"]) or None) if public else None,
            address=str(values["place"]) if public else "",
            served_name=str(values["contact_name"]),
            served_phone=str(values["contact_phone"]),
            urgent=bool(values["urgent"]),
            lines=tuple(priced_lines(session, values["lines"])) if priced else (),
            estate=said if public else None,
        )
        await ui.do(
            session.jobs.send(said_so, once=draft.once, draft=draft.key),
            then=lambda saved: ui.replace(f"/job/{saved.subject_id}"),
            saved=t("job.sent_to", name=session.staff_name(said_so.receiver_id)),
        )

    missing = lacking(values, session.several, now)
    which = estates.ask(session, said, lambda key: update(estate=key, building="", receiver=""), SENDERS, inside=True)
    content: list[ft.Control] = [
        *restored_notice(draft, ask_discard),
        receiver_section(
            people,
            str(values["receiver"]),
            str(values["query"]),
            lambda id_: update(receiver=id_, query=""),
            lambda text: update(query=text),
        ),
        fields.where_section(values, update, home, session.doors.find, known, take, which),
        section(
            t("job.kind_heading"),
            [pills([(k, t(f"job.kind.{k}")) for k in JOB_KINDS], values["kind"], lambda k: update(kind=k), id="kind")],
        ),
        section(
            t("job.content"),
            [
                TextBox(
                    "content", "", values["content"], lambda text: update(content=text), lines=2, most=3000,
                    name=t("job.content"), hint=t("job.content_hint"),
                    phrases=phrases(f"job.phrases.{'cleaning' if priced else 'content'}"),
                )
            ],
        ),
        section(
            t("job.requirements"),
            [
                TextBox(
                    "requirements", "", values["requirements"], lambda text: update(requirements=text), lines=2,
                    most=3000, name=t("job.requirements"), hint=t("job.requirements_hint"),
                    phrases=phrases("job.phrases.requirements"),
                )
            ],
        ),
        due_section(
            values["due"], bool(values["due_other"]), now, lambda due, other: update(due=due, due_other=other)
        ),
    ]  # fmt: skip
    urgent = [("no", t("newticket.not_urgent")), ("yes", t("newticket.urgent"))]
    choice = pills(urgent, "yes" if values["urgent"] else "no", lambda how: update(urgent=how == "yes"), id="urgent")
    content.append(section(t("newticket.urgency"), [choice]))
    if priced:
        content.append(
            LineEditor(  # type: ignore[call-arg]
                values["lines"],
                lambda lines: update(lines=lines),
                heading=t("job.ordered"),
                near=str(values["content"]) or t("job.near_cleaning"),
                estate=where,
                key=f"lines-{draft.once}",
            )
        )
    content.append(fields.contact_section(values, update, home))
    name = next((person.name for person in people if person.id == values["receiver"]), "")
    action = Action(
        t("job.send_to", name=name) if name else t("job.send"),
        save,
        icon=ft.Icons.SEND_ROUNDED,
        enabled=missing is None,
        hint=missing,
    )
    return form(ui, t("job.new"), content, id="job-new", action=action, cloud=cloud_of(ui))


ROUTES: Final = (Route(PATH, JobNewScreen), Route(f"{PATH}/{{household_id}}", JobNewScreen))
