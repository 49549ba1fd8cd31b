"""The routes of forms and of what was filled in."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.case import fill, forms, steps

ROUTES: Final = (*forms.ROUTES, *fill.ROUTES, *steps.ROUTES)
