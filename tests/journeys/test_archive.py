"""Papers of households' archives between phones and a real server (S): who gets which class, a loan between phones, the
quarter's check, destruction by two, and what a household that moved out leaves behind."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import select, update

from app.actions import Session
from app.actions.archive import PaperForm
from app.actions.models import TicketForm
from app.domain.rules.archive import classes_of
from app.domain.subjects.archive_paper import DESTROYED, OUT, PAPER, PaperCard
from app.domain.times import DAY, china_day, month_name
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from sync_server.store import duties as owed
from sync_server.store import on_time
from sync_server.store import tables as t
from sync_server.store.estate import refs
from sync_server.store.people import accounts
from sync_server.store.subjects.archive_paper import archive_papers
from sync_server.store.taking.feed import publish_refs
from tests.journeys.conftest import Clock, MakeTown, Town
from tests.support.pictures import picture
from tests.support.reports import counted

POSTS = {"k1": "service_supervisor", "m1": "manager", "a1": "admin", "g1": "guard", "f1": "finance", "x1": "archivist"}


@pytest.fixture
def shelf(make_town: MakeTown) -> Town:
    """A town with an archivist, the steward of the door and of another building, and the office."""
    clock = Clock()
    town = make_town(clock)
    town.clocks["server"] = clock
    for login, role in POSTS.items():
        town.staff[login] = town.server.add_staff(login, role, name=login.upper())
    other = town.server.add_building("4")
    town.staff["s1"] = town.server.add_staff("s1", "steward", buildings=(town.building,), name="S1")
    town.staff["s2"] = town.server.add_staff("s2", "steward", buildings=(other,), name="S2")
    return town


EVERYBODY = ("k1", "m1", "a1", "g1", "f1", "x1", "s1", "s2", "d1", "e1", "w1")


async def there(town: Town, *logins: str) -> None:
    """Sync everybody, twice; nothing is refused."""
    for login in logins * 2:
        status = await (await town.phone(login)).sync_now()
        assert (status.waiting, status.refused) == (0, 0), (login, (await town.phone(login)).unsent())


async def file(session: Session, town: Town, number: int, title: str = "协议") -> str:
    """File a paper in a class, with one scan; its id."""
    form = PaperForm(session.new_id(), town.home, number, title, date(2020, 3, 1))
    await session.photos.hold(form.once, picture(300, 400, seed=number), "record", once=session.new_id())
    return (await session.archive.file(form)).subject_id


def classes(session: Session) -> set[int]:
    """The classes of the papers that are on a phone, in its store."""
    found = session.store.cards(CardFilter(type=PAPER), 0, 50)
    return {card.as_(PaperCard).archive_class for card in found}


def duties_of(town: Town, login: str | None, rule: str) -> int:
    """How many duties of a rule the server tells somebody this month; another system for ``None``."""
    store = town.server.store
    with store.read() as connection:
        who = accounts.identity(connection, town.staff[login], "") if login is not None else None
        month = month_name(china_day(store.now()))
        return sum(one["rule"] == rule for one in owed.of_month(connection, who, store.now(), month))


@pytest.mark.proves("S2")
def test_papers_are_on_the_phones_of_who_reads_their_class_and_on_no_other(shelf: Town) -> None:
    town = shelf

    async def play() -> None:
        boss, steward = await town.phone("k1"), await town.phone("s1")
        for number in (2, 4, 7, 9, 10):
            await file(boss, town, number)
        with pytest.raises(Problem, match="role_may_not"):
            await file(steward, town, 2)
        await there(town, *EVERYBODY)
        posts = POSTS | {"d1": "desk", "e1": "engineering_supervisor", "w1": "repair_worker", "s1": "steward"}
        for login in EVERYBODY:
            phone = await town.phone(login)
            mine = classes_of({posts[login]}) if login in posts else frozenset()
            assert classes(phone) == mine & {2, 4, 7, 9, 10}, login
        desk = await town.phone("d1")
        (moved,) = [card for card in boss.archive.of_home(town.home) if card.as_(PaperCard).archive_class == 7]
        await boss.archive.move(moved.id, 2, "是缴费凭证")
        await there(town, "k1", "g1", "d1", "f1", "x1")
        guard, finance = await town.phone("g1"), await town.phone("f1")
        assert (classes(guard), guard.store.count(CardFilter(type=PAPER))) == (set(), 0), "it left the gate's phone"
        assert classes(desk) == {4, 9, 10} and classes(finance) == {2, 9}
        assert desk.count_by_type()[PAPER] == 3, "nor is it counted"

    asyncio.run(play())


@pytest.mark.proves("S3")
def test_a_paper_is_lent_with_anothers_word_overdue_on_two_phones_and_told_to_nobody_else(shelf: Town) -> None:
    town = shelf

    async def play() -> None:
        steward, keeper = await town.phone("s1"), await town.phone("x1")
        paper = await file(steward, town, 4)
        await steward.archive.ask(paper, "S1", "核对面积", steward.now() + DAY)
        with pytest.raises(Problem, match="role_may_not"):
            await steward.archive.decide(paper, True)
        await there(town, "s1", "x1", "d1")
        assert [card.id for card in keeper.today().tickets] == [paper]
        await keeper.archive.decide(paper, True)
        await keeper.archive.give(paper)
        await there(town, "s1", "x1", "d1", "m1")
        assert [card.id for card in steward.today().tickets] == [paper], "the borrower has to bring it back"
        assert [card.id for card in keeper.today().tickets] == [paper]
        for name in ("server", "s1", "x1", "d1", "m1"):
            town.clocks[name].ahead += 3 * DAY
        boss = await town.phone("m1")
        (late,) = [one for one in boss.duties.of_month() if one.rule == "archive_loan"]
        assert (late.owner, late.days_late(boss.now())) == (town.staff["s1"], 2)
        told = {one for one in (*EVERYBODY, None) if duties_of(town, one, "archive_loan")}
        assert told == {"s1", "x1", "k1", "m1"}, "nor does a list of duties tell that the paper is there"
        with town.server.store.read() as connection:
            month = month_name(china_day(late.due))
            for login, clocks in ((None, 0), ("d1", 0), ("a1", 0), ("s1", 1)):
                who = accounts.identity(connection, town.staff[login], "") if login is not None else None
                rows = on_time.outcomes(connection, who, boss.now(), month)
                assert sum(row["subject_type"] == PAPER for row in rows) == clocks, login
        assert keeper.state(PAPER, paper).stage == OUT
        await keeper.archive.take_back(paper)
        await there(town, "s1", "x1")
        assert steward.today().tickets == () and steward.flags() == []

    asyncio.run(play())


@pytest.mark.proves("S4")
def test_two_phones_check_one_cupboard_and_a_second_name_destroys(shelf: Town) -> None:
    town = shelf

    async def play() -> dict[str, int | None]:
        boss, keeper = await town.phone("k1"), await town.phone("x1")
        papers = [await file(boss, town, number) for number in (2, 4, 12)]
        await there(town, "k1", "x1")
        days = (date(china_day(boss.now()).year + 1, 3, 20) - china_day(boss.now())).days
        for name in ("server", "k1", "x1", "d1", "m1"):
            town.clocks.setdefault(name, Clock()).ahead += days * DAY
        for login in ("k1", "x1"):
            town.networks[login].cut = lambda _: "before"
        view = keeper.archive.check()
        assert view.check is not None and {card.id for card in view.left} == set(papers)
        await keeper.archive.found(papers[0], "here")
        await keeper.archive.found(papers[1], "missing", "找过两遍")
        await boss.archive.found(papers[1], "missing")
        await boss.archive.found(papers[2], "obsolete")
        for login in ("k1", "x1"):
            town.networks[login].cut = lambda _: ""
        await there(town, "k1", "x1", "d1", "m1")
        for session in (boss, keeper):
            view = session.archive.check()
            assert view.check is not None and view.check.done_at is not None and not view.left
            assert [card.id for card in view.missing] == [papers[1]]
            assert session.flags() == []
        (done,) = [one for one in boss.duties.of_month() if one.rule == "archive_check"]
        assert (done.owed, done.owner) == (False, "archivist")
        assert {one for one in ("k1", "x1", "m1", "d1", "e1", None) if duties_of(town, one, "archive_check")} == {
            "k1", "x1", "m1",
        }  # fmt: skip

        await boss.archive.propose(papers[2], "作废")
        with pytest.raises(Problem, match="same_person"):
            await boss.archive.agree(papers[2], True)
        await there(town, "k1", "x1")
        assert keeper.archive.view(papers[2]).scans != ()
        await keeper.archive.agree(papers[2], True)
        await there(town, "k1", "x1")
        seen = boss.archive.view(papers[2])
        assert (seen.state.stage, seen.scans, len(seen.seen.steps)) == (DESTROYED, (), 5)
        now = china_day(boss.now())
        return counted(town.server.store, "archive", f"{now.year}-Q1")

    found = asyncio.run(play())
    assert {name: found[name] for name in ("on-file", "checked", "missing", "destroyed", "class-2")} == {
        "on-file": 2, "checked": 4, "missing": 1, "destroyed": 1, "class-2": 1,
    }  # fmt: skip


@pytest.mark.proves("S6")
def test_a_household_that_moved_out_takes_its_archive_off_every_phone_and_the_server_keeps_it(shelf: Town) -> None:
    town = shelf

    async def play() -> None:
        logins = ("s1", "x1", "k1", "d1")
        steward, keeper = await town.phone("s1"), await town.phone("x1")
        kept, lent = await file(steward, town, 4), await file(steward, town, 8)
        await steward.archive.ask(lent, "S1", "核对", steward.now() + DAY)
        await there(town, *logins)
        await keeper.archive.decide(lent, True)
        await keeper.archive.give(lent)
        await there(town, *logins)
        with town.server.store.numbered() as write:  # as the office's register does
            row = dict(write.execute(select(t.households).where(t.households.c.id == town.home)).one()._mapping)
            moved = {"status": refs.MOVED_OUT, "moved_out_on": "2026-11-29"}
            write.execute(update(t.households).where(t.households.c.id == town.home).values(**moved))
            publish_refs(write, [("household", town.home, refs.scopes_of("household", row, ""))])

        async def hour_later() -> None:
            for name in ("server", *logins):
                town.clocks[name].ahead += 2 * 3_600_000
            await (await town.phone("d1")).tickets.open(TicketForm("漏水", address="大门"))  # any entry that comes in
            await there(town, *logins)

        for _ in range(2):
            await hour_later()
            for login in logins:
                found = {card.id for card in (await town.phone(login)).store.cards(CardFilter(type=PAPER), 0, 9)}
                assert found == {lent}, "what is lent is there until it is back"
        await keeper.archive.take_back(lent)
        await there(town, *logins)
        await hour_later()
        assert [classes(await town.phone(login)) for login in logins] == [set()] * 4
        with town.server.store.read() as connection:
            rows = connection.execute(select(archive_papers.c.id, archive_papers.c.stage)).all()
            entries = connection.scalars(select(t.entries.c.kind).where(t.entries.c.subject_id == kept)).all()
        assert {(row.id, row.stage) for row in rows} == {(kept, "closed"), (lent, "closed")}
        assert sorted(entries) == ["paper_closed", "paper_filed", "photo_taken"], "closed once, and nothing is gone"

    asyncio.run(play())
