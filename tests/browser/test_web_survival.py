"""What may happen to a web app on a phone in its weeks: updates, browsers that throw things away, other storage."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from app.domain import wire
from app.domain.kinds import VISIT
from app.store.queries import CardFilter
from tests.browser.web_day import PATIENCE_MS, WebDay, web_day
from tests.support import web_app
from tests.support.flet_driver import AppDriver
from tests.support.web_app import AppPage

DOOR: Final = "3栋1单元302"
OTHER_DOOR: Final = "3栋1单元303"
ASIDE: Final = "/openapi.json"
"""A page of the same origin that is not the app: from there its data can be looked at while it is closed."""

FORGET_APP: Final = """async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
}"""
FORGET_DATA: Final = """async () => {
    const root = await navigator.storage.getDirectory();
    for await (const name of root.keys()) await root.removeEntry(name, {recursive: true});
}"""
USE_COPIED: Final = """async () => {
    const root = await navigator.storage.getDirectory();
    const file = await (await root.getFileHandle('shangmen-store', {create: true})).createWritable();
    await file.write('copied');
    await file.close();
}"""


@pytest.fixture
def day(chromium: Browser, sqlite_url: str, tmp_path: Path, web_tree: Path) -> Iterator[WebDay]:
    """A day with a web app that a test may change: its files are the test's own."""
    mine = tmp_path / "web"
    shutil.copytree(web_tree, mine)
    with web_day(chromium, sqlite_url, tmp_path, mine) as running:
        yield running


def newer_version(web: Path) -> str:
    """Put a newer version in the place of the one served, as the recipe would write it down; its name."""
    page, listing = web / "index.html", web / "precache.json"
    page.write_text(page.read_text("utf-8").replace("</head>", '<meta name="test" content="newer"></head>'), "utf-8")
    told = web_app.listing(web)
    told["files"]["index.html"] = [hashlib.sha256(page.read_bytes()).hexdigest(), page.stat().st_size]
    told["version"] = hashlib.sha256(json.dumps(told["files"]).encode()).hexdigest()
    listing.write_text(json.dumps(told), "utf-8")
    for file in (page, listing):
        file.with_name(file.name + ".gz").unlink(missing_ok=True)
    return str(told["version"])


def nobody_home(phone: AppDriver, household: str) -> None:
    """An unsent visit, in two taps."""
    phone.go(f"/household/{household}")
    phone.see_id("household")
    phone.tap("nobody")
    phone.tap("nobody-nobody_home")
    phone.see("已记下：家里没人")


def half_a_form(phone: AppDriver, household: str, words: str) -> None:
    """A visit that is not finished."""
    phone.go(f"/visit/new/{household}")
    phone.see_id("visit-form")
    phone.tap("met-0")
    phone.type_into("said", words)


def visits_at(day: WebDay, household: str) -> list[str]:
    """Stages of a household's visits, as the server has them."""
    return [card.stage for card in day.desk().tickets(CardFilter(type=VISIT, household_id=household))]


def damage(page: AppPage, name: str) -> None:
    """Other bytes in the place of a file that the browser keeps, as many as before."""
    page.page.evaluate(
        """async name => {
            const [key] = (await caches.keys()).filter((key) => key.startsWith("shangmen-version-"));
            const cache = await caches.open(key);
            const bytes = await (await cache.match(name)).arrayBuffer();
            await cache.put(name, new Response(new Uint8Array(bytes.byteLength)));
        }""",
        name,
    )


