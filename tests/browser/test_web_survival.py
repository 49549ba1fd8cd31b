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
from sqlalchemy import select

from app.domain.subjects.visit import VISIT
from app.store.queries import CardFilter
from build.web import packing
from sync_server.store.subjects.visit import visits
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
    """A day with a web app that a test may change: its files are the test's own. In all of it nobody but the server is
    asked for anything, by no window, worker or service worker."""
    mine = tmp_path / "web"
    shutil.copytree(web_tree, mine)
    with web_day(chromium, sqlite_url, tmp_path, mine) as running:
        yield running
        asked = [(page.outside, page.breaches) for page in running.pocket.pages]
    assert asked == [([], [])] * len(asked), "somebody else was asked, or the policy was broken"


def newer_version(web: Path) -> str:
    """Put a newer version in the place of the one served, as the recipe would write it down; its name."""
    page, listing = web / "index.html", web / "precache.json"
    page.write_text(page.read_text("utf-8").replace("</head>", '<meta name="test" content="newer"></head>'), "utf-8")
    told = web_app.listing(web)
    told["files"]["index.html"] = [hashlib.sha256(page.read_bytes()).hexdigest(), page.stat().st_size]
    told["version"] = hashlib.sha256(json.dumps(told["files"]).encode()).hexdigest()
    listing.write_text(json.dumps(told), "utf-8")
    for file in (page, listing):
        for ending in packing.ENDINGS:
            file.with_name(file.name + ending).unlink(missing_ok=True)
    return str(told["version"])


def damage(page: AppPage, name: str) -> None:
    """Other bytes in the place of a file of the version in use, as many as before: what a failing memory card does."""
    page.page.evaluate(
        """async ([version, name]) => {
            const cache = await caches.open(`shangmen-version-${version}`);
            const bytes = await (await cache.match(name)).arrayBuffer();
            await cache.put(name, new Response(new Uint8Array(bytes.byteLength)));
        }""",
        [current(page), name],
    )


def current(page: AppPage) -> str:
    """The version that the phone starts with."""
    return str(page.ask_service_worker("state")["current"])


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
    """Stages of a household's visits, as they stand in the store of the server."""
    with day.server.store.read() as connection:
        return list(connection.scalars(select(visits.c.stage).where(visits.c.household_id == household)))


def test_updates_and_damage_wait_for_the_next_start_and_lose_neither_form_nor_unsent_work(
    day: WebDay, tmp_path: Path
) -> None:
    """Half an update, then a damaged app without a network, then the whole update: one phone, one form throughout."""
    web, door, other = tmp_path / "web", day.household_id(DOOR), day.household_id(OTHER_DOOR)
    form = f"/visit/new/{other}"

    def all_is_there(phone: AppDriver, version: str) -> None:
        phone.see_id("visit-form", timeout_ms=PATIENCE_MS)
        assert phone.value_of("said") == "窗外的树挡光"
        assert current(day.pocket.page) == version

    phone = day.signed_in("steward")
    page = day.pocket.page
    old = current(page)
    day.server.stop()
    nobody_home(phone, door)
    half_a_form(phone, other, "窗外的树挡光")
    day.server.answers = False

    # The newer version's last file breaks off: nothing changes, and it is not what the next start begins with.
    new = newer_version(web)
    whole = (web / "index.html").read_bytes()
    (web / "index.html").write_bytes(whole[: len(whole) // 2])
    day.server.start()
    assert "not the file that was announced" in page.ask_service_worker("check")["error"]
    assert page.ask_service_worker("state")["next"] is None
    all_is_there(phone, old)

    # The app itself is damaged while there is no network: said, with what to do; and mended as soon as there is one.
    day.server.stop()
    damage(page, "/python/start-app.zip")
    day.pocket.kill()
    page = day.pocket.start()
    page.page.goto(day.server.url + form, wait_until="commit")
    page.wait_for_mark("fault")
    said = page.page.inner_text("#splash-fault")
    assert "需要联网一次" in said and "已保存的工作不受影响" in said
    day.server.start()
    phone = day.pocket.driver()
    with page.page.expect_navigation(wait_until="commit"):
        page.page.click("#splash-retry")
    phone.switch_on_semantics()
    all_is_there(phone, old)

    # The update is whole: under the running form nothing changes; the next start is the new version's, server or not.
    (web / "index.html").write_bytes(whole)
    assert "error" not in page.ask_service_worker("check")
    page.wait_for_mark("update-ready")
    all_is_there(phone, old)
    assert visits_at(day, door) == [], "until here it lies on the phone alone"
    day.server.stop()
    day.server.answers = True
    day.pocket.kill()
    phone = day.pocket.open(form)
    all_is_there(phone, new)
    day.server.start()
    phone.go(f"/household/{door}")
    phone.see("全部已上传", timeout_ms=2 * PATIENCE_MS)
    assert visits_at(day, door) == ["not_met"]


def test_the_browser_throws_the_app_away_but_not_the_data(day: WebDay) -> None:
    door = day.household_id(DOOR)
    phone = day.signed_in("steward")
    day.server.stop()
    nobody_home(phone, door)
    day.pocket.page.page.evaluate(FORGET_APP)
    day.pocket.kill()
    day.server.start()
    phone = day.pocket.open(f"/household/{door}")
    phone.see_id("household", timeout_ms=PATIENCE_MS)
    phone.see("全部已上传", timeout_ms=2 * PATIENCE_MS)
    assert visits_at(day, door) != []


def test_the_browser_throws_the_data_away_but_not_the_app(day: WebDay) -> None:
    """What was sent comes back after signing in again; the app starts and says that nobody is signed in."""
    door = day.household_id(DOOR)
    phone = day.signed_in("steward")
    nobody_home(phone, door)
    phone.see("全部已上传", timeout_ms=PATIENCE_MS)
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
    (visit,) = day.desk().cards(CardFilter(type=VISIT, household_id=door))
    phone.see_id(f"line-{visit.id}", timeout_ms=PATIENCE_MS)
    phone.tap(f"line-{visit.id}")
    phone.see("家里没人", timeout_ms=PATIENCE_MS)


@pytest.mark.long  # tests/web/test_storage.py kills it below the screens
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
