"""The page at a door as a resident's phone shows it (X): Chinese, large text, dark, and without a network."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from app.device.clock import now_ms
from app.domain.times import DAY
from sync_server.labels.faces import FOLDER, REGULAR
from sync_server.store.subjects.door_requests import OF_A_DOOR
from tests.support.driver import PICTURES
from tests.support.field_day import SHOTS
from tests.support.flat import PHONE, Flat
from tests.support.pictures import jpeg

FITS: Final = "document.documentElement.scrollWidth <= innerWidth"


def letters() -> str:
    """The app's font as an address of its own."""
    return "data:font/ttf;base64," + base64.b64encode((FOLDER / f"{REGULAR}.ttf").read_bytes()).decode()


def shot(page: Page, name: str) -> None:
    """Take a picture of the whole page, where pictures are wanted."""
    if PICTURES:
        page.screenshot(path=SHOTS / f"door-page-{name}.png", full_page=True)


def choose(page: Page, name: str, of: str = "wanted") -> None:
    one = page.locator(f"input[name={of}][value='{name}']")
    one.evaluate("one => one.scrollIntoView({block: 'center'})")  # the button that sends floats above the page's end
    one.check(force=True)


def test_a_resident_signs_up_to_an_event_from_a_phone(
    phone_context: Callable[..., BrowserContext], sqlite_url: str, tmp_path: Path
) -> None:
    """U1: nothing written is lost without a network, what lacks is marked, two taps are one."""
    flat = Flat(sqlite_url, tmp_path / "server")
    flat.event(now_ms() + 2 * DAY, 3)
    page = phone_context(bypass_csp=PICTURES).new_page()

    def dressed(name: str) -> None:
        if PICTURES:
            face = f"@font-face{{font-family:Seen;src:url({letters()})}} *{{font-family:Seen!important}}"
            page.add_style_tag(content=face)
            page.wait_for_function("document.fonts.status === 'loaded'")
        shot(page, name)

    with flat.server:
        page.goto(flat.url)
        expect(page.locator("input[value='help/wheelchair']")).to_be_attached()
        dressed("event-listed")
        page.locator("a.event").click()
        page.locator("#name").fill("李 <b>芳</b>")
        page.locator("#send").click()
        expect(page.locator("form .problem").first).to_contain_text("请选一个或填写")
        dressed("event-lacks")
        expect(page.locator("main")).not_to_have_css("pointer-events", "none")
        page.locator("#phone").fill("138 0013 8001")
        choose(page, "3", "people")
        choose(page, "no", "photos")
        page.context.set_offline(True)
        page.locator("#send").click()
        expect(page.locator("#problem")).to_contain_text("没有网络")
        page.context.set_offline(False)
        assert page.locator("#name").input_value() == "李 <b>芳</b>" and page.evaluate(FITS)
        page.locator("#send").dblclick()
        expect(page.locator(".number")).to_contain_text("-001")
        dressed("event-signed-up")
        page.locator(".again").click()
        expect(page.locator("div.event .left")).to_contain_text("名额已满")


@pytest.mark.parametrize("look", ["plain", "large"])
def test_a_resident_asks_from_a_phone(
    phone_context: Callable[..., BrowserContext], sqlite_url: str, tmp_path: Path, look: str
) -> None:
    """Nothing is lost without a network; a photo is made small; two taps are one; too many and forged are told."""
    flat = Flat(sqlite_url, tmp_path / "server")
    large = look == "large"
    # For pictures the page borrows the app's letters, which it may not fetch itself: not every machine has Chinese.
    context = phone_context(color_scheme="dark" if large else "light", bypass_csp=PICTURES)
    page, problems, outside = context.new_page(), [], []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: outside.append(asked.url) if not asked.url.startswith(flat.server.url) else None)

    def dressed() -> None:
        if PICTURES:
            face = f"@font-face{{font-family:Seen;src:url({letters()})}} *{{font-family:Seen!important}}"
            page.add_style_tag(content=face)
            page.wait_for_function("document.fonts.status === 'loaded'")
        if large:
            page.evaluate("document.documentElement.style.fontSize = '32px'")

    def opened(path: str) -> None:
        page.goto(flat.server.url + path)
        dressed()

    with flat.server:
        opened(f"/D/{flat.code}")
        shot(page, f"{look}-empty")
        page.locator("#send").click()
        expect(page.locator("form")).to_be_visible()
        choose(page, "repair")
        page.locator("#words").fill("<b>厨房</b>水管漏水 💧，地上都是水，家里有老人")
        page.locator("#phone").fill("138 0013 8001")
        photo: FilePayload = {"name": "leak.jpg", "mimeType": "image/jpeg", "buffer": jpeg(3000, 2000, quality=95)}
        page.locator("#photo").set_input_files(photo)
        expect(page.locator("#photo-shown")).to_be_visible()
        assert page.evaluate(FITS)
        context.set_offline(True)
        page.locator("#send").click()
        expect(page.locator("#problem")).to_contain_text("没有网络")
        expect(page.locator(f"a[href='tel:{PHONE}']")).to_be_visible()
        assert page.locator("#words").input_value().startswith("<b>厨房</b>")
        shot(page, f"{look}-offline")
        context.set_offline(False)
        page.locator("#send").dblclick()
        expect(page.locator(".number")).to_contain_text("-001")
        assert page.evaluate(FITS)
        shot(page, f"{look}-sent")
        (row,) = flat.matters()
        assert row.content.startswith("<b>厨房</b>水管漏水 💧")
        for _ in range(OF_A_DOOR[0][0] - 1):
            flat.send()
        page.locator(".again").click()
        expect(page.locator("form")).to_be_visible()
        dressed()
        choose(page, "other")
        page.locator("#send").click()
        expect(page.locator("h1")).to_contain_text("次数较多")
        shot(page, f"{look}-many")
        opened(f"/d/{flat.code[:-1]}{'0' if flat.code[-1] != '0' else '1'}")
        expect(page.locator("h1")).to_contain_text("不能用了")
        shot(page, f"{look}-void")
        expected = ("ERR_INTERNET_DISCONNECTED", "429", "404")
        assert [said for said in problems if not any(one in said for one in expected)] == []
        # Nor was anybody rung: the second tap of two must not land on what comes under the thumb.
        assert [url for url in outside if not url.startswith("blob:")] == []
