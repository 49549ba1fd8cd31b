"""The offline web app on a static site, and a phone's browser with a profile that outlives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.support import browser
from tests.support.static_site import StaticSite

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def site(web_tree: Path) -> Iterator[StaticSite]:
    """A server with nothing but the web app."""
    with StaticSite(web_tree) as running:
        yield running


@pytest.fixture
def start_browser(chromium: Browser, tmp_path: Path) -> Iterator[Callable[[], BrowserContext]]:
    """Starts the phone's browser, always with the same profile: what it kept is still there the next time."""
    open_ones: list[BrowserContext] = []

    def start() -> BrowserContext:
        for earlier in open_ones:
            earlier.close()
        open_ones[:] = [browser.with_profile(chromium, tmp_path / "profile", viewport=PHONE, locale="zh-CN")]
        return open_ones[0]

    yield start
    for context in open_ones:
        context.close()
