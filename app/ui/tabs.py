"""The tabs of the window, by role: 今日, 住户, 工单, 我的; at the bottom of a phone, at the side of a desk's."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.domain import roles
from app.ui.context import Ui, use_read, use_ui
from app.ui.kit.scaffold import Nav, Tab
from app.ui.texts import t

_AT_DOORS: Final = frozenset({roles.STEWARD, roles.DESK, roles.SERVICE_SUPERVISOR, roles.ADMIN, roles.MANAGER})
"""Roles that see the list of households; a repair worker gets the address with each ticket."""

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
"""Roles whose work comes only as jobs 工作单 (B.1)."""


def tickets_path(held: frozenset[str]) -> str:
    """Return the path of the tab 工单: the desk's board for overseers, the jobs for people who do no repairs, the fees
    for finance, otherwise the list of tickets."""
    if held & roles.OVERSEERS:
        return "/desk"
    if held and held <= _JOBS_ALONE:
        return "/jobs"
    if roles.FINANCE in held and roles.REPAIR_WORKER not in held:
        return "/finance"
    return "/tickets"


def paths(held: frozenset[str]) -> dict[str, str]:
    """Return the tabs of somebody with the roles `held`, in order, each with its path."""
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


def nav(ui: Ui, held: frozenset[str], here: str) -> Nav:
    """The tabs with `here` chosen; for components that have read the roles already."""
    known = paths(held)

    def select(id: str) -> None:
        if id != here:
            ui.reset(known[id])

    return Nav([_tab(id) for id in known], here, select)


def use_nav(here: str) -> Nav:
    """Hook: the tabs for `Scaffold(footer=...)`; `here` is today, households, tickets or me."""
    ui = use_ui()
    held = use_read(lambda s: s.roles)
    return nav(ui, held, here)
