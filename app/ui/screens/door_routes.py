"""The routes of doors: households, visits, new tickets, the price list."""

from __future__ import annotations

from typing import Final

from app.ui.router import Route
from app.ui.screens import looks, visit_photos
from app.ui.screens.household import HouseholdScreen
from app.ui.screens.households import HouseholdsScreen
from app.ui.screens.prices import PricesScreen
from app.ui.screens.ticket_new import TicketNewScreen, VisitTicketScreen
from app.ui.screens.visit_form import VisitFormScreen
from app.ui.screens.visit_record import VisitAmendScreen, VisitScreen
from app.ui.screens.visit_sign import VisitSignAgainScreen, VisitSignScreen

ROUTES: Final = (
    Route("/households", HouseholdsScreen, parent=None),
    Route("/household/{household_id}", HouseholdScreen, parent="/households"),
    looks.ROUTE,
    Route("/visit/new/{household_id}", VisitFormScreen, parent="/household/{household_id}"),
    Route("/visit/new/{household_id}/sign", VisitSignScreen, parent="/visit/new/{household_id}", alone=True),
    Route(visit_photos.PATH, visit_photos.VisitPhotoScreen, parent="/visit/new/{household_id}"),
    Route("/visit/new/{household_id}/ticket", VisitTicketScreen, parent="/visit/new/{household_id}"),
    Route("/visit/{visit_id}", VisitScreen),
    Route("/visit/{visit_id}/sign", VisitSignAgainScreen, parent="/visit/{visit_id}", alone=True),
    Route("/visit/{visit_id}/amend", VisitAmendScreen, parent="/visit/{visit_id}"),
    Route("/ticket-new", TicketNewScreen),
    Route("/ticket-new/{household_id}", TicketNewScreen, parent="/household/{household_id}"),
    Route("/prices", PricesScreen),
)
