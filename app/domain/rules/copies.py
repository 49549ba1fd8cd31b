"""The resident's copy 住户留底: the address at which who signed finds, without an account, what they signed (A.8, S).

The code is made of what the phone and the server both have, so it can be shown before anything was sent: the id of the
signature's entry, and 80 bits of its hash, which nobody can make up. It leads to the copy once the entry has arrived.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final
from uuid import UUID

from app.domain.rules.kind import CAPACITIES
from app.domain.wire.entries import Entry
from app.domain.writing.tags import ALPHABET

COPY_PATH: Final = "/p/"
"""The server's page; the code follows. In capitals in a QR code, as everything there: that makes it small."""
PROOF: Final = 16
"""Characters that prove a code: five bits each, 80 in all."""
_ID: Final = 26
_STAFF: Final = CAPACITIES[-1]


def has_copy(entry: Entry) -> bool:
    """Tell whether an entry is the signature of somebody who gets a copy: of anybody but our own staff."""
    return entry.kind == "signed" and entry.body.get("capacity") != _STAFF


def copy_code(entry: Entry) -> str:
    """Return the code of the copy of what somebody signed."""
    return _letters(UUID(entry.id).int, _ID) + _proof(entry)


def copy_link(server: str, entry: Entry) -> str:
    """Return the address of the copy as it is sent in a message: programs make a link of what begins with https.

    ``server`` has no path.
    """
    return f"{server.rstrip('/')}{COPY_PATH}{copy_code(entry)}"


def copy_address(server: str, entry: Entry) -> str:
    """Return the address of the copy in capitals, as a QR code has it. ``server`` has no path."""
    return copy_link(server, entry).upper()


def entry_of(code: str) -> str:
    """Return the id of the signature's entry that a code names; "" for what cannot be a code."""
    code = code.upper()
    if len(code) != _ID + PROOF or not set(code) <= set(ALPHABET):
        return ""
    number = 0
    for letter in code[:_ID]:
        number = number * 32 + ALPHABET.index(letter)
    return str(UUID(int=number)) if number < 1 << 128 else ""


def is_real(code: str, entry: Entry) -> bool:
    """Tell whether a code is that of this signature."""
    return has_copy(entry) and hmac.compare_digest(copy_code(entry).encode(), code.upper().encode())


def _proof(entry: Entry) -> str:
    # Not the hash itself: it stands in the next entry of the device's chain, whoever that is about.
    digest = hashlib.sha256(f"resident's copy\n{entry.hash}".encode()).digest()
    return _letters(int.from_bytes(digest[:10], "big"), PROOF)


def _letters(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (length - 1), -1, -5))
