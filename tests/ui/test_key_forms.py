"""What a key's forms offer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.models import CustodyForm, TicketForm
from app.domain.wire.errors import Problem
from tests.actions.phones import STEWARD, WORKER, phone_of, uid
from tests.support import field_work
from tests.support.screens import screens

DOOR, NEXT_DOOR = uid("home", "3栋2单元1501"), uid("home", "3栋2单元1502")


def test_a_key_is_lent_for_the_tickets_of_its_own_door_and_by_common_phrases(tmp_path: Path) -> None:
    """B9: the chip of another door's ticket is not offered and not taken; the phrases are always there."""
    steward = phone_of(tmp_path, STEWARD)

    async def go() -> None:
        key = await field_work.first_key(steward, DOOR)
        here = await steward.tickets.open(TicketForm("厨房漏水", household_id=DOOR, channel="door"), assign_to=None)
        there = await steward.tickets.open(TicketForm("卧室灯不亮", household_id=NEXT_DOOR, channel="door"))
        async with screens(steward, f"/key/{key}/step/lent") as shown:
            shown.ui.session.save_draft(f"key:{key}:lent", {})
            await shown.tap(f"staff-{WORKER}")
            offered = {id for id in shown.ids() if id.startswith("for-")}
            assert offered == {f"for-{here.subject_id}"} and "purpose-phrase-0" in shown.ids()
        lent = CustodyForm(uid("tap"), key, "lent", to_id=WORKER, purpose="维修", ticket_id=there.subject_id, pieces=2)
        with pytest.raises(Problem, match="field_wrong"):
            steward.keys.content(lent)

    asyncio.run(go())
