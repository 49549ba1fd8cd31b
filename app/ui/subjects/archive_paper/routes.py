"""The routes of papers of households' archives."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.archive_paper import check, new, page, steps

ROUTES: Final = (*page.ROUTES, *steps.ROUTES, *new.ROUTES, *check.ROUTES)
