"""Ready phrases in a typed text: a tap adds one, a second tap takes it out again, whatever was typed around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BREAKS: Final = "，。、；！？,;.!? \n"
"""Characters that may stand between one statement and the next."""
JOINS: Final = "，、；,; "
"""Those of `BREAKS` that only join statements; when a phrase is taken out, one of them goes with it."""


def chosen(text: str, phrases: Sequence[str]) -> frozenset[str]:
    """Return those of ``phrases`` with which a statement in ``text`` begins.

    More may have been typed behind: 漏水很大 (leaking badly) counts as 漏水 (leaking). A phrase in the middle of other
    words (没有漏水, not leaking) does not count, nor does one that merely begins a longer one of ``phrases`` there.
    """
    return frozenset(phrase for phrase in phrases if _finds(text, phrase, phrases))


def toggled(text: str, phrase: str, phrases: Sequence[str] = ()) -> str:
    """Return ``text`` with ``phrase`` added at its end, or, if it was chosen already, with it taken out everywhere."""
    begins = _finds(text, phrase, phrases)
    if not begins:
        return f"{text}，{phrase}" if text and text[-1] not in BREAKS else text + phrase
    for begin in reversed(begins):
        text = _without(text, begin, begin + len(phrase))
    return text


def _finds(text: str, phrase: str, phrases: Sequence[str]) -> list[int]:
    longer = [p for p in phrases if len(p) > len(phrase) and p.startswith(phrase)]
    found, begin = [], text.find(phrase) if phrase else -1
    while begin >= 0:
        starts = begin == 0 or text[begin - 1] in BREAKS
        if starts and not any(text.startswith(p, begin) for p in longer):
            found.append(begin)
            begin = text.find(phrase, begin + len(phrase))
        else:
            begin = text.find(phrase, begin + 1)
    return found


def _without(text: str, begin: int, end: int) -> str:
    before, after = text[:begin], text[end:]
    if before and before[-1] in JOINS and (not after or after[0] in BREAKS):
        before = before[:-1]
    elif after and after[0] in JOINS:
        after = after[1:]
    return before + after
