"""查阅记录 (access log): who looked at a household's records, and when (S); for the people responsible for them."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

import flet as ft

from app.actions.models import Look
from app.domain.rules.archive import WHOLE, class_words, looked_at
from app.domain.subjects import access
from app.domain.times import china_day
from app.ui import estates
from app.ui.asking import told, use_asked, waiting
from app.ui.context import cloud_of, if_here, language_code, use_now, use_read, use_ui
from app.ui.kit.base import quiet, txt
from app.ui.kit.boundary import drawn
from app.ui.kit.buttons import Action
from app.ui.kit.lists import empty_state, group, list_row
from app.ui.kit.scaffold import Scaffold
from app.ui.router import Route
from app.ui.screens.desk.parts import not_for_you
from app.ui.texts import day_text, language, moment_text, t, time_text

LATE_MS: Final = 10 * 60_000
"""A look reported to the server later than this (10 minutes) was made without a network, and is marked so."""


def may_see(held: frozenset[str]) -> bool:
    """Whether somebody with these roles may see who looked at records; only then is a link to this page shown."""
    return access.may_see_looks(held)


@ft.component
def LooksScreen(household_id: str) -> ft.Control:
    """Draw the looks at one household's records, by day, the latest first."""
    ui = use_ui()
    now = use_now()
    view = use_read(lambda s: if_here(lambda: s.doors.view(household_id)), household_id)
    seen = may_see(ui.session.roles_on(view.household) if view is not None else ui.session.roles)
    asked = use_asked(lambda: ui.session.doors.looks(household_id), wanted=seen)
    heading = t("household.looks")
    if not seen:
        return not_for_you(ui, heading, id="looks")
    content: list[ft.Control] = []
    if view is not None:
        content += estates.head_of(view.household)
        content.append(txt(view.household.address, ft.TextThemeStyle.HEADLINE_SMALL))
    content.append(quiet(t("household.looks_says")))
    action: Action | None = None
    if asked.problem is not None:
        content.append(told(asked.problem, language_code(ui.page)))
        action = Action(t("devices.again"), asked.again, icon=ft.Icons.REFRESH_ROUNDED)
    elif asked.value is None:
        content.append(waiting(t("devices.asking")))
    elif not asked.value:
        content.append(
            empty_state(t("household.looks_none"), t("household.looks_none_says"), mark=ft.Icons.VISIBILITY_OUTLINED)
        )
    else:
        days: dict[date, list[Look]] = {}
        for look in asked.value:
            days.setdefault(china_day(look.looked_at), []).append(look)
        for number, (day, looks) in enumerate(days.items()):
            rows = [
                drawn(f"look-{number}-{index}", partial(_row, f"look-{number}-{index}", look, now))
                for index, look in enumerate(looks)
            ]
            content.append(group(day_text(day, china_day(now)), rows, count=len(looks), id=f"looks-{number}"))
    return Scaffold(heading, content, id="looks", on_back=ui.back, cloud=cloud_of(ui), action=action)


def _row(id: str, look: Look, now: int) -> ft.Control:
    said = [look.device] if look.device else []
    if look.received_at - look.looked_at > LATE_MS:
        said.append(t("household.looks_late", at=moment_text(look.received_at, now)))
    if look.what in ("contacts", "care", "export"):  # a newer server may name another part
        said.insert(0, t(f"care.looked_at.{look.what}"))
    elif look.what == WHOLE:
        said.insert(0, t("shelf.heading"))
    elif number := looked_at(look.what):
        said.insert(0, f"{number} {class_words(number, language().partition('-')[0])}")
    at = txt(time_text(look.looked_at), ft.TextThemeStyle.BODY_LARGE, color=ft.Colors.ON_SURFACE_VARIANT)
    return list_row(id, look.name, None, sub=" · ".join(said), leading=ft.Icons.VISIBILITY_OUTLINED, trailing=at)


ROUTE: Final = Route("/household/{household_id}/looks", LooksScreen, parent="/household/{household_id}")
