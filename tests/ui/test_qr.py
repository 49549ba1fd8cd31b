"""QR codes as PNG: what the picture holds is the code, square, with white around it."""

from __future__ import annotations

import struct
import zlib

from app.ui.qr import QUIET, modules, qr_png


def test_the_picture_is_the_code_module_by_module() -> None:
    address = "https://ops.example.com/join/ABCD2345"
    wanted, data = modules(address), qr_png(address, module=3)
    side, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (side, height, depth, kind) == (3 * len(wanted), 3 * len(wanted), 1, 0)
    start = data.index(b"IDAT")
    packed = data[start + 4 : start + 4 + struct.unpack(">I", data[start - 4 : start])[0]]
    raw, stride = zlib.decompress(packed), 1 + -(-side // 8)
    rows = [raw[y * stride + 1 : (y + 1) * stride] for y in range(side)]
    seen = [[not rows[3 * y + 1][x // 8] >> (7 - x % 8) & 1 for x in range(1, side, 3)] for y in range(len(wanted))]
    assert seen == wanted and not any(any(row) for row in wanted[:QUIET]) and any(wanted[QUIET])
