"""The routes of follow-ups."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.follow_up import ask, letter, month, new, planning, rounds

ROUTES: Final = (*rounds.ROUTES, *new.ROUTES, *month.ROUTES, *letter.ROUTES, *ask.ROUTES, *planning.ROUTES)
