"""Phones against the real server over real HTTP, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from pathlib import Path
from shutil import copytree

import pytest

from app.actions import Phone, Session
from app.actions.models import PromiseForm, Signature, TicketForm, VisitForm
from app.domain.wire import protocol
from app.domain.wire.errors import Problem
from sync_server.store.upkeep import rescue
from tests.actions.phones import STROKES
from tests.support.server import PASSWORD, LiveServer

SHOWN = ("维修项目", "合计")


async def signed_in(server: LiveServer, folder: Path, login: str) -> Session:
    session = await Phone(folder, server.url).sign_in(login, PASSWORD)
    await session.sync_now()
    return session


def settled(session: Session) -> bool:
    status = session.sync_status()
    return (status.waiting, status.refused, status.blobs_waiting, status.problem) == (0, 0, 0, None)


async def whole_repair(server: LiveServer, folder: Path) -> None:
    """A whole repair over three phones, the worker's part without a network (A.2-A.8)."""
    home = server.add_household(server.add_building("3"), "1501")["household_id"]
    worker_id = server.add_staff("w1", "repair_worker", name="王建国")
    server.add_staff("d1", "desk", name="孙丽")
    server.add_staff("e1", "engineering_supervisor", name="周明")
    desk = await signed_in(server, folder / "desk", "d1")
    worker = await signed_in(server, folder / "worker", "w1")
    boss = await signed_in(server, folder / "boss", "e1")
    opened = await desk.tickets.open(TicketForm("漏水", household_id=home, channel="phone"), assign_to=worker_id)
    await desk.sync_now()
    await worker.sync_now()
    ticket = opened.subject_id
    assert worker.tickets.view(ticket).card.number is not None
    server.stop()
    await worker.tickets.accept(ticket)
    await worker.tickets.arrive(ticket)
    await worker.tickets.find(ticket, description="下水管裂", listed=False)
    assert (await worker.sync_now()).waiting == 3
    server.start()
    await worker.sync_now()
    await boss.sync_now()
    await boss.tickets.judge(ticket, True, 8000, work="换管")
    await boss.sync_now()
    await worker.sync_now()
    line = worker.tickets.fee_line(None, "1", "换管", 8000)
    await worker.tickets.price(ticket, [line])
    await worker.tickets.consent(ticket, True, "张伟", "self")
    await worker.tickets.start_work(ticket, False)
    await worker.tickets.write_fees(ticket, [line])
    await worker.tickets.try_out(ticket, True)
    content = worker.signing_content("ticket", ticket, "repair")
    await worker.sign(Signature(content, "resident", "张伟", "self", SHOWN, STROKES, 300, 120))
    await worker.sync_now()
    await boss.sync_now()
    boss.in_view([("ticket", ticket)])
    await boss.tickets.confirm([card.id for card in boss.tickets.to_confirm()])
    await boss.sync_now()
    for phone in (worker, desk):
        await phone.sync_now()
    assert all(settled(phone) for phone in (worker, boss, desk))
    assert worker.tickets.view(ticket).state.stage == boss.tickets.view(ticket).state.stage == "confirmed"
    assert not boss.tickets.view(ticket).state.flags
    assert boss.verify("ticket", ticket).intact


def test_a_repair_over_three_phones(live_server: LiveServer, tmp_path: Path) -> None:
    asyncio.run(whole_repair(live_server, tmp_path))


def test_a_visit_with_a_ticket_reaches_the_desk_whole(live_server: LiveServer, tmp_path: Path) -> None:
    """E: the visit, its signature and the ticket it raised, saved in one go and sent in one go."""

    async def play() -> None:
        building = live_server.add_building("3")
        home = live_server.add_household(building, "1501")["household_id"]
        live_server.add_staff("s1", "steward", buildings=(building,))
        live_server.add_staff("d1", "desk")
        steward = await signed_in(live_server, tmp_path / "s", "s1")
        desk = await signed_in(live_server, tmp_path / "d", "d1")
        form = VisitForm(
            steward.new_id(),
            home,
            met_name="张伟",
            met_capacity="self",
            said="楼道灯不亮",
            promises=(PromiseForm("请电工看灯", "2099-01-01"),),
            tickets=(TicketForm("楼道灯不亮", ticket_kind="public_repair"),),
        )
        content = steward.visits.content(form)
        await steward.visits.record(form, Signature(content, "resident", "张伟", "self", SHOWN, STROKES, 300, 120))
        await steward.sync_now()
        await desk.sync_now()
        assert settled(steward)
        seen = desk.visits.view(form.visit_id)
        assert (seen.state.stage, seen.state.flags, len(seen.tickets)) == ("signed", [], 1)
        assert desk.doors.view(home).open_tickets[0].content == "楼道灯不亮"
        desk.in_view([("visit", form.visit_id)])
        await desk.sync_now()
        assert desk.verify("visit", form.visit_id).intact

    asyncio.run(play())


