"""The routes of duties."""

from __future__ import annotations

from typing import Final

from app.ui.subjects.duty import change, my_month, plan, who

ROUTES: Final = (*who.ROUTES, *change.ROUTES, *plan.ROUTES, *my_month.ROUTES)
"""The screens of who owes what, of changing and planning duties, and of one's own month."""
