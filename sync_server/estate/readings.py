"""All readings of Chinese names in pinyin, so that a name is found by any of them.

单 as a surname is read shàn, but a dictionary's first reading is dān; and Chányú is a surname of two characters:
whoever types s, d or c must find it. The surname's own reading comes first.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from itertools import combinations, product
from typing import Any

from pypinyin import Style, pinyin

from app.domain.writing.names import bare_name, outside_brackets

MOST_READINGS = 48
"""Most readings kept of one text: enough for all of a name, and for the likeliest ones of a long line."""

_SURNAMES = {
    "单": "shan", "解": "xie", "仇": "qiu", "翟": "zhai", "曾": "zeng", "朴": "piao", "查": "zha", "区": "ou",
    "任": "ren", "盖": "ge", "覃": "qin", "员": "yun", "乐": "yue", "尉": "yu", "缪": "miao", "冼": "xian",
    "秘": "bi", "折": "she", "黑": "he", "繁": "po", "种": "chong", "宓": "mi", "逄": "pang", "那": "na",
    "召": "shao", "隗": "wei", "郇": "huan", "薄": "bo", "纪": "ji", "葛": "ge", "车": "che", "牟": "mu",
    "佴": "nai", "褚": "chu", "祭": "zhai", "句": "gou", "洗": "xian", "晁": "chao", "訾": "zi", "笪": "da",
}  # fmt: skip
_COMPOUND_SURNAMES = {
    "尉迟": "yu chi", "单于": "chan yu", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "皇甫": "huang fu",
    "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "诸葛": "zhu ge", "夏侯": "xia hou", "东方": "dong fang",
    "令狐": "ling hu", "慕容": "mu rong", "宇文": "yu wen", "司徒": "si tu", "公孙": "gong sun", "端木": "duan mu",
    "南宫": "nan gong", "轩辕": "xuan yuan", "呼延": "hu yan", "钟离": "zhong li", "申屠": "shen tu", "濮阳": "pu yang",
    "赫连": "he lian", "独孤": "du gu", "拓跋": "tuo ba", "闻人": "wen ren", "太史": "tai shi", "公冶": "gong ye",
}  # fmt: skip
_MORE = {
    "尉": ("wei",), "𠮷": ("ji",), "𬱖": ("di",), "𫖯": ("fu",), "𬭚": ("chun",), "𬬭": ("lun",), "𬴂": ("fei",),
    "𫍯": ("xian",), "𣲗": ("wei",), "𬣙": ("xu",),
}  # fmt: skip
"""Readings that the dictionary lacks."""


@lru_cache(20_000)
def readings_of_name(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (initials, pinyin) of a person's name, in all readings, the surname's own first.

    张伟 gives ``("zw",)`` and ``("zhangwei",)``; 单丽 has sl, dl and cl. Letters and digits are kept;
    marks such as · and emoji are left out. ü is written v.
    """
    syllables = _syllables(outside_brackets(name))
    bare = bare_name(name)
    compound = _COMPOUND_SURNAMES.get(bare[:2])
    if compound is not None:
        for index, reading in enumerate(compound.split()):
            syllables[index] = _first(reading, syllables[index])
    elif bare[:1] in _SURNAMES:
        syllables[0] = _first(_SURNAMES[bare[0]], syllables[0])
    return _spelled(syllables)


def readings_of_text(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (initials, pinyin) of any other text, such as a price item; the usual reading first."""
    return _spelled(_syllables(text))


def _first(reading: str, others: tuple[str, ...]) -> tuple[str, ...]:
    return (reading, *(other for other in others if other != reading))


def _syllables(text: str) -> list[tuple[str, ...]]:
    """Return the possible syllables of each character or Latin word; what has no reading is left out."""
    syllables: list[tuple[str, ...]] = []
    word = ""
    for char, usual in zip(text, _usual(text), strict=True):
        plain = _latin(char)
        if plain:
            word += plain
            continue
        if word:
            syllables.append((word,))
            word = ""
        known = _dictionary(char)
        if usual or known:
            syllables.append(tuple(dict.fromkeys(reading for reading in (usual, *known) if reading)))
    if word:
        syllables.append((word,))
    return syllables


def _unread(rest: str) -> Any:
    """Return an empty reading for each character without one, so that all characters keep their index."""
    return [[""] for _ in rest]


def _usual(text: str) -> list[str]:
    """Return the reading of each character in its context, "" if it has none: 银行 is yin hang."""
    read = pinyin(text, style=Style.NORMAL, errors=_unread)
    return [options[0] for options in read]


@cache
def _dictionary(char: str) -> tuple[str, ...]:
    read = pinyin(char, style=Style.NORMAL, heteronym=True, errors=_unread)
    return tuple(reading for reading in (*read[0], *_MORE.get(char, ())) if reading)


@lru_cache(20_000)
def _latin(char: str) -> str:
    """Return a letter or digit in its plain lower-case form: É → e, Ａ → a; "" for anything else."""
    plain = unicodedata.normalize("NFKD", char)[:1].lower()
    return plain if plain.isascii() and plain.isalnum() else ""


def _spelled(syllables: list[tuple[str, ...]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    letters = [tuple(dict.fromkeys(reading[0] for reading in options)) for options in syllables]
    return tuple(_combined(letters)), tuple(_combined(syllables))


def _combined(options: list[tuple[str, ...]]) -> list[str]:
    """Return the combinations of one option per character, those with the fewest other than first options first."""
    if not options:
        return []
    found: dict[str, None] = {}
    several = [index for index, choices in enumerate(options) if len(choices) > 1]
    for changed in range(len(several) + 1):
        for indexes in combinations(several, changed):
            for picked in product(*(options[index][1:] for index in indexes)):
                parts = [choices[0] for choices in options]
                for index, part in zip(indexes, picked, strict=True):
                    parts[index] = part
                found["".join(parts)] = None
                if len(found) >= MOST_READINGS:
                    return list(found)
    return list(found)
