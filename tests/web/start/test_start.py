"""The web app starts: from the server, without it, from the snapshot, and without that where it does not fit."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext

from tests.counts import first_load
from tests.support.static_site import StaticSite
from tests.support.web_app import AppPage

RARE_FONTS_THERE = r"""performance.getEntriesByType("resource").filter(
    (one) => /Shangmen(Rare|BoldRare|Emoji)\.ttf/.test(one.name) && one.responseEnd).length === 3"""
SIGN_IN = '[flt-semantics-identifier="sign-in-login"]'


def sees_sign_in(app: AppPage) -> None:
    """The first screen is there for the screen reader, too."""
    app.page.locator("flt-semantics-placeholder").dispatch_event("click")
    app.page.locator(SIGN_IN).wait_for(timeout=30_000)


def test_the_app_starts_without_a_server_after_the_browser_was_started_anew(
    site: StaticSite, start_browser: Callable[[], BrowserContext]
) -> None:
    first = AppPage(start_browser(), site.url).open()
    usable = first.came_at("usable")
    early = {path[1:] or "index.html" for path, at in zip(site.asked, site.times, strict=False) if at < usable}
    unexpected = {name for name in early if first_load.part_of(name) == first_load.LATER}
    assert not unexpected, "what came before the app was usable, and was to come later"
    sees_sign_in(first)
    first.wait_for_mark("kept")
    first.wait_for_mark("rest")
    first.wait_until(RARE_FONTS_THERE)
    first.clean()
    site.stop()
    again = AppPage(start_browser(), site.url).open("/join/ABCD-EFGH")
    assert not again.is_plain
    again.wait_for_mark("rest")
    again.wait_until(RARE_FONTS_THERE)
    again.clean()


def test_a_module_that_is_asked_for_before_its_archive_is_there_waits_for_it(
    chromium: Browser, site: StaticSite
) -> None:
    early = b'loaded.runPython("import xmlrpc.client, flet.controls.material.chip"); progress("mount");'
    site.change = lambda path, data: data.replace(b'progress("mount");', early) if path == "/worker.js" else data
    context = chromium.new_context(locale="zh-CN", service_workers="block")
    try:
        app = AppPage(context, site.url).open()
        assert app.mark("rest") < app.mark("usable") and not app.is_plain
        assert site.asked.count("/python/packages.zip") == site.asked.count("/pyodide/python_stdlib.zip") == 1
        app.clean()
    finally:
        context.close()


def test_a_snapshot_that_cannot_be_restored_is_not_tried_twice(chromium: Browser, site: StaticSite) -> None:
    site.change = lambda path, data: b"\0" * len(data) if path.endswith(".snapshot") else data
    context = chromium.new_context(locale="zh-CN", service_workers="block")
    try:
        app = AppPage(context, site.url).open()
        assert app.has_mark("without-snapshot") and app.is_plain
        sees_sign_in(app)
        asked = len(site.asked)
        app.open()
        assert app.is_plain and not app.has_mark("without-snapshot")
        assert not [path for path in site.asked[asked:] if path.endswith(".snapshot")]
        app.clean()
    finally:
        context.close()


def test_a_start_that_cannot_be_says_what_to_do(chromium: Browser, site: StaticSite) -> None:
    site.change = lambda path, data: None if path.endswith("packages.zip") else data
    context = chromium.new_context(locale="zh-CN", service_workers="block")
    try:
        app = AppPage(context, site.url)
        app.page.goto(site.url, wait_until="commit")
        app.wait_for_mark("fault")
        assert "需要联网一次" in app.page.inner_text("#splash-fault")
        site.change = None
        app.page.click("#splash-retry")
        app.wait_until("!performance.getEntriesByName('shangmen-fault').length", 10)
        app.usable()
    finally:
        context.close()
