"""The routes of households, visits, new tickets and the price list."""

from __future__ import annotations

from typing import Final

from app.ui.router import Route
from app.ui.screens.door import archive, looks, meters, units
from app.ui.screens.door.household import HouseholdScreen
from app.ui.screens.door.households import HouseholdsScreen
from app.ui.screens.door.prices import PricesScreen
from app.ui.subjects.ticket.new import TicketNewScreen, VisitTicketScreen
from app.ui.subjects.visit import month as visits_month
from app.ui.subjects.visit import photos as visit_photos
from app.ui.subjects.visit import picture, round
from app.ui.subjects.visit.form import VisitFormScreen
from app.ui.subjects.visit.page import VisitAmendScreen, VisitScreen
from app.ui.subjects.visit.sign import VisitSignAgainScreen, VisitSignScreen

ROUTES: Final = (
    Route("/households", HouseholdsScreen, parent=None),
    Route("/household/{household_id}", HouseholdScreen, parent="/households"),
    *units.ROUTES,
    *meters.ROUTES,
    looks.ROUTE,
    *archive.ROUTES,
    round.ROUTE,
    picture.ROUTE,
    visits_month.ROUTE,
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
