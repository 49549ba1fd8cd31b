"""The routes of matters."""

from __future__ import annotations

from typing import Final

from app.ui.router import Route
from app.ui.subjects.matter import classing, confirming, figures, forms, merge, new, register
from app.ui.subjects.matter.page import MatterScreen

ROUTES: Final = (
    *register.ROUTES,
    *figures.ROUTES,
    *new.ROUTES,
    Route("/matter/{matter_id}", MatterScreen, parent=register.PATH),
    *classing.ROUTES,
    *confirming.ROUTES,
    *merge.ROUTES,
    *forms.ROUTES,
)
