"""表单管理 at a desk, over the real interface without a browser: a file's faults, the try-out, publishing, versions,
withdrawing; and what can be wrong with a file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.actions import Session
from app.device.files import Chosen
from app.domain import roles
from app.domain.rules.scopes import ESTATE
from app.domain.subjects.case.kinds import CASE
from app.domain.wire.errors import NO_NETWORK, Problem
from app.domain.wire.exchange import Page
from app.store.queries import CardFilter
from app.sync.transport import Request, Response
from app.ui.screens.desk.office_forms import PATH
from sync_server.api import create_app
from sync_server.settings import Settings
from sync_server.store.estate import published_forms
from tests.actions.phones import SUPERVISOR, ref
from tests.actions.test_session import Team
from tests.server.test_form_answers import sheets
from tests.server.test_form_tables import fill
from tests.server.test_forms import table
from tests.support.field_device import FieldDevice
from tests.support.forms import lift_drill, publish, vacant_check
from tests.support.screens import Seen, screens
from tests.support.server import StoreHelper
from tests.ui.test_registers import Interface, until

SETTINGS = """
    form_title, form_id, version, posts, namespaces
    门岗巡查, gate_round, {version}, 秩序员 管家, shangmen="https://shangmen.local/xf"
"""
SURVEY = """
    type, name, label, required, bind::shangmen:raises, bind::shangmen:signer
    select_one yn, closed, 门关好了吗, yes, ,
    text, why, 为什么没关, , ,
    image, photo, 照片, yes, ,
    select_one yn, fix, 要维修吗, yes, public_repair,
    acknowledge, sign, 签名, , , guard
"""
YN = "list_name, name, label\nyn, yes, 是\nyn, no, 否"


def file(version: str = "1", survey: str = SURVEY, choices: str = YN) -> bytes:
    """A form of the office as a Markdown table."""
    return table(survey, choices, SETTINGS.format(version=version))


class Hands:
    """See ``app.device.files.Files``: gives the files that were laid in, one after the other."""

    def __init__(self, *files: tuple[str, bytes]) -> None:
        self.files = list(files)
        self.asked: list[tuple[str, ...]] = []

    async def pick(self, endings: Sequence[str]) -> Chosen | None:
        """The next one."""
        self.asked.append(tuple(endings))
        return Chosen(*self.files.pop(0))


class Cut:
    """No network."""

    async def send(self, request: Request) -> Response:
        """Fail as a phone without a network does."""
        raise Problem(NO_NETWORK)


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[StoreHelper]:
    made = StoreHelper(f"sqlite:///{tmp_path / 'server.db'}", tmp_path / "server")
    yield made
    made.store.close()


def give_post(phone: Session, post: str) -> None:
    """Give the person of this phone one post, as the directory says it."""
    body = {"number": "M", "name": "周明", "roles": [post], "phone": "", "active": True, "building_ids": []}
    rows = (ref("staff", SUPERVISOR, **body),)
    phone.store.apply_page(Page(ESTATE, phone.store.cursors().get(ESTATE, 0), False, rows))


@pytest.fixture
def boss(tmp_path: Path, helper: StoreHelper) -> Session:
    """The manager's phone, which reaches the server."""
    phone: Session = Team(tmp_path)[SUPERVISOR]
    give_post(phone, roles.MANAGER)
    token = FieldDevice(helper, helper.add_staff("m", roles.MANAGER)).token
    phone.store.put_settings({"first_pull_done": True, "token": token})
    phone.engine.transport = Interface(create_app(helper.store, Settings()))
    return phone


async def choose(seen: Seen, *files: tuple[str, bytes], then: str, tap: str = "main-action") -> Hands:
    hands = Hands(*files)
    seen.ui.hardware.files = hands
    await seen.tap(tap)
    await until(seen, then)
    return hands


