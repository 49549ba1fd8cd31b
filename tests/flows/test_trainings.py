"""Training on two phones: the trainer's code, attendance, marks, the warning (V2, V3)."""

from __future__ import annotations

import pytest

from app.actions.trainings import MarkForm
from app.domain.rules.sessions import SessionCode
from app.domain.times import MINUTE
from tests.support.field_day import FieldDay, choose_look


@pytest.mark.proves("V2")
def test_the_trainer_shows_the_code_and_confirms_who_was_there(field_day: FieldDay) -> None:
    boss = field_day.phone("service")
    boss.go("/trainings")
    boss.see("本周还没有办培训")
    boss.tap("main-action")
    boss.see_id("session-qr")
    boss.shot("training-session")
    boss.see("请勾选到场的人")
    boss.tap(f"present-{field_day.staff_id('worker')}")
    boss.tap(f"present-{field_day.staff_id('steward')}")
    boss.tap("minutes-45")
    boss.see("确认 2 人到场")
    boss.tap("main-action")
    boss.see("讲师确认，未扫码")
    boss.shot("training-held")


@pytest.mark.proves("V2")
def test_who_is_there_scans_and_taps_once_without_a_network(field_day: FieldDay) -> None:
    phone = field_day.phone("worker")
    begun = field_day.read("worker", lambda s: s.now()) - MINUTE
    code = SessionCode("00000000-0000-4000-8000-0000000000aa", field_day.staff_id("service"), "manner", begun)
    field_day.server.stop()
    phone.go("/scan")
    phone.type_into("scan-code", code.text())
    phone.tap("scan-go")
    phone.see("讲师：林晓燕")
    phone.shot("training-attend")
    phone.tap("main-action")
    phone.see("已签到")
    field_day.server.start()


@pytest.mark.proves("V3")
def test_who_fails_twice_is_warned_and_a_supervisor_signs(field_day: FieldDay) -> None:
    who = field_day.staff_id("worker")
    exam = field_day.act("service", lambda s: s.trainings.mark(MarkForm(who, "manner", 41, 6))).subject_id
    phone = field_day.phone("service")
    phone.go(f"/training/{exam}")
    phone.tap("main-action")
    phone.type_into("mark-theory", "95")
    phone.see("请填 0 到 90")
    phone.type_into("mark-theory", "45")
    phone.type_into("mark-discipline", "7")
    phone.see("合计 52 分，不合格")
    phone.tap("main-action")
    phone.see("两次考核不合格")
    phone.shot("training-to-warn")
    phone.tap("main-action")
    phone.see_id("pad")
    phone.read_on()
    phone.sign()
    phone.tap("sign-agree")
    phone.see("已警告")


def test_the_page_of_training_at_200_percent_in_the_dark(field_day: FieldDay) -> None:
    phone = field_day.phone("service")
    choose_look(phone, "theme-dark", "scale-200")
    phone.go("/trainings/mark")
    phone.see("考核打分")
    phone.shot("training-mark-dark-200")
