"""A shift is handed over on one phone: the list stands there by itself, the other signs (R3)."""

from __future__ import annotations

import pytest

from app.domain import roles
from app.domain.subjects.job.kinds import JOB
from tests.flows.test_jobs import job
from tests.support.driver import Driver
from tests.support.field_day import FieldDay, choose_look
from tests.support.waiting import eventually

LONG = "水泵房二号泵有异响，已联系厂家，明早九点来人；值班时每两小时看一次压力表，低于零点三兆帕马上打维修电话"


def begin(day: FieldDay, look: tuple[str, ...] = ()) -> tuple[Driver, str]:
    """A guard at the east gate with a job that is not done; the phone on the page, and the job."""
    day.set_roles("worker2", roles.GUARD)
    day.set_roles("worker", roles.GUARD)
    mine = job(day, "desk", "worker2", content="巡查消防栓，三栋地下一层有一个水带箱玻璃破损")
    phone = day.phone("worker2")
    if look:
        choose_look(phone, *look)
    phone.go("/shift-over")
    phone.see("巡查消防栓")
    return phone, mine


@pytest.mark.proves("R3")
def test_a_guard_hands_the_gate_over_and_the_other_signs_on_the_same_phone(field_day: FieldDay) -> None:
    phone, mine = begin(field_day)
    phone.shot("shift-over")
    phone.see("请写岗位")
    phone.type_into("shift-post", "东门岗")
    phone.tap(f"open-{mine}")
    phone.type_into(f"remark-{mine}", "明早九点厂家来")
    phone.type_into("shift-note", LONG)
    phone.tap(f"receiver-{field_day.staff_id('worker')}")
    phone.see("交给王强")
    phone.shot("shift-over-filled")
    phone.tap("main-action")
    phone.see_id("pad")
    phone.shot("shift-take")
    phone.read_on()
    phone.sign()
    phone.tap("sign-agree")
    phone.see("已接班")
    phone.shot("shift")

    def theirs() -> bool:
        card = field_day.read("worker", lambda s: s.card(JOB, mine))
        return card is not None and card.assignee == field_day.staff_id("worker")

    eventually(theirs, within=40, every=0.5, what="the job with who took over")
    phone.go("/shift-over")
    phone.see("这个班次已经交过了")


def test_at_200_percent_in_the_dark_nothing_runs_out(field_day: FieldDay) -> None:
    phone, _ = begin(field_day, ("theme-dark", "scale-200"))
    phone.shot("shift-over-dark-200")
