"""One-time codes 一次性代码, by which somebody signs in on a phone without typing a password.

A code is eight characters that cannot be taken for one another (no 0, O, 1 or I: 32 ** 8, about 10 ** 12 of them),
shown as ``XXXX-XXXX``. It holds for ten minutes and works once. Who scans it gets it in an address:
``<server>/join/CODE``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from app.domain.times import MINUTE
from app.domain.writing.folding import narrow

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 8
LIFETIME_MS = 10 * MINUTE
PATH = "/join/"
"""Below the server's address; the code follows."""


def make_code(choose: Callable[[Sequence[str]], str]) -> str:
    """Return a new code; ``choose`` picks one of a sequence by chance (``secrets.choice``)."""
    return "".join(choose(ALPHABET) for _ in range(LENGTH))


def plain_code(text: str) -> str:
    """Return what was typed or pasted in the form of a code: capitals, without spaces and dashes, wide letters made
    narrow.

    Of a pasted address only what follows ``/join/`` is taken. Characters that no code has are left in.
    """
    plain = narrow(text)
    lower = plain.lower()
    if PATH in lower:
        plain = plain[lower.rindex(PATH) + len(PATH) :].split("?", 1)[0].split("#", 1)[0].rstrip("/ \n")
    return "".join(char for char in plain.upper() if not char.isspace() and unicodedata.category(char) not in _DASHES)


_DASHES = frozenset(("Pd", "Cf", "Pc"))
"""The Unicode categories left out: dashes of every kind, invisible characters, and connectors such as the
underscore."""


def strange_in(code: str) -> str:
    """Return the characters of a plain code that no code has, each once, in the order in which they stand."""
    return "".join(dict.fromkeys(char for char in code if char not in ALPHABET))


def is_code(code: str) -> bool:
    """Tell whether a plain code looks like one; whether it is valid only the server knows."""
    return len(code) == LENGTH and not strange_in(code)


def spoken(code: str) -> str:
    """Return a code as it is shown: in two groups."""
    half = LENGTH // 2
    return f"{code[:half]}-{code[half:]}" if len(code) > half else code


def join_address(server: str, code: str) -> str:
    """Return the address to scan."""
    return f"{server.rstrip('/')}{PATH}{code}"


def server_of(text: str) -> str:
    """Return the server of a pasted address to join by (``https://host``); empty for a bare code."""
    found = urlsplit(narrow(text).strip())
    if found.scheme in ("http", "https") and found.netloc and PATH in found.path.lower():
        before = found.path[: found.path.lower().rindex(PATH)]
        return f"{found.scheme}://{found.netloc}{before}"
    return ""


def only_here(server: str) -> bool:
    """Tell whether an address leads to the very device it is opened on (``localhost``): no phone can use it."""
    host = (urlsplit(server).hostname or "").lower()
    return host in ("localhost", "::1", "::", "0.0.0.0") or host.startswith("127.") or host.endswith(".localhost")


def keeps_offline(server: str) -> bool:
    """Tell whether a browser keeps the app for use without a network from this address: HTTPS, or this very device."""
    return urlsplit(server).scheme == "https" or only_here(server)
