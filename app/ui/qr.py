"""QR codes as PNG, made here: no imaging library runs in every phone's browser."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET: Final = 4
"""Modules of white around the code, which scanners need (ISO/IEC 18004)."""


def modules(text: str) -> list[list[bool]]:
    """Return the code's modules row by row, dark as True, with the quiet zone around."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    found: list[list[bool]] = code.get_matrix()
    return found


@lru_cache(maxsize=4)
def qr_png(text: str, module: int = 12) -> bytes:
    """Return the QR code of ``text`` as a black and white PNG, ``module`` pixels a module."""
    rows = modules(text)
    lines = []
    for row in rows:
        bits = "".join(("0" if dark else "1") * module for dark in row)
        packed = int(bits.ljust(-(-len(bits) // 8) * 8, "1"), 2).to_bytes(-(-len(bits) // 8), "big")
        lines.append((b"\0" + packed) * module)
    side = len(rows) * module
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
