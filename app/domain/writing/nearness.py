"""Which items of the price list are near what somebody reported: 水龙头漏水 brings the taps to the top (A.3)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from app.domain.writing.folding import sought

T = TypeVar("T")
_PAIR, _CHAR = 2.0, 0.6
"""How much two shared characters in a row weigh, and one alone."""
_ROOMS = ("卫生间", "洗手间", "厕所", "厨房", "客厅", "餐厅", "主卧", "次卧", "卧室", "阳台", "书房", "房间")
"""Words for where something is, which are left out: they say nothing about what it is."""


def nearest(items: Sequence[T], words: str, texts_of: Callable[[T], Iterable[str]]) -> list[T]:
    """Return the items that share words with ``words``, the nearest first; none when nothing is shared.

    Characters that most items have (更换, 维修) say little, those that few have (灯, 马桶) say much.
    """
    parts = [_parts(" ".join(texts_of(item))) for item in items]
    everywhere = Counter(part for one in parts for part in one)
    wanted = _parts(words)

    def score(one: frozenset[str]) -> float:
        shared = wanted & one
        return sum(
            (_PAIR if len(part) == 2 else _CHAR) * math.log(1 + len(items) / everywhere[part]) for part in shared
        )

    scored = [(score(one), index) for index, one in enumerate(parts)]
    best = max((value for value, _ in scored), default=0.0)
    near = [(value, index) for value, index in scored if value > 0 and value >= best / 4]
    return [items[index] for _, index in sorted(near, key=lambda one: (-one[0], one[1]))]


def _parts(text: str) -> frozenset[str]:
    """Return the words of a text, as single characters and pairs of them; Latin words as a whole."""
    for room in _ROOMS:
        text = text.replace(room, " ")
    found: set[str] = set()
    for word in "".join(char if char.isalnum() else " " for char in sought(text)).split():
        if word.isascii():
            found.add(word)
            continue
        found.update(word)
        found.update(word[n : n + 2] for n in range(len(word) - 1))
    return frozenset(found)
