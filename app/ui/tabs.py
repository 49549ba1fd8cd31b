"""The tabs at the bottom of the window, by role: 今日, 住户, 工单, 我的."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.domain import roles
from app.ui.context import Ui, use_read, use_ui
from app.ui.kit.scaffold import Tab, nav_bar
from app.ui.texts import t

_AT_DOORS: Final = frozenset({roles.STEWARD, roles.DESK, roles.SERVICE_SUPERVISOR, roles.ADMIN, roles.MANAGER})
"""Who knows the households; a repair worker gets a ticket's address with the ticket."""

_JOBS_ALONE: Final = frozenset(
    (
        roles.ENVIRONMENT_SUPERVISOR,
        roles.CLEANING_LEAD,
        roles.CLEANER,
        roles.GUARD,
        roles.ARCHIVIST,
        roles.CULTURE_CLERK,
    )
)
"""Posts whose work comes as jobs 工作单 (B.1)."""


def tickets_path(held: frozenset[str]) -> str:
    """Where 工单 leads: the desk's board for those who see the whole estate, the fees for finance, the jobs for those
    who have no repairs, else the list."""
    if held & roles.OVERSEERS:
        return "/desk"
    if held and held <= _JOBS_ALONE:
        return "/jobs"
    if roles.FINANCE in held and roles.REPAIR_WORKER not in held:
        return "/finance"
    return "/tickets"


def paths(held: frozenset[str]) -> dict[str, str]:
    """The tabs of somebody with the roles `held`, each with its path, in their order."""
    found = {"today": "/"}
    if held & _AT_DOORS:
        found["households"] = "/households"
    return found | {"tickets": tickets_path(held), "me": "/me"}


def _tab(id: str) -> Tab:
    icons = {
        "today": (ft.Icons.TODAY_OUTLINED, ft.Icons.TODAY),
        "households": (ft.Icons.HOME_WORK_OUTLINED, ft.Icons.HOME_WORK),
        "tickets": (ft.Icons.ASSIGNMENT_OUTLINED, ft.Icons.ASSIGNMENT),
        "me": (ft.Icons.PERSON_OUTLINE, ft.Icons.PERSON),
    }
    quiet, loud = icons[id]
    return Tab(id, t(f"shell.tab.{id}"), quiet, loud)


def nav(ui: Ui, held: frozenset[str], here: str) -> ft.Control:
    """The bar itself; for components that have read the roles already."""
    known = paths(held)

    def select(id: str) -> None:
        if id != here:
            ui.reset(known[id])

    return nav_bar([_tab(id) for id in known], here, select)


def use_nav(here: str) -> ft.Control:
    """Hook: the navigation bar for `Scaffold(footer=...)`; `here` is today, households, tickets or me."""
    ui = use_ui()
    held = use_read(lambda s: s.roles)
    return nav(ui, held, here)
