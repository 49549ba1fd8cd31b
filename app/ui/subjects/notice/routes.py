"""The routes of notices."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.notice import boards, calls, new, page

ROUTES: Final = (*boards.ROUTES, *new.ROUTES, *page.ROUTES, *calls.ROUTES)
