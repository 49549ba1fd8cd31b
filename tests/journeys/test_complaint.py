"""A complaint from the call 来电 until it is closed, followed up, opened again, closed again and reviewed (C, D)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from app.actions import CardFilter, Session
from app.actions.follow_ups import FollowUpForm
from app.actions.models import ClassForm, MatterForm
from app.domain import roles
from app.domain.rules.state import INTACT
from app.domain.subjects.follow_up import ASK, REVIEW
from app.domain.subjects.follow_up import state as fs
from app.domain.subjects.follow_up.kinds import FOLLOW_UP
from app.domain.subjects.matter import state as st
from app.domain.subjects.matter.kinds import MATTER
from sync_server.store.subjects.follow_up.sheet import follow_ups
from sync_server.store.subjects.matter import matters
from sync_server.store.tables import buildings
from tests.journeys.conftest import Town
from tests.support.field_work import signature

SAID = "楼上半夜拖椅子，孩子第二天要上学"


async def handled(session: Session, matter: str, result: str) -> None:
    """Plan, the resident's consent, what was done, closed (C.3)."""

    async def did(kind: str, **body: Any) -> str:
        return (await session.record(MATTER, matter, kind, body)).entries[0].id

    plan = await did("planned", cause="楼板传声", plan="上门说明，加桌脚垫")
    await did("plan_agreed", plan_id=plan, how="phone", name="张伟")
    await did("told", what="师傅今天下午到", how="phone", name="张伟")
    await did("handled", cause="楼板传声", corrective=result)
    await did("matter_closed", result=result)


async def asked_at_the_door(session: Session, follow_up: str, satisfied: bool, said: str) -> None:
    """What a resident says at the door, signed for (D.3)."""
    form = FollowUpForm(
        follow_up, session.new_id(), "door", name="张伟", capacity="self", satisfied=satisfied, said=said, settled=True
    )
    await session.follow_ups.record(form, signature(session.follow_ups.content(form), "张伟"))


def today(session: Session) -> list[tuple[str, str]]:
    return [(card.type, card.id) for card in session.today().tickets]


@pytest.mark.proves("C5")
@pytest.mark.proves("C6")
@pytest.mark.proves("D3")
@pytest.mark.proves("D6")
def test_from_the_call_until_it_is_reviewed_with_phones_that_are_offline_in_between(town: Town) -> None:
    town.staff["s1"] = town.server.add_staff("s1", roles.STEWARD, buildings=(town.building,))
    with town.server.store.write() as connection:
        connection.execute(update(buildings).values(steward_id=town.staff["s1"]))
    town.staff["k1"] = town.server.add_staff("k1", roles.SERVICE_SUPERVISOR)

    async def play() -> str:
        desk, steward, boss = [await town.phone(login) for login in ("d1", "s1", "k1")]
        rang = desk.now() - 90_000
        for phone in (desk, steward, boss):
            await phone.sync_now()
        town.server.stop()
        form = MatterForm(
            "complaint", SAID, household_id=town.home, contact_name="张伟", contact_phone="13800138001", said_at=rang,
            demand="夜里安静", classed=ClassForm("service", "ordinary"),
        )  # fmt: skip
        matter = (await desk.matters.open(form)).subject_id
        await handled(desk, matter, "加了桌脚垫")
        assert (await desk.sync_now()).waiting > 0, "nothing of it has gone up yet"
        town.server.start()
        await desk.sync_now()
        await steward.sync_now()
        (first,) = steward.cards(CardFilter(type=FOLLOW_UP))
        assert (FOLLOW_UP, first.id) in today(steward) and steward.follow_ups.view(first.id).move == ASK
        town.server.stop()
        await asked_at_the_door(steward, first.id, False, "夜里还是响")
        assert steward.matters.view(matter).state.stage == st.TO_HANDLE, "open again at once, on that phone"
        town.server.start()
        for phone in (steward, desk):
            await phone.sync_now()
        view = desk.matters.view(matter)
        assert (view.state.stage, len(view.state.rounds), view.state.satisfied) == (st.TO_HANDLE, 2, False)
        await handled(desk, matter, "楼上铺了地毯")
        for phone in (desk, steward, boss):
            await phone.sync_now()
        (second,) = steward.cards(CardFilter(type=FOLLOW_UP, stages=fs.OPEN))
        assert second.id != first.id
        await asked_at_the_door(steward, second.id, True, "安静了，谢谢")
        for phone in (steward, boss):
            await phone.sync_now()
        for one in (first, second):
            assert boss.follow_ups.view(one.id).move == REVIEW
            await boss.record(FOLLOW_UP, one.id, "follow_up_reviewed", {"opinion": "同意"})
        boss.in_view([(FOLLOW_UP, first.id), (FOLLOW_UP, second.id)])
        for phone in (boss, desk, steward):
            status = await phone.sync_now()
            assert (status.waiting, status.refused) == (0, 0)
        for phone in (desk, steward, boss):
            seen = phone.matters.view(matter).state
            assert (seen.stage, seen.flags, [r.result for r in seen.rounds]) == (
                st.CLOSED, [], ["加了桌脚垫", "楼上铺了地毯"],
            )  # fmt: skip
            assert {phone.follow_ups.view(one.id).state.stage for one in (first, second)} == {fs.REVIEWED}
        assert all(boss.verify(FOLLOW_UP, one.id).intact for one in (first, second))
        month = boss.follow_ups.month(rang - 86_400_000, rang + 86_400_000 * 2)
        assert (len(month.all.owed), len(month.all.in_days), len(month.all.satisfied)) == (2, 2, 1)
        return matter

    matter = asyncio.run(play())
    with town.server.store.read() as connection:
        row = connection.execute(select(matters).where(matters.c.id == matter)).one()
        asked = connection.execute(select(follow_ups).order_by(follow_ups.c.round)).all()
    assert (row.stage, row.rounds) == ("closed", 2)
    assert [(one.round, one.satisfied, one.signature, one.stage) for one in asked] == [
        (1, False, INTACT, "reviewed"),
        (2, True, INTACT, "reviewed"),
    ]
