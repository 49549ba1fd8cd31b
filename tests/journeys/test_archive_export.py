"""A household's archive between two phones and a real server (S5): asked for without a network on one, agreed to on the
other, taken by who asked, and recorded."""

from __future__ import annotations

import asyncio
import io
import zipfile

import pytest

from app.actions import Session
from app.actions.form_draft import Where
from app.domain.wire.errors import Problem
from app.ui.screens.door.archive_paths import archive_path
from app.ui.subjects.case.paths import WATCHED, path_of
from tests.journeys.conftest import MakeTown, Town
from tests.support.filled import built_in, fill, sign_all
from tests.support.forms import publish
from tests.support.saving_files import saving_files
from tests.support.screens import screens

ASKED, DECIDED = "archive_export", "archive_export_decision"


async def share(town: Town, *logins: str) -> None:
    for login in logins * 2:
        status = await (await town.phone(login)).sync_now()
        assert (status.waiting, status.refused) == (0, 0), login


@pytest.mark.proves("S5")
def test_one_asks_another_agrees_and_the_archive_comes_to_who_asked(
    make_town: MakeTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = make_town()
    town.staff["m1"] = town.server.add_staff("m1", "manager", name="M1")
    publish(town.server.store, *built_in(ASKED, DECIDED))
    files = saving_files(monkeypatch)
    saved, toasts, told = files.saved, files.toasts, files.told

    async def asked(desk: Session) -> str:
        town.networks["d1"].cut = lambda _: "before"
        async with screens(desk, archive_path(town.home)) as seen:
            await seen.tap("archive-export")
            assert "给谁？" in seen.words() and "3栋1单元1501" in seen.words()
        case = await fill(desk, ASKED, Where(household_id=town.home), whom="court", name="法院", why="取证")
        await sign_all(desk, case)
        async with screens(desk, path_of(case)) as seen:
            assert "还不能办：要由另一个人来办" in seen.words() and "export-ready" not in seen.ids()
        with pytest.raises(Problem):
            await fill(desk, DECIDED, Where(household_id=town.home), case, agreed="yes")
        town.networks["d1"].cut = lambda _: ""
        return case

    async def play() -> None:
        desk, boss = await town.phone("d1"), await town.phone("m1")
        case = await asked(desk)
        await share(town, "d1", "m1")
        async with screens(boss, WATCHED) as seen:
            assert "档案导出待批" in seen.words()
        await fill(boss, DECIDED, Where(household_id=town.home), case, agreed="yes")
        await sign_all(boss, case)
        await share(town, "m1", "d1")
        async with screens(boss, path_of(case)) as seen:
            assert "只能由申请人导出" in seen.words()
        async with screens(desk, path_of(case)) as seen:
            assert "还可以导出 1 次" in seen.words()
            town.networks["d1"].cut = lambda _: "before"
            await seen.tap("main-action")
            await told(1)
            town.networks["d1"].cut = lambda _: ""
            await seen.tap("main-action")
            await told(2)
        await share(town, "d1", "m1")
        async with screens(desk, path_of(case)) as seen:
            assert "不能导出：次数已经用完" in seen.words() and "第 1 次，D1 取走" in seen.words()
        looks = await boss.doors.looks(town.home)
        assert [(look.name, look.what) for look in looks if look.what == "export"] == [("D1", "export")]

    asyncio.run(play())
    ((name, data),) = saved
    assert name.startswith("住户档案 ") and name.endswith(".zip") and "网络" in toasts[0]
    assert "索引.pdf" in zipfile.ZipFile(io.BytesIO(data)).namelist()
