"""A ticket raised where nobody hears of it says so, with a number to ring."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.models import TicketForm
from app.domain.exchange import Page
from app.ui.screens.nobody_yet import sounds_urgent
from tests.actions.phones import STEWARD, Desk, phone_of, ref
from tests.actions.test_session import HOME
from tests.support.screens import screens

NUMBER = "0755-26880000"


@pytest.mark.parametrize(
    ("words", "urgent"),
    [("厨房水管爆了", True), ("电梯困人", True), ("Leak under the sink", True), ("楼道灯不亮", False)],
)
def test_what_cannot_wait_is_known_by_its_words(words: str, urgent: bool) -> None:
    """B14: running water and people shut in stand out."""
    assert sounds_urgent(words) is urgent


def test_a_leak_raised_offline_says_that_nobody_has_it_and_whom_to_ring(tmp_path: Path) -> None:
    """B14: on the ticket's page while it is unsent, and while it was sent and nobody was sent there."""
    steward = phone_of(tmp_path, STEWARD)
    leak = TicketForm("卫生间漏水", household_id=HOME, channel="door")

    async def go() -> None:
        saved = await steward.open_ticket(leak)
        async with screens(steward, f"/ticket/{saved.subject_id}") as seen:
            assert "还没有人知道这张工单" in seen.words() and "call-desk" not in seen.ids()
            # The register's service phone, as the server sends it to every phone.
            estate = ref("estate", "estate", name="荔园小区", phone=NUMBER)
            steward.store.apply_page(Page("estate", 2, False, (estate,)))
            seen.ui.refresh()
            await seen.rest()
            assert "call-desk" in seen.ids() and steward.desk_phone == NUMBER
            Desk().give(saved.entries, steward)
            seen.ui.refresh()
            await seen.rest()
            assert "调度已经收到，还没有派人" in seen.words()

    asyncio.run(go())


def test_what_can_wait_is_told_without_alarm_and_only_until_it_was_sent(tmp_path: Path) -> None:
    """B14: a lamp is said to be on this phone alone, and nothing more once the desk has it."""
    steward = phone_of(tmp_path, STEWARD)

    async def go() -> None:
        saved = await steward.open_ticket(TicketForm("楼道灯不亮", household_id=HOME, channel="door"))
        async with screens(steward, f"/ticket/{saved.subject_id}") as seen:
            assert "nobody-yet" in seen.ids()
            Desk().give(saved.entries, steward)
            seen.ui.refresh()
            await seen.rest()
            assert "nobody-yet" not in seen.ids()

    asyncio.run(go())
