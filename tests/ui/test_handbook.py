"""应知应会 on its screens, without a browser: found and rung at once, signed as read, who has not, what is offered
where one types; and published at a desk over the real interface (T)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import flet as ft
import pytest

from app.actions import Session
from app.actions.models import MatterForm
from app.domain import roles
from app.domain.writing.pages import unknown
from app.ui.screens.handbook.help import STEPS, TOPICS, help_pages
from app.ui.screens.handbook.paths import HANDBOOK, OFFICE, about_path, page_path
from sync_server.api import create_app
from sync_server.handbook import compile_files
from sync_server.settings import Settings
from sync_server.store.estate import handbook
from tests.actions.phones import SUPERVISOR, WORKER
from tests.actions.test_session import Team
from tests.support.field_device import FieldDevice
from tests.support.handbook import CONDUCT, PHONES, drafts, put_on_phone
from tests.support.screens import Seen, screens
from tests.support.server import StoreHelper
from tests.ui.test_office_forms import Cut, Hands, give_post
from tests.ui.test_registers import Interface, until
from tools.demo.handbook import built_in

AVOID = "---\n类别: 忌语\n标题: 忌语\n---\n| 不说 | 可以说 |\n| --- | --- |\n| 不知道 | 我帮您问 |"
POLITE = "---\n类别: 用语\n标题: 用语\n---\n## 道歉\n- 对不起，让您久等了"


@pytest.fixture
def team(tmp_path: Path) -> Team:
    made = Team(tmp_path)
    for phone in made.phones.values():
        phone.store.put_settings({"first_pull_done": True})
    return made


@pytest.fixture
def helper(tmp_path: Path) -> Iterator[StoreHelper]:
    made = StoreHelper(f"sqlite:///{tmp_path / 'server.db'}", tmp_path / "server")
    yield made
    made.store.close()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were opened."""
    opened: list[str] = []

    async def launch(_launcher: object, url: str, **_more: object) -> None:
        opened.append(url)

    monkeypatch.setattr(ft.UrlLauncher, "launch_url", launch)
    return opened


async def search(seen: Seen, text: str) -> None:
    """Type into the search, and let its pause pass."""
    await seen.type("handbook-find", text)
    await asyncio.sleep(0.21)
    await seen.rest()


@pytest.mark.proves("T1")
def test_a_number_is_found_by_initials_and_rings_from_the_list_and_from_the_page(team: Team, rung: list[str]) -> None:
    phone = team[WORKER]
    (id_,) = put_on_phone(phone, *drafts(常用电话=PHONES))

    async def play() -> None:
        async with screens(phone, HANDBOOK) as seen:
            assert seen.ids().index("handbook-find") < seen.ids().index("page-常用电话"), "the search stands first"
            await search(seen, "pcs")
            assert "派出所 0755-0000 8110" in seen.words()
            await seen.tap("call-常用电话")
            await search(seen, "zzzz")
            assert "zzzz" in seen.words() and "page-常用电话" not in seen.ids()
            await seen.go(page_path(id_))
            await seen.tap("call-4")
        assert rung == ["tel:075500008110", "tel:119"]

    asyncio.run(play())


@pytest.mark.proves("T4")
def test_a_document_stands_on_today_is_signed_by_one_tap_and_the_supervisor_sees_who_has_not(team: Team) -> None:
    must = drafts(规范=CONDUCT.format(must="维修工, 客服主管", more="不收礼"))
    for phone in team.phones.values():
        (id_,) = put_on_phone(phone, *must, now=phone.now())
    worker, boss = team[WORKER], team[SUPERVISOR]

    async def play() -> None:
        async with screens(worker, "/") as seen:
            await seen.tap("to-sign-规范")
            assert seen.path == page_path(id_) and "readers" not in seen.ids()
            await seen.tap("main-action")
            assert "main-action" not in seen.ids() and "read-at" in seen.ids()
            await seen.go("/")
            assert "to-sign-规范" not in seen.ids()

    asyncio.run(play())
    signed = [item.entry for item in worker.unsent() if item.entry.kind == "page_read"]
    assert len(signed) == 1
    team.order.give(signed, *team.phones.values())

    async def look() -> None:
        async with screens(boss, page_path(id_)) as seen:
            await seen.tap("readers")
            ids = seen.ids()
            assert ids.index("not_read") < ids.index("read") < ids.index(f"reader-{WORKER}")
            await seen.tap(f"reader-{WORKER}")
            assert seen.path == f"/reading/{signed[0].subject_id}" and "服务规范" in seen.words()
            await seen.tap("to-page")
            assert seen.path == page_path(id_)
            await seen.go("/duties")
            assert "签「已阅」" in seen.words()

    asyncio.run(look())


