"""One door: who lives there, arrears, open tickets, promises, and everything that ever happened there (E, O)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import flet as ft

from app.actions import Session
from app.actions.models import DoorHistory, HouseholdView, Person, PromiseRow
from app.domain import roles
from app.domain.rules.fees import Arrears
from app.domain.subjects.duty import PLANNERS
from app.domain.times import MINUTE, china_day
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, if_here, use_now, use_read, use_ui
from app.ui.kit.base import column, flow, icon, quiet, row, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action, icon_button, small_button
from app.ui.kit.lists import empty_state, list_row
from app.ui.kit.long import long_txt
from app.ui.kit.money import section
from app.ui.kit.notices import notice
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip, clock_chip, paper, stamp_badge, ticket_card, urgent_chip
from app.ui.screens.desk.settle import use_settle
from app.ui.screens.door import looks
from app.ui.screens.door.archive_paths import archive_path
from app.ui.screens.door.history import LINES, Happened
from app.ui.screens.door.households import due_chip, relation_words
from app.ui.subjects.case.paths import FORMS, contacts_path, unit_path
from app.ui.subjects.visit.another_time import another_time_notice
from app.ui.subjects.visit.face import by_day
from app.ui.subjects.visit.fields import walk_on
from app.ui.subjects.visit.nobody import use_nobody
from app.ui.texts import day_text, t, yuan
from app.ui.ticket_words import clock_name, phone_digits, word

OCCASION_OF: Final[Mapping[str, str]] = {name: name for name in ("complaint", "move_in", "monthly", "festival")}


@dataclass(frozen=True)
class Door:
    """The data of the page; ``draft`` tells whether the form of a visit is half filled in, ``contacts`` whether it has
    emergency contacts (Y4)."""

    view: HouseholdView
    history: DoorHistory
    draft: bool
    contacts: bool


def read_door(session: Session, household_id: str, part: str, span: str, lines: int) -> Door | None:
    """Read a door with the last ``lines`` records of its history, or return None when it is not on this phone."""
    view = if_here(lambda: session.doors.view(household_id))
    if view is None:
        return None
    history = session.doors.history(household_id, part, 0, lines, span)
    draft = session.draft(f"visit:{household_id}") is not None
    return Door(view, history, draft, session.contacts.known(household_id))


def occasion_of(view: HouseholdView) -> str:
    """Return the likely occasion of a visit: why one is due, such as "complaint", or "follow_up" if none is due."""
    return OCCASION_OF.get(view.visit_due.reason, "monthly") if view.visit_due else "follow_up"


@ft.component
def HouseholdScreen(household_id: str) -> ft.Control:
    """Draw the page of a household. Recording 没有见到人 (met nobody) takes two taps from here."""
    ui = use_ui()
    large = theme.use_look().scale > 1.3
    lines, set_lines = ft.use_state(LINES)
    part, set_part = ft.use_state("")
    span, set_span = ft.use_state("")
    door = use_read(
        lambda session: read_door(session, household_id, part, span, lines), household_id, part, span, lines
    )
    now = use_now()
    more = ft.use_callback(lambda: set_lines(lines + LINES), [lines])

    def narrow(chosen: str) -> None:
        set_part(chosen)
        set_lines(LINES)

    def reach(chosen: str) -> None:
        set_span(chosen)
        set_lines(LINES)

    choose, reach_back = ft.use_callback(narrow, []), ft.use_callback(reach, [])
    settle = use_settle()

    async def note_look() -> None:
        if door is not None:
            await ui.session.doors.looked(household_id)

    ft.on_mounted(note_look)

    met_nobody = use_nobody(ui, lambda: walk_on(ui, household_id))
    if door is None:
        return Scaffold(
            t("household.find_heading"),
            [empty_state(t("household.gone"), t("household.gone_kept"), mark=ft.Icons.DOOR_FRONT_DOOR_OUTLINED)],
            id="household",
            on_back=ui.back,
        )
    held = ui.session.roles_on(door.view.household)
    may_visit = bool(held & roles.VISITORS)
    content = [
        drawn(f"head-{household_id}", partial(_head, door.view, ui.session, now), what=door.view.household.address),
        *another_time_notice(door.view.another_time),
        *_arrears(ui.session.owes(household_id)),
        *_promises(door.view, now, settle if may_visit or roles.DESK in held else None),
        *_open_tickets(door.view, now, lambda ticket_id: ui.go(f"/ticket/{ticket_id}")),
        _people(door.view, ui.page),
        *_folders(ui, household_id, door.contacts, bool(ui.session.shelf.reads(door.view.household))),
        # The longest part: `memo` keeps it as drawn until something happens at the door or the minute changes.
        ft.memo(Happened)(
            history=door.history,
            part=part,
            span=span,
            now=now - now % MINUTE,
            go=ui.go,
            choose=choose,
            reach=reach_back,
            more=more,
        ),
    ]
    if ui.session.cases.any_listed():
        to_forms = partial(ui.go, FORMS, household=household_id)
        mark = ft.Icons.ASSIGNMENT_OUTLINED
        content.append(small_button("household-forms", t("case.at_door"), to_forms, icon=mark))
    home = door.view.household
    if home.status == "vacant" and home.unit_id and ui.session.units.any_check():
        to_unit = partial(ui.go, unit_path(home.unit_id))
        mark = ft.Icons.NIGHT_SHELTER_OUTLINED
        content.append(small_button("household-unit", t("unit.heading"), to_unit, icon=mark))
    if looks.may_see(held):
        open_looks = partial(ui.go, f"/household/{household_id}/looks")
        shown = ft.Icons.VISIBILITY_OUTLINED
        content.append(small_button("household-looks", t("household.looks_open"), open_looks, icon=shown, tone="text"))

    said, to_register = t("matter.new"), partial(ui.go, f"/matter-new/{household_id}")
    new_matter = icon_button("matter", ft.Icons.RECORD_VOICE_OVER_OUTLINED, said, to_register)

    def raise_ticket() -> None:
        ui.go(f"/ticket-new/{household_id}")

    plans = bool(held & PLANNERS)
    to_plan = partial(ui.go, f"/visit-plan/{household_id}")
    planning = icon_button("plan-visit", ft.Icons.EVENT_AVAILABLE_OUTLINED, t("duty.plan.heading"), to_plan)
    words = t("household.new_ticket")
    # Beside two other icons there is no room for its words.
    if large or plans:
        new_ticket: ft.Control = icon_button("new-ticket", ft.Icons.ADD_ROUNDED, words, raise_ticket)
    else:
        new_ticket = small_button("new-ticket", words, raise_ticket, icon=ft.Icons.ADD_ROUNDED, tone="text")
    action = Action(
        t("household.continue_visit") if door.draft else t("household.start_visit"),
        lambda: ui.go(f"/visit/new/{household_id}"),
        icon=ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
        hint=t("household.draft_kept") if door.draft else None,
    )
    occasion = occasion_of(door.view)
    second = Action(t("household.nobody"), lambda: met_nobody(household_id, occasion), id="nobody")
    return Scaffold(
        t("household.find_heading"),
        content,
        id="household",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[*([planning] if plans else []), new_matter, *([new_ticket] if roles.FINANCE not in held else [])],
        action=action if may_visit else None,
        second=second if may_visit else None,
    )


def _head(view: HouseholdView, session: Session, now: int) -> ft.Control:
    home = view.household
    today = china_day(now)
    marks: list[ft.Control] = []
    if view.visit_due is not None:
        marks.append(due_chip(view.visit_due, session))
    if home.status == "vacant":
        marks.append(chip(t("household.vacant"), "plain"))
    if home.gone:
        marks.append(chip(t("household.left"), "plain", ft.Icons.LOGOUT_ROUNDED))
    said: list[str] = []
    if home.name:
        said.append(home.name)
    if home.moved_in_on:
        said.append(t("household.moved_in", day=by_day(home.moved_in_on, today)))
    seen = view.last_visit
    said.append(
        t("household.last_visit", day=day_text(china_day(seen), today)) if seen else t("household.never_visited")
    )
    parts: list[ft.Control] = [
        *estates.head_of(home),
        ft.Semantics(header=True, content=txt(home.address, ft.TextThemeStyle.DISPLAY_SMALL)),
        quiet(" · ".join(said)),
    ]
    if marks:
        parts.append(flow(marks))
    if home.notes:
        parts.append(
            row(
                [icon(ft.Icons.STICKY_NOTE_2_OUTLINED, 20), long_txt(home.notes, expand=True)],
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        )
    return paper(parts, id="household-head", gap=10)


def _arrears(found: Arrears | None) -> list[ft.Control]:
    """Return what the household owes; nothing for whoever does not speak with it about that, as the gate (N4)."""
    if found is None:
        return []
    owed = t("household.arrears", money=yuan(found.fen))
    return [notice(owed, kept=t("household.arrears_hint"), id="arrears", mark=ft.Icons.PAYMENTS_OUTLINED)]


def _people(view: HouseholdView, page: ft.Page) -> ft.Control:
    people = view.household.people
    if not people:
        return section(t("household.people"), [quiet(t("household.no_people"))], id="people")
    return section(
        t("household.people"),
        [column([_person(n, person, page) for n, person in enumerate(people)], gap=0)],
        id="people",
    )


def _folders(ui: Ui, household_id: str, contacts: bool, archive: bool) -> list[ft.Control]:
    """Return the ways to the household's emergency contacts, two taps from a call (Y4), and to its archive (S1)."""
    ways: list[ft.Control] = []
    if contacts:
        to_contacts = partial(ui.go, contacts_path(household_id))
        mark = ft.Icons.CONTACT_EMERGENCY_OUTLINED
        ways.append(small_button("household-contacts", t("care.contacts"), to_contacts, icon=mark))
    if archive:
        to_archive, mark = partial(ui.go, archive_path(household_id)), ft.Icons.FOLDER_SHARED_OUTLINED
        ways.append(small_button("household-archive", t("shelf.heading"), to_archive, icon=mark))
    return [flow(ways)] if len(ways) > 1 else ways


