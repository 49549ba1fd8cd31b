"""A new type of record needs nothing of what is shared: one that lives in ``tests/toy`` goes where the others go."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.actions import CardFilter
from app.domain.times import DAY
from app.domain.wire.errors import Problem
from app.ui.screens import subject as pages
from app.ui.screens import verify
from app.ui.screens.phone.sync import entry_name
from app.ui.subjects import face_of
from sync_server.store.subjects.sheet import photos, signatures
from tests import toy
from tests.journeys.conftest import MakeTown, Town, unsent_ids
from tests.support.field_work import signature
from tests.support.pictures import picture
from tests.support.screens import screens
from tests.toy.lamp import LAMP, REPAIRED, LampCard
from tests.toy.sheet import lamps

LIGHT = "00000000-0000-4000-8000-00000000001a"
NAMED = {"name": "南门 3 号灯", "light": "led", "address": "南门"}


@pytest.fixture
def with_lamps() -> Iterator[None]:
    with toy.installed():
        yield


@pytest.fixture
def lit(make_town: MakeTown, with_lamps: None) -> Town:
    """A town whose server and phones know street lamps; its empty database is copied from one that knows none."""
    town = make_town()
    for login in ("s1", "s2"):
        town.server.add_staff(login, "service_supervisor", name=login.upper())
    return town


def test_a_dark_lamp_is_somebodys_move_on_today_until_it_burns(lit: Town) -> None:
    async def play() -> None:
        one, desk = await lit.phone("s1"), await lit.phone("d1")
        await one.record(LAMP, LIGHT, "lamp_named", NAMED)
        assert one.today().tickets == ()
        await one.record(LAMP, LIGHT, "lamp_checked", {"lit": False, "note": "不亮"})
        async with screens(one, "/") as seen:
            assert "南门 3 号灯" in seen.words() and "去看路灯" in seen.words() and one.today().new == {LIGHT}
            assert f"{LAMP}-{LIGHT}" in seen.ids()
        one.todo.saw(LAMP, LIGHT)
        assert [card.id for card in one.today().tickets] == [LIGHT] and one.today().new == frozenset()
        await one.sync_now()
        await desk.sync_now()
        assert desk.today().tickets == (), "whose post has no move sees none"
        await one.record(LAMP, LIGHT, "lamp_checked", {"lit": True})
        assert one.today().tickets == ()

    asyncio.run(play())


def test_a_lamp_goes_from_phone_to_phone_and_to_the_desk(lit: Town) -> None:
    async def play() -> None:
        one, two = await lit.phone("s1"), await lit.phone("s2")
        await one.record(LAMP, LIGHT, "lamp_named", NAMED)
        with pytest.raises(Problem, match="field_missing"):
            await one.record(LAMP, LIGHT, "lamp_checked", {"lit": False})
        await one.record(LAMP, LIGHT, "lamp_checked", {"lit": False, "note": "不亮"})
        await one.photos.add(LAMP, LIGHT, picture(640, 480), "record")
        assert {entry_name(item) for item in one.unsent()} == {"登记路灯", "查看路灯", "照片"}
        assert "南门 3 号灯" in one.rescue_file().decode()
        assert (await one.sync_now()).waiting == 0
        # On the other phone: found by its name, its clock runs, and it is signed for.
        await two.sync_now()
        (card,) = two.store.cards(CardFilter(type=None, text="3 号灯"))
        assert (card.type, card.stage, card.as_(LampCard)) == (LAMP, "dark", LampCard("led", 1))
        assert card.clock is not None and card.clock.due == card.clock.start + 3 * DAY
        content = two.signing_content(LAMP, LIGHT, REPAIRED)
        await two.sign(signature(content, "李电工", "electrician", "staff"))
        # Meanwhile the first one names it again, which does not fit.
        second = (await one.record(LAMP, "00000000-0000-4000-8000-00000000001b", "lamp_named", NAMED)).subject_id
        await two.record(LAMP, second, "lamp_named", NAMED)
        for session in (one, two, one):
            await session.sync_now()
        desk = await lit.phone("d1")
        (flag,) = desk.flags()
        assert (flag.card.type, flag.reason) == (LAMP, "opened_twice")
        await desk.settle_flag(flag.entry.id, "set_aside")
        desk.in_view([(LAMP, LIGHT)])
        await desk.sync_now()
        assert desk.flags() == []
        verdict = await desk.server_verdict(LAMP, LIGHT)
        assert desk.verify(LAMP, LIGHT).intact and (verdict.standing, verdict.whole) == ("intact", True)
        # A correction takes the signature's ground away.
        opened = desk.subject(LAMP, LIGHT).steps[0].entry
        await desk.amend(opened.id, NAMED | {"name": "南门 4 号灯"}, "写错")
        await desk.sync_now()
        assert not desk.verify(LAMP, LIGHT).intact

    asyncio.run(play())
    with lit.server.store.read() as connection:
        rows = connection.execute(select(lamps.c.name, lamps.c.stage, lamps.c.checks).order_by(lamps.c.id)).all()
        assert [tuple(row) for row in rows] == [("南门 4 号灯", "dark", 1), ("南门 3 号灯", "lit", 0)]
        for table in (photos, signatures):
            kept = connection.execute(select(table.c.subject_type).where(table.c.subject_id == LIGHT)).all()
            assert [row.subject_type for row in kept] == [LAMP]


def test_a_lamp_has_its_pages_without_a_screen_of_its_own(lit: Town) -> None:
    async def play() -> None:
        desk = await lit.phone("d1")
        await desk.record(LAMP, LIGHT, "lamp_named", NAMED)
        await desk.record(LAMP, LIGHT, "lamp_checked", {"lit": False, "note": "灯罩碎了"})
        opened = desk.subject(LAMP, LIGHT).steps[0].entry
        routes = (*pages.routes_of(face_of(LAMP)), verify.route_of(face_of(LAMP)))
        async with screens(desk, f"/lamp/{LIGHT}", more=routes) as seen:
            words = seen.words()
            assert "南门" in words and "登记路灯" in words and "灯罩碎了" in words
            await seen.tap("verify")
            assert seen.path == f"/lamp/{LIGHT}/verify" and "登记" not in seen.told()
            seen.router.back()
            await seen.open(f"/lamp/{LIGHT}/amend/{opened.id}")
            await seen.type("amend-name", "南门 5 号灯")
            await seen.type("amend-reason", "写错了")
            await seen.tap("main-action")
            assert seen.path == f"/lamp/{LIGHT}" and "南门 5 号灯" in seen.words()

    asyncio.run(play())


def test_unsent_lamps_outlive_the_end_of_a_phone(lit: Town) -> None:
    async def play() -> None:
        session = await lit.phone("s1")
        await session.record(LAMP, LIGHT, "lamp_named", NAMED)
        await session.sync_now()
        mine = {(await session.record(LAMP, LIGHT, "lamp_checked", {"lit": True})).entries[0].id}
        session.store.wipe(None, session.profile.staff_id)
        assert unsent_ids(session) == mine

    asyncio.run(play())


@pytest.mark.parametrize("seeds", ["1..6", pytest.param("7..25", marks=pytest.mark.long)])
def test_lamps_hold_in_the_simulator(seeds: str) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.sim", "--toy", "--seeds", seeds, "--jobs", "1"]
    done = subprocess.run(command, cwd=root, env={**os.environ, "PYTHONHASHSEED": "0"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
