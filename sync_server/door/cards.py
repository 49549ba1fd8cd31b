"""The codes on the cards of doors: the door's tag, and behind it 80 bits that nobody can make up (X).

The key is the store's; it stays in its database. Each card also has an edition: another edition of a door's card makes
the ones printed before it useless.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from app.domain.writing.tags import ALPHABET, CARD_PATH, LENGTH, plain_tag

PROOF: Final = 16
"""Characters that prove a card: five bits each, 80 in all."""
_BYTES: Final = 10


def card_code(key: bytes, tag: str, edition: int) -> str:
    """Return what stands behind ``/D/`` on the card of the door with this tag."""
    digest = hmac.new(key, f"door card\n{tag}\n{edition}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:_BYTES], "big")
    return tag + "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (PROOF - 1), -1, -5))


def tag_on(said: str) -> str:
    """Return the tag that a card's code begins with; "" for what cannot be a card's code."""
    code = plain_tag(said)
    return code[:LENGTH] if len(code) == LENGTH + PROOF and set(code) <= set(ALPHABET) else ""


def is_real(key: bytes, said: str, edition: int) -> bool:
    """Tell whether this store printed a card with the code ``said``, in this edition."""
    return hmac.compare_digest(card_code(key, tag_on(said), edition), plain_tag(said))


def card_address(server: str, code: str) -> str:
    """Return the address to print: in capitals, so that it fits a small QR code. ``server`` has no path."""
    return f"{server.rstrip('/')}{CARD_PATH}{code}".upper()
