"""住户 (households): find a door by whatever somebody types; with no search, due visits first, in walking order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import flet as ft

from app.actions import Session
from app.actions.models import Household, HouseholdHit, Person, VisitDueRow
from app.actions.units import UNIT_HIT
from app.domain import roles
from app.domain.rules.duty_rules import COMPLAINT
from app.domain.times import china_day
from app.ui import estates, theme
from app.ui.context import Ui, cloud_of, use_read, use_ui
from app.ui.kit.base import column, flow, pressable, quiet, row, txt
from app.ui.kit.buttons import small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import SearchField
from app.ui.kit.lists import WindowedList, empty_state
from app.ui.kit.scaffold import Scaffold
from app.ui.kit.ticket import chip
from app.ui.subjects.case.paths import unit_path
from app.ui.subjects.duty.words import waits_words
from app.ui.subjects.visit.face import ROUND_PATH
from app.ui.tabs import use_nav
from app.ui.texts import day_text, t
from app.ui.ticket_words import building_name

ROW: float = 92
AROUND: float = 240
"""The least height in px that heading, search and tabs take from the window."""
FOUND_AT_MOST = 50


@dataclass(frozen=True)
class Door:
    """One row: a household, the person whom the search found, if any, and the visit that is due there, if any."""

    household: Household
    person: Person | None = None
    due: VisitDueRow | None = None


@dataclass(frozen=True)
class Doors:
    """The data of the list. ``buildings`` and the number of visits ``due`` are only filled while nothing is searched.

    ``known`` counts all doors of the estates in view; ``elsewhere`` counts the matches in all estates of a search that
    found nothing in this one.
    """

    rows: tuple[Door, ...]
    buildings: tuple[str, ...]
    due: int
    known: int
    elsewhere: int = 0


def visits(session: Session) -> dict[str, VisitDueRow]:
    """Return the due visits (E) by household id; they are read once, not again for every search text."""
    return {visit.household.id: visit for visit in session.visits.due()}


def doors(session: Session, due: Mapping[str, VisitDueRow], query: str, building: str) -> Doors:
    """Return the doors found for ``query`` (E), or, without one, all doors, or those of ``building``.

    All doors are sorted: complaints first, then the other due visits, then the rest, each in walking order.
    """
    if query:
        hits = session.doors.find(query, limit=FOUND_AT_MOST)
        hits += session.units.find(query, FOUND_AT_MOST - len(hits))
        missed = not hits and session.several and session.estate is not None
        others = len(session.doors.find_in(None, query, FOUND_AT_MOST)) if missed else 0
        return Doors(_rows(hits, due), (), 0, session.doors.count(), others)
    known = session.doors.find("", limit=100_000)
    # With several estates in view, a building's code is ambiguous.
    homes = [hit.household for hit in known if session.estate is not None]
    buildings = tuple(dict.fromkeys(home.door.building for home in homes if home.door))
    rows = _rows(known, due)
    if building:
        rows = tuple(door for door in rows if door.household.door and door.household.door.building == building)
    # The sort is stable: within each group the doors stay in walking order.
    rows = tuple(sorted(rows, key=_call_first))
    return Doors(rows, buildings, sum(1 for door in rows if door.due), len(known))


def _rows(hits: Sequence[HouseholdHit], due: Mapping[str, VisitDueRow]) -> tuple[Door, ...]:
    return tuple(Door(hit.household, hit.person, due.get(hit.household.id)) for hit in hits)


def _round(ui: Ui, says: str) -> ft.Control:
    """Draw a line of text (such as how many visits are due) with a button that opens the evening's round (E)."""
    go = small_button("to-round", t("round.heading"), lambda: ui.go(ROUND_PATH), tone="text")
    return row([quiet(says, expand=True), go])


def _call_first(door: Door) -> int:
    if door.due is None:
        return 2
    return 0 if door.due.reason == COMPLAINT else 1


def due_chip(due: VisitDueRow, session: Session) -> ft.Control:
    """Return a chip that says why a door is to be visited, and by when.

    Such as 有投诉，先去 (complaint, go first), 有建议，先去 (suggestion, go first), 本月走访 · 超 3 天 (monthly visit,
    3 days late).
    """
    if due.reason == COMPLAINT:
        first = t("household.go_first", what=waits_words(due.duty.waits))
        return chip(first, "red", ft.Icons.CAMPAIGN_OUTLINED)
    why = t(f"household.why.{due.reason}")
    today = china_day(session.now())
    if due.days_late:
        return chip(f"{why} · {t('household.due.late', n=due.days_late)}", "red", ft.Icons.ALARM)
    if due.due == today:
        return chip(f"{why} · {t('household.due.today')}", "amber", ft.Icons.TIMER_OUTLINED)
    soon = (due.due - today).days <= 7
    words = f"{why} · {t('household.due.by', day=day_text(due.due, today))}"
    return chip(words, "amber" if soon else "calm", ft.Icons.TIMER_OUTLINED if soon else ft.Icons.SCHEDULE)