@pytest.mark.proves("T2")
def test_what_is_new_is_marked_until_it_was_opened(team: Team) -> None:
    phone = team[WORKER]
    put_on_phone(phone, *drafts(常用电话=PHONES))

    async def play() -> None:
        async with screens(phone, HANDBOOK) as seen:
            assert "handbook-kind-new" not in seen.ids(), "before the first look nothing is"
            put_on_phone(phone, *drafts(常用电话=PHONES.replace("119", "120"), 忌语=AVOID))
            await until(seen, "handbook-kind-new")
            assert "新 2" in seen.words()
            await seen.tap("page-忌语")
            await seen.go("/me")
            assert "新 1" in seen.words()
            await seen.go(HANDBOOK)
            await seen.tap("handbook-kind-new")
            assert "page-常用电话" in seen.ids() and "page-忌语" not in seen.ids()
            await seen.tap("handbook-seen")
            assert "handbook-kind-new" not in seen.ids()

    asyncio.run(play())


@pytest.mark.proves("T3")
def test_a_ticket_a_visit_and_a_point_lead_to_what_concerns_them(team: Team) -> None:
    phone = team[WORKER]
    leak = "---\n类别: 规程\n标题: 漏水\n用于: 工单\n标签: 漏水\n---\n先关总阀"
    put_on_phone(phone, *drafts(漏水=leak, 常用电话=PHONES))
    ticket = team.ticket()

    async def play() -> None:
        async with screens(phone, f"/ticket/{ticket}") as seen:
            await seen.tap("handbook")
            assert seen.path == about_path("ticket", ticket)
            assert "page-漏水" in seen.ids() and "page-常用电话" not in seen.ids()
            await search(seen, "火警")
            assert "page-常用电话" in seen.ids(), "and all else is one search away"
            await seen.go(about_path("visit"))
            assert "没有和这里有关的页面" in seen.words()

    asyncio.run(play())


def test_a_word_not_to_use_is_told_quietly_and_phrases_are_offered_where_one_writes(team: Team) -> None:
    phone = team[SUPERVISOR]
    put_on_phone(phone, *drafts(忌语=AVOID, 用语=POLITE))
    matter = team.do(phone.matters.open(MatterForm("complaint", "楼上漏水", contact_name="张伟"))).subject_id

    async def play() -> None:
        async with screens(phone, f"/matter/{matter}/tell") as seen:
            await seen.type("ask-what", "这个我不知道")
            assert "「不知道」不宜说" in seen.words()
            await seen.tap("ask-what-instead")
            assert "ask-what-wording" not in seen.ids()
            field = next(c for c in seen.below("ask-what") if isinstance(c, ft.TextField))
            assert field.value == "这个我我帮您问"
            await seen.tap("polite")
            await seen.tap_over("polite-0-0")
            field = next(c for c in seen.below("ask-what") if isinstance(c, ft.TextField))
            assert field.value == "这个我我帮您问，对不起，让您久等了"

    asyncio.run(play())


@pytest.fixture
def boss(team: Team, helper: StoreHelper) -> Session:
    """The manager's phone, which reaches the server."""
    phone = team[SUPERVISOR]
    give_post(phone, roles.MANAGER)
    phone.store.put_settings({"token": FieldDevice(helper, helper.add_staff("m", roles.MANAGER)).token})
    phone.engine.transport = Interface(create_app(helper.store, Settings()))
    return phone


async def choose(seen: Seen, name: str, text: str, then: str, tap: str = "main-action") -> None:
    seen.ui.hardware.files = Hands((name, text.encode()))
    await seen.tap(tap)
    await until(seen, then)


