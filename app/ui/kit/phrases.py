"""Phrases in a text: a tap puts one in, a second tap takes the same words out again, whatever was typed around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BREAKS: Final = "，。、；！？,;.!? \n"
"""What may stand between one thing said and the next."""
JOINS: Final = "，、；,; "
"""Breaks that only join: one of them goes with the words it joined."""


def chosen(text: str, phrases: Sequence[str]) -> frozenset[str]:
    """Return which of ``phrases`` stand in ``text``: each from the beginning of something said.

    Somebody may have typed on behind it (漏水很大); what stands in the middle of other words (没有漏水), or is only the
    beginning of another of the phrases, was not chosen.
    """
    return frozenset(phrase for phrase in phrases if _finds(text, phrase, phrases))


def toggled(text: str, phrase: str, phrases: Sequence[str] = ()) -> str:
    """Return ``text`` with ``phrase`` said at its end, or without it where it was said already."""
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
