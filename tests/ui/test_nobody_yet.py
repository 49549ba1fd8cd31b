"""A ticket raised where nobody hears of it says so, with a number to ring."""

from __future__ import annotations

import asyncio
from pathlib import Path

import flet as ft
import pytest

from app.actions.models import TicketForm
from app.domain.wire.exchange import Page
from app.ui.screens.phone.nobody_yet import sounds_urgent
from tests.actions.phones import DESK, STEWARD, Desk, phone_of, ref
from tests.actions.test_session import HOME
from tests.support.screens import Seen, screens, written_on

NUMBER = "0755-26880000"


@pytest.mark.parametrize(
    ("words", "urgent"),
    [
        ("厨房水管爆了", True),
        ("电梯困人", True),
        ("Leak under the sink", True),
        ("ＬＥＡＫ", True),
        ("楼道灯不亮", False),
    ],
)
def test_what_cannot_wait_is_known_by_its_words(words: str, urgent: bool) -> None:
    """B14: running water and people shut in stand out."""
    assert sounds_urgent(words) is urgent


def test_a_leak_raised_offline_says_that_nobody_has_it_and_whom_to_ring(tmp_path: Path) -> None:
    """B14: on the ticket's page while it is unsent, and while it was sent and nobody was sent there."""
    steward = phone_of(tmp_path, STEWARD)
    leak = TicketForm("卫生间漏水", household_id=HOME, channel="door")

    async def go() -> None:
        saved = await steward.tickets.open(leak)
        async with screens(steward, f"/ticket/{saved.subject_id}") as seen:
            assert "还没有人知道这张工单" in seen.words() and "call-desk" not in seen.ids()
            # The register's service phone, as the server sends it to every phone.
            estate = ref("estate", "estate", name="荔园小区", phone=NUMBER)
            steward.store.apply_page(Page("estate", 2, False, (estate,)))
            seen.ui.refresh()
            await seen.rest()
            assert "call-desk" in seen.ids() and steward.desk_phone() == NUMBER
            Desk().give(saved.entries, steward)
            seen.ui.refresh()
            await seen.rest()
            assert "调度已经收到，还没有派人" in seen.words()

    asyncio.run(go())


def notice_on(seen: Seen) -> tuple[str, ft.ColorValue | None]:
    """What the notice says, and on which ground."""
    below = seen.below("nobody-yet")
    ground = next(c.bgcolor for c in below if isinstance(c, ft.Container) and c.bgcolor)
    return written_on(below[0]), ground


@pytest.mark.parametrize(
    ("words", "ground"), [("卫生间漏水", ft.Colors.ERROR_CONTAINER), ("楼道灯不亮", ft.Colors.TERTIARY_CONTAINER)]
)
def test_the_notice_says_what_happened_that_nothing_is_lost_and_what_to_do(
    tmp_path: Path, words: str, ground: str
) -> None:
    """B14: in red where it cannot wait; the toast does not say 工单已登记 of what nobody knows of."""
    steward = phone_of(tmp_path, STEWARD)

    async def go() -> None:
        await steward.sync_now()
        async with screens(steward, f"/ticket-new/{HOME}") as seen:
            await seen.type("content", words)
            before = "现在没有网络，登记了也没有人马上知道\n记录不会丢。等不得的，请现在就打物业前台电话。"
            assert (before in seen.words()) is (ground == ft.Colors.ERROR_CONTAINER)
            await seen.tap("main-action")
            told = "\n".join(written_on(bar) for bar in seen.controls(everywhere=True) if isinstance(bar, ft.SnackBar))
            assert "已记在这台手机上，上传后调度才看得到" in told and "工单已登记" not in told
            after = (
                "还没有人知道这张工单：它只在这台手机上，等有网络才上传\n记录不会丢。等不得的，请现在就打物业前台电话。"
            )
            assert notice_on(seen) == (after, ground)

    asyncio.run(go())


def test_who_gives_out_tickets_is_told_nothing_of_the_kind(tmp_path: Path) -> None:
    """B14: the desk knows of it."""
    desk = phone_of(tmp_path, DESK)

    async def go() -> None:
        saved = await desk.tickets.open(TicketForm("卫生间漏水", household_id=HOME, channel="phone"))
        async with screens(desk, f"/ticket/{saved.subject_id}") as seen:
            assert "nobody-yet" not in seen.ids()

    asyncio.run(go())


def test_what_can_wait_is_told_without_alarm_and_only_until_it_was_sent(tmp_path: Path) -> None:
    """B14: a lamp is said to be on this phone alone, and nothing more once the desk has it."""
    steward = phone_of(tmp_path, STEWARD)

    async def go() -> None:
        saved = await steward.tickets.open(TicketForm("楼道灯不亮", household_id=HOME, channel="door"))
        async with screens(steward, f"/ticket/{saved.subject_id}") as seen:
            assert "nobody-yet" in seen.ids()
            Desk().give(saved.entries, steward)
            seen.ui.refresh()
            await seen.rest()
            assert "nobody-yet" not in seen.ids()

    asyncio.run(go())
