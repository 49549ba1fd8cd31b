"""Pictures of choices: small enough to travel in a definition, so that a phone in a cellar has them."""

from __future__ import annotations

import base64
import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from app.domain.forms.definition import PICTURE

ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp")
"""How the names of pictures end that lie beside a form."""
SIDE: Final = 144
"""Width and height in px within which a picture is kept: two stand beside one another on a phone."""
_MOST_PIXELS: Final = 40_000_000
_QUALITY: Final = 60

__all__ = ["ENDINGS", "PICTURE", "SIDE", "small"]


def small(data: bytes) -> str | None:
    """Return a picture upright, on white and small, as JPEG in base64; ``None`` if it is none."""
    try:
        with Image.open(io.BytesIO(data)) as found:
            if found.width * found.height > _MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(found).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    upright.thumbnail((SIDE, SIDE))
    ground = Image.new("RGB", upright.size, "white")
    ground.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return base64.b64encode(out.getvalue()).decode()