def _person(number: int, person: Person, page: ft.Page) -> ft.Control:
    async def call() -> None:
        await ft.UrlLauncher().launch_url(f"tel:{phone_digits(person.phone)}", web_only_window_name="_self")

    says = " · ".join(part for part in (relation_words(person.relation), person.phone) if part)
    if not person.phone:
        return list_row(f"person-{number}", person.name, None, sub=says, leading=ft.Icons.PERSON_OUTLINE)
    phone = ft.Semantics(
        content=icon(ft.Icons.CALL_OUTLINED, 24, ft.Colors.PRIMARY), label=t("household.call", name=person.name)
    )
    return list_row(f"person-{number}", person.name, call, sub=says, leading=ft.Icons.PERSON_OUTLINE, trailing=phone)


def _promises(view: HouseholdView, now: int, settle: Callable[[PromiseRow], object] | None) -> list[ft.Control]:
    if not view.promises:
        return []
    lines = [promise_line(promise, china_day(now), settle) for promise in view.promises]
    return [section(t("household.promises"), lines, id="promises")]


def promise_line(promise: PromiseRow, today: date, settle: Callable[[PromiseRow], object] | None) -> ft.Control:
    """Return a promise with its date (red when late) and, with `settle`, the button 已有结果 (settled)."""
    if promise.days_late:
        mark = chip(t("household.promise_late", n=promise.days_late), "red", ft.Icons.ALARM)
    else:
        mark = chip(t("household.promise_until", day=day_text(promise.until, today)), "calm", ft.Icons.SCHEDULE)
    under: list[ft.Control] = [mark]
    if settle is not None:
        under.append(
            small_button(f"settle-{promise.index}", t("household.settle"), lambda: settle(promise), tone="tonal")
        )
    return column([long_txt(promise.what), flow(under)], gap=6)


def _open_tickets(view: HouseholdView, now: int, on_open: Callable[[str], object]) -> list[ft.Control]:
    tickets = view.open_tickets
    if not tickets:
        return []
    cards: list[ft.Control] = []
    for card in tickets:
        marks: list[ft.Control] = []
        if card.clock is not None:
            left = None if card.clock.met_at else card.clock.minutes_left(now)
            marks.append(clock_chip(clock_name(card.clock), level=card.clock.level(now), minutes_left=left))
        if card.urgent and not card.over:
            marks.insert(0, urgent_chip())
        if card.unsent:
            marks.append(stamp_badge("unsent"))
        cards.append(
            ticket_card(
                id=f"ticket-{card.id}",
                address=word("kind", card.kind),
                number=card.number or "",
                problem=card.content,
                stage=word("stage", card.stage),
                marks=marks,
                on_tap=lambda id_=card.id: on_open(id_),
            )
        )
    heading = ft.Semantics(header=True, content=txt(t("household.open_tickets"), ft.TextThemeStyle.TITLE_MEDIUM))
    return [column([heading, *cards], gap=theme.GAP_SMALL)]
