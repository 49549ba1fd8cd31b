"""Comparing two lists of people at one door: whether they are the same family, by names and phones.

The answer decides who sees whose archive: another family at a door is another household (A7), while the same family
keeps everything after a corrected name, a new phone or one more child.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from sync_server.estate.readings import readings_of_name

PLACEHOLDERS = frozenset(("", "空置", "业主", "住户", "无", "vacant", "未售", "空房"))
"""Entries in the column of names that name nobody."""


class Same(StrEnum):
    """How sure it is that two families are the same."""

    YES = "yes"
    LIKELY = "likely"
    NO = "no"


def same_family(
    old_names: Collection[str], old_phones: Collection[str], new_names: Collection[str], new_phones: Collection[str]
) -> Same:
    """Return whether the people are the same family. If one side names nobody, they are taken for the same.

    ``LIKELY``: a name sounds the same, differs in one of three characters, or is the short form of the other (张先生).
    """
    old = {_plain(name) for name in old_names} - PLACEHOLDERS
    new = {_plain(name) for name in new_names} - PLACEHOLDERS
    if old & new or (set(old_phones) & set(new_phones)) - {""}:
        return Same.YES
    if not old or not new:
        return Same.YES
    return Same.LIKELY if any(_alike(one, other) for one in old for other in new) else Same.NO


def _plain(name: str) -> str:
    return re.sub(r"[\s·•.．()（）]", "", name).casefold()


_CALLED = re.compile(r"(.{1,2}?)(先生|女士|小姐|太太|生|总|老师|阿姨|叔叔|师傅)")


def _alike(one: str, other: str) -> bool:
    if one[:1] != other[:1] and set(readings_of_name(one[:1])[1]).isdisjoint(readings_of_name(other[:1])[1]):
        return False
    for short, long in ((one, other), (other, one)):
        called = _CALLED.fullmatch(short)
        if (called and long.startswith(called[1])) or (len(short) >= 2 and long.startswith(short)):
            return True
    if len(one) != len(other):
        return False
    if len(one) >= 3 and sum(a != b for a, b in zip(one, other, strict=True)) == 1:
        return True
    return not set(readings_of_name(one)[1]).isdisjoint(readings_of_name(other)[1])