def door_path(home: Household) -> str:
    """Return the path of a door's page: of its household, or of a unit where nobody lives."""
    return unit_path(home.unit_id or "") if home.id.startswith(UNIT_HIT) else f"/household/{home.id}"


def names_of(household: Household, first: Person | None = None) -> str:
    """Return the names of a door's people in one line, with `first`, whom the search found, in front."""
    people = sorted(household.people, key=lambda person: person is not first and person != first)
    return "、".join(person.name for person in people) or household.name or t("household.no_people")


def relation_words(relation: str) -> str:
    """Return the word for a person's relation to the household, such as 业主 (owner); unknown relations unchanged."""
    known: Mapping[str, str] = {
        "owner": t("household.relation.owner"),
        "family": t("household.relation.family"),
        "tenant": t("household.relation.tenant"),
        "staff": t("household.relation.staff"),
    }
    return known.get(relation, relation or t("household.relation.other"))


@ft.component
def HouseholdsScreen() -> ft.Control:
    """Draw the list and its search; coming back from a door finds it at the same scroll position."""
    ui = use_ui()
    look = theme.use_look()
    query, set_query = ft.use_state("")
    building, set_building = ft.use_state("")
    due = use_read(visits)
    found = use_read(lambda session: doors(session, due, query, building), query, building)
    nav = use_nav("households")
    large = look.scale > 1.3

    def draw(door: Door) -> ft.Control:
        home = door.household
        marks: list[ft.Control] = []
        if door.due is not None:
            marks.append(due_chip(door.due, ui.session))
        elif home.status == "vacant":
            marks.append(chip(t("household.vacant"), "plain"))
        people = names_of(home, door.person)
        names = txt(" · ".join(part for part in (estates.mark_of(home), people) if part), lines=1)
        if large:
            content = [
                txt(home.address, ft.TextThemeStyle.TITLE_LARGE, lines=2),
                names,
                *([flow(marks)] if marks else []),
            ]
        else:
            address = txt(home.address, ft.TextThemeStyle.TITLE_LARGE, lines=1, expand=True)
            content = [row([address, *marks]), names]
        return pressable(
            f"door-{home.address}",
            column(content, gap=4),
            lambda: ui.go(door_path(home)),
            padding=ft.Padding.symmetric(horizontal=16, vertical=10),
            radius=theme.RADIUS,
            bgcolor=theme.PAPER,
            border=ft.Border.all(1, ft.Colors.with_opacity(0.6, ft.Colors.OUTLINE_VARIANT)),
            min_height=ROW - 32,
        )

    top: list[ft.Control] = [SearchField("household-find", set_query, hint=t("household.find_hint"))]
    if not query and len(found.buildings) > 1:
        options = [("", t("household.all_buildings"))]
        options += [(code, building_name(code)) for code in found.buildings]
        top.append(pills(options, building, set_building, id="household-building"))
    if found.rows:
        if query:
            says = t("household.found_count", n=len(found.rows))
        elif found.due:
            says = t("household.due_count", n=found.due)
        else:
            says = t("household.all_count", n=len(found.rows))
        top.append(_round(ui, says) if not query and ui.session.roles & roles.VISITORS else quiet(says))
        rest: ft.Control = WindowedList(
            found.rows,
            draw,
            row_height=ROW + (34 if large else 0),
            around=AROUND,
            gap=8,
            key_of=lambda door: door.household.id,
            spot=None if query else f"households-{building}",
            key=f"{query}|{building}",
            id="household-list",
        )
    elif not found.known:
        rest = empty_state(
            t("household.nobody_yet_heading"), t("household.nobody_yet"), mark=ft.Icons.DOOR_FRONT_DOOR_OUTLINED
        )
    else:
        rest = empty_state(
            t("household.not_found_heading", query=query),
            t("household.not_found"),
            mark=ft.Icons.SEARCH_OFF,
            action=estates.elsewhere(ui, found.elsewhere),
        )
    return Scaffold(
        t("household.find_heading"),
        [*top, rest],
        id="households",
        under=estates.switch(ui),
        cloud=cloud_of(ui),
        footer=nav,
        scroll=False,
    )
