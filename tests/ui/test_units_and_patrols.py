"""Vacant units and patrol rounds in a window without a browser: from 今日 or a tag to the form, and back (H, I)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.domain.writing.tags import UNIT
from app.ui.kit.notices import Sheets
from tests.actions.phones import SERVICE, Clock
from tests.actions.test_units_and_patrols import EMPTY, OTHER, ROUTE, named, walker, with_units
from tests.support.screens import screens


@pytest.mark.proves("H1", "H4")
def test_h1_a_unit_is_checked_from_today_in_one_tap_and_its_page_says_so(tmp_path: Path) -> None:
    session = with_units(tmp_path)

    async def play() -> None:
        async with screens(session, "/") as seen:
            assert "空置房待查" in seen.words() and f"check-{OTHER}" in seen.ids()
            await seen.tap(f"check-{EMPTY}")
            assert seen.path.startswith("/form/") and EMPTY in seen.words()
            await seen.type("q-tag", "U00000000")
            await seen.type("q-water", "128")
            await seen.type("q-power", "3051")
            await seen.tap("q-found-no")
            await seen.tap("main-action")
            assert seen.path.endswith("/sign")
        async with screens(session, "/units") as seen:
            assert "待查 1" in seen.words() and "全部 2" in seen.words()
            await seen.tap("which-all")
            assert all(word in seen.words() for word in ("2 层", "16 层", "本次已查"))
            await seen.tap(f"unit-{EMPTY}")
            words = seen.words()
            assert "水表读数（吨）" in words and "128" in words and "再查一次" in words

    asyncio.run(play())


@pytest.mark.proves("H2")
def test_h2_the_doors_tag_opens_the_check_with_the_tag_in_it_and_another_units_is_refused(tmp_path: Path) -> None:
    session = with_units(tmp_path)
    mine, other = named(session, UNIT, EMPTY, "2345"), named(session, UNIT, OTHER, "2346")

    async def play() -> None:
        async with screens(session, f"/t/{mine}") as seen:
            assert seen.path.startswith("/form/") and EMPTY in seen.words()
            assert mine in [getattr(one, "value", "") for one in seen.controls()]
            await seen.type("q-water", "128")
            await seen.type("q-power", "3051")
            await seen.tap("q-found-no")
            await seen.type("q-tag", other)
            path = seen.path
            await seen.tap("main-action")
            assert seen.path == path and OTHER in seen.words() + seen.told()

    asyncio.run(play())


@pytest.mark.proves("I1", "I2")
def test_i1_a_round_is_walked_from_today_and_each_point_is_two_taps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sheets, "PATIENCE_S", 0.0)  # no client says that a sheet has closed
    session = walker(tmp_path)
    (running,) = session.patrols.open()

    async def play() -> None:
        async with screens(session, "/") as seen:
            assert "现在要巡" in seen.words()
            await seen.tap("walk-日间")
            assert seen.path == f"/patrol/{ROUTE}/{running.period}" and "扫下一个：大堂" in seen.words()
            await seen.tap("point-大堂")
            await seen.tap_over("unscanned-damaged")
            await seen.rest()
            assert seen.path.startswith("/form/") and "大堂的做法" in seen.words()
            await seen.tap("q-found-no")
            await seen.tap("main-action")
            assert seen.path.startswith("/patrol/") and "扫下一个：水泵房" in seen.words()
            await seen.tap("point-水泵房")
            await seen.tap_over("skip")
            await seen.rest()
            await seen.tap("q-reason-locked")
            await seen.tap("main-action")
            assert seen.path.startswith("/patrol/") and "未巡，有说明" in seen.words()
        async with screens(session, f"/t/{running.route.points[0].tag}") as seen:
            assert "不认识" not in seen.words()

    asyncio.run(play())


@pytest.mark.proves("I5")
def test_i5_what_was_missed_is_red_for_the_supervisor(tmp_path: Path) -> None:
    clock = Clock()
    boss = walker(tmp_path, SERVICE, clock)
    clock.forward(90)

    async def play() -> None:
        async with screens(boss, "/patrols") as seen:
            words = seen.words()
            assert "漏 2" in words and "日间 · 近 30 天" in words
            await seen.tap("round-日间-11:00")
            assert seen.words().count("漏巡") == 2
        async with screens(boss, "/duties") as seen:
            assert "巡检" in seen.words()

    asyncio.run(play())
