"""An evening's round of ten doors on one phone, mostly without a network, and what the supervisor sees of it (E)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from app.actions import Session
from app.actions.models import MatterForm, VisitForm
from app.actions.rounds import MET, MONTHLY, NOT_MET
from app.domain import roles
from app.domain.subjects.matter.kinds import MATTER
from app.domain.times import china_day
from app.store.queries import CardFilter
from sync_server.store.subjects.visit import visit_gifts, visits
from tests.journeys.conftest import Town
from tests.support.field_work import signature
from tests.support.screens import screens

ROOMS = ("101", "102", "201", "202", "301", "302", "401", "402", "501")


@pytest.fixture
def street(town: Town) -> Town:
    """A town with ten doors in one entrance, a steward and the supervisor of visits."""
    building = "building-3"
    for room in ROOMS:
        town.server.add_household(building, room, f"住户{room}")
    town.staff["s1"] = town.server.add_staff("s1", roles.STEWARD, buildings=(building,))
    town.staff["k1"] = town.server.add_staff("k1", roles.SERVICE_SUPERVISOR)
    return town


async def call(session: Session, met: bool = True, **more: object) -> str:
    """Call at the next door of the round and save what came of it; its address."""
    walk = session.rounds.walk()
    assert walk is not None and walk.next is not None
    home = walk.next.household
    who = {"met_name": home.name, "met_capacity": "self"} if met else {"not_met": "nobody_home"}
    form = VisitForm(session.new_id(), home.id, MONTHLY, met, **who, **more)  # type: ignore[arg-type]
    signed = signature(session.visits.content(form), home.name) if met else None
    await session.visits.record(form, signed)
    return home.address


def killed(town: Town, login: str) -> Session:
    """The app is killed and opened again, where there may be no network."""
    town.phones.pop(login).close()
    session = town.handset(login).current()
    assert session is not None
    return session


@pytest.mark.proves("E1", "E2")
def test_a_round_of_ten_doors_is_walked_without_a_network_killed_once_and_counted_by_the_supervisor(
    street: Town,
) -> None:
    async def play() -> None:
        boss = await street.phone("k1")
        # Said to the desk in the afternoon: this door's entrance and floor come with it first.
        said = MatterForm("suggestion", "楼道灯太暗", household_id=street.home, contact_name="张伟")
        await boss.matters.open(said)
        await boss.sync_now()
        steward = await street.phone("s1")
        street.networks["s1"].cut = lambda _: "before"
        begun = await steward.rounds.begin(MONTHLY, "")
        assert begun is not None and len(begun.order) == 10 and begun.order[-1] == street.home
        raised = (MatterForm("complaint", "三楼垃圾没人收", contact_name="住户"),)
        seen = [
            await call(steward),
            await call(steward, gift="月饼一盒", festival="中秋"),
            await call(steward, met=False),
        ]
        steward = killed(street, "s1")
        seen += [await call(steward), await call(steward, matters=raised)]
        seen += [await call(steward) for _ in range(5)]
        assert [one.rpartition("单元")[2] for one in seen] == [*ROOMS, "1501"]
        walk = steward.rounds.walk()
        assert walk is not None and walk.next is None
        assert (walk.count(MET), walk.count(NOT_MET), walk.gifts, walk.noted) == (9, 1, 1, 1)
        assert (await steward.sync_now()).waiting > 20
        street.networks["s1"].cut = lambda _: ""
        for session in (steward, boss) * 2:
            status = await session.sync_now()
        assert (status.waiting, status.refused, status.problem) == (0, 0, None)
        await steward.rounds.end()
        assert steward.rounds.walk() is None

        first = china_day(boss.now()).replace(day=1)
        (theirs,), (own,) = boss.rounds.month(first), steward.rounds.month(first)
        assert theirs == own and (own.doors, own.done, own.owed + own.late) == (10, 9, 1)
        assert own.steward == "s1"
        complaints = boss.cards(CardFilter(type=MATTER, kinds=("complaint",)))
        assert [card.content for card in complaints] == ["三楼垃圾没人收"]
        assert [row.household.address for row in steward.visits.due()] == [seen[2]]
        with street.server.store.read() as connection:
            assert sorted(connection.scalars(select(visits.c.stage))) == ["not_met", *["signed"] * 9]
            assert connection.execute(select(visit_gifts)).one()[1:] == ("月饼一盒", "中秋", True)

    asyncio.run(play())


@pytest.mark.proves("E2")
def test_what_one_steward_called_at_is_behind_the_other_on_the_same_building(street: Town) -> None:
    """Two phones, one building: each door once, whichever of them was there."""

    async def play() -> None:
        street.server.add_staff("s2", roles.STEWARD, buildings=("building-3",))
        one, two = await street.phone("s1"), await street.phone("s2")
        await one.rounds.begin(MONTHLY, "")
        await two.rounds.begin(MONTHLY, "")
        where = await call(one)
        await one.sync_now()
        await two.sync_now()
        walk = two.rounds.walk()
        assert walk is not None and walk.next is not None and walk.next.household.address != where
        assert walk.count(MET) == 1

    asyncio.run(play())


def test_thirty_floors_of_six_doors_are_drawn_as_far_as_they_are_in_sight(street: Town) -> None:
    tower = street.server.add_building("9")
    for floor in range(1, 31):
        for door in range(1, 7):
            street.server.add_household(tower, f"{floor}0{door}")
    street.server.add_staff("s9", roles.STEWARD, buildings=(tower,))

    async def play() -> None:
        session = await street.phone("s9")
        picture = session.rounds.picture(tower)
        assert [len(floor.doors) for floor in picture.floors] == [6] * 30
        assert [floor.floor for floor in picture.floors] == list(range(30, 0, -1))
        async with screens(session, "/buildings") as seen:
            cells = [id for id in seen.ids() if id.startswith("cell-")]
            assert cells[0] == "cell-9栋1单元3001" and 48 < len(cells) < 100
            await seen.tap(cells[0])
            assert "household" in seen.ids()

    asyncio.run(play())
