"""Two estates 小区 on one server: what each phone gets of them, and what it writes lands where it should."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.actions import CardFilter, Session
from app.actions.models import TicketForm
from app.domain.writing.tags import KEY, POINT, Tag
from sync_server.store.subjects.ticket.sheet import tickets
from tests.journeys.conftest import Town

pytestmark = pytest.mark.anyio

HY = "01990b7e-0000-7000-8000-0000000000b2"
"""The second estate's key."""


class TwoEstates:
    """The town of the other journeys as a first estate, and a second one with the same building and door.

    ``m1`` is the desk in both; ``x1`` repairs in the first, and repairs and sits at the desk in the second.
    """

    def __init__(self, town: Town) -> None:
        self.town = town
        server = town.server
        server.add_estate("LY", "荔园")
        server.add_estate("HY", "荷园", HY)
        self.home = server.add_household(server.add_building("3", HY), "1501", "何芳", HY)
        server.add_staff("m1", "desk")
        server.add_staff("m1", "desk", estate=HY)
        server.add_staff("x1", "repair_worker")
        server.add_staff("x1", "repair_worker", "desk", estate=HY)
        server.add_staff("w9", "repair_worker", estate=HY)

    async def phone(self, login: str) -> Session:
        """Somebody's session, up to date."""
        return await self.town.phone(login)


@pytest.fixture
def two(town: Town) -> TwoEstates:
    """Two estates, on both databases."""
    return TwoEstates(town)


async def test_a_phone_knows_its_estates_from_signing_in_and_from_each_sync(two: TwoEstates) -> None:
    manager = await two.phone("m1")
    assert manager.profile.posts == {"": ("desk",), HY: ("desk",)}
    assert [(known.key, known.name) for known in manager.estates] == [("", "荔园"), (HY, "荷园")]
    assert [hit.household.estate for hit in manager.doors.find("1501")] == ["", HY]
    worker = await two.phone("w1")
    assert not worker.several and worker.profile.posts == {} and worker.estate == ""
    second = await two.phone("w9")
    assert not second.several and second.estate == HY and second.roles == {"repair_worker"}
    two.town.server.add_staff("w1", "repair_worker", estate=HY)
    await worker.sync_now()
    await worker.sync_now()
    assert worker.several and worker.roles_in(HY) == {"repair_worker"}, "a post that is given later comes with a sync"


async def test_what_is_opened_in_all_ways_is_where_both_sides_say(two: TwoEstates) -> None:
    manager, second = await two.phone("m1"), await two.phone("w9")
    await manager.tickets.open(TicketForm("漏水", household_id=two.town.home))
    await manager.tickets.open(TicketForm("漏水", household_id=two.home["household_id"]))
    await manager.tickets.open(TicketForm("路灯不亮", "public_repair", address="北门", estate=""))
    await manager.tickets.open(TicketForm("路灯不亮", "public_repair", address="南门", estate=HY))
    await second.tickets.open(TicketForm("井盖松动", "public_repair", address="东门"))
    for session in (manager, second, manager, second):
        status = await session.sync_now()
        assert (status.waiting, status.refused, status.problem) == (0, 0, None)
    with two.town.server.store.read() as connection:
        kept = {row.id: row.estate_key for row in connection.execute(select(tickets))}
    assert sorted(kept.values()) == ["", "", HY, HY, HY]
    assert {card.id: manager.estate_of(card) for card in manager.cards()} == kept
    assert {card.id for card in second.cards()} == {
        card.id for card in manager.cards(CardFilter(estates=(HY,))) if card.opener == second.profile.staff_id
    }
    numbers = {card.number for card in manager.cards(CardFilter(estates=(HY,)))}
    assert all(number and number.startswith("HY-") for number in numbers) and len(numbers) == 3


async def test_a_desk_of_one_estate_alone_works_there_and_the_server_agrees(two: TwoEstates) -> None:
    manager, both = await two.phone("m1"), await two.phone("x1")
    here = (await manager.tickets.open(TicketForm("漏水", household_id=two.town.home))).subject_id
    there = (await manager.tickets.open(TicketForm("漏水", household_id=two.home["household_id"]))).subject_id
    await manager.tickets.assign(here, both.profile.staff_id)
    for session in (manager, both):
        await session.sync_now()
    await both.tickets.assign(there, "staff-w9")
    await both.tickets.accept(here)
    for session in (both, manager):
        status = await session.sync_now()
        assert (status.waiting, status.refused) == (0, 0)
    assert (
        manager.tickets.view(there).state.assignee == "staff-w9"
        and manager.tickets.view(here).state.stage == "accepted"
    )
    assert {p.id for p in both.staff_list("repair_worker", HY)} == {"staff-x1", "staff-w9"}


async def test_tags_counts_and_points_of_the_second_estate_go_up(two: TwoEstates) -> None:
    manager = await two.phone("m1")
    marks = {known.key: known.mark for known in manager.estates}
    manager.choose_estate(HY)
    assert manager.keys.tag_mark == marks[HY] != marks[""]
    await manager.keys.name_place("point", "水泵房", Tag(POINT, marks[HY], "0001").code)
    await manager.keys.record_count(manager.new_id(), manager.keys.count_view("", []))
    status = await manager.sync_now()
    assert (status.waiting, status.refused, status.problem) == (0, 0, None)
    one = await two.phone("d1")
    wrong = one.keys.look_up_tag(Tag(KEY, marks[HY], "0001").code).wrong
    assert wrong is not None and wrong.reason == "other_estate"
    pdf = await manager.keys.print_labels(kind="key", count=21, layout="sheet", estate=HY)
    assert pdf.startswith(b"%PDF")


async def test_a_post_that_ends_takes_its_estate_from_the_phone_and_no_unsent_work(two: TwoEstates) -> None:
    both = await two.phone("x1")
    both.choose_estate(HY)
    saved = await both.tickets.open(TicketForm("路灯不亮", "public_repair", address="南门"))
    two.town.server.add_staff("x1", estate=HY)  # no post there any more
    two.town.networks["x1"].cut = lambda request: "before" if request.path.endswith("/sync") else ""
    await both.sync_now()
    assert both.several, "the phone has not heard of it yet"
    two.town.networks["x1"].cut = lambda _: ""
    for _ in range(3):
        await both.sync_now()
    assert not both.several and both.estate == "" and both.roles == {"repair_worker"}
    assert [row.entry.id for row in both.store.unsent()] == [saved.entries[0].id], "refused, and kept"
    assert "3栋1单元1501" not in {hit.household.address for hit in both.doors.find("何芳")}
