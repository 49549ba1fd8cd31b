"""The routes of duties."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.duty import change, my_month, plan, who

ROUTES: Final = (*who.ROUTES, *change.ROUTES, *plan.ROUTES, *my_month.ROUTES)
"""Who owes what, what the supervisor changes of it and plans, and one's own month."""
