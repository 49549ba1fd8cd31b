"""Decoding and shrinking with OpenCV, for packaged apps and windows drawn by a server, where it is installed.

Flet's index for phones carries ``opencv-python``; on a desk it is ``opencv-python-headless``. The same code is tested
with the latter; on a phone it was not tried (docs/native.md).
"""

from __future__ import annotations

import asyncio
import sys
from importlib.util import find_spec
from typing import Any

from app.device.pictures import Shrunk
from app.domain import photos
from app.domain.errors import PICTURE_TOO_LARGE, PICTURE_UNREADABLE, Problem

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
        image = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_COLOR)
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
    for side in _LOOK_AT:
        small = _scaled(image, side)
        found, texts, corners, _ = cv2.QRCodeDetector().detectAndDecodeMulti(small)
        if not found:
            continue
        height, width = small.shape[:2]

        def from_middle(one: tuple[str, Any], w: int = width, h: int = height) -> float:
            x, y = one[1].mean(axis=0)
            return float((x - w / 2) ** 2 + (y - h / 2) ** 2)

        codes = sorted(((text, box) for text, box in zip(texts, corners, strict=True) if text), key=from_middle)
        if codes:
            return [text for text, _box in codes]
    return []
