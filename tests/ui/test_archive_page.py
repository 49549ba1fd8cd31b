"""A household's archive in a window without a browser: its classes, what lacks, nothing before the look is recorded;
and its history, a line for each matter (S1, S2)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions import Session
from app.actions.form_draft import Where
from app.actions.models import MatterForm, TicketForm, VisitForm
from app.domain.wire.errors import Problem
from app.domain.wire.exchange import Page
from app.ui.screens.door.archive_paths import ARCHIVES, archive_path, class_path
from app.ui.screens.door.history import LINES
from tests.actions.phones import DESK, STAFF, STEWARD, WORKER, Clock, phone_of, ref, uid
from tests.actions.test_session import HOME, Team
from tests.support.filled import fill
from tests.support.screens import screens

FLAT = Where(household_id=HOME)
CONTACTS = [{"name": "张晓敏", "relation": "child", "phone": "13600136001"}]
DAY = 24 * 60


@pytest.fixture
def steward(tmp_path: Path) -> Session:
    """The phone of the door's steward, with all of its building on it."""
    session = phone_of(tmp_path, STEWARD)
    session.store.put_settings({"first_pull_done": True})
    return session


async def lived_in(session: Session) -> dict[str, str]:
    """A repair, a complaint, a visit and three forms at one door; their ids."""
    repair = await session.tickets.open(TicketForm("龙头滴水", household_id=HOME, channel="door"))
    complaint = await session.matters.open(MatterForm("complaint", "装修太吵", household_id=HOME, contact_name="张伟"))
    visit = VisitForm(session.new_id(), HOME, met_name="张伟", unsigned_reason="没空", said="一切都好")
    await session.visits.record(visit)
    return {
        "repair": repair.subject_id,
        "complaint": complaint.subject_id,
        "visit": visit.visit_id,
        "file": await fill(session, "customer_file", FLAT),
        "contacts": await fill(session, "emergency_contacts", FLAT, contact=CONTACTS, key="call"),
        "reminder": await fill(session, "fee_reminder", FLAT),
    }


def counts(session: Session) -> dict[int, int]:
    """How much stands in each class that this person reads."""
    return {one.number: one.count for one in session.shelf.view(HOME).classes}


@pytest.mark.proves("S1")
def test_own_records_stand_in_their_classes_by_themselves_and_what_lacks_is_seen(steward: Session) -> None:
    async def play() -> None:
        assert {gap.zh for one in steward.shelf.view(HOME).classes for gap in one.gaps} == {
            "客户档案登记表", "入住资料", "客户紧急联络表"
        }  # fmt: skip
        made = await lived_in(steward)
        kept = counts(steward)
        assert kept == {1: 1, 3: 0, 4: 0, 5: 0, 6: 0, 7: 1, 8: 1, 10: 1, 11: 1, 12: 0}
        assert [card.id for card in steward.shelf.of_class(HOME, 11).cards] == [made["complaint"]]
        async with screens(steward, f"/household/{HOME}") as seen:
            await seen.tap("household-archive")
            await seen.shows("缺：入住资料", "登记 1 人", "客户档案登记表（31301）（未签名）")
            assert [id for id in seen.ids() if id.startswith("class-")] == [f"class-{number}" for number in kept]
            assert "违规事项与欠费记录" not in seen.words() and "缴费记录" not in seen.words()
            await seen.tap("class-10")
            await seen.shows("10 请修记录", "龙头滴水")
            assert "装修太吵" not in seen.words()
            await seen.tap(f"line-{made['repair']}")
            await seen.rest()
            assert seen.path == f"/ticket/{made['repair']}"
            await seen.go(class_path(HOME, 10))
            await seen.shows("龙头滴水")
            await seen.tap("main-action")
            assert seen.path == f"{archive_path(HOME)}/new"
        async with screens(steward, ARCHIVES) as seen:
            assert "10栋803" not in seen.words(), "not a door of this steward's"
            await seen.tap("archive-3栋2单元1501")
            await seen.shows("缺：入住资料")
            assert seen.path == archive_path(HOME)

    asyncio.run(play())


