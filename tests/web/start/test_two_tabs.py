"""The app in two tabs of one browser: one works, the other offers to take over; the database is never open twice."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.support.static_site import StaticSite
from tests.support.web_app import AppPage


def shows(tab: AppPage, identifier: str) -> None:
    """Wait until a part of the screen is there."""
    tab.page.bring_to_front()
    placeholder = tab.page.locator("flt-semantics-placeholder")
    if placeholder.count():
        placeholder.dispatch_event("click")
    expect(tab.page.locator(f'[flt-semantics-identifier="{identifier}"]').first).to_be_attached(timeout=60_000)


def use_here(tab: AppPage) -> None:
    """Tap 在这里使用."""
    shows(tab, "use-here")
    tab.page.locator('[flt-semantics-identifier="use-here"]').click()
    shows(tab, "sign-in")


def test_a_second_tab_takes_over_and_the_first_takes_it_back(
    site: StaticSite, start_browser: Callable[[], BrowserContext]
) -> None:
    context = start_browser()
    first = AppPage(context, site.url).open()
    shows(first, "sign-in")
    second = AppPage(context, site.url).open()
    shows(second, "elsewhere")
    held = "async () => (await navigator.locks.query()).held.filter(l => l.name === 'shangmen.data').length"
    use_here(second)
    shows(first, "elsewhere")
    assert first.page.evaluate(held) == 1
    use_here(first)
    shows(second, "elsewhere")
    assert (first.errors, second.errors) == ([], [])
