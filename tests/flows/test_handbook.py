"""The handbook in somebody's hand: looked up without a network, a document signed as read, and how it looks (T)."""

from __future__ import annotations

import pytest

from sync_server.store.estate import handbook
from tests.support.field_day import FieldDay, choose_look
from tools.demo.handbook import built_in_pages


def have_pages(field_day: FieldDay, *logins: str) -> dict[str, str]:
    """Publish the built-in handbook, and let these phones have it; the ids of its pages."""
    with field_day.server.store.numbered() as write:
        done = handbook.publish(write, built_in_pages(), None, None)
    for login in logins:
        field_day.act(login, lambda s: s.sync_now())
    return {one.page: one.id for one in done}


@pytest.mark.proves("T1")
def test_a_number_is_looked_up_in_a_cellar(field_day: FieldDay) -> None:
    have_pages(field_day)
    phone = field_day.phone("worker")
    field_day.server.stop()
    phone.go("/handbook")
    phone.see("常用电话")
    phone.shot("handbook")
    phone.type_into("handbook-find", "zks")
    phone.see("中控室 0755-0000 8002")
    phone.shot("handbook-found")
    phone.tap("page-phones")
    phone.see("火警")
    phone.shot("handbook-phones")
    field_day.server.start()


@pytest.mark.proves("T4")
def test_a_supervisor_signs_a_document_and_sees_who_has_not(field_day: FieldDay) -> None:
    pages = have_pages(field_day)
    phone = field_day.phone("service")
    phone.see("员工服务规范")
    phone.shot("handbook-today")
    phone.tap("to-sign-rules-conduct")
    phone.see("上门先预约")
    phone.shot("handbook-sign")
    phone.tap("main-action")
    phone.see_id("read-at")
    phone.go(f"/handbook/page/{pages['rules-conduct']}/readers")
    phone.see("没有签")
    phone.shot("handbook-readers")


def test_the_handbook_at_night_and_in_large_letters(field_day: FieldDay) -> None:
    pages = have_pages(field_day)
    phone = field_day.phone("service")
    choose_look(phone, "theme-dark", "scale-200")
    phone.go("/handbook")
    phone.see("常用电话")
    phone.shot("handbook-dark-large")
    phone.go(f"/handbook/page/{pages['fees']}")
    phone.see("住宅物业服务费")
    phone.shot("handbook-fees-dark-large")
    phone.go(f"/handbook/page/{pages['avoid']}")
    phone.see("我帮您问清楚")
    phone.shot("handbook-avoid-dark-large")
    phone.go("/tour")
    phone.see("第 1 步")
    phone.shot("tour-dark-large")
