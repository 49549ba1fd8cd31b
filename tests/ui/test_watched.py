"""What is still to come of cases, and what a step lacks, in a window without a browser (K5, K6, N2, N5)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.form_draft import Where
from app.ui.subjects.case.paths import FORMS, WATCHED, path_of
from tests.actions.phones import DESK, STEWARD
from tests.actions.test_session import HOME, Team
from tests.support.filled import built_in, fill
from tests.support.forms import put_on_phone
from tests.support.screens import screens

FLAT = Where(household_id=HOME)
WORK = {"who": "owner", "kind": "full", "papers": "licence plans leader workers", "contractor": "宏远装饰"}
DAY = 24 * 60


@pytest.mark.proves("K5", "K6")
def test_a_refund_names_what_it_lacks_before_anybody_fills_it_in_and_stands_in_its_list(tmp_path: Path) -> None:
    team = Team(tmp_path)
    desk = team[DESK]
    put_on_phone(desk, *built_in("decoration_filing", "decoration_final", "decoration_refund"))

    async def play() -> None:
        case = await fill(desk, "decoration_filing", FLAT, start="2026-11-21", until="2026-11-30", **WORK)
        async with screens(desk, FORMS) as seen:
            assert "在办与到期：1" in seen.words()
            await seen.tap("to-watched")
            assert seen.path == WATCHED and "装修快到期" in seen.words() and "宏远装饰" in seen.words()
        team.clock.forward(10 * DAY)
        async with screens(desk, WATCHED) as seen:
            assert "装修超期" in seen.words()
        await fill(desk, "decoration_final", FLAT, case, found="no")
        async with screens(desk, path_of(case)) as seen:
            assert "还不能办：使用满 3 个月要到 2027-03-01" in seen.words()
        team.clock.forward(91 * DAY)
        async with screens(desk, WATCHED) as seen:
            assert "保证金可退未退" in seen.words()

    asyncio.run(play())


@pytest.mark.proves("N2", "N5")
def test_a_permit_shows_its_code_and_is_found_by_it(tmp_path: Path) -> None:
    steward = Team(tmp_path)[STEWARD]
    put_on_phone(steward, *built_in("goods_permit", "visitor_in"))

    async def play() -> None:
        goods = [{"what": "沙发", "number": "1"}]
        permit = await fill(steward, "goods_permit", FLAT, who="owner", agrees="phone", goods=goods)
        await fill(steward, "visitor_in", FLAT, why="visit", name="周先生", **{"pass": "V08"})
        code = str(steward.card("case", permit).number)  # type: ignore[union-attr]
        async with screens(steward, path_of(permit)) as seen:
            assert f"{code[:4]} {code[4:]}" in seen.words() and "permit-code" in seen.ids()
        async with screens(steward, WATCHED) as seen:
            assert "放行条可用" in seen.words() and "来访未离开" in seen.words()
            await seen.type("watched-find", code)
            await asyncio.sleep(0.3)
            assert "来访未离开" not in seen.words() and "沙发 1" in seen.words()
            await seen.type("watched-find", "87654321")
            await asyncio.sleep(0.3)
            assert "没有找到" in seen.words()

    asyncio.run(play())
