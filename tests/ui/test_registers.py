"""导入住户登记表 at a desk: the screens over the real interface, without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import flet as ft
import httpx
import pytest

from app.device.files import Chosen
from app.domain import roles
from app.sync.transport import Request, Response
from sync_server.api import create_app
from sync_server.settings import Settings
from sync_server.store.estate import registers
from tests.actions.phones import DESK, WORKER
from tests.actions.test_session import Team
from tests.estate.registers import HEADINGS, A, B, C, workbook
from tests.support.field_device import FieldDevice
from tests.support.screens import Seen, screens
from tests.support.server import StoreHelper


class Interface:
    """A transport to a server in this process."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def send(self, request: Request) -> Response:
        """Ask it."""
        way = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=way, base_url="http://server") as client:
            answer = await client.request(
                request.method, request.path, headers=dict(request.headers), content=request.body
            )
        return Response(answer.status_code, dict(answer.headers), answer.content)


class HandFiles:
    """See ``app.device.files.Files``: gives the file that lies in it."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    async def pick(self, endings: Sequence[str]) -> Chosen | None:
        """What was laid in."""
        assert "xlsx" in endings
        return Chosen("业主登记表.xlsx", self.data)


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[StoreHelper]:
    made = StoreHelper(f"sqlite:///{tmp_path / 'server.db'}", tmp_path / "server")
    yield made
    made.store.close()


@pytest.fixture
def team(tmp_path: Path, helper: StoreHelper) -> Team:
    """The desk's phone, which reaches the server."""
    made = Team(tmp_path)
    token = FieldDevice(helper, helper.add_staff("d", roles.DESK)).token
    phone = made.phones[DESK]
    phone.store.put_settings({"first_pull_done": True, "token": token})
    phone.engine.transport = Interface(create_app(helper.store, Settings()))
    return made


async def until(seen: Seen, id: str) -> None:
    """Wait until the screen shows it: the server works beside."""
    for _ in range(400):
        if id in seen.ids():
            return
        await asyncio.sleep(0.05)
        await seen.rest()
    raise AssertionError(f"{id} does not come: {seen.ids()} {seen.words()}")


async def choose(seen: Seen, data: bytes, then: str) -> None:
    seen.ui.hardware.files = HandFiles(data)
    await seen.tap("main-action")
    await until(seen, then)


def test_a_register_from_the_file_to_the_store(team: Team, helper: StoreHelper) -> None:
    """B1: chosen, asked about, shown with its counts, each list opens, and only 确认 brings it in."""
    heads = ["甲", *HEADINGS[:2]]
    content = workbook({"登记表": [heads, [A, "1-1-101", "张三"], [f"{B}、{C}", "1-1-102", "李四、王五、赵六"]]})

    async def go() -> None:
        async with screens(team[DESK], "/me") as seen:
            await seen.tap("me-registers")
            await choose(seen, content, "register-answer-phone")
            assert "甲" in seen.words() and A in seen.words()
            await seen.tap("register-answer-phone")
            await seen.tap("main-action")
            await until(seen, "register-answer")
            box = next(c for c in seen.controls() if isinstance(c, ft.TextField))
            await seen.event(box.on_change, box, data="荔园")
            await seen.tap("main-action")
            await until(seen, "register-preview")
            assert "确认导入 2 户" in seen.words()
            await seen.tap("register-doubtful")
            await until(seen, "register-lines")
            assert "登记表 A3" in seen.words() and "分不清是谁的" in seen.words()
            seen.router.back()
            await until(seen, "register-preview")
            await seen.tap("register-new")
            await until(seen, "register-lines")
            assert "表里 登记表 第 2 行" in seen.words()
            seen.router.back()
            await until(seen, "register-preview")
            assert registers.view(helper.store).households == []
            await seen.tap("main-action")
            await until(seen, "register-done")

    asyncio.run(go())
    assert [home["name"] for home in registers.view(helper.store).households] == ["张三", "李四"]


@pytest.mark.parametrize(
    ("content", "said"), [(b"\x89PNG..", "不是表格"), (workbook({"S": [["甲"], [1]]}), "没有找到住户登记表")]
)
def test_a_file_that_is_no_register_says_so(team: Team, content: bytes, said: str) -> None:
    """B1: a sentence that says what to do, and another file can be chosen."""

    async def go() -> str:
        async with screens(team[DESK], "/registers") as seen:
            await choose(seen, content, "went-wrong")
            return seen.words()

    words = asyncio.run(go())
    assert said in words and "换一个文件" in words


def test_without_a_network_it_says_so_and_others_have_no_door_to_it(team: Team) -> None:
    """B1: the server reads the file; a repair worker brings nothing in."""
    lift = team[WORKER].engine.transport

    async def go() -> tuple[str, list[str], str]:
        team.phones[DESK].engine.transport = lift
        async with screens(team[DESK], "/registers") as seen:
            await choose(seen, b"x", "needs-network")
            offline = seen.words()
        async with screens(team[WORKER], "/me") as seen:
            mine = seen.ids()
            await seen.go("/registers")
            return offline, mine, seen.words()

    offline, mine, theirs = asyncio.run(go())
    assert "导入需要网络" in offline
    assert "me-registers" not in mine and "选择文件" not in theirs
