"""What a thumb types: Chinese as its keyboards compose it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession

from tests.browser.test_habits import android
from tests.support.field_day import BrowserDay
from tests.support.flet_driver import AppDriver
from tests.support.waiting import eventually


class Composer:
    """A Chinese keyboard: letters are composed in the field, then a candidate takes their place."""

    def __init__(self, phone: AppDriver) -> None:
        self._page = phone.page
        self._keys: CDPSession = phone.page.context.new_cdp_session(phone.page)

    def compose(self, *steps: str) -> None:
        """Shows each step in turn, as fast as a thumb types."""
        for step in steps:
            self._send("Input.imeSetComposition", text=step, selectionStart=len(step), selectionEnd=len(step))
            self._page.wait_for_timeout(90)

    def choose(self, words: str) -> None:
        """Takes a candidate."""
        self._send("Input.insertText", text=words)

    def _send(self, method: str, **what: Any) -> None:
        self._keys.send(method, what)


# Only with --all until its cause is found: in some three of ten runs beside another browser every composing step stays
# in the field, from the first to the last, as if nothing was composed. It never did so alone.
@pytest.mark.long
def test_chinese_arrives_once_and_whole_as_it_was_chosen(browser_day: BrowserDay) -> None:
    item = browser_day.read("desk", lambda s: next(item.id for item in s.tickets.price_items("S01")))
    ticket = browser_day.open_ticket("5栋1单元201", "水龙头漏水", listed=True, item_id=item)
    browser_day.act("worker", lambda s: s.tickets.accept(ticket))
    browser_day.act("worker", lambda s: s.tickets.arrive(ticket))
    phone = android(browser_day, "worker")
    phone.go(f"/ticket/{ticket}/found")
    phone.see_id("found")
    assert phone.value_of("found-description") == ""  # it has the focus, and Flutter listens to it
    keys = Composer(phone)
    keys.compose("d", "de", "deng")
    keys.choose("灯")
    keys.compose("b", "bu", "bu'l", "bu'liang")
    keys.choose("不亮")
    # Begun and given up: nothing of it stays.
    keys.compose("z", "zh", "")
    keys.compose("sh", "shui")
    keys.choose("水")
    phone.holds("found-description", "灯不亮水")
    phone.tap("main-action")
    phone.see_id("consent")
    said = eventually(
        lambda: browser_day.read("desk", lambda s: s.tickets.view(ticket).state.found), within=40, every=0.5
    )
    assert said is not None and said["description"] == "灯不亮水"
    assert not phone.problems and not phone.outside


def test_money_brings_up_the_number_pad(browser_day: BrowserDay) -> None:
    """The pad that Flutter asks for without a screen reader: with one it asks for none. (The web app: with a point.)"""
    ticket = browser_day.open_ticket("3栋1单元303", "书房地板鼓起来一块", worker=None, listed=False)
    phone = android(browser_day, "supervisor")
    phone.go(f"/ticket/{ticket}/judge")
    phone.tap("can-yes")
    phone.tap("price")
    phone.settle()
    box = phone.at("price").first.bounding_box()
    assert box is not None
    plain = phone.page.context.new_page()  # the same half-filled form, with nobody listening to its screen
    plain.goto(phone.page.url)
    phone.page.close()

    def asked() -> str | None:
        plain.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        plain.wait_for_timeout(500)
        pad: str | None = plain.evaluate(
            "() => document.querySelector('flt-text-editing-host input')?.getAttribute('inputmode')"
        )
        return pad

    assert eventually(asked, within=60, every=0.5, what="the keyboard") == "numeric"