@pytest.mark.proves("S2")
def test_nothing_is_drawn_before_the_look_is_recorded_and_a_class_of_others_looks_as_if_it_were_not_there(
    steward: Session,
) -> None:
    noted, looked = asyncio.Event(), steward.doors.looked

    async def slowly(household_id: str, what: str = "") -> None:
        await noted.wait()
        await looked(household_id, what)

    async def play() -> None:
        await lived_in(steward)
        steward.doors.looked = slowly  # type: ignore[method-assign]
        secrets = {archive_path(HOME): "入住资料", class_path(HOME, 10): "龙头滴水", class_path(HOME, 6): "13800138001"}
        for path, secret in secrets.items():
            noted.clear()
            async with screens(steward, path) as seen:
                words = seen.words()
                assert secret not in words and "缺" not in words and " 件" not in words, path
                noted.set()
                await seen.shows(secret)
        told: dict[str, str] = {}
        for which in ("9", "2", "13", "x", "999"):
            async with screens(steward, class_path(HOME, which)) as seen:
                told[which] = seen.words()
        assert len(set(told.values())) == 1 and "没有您能查阅的档案" in told["9"], "one is there, and is not told"
        for number in (2, 9, 13):
            with pytest.raises(Problem, match="not_found"):
                steward.shelf.of_class(HOME, number)
        looks = {one.get("what") for one in steward.store.looks(9) if one["household_id"] == HOME} - {None}
        assert looks == {"archive", "archive:10", "archive:6"}, "besides the household's own page"

    asyncio.run(play())


@pytest.mark.proves("S1", "S2")
def test_who_has_only_some_records_is_told_of_nothing_that_lacks(tmp_path: Path) -> None:
    """A repair worker's phone has their tickets alone: what is not on it does not lack."""
    team = Team(tmp_path)
    for who in (WORKER, DESK):
        team[who].store.put_settings({"first_pull_done": True})
    team.ticket()
    assert counts(team[WORKER]) == {10: 1, 12: 0}
    assert not team[WORKER].shelf.view(HOME).lacking and team[DESK].shelf.view(HOME).lacking

    async def at_the_desk() -> None:
        async with screens(team[DESK], "/desk", width=1440) as seen:
            await seen.tap("desk-archives")
            await seen.tap("archive-10栋803")
            await seen.shows("缺：入住资料")
            assert seen.path == archive_path(uid("home", "10栋803"))

    asyncio.run(at_the_desk())
    with pytest.raises(Problem, match="not_found"):
        team[WORKER].shelf.view("00000000-0000-4000-8000-000000000000")
    assert counts(team[STEWARD])
    name, _, _ = STAFF[STEWARD]
    moved = ref("staff", STEWARD, number="S", name=name, roles=["steward"], phone="", active=True, building_ids=["b9"])
    team[STEWARD].store.apply_page(Page("estate", 2, False, (moved,)))
    with pytest.raises(Problem, match="not_found"):
        team[STEWARD].shelf.view(HOME)  # another's building now


def test_a_long_history_is_narrowed_by_kind_and_time_and_shown_piece_by_piece(tmp_path: Path) -> None:
    """S: one line for each matter; what did not change within a month, or a year, is left out if one says so."""
    clock = Clock()
    steward = phone_of(tmp_path, STEWARD, clock)

    async def play() -> None:
        asked = []
        for number in range(LINES + 4):
            form = MatterForm("enquiry", f"第 {number} 问", household_id=HOME, contact_name="张伟")
            asked.append(f"line-{(await steward.matters.open(form)).subject_id}")
            clock.forward(DAY if number else 400 * DAY)
        repair = (await steward.tickets.open(TicketForm("龙头滴水", household_id=HOME, channel="door"))).subject_id
        async with screens(steward, f"/household/{HOME}") as seen:
            assert f"line-{repair}" in seen.ids() and asked[5] in seen.ids() and asked[4] not in seen.ids()
            await seen.tap("earlier")
            assert asked[0] in seen.ids()
            await seen.tap("span-year")
            assert f"来电来访 {LINES + 3}" in seen.words() and "维修 1" in seen.words()
            await seen.tap("earlier")
            assert asked[1] in seen.ids() and asked[0] not in seen.ids()
            await seen.tap("part-repair")
            assert [id for id in seen.ids() if id.startswith("line-")] == [f"line-{repair}"]
            clock.forward(60 * DAY)
            await seen.tap("span-month")
            assert "这段时间没有记录" in seen.words() and "维修 0" in seen.words()
            await seen.tap("part-")
            await seen.tap("span-")
            assert f"line-{repair}" in seen.ids()

    asyncio.run(play())
