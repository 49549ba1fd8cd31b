"""What draws: WebAssembly where Flutter's loader takes it, CanvasKit elsewhere and where such a start failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from build.web.flet_client import RENDERERS
from tests.support.static_site import StaticSite
from tests.support.web_app import WITHOUT_WASM, AppPage
from tests.web.start.test_start import sees_sign_in

WITHOUT_CHROMIUMS_OWN = "delete Intl.v8BreakIterator;"
KEPT = """async () => {
    const [name] = (await caches.keys()).filter((name) => name.startsWith("shangmen-version-"));
    return (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname.slice(1));
}"""
OF_ONE = {name for files in RENDERERS.values() for name in files}


@pytest.mark.parametrize(
    ("script", "renderer"),
    [
        ("", "skwasm"),
        pytest.param(WITHOUT_CHROMIUMS_OWN, "skwasm_heavy", marks=pytest.mark.long),
        pytest.param(WITHOUT_WASM, "chromium", marks=pytest.mark.long),
        (WITHOUT_WASM + WITHOUT_CHROMIUMS_OWN, "canvaskit"),
    ],
)
def test_a_phone_keeps_what_draws_on_it_and_starts_without_a_server(
    site: StaticSite, start_browser: Callable[[], BrowserContext], script: str, renderer: str
) -> None:
    def begin() -> BrowserContext:
        context = start_browser()
        context.add_init_script(script)
        return context

    first = AppPage(begin(), site.url).open()
    assert first.draws == renderer
    first.wait_for_mark("kept")
    assert OF_ONE & set(first.page.evaluate(KEPT)) == set(RENDERERS[renderer])
    first.clean()
    site.stop()
    again = AppPage(begin(), site.url).open()
    sees_sign_in(again)
    assert again.draws == renderer
    again.clean()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """A phone on which nothing is kept: every file comes from the site as it is then."""
    context = chromium.new_context(locale="zh-CN", service_workers="block")
    yield context
    context.close()


LATER = """
    const real = performance.now.bind(performance);
    let ahead = 0;
    performance.now = () => real() + ahead;
    globalThis.later = (ms) => { ahead += ms; };
"""
NEVER = b"export const compileStreaming = () => new Promise(() => {});"
TRAP = b"""export const compileStreaming = async () => ({instantiate: async () => ({invokeMain() {
    setTimeout(() => { throw new WebAssembly.RuntimeError("memory access out of bounds"); });
}})});"""
THROWS = b"export const compileStreaming = async () => { throw new Error('broken'); };"
BROKEN: dict[str, Callable[[StaticSite], object]] = {
    "missing": lambda site: site.missing.add("/main.dart.wasm"),
    "corrupt": lambda site: change(site, "/main.dart.wasm", b"\0asm\1\0\0\0\xff"),
    "engine corrupt": lambda site: change(site, "/canvaskit/skwasm.wasm", b"\0"),
    "throws": lambda site: change(site, "/main.dart.mjs", THROWS),
    "traps": lambda site: change(site, "/main.dart.mjs", TRAP),
    "hangs": lambda site: change(site, "/main.dart.mjs", NEVER),
}


def change(site: StaticSite, name: str, instead: bytes) -> None:
    """Serve something else under this name."""
    site.change = lambda path, data: instead if path == name else data


FIRST = ("missing", "traps", "hangs")
"""One that says so while it is loaded, one while it runs, one that says nothing; with `--all` the others, too."""


@pytest.mark.parametrize("how", [pytest.param(how, marks=[] if how in FIRST else [pytest.mark.long]) for how in BROKEN])
def test_a_start_by_webassembly_that_fails_is_answered_by_canvaskit_and_not_tried_again(
    phone: BrowserContext, site: StaticSite, how: str
) -> None:
    BROKEN[how](site)
    app = AppPage(phone, site.url)
    app.page.add_init_script(LATER)
    app.page.goto(site.url, wait_until="commit")
    if how == "hangs":
        app.wait_for_mark("main")
        app.page.evaluate("later(310_000)")  # its patience is five minutes while files still come from the network
    app.wait_until("performance.getEntriesByName('shangmen-draws-chromium').length > 0", 60)
    app.usable()
    sees_sign_in(app)
    site.asked.clear()
    app.open()
    assert app.draws == "chromium" and "/main.dart.wasm" not in site.asked
    assert not app.outside and not app.breaches


def test_a_damaged_file_of_a_phone_that_has_the_app_is_mended_and_nothing_is_remembered(
    site: StaticSite, start_browser: Callable[[], BrowserContext]
) -> None:
    first = AppPage(start_browser(), site.url).open()
    first.wait_for_mark("kept")
    first.page.evaluate(SPOIL)
    again = AppPage(start_browser(), site.url)
    again.page.goto(site.url, wait_until="commit")
    again.wait_until("performance.getEntriesByName('shangmen-usable').length > 0", 90)
    assert again.draws == "skwasm"


def test_a_start_that_fails_without_a_network_says_what_to_do_and_tries_again_later(
    site: StaticSite, start_browser: Callable[[], BrowserContext]
) -> None:
    first = AppPage(start_browser(), site.url).open()
    first.wait_for_mark("kept")
    first.page.evaluate(SPOIL)
    site.stop()
    again = AppPage(start_browser(), site.url)
    again.page.goto(site.url, wait_until="commit")
    again.wait_for_mark("fault", seconds=60)
    assert "需要联网一次" in again.page.inner_text("#splash-fault")
    site.start()
    again.page.click("#splash-retry")
    again.wait_until("performance.getEntriesByName('shangmen-usable').length > 0", 90)
    assert again.draws == "skwasm", "nothing was remembered of it"


SPOIL = """async () => {
    const [name] = (await caches.keys()).filter((name) => name.startsWith("shangmen-version-"));
    const damaged = new Response("damaged", {headers: {"Content-Type": "application/wasm"}});
    await (await caches.open(name)).put("/main.dart.wasm", damaged);
}"""
