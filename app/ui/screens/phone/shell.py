"""The routes of the app's own screens: today, sync, me, signing in."""

from __future__ import annotations

from typing import Final

from app.ui.router import Route
from app.ui.screens.phone import me, sign_in, sync
from app.ui.screens.today.page import TodayScreen

ROUTES: Final = (Route("/", TodayScreen, parent=None), me.ROUTE, sync.ROUTE, sign_in.ROUTE)
