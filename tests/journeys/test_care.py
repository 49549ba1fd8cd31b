"""The register of special care and emergency contacts between phones and a real server: who gets them, one duty for two
calls, what a household that moved out leaves behind (P3, Y4)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.actions.notices import NoticeForm
from app.domain.rules.care import CALL_FORM, CALLED, REGISTER_FORM
from app.domain.subjects.case.kinds import CASE
from app.domain.times import DAY, HOUR, china_day
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from sync_server.store import duties as owed
from sync_server.store import tables as t
from sync_server.store.estate import refs
from sync_server.store.people import accounts
from sync_server.store.subjects.notice import notices
from sync_server.store.taking.feed import publish_refs
from tests.forms.built_in import finish
from tests.journeys.conftest import Clock, MakeTown, Town
from tests.support.filled import built_in, fill, sign_all
from tests.support.forms import publish
from tests.support.server import PASSWORD

POSTS = {"k1": "service_supervisor", "m1": "manager", "a1": "admin", "g1": "guard", "c1": "cleaner"}
SAID = {"call_name": "张伟", "call_phone": "13800138000"}
CONTACTS = [{"name": "张晓敏", "relation": "child", "phone": "13600136001"}]


@pytest.fixture
def cared(make_town: MakeTown) -> Town:
    """A town with two stewards, of whom one looks after the door, a guard and the office; the forms are published."""
    clock = Clock()
    town = make_town(clock)
    town.clocks["server"] = clock
    for login, role in POSTS.items():
        town.staff[login] = town.server.add_staff(login, role, name=login.upper())
    other = town.server.add_building("4")
    town.staff["s1"] = town.server.add_staff("s1", "steward", buildings=(town.building,), name="S1")
    town.staff["s2"] = town.server.add_staff("s2", "steward", buildings=(other,), name="S2")
    publish(town.server.store, *built_in(REGISTER_FORM, "special_care_check", CALL_FORM, "emergency_contacts"))
    return town


async def there(town: Town, *logins: str) -> None:
    """Sync everybody, twice; nothing is refused."""
    for login in logins * 2:
        session = await town.phone(login)
        status = await session.sync_now()
        assert (status.waiting, status.refused) == (0, 0), (login, session.unsent())


async def come_in(town: Town) -> tuple[str, str]:
    """The door's steward puts its household into the register and writes down its emergency contacts; the cases."""
    steward, at = await town.phone("s1"), Where(household_id=town.home)
    entry = await fill(steward, REGISTER_FORM, at, needs="alone device", help="call", call_name="张伟",
                       call_phone="13800138000")  # fmt: skip
    contacts = await fill(steward, "emergency_contacts", at, contact=CONTACTS, key="call")
    for case in (entry, contacts):
        await sign_all(steward, case)
    return entry, contacts


async def outage(session: Session) -> str:
    """Release an outage of the whole estate; its id."""
    now = session.now()
    until = china_day(now) + timedelta(days=3)
    form = NoticeForm("outage", "停水通知", "检修水泵。", until, (), True, False, now + HOUR,
                      now + 60 * HOUR)  # fmt: skip
    notice = (await session.notices.draft(form)).subject_id
    await session.notices.release(notice)
    return notice


async def call(session: Session, notice: str, home: str, reached: str) -> str:
    """Record a call by the form that its page opens; the case."""
    handed = session.care.begin(session.care.view(notice, home).call)
    assert handed is not None
    where = Where(home, None, str(handed["building"]), str(handed["fixed"]), handed["estate"])
    draft = FormDraft(
        str(handed["form"]), session.new_id(), session.new_id(), session.now(), handed["kept"], where,
        (str(handed["about_type"]), str(handed["about_id"])), str(handed["duty"]),
    )  # fmt: skip
    filling = session.cases.filling(draft)
    filling.answer(filling.find("reached"), reached)
    finish(filling)
    await session.cases.record(draft, filling)
    return draft.case_id


def month(town: Town, login: str | None, session: Session) -> list[dict[str, Any]]:
    """The calls of this month as the server tells them somebody; another system for ``None``."""
    store = town.server.store
    with store.read() as connection:
        who = accounts.identity(connection, town.staff[login], "") if login is not None else None
        found = owed.of_month(connection, who, store.now(), china_day(session.now()).isoformat()[:7])
    return [one for one in found if one["rule"] == CALL_FORM]


def cares(session: Session) -> int:
    """How many entries and calls of the register are on a phone."""
    return session.store.count(CardFilter(type=CASE, kinds=(REGISTER_FORM, CALL_FORM)))


