"""The routes of duties."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.duty import change, my_month, who

ROUTES: Final = (*who.ROUTES, *change.ROUTES, *my_month.ROUTES)
"""Who owes what, what the supervisor changes of it, and one's own month."""