def test_a_ticket_moved_to_another_worker_leaves_after_the_unsent_work(live_server: LiveServer, tmp_path: Path) -> None:
    """Scope moved with unsent work on it: both workers' entries are kept, the misfit is flagged."""

    async def play() -> None:
        home = live_server.add_household(live_server.add_building("3"), "1501")["household_id"]
        first_id, second_id = (live_server.add_staff(w, "repair_worker") for w in ("w1", "w2"))
        live_server.add_staff("d1", "desk")
        desk = await signed_in(live_server, tmp_path / "d", "d1")
        first = await signed_in(live_server, tmp_path / "1", "w1")
        second = await signed_in(live_server, tmp_path / "2", "w2")
        opened = await desk.tickets.open(TicketForm("漏水", household_id=home, channel="phone"), assign_to=first_id)
        ticket = opened.subject_id
        await desk.sync_now()
        await first.sync_now()
        await first.tickets.accept(ticket)
        await desk.tickets.assign(ticket, second_id)
        await desk.sync_now()
        await second.sync_now()
        await first.sync_now()
        assert settled(first)
        with pytest.raises(Problem, match="not_found"):
            first.tickets.view(ticket)
        await desk.sync_now()
        assert [(flag.entry.author, flag.reason) for flag in desk.flags()] == [(first_id, "reassigned")]
        await second.tickets.accept(ticket)
        await second.sync_now()
        await desk.sync_now()
        await desk.tickets.assign(ticket, first_id)
        await desk.sync_now()
        await first.sync_now()
        own = [s for s in first.tickets.view(ticket).steps if s.entry.author == first_id]
        assert len(own) == 1 and own[0].standing == "flagged", "own work came back with the ticket"

    asyncio.run(play())


def test_a_cloned_phone_goes_on_under_a_new_number(live_server: LiveServer, tmp_path: Path) -> None:
    async def play() -> None:
        live_server.add_staff("d1", "desk")
        phone = Phone(tmp_path / "one", live_server.url)
        session = await phone.sign_in("d1", PASSWORD)
        await session.tickets.open(TicketForm("一", ticket_kind="job", address="大门"))
        await session.sync_now()
        phone.close()
        copytree(tmp_path / "one", tmp_path / "clone")
        one, clone = (
            Phone(tmp_path / "one", live_server.url).current(),
            Phone(tmp_path / "clone", live_server.url).current(),
        )
        assert one is not None and clone is not None
        await one.tickets.open(TicketForm("二", ticket_kind="job", address="大门"))
        await one.sync_now()
        await clone.tickets.open(TicketForm("三", ticket_kind="job", address="大门"))
        await clone.sync_now()
        await one.sync_now()
        assert settled(one) and settled(clone)
        assert {c.content for c in one.cards()} == {c.content for c in clone.cards()} == {"一", "二", "三"}
        chains = one.store.chain(), clone.store.chain()
        assert chains[0] is not None and chains[1] is not None and chains[0].device != chains[1].device

    asyncio.run(play())


def test_a_revoked_phone_keeps_its_work_and_sends_it_after_signing_in(live_server: LiveServer, tmp_path: Path) -> None:
    async def play() -> None:
        live_server.add_staff("d1", "desk")
        phone = Phone(tmp_path / "one", live_server.url)
        session = await phone.sign_in("d1", PASSWORD)
        chain = session.store.chain()
        assert chain is not None
        live_server.store.revoke_device(chain.device)
        await session.tickets.open(TicketForm("一", ticket_kind="job", address="大门"))
        status = await session.sync_now()
        assert status.sign_in_needed and status.waiting == 1
        again = await phone.sign_in("d1", PASSWORD)
        assert again is session
        await session.sync_now()
        assert settled(session)

    asyncio.run(play())


