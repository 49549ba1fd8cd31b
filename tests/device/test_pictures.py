"""Pictures of the gallery: what their files say, and shrinking and decoding without a browser (A, E, H; G.1)."""

from __future__ import annotations

import asyncio
import io
import struct
from functools import cache

import pytest
from PIL import Image

from app.device import exif, opencv
from app.device.exif import Said
from app.device.pictures import NoTool, from_gallery
from app.domain.rules.photos import LONG_SIDE, MOST_BYTES, Position, ended, is_jpeg
from app.domain.wire.errors import Problem
from tests.support.pictures import jpeg


@cache
def with_exif(**more: str) -> bytes:
    """A JPEG whose file says when and where it was taken."""
    said = Image.Exif()
    said[0x0112] = 6
    inner = said.get_ifd(0x8769)
    inner[0x9003] = "2026:11:22 09:30:15"
    if "zone" in more:
        inner[0x9011] = more["zone"]
    where = said.get_ifd(0x8825)
    where[1], where[2] = "N", (31.0, 13.0, 49.5)
    where[3], where[4] = "E", (121.0, 28.0, 25.32)
    out = io.BytesIO()
    Image.new("RGB", (4000, 3000), (90, 120, 60)).save(out, "JPEG", exif=said)
    return out.getvalue()


def test_a_file_tells_when_and_where_it_was_taken() -> None:
    """No zone means China's; one that is given counts."""
    shanghai = Position("31.230417", "121.473700")
    assert exif.read(with_exif()) == Said(1_795_311_015_000, shanghai)
    assert exif.read(with_exif(zone="+09:00")) == Said(1_795_307_415_000, shanghai)


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_damaged_file_tells_nothing_wrong(cut: int) -> None:
    data = bytearray(with_exif())
    data[20 + cut : 24 + cut] = struct.pack("<I", 0xFFFFFFF0)
    for damaged in (bytes(data), bytes(data[: 20 + cut])):
        found = exif.read(damaged)
        assert found.taken_at in (None, 1_795_311_015_000), "what is not wholly there is left out"


def test_without_a_browser_a_picture_is_turned_shrunk_and_keeps_its_time_and_place() -> None:
    picture = asyncio.run(from_gallery(with_exif(), opencv.OpenCv(), located=True))
    picture.check()
    assert (picture.width, picture.height) == (LONG_SIDE * 3 // 4, LONG_SIDE) and len(picture.data) <= MOST_BYTES
    assert picture.taken_at == 1_795_311_015_000 and picture.position is not None
    assert asyncio.run(from_gallery(with_exif(), opencv.OpenCv(), located=False)).position is None


@pytest.mark.parametrize("lost", [1, 2, 3, 40, 2_000])
def test_a_picture_that_lost_its_end_is_taken(lost: int) -> None:
    """B23: a JPEG without its last bytes still shows something; a browser opens it with the end it needs."""
    cut = jpeg(800, 600, seed=5)[:-lost]
    picture = asyncio.run(from_gallery(cut, opencv.OpenCv(), located=False))
    picture.check()
    assert (picture.width, picture.height) == (800, 600)
    assert ended(cut)[-2:] == b"\xff\xd9" and is_jpeg(cut)
    Image.open(io.BytesIO(ended(cut))).load()


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\xff\xd8\xff", b"\xff\xd8\xff cut off", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300), jpeg(80, 60)[:60]],
    ids=["nothing", "a beginning", "a beginning of nothing", "only a head", "cut in its head"],
)
def test_what_shows_nothing_is_refused_with_a_sentence(garbage: bytes) -> None:
    """B23: real garbage is no picture, however it begins, and is left as it is."""
    assert ended(garbage) == garbage and not is_jpeg(garbage)
    with pytest.raises(Problem, match="picture_unreadable"):
        asyncio.run(from_gallery(garbage, opencv.OpenCv(), located=False))


def test_what_cannot_be_read_or_handled_is_told() -> None:
    with pytest.raises(Problem, match="picture_unreadable"):
        asyncio.run(opencv.OpenCv().shrink(b"no picture"))
    with pytest.raises(Problem, match="picture_no_tool"):
        asyncio.run(NoTool().decode(jpeg(100, 100)))