@pytest.mark.proves("P3")
def test_two_phones_that_called_offline_fulfil_one_duty_and_only_who_may_reads_any_of_it(cared: Town) -> None:
    town = cared

    async def play() -> None:
        everybody = ("s1", "s2", "k1", "m1", "d1", "e1", "a1", "g1", "w1", "c1")
        await come_in(town)
        boss = await town.phone("k1")
        await there(town, "s1", "k1")
        notice = await outage(boss)
        await there(town, *everybody)
        phones = {login: await town.phone(login) for login in everybody}
        assert {login for login, phone in phones.items() if cares(phone)} == {"s1", "k1", "m1", "d1"}
        seeing = {login for login, phone in phones.items() if phone.notices.view(notice).calls}
        assert seeing == {"s1", "k1", "m1", "d1"}
        steward = phones["s1"]
        (one,) = steward.today().calls
        assert (one.due - boss.now() <= 2 * HOUR, one.home.owner) == (True, town.staff["s1"])
        assert {login for login in (*everybody, None) if month(town, login, boss)} == {"s1", "k1", "m1", "d1"}
        with town.server.store.read() as connection:
            row = connection.execute(select(notices)).one()
        assert row.call_by is not None and row.post_by > row.call_by

        for login in ("s1", "k1"):
            town.networks[login].cut = lambda _: "before"
        await call(steward, notice, town.home, "nobody")
        assert [(one.tries, one.done) for one in steward.today().calls] == [(1, None)], "nobody reached: still owed"
        first = await call(steward, notice, town.home, "self")
        second = await call(boss, notice, town.home, "family")
        assert steward.today().calls == ()
        for login in ("s1", "k1"):
            town.networks[login].cut = lambda _: ""
        await there(town, "s1", "k1", "d1")
        for login in ("s1", "k1", "d1"):
            (made,) = phones[login].notices.view(notice).calls
            assert made.standing(boss.now()) == CALLED and made.done is not None and made.done.case_id == first
            assert {first, second} <= {was.case_id for was in phones[login].care.view(notice, town.home).tried}
            assert phones[login].flags() == []
        (told,) = month(town, "k1", boss)
        here = [one for one in boss.duties.of_month() if one.form == CALL_FORM]
        assert [(one.id, one.done_by) for one in here] == [(told["id"], town.staff["s1"])]
        assert told["done_at"] is not None

        with pytest.raises(Problem, match="role_may_not"):
            await fill(phones["e1"], REGISTER_FORM, Where(household_id=town.home), **SAID)
        with pytest.raises(Problem, match="field_missing"):
            await fill(steward, REGISTER_FORM, Where(address="水泵房"), **SAID)

    asyncio.run(play())


def test_a_record_of_special_care_leaves_the_phone_of_who_wrote_it_where_the_door_is_another_s_by_then(
    cared: Town,
) -> None:
    """The server never showed it to that phone, and so had nothing to take away."""
    town = cared

    async def play() -> None:
        steward = await town.phone("s1")
        town.networks["s1"].cut = lambda _: "before"
        await fill(steward, REGISTER_FORM, Where(household_id=town.home), needs="alone device", help="call", **SAID)
        assert cares(steward) == 1
        town.server.add_staff("s1", "steward", name="S1")  # of no building any more
        town.networks["s1"].cut = lambda _: ""
        await there(town, "s1", "k1")
        assert (cares(steward), cares(await town.phone("k1"))) == (0, 1)

    asyncio.run(play())


@pytest.mark.proves("P3", "Y4")
def test_the_gate_has_contacts_and_nothing_else_until_a_household_moves_out_and_looks_are_told(cared: Town) -> None:
    town = cared

    async def play() -> None:
        entry, contacts = await come_in(town)
        await there(town, "s1", "k1", "g1", "d1")
        guard, boss, steward = await town.phone("g1"), await town.phone("k1"), await town.phone("s1")
        assert [card.id for card in guard.store.cards(CardFilter(type=None), 0, 50)] == [contacts]
        assert guard.store.households().all == []
        town.networks["g1"].cut = lambda _: "before"
        (card,) = guard.contacts.listed("1501")
        view = guard.contacts.view(str(card.household_id))
        assert [(one.name, one.phone, one.relation) for one in view.people] == [("张晓敏", "13600136001", "子女")]
        await guard.doors.looked(town.home, "contacts")
        await guard.doors.looked(town.home, "contacts")
        assert [look["what"] for look in guard.store.looks(9)] == ["contacts"]
        guard.store.wipe(None, town.staff["g1"])
        assert guard.contacts.listed() == [] and len(guard.store.looks(9)) == 1, "the phone is lost, the look is not"
        town.networks["g1"].cut = lambda _: ""
        await (await town.handset("g1").sign_in("g1", PASSWORD)).sync_now()
        looks = await boss.doors.looks(town.home)
        assert [(look.name, look.what) for look in looks] == [("G1", "contacts")]
        notice = await outage(boss)
        await there(town, "k1", "s1", "g1")
        assert len(boss.notices.view(notice).calls) == 1

        with town.server.store.numbered() as write:  # as the office's register does
            row = dict(write.execute(select(t.households).where(t.households.c.id == town.home)).one()._mapping)
            moved = {"status": refs.MOVED_OUT, "moved_out_on": "2026-11-29"}
            write.execute(update(t.households).where(t.households.c.id == town.home).values(**moved))
            publish_refs(write, [("household", town.home, refs.scopes_of("household", row, ""))])
        await there(town, "s1", "k1")
        assert boss.notices.view(notice).calls == () and month(town, "k1", boss) == []
        for name in ("server", "g1", "s1", "k1"):
            town.clocks[name].ahead += DAY
        await steward.notices.name_board("board", "大堂", town.building)  # any entry that comes in
        await there(town, "s1", "g1", "k1")
        assert guard.contacts.listed() == [], "the gate's phone has it no more"
        assert {getattr(boss.card(CASE, one), "stage", "") for one in (entry, contacts)} == {"ended"}

    asyncio.run(play())
