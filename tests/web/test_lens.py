"""The web app's decoder and shrinker (lens.js) in a real Chromium, under the app's own policy (G.1; A, E, H).

The labels are our own printed sheet, rendered at 150 dpi; the pictures of it are made as cameras would get them.
"""

from __future__ import annotations

import base64
import io
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from app.domain.rules.photos import LONG_SIDE, MOST_BYTES, MOST_THUMBNAIL_BYTES, THUMBNAIL_SIDE, ended, is_jpeg
from app.domain.writing import tags
from sync_server.labels import printing
from tests.support import tag_pictures
from tests.support.pictures import jpeg
from tests.support.project import ROOT
from tests.support.static_site import StaticSite

SEED: Final = 20261122
EACH: Final = 8
"""Pictures of each class: with eight readable classes 64 that must be read, and 8 torn ones."""
HIT_RATE: Final = 0.95
MARK: Final = tags.estate_mark("estate-1")
ASK: Final = """() => {
    const lens = new Worker('/lens.js', {type: 'module'});
    const waiting = new Map();
    let asked = 0;
    lens.onmessage = ({data}) => waiting.get(data.id)(data);
    window.ask = (question, text) => new Promise(done => {
        waiting.set(++asked, done);
        lens.postMessage({id: asked, bytes: Uint8Array.from(atob(text), c => c.charCodeAt(0)), ...question});
    });
    window.inText = bytes => { let s = ''; for (const b of bytes) s += String.fromCharCode(b); return btoa(s); };
}"""


def printed_labels() -> dict[str, Image.Image]:
    """A sheet of 21 labels as it comes out of a printer, cut up."""
    return tag_pictures.printed(tag_pictures.codes(printing.ON_A_SHEET, MARK, SEED))


@pytest.fixture
def lens(phone_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A page of the web app's origin with the lens at hand; nothing may be asked of anybody else."""
    site = StaticSite(ROOT / "build" / "web" / "static")
    site.start()
    try:
        page = phone_context().new_page()
        outside: list[str] = []
        page.on("request", lambda request: None if request.url.startswith(site.url) else outside.append(request.url))
        page.goto(f"{site.url}/manifest.webmanifest")
        page.evaluate(ASK)
        yield page
        assert outside == []
    finally:
        site.stop()


def ask(page: Page, what: str, data: bytes, **more: Any) -> Any:
    return page.evaluate(
        "([question, text]) => ask(question, text)", [{"what": what, **more}, base64.b64encode(data).decode()]
    )


def test_printed_tags_are_read_turned_tilted_dim_blurred_and_partly_covered(lens: Page) -> None:
    """At least 95 % of the readable ones; nothing is ever read as another tag."""
    labels = printed_labels()
    tried, hit, wrong = Counter[str](), Counter[str](), []
    for shot in tag_pictures.shots(labels, EACH, SEED):
        found = ask(lens, "decode", shot.jpeg)["value"]
        tried[shot.kind] += 1
        hit[shot.kind] += found[:1] == [shot.code]
        wrong += [text for text in found if text != shot.code]
    readable = sum(hit[kind] for kind in tag_pictures.READABLE)
    of = sum(tried[kind] for kind in tag_pictures.READABLE)
    print(f"\nread {readable} of {of} ({readable / of:.1%}), seed {SEED}: {dict(hit)}; torn {hit['torn']}")
    assert of >= 60 and readable / of >= HIT_RATE
    assert wrong == []


def test_of_two_codes_in_view_the_one_in_the_middle_counts(lens: Page) -> None:
    first, second = list(printed_labels().items())[:2]
    frame = tag_pictures.ground(random.Random(1))
    frame.paste(first[1], (20, 20))
    frame.paste(second[1], (460, 240))
    assert ask(lens, "decode", tag_pictures.as_jpeg(frame))["value"] == [second[0], first[0]]


def test_a_photo_is_turned_upright_and_shrunk(lens: Page) -> None:
    """A 12 megapixel picture held sideways: ≤ 200 KB, long side ≤ 1600 px, upright, and a thumbnail."""
    limits = {
        "longSide": LONG_SIDE, "mostBytes": MOST_BYTES, "thumbSide": THUMBNAIL_SIDE,
        "mostThumbBytes": MOST_THUMBNAIL_BYTES,
    }  # fmt: skip
    noisy = Image.effect_noise((1000, 750), 70).convert("RGB").resize((4000, 3000))
    out, held = io.BytesIO(), Image.Exif()
    held[0x0112] = 6
    noisy.save(out, "JPEG", quality=85, exif=held)
    for data in (out.getvalue(), jpeg(4000, 3000, seed=3, orientation=6)):
        shrunk = lens.evaluate(
            """async ([question, text]) => {
                const {value, error} = await ask(question, text);
                return error ?? {...value, photo: inText(value.photo), thumbnail: inText(value.thumbnail)};
            }""",
            [{"what": "shrink", **limits}, base64.b64encode(data).decode()],
        )
        photo, small = base64.b64decode(shrunk["photo"]), base64.b64decode(shrunk["thumbnail"])
        assert is_jpeg(photo) and len(photo) <= MOST_BYTES
        assert is_jpeg(small) and len(small) <= MOST_THUMBNAIL_BYTES
        size = Image.open(io.BytesIO(photo)).size
        assert size == (shrunk["width"], shrunk["height"]) and max(size) <= LONG_SIDE and size[1] > size[0]
        assert max(Image.open(io.BytesIO(small)).size) == THUMBNAIL_SIDE


def test_a_picture_that_lost_its_end_is_taken(lens: Page) -> None:
    """B23: the browser's own decoder opens it with the end that Python gives it back."""
    limits = {"longSide": 1600, "mostBytes": 200_000, "thumbSide": 320, "mostThumbBytes": 30_000}
    for lost in (1, 2, 2_000):
        assert "error" not in ask(lens, "shrink", ended(jpeg(800, 600, seed=5)[:-lost]), **limits)


def test_what_is_no_picture_is_told(lens: Page) -> None:
    assert "error" in ask(lens, "decode", b"no picture at all")
    limits = {"longSide": 1600, "mostBytes": 9, "thumbSide": 9, "mostThumbBytes": 9}
    assert "error" in ask(lens, "shrink", b"\xff\xd8\xff cut off", **limits)
