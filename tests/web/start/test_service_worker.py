"""The service worker with a small site: what it keeps, when a new version counts, and what it does about damage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from build.web import release
from tests.support.project import ROOT
from tests.support.static_site import StaticSite
from tests.support.web_app import AppPage

PAGE = """
navigator.serviceWorker.addEventListener("message", (event) => performance.mark("shangmen-" + event.data.shangmen));
navigator.serviceWorker.register("/service-worker.js");
"""
READ = "async name => (await fetch(name)).text()"
STATES = "async () => (await caches.keys()).filter((name) => name.startsWith('shangmen-version-')).length"
SETS = {"one": ("shared.txt", "one.txt"), "another": ("shared.txt", "one.txt"), "other": ("other.txt",)}
Phone = Callable[[], AppPage]


def small_site(folder: Path, content: str) -> Path:
    """A web app of a few files and the real service worker; `content` tells versions apart."""
    folder.mkdir()
    page = f"<!DOCTYPE html><title>{content}</title><script src=/page.js></script>"
    (folder / "index.html").write_text(page, "utf-8")
    (folder / "page.js").write_text(PAGE, "utf-8")
    (folder / "same.txt").write_text("the same in every version", "utf-8")
    (folder / "content.txt").write_text(content, "utf-8")
    script = ROOT / "build" / "web" / "static" / "service-worker.js"
    (folder / script.name).write_bytes(script.read_bytes())
    for name in ("shared.txt", "one.txt", "other.txt"):
        (folder / name).write_text(f"what draws: {name}", "utf-8")
    release.write(folder, "0", folder.with_name("compressed"), SETS)
    return folder


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    """An old and a new version."""
    return small_site(tmp_path / "old", "old"), small_site(tmp_path / "new", "new")


@pytest.fixture
def site(versions: tuple[Path, Path]) -> Iterator[StaticSite]:
    """A server that has the old version."""
    with StaticSite(versions[0]) as running:
        yield running


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A phone."""
    made = chromium.new_context()
    yield made
    made.close()


@pytest.fixture
def kept(context: BrowserContext, site: StaticSite) -> AppPage:
    """A window of the old version, which is kept whole."""
    app = AppPage(context, site.url)
    app.page.goto(site.url)
    app.wait_for_mark("kept", seconds=30)
    app.wait_until("navigator.serviceWorker.controller !== null")
    return app


def start(context: BrowserContext, site: StaticSite) -> AppPage:
    """The app is opened anew: another window, after the ones before were closed."""
    for page in context.pages:
        page.close()
    app = AppPage(context, site.url)
    app.page.goto(site.url + "/tickets/17")
    return app


def test_a_new_version_is_taken_at_the_next_start_and_never_under_a_running_page(
    context: BrowserContext, site: StaticSite, kept: AppPage, versions: tuple[Path, Path]
) -> None:
    site.folder = versions[1]
    assert kept.ask_service_worker("check") == {}
    kept.wait_for_mark("update-ready")
    assert kept.page.evaluate(READ, "/content.txt") == "old"
    kept.page.reload()
    assert (kept.page.title(), kept.page.evaluate(READ, "/content.txt")) == ("old", "old")
    site.stop()
    after = start(context, site)
    assert (after.page.title(), after.page.evaluate(READ, "/content.txt")) == ("new", "new")
    assert after.page.evaluate(STATES) == 1


def test_a_window_takes_the_new_version_itself_only_when_it_is_alone(
    context: BrowserContext, site: StaticSite, kept: AppPage, versions: tuple[Path, Path]
) -> None:
    site.folder = versions[1]
    kept.ask_service_worker("check")
    second = AppPage(context, site.url)
    second.page.goto(site.url)
    assert second.page.title() == "old"
    assert kept.ask_service_worker("take") == {"taken": False}
    second.page.close()
    assert kept.ask_service_worker("take") == {"taken": True}
    kept.page.reload()
    assert kept.page.title() == "new"


@pytest.mark.parametrize("broken", [None, b"not the file that was announced"])
def test_a_half_fetched_or_damaged_update_leaves_the_old_version_and_is_resumed(
    context: BrowserContext, site: StaticSite, kept: AppPage, versions: tuple[Path, Path], broken: bytes | None
) -> None:
    site.folder = versions[1]
    site.change = lambda path, data: broken if path == "/content.txt" else data
    assert "error" in kept.ask_service_worker("check")
    assert kept.ask_service_worker("state")["next"] is None
    after = start(context, site)
    assert (after.page.title(), after.page.evaluate(READ, "/content.txt")) == ("old", "old")
    site.change = None
    site.asked.clear()
    after.ask_service_worker("check")
    assert set(site.asked) == {"/precache.json", "/content.txt"}
    assert start(context, site).page.title() == "new"


