"""Days on which much goes wrong: tokens end, clocks lie, requests are cut, phones break. Nothing is lost or twice."""

from __future__ import annotations

import asyncio
import random

import pytest
from sqlalchemy import delete

from app.actions import Session
from app.actions.models import TicketForm
from app.domain.times import DAY, MINUTE
from app.domain.wire.errors import Problem
from app.sync.transport import Request
from sync_server.store.tables import entries, feed
from sync_server.store.upkeep import rescue
from tests.journeys.conftest import Clock, MakeTown, Town, unsent_ids
from tests.support import field_work as work
from tests.support.server import PASSWORD

JOB = TicketForm("换灯泡", ticket_kind="job", address="大堂")
PRICED = ("1", "换软管", 2000)


async def until_sent(session: Session) -> None:
    """Sync as often as a bad network takes, but not for ever."""
    for _ in range(60):
        status = await session.sync_now()
        if not (status.waiting or status.blobs_waiting or status.problem):
            assert status.refused == 0
            return
    raise AssertionError(f"not sent: {status}")


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_work_done_after_the_token_ended_goes_up_after_signing_in_again(make_town: MakeTown, how: str) -> None:
    """Nothing is taken with a dead token and nothing is lost: the same entries go up under the new one."""
    server_clock = Clock()

    async def play() -> None:
        town = make_town(server_clock)
        ticket = await town.ticket()
        worker = await town.phone("w1")
        if how == "expired":
            server_clock.ahead = town.clocks["w1"].ahead = 400 * DAY
        else:
            chain = worker.store.chain()
            assert chain is not None
            town.server.store.revoke_device(chain.device)
        await work.go_there(worker, ticket)
        made = unsent_ids(worker)
        status = await worker.sync_now()
        assert status.sign_in_needed and status.waiting == 2
        assert status.problem is not None and status.problem.name == f"token_{how}"
        assert not made & set(town.server_entries(ticket))
        again = await town.handset("w1").sign_in("w1", PASSWORD)
        assert again is worker and unsent_ids(again) == made
        await again.sync_now()
        assert made <= set(town.server_entries(ticket)) and not unsent_ids(again)

    asyncio.run(play())


def test_somebody_else_on_the_phone_never_sends_the_first_ones_work(town: Town) -> None:
    """Two people on one phone are two profiles: unsent work waits for its own author."""

    async def play() -> None:
        ticket = await town.ticket()
        phone = town.handset("shared")
        first = await phone.sign_in("w1", PASSWORD)
        await first.sync_now()
        town.server.stop()
        await work.go_there(first, ticket)
        made = unsent_ids(first)
        await phone.sign_out()
        town.server.start()
        second = await phone.sign_in("d2", PASSWORD)
        opened = await second.tickets.open(JOB)
        await second.sync_now()
        counts = phone.unsent_counts()
        assert (counts[first.profile.id], counts[second.profile.id]) == (2, 0)
        assert not made & set(town.server_entries(ticket))
        assert town.server_entries(opened.subject_id)
        back = await phone.sign_in("w1", PASSWORD)
        assert back is first and unsent_ids(back) == made
        await back.sync_now()
        seen = await town.phone("d1")
        authors = {step.entry.id: step.entry.author for step in seen.tickets.view(ticket).steps}
        assert {authors[entry] for entry in made} == {town.staff["w1"]}

    asyncio.run(play())


