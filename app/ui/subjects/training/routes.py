"""The routes of training and assessment."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.training import lists, marking, page, session

ROUTES: Final = (*lists.ROUTES, *session.ROUTES, *marking.ROUTES, *page.ROUTES)
