"""Bursts of changes: few drawings, and the last change is never the one that is missed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from app.ui.calm import Calm

CALM_S = 0.004


async def lived(pauses: Sequence[float]) -> tuple[int, int, int]:
    """Changes with these pauses after each: how many were made, what the last drawing showed, how many drawings."""
    made, shown = 0, []
    calm = Calm(lambda: shown.append(made), CALM_S)
    for pause in pauses:
        made += 1
        calm.changed()
        await asyncio.sleep(pause)
    await asyncio.sleep(3 * CALM_S)
    return made, shown[-1], len(shown)


@settings(max_examples=40)
@given(st.lists(st.sampled_from([0.0, CALM_S / 2, CALM_S, CALM_S * 1.5]), min_size=1, max_size=12))
def test_whatever_the_pauses_the_last_change_is_drawn(pauses: list[float]) -> None:
    """The first pull stayed 正在下载 on the screen until the next sync, when its end fell into another's calm."""
    made, shown, drawings = asyncio.run(lived(pauses))
    assert shown == made and drawings <= made


def test_a_burst_is_drawn_at_its_beginning_and_once_more_at_its_end() -> None:
    assert asyncio.run(lived([0.0] * 500))[2] <= 4


def test_a_window_that_is_gone_is_not_drawn_on() -> None:
    async def gone() -> int:
        shown: list[None] = []
        calm = Calm(lambda: shown.append(None), CALM_S)
        calm.changed()
        calm.changed()
        calm.stop()
        calm.changed()
        await asyncio.sleep(3 * CALM_S)
        return len(shown)

    assert asyncio.run(gone()) == 1