@pytest.mark.parametrize("days", [365, -365], ids=["a year ahead", "a year behind"])
def test_a_clock_a_year_off_bends_no_deadline(town: Town, days: int) -> None:
    """A.2: deadlines come from corrected time; the phone's own time is kept as data."""

    async def play() -> None:
        ticket = await town.ticket()
        worker = await town.phone("w1")
        clock = town.clocks["w1"]
        # The battery was out: the clock jumps with no network to tell.
        town.server.stop()
        clock.ahead = days * DAY
        await work.go_there(worker, ticket)
        town.server.start()
        desk = await town.phone("d1")
        seen = await town.all_see_the_same(ticket, "w1", "d1")
        assert seen[0] == "on_site" and not desk.flags()
        view = desk.tickets.view(ticket)
        mine = [step for step in view.steps if step.entry.author == town.staff["w1"]]
        assert [step.kind for step in mine] == ["accepted", "arrived"]
        for step in mine:
            assert abs(step.at - desk.now()) < 2 * MINUTE, "corrected"
            assert abs(step.entry.made_at - desk.now()) > 360 * DAY, "as the device said"
        on_site = next(clock for clock in view.clocks if clock.id == "on_site")
        assert on_site.level(desk.now()) == "met"
        assert abs(worker.now() - desk.now()) < 2 * MINUTE, "the phone knows better after a sync"

    asyncio.run(play())


@pytest.mark.parametrize("how", ["before", "after", "either"])
def test_a_repair_over_a_network_that_cuts_half_of_the_requests(town: Town, how: str) -> None:
    """A request lost on the way or an answer lost on the way back: every entry arrives once, the signature whole."""

    async def play() -> None:
        ticket = await town.ticket()
        worker = await town.phone("w1")
        chance = random.Random(7)

        def cut(_: Request) -> str:
            if chance.random() < 0.5:
                return ""
            return chance.choice(("before", "after")) if how == "either" else how

        town.networks["w1"].cut = cut
        await work.go_there(worker, ticket)
        await worker.sync_now()
        await worker.tickets.find(ticket, description="软管裂", listed=False)
        await until_sent(worker)
        boss = await town.phone("e1")
        await boss.tickets.judge(ticket, True, 2000, "换软管")
        await boss.sync_now()
        for _ in range(12):
            await worker.sync_now()
        await work.agree_and_work(worker, ticket, [worker.tickets.fee_line(None, *PRICED)], "张伟")
        await work.sign(worker, ticket, "张伟")
        await until_sent(worker)
        town.networks["w1"].cut = lambda _: ""
        seen = await town.all_see_the_same(ticket, "w1", "d1", "e1")
        entries = town.server_entries(ticket)
        assert len(entries) == len(set(entries)) == len(seen[1])
        assert (seen[0], [s for _, s, _ in seen[1] if s == "flagged"]) == ("done", [])
        boss.in_view([("ticket", ticket)])
        await boss.sync_now()
        assert boss.verify("ticket", ticket).intact
        assert town.server.store.verify(("ticket", ticket)).standing == "intact"

    asyncio.run(play())


def test_a_server_killed_in_the_middle_of_a_push_takes_everything_once(town: Town) -> None:
    """The server goes away under a running request and comes back: the phone sends again, nothing is there twice."""

    async def play() -> None:
        ticket = await town.ticket()
        worker = await town.phone("w1")
        await work.go_there(worker, ticket)
        made = unsent_ids(worker)

        def kill(_: Request) -> str:
            town.networks["w1"].cut = lambda _: ""
            town.server.stop()
            return ""

        town.networks["w1"].cut = kill
        assert (await worker.sync_now()).problem is not None and unsent_ids(worker) == made
        town.server.start()
        await worker.sync_now()
        await town.all_see_the_same(ticket, "w1", "d1")
        assert made <= set(town.server_entries(ticket))

    asyncio.run(play())


