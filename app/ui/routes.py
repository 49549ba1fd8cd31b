"""Which screen is at which path, put together from the `ROUTES` of each family of screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import flet as ft

from app.ui.context import use_ui
from app.ui.leaving import use_leaving
from app.ui.router import Route
from app.ui.screens import patrol, scan, subject
from app.ui.screens.desk import devices, news_forms, publish_form, put_on_phone, registers
from app.ui.screens.desk import routes as desk_routes
from app.ui.screens.door import routes as door_routes
from app.ui.screens.handbook import help as handbook_help
from app.ui.screens.handbook import listing as handbook
from app.ui.screens.handbook import office as handbook_office
from app.ui.screens.handbook import page as handbook_page
from app.ui.screens.phone import join, shell
from app.ui.screens.phone.sign_in import SignIn
from app.ui.screens.photo import view as photo_view
from app.ui.subjects.analysis import page as analysis
from app.ui.subjects.archive_paper import routes as archive_paper_routes
from app.ui.subjects.case import routes as case_routes
from app.ui.subjects.duty import routes as duty_routes
from app.ui.subjects.follow_up import routes as follow_up_routes
from app.ui.subjects.job import routes as job_routes
from app.ui.subjects.matter import routes as matter_routes
from app.ui.subjects.notice import routes as notice_routes
from app.ui.subjects.place import new_point as place
from app.ui.subjects.review import page as review
from app.ui.subjects.shift import page as shift
from app.ui.subjects.survey_round import routes as survey_routes
from app.ui.subjects.thing import routes as key_routes
from app.ui.subjects.ticket import routes as repair
from app.ui.subjects.training import routes as training_routes

FAMILIES: Final[Sequence[Sequence[Route]]] = (
    shell.ROUTES,
    repair.ROUTES,
    door_routes.ROUTES,
    desk_routes.ROUTES,
    key_routes.ROUTES,
    matter_routes.ROUTES,
    job_routes.ROUTES,
    review.ROUTES,
    shift.ROUTES,
    training_routes.ROUTES,
    notice_routes.ROUTES,
    archive_paper_routes.ROUTES,
    follow_up_routes.ROUTES,
    analysis.ROUTES,
    case_routes.ROUTES,
    survey_routes.ROUTES,
    duty_routes.ROUTES,
    put_on_phone.ROUTES,
    devices.ROUTES,
    news_forms.ROUTES,
    registers.ROUTES,
    publish_form.ROUTES,
    handbook.ROUTES,
    handbook_help.ROUTES,
    handbook_page.ROUTES,
    handbook_office.ROUTES,
    scan.ROUTES,
    patrol.ROUTES,
    photo_view.ROUTES,
    place.ROUTES,
    subject.ROUTES,
)


@ft.component
def _Guarded(screen: Callable[..., ft.Control], values: dict[str, str]) -> ft.Control:
    """Draw a screen only for people who are signed in; others get the sign-in page in its place."""
    ui = use_ui()
    use_leaving(ui)
    if not ui.signed_in:
        return SignIn()
    # `use_leaving` redraws this component when the router changes; `memo` spares the screen itself.
    drawn: ft.Control = ft.memo(screen)(**values)
    return drawn


def guarded(route: Route) -> Route:
    """Return the route with its screen drawn only for people who are signed in."""
    screen = route.screen
    return replace(route, screen=lambda **values: _Guarded(screen, values))


ROUTES: Final = (*join.ROUTES, *(guarded(route) for family in FAMILIES for route in family))
