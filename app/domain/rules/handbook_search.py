"""Finding in the handbook (T1): by title, by what a page says, by pinyin and its initials, without a network.

500 pages are compared in memory: no index has to be kept, and a browser's SQLite needs no extension. Which line answers
is worked out for as many pages as a list shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.domain.rules.handbook import Page, in_order
from app.domain.writing.folding import sought
from app.domain.writing.pages import Block, blocks

_TITLE_BEGINS, _TITLE, _TITLE_KEYS, _TAG, _NAME, _NAME_KEYS, _SAYS, _SOMEWHERE = 90, 80, 75, 70, 60, 50, 30, 10
_LETTERS: Final = 2
"""Letters that pinyin needs: one letter is the initial of half of all lines."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page that was found, and the line that says it; ``None`` where the title does, or no one line."""

    page: Page
    block: Block | None = None


def find(pages: Iterable[Page], text: str, language: str = "zh", limit: int = 50) -> list[Found]:
    """Return the pages that ``text`` may mean, the likeliest first: each of its words is in the title, in the tags or
    in what the page says, as written or by pinyin. Without a text: the first ``limit``, in order."""
    words = sought(text).split()
    ordered = sorted(pages, key=in_order)
    if not words:
        return [Found(page) for page in ordered[:limit]]
    hits: list[tuple[int, int, Found]] = []
    looked = 0
    for number, page in enumerate(ordered):
        titled = [_in_title(page, word) for word in words]
        if all(titled):
            hits.append((-min(titled), number, Found(page)))
        elif looked < 2 * limit and _says(page, words, titled):
            looked += 1
            rank, block = _best_line(page, language, words, titled)
            hits.append((-rank, number, Found(page, block)))
    hits.sort(key=lambda hit: hit[:2])
    return [found for _, _, found in hits[:limit]]


def _says(page: Page, words: Sequence[str], titled: Sequence[int]) -> bool:
    """Tell whether each word stands somewhere on a page."""
    said = [_lowered(text) for text in page.text.values()]
    return all(
        in_title or any(word in one for one in said) or _keyed(page.keys, word)
        for word, in_title in zip(words, titled, strict=True)
    )


def _best_line(page: Page, language: str, words: Sequence[str], titled: Sequence[int]) -> tuple[int, Block | None]:
    """Return how likely a page is meant, and the line in which those of the words stand that the title lacks."""
    best: tuple[int, Block | None] = (_SOMEWHERE, None)
    for block, said, name in _lines(page.words(language)):
        here = [_in_line(said, name, page.keys.get(block.line, ()), word) for word in words]
        rank = min(one or in_title for one, in_title in zip(here, titled, strict=True))
        if any(here) and rank > best[0]:
            best = rank, block
    return best


def _in_line(said: str, name: str, ways: Sequence[str], word: str) -> int:
    if word in name:
        return _NAME + 5 * name.startswith(word)
    if _fits(ways, word):
        return _NAME_KEYS
    return _SAYS if word in said else 0


def _in_title(page: Page, word: str) -> int:
    best = 0
    for title in page.title.values():
        said = sought(title)
        if word in said:
            best = max(best, _TITLE_BEGINS if said.startswith(word) else _TITLE)
    if best:
        return best
    if _fits(page.keys.get(0, ()), word):
        return _TITLE_KEYS
    return _TAG if any(word in sought(tag) for tag in page.tags) else 0


def _keyed(keys: Mapping[int, Sequence[str]], word: str) -> bool:
    return word.isascii() and any(_fits(ways, word) for line, ways in keys.items() if line)


def _fits(ways: Sequence[str], word: str) -> bool:
    return len(word) >= _LETTERS and word.isascii() and any(word in way for way in ways)


@lru_cache(maxsize=1_200)
def _lowered(text: str) -> str:
    return sought(text)


@lru_cache(maxsize=300)
def _lines(text: str) -> tuple[tuple[Block, str, str], ...]:
    return tuple((block, sought(block.said), sought(block.name)) for block in blocks(text))


__all__ = ["Found", "find"]
