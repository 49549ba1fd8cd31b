"""A paper of a household's archive from hand to hand (S3, S4): asked for, approved by another, handed out; looked for
once a quarter, and destroyed by two."""

from __future__ import annotations

from functools import partial

import pytest

from app.actions import Session
from app.domain.times import DAY, china_day
from tests.support.archive import file
from tests.support.field_day import FieldDay, choose_look

DOOR = "3栋2单元1501"


@pytest.mark.proves("S3")
def test_a_paper_is_asked_for_by_one_and_handed_out_by_another(field_day: FieldDay) -> None:
    home = field_day.household_id(DOOR)
    field_day.set_roles("worker2", "archivist")
    paper = field_day.act("service", lambda s: file(s, home, 4, scans=3))
    steward = field_day.phone("steward")
    steward.go(f"/archive_paper/{paper}")
    steward.see("前期物业服务协议")
    steward.shot("archive-paper")
    back = _day(field_day, 3)
    field_day.server.stop()
    steward.tap("main-action")
    steward.type_into("paper-purpose", "核对房屋资料")
    steward.tap(f"due-{back}")
    steward.shot("archive-paper-ask")
    steward.tap("main-action")
    steward.see("待批借阅")
    field_day.server.start()
    assert field_day.read("worker2", lambda s: [card.id for card in s.today().tickets]) == [paper]
    keeper = field_day.phone("worker2")
    keeper.see("看后批借阅")
    keeper.shot("today-archive")
    keeper.tap(f"archive_paper-{paper}")
    keeper.tap("main-action")
    keeper.see("核对房屋资料")
    keeper.tap("answer-yes")
    keeper.shot("archive-paper-decide")
    keeper.tap("main-action")
    keeper.see("已批，待取")
    keeper.tap("main-action")
    keeper.tap("question-yes")
    keeper.see("借出")
    keeper.shot("archive-paper-out")
    assert not keeper.problems and not steward.problems


@pytest.mark.proves("S4")
def test_the_archivist_looks_for_each_paper_and_another_name_destroys_one(field_day: FieldDay) -> None:
    home = field_day.household_id(DOOR)
    field_day.set_roles("worker2", "archivist")
    named = {4: "前期物业服务协议", 3: "装修图纸（水电改造、厨房移位）", 1: "业主身份证明复印件"}
    papers = {}
    for number, title in named.items():
        papers[number] = field_day.act("service", partial(_filed, home, number, title))
    keeper = field_day.phone("worker2")
    keeper.go("/archive-check")
    keeper.see("已清点 0 / 3")
    keeper.tap(f"here-{papers[1][-12:]}")
    keeper.see("已清点 1 / 3")
    keeper.tap(f"missing-{papers[3][-12:]}")
    keeper.see("没找到 1 份")
    keeper.shot("archive-check")
    choose_look(keeper, "theme-dark", "scale-200")
    keeper.go("/archive-check")
    keeper.see("没找到 1 份")
    keeper.shot("archive-check-dark-200")
    keeper.go(f"/archive_paper/{papers[1]}/propose")
    keeper.type_into("paper-reason", "已有新的一份")
    keeper.tap("main-action")
    keeper.see("待定销毁")
    keeper.gone_id("main-action")
    assert field_day.read("service", lambda s: s.archive.view(papers[1]).state.stage) == "proposed"
    boss = field_day.phone("service")
    boss.go(f"/archive_paper/{papers[1]}/answer")
    boss.tap("answer-yes")
    boss.shot("archive-paper-agree")
    boss.tap("main-action")
    boss.see("已销毁")
    boss.see("照片不再显示")
    boss.shot("archive-paper-destroyed")
    assert not keeper.problems and not boss.problems


def test_the_form_that_files_a_paper(field_day: FieldDay) -> None:
    steward = field_day.phone("steward")
    steward.go(f"/household/{field_day.household_id(DOOR)}/archive/new")
    steward.choose("class-4")
    steward.type_into("paper-title", "业主公约")
    steward.shot("archive-paper-new")
    steward.tap("main-action")
    steward.see("在档")
    assert not steward.problems


def _day(field_day: FieldDay, days: int) -> str:
    """The day in so many days, as its pill is called."""
    return china_day(field_day.read("desk", lambda s: s.now()) + days * DAY).isoformat()


async def _filed(home: str, number: int, title: str, session: Session) -> str:
    """File a paper with one scan; its id."""
    return await file(session, home, number, title)