def test_what_is_the_same_in_both_versions_is_not_fetched_again(
    site: StaticSite, kept: AppPage, versions: tuple[Path, Path]
) -> None:
    site.folder = versions[1]
    site.asked.clear()
    kept.ask_service_worker("check")
    assert sorted(site.asked) == ["/content.txt", "/index.html", "/precache.json"]


DAMAGE = """async ([name, content]) => {
    const [key] = (await caches.keys()).filter((key) => key.startsWith("shangmen-version-"));
    const cache = await caches.open(key);
    await (content === null ? cache.delete(name) : cache.put(name, new Response(content)));
}"""


@pytest.mark.parametrize("content", [None, "damaged"])
def test_a_page_whose_file_is_missing_or_damaged_gets_it_from_the_server(
    context: BrowserContext, site: StaticSite, kept: AppPage, content: str | None
) -> None:
    kept.page.evaluate(DAMAGE, ["/index.html", content])
    assert start(context, site).page.title() == "old"
    site.stop()
    assert start(context, site).page.title() == "old", "it was kept again"


def test_a_damaged_start_without_a_network_says_what_to_do(
    context: BrowserContext, site: StaticSite, kept: AppPage
) -> None:
    kept.page.evaluate(DAMAGE, ["/index.html", "damaged"])
    site.stop()
    assert "需要联网一次" in start(context, site).page.inner_text("body")


def test_repair_looks_through_every_file(site: StaticSite, kept: AppPage) -> None:
    kept.page.evaluate(DAMAGE, ["/content.txt", "damaged"])
    kept.page.evaluate(DAMAGE, ["/same.txt", None])
    assert kept.ask_service_worker("repair") == {"repaired": 2, "lacking": 0}
    site.stop()
    assert kept.page.evaluate(READ, "/content.txt") == "old"


def test_an_evicted_cache_comes_back_with_the_next_start(
    context: BrowserContext, site: StaticSite, kept: AppPage
) -> None:
    kept.page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name) }")
    app = start(context, site)
    assert app.page.title() == "old"
    app.ask_service_worker("check")
    app.wait_for_mark("kept")
    site.stop()
    assert start(context, site).page.title() == "old"


def test_nothing_of_the_interface_is_kept(site: StaticSite, kept: AppPage) -> None:
    site.asked.clear()
    for path in ("/v1/status", "/unknown.txt", "/v1/status"):
        kept.page.evaluate(READ, path)
    assert site.asked == ["/v1/status", "/unknown.txt", "/v1/status"]


DRAWS = "async name => (await caches.open('shangmen-state-1')).put('/draws', new Response(name))"
KEPT = """async () => {
    const [name] = (await caches.keys()).filter((name) => name.startsWith("shangmen-version-"));
    const paths = (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname);
    return ["/shared.txt", "/one.txt", "/other.txt"].filter((path) => paths.includes(path));
}"""


def test_of_what_draws_only_its_own_set_is_kept_and_another_one_comes_when_it_draws(
    context: BrowserContext, site: StaticSite, kept: AppPage, versions: tuple[Path, Path]
) -> None:
    assert len(kept.page.evaluate(KEPT)) == 3, "nothing is known yet of what draws"
    kept.page.evaluate(DRAWS, "one")
    assert kept.ask_service_worker("check") == {}
    assert kept.page.evaluate(KEPT) == ["/shared.txt", "/one.txt"]
    assert kept.ask_service_worker("repair") == {"repaired": 0, "lacking": 0}
    kept.page.evaluate(DRAWS, "other")
    kept.ask_service_worker("check")
    assert kept.page.evaluate(KEPT) == ["/other.txt"]
    site.folder = versions[1]
    site.asked.clear()
    kept.ask_service_worker("check")
    assert not {"/shared.txt", "/one.txt"} & set(site.asked)
    site.stop()
    assert start(context, site).page.title() == "new"


def test_a_version_that_lies_ready_for_another_way_of_drawing_does_not_count(
    context: BrowserContext, site: StaticSite, kept: AppPage, versions: tuple[Path, Path]
) -> None:
    """It would start without what draws here: without a network, never."""
    kept.page.evaluate(DRAWS, "one")
    kept.ask_service_worker("check")
    site.folder = versions[1]
    kept.ask_service_worker("check")
    kept.page.evaluate(DRAWS, "other")
    site.stop()
    assert start(context, site).page.title() == "old"
