"""Decoding and shrinking with OpenCV, for packaged apps and windows drawn by a server, where it is installed.

Flet's index for phones carries ``opencv-python``; on a desk it is ``opencv-python-headless``. The same code is tested
with the latter; on a phone it was not tried (docs/native.md).
"""

from __future__ import annotations

import asyncio
import logging
import sys
from importlib.util import find_spec
from typing import Any

from app.device.pictures import Shrunk
from app.domain.rules import photos
from app.domain.wire.errors import PICTURE_TOO_LARGE, PICTURE_UNREADABLE, Problem

log = logging.getLogger(__name__)

_QUALITIES = (82, 74, 66, 58, 50)
_LOOK_AT = (1280, 2560, 640)


def is_here() -> bool:
    """Tell whether OpenCV is installed."""
    return sys.platform != "emscripten" and find_spec("cv2") is not None


class OpenCv:
    """A shrinker and a decoder."""

    async def shrink(self, data: bytes) -> Shrunk:
        """See ``app.device.pictures.Shrinker``."""
        return await asyncio.to_thread(_shrink, data)

    async def decode(self, data: bytes) -> list[str]:
        """See ``app.device.pictures.Decoder``."""
        return await asyncio.to_thread(_decode, data)


def _read(data: bytes) -> Any:
    import cv2
    import numpy

    try:
        # IMREAD_COLOR turns the picture as its Exif says.
        image = cv2.imdecode(numpy.frombuffer(photos.ended(data), numpy.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise Problem(PICTURE_UNREADABLE) from error
    if image is None:
        raise Problem(PICTURE_UNREADABLE)
    return image


def _scaled(image: Any, long_side: int) -> Any:
    import cv2

    height, width = image.shape[:2]
    scale = min(1.0, long_side / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return image if scale == 1.0 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def _jpeg(image: Any, long_side: int, most: int) -> tuple[bytes, int, int]:
    import cv2

    side = long_side
    while side >= 64:
        small = _scaled(image, side)
        for quality in _QUALITIES:
            done, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if done and encoded.size <= most:
                return encoded.tobytes(), small.shape[1], small.shape[0]
        side = round(side * 0.8)
    raise Problem(PICTURE_TOO_LARGE, size=most // 1000, limit=most // 1000)


def _shrink(data: bytes) -> Shrunk:
    image = _read(data)
    photo, width, height = _jpeg(image, photos.LONG_SIDE, photos.MOST_BYTES)
    thumbnail, _, _ = _jpeg(image, photos.THUMBNAIL_SIDE, photos.MOST_THUMBNAIL_BYTES)
    return Shrunk(photo, thumbnail, width, height)


def _decode(data: bytes) -> list[str]:
    import cv2

    image = _read(data)
    longest = max(image.shape[:2])
    # A frame is smaller than the second look: the same look twice would find the same nothing.
    for side in dict.fromkeys(min(side, longest) for side in _LOOK_AT):
        if codes := _codes(cv2.QRCodeDetectorAruco(), _scaled(image, side)):
            return codes
    # The other detector is slower and misses more, but some blurred codes are read by it alone.
    return _codes(cv2.QRCodeDetector(), _scaled(image, _LOOK_AT[0]), several=False)


def _codes(detector: Any, image: Any, *, several: bool = True) -> list[str]:
    """Return what a detector reads in a picture, the nearest to the middle first. ``several``: all codes, not only the
    best one."""
    import cv2

    try:
        if not several:
            text, _box, _straight = detector.detectAndDecode(image)
            return [text] if text else []
        found, texts, corners, _ = detector.detectAndDecodeMulti(image)
    except cv2.error as error:
        # Some pictures are too much for it (a box of no size, seen in OpenCV 5.0): nothing was found in them.
        log.info("a look failed: %s", error)
        return []
    if not found:
        return []
    height, width = image.shape[:2]

    def from_middle(one: tuple[str, Any]) -> float:
        x, y = one[1].mean(axis=0)
        return float((x - width / 2) ** 2 + (y - height / 2) ** 2)

    return [text for text, _box in sorted(((t, b) for t, b in zip(texts, corners, strict=True) if t), key=from_middle)]