@pytest.mark.proves("T2")
def test_pages_from_their_faults_over_what_changes_to_the_next_version_and_the_end(
    boss: Session, helper: StoreHelper
) -> None:
    def listed() -> dict[str, tuple[int, str]]:
        with helper.store.read() as connection:
            return {one.page: (one.versions[0].version, one.ended) for one in handbook.listed(connection)}

    async def play() -> None:
        async with screens(boss, OFFICE) as seen:
            await until(seen, "empty")
            await seen.tap("main-action")
            await choose(seen, "电话.md", PHONES.replace("电话\n标题", "什么\n标题"), "page-faults")
            assert "第 2 行" in seen.words() and "类别「什么」不认识" in seen.words() and listed() == {}
            await choose(seen, "电话.md", PHONES, "page-changes")
            await choose(seen, "忌语.md", AVOID, "change-忌语", "second-action")
            assert "新页面" in seen.words() and listed() == {}
            await seen.tap("main-action")
            await until(seen, "office-page-电话")
            assert listed() == {"电话": (1, ""), "忌语": (1, "")}
            await seen.tap("main-action")
            await choose(seen, "电话.md", PHONES, "the-same")
            await choose(seen, "电话.md", PHONES.replace("119", "120"), "page-changes")
            assert "第 2 版" in seen.words()
            await seen.tap("main-action")
            await until(seen, "office-page-电话")
            await seen.tap("office-page-电话")
            await until(seen, "page-facts")
            await seen.tap("versions")
            await until(seen, "version-1")
            await seen.tap("version-1")
            await until(seen, "old-version")
            assert "火警" in seen.words() and "119" in seen.words()
            await seen.go(f"{OFFICE}/page/{handbook.page_id('电话', None)}")
            await until(seen, "withdraw")
            await seen.tap("withdraw")
            await seen.tap_over("withdraw-ask-yes")
            for _ in range(200):
                if listed()["电话"] == (2, "withdrawn"):
                    break
                await asyncio.sleep(0.02)
            assert listed() == {"电话": (2, "withdrawn"), "忌语": (1, "")}

    asyncio.run(play())


def test_without_a_network_and_for_others_publishing_says_so(boss: Session) -> None:
    boss.engine.transport = Cut()

    async def play() -> None:
        async with screens(boss, OFFICE) as seen:
            await until(seen, "needs-network")
            give_post(boss, roles.STEWARD)
            await seen.go(f"{OFFICE}/publish")
            assert "main-action" not in seen.ids()

    asyncio.run(play())


def test_each_page_of_the_built_in_handbook_is_drawn_in_both_languages_and_large_letters(team: Team) -> None:
    phone = team[WORKER]
    ids = put_on_phone(phone, *compile_files(built_in()).pages, now=phone.now())

    async def play() -> None:
        for look in ({}, {"language": "en", "scale": 2.0, "theme_mode": "dark"}):
            async with screens(phone, HANDBOOK, **look) as seen:  # type: ignore[arg-type]
                for id_ in ids:
                    await seen.go(page_path(id_))
                    page = phone.handbook.page(id_)
                    assert page is not None and page.said("en" if look else "zh") in seen.words(), id_
                    assert "went-wrong" not in seen.ids() and "显示不了" not in seen.words()

    asyncio.run(play())


def test_a_first_day_has_a_tour_and_each_main_screen_a_page_that_search_finds(team: Team) -> None:
    phone = team[WORKER]

    async def play() -> None:
        async with screens(phone, "/") as seen:
            await seen.tap("tour-start")
            said = set()
            for _ in STEPS:
                said.add(seen.words())
                await seen.tap("main-action")
            assert len(said) == len(STEPS) and seen.path == "/"
            await seen.go("/me")
            await seen.tap("me-help")
            assert "page-help-ticket" in seen.ids() and "tour-start" in seen.ids()
            await search(seen, "wxd")
            await seen.tap("page-help-ticket")
            assert "接单" in seen.words() and "versions" not in seen.ids()

    asyncio.run(play())
    assert {page.page for page in help_pages()} == {f"help-{topic}" for topic in TOPICS}
    assert all(set(page.text) == {"zh", "en"} and not list(unknown(page.text["zh"])) for page in help_pages())
