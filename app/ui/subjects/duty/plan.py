"""Planning a visit by hand (D.1): at which household, what for, by whom, until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

import flet as ft

from app.actions import Session
from app.actions.models import Household, Staff
from app.domain.subjects.duty import PLANNERS
from app.domain.times import at_china, china_day, read_day
from app.ui import estates
from app.ui.context import Draft, Ui, cloud_of, use_draft, use_read, use_ui
from app.ui.kit.base import column, quiet, txt
from app.ui.kit.buttons import Action, small_button
from app.ui.kit.choose import pills
from app.ui.kit.fields import SearchField, TextBox
from app.ui.kit.lists import list_row
from app.ui.kit.money import section
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you, phrases
from app.ui.subjects.duty.change import DAYS
from app.ui.subjects.ticket.fields import people_words
from app.ui.subjects.ticket.step_form import text_setter
from app.ui.texts import day_text, t
from app.ui.ticket_words import joined

PATH: Final = "/visit-plan"
AT_FIRST: Final = 7
"""Days until a planned visit is due, unless another day is chosen."""
_FOUND: Final = 6


@ft.component
def PlanScreen(household_id: str = "") -> ft.Control:
    """The form, for the given household or one that is searched for here. Its draft survives closing the app, and is
    gone once it is saved."""
    ui = use_ui()
    today = china_day(ui.now())
    start: dict[str, Any] = {
        "home": household_id, "find": "", "about": "", "owner": "", "day": (today + timedelta(AT_FIRST)).isoformat()
    }  # fmt: skip
    draft = use_draft(f"visit-plan:{household_id}", start)
    values = draft.values
    found = use_read(lambda s: _read(s, str(values["home"])), values["home"])
    if not ui.session.roles & PLANNERS:
        return not_for_you(ui, t("duty.plan.heading"), id="visit-plan")
    home, people, steward = found
    about, owner, day = str(values["about"]).strip(), str(values["owner"]), read_day(values["day"])

    async def save() -> None:
        draft.flush()
        assert home is not None and day is not None
        verb = ui.session.duties.plan(home, about, at_china(day, 23, 59), owner, once=draft.once, draft=draft.key)
        await ui.do(verb, then=lambda _: ui.back(), saved=t("duty.plan.saved"))

    lacks = None
    if home is None:
        lacks = t("duty.plan.need.home")
    elif not about:
        lacks = t("duty.plan.need.about")
    elif day is None or day < today:
        lacks = t("duty.plan.need.day")
    content: list[ft.Control] = [_where(ui, draft, home, fixed=bool(household_id))]
    if home is not None:
        days = [((today + timedelta(n)).isoformat(), day_text(today + timedelta(n), today)) for n in DAYS]
        content += [
            TextBox(
                "plan-about", t("duty.plan.about"), str(values["about"]), text_setter(draft, "about"), lines=2,
                most=4000, phrases=phrases("duty.plan.phrases"), key=f"about-{draft.once}",
            ),
            section(
                t("duty.plan.until"), [pills(days, str(values["day"]), lambda v: draft.set("day", v), id="day")]
            ),
            section(t("duty.plan.by_whom"), _whom(ui, people, steward, owner, lambda v: draft.set("owner", v))),
        ]  # fmt: skip
    anew = small_button("visit-plan-discard", t("desk.discard"), draft.discard, tone="text")
    return Scaffold(
        t("duty.plan.heading"),
        content,
        id="visit-plan",
        on_back=ui.back,
        cloud=cloud_of(ui),
        tools=[anew] if draft.restored else [],
        action=Action(t("duty.plan.save"), save, icon=ft.Icons.CHECK_ROUNDED, enabled=lacks is None, hint=lacks),
    )


def _read(session: Session, household_id: str) -> tuple[Household | None, list[Staff], str]:
    """Return the household, who can visit it, and the steward who does when nobody is named."""
    home = session.home(household_id)
    if home is None:
        return None, [], ""
    return home, session.duties.may_visit(home.id), session.duties.steward_of(home)


def _where(ui: Ui, draft: Draft, home: Household | None, *, fixed: bool) -> ft.Control:
    """Return the chosen household, or a search for it. ``fixed``: it cannot be changed."""
    if home is not None:
        change = small_button("home-change", t("newticket.change"), lambda: draft.set("home", ""), tone="text")
        shown = [*estates.head_of(home), txt(home.address, ft.TextThemeStyle.HEADLINE_SMALL), quiet(people_words(home))]
        return section(t("duty.plan.where"), [column(shown, gap=4)], tool=None if fixed else change)
    query = str(draft.values["find"])
    parts: list[ft.Control] = [
        SearchField("home-find", lambda text: draft.set("find", text), hint=t("newticket.which_hint"), initial=query)
    ]
    hits = ui.session.doors.find(query, _FOUND) if query else []
    for hit in hits:
        names = people_words(hit.household) if hit.person is None else hit.person.name
        sub = joined(estates.mark_of(hit.household), names)
        take = lambda h=hit.household: draft.update(home=h.id, find="", owner="")  # noqa: E731
        parts.append(list_row(f"home-{hit.household.address}", hit.household.address, take, sub=sub, lines=1))
    if not hits:
        parts.append(quiet(t("common.none_found", query=query) if query else t("duty.plan.where_says")))
    return section(t("duty.plan.where"), parts)


def _whom(
    ui: Ui, people: Sequence[Staff], steward: str, owner: str, choose: Callable[[str], object]
) -> list[ft.Control]:
    """Return the choice of who goes: the building's steward unless somebody is named. Without a steward the visit is
    nobody's until somebody is."""
    name = ui.session.staff_name(steward) if steward else t("duty.nobody")
    options = [("", t("duty.plan.steward", name=name)), *((one.id, one.name) for one in people if one.id != steward)]
    says = [] if steward or owner else [quiet(t("duty.plan.no_steward"))]
    return [pills(options, owner, choose, id="owner"), *says]


ROUTES: Final = (
    Route(PATH, PlanScreen, parent="/duties"),
    Route(f"{PATH}/{{household_id}}", PlanScreen, parent="/household/{household_id}"),
)
