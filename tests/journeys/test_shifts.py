"""Hand-overs of shifts between phones and a real server (R2-R4)."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.actions import Session
from app.actions.models import MatterForm
from app.domain import roles
from app.domain.subjects.job.kinds import JOB
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.shift import SHIFT, TAKEN, TO_TAKE, ShiftState
from app.domain.times import HOUR
from app.domain.wire.errors import Problem
from sync_server.store.subjects.shift import shift_items, shifts
from tests.journeys.conftest import MakeTown, Town
from tests.journeys.test_jobs import sent, sync, team
from tests.support.field_work import first_key, hand, signature
from tests.support.server import PASSWORD


async def hand_over(session: Session, to: str, remark: str = "", note: str = "") -> str:
    """Hand the east gate over to somebody, with a remark on each thing; the hand-over's id."""
    form = session.shifts.begin()
    remarks = {one.card.id: remark for one in session.shifts.open_now(form.from_at)} if remark else {}
    form = replace(form, post="东门岗", successor_id=to, remarks=remarks, note=note)
    return (await session.shifts.hand(form, once=session.new_id())).subject_id


def handed(session: Session, shift: str) -> ShiftState:
    """A hand-over as somebody sees it."""
    state = session.state(SHIFT, shift)
    assert isinstance(state, ShiftState)
    return state


def whose(session: Session, type_: str, id_: str) -> str | None:
    """Whose a record is."""
    card = session.card(type_, id_)
    assert card is not None
    return card.assignee


async def take(session: Session, shift: str, name: str) -> None:
    """Have whoever takes over sign on this phone."""
    signed = signature(session.signing_content(SHIFT, shift, SHIFT), name, "incoming", "staff")
    await session.shifts.take(shift, signed, once=session.new_id())


@pytest.fixture
def gate(make_town: MakeTown) -> Town:
    """A town with everybody, and a second guard."""
    town = team(make_town())
    town.staff["g2"] = town.server.add_staff("g2", roles.GUARD, name="G2")
    return town


@pytest.mark.proves("R2", "R3", "B5")
def test_the_list_is_made_by_itself_the_other_signs_and_what_was_open_is_theirs(gate: Town) -> None:
    town = gate

    async def play() -> None:
        job = await sent(town, "k1", "g1", content="巡查消防栓")
        desk, guard = await town.phone("d1"), await town.phone("g1")
        key = await first_key(desk, town.home)
        due = desk.now() + HOUR
        await hand(desk, "lent", key, to_id=town.staff["w1"], purpose="检修", due_at=due, pieces=2)
        said = await guard.matters.open(MatterForm("help", "业主要搬家，借推车", contact_name="张伟", estate=""))
        await sync(town, "g1", "d1")
        began = guard.shifts.begin().from_at
        assert {one.card.id for one in guard.shifts.open_now(began) if one.mine} == {job, said.subject_id}
        assert key in {one.card.id for one in desk.shifts.open_now(began)}

        shift = await hand_over(guard, town.staff["g2"], "请继续跟进")
        state = guard.state(SHIFT, shift)
        assert (state.stage, whose(guard, JOB, job)) == (TO_TAKE, town.staff["g1"])
        assert shift in {card.id for card in guard.today().tickets}, "whoever leaves sees that nobody has signed"
        await take(guard, shift, "G2")
        mine = ((JOB, job), (MATTER, said.subject_id))
        assert [whose(guard, *one) for one in mine] == [town.staff["g2"]] * 2
        await sync(town, "g1", "g2", "k1")
        other = await town.phone("g2")
        assert {job, said.subject_id} <= {card.id for card in other.todo.mine()[0]}, "it is on the other's 今日"
        assert other.state(SHIFT, shift).stage == TAKEN
        assert other.flag_count() == (await town.phone("k1")).flag_count() == 0
        await other.record(JOB, job, "job_accepted", {})
        with town.server.store.read() as connection:
            row = connection.execute(select(shifts)).one()
            remarks = set(connection.scalars(select(shift_items.c.remark)))
        assert (row.post, row.stage, row.incoming_id, remarks) == (
            "东门岗", TAKEN, town.staff["g2"], {"请继续跟进"}
        )  # fmt: skip

    asyncio.run(play())


@pytest.mark.proves("R4")
def test_of_two_hand_overs_of_one_shift_made_offline_the_first_stands(gate: Town) -> None:
    town = gate

    async def play() -> None:
        job = await sent(town, "k1", "g1", content="巡查消防栓")
        here, there = await town.phone("g1"), await town.handset("g1-spare").sign_in("g1", PASSWORD)
        other = await town.phone("c2")  # who stood in at the gate, and sees nothing of the guard's
        await there.sync_now()
        for session, to in ((here, "g2"), (there, "c1"), (other, "b1")):
            shift = await hand_over(session, town.staff[to])
            await take(session, shift, to.upper())
        with pytest.raises(Problem) as again:  # a third, on a phone that knows of the first
            await hand_over(here, town.staff["c2"])
        assert again.value.name == "opened_twice"
        for session in (here, there, other, other):
            status = await session.sync_now()
            assert (status.waiting, status.refused) == (0, 0), session.unsent()
        boss = await town.phone("k1")
        await boss.sync_now()
        for session in (boss, other):
            assert handed(session, shift).body["successor_id"] == town.staff["g2"]
        assert whose(boss, JOB, job) == town.staff["g2"]
        flagged = Counter((flag.card.type, flag.reason) for flag in boss.flags())
        assert flagged[SHIFT, "opened_twice"] == 2
        assert flagged[JOB, "not_assignee"] == 1, "what the second gave away was not theirs any more"

    asyncio.run(play())


@pytest.mark.proves("R2")
def test_who_leaves_without_a_successor_writes_down_what_is_unfinished_and_it_stays_theirs(gate: Town) -> None:
    town = gate

    async def play() -> None:
        job = await sent(town, "k1", "c1")
        cleaner = await town.phone("c1")
        shift = await hand_over(cleaner, "", "等清洁剂", note="明早七点来")
        assert (handed(cleaner, shift).stage, whose(cleaner, JOB, job)) == ("left", town.staff["c1"])
        await cleaner.sync_now()
        desk = await town.phone("d1")
        await desk.sync_now()
        assert [item["remark"] for item in handed(desk, shift).items] == ["等清洁剂"]

    asyncio.run(play())


@pytest.mark.proves("B5")
def test_the_desk_can_not_hand_over_while_something_of_the_day_has_no_reason(gate: Town) -> None:
    town = gate

    async def play() -> None:
        await sent(town, "d1", "c1")
        desk = await town.phone("d1")
        with pytest.raises(Problem) as lacking:
            await hand_over(desk, town.staff["d2"])
        assert lacking.value.name == "field_missing"
        await hand_over(desk, town.staff["d2"], "等清洁剂")

    asyncio.run(play())