def test_a_rescued_phone_that_comes_back_sends_nothing_twice(town: Town) -> None:
    """The rescue file went in by hand; later the phone syncs after all."""

    async def play() -> None:
        ticket = await town.ticket(worker="w1")
        worker, boss = await town.phone("w1"), await town.phone("e1")
        town.server.stop()
        await work.find_unlisted(worker, ticket, "软管裂")
        made = unsent_ids(worker)
        file = worker.rescue_file()
        town.server.start()
        report = rescue.take_in(town.server.store, file)
        assert report.whole and {answer.status for _, answer in report.answers} == {"accepted"}
        assert {answer.status for _, answer in rescue.take_in(town.server.store, file).answers} == {"known"}
        await boss.sync_now()
        await boss.tickets.judge(ticket, True, 2000, "换软管")
        await boss.sync_now()
        await worker.sync_now()
        assert not unsent_ids(worker) and made <= set(town.server_entries(ticket))
        await work.agree_and_work(worker, ticket, [worker.tickets.fee_line(None, *PRICED)], "张伟")
        await work.sign(worker, ticket, "张伟")
        signed = worker.rescue_file()
        assert rescue.take_in(town.server.store, signed).whole, "the signature's strokes are in the file"
        seen = await town.all_see_the_same(ticket, "w1", "d1", "e1")
        entries = town.server_entries(ticket)
        assert len(entries) == len(set(entries)) and seen[0] == "done"
        assert town.server.store.verify(("ticket", ticket)).standing == "intact"

    asyncio.run(play())


def test_a_double_tap_travels_once(town: Town) -> None:
    """The same tap twice is one entry on the phone and on the server."""

    async def play() -> None:
        ticket = await town.ticket()
        worker = await town.phone("w1")
        tap = worker.new_id()
        first, second = await worker.tickets.accept(ticket, once=tap), await worker.tickets.accept(ticket, once=tap)
        assert first.entries[0].id == second.entries[0].id
        await worker.sync_now()
        seen = await town.all_see_the_same(ticket, "w1", "d1")
        assert [standing for entry, standing, _ in seen[1] if entry == tap] == ["done"]

    asyncio.run(play())


def test_what_the_server_refuses_stays_and_blocks_nothing(town: Town) -> None:
    """A role taken away meanwhile: that entry is refused with its reason and kept, the next ones go through."""

    async def play() -> None:
        desk = await town.phone("d2")
        town.server.stop()
        kept = await desk.tickets.open(JOB)
        town.server.start()
        town.server.add_staff("d2", "finance")
        status = await desk.sync_now()
        assert (status.waiting, status.refused) == (0, 1)
        item = desk.unsent()[0]
        assert (item.entry.id, item.name) == (kept.entries[0].id, "role_may_not") and item.message_zh
        with pytest.raises(Problem, match="role_may_not"):
            await desk.tickets.open(JOB)
        town.server.add_staff("d2", "desk")
        await desk.sync_now()
        again = await desk.tickets.open(JOB)
        await desk.sync_now()
        assert town.server_entries(again.subject_id) and unsent_ids(desk) == {kept.entries[0].id}
        await desk.retry(kept.entries[0].id)
        await desk.sync_now()
        assert not unsent_ids(desk) and town.server_entries(kept.subject_id)

    asyncio.run(play())


def test_the_server_tells_a_phone_of_an_entry_that_vanished_from_a_devices_chain(town: Town) -> None:
    """Design 4: a phone sees only some of a device's entries, so the server's word on the whole chain is asked for."""

    async def play() -> None:
        ticket = await town.ticket()
        worker, desk = await town.phone("w1"), await town.phone("d1")
        await work.go_there(worker, ticket)
        with pytest.raises(Problem) as offline:
            town.networks["w1"].cut = lambda _: "before"
            await worker.server_verdict("ticket", ticket)
        assert offline.value.name == "no_network"
        town.networks["w1"].cut = lambda _: ""
        await worker.sync_now()
        await desk.sync_now()
        assert (await desk.server_verdict("ticket", ticket)).whole
        gone = next(step.entry.id for step in desk.tickets.view(ticket).steps if step.kind == "accepted")
        with town.server.store.write() as connection:
            connection.execute(delete(feed).where(feed.c.entry_id == gone))
            connection.execute(delete(entries).where(entries.c.id == gone))
        told = await desk.server_verdict("ticket", ticket)
        assert (told.whole, told.standing, told.missing) == (False, "broken_chain", 1)

    asyncio.run(play())
