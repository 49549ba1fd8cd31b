"""What a key's forms offer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.models import CustodyForm, TicketForm
from app.domain.rules.scopes import ESTATE
from app.domain.wire.errors import Problem
from app.domain.wire.exchange import Page
from tests.actions.phones import DESK, STEWARD, WORKER, phone_of, ref, uid
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


@pytest.mark.proves("G1", "G2")
def test_g1_a_new_units_key_is_stocked_for_its_door_and_the_list_counts_it(tmp_path: Path) -> None:
    """G.3: nobody lives there yet, and the unit is found; G.4: what is of no kind of the list says its own."""
    desk = phone_of(tmp_path, DESK)
    pos = desk.store.cursors().get(ESTATE, 0)
    unit = ref("unit", "u-new", building_id="b3", address="3栋2单元1601")
    desk.store.apply_page(Page(ESTATE, pos, False, (unit,)))

    async def go() -> None:
        async with screens(desk, "/keys/new/stocked") as shown:
            await shown.tap("kind-other")
            assert "kind-name-phrase-0" in shown.ids() and "写明是哪一类" in shown.words()
            await shown.tap("kind-key")
            assert "kind-name" not in shown.ids()
            await shown.type("door-find", "1601")
            await shown.tap("door-unit:u-new")
            assert "3栋2单元1601" in shown.words()
        door, letters = desk.new_id(), desk.new_id()
        await field_work.hand(desk, "stocked", door, name="入户门钥匙", pieces=3, rack="N-1", unit_id="u-new")
        key = await field_work.hand(desk, "stocked", letters, name="信箱钥匙", pieces=2, rack="N-2", unit_id="u-new")
        await field_work.hand(desk, "issued", key, pieces=2, to_name="赵新")
        async with screens(desk, "/keys") as shown:
            await shown.tap("keys-units")
            assert "入库 5 把" in shown.words() and "在架 3 · 已移交 2" in shown.words()
            await shown.open(f"/key/{key}")
            assert "已移交业主" in shown.words() and "action" not in shown.ids()

    asyncio.run(go())
