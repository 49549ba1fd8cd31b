"""One page as a Markdown file: what it says about itself between two lines ``---``, then its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from sync_server.handbook.faults import Faults, Place
from sync_server.handbook.settings import TITLE, Said, named

_FENCE: Final = "---"
_SETTING: Final = re.compile(r"([^:：#]{1,40}?)\s*[:：]\s*(.*)")
_TITLED: Final = re.compile(r"#\s+(.+?)\s*#*")
_KEPT_OUT: Final = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of one page in one language: its words, its settings, and where each stands. ``name``: what the
    page is called where it says nothing else; ``kind``: of which kind it is then."""

    name: str
    language: str
    title: str
    text: str
    said: Mapping[str, Said]
    at: Place
    text_at: Place
    title_at: Place
    kind: str = ""


def read_markdown(name: str, content: bytes, faults: Faults) -> Written | None:
    """Return the page of a file; ``None`` where it can't be read, which is told."""
    at = Place(name)
    try:
        whole = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        faults.tell(at, "不是 UTF-8 的文本：请另存为 UTF-8", "it is no text in UTF-8: save it as UTF-8")
        return None
    if found := _KEPT_OUT.search(whole):
        line = whole.count("\n", 0, found.start()) + 1
        faults.tell(Place(name, line), "含有无法保存的字符", "it holds characters that can't be kept")
        return None
    lines = whole.split("\n")
    said, begins = _settings(name, lines, faults)
    while begins < len(lines) and not lines[begins].strip():
        begins += 1
    title, title_at = (said[TITLE][0].strip(), said[TITLE][1]) if TITLE in said else ("", Place(name, begins + 1))
    heading = _TITLED.fullmatch(lines[begins].strip()) if begins < len(lines) else None
    if heading is not None and title in ("", heading[1]):
        title, title_at = heading[1], Place(name, begins + 1)
        begins += 1
    stem, language = _called(name)
    text = "\n".join(lines[begins:]).rstrip()
    return Written(stem, language, title, text, said, at, Place(name, begins + 1), title_at)


def _settings(name: str, lines: list[str], faults: Faults) -> tuple[dict[str, Said], int]:
    """Return the settings at the top of a file, and the index of the first line after them."""
    if not lines or lines[0].strip() != _FENCE:
        return {}, 0
    said: dict[str, Said] = {}
    for index, line in enumerate(lines[1:], 1):
        place = Place(name, index + 1)
        if line.strip() == _FENCE:
            return said, index + 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _SETTING.fullmatch(line.strip())
        key = named(found[1]) if found else None
        if found is None:
            faults.tell(place, f"「{line.strip()}」要写成 名称: 内容", f"{line.strip()!r} is written as name: value")
        elif key is None:
            faults.tell(place, f"不认识「{found[1]}」", f"{found[1]!r} is not known")
        elif key in said:
            faults.tell(place, f"「{found[1]}」写了两次", f"{found[1]!r} is there twice")
        else:
            said[key] = (found[2].strip().strip('"'), place)
    faults.tell(Place(name, 1), "开头的 --- 没有结束的 ---", "the first --- has no second one")
    return said, len(lines)


def _called(name: str) -> tuple[str, str]:
    """Return what a page is called by the name of its file, and the language: ``en/phones.md``, ``phones.en.md``."""
    path = PurePosixPath(name.replace("\\", "/"))
    stem, _, ending = path.stem.rpartition(".")
    if ending in ("zh", "en") and stem:
        return stem, ending
    folder = path.parent.name
    return path.stem, "en" if folder == "en" else "zh"
