"""The keys of new units on a phone: stocked, lent, issued to their owners, and counted (G.3)."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from app.actions.models import CustodyForm
from tests.actions.phones import DESK, STEWARD, phone_of, uid
from tests.support import field_work as work


@pytest.mark.proves("G1")
@pytest.mark.parametrize("seed", range(3))
def test_g1_what_was_stocked_is_on_the_rack_out_issued_written_off_or_missing(tmp_path: Path, seed: int) -> None:
    """G.3: whatever is done with them, the pieces of all units' keys add up; residents' keys are no part of it."""
    desk, chance = phone_of(tmp_path, DESK), random.Random(seed)

    async def step(kind: str, thing: str, **more: object) -> None:
        content = desk.keys.content(form := CustodyForm(desk.new_id(), thing, kind, **more))  # type: ignore[arg-type]
        sides = [work.signature(content, name, side, "staff") for name, side in (("甲", "giver"), ("乙", "taker"))]
        await desk.keys.step(form, *sides)

    async def play() -> int:
        stocked = 0
        for number in range(8):
            thing, pieces = desk.new_id(), chance.randint(1, 5)
            stocked += pieces
            await step("stocked", thing, name="入户门钥匙", pieces=pieces, rack=f"N-{number}",
                       unit_id=uid("unit", "3栋2单元1501"))  # fmt: skip
            assert desk.keys.view(thing).moves[:2] == ("lent", "issued")
            for kind in chance.choice([(), ("lent",), ("lent", "returned"), ("issued",), ("lent", "issued")]):
                lost = pieces > 1 and chance.random() < 0.3
                pieces -= lost
                await step(kind, thing, pieces=pieces, note="少一把" if lost else "", to_id=STEWARD, purpose="交房",
                           due_at=desk.now() + 9, to_name="赵新", rack="N-9")  # fmt: skip
            if chance.random() < 0.2 and desk.keys.view(thing).moves:
                await desk.keys.write_off(thing, "换锁")
        await work.first_key(desk, uid("home", "3栋2单元1501"))
        return stocked

    stocked, known = asyncio.run(play()), desk.keys.unit_keys()
    assert known.bunches == 8 and known.stocked == stocked
    assert known.on_rack + known.out + known.issued + known.written_off + known.missing == stocked
    assert known.issued or known.out or known.on_rack
