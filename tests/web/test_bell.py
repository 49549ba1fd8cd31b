"""The web app's bell (bell.js) in a real Chromium: it sounds once the page was touched, and says what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.support.project import ROOT
from tests.support.static_site import StaticSite


@pytest.fixture
def page(phone_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A page of the web app's origin with the bell, which nobody has touched."""
    site = StaticSite(ROOT / "build" / "web" / "static")
    site.start()
    try:
        made = phone_context().new_page()
        made.goto(f"{site.url}/manifest.webmanifest")
        made.add_script_tag(url=f"{site.url}/bell.js")
        yield made
    finally:
        site.stop()


def test_it_is_heard_and_felt_once_the_page_was_touched(page: Page) -> None:
    ring = "aloud => shangmenBell.answers.ring(true, aloud)"
    assert page.evaluate(ring, True)["heard"] is False
    page.mouse.click(50, 50)
    assert page.evaluate(ring, True) == {"vibrated": True, "heard": True}
    assert page.evaluate(ring, False)["heard"] is False  # somebody is signing


def test_a_number_is_shown_where_the_browser_has_a_place_for_it(page: Page) -> None:
    here = page.evaluate("'setAppBadge' in navigator")
    for count in (2, 0):
        assert page.evaluate("count => shangmenBell.answers.badge(count)", count) is here
