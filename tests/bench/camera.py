"""A tag held before the phone until its key's page is open, and a photo from the shutter until it is saved.

In the real web app, with the server off. The camera is a canvas of the page's own, so that the page's clock knows the
moment at which a picture came into view; from there on everything is the app: video, decoder, Python, store, screen.
The floors are the decoder and the shrinker alone, asked for the same pictures in the same page.
"""

from __future__ import annotations

import base64
import io
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser

from app.actions import Session
from app.domain.rules import photos
from tests.bench.measuring import Figure, median, p95
from tests.bench.watching import Window, by_id, open_browser, there
from tests.browser.web_day import web_day
from tests.support import browser, field_work, tag_pictures, web_app
from tests.support.web_app import AppPage

NAMES: Final = ("camera",)
RUNS: Final = 30
SEED: Final = 20261122
DOOR: Final = "3栋2单元1501"
PHOTO: Final = (1920, 1440)
"""What the app asks of a camera for photos."""

_CAMERA: Final = """() => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 1280, height: 720});
    const pen = canvas.getContext("2d");
    // A canvas whose picture stays the same sends no frames; a camera always does. Unlike a camera's, each frame of a
    // canvas costs the page itself: one of photo size, thirty times a second, and the window draws nothing any more.
    let every = 33;
    const send = () => { pen.fillRect(0, 0, 1, 1); setTimeout(send, every); };
    send();
    window.camera = async (text, pause = 33) => {
        every = pause;
        const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
        const picture = await createImageBitmap(new Blob([bytes]));
        [canvas.width, canvas.height] = [picture.width, picture.height];
        pen.drawImage(picture, 0, 0);
        bench.at = performance.now();
    };
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
}"""
_ALONE: Final = """async ([what, text, more]) => {
    const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const start = performance.now();
    await shangmenCamera.answers[what](bytes, more);
    return performance.now() - start;
}"""
_LIMITS: Final = {
    "longSide": photos.LONG_SIDE, "mostBytes": photos.MOST_BYTES, "thumbSide": photos.THUMBNAIL_SIDE,
    "mostThumbBytes": photos.MOST_THUMBNAIL_BYTES,
}  # fmt: skip


def measure(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures."""
    tree = web_app.made()
    with tempfile.TemporaryDirectory() as name, browser.chromium() as chromium:
        scans, decoding, taken, shrinking = _use(chromium, Path(name), tree)
    yield Figure("scan_to_key", "ms", median(scans), p95(scans), RUNS, "the decoder alone", median(decoding))
    yield Figure("photo_saved", "ms", median(taken), p95(taken), RUNS, "the shrinker alone", median(shrinking))


def _use(chromium: Browser, folder: Path, tree: Path) -> tuple[list[float], ...]:
    with web_day(chromium, f"sqlite:///{(folder / 'store.sqlite').as_posix()}", folder, tree) as day:
        home, codes = day.household_id(DOOR), tag_pictures.codes(RUNS, day.desk().keys.tag_mark, SEED)

        async def keep(session: Session) -> list[str]:
            return [await field_work.entrust(session, home, code, f"A-{n}") for n, code in enumerate(codes)]

        things = day.act("steward", keep)
        context = open_browser(chromium, folder / "bench")
        try:
            window = Window(context)
            window.page.add_init_script(f"({_CAMERA})()")
            page = AppPage(context, day.server.url, window.page)
            window.open(f"{day.server.url}/join/{day.code_for('steward')}", by_id("sync-line"))
            page.wait_for_mark("kept")
            day.server.stop()
            return (*_scans(window, codes), *_photos(window, things[0]))
        finally:
            context.close()


def _scans(window: Window, codes: list[str]) -> tuple[list[float], list[float]]:
    chance = random.Random(SEED)
    nothing = _text(tag_pictures.as_jpeg(tag_pictures.ground(chance)))
    times, floor = [], []
    for label in tag_pictures.printed(codes).values():
        shot = tag_pictures.scene(label, chance, degrees=chance.uniform(-20, 20), tilt=chance.uniform(0, 0.2))
        text = _text(tag_pictures.as_jpeg(shot))
        window.page.evaluate("text => camera(text)", nothing)
        window.go("/keys", by_id("keys"))
        window.go("/scan", "#camera video")
        window.page.wait_for_timeout(700)
        times.append(window.do("text => camera(text)", text, there(by_id("key-head"))))
        floor.append(window.page.evaluate(_ALONE, ["picture-decode", text, None]))
    return times, floor


def _photos(window: Window, thing: str) -> tuple[list[float], list[float]]:
    chance = random.Random(SEED)
    times, floor = [], []
    window.go("/keys", by_id("keys"))
    window.go(f"/photo/thing/{thing}", "#camera video")
    for n in range(RUNS):
        picture = io.BytesIO()
        Image.effect_noise((PHOTO[0] // 8, PHOTO[1] // 8), chance.uniform(30, 60)).convert("RGB").resize(PHOTO).save(
            picture, "JPEG", quality=90
        )
        text = _text(picture.getvalue())
        window.page.evaluate("text => camera(text, 250)", text)
        window.page.wait_for_timeout(700)
        came = (
            "[...document.querySelectorAll('flt-semantics-host *')].some("
            f"n => `${{n.getAttribute('aria-label')}} ${{n.textContent}}`.includes('{n + 1} 张，看最后一张'))"
        )
        times.append(window.tap(by_id("shutter"), came))
        floor.append(window.page.evaluate(_ALONE, ["picture-shrink", text, _LIMITS]))
    return times, floor


def _text(data: bytes) -> Any:
    return base64.b64encode(data).decode()
