"""The routes of forms and of what was filled in."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.case import contacts, fill, forms, registers, steps, watched

ROUTES: Final = (
    *forms.ROUTES, *watched.ROUTES, *registers.ROUTES, *contacts.ROUTES, *fill.ROUTES, *steps.ROUTES,
)  # fmt: skip
