"""The routes of follow-ups."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.follow_up import ask, planning, rounds

ROUTES: Final = (*rounds.ROUTES, *ask.ROUTES, *planning.ROUTES)
