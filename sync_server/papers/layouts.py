"""Layouts of papers that are not set as their form asks: a permit, an agreement, a pass (``docs/papers.md``).

Each is a TOML file under ``laid_out``. A company's own folder (``SHANGMEN_PAPERS_DIR``) comes first: a file of the
same name takes the place of ours, another one adds a paper.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

FOLDER: Final = Path(__file__).parent / "laid_out"
PARTS: Final = ("facts", "words", "table", "notes", "large", "code", "photos", "signatures", "boxes")
"""What a part of a layout can be, each by the member that it is known by."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A paper's own layout. ``name``: of its file; ``forms``: the ids of the forms it is printed from, the first that
    was filled in counts; ``copies``: what is written on each copy; ``parts``: what stands on it, from above."""

    name: str
    title: str
    title_en: str
    forms: tuple[str, ...]
    copies: tuple[str, ...]
    parts: tuple[Mapping[str, Any], ...]
    warns: bool = True


class LayoutWrong(ValueError):
    """A layout file that cannot be used, and why."""


def layouts(own: Path | None = None) -> dict[str, Layout]:
    """Return the layouts by name. One of a company's own that is wrong is left out, and the log says why: ours stands
    in for it."""
    found: dict[str, Layout] = {}
    for folder in filter(None, (FOLDER, own)):
        for file in sorted(folder.glob("*.toml")):
            try:
                found[file.stem] = _read(file, file.stat().st_mtime_ns)
            except (LayoutWrong, OSError) as fault:
                if folder is FOLDER:
                    raise
                log.warning("a layout of a paper can't be used", file=str(file), why=str(fault))
    return found


def of_forms(form_ids: Sequence[str], own: Path | None = None) -> Iterator[tuple[Layout, str]]:
    """Yield the layouts for a case that holds these forms, each with the id of the form it is printed from."""
    for layout in layouts(own).values():
        form_id = next((one for one in layout.forms if one in form_ids), None)
        if form_id is not None:
            yield layout, form_id


@lru_cache(maxsize=200)
def _read(file: Path, _changed: int) -> Layout:
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise LayoutWrong(f"{file.name}: {fault}") from fault
    parts = said.get("part")
    wrong = [
        name
        for name, right in (
            ("title", isinstance(said.get("title"), str) and said["title"]),
            ("form", isinstance(said.get("form"), str | list) and said["form"]),
            ("copies", _texts(said.get("copies", []))),
            ("part", isinstance(parts, list) and all(_is_part(one) for one in parts)),
        )
        if not right
    ]
    if wrong or parts is None:
        raise LayoutWrong(f"{file.name}: {', '.join(wrong)}")
    forms = said["form"] if isinstance(said["form"], list) else [said["form"]]
    return Layout(
        file.stem, said["title"], str(said.get("title_en") or said["title"]), tuple(map(str, forms)),
        tuple(said.get("copies") or ("",)), tuple(parts), said.get("warns") is not False,
    )  # fmt: skip


def _is_part(said: Any) -> bool:
    if not isinstance(said, dict) or len([name for name in PARTS if name in said]) != 1:
        return False
    lists = all(_texts(said[name]) for name in ("facts", "photos", "signatures", "boxes") if name in said)
    words = all(isinstance(said.get(name, ""), str) for name in ("words", "table", "notes", "large", "code", "beside"))
    return lists and words and isinstance(said.get("size", 1), int | float)


def _texts(said: Any) -> bool:
    return isinstance(said, list) and all(isinstance(one, str) for one in said)