async def until_says(seen: Seen, words: str) -> None:
    """Wait until the screen says it."""
    for _ in range(200):
        if words in seen.words():
            return
        await asyncio.sleep(0.02)
        await seen.rest()
    raise AssertionError(f"{words} does not come: {seen.words()}")


def published(helper: StoreHelper) -> dict[str, str]:
    """What the server holds: what became of each version."""
    with helper.store.read() as connection:
        return {one.version: one.ended for one in published_forms.listed(connection)}


def test_a_form_from_its_faults_over_the_try_out_to_the_next_version_and_its_end(
    boss: Session, helper: StoreHelper
) -> None:
    wrong = file(survey=SURVEY.replace("text, why", "video, why"))

    async def play() -> None:
        async with screens(boss, PATH) as seen:
            await until(seen, "empty")
            assert "还没有发布过表单" in seen.words()
            await seen.tap("main-action")
            await choose(seen, ("巡查.md", wrong), then="form-faults")
            words = seen.words()
            assert "巡查.md 有 1 处要改" in words and "第 3 行" in words and "不支持录像" in words
            assert published(helper) == {}
            await choose(seen, ("巡查.md", file()), then="form-about")
            assert "秩序员" in seen.words() and "管家" in seen.words() and "这是一张新表单" in seen.words()
            await seen.tap("main-action")  # 试填
            assert "什么都不会保存" in seen.words() and "去填：门关好了吗" in seen.words()
            await seen.tap("q-closed-yes")
            await seen.tap("q-photo")
            await seen.tap("q-fix-yes")
            await seen.tap("main-action")
            assert "会转出：公共维修" in seen.words() and "请秩序维护员签名" in seen.words()
            await seen.tap("main-action")
            assert seen.path == f"{PATH}/new"
            assert published(helper) == {} and boss.store.count(CardFilter(type=CASE)) == 0 and not boss.drafts()
            await seen.tap("main-action")
            await until(seen, "office-form-gate_round")
            assert published(helper) == {"1": ""}
            await seen.tap("main-action")
            await choose(seen, ("巡查.md", file(survey=SURVEY.replace("为什么没关", "原因"))), then="version-used")
            assert published(helper) == {"1": ""}, "another content under the same version is told before a try-out"
            second = SURVEY.replace("    text, why, 为什么没关, , ,\n", "") + "    text, note, 备注, , ,\n"
            await choose(seen, ("巡查.md", file("2", second)), then="form-differs")
            assert "备注" in seen.words() and "新增" in seen.words() and "为什么没关" in seen.words()
            await seen.tap("main-action")
            for id in ("q-closed-yes", "q-photo", "q-fix-yes", "main-action", "main-action"):
                await seen.tap(id)
            await seen.tap("main-action")
            await until(seen, "office-form-gate_round")
            await until_says(seen, "第 2 版")
            await seen.tap("office-form-gate_round")
            await until(seen, "versions")
            assert published(helper) == {"1": "replaced", "2": ""} and "已替换" in seen.words()
            await seen.tap("withdraw")
            await seen.tap_over("withdraw-ask-yes")
            await until(seen, "state-withdrawn")
            assert published(helper) == {"1": "replaced", "2": "withdrawn"}

    asyncio.run(play())


RING = "type, name, label, calculation\ncalculate, x, , ${y} + 1\ncalculate, y, , ${x} + 1"
LONG = "list_name, name, label\n" + "\n".join(f"l, v{n}, 村{n}" for n in range(5_000))


WRONG = (
    ("照片.docx", lambda: b"PK", "只收"),
    ("表.xlsx", lambda: b"no archive", "读不出来"),
    ("表.xlsx", lambda: bytes(20_000_000), "文件有 20 MB，最多 4 MB"),
    ("表.md", lambda: table(RING), "→"),
    ("表.md", lambda: table("type, name, label\nselect_one l, a, 甲", LONG), "pulldata"),
    (
        "表.md",
        lambda: file(choices=YN, survey=SURVEY).replace("秩序员".encode(), "老板".encode()),
        "不认识岗位「老板」",
    ),
    ("表.md", lambda: table("type, name, label\nselect_one_from_file doors.csv, a, 甲"), "没有附上文件 doors.csv"),
)


