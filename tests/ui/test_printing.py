"""打印 on the page of a record, over the real interface: which paper is asked where there are several, and a month's
register (K2, P4, Y1)."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from app.actions import Session
from app.actions.form_draft import Where
from app.domain.subjects.case.kinds import CASE
from app.ui.subjects.case.paths import FORMS, REGISTERS, path_of
from sync_server.api import create_app
from sync_server.settings import Settings
from tests.actions.phones import DESK
from tests.actions.test_session import HOME, Team
from tests.server.test_papers import texts
from tests.support.field_device import FieldDevice
from tests.support.filled import built_in, fill
from tests.support.forms import publish, put_on_phone
from tests.support.saving_files import saving_files
from tests.support.screens import screens
from tests.support.server import StoreHelper
from tests.ui.test_office_forms import Cut
from tests.ui.test_registers import Interface

FORM = "decoration_filing"


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[StoreHelper]:
    made = StoreHelper(f"sqlite:///{tmp_path / 'server.db'}", tmp_path / "server")
    yield made
    made.store.close()


@pytest.fixture
def desk(tmp_path: Path, helper: StoreHelper) -> Session:
    """The desk's phone, which reaches the server."""
    phone: Session = Team(tmp_path)[DESK]
    token = FieldDevice(helper, helper.add_staff("d", "desk")).token
    helper.store.now = phone.now
    phone.store.put_settings({"first_pull_done": True, "token": token})
    phone.engine.transport = Interface(create_app(helper.store, Settings(company="荔园物业")))
    return phone


def test_one_chooses_a_paper_of_a_case_and_a_month_of_a_register(
    desk: Session, helper: StoreHelper, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(helper.store, *built_in(FORM))
    put_on_phone(desk, *built_in(FORM))
    files = saving_files(monkeypatch)
    saved, toasts, told = files.saved, files.toasts, files.told

    async def play() -> None:
        case = await fill(desk, FORM, Where(household_id=HOME), who="owner", kind="full", contractor="宏图装饰",
                          papers="licence plans leader workers")  # fmt: skip
        body = dict(desk.cases.view(case).state.filled[0].body)
        server = FieldDevice(helper, "staff-d", desk.now)
        server.do("form_filled", (CASE, case), body | {"household_id": None, "unit_id": None, "building_id": None})
        async with screens(desk, path_of(case)) as seen:
            await seen.tap("print")
            await seen.tap_over("print-decoration_permit")
            await told(1)
            desk.engine.transport, there = Cut(), desk.engine.transport
            await seen.tap("print")
            await told(2)
            desk.engine.transport = there
        async with screens(desk, FORMS) as seen:
            await seen.tap("forms-tab-filled")
            await seen.tap("to-registers")
            assert seen.path == REGISTERS
            await seen.tap(f"register-{FORM}")
            await told(3)
            await seen.tap("register-keys")
            await told(4)
            assert "to-finance" in seen.ids() and "month-after" not in seen.ids()
            await seen.tap("kind-xlsx")
            assert "register-keys" not in seen.ids()
            await seen.tap(f"register-{FORM}")
            await told(5)
            for _ in range(11):
                await seen.tap("month-before")
            await seen.tap(f"register-{FORM}")
            await told(6)

    asyncio.run(play())
    (permit, month, keys, book, empty) = saved
    assert permit[0].startswith("装修许可证 ") and len(texts(permit[1])) == 3 and "宏图装饰" in texts(permit[1])[0]
    assert "打印要有网络" in toasts[1]
    assert month[0].startswith("装修申请表 ") and "荔园物业" in texts(month[1])[0] and "共1条" in texts(month[1])[0]
    assert keys[0].startswith("代保管单元钥匙申请表") and "没有登记" in texts(keys[1])[0]
    assert book[0] == "装修申请表 2026-11.xlsx" and empty[0] == "装修申请表 2025-12.xlsx"
    rows = [[*load_workbook(io.BytesIO(one[1])).worksheets[0].values] for one in (book, empty)]
    assert len(rows[0]) == 2 and "宏图装饰" in rows[0][1] and len(rows[1]) == 1, (
        "a month without anything has its heads"
    )
