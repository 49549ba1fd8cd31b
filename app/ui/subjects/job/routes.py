"""The routes of jobs: the list, a new one, its page and steps, what counts as a breach."""

from __future__ import annotations

from typing import Final

from app.ui.router import Route
from app.ui.subjects.job import breaches, jobs, new, steps
from app.ui.subjects.job.page import JobScreen

ROUTES: Final = (
    *jobs.ROUTES,
    *new.ROUTES,
    *breaches.ROUTES,
    Route("/job/{subject_id}", JobScreen),
    *steps.ROUTES,
)
