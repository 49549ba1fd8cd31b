"""Tags 标签: the short codes on keys, lent things, doors and patrol points (G.1, G.4; H and I use the same).

A code is nine characters: what it hangs on (one letter), the estate's mark (three), a number (four), and a check
character. All but the check are of Crockford's base 32 (no I, L, O, U), in capitals; the check is Luhn's over the same
32 symbols, so one wrong character always shows and two neighbours swapped nearly always (0 and Z alone escape). In a
QR code they fit the smallest size in capital-letter mode. A tag may carry the code alone or a web address in capitals
(``HTTPS://HOST/T/CODE``) that any phone's own scanner opens.

``parse_tag`` reads what a scanner saw or somebody typed, and says by name what is wrong with it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.domain.writing.folding import narrow
from app.domain.writing.join_codes import PATH as JOIN_PATH

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32."""

LENGTH = 9
"""Characters of a code, the check among them."""

MARK_LENGTH = 3
PATH = "/t/"
"""The app's route below the server's address; the code follows. In a printed address it stands in capitals."""

CARD_PATH = "/d/"
"""The server's page for residents (X); the code on a door's card follows, and behind it what proves the card real."""

KEY, THING, UNIT, POINT = "key", "thing", "unit", "point"
"""What a tag hangs on: a bunch of keys, a lent thing (tool, umbrella, wheelchair...), a door, a patrol point."""

LETTERS = {KEY: "K", THING: "T", UNIT: "H", POINT: "P"}
"""The first letter of a code. H is for 户; Crockford's alphabet has no U."""

_KIND_OF = {letter: kind for kind, letter in LETTERS.items()}
_LOOKS_LIKE = str.maketrans("OIL", "011")
"""Letters that people read or type for printed digits."""

FOREIGN, TORN, OTHER_ESTATE, UNFINISHED = "foreign", "torn", "other_estate", "unfinished"
"""Why a text is no tag of ours: not one at all; one that was misread or mistyped; another estate's; not whole yet."""

WECHAT_PAY, ALIPAY, WECHAT, WEBSITE, WIFI, CONTACT, JOIN_CODE, NUMBER, WORDS = (
    "wechat_pay", "alipay", "wechat", "website", "wifi", "contact", "join_code", "number", "words"
)  # fmt: skip
"""Kinds of foreign codes, by what people know them as."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag's code that is right in itself: what it hangs on, its estate's mark and its number."""

    kind: str
    mark: str
    serial: str

    @property
    def code(self) -> str:
        """The nine characters in capitals."""
        payload = LETTERS[self.kind] + self.mark + self.serial
        return payload + check_character(payload)

    @property
    def spoken(self) -> str:
        """The code as it is printed and read out: in three groups."""
        return spoken(self.code)


@dataclass(frozen=True, slots=True)
class NoTag:
    """Why a text is no tag to go on with. ``what``: what a foreign code is; ``shown``: its host or first words.

    ``tag``: the other estate's tag. ``strange``: characters that no tag has, each once.
    """

    reason: str
    what: str = ""
    shown: str = ""
    strange: str = ""
    tag: Tag | None = None


def check_character(payload: str) -> str:
    """Return the check character of a payload: Luhn's algorithm over the 32 symbols."""
    return ALPHABET[-_luhn(payload + ALPHABET[0]) % len(ALPHABET)]


def _luhn(code: str) -> int:
    values = [ALPHABET.index(char) for char in reversed(code)]
    doubled = (sum(divmod(2 * value, len(ALPHABET))) for value in values[1::2])
    return (sum(values[::2]) + sum(doubled)) % len(ALPHABET)


def estate_mark(estate_id: str) -> str:
    """Return the three characters by which an estate's tags are told from another's (32,768 of them)."""
    number = int.from_bytes(hashlib.sha256(f"tag-mark:{estate_id}".encode()).digest()[:2], "big") >> 1
    return "".join(ALPHABET[number >> shift & 31] for shift in (10, 5, 0))


def make_tag(kind: str, mark: str, choose: Callable[[Sequence[str]], str]) -> Tag:
    """Return a new tag for an estate; ``choose`` picks one of a sequence by chance (``secrets.choice``).

    The caller sees to it that a number (of 1,048,576 a kind) is not given twice.
    """
    return Tag(kind, mark, "".join(choose(ALPHABET) for _ in range(LENGTH - 2 - MARK_LENGTH)))


