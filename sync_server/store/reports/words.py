"""What reports call kinds, clocks and posts, in Chinese and in English: the words of the app, so that a figure says the
same as the screens that it counts."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from sync_server.store.reports.report import Said

_FOLDER: Final = Path(__file__).parents[3] / "assets" / "texts"
_LANGUAGES: Final = ("zh-CN", "en")


def said(area: str, *keys: str) -> Said:
    """Return the words of the first of these keys that the app has in a table of its texts (``matter.class``), in both
    languages; the first key itself where it has none of them, as with what a company named itself."""
    zh, en = (_table(language, area) for language in _LANGUAGES)
    key = next((one for one in keys if isinstance(zh.get(one), str)), keys[0])
    return str(zh.get(key, key)), str(en.get(key, key))


@cache
def _table(language: str, area: str) -> dict[str, Any]:
    file, *tables = area.split(".")
    found: Any = tomllib.loads((_FOLDER / language / f"{file}.toml").read_text(encoding="utf-8"))
    for name in tables:
        found = found.get(name, {})
    return dict(found)


def clock(subject_type: str, name: str) -> Said:
    """Return what a clock 时限 of a kind of record is called."""
    for area in (_AREAS.get(subject_type, subject_type), "ticket"):
        try:
            words = said(f"{area}.clock", name)
        except FileNotFoundError:  # a kind without texts of its own has no clock of its own
            continue
        if words != (name, name):
            return words
    return name, name


_AREAS: Final = {"thing": "keys", "place": "keys", "count": "keys", "survey_round": "survey"}
"""Where the texts of a kind are, if not under its name."""


def noun(subject_type: str) -> Said:
    """Return what a kind of record is called."""
    return _first(subject_type, f"{_AREAS.get(subject_type, subject_type)}.noun")


def step(subject_type: str, kind: str) -> Said:
    """Return what an entry of a kind is called on a record of a type."""
    return _first(kind, f"{_AREAS.get(subject_type, subject_type)}.step", "common.entry")


def stage(subject_type: str, name: str) -> Said:
    """Return what a stage of a kind of record is called."""
    return _first(name, f"{_AREAS.get(subject_type, subject_type)}.stage")


def _first(key: str, *areas: str) -> Said:
    for area in areas:
        try:
            words = said(area, key)
        except FileNotFoundError:  # what only a newer program knows has no texts here
            continue
        if words != (key, key):
            return words
    return key, key
