"""Addresses of servers as people and browsers read them."""

from __future__ import annotations

import ipaddress
from typing import Final

_USUAL: Final = {"http": 80, "https": 443}


def address(scheme: str, host: str, port: int) -> str:
    """Return ``scheme://host:port``: an IPv6 address in brackets, the scheme's usual port left out."""
    shown = "" if port == _USUAL[scheme] else f":{port}"
    return f"{scheme}://{in_address(host)}{shown}"


def in_address(host: str) -> str:
    """Return a host as it is written in an address: IPv6 in brackets, ``[::1]``, with its zone escaped,
    ``[fe80::1%25eth0]``."""
    plain = host.strip("[]")
    try:
        found = ipaddress.ip_address(plain)
    except ValueError:
        return host
    return f"[{plain.replace('%', '%25')}]" if found.version == 6 else plain
