"""Planning a follow-up by hand (D.1): what is followed up or at which household, by whom, until when, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.follow_ups import PlanForm
from app.actions.models import Household, Staff
from app.domain import roles
from app.domain.rules.closing import Closing
from app.domain.subjects.follow_up import kinds
from app.domain.times import add_months, at_china, china_day
from app.ui import estates
from app.ui.context import Ui, cloud_of, use_draft, use_read, use_ui
from app.ui.kit.base import quiet
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.lists import list_row
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.subjects.follow_up import words
from app.ui.subjects.follow_up.page import path_of
from app.ui.subjects.follow_up.rounds import PATH
from app.ui.subjects.matter.fields import where_section
from app.ui.texts import day_text, moment_text, t

ASKERS: Final = frozenset((roles.STEWARD, roles.SERVICE_SUPERVISOR, roles.MANAGER))
"""Roles whose work includes follow-ups (D.2)."""
START: Final[dict[str, Any]] = {
    "source": "", "of": [], "household": "", "home_query": "", "nowhere": False, "place": "", "contact_name": "",
    "contact_phone": "", "about": "", "owner": "", "until": "", "estate": None,
}  # fmt: skip
_FOUND: Final = 6


def days(today: date) -> list[tuple[str, date]]:
    """Return the usual due days: in three days, a week, two weeks, a month."""
    ends = (today + timedelta(days=3), today + timedelta(days=7), today + timedelta(days=14), add_months(today, 1))
    return [(end.isoformat(), end) for end in ends]


def form_of(values: dict[str, Any], sources: Sequence[Closing]) -> PlanForm:
    """Return the draft's values as the form that is saved."""
    nowhere = bool(values["nowhere"])
    of = next(((one.type, one.id) for one in sources if [one.type, one.id] == list(values["of"])), None)
    return PlanForm(
        about=str(values["about"]).strip(),
        due_at=at_china(date.fromisoformat(values["until"]), 23, 59) if values["until"] else 0,
        source=str(values["source"]),
        household_id=None if nowhere else str(values["household"]) or None,
        address=str(values["place"]).strip() if nowhere else "",
        contact_name=str(values["contact_name"]),
        contact_phone=str(values["contact_phone"]),
        owner_id=str(values["owner"]),
        source_of=None if nowhere else of,
        estate=values["estate"] if nowhere else None,
    )


def missing(form: PlanForm, several: bool) -> str | None:
    """Return what is missing first, in words; None when nothing is."""
    if not (form.household_id or form.address):
        return t("follow_up.need.where")
    if form.address and several and form.estate is None:
        return t("estates.missing")
    needs = ((form.source or form.source_of, "source"), (form.about, "about"), (form.due_at, "until"))
    return next((t(f"follow_up.need.{key}") for there, key in needs if not there), None)


def _read(session: Session, household_id: str) -> tuple[Household | None, list[Closing], list[Staff]]:
    home = session.home(household_id)
    sources = session.follow_ups.sources(household_id) if household_id else []
    people = [one for one in session.staff_list() if ASKERS & set(one.roles)]
    near = home.building_id if home is not None else ""
    return home, sources, sorted(people, key=lambda one: near not in one.building_ids)


@ft.component
def NewScreen() -> ft.Control:
    """The form. Its draft survives closing the app, and is gone once it is saved."""
    ui = use_ui()
    draft = use_draft("follow-up-new", START | {"estate": ui.session.estate})
    values, update = draft.values, draft.update
    home, sources, people = use_read(lambda s: _read(s, str(values["household"])), values["household"])
    if not ui.session.follow_ups.plans:
        return not_for_you(ui, t("follow_up.way_to.new"), id="follow-up-new")
    form = form_of(values, sources)
    lacks = missing(form, ui.session.several)
    today = china_day(ui.now())

    def take(found: Household) -> None:
        first = found.people[0] if found.people else None
        update(
            household=found.id, home_query="", of=[], contact_name=first.name if first else "",
            contact_phone=first.phone if first else "",
        )  # fmt: skip

    async def save() -> None:
        draft.flush()
        verb = ui.session.follow_ups.plan(form, once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda saved: ui.replace(path_of(saved.subject_id)), saved=t("follow_up.planned"))

    which = estates.ask(ui.session, values["estate"], lambda key: update(estate=key), kinds.PLANNERS, inside=True)
    content = [where_section(values, update, home, ui.session.doors.find, take, which)]
    if sources and not values["nowhere"]:
        content.append(_sources(ui, sources, list(values["of"]), update))
    if form.source_of is None:
        options = [(one, words.said("source", one)) for one in kinds.SOURCES]
        chosen = str(values["source"])
        content.append(section(t("follow_up.which"), [pills(options, chosen, lambda v: update(source=v), id="source")]))
    content += [
        words.asked(draft, "about"),
        section(t("follow_up.due_by"), [_until(str(values["until"]), today, update)]),
        section(t("follow_up.by_whom"), _owner(people, str(values["owner"]), update)),
    ]
    anew = small_button("follow-up-new-discard", t("desk.discard"), draft.discard, tone="text")
    return Scaffold(
        t("follow_up.way_to.new"),
        content,
        id="follow-up-new",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[anew] if draft.restored else [],
        action=Action(t("follow_up.save_new"), save, icon=ft.Icons.CHECK_ROUNDED, enabled=lacks is None, hint=lacks),
    )


def _sources(ui: Ui, sources: Sequence[Closing], chosen: list[Any], update: Callable[..., object]) -> ft.Control:
    """Return what was closed at this household lately, to choose what is followed up; nothing needs to be chosen."""
    rows: list[ft.Control] = []
    now = ui.now()
    for one in sources[:_FOUND]:
        here = [one.type, one.id] == chosen
        first = one.about.splitlines()[0] if one.about else ""

        def choose(one: Closing = one, here: bool = here) -> None:
            if here:
                update(of=[], source="", about="")
            else:
                update(
                    of=[one.type, one.id], source=one.source, about=one.about, contact_name=one.contact_name,
                    contact_phone=one.contact_phone,
                )  # fmt: skip

        sub = t("follow_up.closed_on", what=words.said("source", one.source), when=moment_text(one.closed_at, now))
        mark = ft.Icons.RADIO_BUTTON_CHECKED if here else ft.Icons.RADIO_BUTTON_OFF
        rows.append(
            list_row(
                f"source-{one.id}",
                first,
                choose,
                sub=sub,
                leading=mark,
                trailing=ft.Container(),
                lines=1,
                selected=here,
            )
        )
    return section(t("follow_up.closed_here"), rows)


def _until(chosen: str, today: date, update: Callable[..., object]) -> ft.Control:
    options = [
        (value, f"{t(f'follow_up.within.{n}')} · {day_text(day, today)}") for n, (value, day) in enumerate(days(today))
    ]
    return pills(options, chosen, lambda v: update(until=v), id="until")


def _owner(people: Sequence[Staff], owner: str, update: Callable[..., object]) -> list[ft.Control]:
    options = [("", t("follow_up.steward_does")), *((one.id, one.name) for one in people)]
    says = [quiet(t("follow_up.steward_says"))] if not owner else []
    return [pills(options, owner, lambda v: update(owner=v), id="owner"), *says]


ROUTES: Final = (Route(f"{PATH}/new", NewScreen, parent=PATH),)
