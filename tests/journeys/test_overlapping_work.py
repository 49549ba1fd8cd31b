"""Two phones work offline on the same tickets and sync in either order: everything is kept, misfits are flagged,
and both phones and the server show the same."""

from __future__ import annotations

import asyncio
import random

import pytest

from app.actions import Session
from app.actions.models import TicketForm
from app.domain.wire.errors import Problem
from tests.journeys.conftest import Town, unsent_ids
from tests.support import field_work as work

ORDERS = (("w1", "d1"), ("d1", "w1"))


def reasons(seen: tuple[str, tuple[tuple[str, str, str | None], ...]]) -> list[str]:
    return sorted(reason for _, standing, reason in seen[1] if standing == "flagged" and reason)


@pytest.mark.parametrize("order", ORDERS, ids=["worker first", "desk first"])
def test_a_ticket_voided_while_its_worker_repairs_it(town: Town, order: tuple[str, str]) -> None:
    """A.2-A.7, B.6: whose first entry reaches the server counts; the other's misfits are kept and flagged."""

    async def play() -> None:
        ticket = await town.ticket()
        worker, desk = await town.phone("w1"), await town.phone("d1")
        town.server.stop()
        await work.go_there(worker, ticket)
        await worker.tickets.escalate(ticket, "没有配件")
        await desk.tickets.void(ticket, "重复登记")
        made = unsent_ids(worker) | unsent_ids(desk)
        assert len(made) == 4
        town.server.start()
        for login in order:
            await (await town.phone(login)).sync_now()
        seen = await town.all_see_the_same(ticket, "w1", "d1")
        assert made <= {entry for entry, _, _ in seen[1]}, "an entry is missing"
        assert seen[0] == "voided"
        assert reasons(seen) == ([] if order[0] == "w1" else ["already_over"] * 3)

    asyncio.run(play())


@pytest.mark.parametrize("order", ORDERS, ids=["worker first", "desk first"])
def test_a_job_finished_and_voided_at_once(town: Town, order: tuple[str, str]) -> None:
    """B.4, B.6: the second one is flagged, whichever it is."""

    async def play() -> None:
        desk = await town.phone("d1")
        form = TicketForm("贴通知", ticket_kind="job", address="大门")
        ticket = (await desk.tickets.open(form, assign_to=town.staff["w1"])).subject_id
        await desk.sync_now()
        worker = await town.phone("w1")
        town.server.stop()
        await worker.tickets.accept(ticket)
        await worker.tickets.finish(ticket, "已贴好")
        await desk.tickets.void(ticket, "不用贴了")
        town.server.start()
        for login in order:
            await (await town.phone(login)).sync_now()
        seen = await town.all_see_the_same(ticket, "w1", "d1")
        assert seen[0] == ("done" if order[0] == "w1" else "voided")
        assert reasons(seen) == ["already_over"] * (1 if order[0] == "w1" else 2)

    asyncio.run(play())


@pytest.mark.parametrize("order", [("w1", "w2"), ("w2", "w1")], ids=["old worker first", "new worker first"])
def test_a_ticket_reassigned_while_its_worker_is_offline(town: Town, order: tuple[str, str]) -> None:
    """A.2: the old worker's entries are kept and flagged 待核实; the desk settles them and all see it."""

    async def play() -> None:
        ticket = await town.ticket()
        old, desk, new = [await town.phone(login) for login in ("w1", "d1", "w2")]
        sleeping = town.networks["w1"]
        sleeping.cut = lambda _: "before"
        await work.go_there(old, ticket)
        await desk.tickets.assign(ticket, town.staff["w2"])
        await desk.sync_now()
        await new.sync_now()
        await work.go_there(new, ticket)
        sleeping.cut = lambda _: ""
        for login in order:
            await (await town.phone(login)).sync_now()
        seen = await town.all_see_the_same(ticket, "d1", "w2")
        assert reasons(seen) == ["reassigned", "reassigned"]
        assert [flag.entry.author for flag in desk.flags()] == [town.staff["w1"]] * 2
        with pytest.raises(Problem, match="not_found"):
            old.tickets.view(ticket)
        for flag in desk.flags():
            await desk.settle_flag(flag.entry.id, "set_aside", "已改派")
        seen = await town.all_see_the_same(ticket, "d1", "w2", "e1")
        assert (seen[0], reasons(seen), desk.flags()) == ("on_site", [], [])

    asyncio.run(play())


def test_two_desks_assign_and_ask_at_once(town: Town) -> None:
    """A.2: two assignments do not contradict each other: the later one holds, on every phone."""

    async def play() -> None:
        ticket = await town.ticket(worker=None)
        one, two = await town.phone("d1"), await town.phone("d2")
        town.server.stop()
        await one.tickets.assign(ticket, town.staff["w1"])
        await two.tickets.assign(ticket, town.staff["w2"])
        town.server.start()
        await two.sync_now()
        await one.sync_now()
        seen = await town.all_see_the_same(ticket, "d1", "d2", "e1", "w1")
        assert seen[0] == "assigned" and reasons(seen) == []
        assert (await town.phone("w1")).tickets.view(ticket).state.assignee == town.staff["w1"]

    asyncio.run(play())


STEPS = ("accept", "arrive", "escalate", "report", "assign1", "assign2", "void", "amend", "judge")


async def try_step(session: Session, town: Town, ticket: str, step: str) -> None:
    """One thing somebody tries; what the phone itself refuses is simply not done."""
    verbs = {
        "accept": lambda: session.tickets.accept(ticket),
        "arrive": lambda: session.tickets.arrive(ticket),
        "escalate": lambda: session.tickets.escalate(ticket, "做不了"),
        "report": lambda: session.tickets.report_progress(ticket, "在路上"),
        "assign1": lambda: session.tickets.assign(ticket, town.staff["w1"]),
        "assign2": lambda: session.tickets.assign(ticket, town.staff["w2"]),
        "void": lambda: session.tickets.void(ticket, "登记错了"),
        "judge": lambda: session.tickets.judge(ticket, True, 5000, "补"),
        "amend": lambda: session.amend(
            session.tickets.view(ticket).steps[0].entry.id,
            {**session.tickets.view(ticket).steps[0].body, "content": "改"},
            "写错",
        ),
    }
    try:
        await verbs[step]()
    except Problem:
        return


@pytest.mark.parametrize("seed", range(3))
def test_any_work_in_any_order_ends_the_same_everywhere(town: Town, seed: int) -> None:
    """Whatever is done by whom without a network, and whoever syncs when: nothing is lost, all see the same."""

    async def play() -> None:
        chance = random.Random(seed)
        ticket = await town.ticket()
        watchers = ("d1", "d2", "e1")
        people = {login: await town.phone(login) for login in ("w1", *watchers)}
        made: set[str] = set()
        for _ in range(40):
            login = chance.choice(list(people))
            await try_step(people[login], town, ticket, chance.choice(STEPS))
            made |= unsent_ids(people[login])
            if chance.random() < 0.2:
                await people[chance.choice(list(people))].sync_now()
        assert len(made) > 5
        await people["w1"].sync_now()
        seen = await town.all_see_the_same(ticket, *watchers)
        on_server = town.server_entries(ticket)
        assert made <= set(on_server) and len(on_server) == len(set(on_server))
        assert set(on_server) == {entry for entry, _, _ in seen[1]}
        assert all(chain.whole for chain in town.server.store.verify(("ticket", ticket)).chains)

    asyncio.run(play())
