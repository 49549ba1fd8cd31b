"""Notices from the desk to the boards and down again, between phones and a real server (P)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.actions.notices import NoticeForm
from app.domain.rules.notices import Hanging
from app.domain.times import DAY, HOUR, at_china, china_day
from app.domain.wire.errors import Problem
from sync_server.store import duties as owed
from sync_server.store.subjects.notice import notice_buildings, notices
from tests.forms.built_in import finish
from tests.journeys.conftest import Clock, MakeTown, Town
from tests.support.filled import built_in
from tests.support.forms import publish

FORMS = ("notice_posted", "notice_letterbox", "notice_removed")


@pytest.fixture
def boards(make_town: MakeTown) -> Town:
    """A town with a supervisor, a manager and a steward; the forms of notices are published."""
    clock = Clock()
    town = make_town(clock)
    town.clocks["server"] = clock
    for login, role in (("k1", "service_supervisor"), ("m1", "manager")):
        town.staff[login] = town.server.add_staff(login, role, name=login.upper())
    town.staff["s1"] = town.server.add_staff("s1", "steward", buildings=(town.building,), name="S1")
    publish(town.server.store, *built_in(*FORMS))
    return town


async def there(town: Town, *logins: str) -> None:
    """Sync everybody, twice; nothing is refused."""
    for login in logins * 2:
        status = await (await town.phone(login)).sync_now()
        assert (status.waiting, status.refused) == (0, 0), login


async def did(session: Session, one: Hanging, **answers: Any) -> None:
    """Do what is to be done at a place, by the form that its row opens."""
    found = session.notices.begin(one)
    assert found is not None
    form, handed = found
    where = Where(building_id=str(handed["building"]) or None, address=str(handed["fixed"]))
    about = (str(handed["about_type"]), str(handed["about_id"])) if "about_type" in handed else None
    draft = FormDraft(form.hash, one.id, session.new_id(), session.now(), handed.get("kept"), where, about,
                      str(handed.get("duty", "")))  # fmt: skip
    filling = session.cases.filling(draft)
    for name, value in answers.items():
        filling.answer(filling.find(name), value)
    finish(filling, lambda values: values)
    await session.cases.record(draft, filling)


def later(town: Town, days: int, *names: str) -> None:
    """Let days pass, on these phones and the server."""
    for name in ("server", *names):
        town.clocks[name].ahead += days * DAY


@pytest.mark.proves("P1", "P2")
def test_an_outage_is_released_posted_delivered_and_taken_down_with_everybody_seeing_the_same(boards: Town) -> None:
    town = boards

    async def play() -> None:
        desk, boss, steward = await town.phone("d1"), await town.phone("k1"), await town.phone("s1")
        lobby = (await steward.notices.name_board("board", "3栋大堂公告栏", town.building)).subject_id
        until, begins = china_day(desk.now()) + timedelta(days=2), desk.now() + 5 * HOUR
        form = NoticeForm("outage", "停水通知", "检修水泵，停水。", until, (town.building,), True, False, begins)
        notice = (await desk.notices.draft(form)).subject_id
        await there(town, "d1", "s1", "k1")
        assert not [card for card in steward.today().tickets if card.id == notice], "a draft is no steward's"
        assert [card.id for card in boss.today().tickets] == [notice], "whoever releases it has it on 今日"
        with pytest.raises(Problem, match="role_may_not"):
            await desk.notices.release(notice)
        await boss.notices.release(notice)
        await there(town, "k1", "s1", "d1")

        doing = {one.board.sort: one for one in steward.today().notices}
        assert {one.board.name for one in doing.values()} == {"3栋大堂公告栏", "3栋"}, "no letterboxes: the building"
        due = boss.notices.view(notice).places[0].post_by
        assert due - boss.now() <= 4 * HOUR, "an urgent one hangs within hours"
        assert {one.owner for one in steward.duties.of_forms()} == {town.staff["s1"]}
        assert steward.notices.board(lobby).listed[0].standing(steward.now()) == "to_post"
        await did(steward, doing["board"])
        await did(steward, doing["letterbox"], delivered="60", left="0")
        assert (
            steward.today().notices == () and steward.notices.board(lobby).listed[0].standing(steward.now()) == "hangs"
        )
        await there(town, "s1", "k1", "d1")
        assert [one.standing(boss.now()) for one in boss.notices.view(notice).places] == ["hangs", "delivered"]
        with town.server.store.read() as connection:
            row = connection.execute(select(notices)).one()
            building = connection.scalar(select(notice_buildings.c.building_id))
            month = china_day(boss.now()).isoformat()[:7]
            listed = owed.of_month(connection, None, town.server.store.now(), month)
        assert (row.stage, row.urgent, row.released_by, building) == ("released", True, town.staff["k1"], town.building)
        here = {one.id: one.done_at for one in boss.duties.of_month() if one.why.startswith("notice")}
        there_ = {one["id"]: one["done_at"] is not None for one in listed if one["why"].startswith("notice")}
        assert {id_: at is not None for id_, at in here.items()} == there_ and len(here) == 3, "phone and server agree"

        later(town, 4, "s1", "k1")
        steward = await town.phone("s1")
        (down,) = steward.today().notices
        assert (down.id, down.standing(steward.now())) == (doing["board"].id, "to_remove")
        assert down.notice.remove_by == at_china(until + timedelta(days=1), 23, 59) < steward.now()
        await did(steward, down)
        assert steward.today().notices == ()
        await there(town, "s1", "k1")
        assert [one.standing(boss.now()) for one in boss.notices.view(notice).places] == ["removed", "delivered"]

    asyncio.run(play())


@pytest.mark.proves("P1")
def test_where_prices_change_the_manager_releases_and_two_who_posted_it_offline_posted_it_once(boards: Town) -> None:
    town = boards

    async def play() -> None:
        boss, manager, steward = await town.phone("k1"), await town.phone("m1"), await town.phone("s1")
        until = china_day(boss.now()) + timedelta(days=7)
        form = NoticeForm("fees", "停车收费", "自下月起调整。", until, (), False, True)
        notice = (await steward.notices.draft(form)).subject_id
        await there(town, "s1", "k1", "m1")
        assert not boss.notices.view(notice).releases and manager.notices.view(notice).releases
        with pytest.raises(Problem, match="role_may_not"):
            await boss.notices.release(notice)
        await manager.notices.release(notice)
        await there(town, "m1", "k1", "s1")
        for phone in (steward, boss):
            (one,) = phone.notices.view(notice).places
            await did(phone, one)
        await there(town, "s1", "k1", "s1")
        views = [phone.notices.view(notice).places for phone in (steward, boss)]
        assert views[0] == views[1] and [one.hung is not None for one in views[0]] == [True]
        await manager.notices.withdraw(notice, "内容有误")
        await there(town, "m1", "s1")
        (down,) = steward.today().notices
        assert down.standing(steward.now()) == "to_remove", "what was withdrawn is taken down before its time"

    asyncio.run(play())
