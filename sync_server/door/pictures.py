"""A resident's photo, made anew before it is kept: upright, small, without where and when it was taken.

Whatever was sent under that name is thrown away: what is kept is a JPEG that this server wrote.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from app.domain.rules.photos import GALLERY, LONG_SIDE, MOST_BYTES, MOST_THUMBNAIL_BYTES, THUMBNAIL_SIDE, Picture
from app.domain.wire.errors import PICTURE_TOO_LARGE, PICTURE_UNREADABLE, Problem

MOST_PIXELS: Final = 50_000_000
"""Pixels of a picture that is opened at all: more than any phone's camera makes, too few to fill the memory."""
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITIES: Final = (82, 70, 55, 40, 25)


def made_anew(data: bytes) -> Picture:
    """Return a photo that can be kept. Raises ``Problem`` ``picture_unreadable`` or ``picture_too_large``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # counted below, before it is unpacked
            opened = Image.open(BytesIO(data), formats=_FORMATS)
        if opened.width * opened.height > MOST_PIXELS:
            raise Problem(PICTURE_TOO_LARGE, size=len(data) // 1000, limit=MOST_BYTES // 1000)
        opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Problem:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise Problem(PICTURE_UNREADABLE) from error
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    picture = Picture(
        _jpeg(upright, MOST_BYTES), _jpeg(small, MOST_THUMBNAIL_BYTES), upright.width, upright.height, GALLERY
    )
    picture.check()
    return picture


def _jpeg(image: Image.Image, most: int) -> bytes:
    """Return the picture as a JPEG of at most so many bytes, or the smallest there is."""
    found = b""
    for quality in _QUALITIES:
        written = BytesIO()
        image.save(written, "JPEG", quality=quality, optimize=True)
        found = written.getvalue()
        if len(found) <= most:
            break
    return found