def spoken(code: str) -> str:
    """Return as much of a code as there is in groups of three, as it is printed: K7M-2QD-91X."""
    return "-".join(code[i : i + 3] for i in range(0, len(code), 3))


def plain_tag(text: str) -> str:
    """Return what was typed in the form of a code: in capitals, without dashes and spaces, O as 0, I and L as 1."""
    plain = narrow(text).upper()
    kept = (char for char in plain if not char.isspace() and unicodedata.category(char) not in ("Pd", "Cf", "Pc"))
    return "".join(kept).translate(_LOOKS_LIKE)


def strange_in(code: str) -> str:
    """Return the characters of a plain code that no tag has, each once, in the order in which they stand."""
    return "".join(dict.fromkeys(char for char in code if char not in ALPHABET))


def tag_address(server: str, code: str) -> str:
    """Return the address to print: in capitals, so that it fits a small QR code. ``server`` has no path."""
    return f"{server.rstrip('/')}{PATH}{code}".upper()


def parse_tag(text: str, mark: str = "") -> Tag | NoTag:
    """Read what was scanned or typed; ``mark`` is the mark of the estate whose tags are wanted (empty: any).

    Never raises: for what is no tag of that estate the ``NoTag`` says why (``reason``).
    """
    plain = text.strip()
    if not plain:
        return NoTag(UNFINISHED)
    foreign = _foreign(plain)
    if isinstance(foreign, NoTag):
        return foreign
    code = plain_tag(foreign)
    strange = strange_in(code)
    if len(code) > LENGTH + 1 or code[:1] not in _KIND_OF:
        return NoTag(FOREIGN, NUMBER if code.isdigit() else WORDS, plain[:40], strange)
    if strange or len(code) > LENGTH:
        return NoTag(TORN, shown=spoken(code), strange=strange)
    if len(code) < LENGTH:
        return NoTag(UNFINISHED, shown=spoken(code))
    if _luhn(code):
        return NoTag(TORN, shown=spoken(code))
    tag = Tag(_KIND_OF[code[0]], code[1 : 1 + MARK_LENGTH], code[1 + MARK_LENGTH : -1])
    if mark and tag.mark != mark:
        return NoTag(OTHER_ESTATE, shown=tag.spoken, tag=tag)
    return tag


def _foreign(text: str) -> str | NoTag:
    """Return the code that a text carries (itself, or behind ``/T/`` or ``/D/`` of an address), or what it is
    instead."""
    lower = narrow(text).lower()
    for start, what in _KNOWN_STARTS:
        if lower.startswith(start):
            return NoTag(FOREIGN, what)
    if re.match(r"[a-z][a-z0-9+.-]*:", lower) is None:
        return text
    try:
        address = urlsplit(lower)
        host = address.hostname or ""
    except ValueError:  # a scanner may hand over anything: http://[
        return NoTag(FOREIGN, WORDS, text[:40])
    if address.scheme in ("http", "https") and host:
        if JOIN_PATH in address.path:
            return NoTag(FOREIGN, JOIN_CODE, host)
        found = re.fullmatch(rf".*{PATH}([^/]{{1,20}})/?", address.path)
        if found is None:
            found = re.fullmatch(rf".*{CARD_PATH}([^/]{{{LENGTH}}})[^/]{{16}}/?", address.path)
        return found[1] if found else NoTag(FOREIGN, WEBSITE, host)
    return NoTag(FOREIGN, WORDS, text[:40])


_KNOWN_STARTS = (
    ("wxp://", WECHAT_PAY),
    ("https://payapp.weixin.qq.com", WECHAT_PAY),
    ("https://qr.alipay.com", ALIPAY),
    ("alipays:", ALIPAY),
    ("https://u.wechat.com", WECHAT),
    ("http://weixin.qq.com", WECHAT),
    ("https://weixin.qq.com", WECHAT),
    ("weixin:", WECHAT),
    ("wifi:", WIFI),
    ("begin:vcard", CONTACT),
    ("mecard:", CONTACT),
    ("tel:", CONTACT),
    ("mailto:", CONTACT),
)
