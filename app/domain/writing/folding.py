"""How texts are compared, though they are kept as they were written: one rule on the phone and on the server.

Keyboards write one character in several ways: ＬＥＤ and LED, （1） and (1), 「三号」 and “三号”. Comparisons of codes,
names, addresses and headings begin with ``narrow`` and add rules of their own; searches compare by ``sought``.
"""

from __future__ import annotations

import unicodedata

_QUOTES = str.maketrans(dict.fromkeys("“”„‟‘’‚‛「」『』〝〞〟«»'", '"'))


def narrow(text: str) -> str:
    """Return a text with one form of each character: half width, no ligatures (Unicode's NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def sought(text: str) -> str:
    """Return a text as a search compares it: narrow, in small letters, with one kind of quotes and single blanks."""
    return " ".join(narrow(text).casefold().translate(_QUOTES).split())
