"""Every screen of the app with something on it, for one person with every role in a browser."""

from __future__ import annotations

from typing import Final

from tests.support import every_screen
from tests.support.archive import papers
from tests.support.field_day import BrowserDay

WHO: Final = "admin"
ADDRESS: Final = "5栋商铺03"


def every_role(browser_day: BrowserDay) -> dict[str, str]:
    """Gives one person every role; for each route its path with something on it, in an order in which each form is
    filled in before it is signed."""
    browser_day.set_roles(WHO, *every_screen.ROLES)
    home, worker = browser_day.household_id(ADDRESS), browser_day.staff_id("worker")
    store = browser_day.server.store
    every_screen.publish_and_withdraw(store)
    every_screen.have_a_route(store)
    every_screen.have_a_handbook(store)
    elsewhere = browser_day.read("desk", lambda s: s)
    asked = every_screen.ask_at_the_door(store)
    forms = browser_day.act(WHO, lambda s: every_screen.forms(s, elsewhere))
    # A photo of the form that this phone fills in before it.
    filled = forms["/form/{digest}/{case_id}"].rpartition("/")[2]
    return {
        **browser_day.act(WHO, lambda s: every_screen.plain(s, home)),
        **browser_day.act(WHO, lambda s: every_screen.tickets(s, home)),
        **browser_day.act(WHO, lambda s: every_screen.visits(s, home)),
        **browser_day.act(WHO, lambda s: every_screen.keys(s, elsewhere, home, worker)),
        **browser_day.act(WHO, every_screen.places),
        **browser_day.act(WHO, lambda s: every_screen.matters(s, home)),
        **browser_day.act(WHO, lambda s: every_screen.jobs(s, home)),
        **browser_day.act(WHO, lambda s: every_screen.follow_ups(s, home)),
        **browser_day.act(WHO, lambda s: every_screen.duties(s, home)),
        **browser_day.act(WHO, lambda s: every_screen.owed(s, home)),
        **browser_day.act(WHO, lambda s: papers(s, elsewhere)),
        **browser_day.act(WHO, every_screen.analyses),
        **browser_day.act(WHO, every_screen.handbook),
        **forms,
        "/case/{case_id}/photo/{of}": f"/case/{filled}/photo/{filled}",
        **{f"/matter/{{matter_id}}/{page}": f"/matter/{asked}/{page}" for page in ("confirm", "dismiss")},
        **every_screen.letters(),
        **browser_day.act(WHO, every_screen.register),
        **browser_day.act(WHO, every_screen.news),
        **every_screen.WALKS,
        **browser_day.act(WHO, lambda s: every_screen.survey(s, home)),
        **every_screen.archives(home),
    }
