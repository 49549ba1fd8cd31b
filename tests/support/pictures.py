"""Pictures for tests: JPEGs made with Pillow, as a phone's camera would give them."""

from __future__ import annotations

import io
import random

from PIL import Image

from app.domain.rules.photos import CAMERA, Picture


def jpeg(width: int, height: int, *, seed: int = 0, quality: int = 70, orientation: int | None = None) -> bytes:
    """Return a JPEG with large patches of colour; ``orientation``: how the camera was held (EXIF)."""
    chance = random.Random(seed)
    small = Image.new("RGB", (16, 12))
    small.putdata([(chance.randrange(256), chance.randrange(256), chance.randrange(256)) for _ in range(16 * 12)])
    image = small.resize((width, height), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    image.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def picture(width: int, height: int, *, seed: int = 0) -> Picture:
    """Return a picture in the form in which the app stores it."""
    return Picture(jpeg(width, height, seed=seed), jpeg(320, 320 * height // width, seed=seed), width, height, CAMERA)
