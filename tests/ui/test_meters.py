"""Meter rounds (M3), and trouble at doors from report to training (V6), in a window without a browser."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.ui.subjects.case.fill import hold_photo
from app.ui.subjects.case.paths import METERS, draft_key, meter_path, path_of
from app.ui.subjects.training.session import SESSION
from tests.actions.phones import SUPERVISOR, WORKER
from tests.actions.test_meters import MONTH, ROOMS, at, reader
from tests.actions.test_session import Team
from tests.support.filled import built_in, fill
from tests.support.forms import put_on_phone
from tests.support.pictures import picture
from tests.support.screens import Seen, screens


async def photo(seen: Seen, id: str) -> None:
    """Take the photo that a question asks for."""
    path = seen.path
    await seen.tap(id)
    case = path.rpartition("/")[2]
    await hold_photo(seen.ui, draft_key(case), case, picture(64, 48), "record")
    seen.ui.back()
    await seen.rest()
    assert seen.path == path


@pytest.mark.proves("M3")
def test_m3_from_today_each_door_is_one_tap_and_saving_lands_on_the_next(tmp_path: Path) -> None:
    team = Team(tmp_path)
    steward = reader(team)

    async def play() -> None:
        for room in ROOMS:
            await fill(steward, "meter_base", at(room), when="change", water="100", power="40")
        team.clock.forward(MONTH)
        (one,) = steward.meters.to_walk()
        async with screens(steward, "/") as seen:
            assert "要抄的表" in seen.words() and "水表 0 / 3" in seen.words()
            await seen.tap("meters-3栋")
            assert seen.path == meter_path(one.id)
            assert ROOMS[0] in seen.words() and "抄 1单元203" in seen.words() and "上次 100" in seen.words()
            await seen.tap("main-action")
            assert seen.path.startswith("/form/") and ROOMS[0] in seen.words()
            await seen.type("q-reading", "112")
            await photo(seen, "q-photo")
            await seen.tap("q-present-outside")
            await seen.tap("main-action")
            await seen.shows("水表 1 / 3", "抄 2单元1501", "用了 12")
            assert seen.path == meter_path(one.id)
            await seen.tap("not-read")
            await seen.tap("q-why-nobody")
            await seen.tap("main-action")
            await seen.shows("没抄到 1")
            assert seen.path == meter_path(one.id)
            await seen.tap(f"meter-{ROOMS[0]}")
            assert seen.path.startswith("/case/")
        await fill(steward, "meter_reading", at(ROOMS[2]), meter="water", reading="90", why_less="misread")
        async with screens(steward, meter_path(one.id)) as seen:
            assert "要再看的" in seen.words() and "比上次少" in seen.words()
            assert "抄 1单元203" in seen.words(), "water is done: power is next"
            await seen.tap("kind-water")
            assert "接着抄电表" in seen.words()
            await seen.tap("main-action")
            assert "抄 1单元203" in seen.words()
        for room in ROOMS:
            await fill(steward, "meter_reading", at(room), meter="power", reading="44")
        async with screens(steward, meter_path(one.id)) as seen:
            assert "3栋 抄完了" in seen.words() and "main-action" not in seen.ids()
            await seen.go(METERS)
            assert "抄完的楼" in seen.words()
            await seen.go(meter_path("gone"))
            assert "不在这台手机上" in seen.words()
        async with screens(steward, "/me") as seen:
            await seen.tap("me-meters")
            assert seen.path == METERS

    asyncio.run(play())


@pytest.mark.proves("V6")
def test_v6_trouble_stands_among_the_topics_of_the_next_training_and_its_answer_on_today(tmp_path: Path) -> None:
    team = Team(tmp_path)
    boss, worker = team[SUPERVISOR], team[WORKER]
    for session in (boss, worker):
        put_on_phone(session, *built_in("door_trouble", "door_trouble_answer"))

    async def play() -> None:
        case = await fill(worker, "door_trouble", at(ROOMS[0]), trouble="money", words="塞了两百", answer="yes")
        team.order.give(worker.store.entries("case", case), boss, worker)
        async with screens(boss, "/trainings") as seen:
            assert "塞了两百" in seen.words() and "待答复" in seen.words()
            await seen.tap(f"trouble-{case[-8:]}")
            assert seen.path == path_of(case)
            await seen.tap("next-door_trouble_answer")
            await seen.type("q-said", "谢谢，公司有规定，不能收。")
            await seen.tap("main-action")
            assert seen.path == path_of(case)
        answered = [one for one in boss.store.entries("case", case) if one.author == SUPERVISOR]
        team.order.give(answered, worker)
        async with screens(worker, "/") as seen:
            assert "公司答复了您遇到的问题" in seen.words() and "不能收" in seen.words()
            await seen.tap(f"answer-{case[-8:]}")
            assert seen.path == path_of(case)
        async with screens(worker, "/") as seen:
            assert "公司答复了您遇到的问题" not in seen.words(), "it was read"
        async with screens(boss, SESSION) as seen:
            await seen.tap(f"trouble-{case[-8:]}")
            await seen.tap(f"present-{WORKER}")
            await seen.tap("main-action")
            assert seen.path.startswith("/training/")
        assert boss.troubles.to_teach() == []

    asyncio.run(play())
