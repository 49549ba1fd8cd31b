"""A QR code in the terminal."""

from __future__ import annotations

import qrcode


def print_qr(address: str) -> None:
    """Print the QR code of an address, dark on light whatever the terminal's colours."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    code.print_ascii(invert=True)
