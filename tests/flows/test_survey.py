"""A round of the satisfaction survey on the screens of who carries it from door to door, and of who reads it (F)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.device.clock import now_ms
from app.domain.rules import surveys
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import china_day
from app.store.queries import CardFilter
from tests.forms.built_in import compiled
from tests.support.driver import Driver
from tests.support.field_day import FieldDay, choose_look
from tests.support.forms import publish
from tests.support.waiting import eventually


@pytest.fixture
def running(field_day: FieldDay, monkeypatch: pytest.MonkeyPatch) -> FieldDay:
    """A day on which a round runs that began three days ago, whatever day it is."""
    began = china_day(now_ms()) - timedelta(days=3)
    monkeypatch.setattr(surveys, "MONTHS", (began.month,))
    monkeypatch.setattr(surveys, "BEGINS", began.day)
    data = compiled("satisfaction_survey").definition
    assert data is not None
    publish(field_day.server.store, data)
    return field_day


def score(phone: Driver, low: str) -> int:
    """Score every item 5 but one, and return how many taps it took."""
    items = [one for one in phone.ids() if one.startswith("q-") and one.endswith("-5")]
    for one in items:
        phone.tap(one if low not in one else f"{one[:-1]}2")
    return len(items)


@pytest.mark.proves("F1", "F2", "F4", "F5")
def test_a_steward_fills_in_a_sheet_at_a_door_and_the_office_sees_what_it_comes_to(running: FieldDay) -> None:
    phone = running.phone("steward")
    phone.go("/survey")
    phone.see("待发")
    door = next(one for one in phone.ids() if one.startswith("door-"))
    home = door.removeprefix("door-")
    phone.shot("survey-doors")
    phone.tap(f"issue-{home}")
    phone.tap("standing-out")
    phone.tap(door)
    phone.see("员工态度")
    phone.shot("survey-empty")
    assert score(phone, "staff_guard") == 22
    phone.type_into("q-worst", "晚上保安不开门")
    phone.type_into("q-name", "张伟")
    phone.type_into("q-phone", "13800138000")
    phone.shot("survey-filled")
    phone.tap("main-action")
    phone.see_id("survey")  # the next door, not the record of this one
    phone.tap("standing-back")
    phone.see_id(door)
    phone.shot("survey-back")

    def there() -> bool:
        found = running.read("desk", lambda s: s.surveys.report(s.surveys.period()))
        return found.figures.sheets == 1 and len(found.remarks) == 1

    eventually(there, within=40, every=0.5, what="the sheet at the desk")
    boss = running.phone("service")
    period = running.read("service", lambda s: s.surveys.period())
    boss.go(f"/survey/report/{period}")
    boss.see("低于 4 分的项目")
    boss.see("4.86")
    boss.shot("survey-report")
    boss.tap("low-staff-staff_guard")
    boss.see("打 2 分")
    remark = running.read("service", lambda s: s.cards(CardFilter(type=MATTER, kinds=("survey_remark",)), 0, 5))[0]
    boss.tap(f"remark-{remark.id}")
    boss.see("晚上保安不开门")


def test_the_doors_at_200_percent_in_the_dark_run_out_nowhere(running: FieldDay) -> None:
    phone = running.phone("steward")
    choose_look(phone, "theme-dark", "scale-200")
    phone.go("/survey")
    phone.see("待发")
    door = next(one for one in phone.ids() if one.startswith("door-"))
    phone.shot("survey-doors-dark-200")
    phone.tap(door)
    phone.see("员工态度")
    phone.shot("survey-dark-200")