def test_a_wrong_password_and_no_network_are_told(live_server: LiveServer, tmp_path: Path) -> None:
    async def play() -> None:
        live_server.add_staff("d1", "desk")
        phone = Phone(tmp_path / "one", live_server.url)
        with pytest.raises(Problem, match="wrong_password"):
            await phone.sign_in("d1", "nonsense")
        live_server.stop()
        with pytest.raises(Problem, match="no_network"):
            await phone.sign_in("d1", PASSWORD)
        assert phone.profiles() == []

    asyncio.run(play())


def test_a_rescue_file_brings_unsent_work_in_and_the_phone_notices(live_server: LiveServer, tmp_path: Path) -> None:
    """A phone that can't sync any more: its work comes in by file, and nothing is there twice afterwards."""

    async def play() -> None:
        building = live_server.add_building("3")
        home = live_server.add_household(building, "1501")["household_id"]
        live_server.add_staff("s1", "steward", buildings=(building,))
        steward = await signed_in(live_server, tmp_path / "s", "s1")
        form = VisitForm(steward.new_id(), home, met_name="张伟", met_capacity="self")
        content = steward.visits.content(form)
        await steward.visits.record(form, Signature(content, "resident", "张伟", "self", SHOWN, STROKES, 300, 120))
        report = rescue.take_in(live_server.store, steward.rescue_file())
        assert report.whole and [answer.status for _, answer in report.answers] == ["accepted", "accepted"]
        await steward.sync_now()
        assert settled(steward)
        assert [s.kind for s in steward.visits.view(form.visit_id).steps] == ["visited", "signed"]
        assert steward.verify("visit", form.visit_id).intact

    asyncio.run(play())


async def joined(server: LiveServer, folder: Path) -> None:
    """The desk makes a code, a phone joins by it; its unsent work of before goes up as the right person's."""
    worker_id = server.add_staff("w1", "repair_worker", name="王建国")
    server.add_staff("d1", "desk", name="孙丽")
    desk = await signed_in(server, folder / "desk", "d1")
    mate = await signed_in(server, folder / "phone", "w1")
    phone = Phone(folder / "phone", server.url)
    opened = await desk.tickets.open(TicketForm("漏水", ticket_kind="job", address="大门"), assign_to=worker_id)
    await desk.sync_now()
    await mate.sync_now()
    server.stop()
    await mate.tickets.accept(opened.subject_id)
    server.start()
    assert [person.name for person in desk.devices.people()] == ["孙丽", "王建国"]
    assert mate.devices.people() == []
    code = await desk.devices.join_code(worker_id)
    assert code.name == "王建国" and code.address == f"{server.url}/join/{code.code}"
    again = await phone.join(code.address)
    assert again.profile.login == "w1" and len(again.unsent()) == 1
    await again.sync_now()
    assert settled(again)
    with pytest.raises(Problem, match="code_unknown"):
        await Phone(folder / "other", server.url).join(code.code)
    with pytest.raises(Problem, match="code_not_yours"):
        await again.devices.join_code(worker_id)


def test_a_phone_joins_by_a_code_of_the_desk(live_server: LiveServer, tmp_path: Path) -> None:
    asyncio.run(joined(live_server, tmp_path))


async def too_old(server: LiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.add_staff("d1", "desk")
    desk = await signed_in(server, folder, "d1")
    monkeypatch.setattr(protocol, "OLDEST_PROTOCOL", protocol.PROTOCOL + 1)
    await desk.tickets.open(TicketForm("漏水", ticket_kind="job", address="大门"))
    status = await desk.sync_now()
    assert status.problem is not None and status.problem.name == "update_needed" and status.waiting == 1
    assert not status.sign_in_needed
    monkeypatch.undo()
    await desk.sync_now()
    assert settled(desk)


def test_a_phone_too_old_for_its_server_keeps_everything_until_it_is_updated(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(too_old(live_server, tmp_path, monkeypatch))
