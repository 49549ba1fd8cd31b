"""One word for one thing, politely, in whole sentences: all that people read, in both languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from app.domain.wire import errors
from tests.support.project import ROOT

_END: Final = re.compile(r"[。！？…：.!?:][」”]?\s*$")
_SENTENCES: Final = {"zh-CN": re.compile(r"[。！？；]\s*\S"), "en": re.compile(r"[.!?;] \S")}
SAID_OTHERWISE: Final = {
    "巡更": "巡检",
    "钥匙牌": "标签",
    "标签编号": "标签编码",
    "位编号": "位编码",
    "重试": "再试一次",
    "维修人员": "维修工",
    "工程主管": "工程部主管",
    "承诺": "答应",
    "上门未遇": "没有见到人",
    "委托至": "委托到",
    "从何时": "从什么时候起",
    "客户": "住户",
}
"""Words that were used beside the one people know a thing by, and that one."""


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Every text of a language, by its key."""

    def walk(found: dict[str, Any], name: str) -> Iterator[tuple[str, str]]:
        for key, value in found.items():
            if isinstance(value, dict):
                yield from walk(value, f"{name}.{key}")
            else:
                yield f"{name}.{key}", value

    for file in sorted((ROOT / "assets" / "texts" / language).glob("*.toml")):
        yield from walk(tomllib.loads(file.read_text("utf-8")), file.stem)


def test_people_are_addressed_politely() -> None:
    """B25: 您, never 你, in texts, problems, and all that the server says."""
    said = [(name, text) for name, text in texts("zh-CN") if "你" in text]
    said += [(kind.name, kind.zh) for kind in errors.KINDS.values() if "你" in kind.zh]
    for folder in ("app", "sync_server"):
        for file in (ROOT / folder).rglob("*.py"):
            if "demo" not in file.parts and "register" not in file.parts and "你" in file.read_text("utf-8"):
                said.append((file.name, "你"))
    assert said == []


def test_whole_sentences_end_as_such() -> None:
    """B25: what has a sentence inside ends with a mark, and so does every problem told."""
    open_ended = [
        (language, name, text)
        for language, inside in _SENTENCES.items()
        for name, text in texts(language)
        if "|" not in text and (language != "en" or text[:1].isupper())
        if inside.search(text.replace("e.g. ", "")) and "e.g." not in text and not _END.search(text)
    ]
    problems = [k.name for k in errors.KINDS.values() if not (_END.search(k.zh) and _END.search(k.en))]
    assert (open_ended, problems) == ([], [])


def test_one_word_for_one_thing() -> None:
    """B25: no second word for what has one."""
    spoken = list(texts("zh-CN")) + [(kind.name, kind.zh) for kind in errors.KINDS.values()]
    assert [(name, old, new) for name, text in spoken for old, new in SAID_OTHERWISE.items() if old in text] == []