def test_updates_damage_and_eviction_lose_neither_form_nor_unsent_work(
    day: WebDay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One phone's weeks: half an update, a damaged file, a whole update, an evicted app, and 请更新."""
    web, door, other = tmp_path / "web", day.household_id(DOOR), day.household_id(OTHER_DOOR)
    form = f"/visit/new/{other}"

    def current() -> str:
        return str(day.pocket.page.ask_service_worker("state")["current"])

    def all_is_there(phone: AppDriver) -> None:
        phone.see_id("visit-form", timeout_ms=PATIENCE_MS)
        assert phone.value_of("said") == "窗外的树挡光"

    phone = day.signed_in("steward")
    oldest = current()
    day.server.stop()
    nobody_home(phone, door)
    half_a_form(phone, other, "窗外的树挡光")

    # Half an update, and of the version that is there the app itself is damaged: mended, and still the old version.
    newest = newer_version(web)
    page_of_newest = (web / "index.html").read_bytes()
    (web / "index.html").unlink()
    day.server.start()
    page = day.pocket.page
    assert "error" in page.ask_service_worker("check")
    assert page.ask_service_worker("state")["next"] is None
    damage(page, "/python/app.zip")
    day.pocket.kill()
    phone = day.pocket.open(form)
    all_is_there(phone)
    assert current() == oldest

    # The update is whole: nothing changes under the running form; the next start is the new version's, server or not.
    (web / "index.html").write_bytes(page_of_newest)
    page = day.pocket.page
    assert "error" not in page.ask_service_worker("check")
    page.wait_for_mark("update-ready")
    all_is_there(phone)
    assert current() == oldest
    day.server.stop()
    day.pocket.kill()
    phone = day.pocket.open(form)
    all_is_there(phone)
    assert current() == newest

    # The browser throws the app away, not the data.
    page = day.pocket.page
    page.page.evaluate(FORGET_APP)
    day.pocket.kill()
    day.server.start()
    phone = day.pocket.open(form)
    all_is_there(phone)

    # The server takes nothing from this version any more: said, and not while a form is open; then by one tap.
    day.pocket.page.wait_for_mark("kept")
    monkeypatch.setattr(wire, "OLDEST_PROTOCOL", wire.PROTOCOL + 1)
    newest = newer_version(web)
    phone.tap("cloud")
    phone.see_id("sync")
    phone.tap("main-action")
    phone.see("请更新应用", timeout_ms=PATIENCE_MS)
    phone.tap("update-act")
    phone.see("有表单还没填完")
    phone.tap("back")
    phone.see_id("visit-form")
    phone.tap("back")
    phone.see_id("household")
    phone.tap("cloud")
    started = day.pocket.page.page.evaluate("performance.timeOrigin")
    phone.tap("update-act")
    day.pocket.page.wait_until(f"performance.timeOrigin > {started}", seconds=60)
    day.pocket.page.usable()
    assert current() == newest
    monkeypatch.undo()
    phone.start(form)
    all_is_there(phone)
    phone.go(f"/household/{door}")
    phone.see("全部已上传", timeout_ms=2 * PATIENCE_MS)
    assert visits_at(day, door) == ["not_met"]


def quota(page: AppPage, left: int | None) -> None:
    """The browser has so many bytes left for this site; None: as many as it likes."""
    keys = page.page.context.new_cdp_session(page.page)
    used = page.page.evaluate("async () => (await navigator.storage.estimate()).usage")
    limit = {} if left is None else {"quotaSize": used + left}
    keys.send("Storage.overrideQuotaForOrigin", {"origin": page.url, **limit})
    keys.detach()


def room_is_told_before_it_runs_out_and_a_full_phone_loses_nothing(day: WebDay, phone: AppDriver, door: str) -> None:
    """On 我的 and before it is too late; what no longer fits is said, and the same tap saves it when there is room."""
    page = day.pocket.page
    phone.go("/me")
    phone.see("空间不足时浏览器可能清理")
    phone.tap("ask-to-keep")
    phone.see("浏览器暂不同意")
    quota(page, 60_000_000)
    phone.go("/")
    phone.see_id("today")
    phone.go("/me")
    phone.see("存储空间快满了")
    quota(page, 0)
    phone.go(f"/household/{door}")
    phone.tap("nobody")
    phone.tap("nobody-nobody_home")
    phone.see("手机存储空间已满", timeout_ms=20_000)
    phone.tap("problem-close")
    phone.gone_id("problem")
    quota(page, None)
    phone.tap("nobody")
    phone.tap("nobody-nobody_home")
    phone.see("已记下：家里没人")


def a_network_or_a_look_starts_a_sync(page: AppPage) -> None:
    """With nothing to send the phone asks for news every 45 s; it asks at once when it has reason to."""
    for event in (
        "dispatchEvent(new Event('online'))",
        "document.dispatchEvent(new Event('visibilitychange'))",
    ):
        with page.page.context.expect_event("response", lambda came: came.url.endswith("/v1/sync"), timeout=8_000):
            page.page.evaluate(event)
        page.page.wait_for_timeout(500)


def test_the_browser_throws_the_data_away_but_not_the_app(day: WebDay) -> None:
    """What was sent comes back after signing in again; the app starts and says that nobody is signed in."""
    door = day.household_id(DOOR)
    phone = day.signed_in("steward")
    room_is_told_before_it_runs_out_and_a_full_phone_loses_nothing(day, phone, door)
    phone.see("全部已上传", timeout_ms=PATIENCE_MS)
    a_network_or_a_look_starts_a_sync(day.pocket.page)
    day.pocket.close()
    aside = day.pocket.start()
    aside.page.goto(day.server.url + ASIDE)
    aside.page.evaluate(FORGET_DATA)
    day.pocket.close()
    day.server.stop()
    phone = day.pocket.open()
    phone.see_id("sign-in", timeout_ms=PATIENCE_MS)
    day.server.start()
    phone.go(f"/join/{day.code_for('steward')}")
    phone.see_id("today", timeout_ms=PATIENCE_MS)
    phone.gone_id("first-pull", timeout_ms=PATIENCE_MS)
    phone.go(f"/household/{door}")
    phone.see("家里没人", timeout_ms=PATIENCE_MS)


def test_the_second_store_keeps_as_well(day: WebDay) -> None:
    """Where files can only be written whole, what was said to be saved is there after a kill, too."""
    aside = day.pocket.start()
    aside.page.goto(day.server.url + ASIDE)
    aside.page.evaluate(USE_COPIED)
    day.pocket.close()
    door, other = day.household_id(DOOR), day.household_id(OTHER_DOOR)
    phone = day.signed_in("steward")
    day.server.stop()
    nobody_home(phone, door)
    half_a_form(phone, other, "楼下很吵")
    phone.page.wait_for_timeout(800)
    day.pocket.kill()
    phone = day.pocket.open(f"/visit/new/{other}")
    phone.see_id("visit-form", timeout_ms=PATIENCE_MS)
    assert phone.value_of("said") == "楼下很吵"
    day.server.start()
    phone.go(f"/household/{door}")
    phone.see("全部已上传", timeout_ms=2 * PATIENCE_MS)
    assert visits_at(day, door) != []
    for page in day.pocket.pages:
        assert page.outside == []
