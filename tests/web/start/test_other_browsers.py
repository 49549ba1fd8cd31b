"""What WebKit and Firefox have otherwise, as far as it shows without them; in them: `python3 dev.py browsers`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from build.web import node
from build.web.make import SNAPSHOT, STATIC
from tests.support.static_site import StaticSite
from tests.support.web_app import WITHOUT_WASM, AppPage

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def as_in_webkit(web_tree: Path) -> dict[str, Any]:
    """What the shipped Python did where neither the table of functions nor the errors are Chromium's."""
    found: dict[str, Any] = json.loads(node.run(HERE / "webkit_like.mjs", web_tree / "pyodide", web_tree / SNAPSHOT))
    return found


def test_python_hears_of_a_failed_request_whose_error_has_no_stack(as_in_webkit: dict[str, Any]) -> None:
    """A10: else it waits for ever, says that everything was sent, and never syncs again."""
    assert as_in_webkit["failed"] == "TypeError: Load failed"


def test_a_snapshot_wakes_up_in_an_engine_with_another_table_of_functions(as_in_webkit: dict[str, Any]) -> None:
    """A11: the snapshot brought the place that a function has in the table of the engine that made it."""
    assert as_in_webkit["trampoline"] == 0
    assert as_in_webkit["calls"] == [True, [], "A", 1]


@pytest.mark.parametrize(
    ("case", "kind", "left"),
    [
        ("refused", "copied", 99), ("cramped", "copied", 16), ("writes", "copied", 99), ("broken", "copied", 99),
        ("unknown", "direct", 64),
    ],
)  # fmt: skip
def test_the_store_is_one_the_browser_can_do_and_room_is_asked_of_that_one(case: str, kind: str, left: int) -> None:
    """A12: a method that is there may still be refused, and a phone with the copied store has no use for it."""
    assert json.loads(node.run(HERE / "stores.mjs", STATIC / "storage.js", case)) == [kind, left]


REASON = """
import {{ readFileSync }} from "node:fs";
const text = readFileSync({worker!r}, "utf8");
const [, made] = /(function whatHappened[^]*?\\n}})\\n/.exec(text);
const whatHappened = new Function(`${{made}}; return whatHappened`)();
const without = Object.assign(new TypeError("Load failed"), {{ stack: undefined }});
const webkit = Object.assign(new RangeError("no room"), {{ stack: "begin@worker.js:1:2" }});
console.log(JSON.stringify([without, webkit, new Error("v8")].map(whatHappened).map((said) => said.split("\\n")[0])));
"""


def test_the_reason_of_a_fault_is_told_where_an_error_has_a_stack_without_words_or_none(tmp_path: Path) -> None:
    """A12: WebKit's and Firefox' stacks say where, not what."""
    script = tmp_path / "reason.mjs"
    script.write_text(REASON.format(worker=str(STATIC / "worker.js")), "utf-8")
    assert json.loads(node.run(script)) == ["TypeError: Load failed", "RangeError: no room", "Error: v8"]


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser without a service worker: what is missing stays missing."""
    made = chromium.new_context(locale="zh-CN", service_workers="block")
    yield made
    made.close()


@pytest.fixture
def site(web_tree: Path) -> Iterator[StaticSite]:
    """A server with nothing but the web app."""
    with StaticSite(web_tree) as running:
        yield running


LANGUAGES = """
for (const [name, value] of [["languages", ["C"]], ["language", "C"]])
    Object.defineProperty(Navigator.prototype, name, {get: () => value, configurable: true});
"""


def test_a_browser_without_a_preferred_language_starts(context: BrowserContext, site: StaticSite) -> None:
    """A12: "C" is what WebKit says then; Flutter took it for a language and ended there."""
    context.add_init_script(LANGUAGES)
    app = AppPage(context, site.url).open()
    assert app.page.evaluate("[navigator.language, navigator.languages]") == ["zh-CN", ["zh-CN"]]
    app.clean()


def test_flutter_itself_does_not_start_without_a_language(context: BrowserContext, site: StaticSite) -> None:
    """Once it does, `onlyRealLanguages` of page.js can go."""
    site.change = lambda path, data: data.replace(b"onlyRealLanguages();", b"") if path == "/page.js" else data
    context.add_init_script(WITHOUT_WASM + LANGUAGES + SOONER)
    app = AppPage(context, site.url)
    app.page.goto(site.url, wait_until="commit")
    app.wait_for_mark("fault")
    assert "RangeError" in str(app.page.text_content("#splash-fault-details"))


SOONER = """
const later = setTimeout;
window.setTimeout = (act, ms, ...more) => later(act, ms === 15_000 ? 50 : ms, ...more);
"""
"""The time that Flutter is given after an error is over at once."""


@pytest.mark.parametrize(
    ("script", "title", "reason"),
    [
        (b"Promise.reject(new RangeError('invalid language tag'))", "没能启动", "RangeError: invalid language tag"),
        (b"throw new TypeError('no such part')", "没能启动", "TypeError: no such part"),
        (None, "需要联网一次", "main.dart.js could not be read"),
    ],
)
def test_what_ends_flutter_before_it_draws_is_told(
    context: BrowserContext, site: StaticSite, script: bytes | None, title: str, reason: str
) -> None:
    """A12: a rejection nobody caught, or a script that did not come, left an endless splash."""
    site.change = lambda path, data: script if path == "/main.dart.js" else data
    context.add_init_script(WITHOUT_WASM + SOONER)
    app = AppPage(context, site.url)
    app.page.goto(site.url, wait_until="commit")
    app.wait_for_mark("fault")
    assert title in app.page.inner_text("#splash-fault")
    assert reason in str(app.page.text_content("#splash-fault-details"))
