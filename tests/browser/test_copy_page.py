"""A resident's copy 住户留底 in a phone's browser: as it looks, as it prints, and as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from app.domain.rules.copies import copy_address
from app.domain.wire.canonical import sha256_hex
from tests.browser.test_door_page import FITS, letters
from tests.server.test_papers import texts
from tests.support.driver import PICTURES
from tests.support.field_day import SHOTS
from tests.support.field_device import STROKES_BYTES, FieldDevice, whole_repair
from tests.support.flat import PHONE, Flat


def test_a_copy_fits_a_phone_prints_black_on_white_and_is_saved_as_a_file(
    phone_context: Callable[..., BrowserContext], sqlite_url: str, tmp_path: Path
) -> None:
    """On paper: all that was signed and the phone to call, nothing that can only be tapped; dark phones print white."""
    flat = Flat(sqlite_url, tmp_path / "server")
    flat.server.add_staff("both", "desk", "engineering_supervisor")
    flat.server.add_staff("worker", "repair_worker")
    desk, worker = FieldDevice(flat.server, "staff-both"), FieldDevice(flat.server, "staff-worker")
    _, made = whole_repair(desk, worker, flat.home)
    worker.store.put_blob(sha256_hex(STROKES_BYTES), 0, STROKES_BYTES, len(STROKES_BYTES), worker.staff_id)
    page = phone_context(bypass_csp=True, color_scheme="dark").new_page()

    def dressed(name: str) -> Page:
        # A machine without Chinese letters prints none.
        face = f"@font-face{{font-family:Seen;src:url({letters()})}} *{{font-family:Seen!important}}"
        page.add_style_tag(content=face)
        page.wait_for_function("document.fonts.status === 'loaded'")
        if PICTURES:
            page.screenshot(path=SHOTS / f"copy-page{name}.png", full_page=True)
        return page

    with flat.server:
        page.goto(copy_address(flat.server.url, made[-1]).replace("HTTP://", "http://"))
        assert dressed("-dark").evaluate(FITS)
        (printed,) = texts(page.pdf(print_background=True))
        assert all("".join(line.split()) in printed for line in made[-1].body["content"]["shown"])
        assert PHONE.replace(" ", "") in printed and "张伟" in printed and "与签名时一致" in printed
        assert "存成文件" not in printed
        page.emulate_media(media="print", color_scheme="dark")
        seen = page.evaluate(
            "[...document.querySelectorAll('body, h1, .quiet, .standing p, .paper p')]"
            ".map(one => getComputedStyle(one)).map(one => [one.color, one.backgroundColor])"
        )
        assert {color for color, _ in seen} == {"rgb(0, 0, 0)"}
        assert {ground for _, ground in seen} <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
        page.emulate_media(media="screen", color_scheme="light")
        dressed("")
        with page.expect_download() as download:
            page.locator(".save a").click()
        assert download.value.suggested_filename.startswith("海悦花园 签名留底 ")
        assert "张伟" in texts(download.value.path().read_bytes())[0]
        page.goto(f"{flat.server.url}/p/{'0' * 42}")
        assert dressed("-void").evaluate(FITS)
        assert "请过一会儿再打开" in page.content() and page.locator(".save a").get_attribute("href") == ""
