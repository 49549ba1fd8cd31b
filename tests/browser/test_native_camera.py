"""The packaged app's camera for real, as far as a desk goes: Flet's plug-in in its web client, before it our own tags.

The adapter is `app.device.native.camera` as a packaged app has it; the screens are the app's, drawn by a server, which
otherwise has no camera. In a browser the plug-in gives no stream, so photos are looked at one after the other. What a
phone's stream gives is played in tests/device/test_native.py; neither is a phone.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import flet as ft
import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Browser

from app.device.native.camera import FletCamera
from app.device.opencv import OpenCv
from app.domain.writing.tags import KEY, Tag
from app.ui.context import ui_of
from main import main
from tests.flows.test_keys import entrusted, fresh
from tests.support import browser, fake_camera, tag_pictures
from tests.support.driver import PHONE, PICTURES
from tests.support.fake_camera import FakeCamera
from tests.support.field_day import SHOTS, AnyDay, BrowserDay, Colleagues, FieldServer, in_chromium
from tests.support.flet_driver import AppDriver, FletServer
from tests.support.waiting import eventually

SEED: Final = 20261122
PATIENCE_MS: Final = 30_000
DOOR: Final = "5栋1单元202"


@pytest.fixture
def app(field_settings: None) -> Iterator[FletServer]:
    """The app whose windows have the camera of a packaged app."""

    async def start(page: ft.Page) -> None:
        await main(page)
        ui_of(page).hardware.camera = FletCamera(page, OpenCv(), OpenCv(), asyncio.Lock())

    with FletServer(start) as running:
        yield running


@pytest.fixture
def day(chromium: Browser, app: FletServer, field_server: FieldServer, colleagues: Colleagues) -> Iterator[BrowserDay]:
    """A day in the field with that app."""
    running = AnyDay(in_chromium(chromium, app), field_server, colleagues)
    yield running
    running.close()


@contextmanager
def phone_of(
    day: BrowserDay, app: FletServer, chromium: Browser, folder: Path, arguments: list[str]
) -> Iterator[AppDriver]:
    """A phone whose browser was started with these arguments, signed in as the steward."""
    context = browser.with_profile(
        chromium, folder, more=arguments,
        viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True, locale="zh-CN",
        timezone_id="Asia/Shanghai", reduced_motion="reduce",
    )  # fmt: skip
    try:
        phone = AppDriver(context.pages[0], app.url, shots=SHOTS if PICTURES else None)
        phone.start(f"/join/{day.code_for('steward')}")
        phone.see_id("today", timeout_ms=PATIENCE_MS)
        phone.gone_id("first-pull", timeout_ms=PATIENCE_MS)
        yield phone
    finally:
        context.close()


def seen(picture: Image.Image) -> Image.Image:
    """In a browser the plug-in shows a camera that does not say where it looks like a mirror: so the film is one."""
    return ImageOps.mirror(picture)


def playing(phone: AppDriver) -> bool:
    """Whether a live picture is in the page: a video with a track that runs."""
    return bool(
        phone.page.evaluate(
            """() => {
                const all = [];
                const walk = node => {
                    if (node.tagName === 'VIDEO') all.push(node);
                    for (const child of node.children || []) walk(child);
                    if (node.shadowRoot) walk(node.shadowRoot);
                };
                walk(document.body);
                return all.some(v => v.srcObject && v.srcObject.getTracks().some(t => t.readyState === 'live'));
            }"""
        )
    )


def test_a_tag_is_scanned_and_a_photo_taken_by_flets_own_camera(
    day: BrowserDay, app: FletServer, chromium: Browser, tmp_path: Path
) -> None:
    """G.1: the live picture shows, a tag opens its key, the camera is let go of, a photo is kept, the line holds."""
    serial = fresh()
    entrusted(day, DOOR, serial, "H-09")
    code = Tag(KEY, day.read("desk", lambda s: s.keys.tag_mark), serial).code
    label = tag_pictures.printed([code])[code]
    film = FakeCamera(tmp_path / "film")
    film.show(seen(tag_pictures.scene(label, random.Random(SEED), degrees=5)))
    with phone_of(day, app, chromium, tmp_path / "profile", film.arguments) as phone:
        phone.go("/scan")
        phone.see_id("key-head", timeout_ms=PATIENCE_MS)
        phone.see(DOOR)
        eventually(lambda: not playing(phone), what="the camera is let go of")
        phone.settle()
        phone.tap("key-photo")
        eventually(lambda: playing(phone), within=20, what="the live picture")
        phone.shot("native-camera")
        phone.tap("shutter")
        phone.see("已保存 · 现场", timeout_ms=PATIENCE_MS)
        phone.tap("photo-last")
        eventually(lambda: not playing(phone), what="the camera is let go of under another screen")
        phone.tap("back")
        eventually(lambda: playing(phone), within=20, what="the live picture, back again")
        phone.tap("back")
        phone.see("现场照片 1 张")
        assert not phone.problems and not phone.outside


@pytest.mark.parametrize(
    ("arguments", "says"), [(fake_camera.DENIED, "没有使用相机的权限"), (fake_camera.NONE, "这台设备没有相机")]
)
def test_a_camera_that_is_not_allowed_or_not_there_says_so(
    day: BrowserDay, app: FletServer, chromium: Browser, tmp_path: Path, arguments: list[str], says: str
) -> None:
    """The other ways stay open."""
    with phone_of(day, app, chromium, tmp_path / "profile", arguments) as phone:
        phone.go("/scan")
        phone.see(says, timeout_ms=PATIENCE_MS)
        for way in ("camera-again", "scan-gallery", "scan-type"):
            phone.see_id(way)
