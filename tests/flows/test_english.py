"""The office's and the evening's pages in English."""

from __future__ import annotations

from typing import Final

from tests.support import every_screen
from tests.support.field_day import FieldDay, choose_look

WHO: Final = "admin"
SHOWN: Final = {
    "duties-en": ("/duties", "duties"),
    "my-month-en": ("/my-month", "my-month"),
    "matters-en": ("/matters", "matters"),
    "matter-figures-en": ("/matters/figures", "matter-figures"),
    "follow-ups-en": ("/follow-ups", "follow-ups"),
    "follow-up-plan-en": ("/follow-ups/plan", "follow-up-plan"),
    "follow-up-figures-en": ("/follow-ups/figures", "follow-up-figures"),
    "building-en": ("/buildings", "building-doors"),
    "month-en": ("/visits-month", "visits-month"),
}


def test_the_new_pages_stand_in_english_too(field_day: FieldDay) -> None:
    field_day.set_roles(WHO, *every_screen.ROLES)
    home = field_day.household_id("5栋商铺03")
    matters = field_day.act(WHO, lambda s: every_screen.matters(s, home))
    analyses = field_day.act(WHO, every_screen.analyses)
    follow_ups = field_day.act(WHO, lambda s: every_screen.follow_ups(s, home))
    phone = field_day.phone(WHO)
    choose_look(phone, "language-en")
    for name, (path, id) in SHOWN.items():
        phone.show(path, id, name)
    phone.show(matters["/matter/{matter_id}"], "matter", "matter-en")
    phone.show(follow_ups["/follow-up/{follow_up_id}/ask"], "follow-up-ask", "follow-up-ask-en")
    phone.show(analyses["/analysis/{analysis_id}"], "analysis", "analysis-en")
    walker = field_day.phone("steward")
    choose_look(walker, "language-en")
    walker.go("/round")
    walker.see("First door")
    walker.shot("round-plan-en")
    walker.tap("main-action")
    walker.see_id("visit-form")
    walker.tap("back")
    walker.see_id("round")
    walker.shot("round-next-en")
    assert not phone.problems and not walker.problems