def test_what_can_not_be_a_form_is_told_and_the_page_goes_on(boss: Session, helper: StoreHelper) -> None:
    """A wrong kind of file, one that is too large, a ring, 5,000 choices, a post nobody has, a table that lacks."""

    async def play() -> None:
        async with screens(boss, f"{PATH}/new") as seen:
            for name, content, says in WRONG:
                await choose(seen, (name, content()), then="form-faults")
                assert says in seen.words(), seen.words()
            assert "settings" not in seen.words()
            doors = ("doors.csv", "name,label\n1,一\n".encode())
            await choose(seen, doors, then="form-about", tap="add-table")
            assert "doors.csv" in seen.words() and published(helper) == {}

    asyncio.run(play())


def test_without_a_network_and_for_others_the_page_says_so(boss: Session) -> None:
    boss.engine.transport = Cut()

    async def play() -> None:
        async with screens(boss, PATH) as seen:
            await until(seen, "needs-network")
            assert "表单管理需要网络" in seen.words() and "手机上已有的表单照常填写" in seen.words()
        async with screens(boss, f"{PATH}/new") as seen:
            await choose(seen, ("巡查.md", file()), then="needs-network")
            assert "main-action" in seen.ids(), "and the file can be chosen again"
            for post, path in (("steward", PATH), ("desk", f"{PATH}/new"), ("desk", f"{PATH}/x")):
                give_post(boss, post)
                await seen.go(path)
                assert "main-action" not in seen.ids() and "这里给前台和主管用" in seen.words(), path

    asyncio.run(play())


def test_what_is_in_force_is_found_and_says_for_whom_since_when_and_by_whom(boss: Session, helper: StoreHelper) -> None:
    publish(helper.store, vacant_check())

    async def play() -> None:
        async with screens(boss, PATH) as seen:
            await until(seen, "office-form-vacant_check")
            assert "全公司 · 所有岗位" in seen.words() and "没填过" in seen.words()
            await seen.tap("office-form-vacant_check")
            await until(seen, "office-form-facts")
            assert "命令行" in seen.words()
            await seen.tap("main-action")
            await until(seen, "try-out")
            assert "去填：冷水表读数" in seen.words()

    asyncio.run(play())


def test_a_register_is_saved_as_a_workbook(boss: Session, helper: StoreHelper, monkeypatch: pytest.MonkeyPatch) -> None:
    form = lift_drill()
    publish(helper.store, form)
    fill(FieldDevice(helper, "staff-m"), form, {"lift": "1号梯"})
    saved: list[tuple[str, bytes]] = []

    async def save(_picker: object, **said: Any) -> str:
        saved.append((said["file_name"], said["src_bytes"]))
        return "/下载/表.xlsx"

    monkeypatch.setattr("flet.FilePicker.save_file", save)
    toasts: list[str] = []
    monkeypatch.setattr("app.ui.context.Ui.toast", lambda _ui, words, **_more: toasts.append(words))

    async def told(many: int) -> None:
        for _ in range(500):
            if len(toasts) >= many:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(toasts)

    async def play() -> None:
        async with screens(boss, PATH) as seen:
            await until(seen, "office-form-lift_drill")
            await seen.tap("office-form-lift_drill")
            await until(seen, "export")
            await seen.tap("export")
            await told(1)
            boss.engine.transport = Cut()
            await seen.tap("export")
            await told(2)

    asyncio.run(play())
    [(name, data)] = saved
    assert toasts == ["已保存：/下载/表.xlsx", "导出需要网络，连上后再试"]
    assert name == "电梯困人演练.xlsx" and sheets(data)["电梯困人演练"][1][-1] == "1号梯"
