"""The routes of the survey."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.survey_round import doors, link, report

ROUTES: Final = (*doors.ROUTES, *report.ROUTES, *link.ROUTES)
