"""A register in, phones pull it, next year's register: who moved out, and whose archive is whose (A7, B1)."""

from __future__ import annotations

import asyncio

from sync_server.store.estate import registers
from sync_server.store.estate.preparing import ESTATE_QUESTION, Preparation
from tests.estate.registers import HEADINGS, A, B, C, workbook
from tests.journeys.conftest import Town


def bring_in(town: Town, *rows: list[str]) -> None:
    """The desk confirms a register."""
    prepared = Preparation.of(town.server.store, workbook({"登记表": [HEADINGS, *rows]}))
    prepared.answer({ESTATE_QUESTION: "荔园"})
    prepared.work_out()
    assert prepared.plan is not None
    registers.apply_plan(town.server.store, prepared.plan)


def test_the_next_family_never_sees_the_archive_of_the_one_before(town: Town) -> None:
    """A7: on the phones that had it, too; the ticket of the one before stays what it was."""

    async def days() -> None:
        bring_in(town, ["3-1501", "张伟", A], ["3-1502", "王磊", B])
        desk, worker = await town.phone("d1"), await town.phone("w1")
        assert [hit.household.name for hit in desk.doors.find("3-1502")] == ["王磊"]
        ticket = await town.ticket(content="马桶漏水")
        await town.phone("w1")
        old = desk.tickets.view(ticket).state.household_id
        assert old == town.home

        bring_in(town, ["3-1501", "李四", C], ["3-1502", "王磊", B])
        desk, worker = await town.phone("d1"), await town.phone("w1")
        (hit,) = desk.doors.find("3-1501")
        assert (hit.household.name, [one.phone for one in hit.household.people]) == ("李四", [C])
        assert hit.household.id != old
        view = desk.doors.view(hit.household.id)
        assert view.open_tickets == () and desk.doors.history(hit.household.id).total == 0
        assert desk.doors.find("张伟") == [] and desk.doors.find(A[-4:]) == []
        for session in (desk, worker):
            assert session.tickets.view(ticket).state.household_id == old, "work under way stays where it was"

    asyncio.run(days())
