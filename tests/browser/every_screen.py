"""Every screen of the app with something on it, for one person with every role in a browser."""

from __future__ import annotations

from typing import Final

from tests.browser.conftest import FieldDay
from tests.support import every_screen

WHO: Final = "admin"
ADDRESS: Final = "5栋商铺03"


def every_role(field_day: FieldDay) -> dict[str, str]:
    """Gives one person every role; for each route its path with something on it, in an order in which each form is
    filled in before it is signed."""
    field_day.set_roles(WHO, *every_screen.ROLES)
    home, worker = field_day.household_id(ADDRESS), field_day.staff_id("worker")
    elsewhere = field_day.read("desk", lambda s: s)
    return {
        **field_day.act(WHO, lambda s: every_screen.plain(s, home)),
        **field_day.act(WHO, lambda s: every_screen.tickets(s, home)),
        **field_day.act(WHO, lambda s: every_screen.visits(s, home)),
        **field_day.act(WHO, lambda s: every_screen.keys(s, elsewhere, home, worker)),
        **field_day.act(WHO, every_screen.places),
        **field_day.act(WHO, every_screen.register),
    }
