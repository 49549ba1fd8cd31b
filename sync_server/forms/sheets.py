"""The sheets of a form as they were written, and in which row each question stands: so that a fault can say where it
is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any, Final

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import DefinitionData, get_xlsform

from app.domain.forms.definition import MOST_FILE_BYTES, NAME
from sync_server.estate.error_cells import unpacked_size
from sync_server.forms.faults import CHOICES, SETTINGS, SURVEY, Faults

MOST_UNPACKED: Final = 40_000_000
"""Size of the largest workbook once it is unpacked."""
KINDS: Final = (".xlsx", ".xlsm", ".xls", ".md", ".csv")
_BEGINS: Final = re.compile(r"begin[\s_]+(group|repeat|lgroup|loop)\b.*", re.IGNORECASE)
_ENDS: Final = re.compile(r"end[\s_]+(group|repeat|lgroup|loop)\b.*", re.IGNORECASE)
_CHOOSES: Final = re.compile(r"(?:select_one|select_multiple|rank)\s+([^\s.${]+)(?:\s+or_other)?", re.IGNORECASE)
"""A question that chooses from a list of the sheet; a table beside the form has a dot in its name."""
_GENERATED: Final = re.compile(r".*?_(\d+)")
_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "relevant": ("relevant", "relevance", "bind::relevant"),
    "calculation": ("calculation", "calculate", "bind::calculate"),
    "constraint": ("constraint", "bind::constraint"),
    "constraint_message": ("constraint_message", "constraint message", "constraining_message"),
    "required": ("required", "bind::required"),
    "required_message": ("required_message", "required message"),
    "readonly": ("readonly", "read_only", "read only", "bind::readonly"),
    "count": ("repeat_count", "count", "jr:count"),
    "initial": ("default",),
    "raises": ("bind::shangmen:raises",),
    "signer": ("bind::shangmen:signer",),
}
"""How members of a definition are headed in a workbook, where that is not simply their name."""


class Sheets:
    """The sheets of one file."""

    def __init__(self, data: DefinitionData) -> None:
        self.data = data
        self.survey: list[dict[str, str]] = [_plain(row) for row in data.survey or ()]
        self.choices: list[dict[str, str]] = [_plain(row) for row in data.choices or ()]
        self.external: list[dict[str, str]] = [_plain(row) for row in data.external_choices or ()]
        """The choices of ``select_one_external``, which other programs keep apart because there may be many."""
        self.settings: dict[str, str] = _plain((data.settings or [{}])[0])
        self._headings = list((data.survey_header or [{}])[0])
        self._paths: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._place()

    def row_of(self, path: str) -> int:
        """Return the row in which a question of a path stands; 0 where it is not known."""
        name = path.rpartition("/")[2]
        for known, key in ((self._paths, path), (self._names, name)):
            if key in known:
                return known[key]
        for ending in ("_count", "_other"):  # what pyxform adds for a number of rows, and for "other"
            if name.removesuffix(ending) in self._names:
                return self._names[name.removesuffix(ending)]
        made = _GENERATED.fullmatch(name) if name.startswith(("generated_", "reserved_")) else None
        return int(made[1]) if made else 0

    def heading(self, member: str) -> str:
        """Return the heading of a member of a definition as this file writes it."""
        wanted = _HEADINGS.get(member, (member,))
        for heading in self._headings:
            if heading.lower().split("::")[0] in wanted or heading.lower() in wanted:
                return str(heading)
        return member

    def is_written(self, name: str) -> bool:
        """Tell whether a question of this name stands in the file; pyxform adds others."""
        return name in self._names

    def row_of_list(self, name: str, choice: str = "") -> int:
        """Return the first row of a list of choices, or of one choice of it."""
        for number, row in enumerate(self.choices, 2):
            if listed(row) == name and (not choice or row.get("name", row.get("value")) == choice):
                return number
        return 0

    def _place(self) -> None:
        above: list[str] = []
        for number, row in enumerate(self.survey, 2):
            type_, name = row.get("type", ""), row.get("name", "")
            if _ENDS.fullmatch(type_):
                above = above[:-1]
            elif name or _BEGINS.fullmatch(type_):
                self._paths.setdefault("/".join([*above, name]), number)
                self._names.setdefault(name, number)
                above += [name] if _BEGINS.fullmatch(type_) else []


def _plain(row: Mapping[Any, Any]) -> dict[str, str]:
    return {str(key).strip().lower(): str(value).strip() for key, value in row.items() if value not in (None, "")}


def listed(row: Mapping[str, str]) -> str:
    """Return the name of the list that a row of the choices belongs to."""
    return row.get("list_name") or row.get("list name") or ""


def joined(name: str) -> str:
    """Return the name of a choice as it is kept: answers that hold several divide them by blanks."""
    return "_".join(name.split())


def read_sheets(name: str, content: bytes, faults: Faults) -> Sheets | None:
    """Return the sheets of a file by its name and content; ``None`` if it can't be read, which is told."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending not in KINDS:
        faults.refuse("", 0, "", f"只收 {'、'.join(KINDS)} 文件", f"only {', '.join(KINDS)} are read")
        return None
    if len(content) > MOST_FILE_BYTES or (ending in (".xlsx", ".xlsm") and _unpacked(content) > MOST_UNPACKED):
        faults.refuse("", 0, "", "文件太大", "the file is too large")
        return None
    try:
        return Sheets(get_xlsform(io.BytesIO(content), file_type=ending))
    except (
        PyXFormError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        zipfile.BadZipFile,
    ) as fault:
        faults.refuse("", 0, "", f"读不出来：{fault}", f"it can't be read: {fault}")
        return None


def _unpacked(content: bytes) -> int:
    try:
        return unpacked_size(io.BytesIO(content))
    except ValueError:
        return 0  # no archive at all: reading it says so


def check_sheets(sheets: Sheets, faults: Faults) -> bool:
    """Tell what is wrong with the rows themselves, all of it; return whether groups open and close as they should."""
    open_: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    whole = True
    lists = {listed(row) for row in sheets.choices}
    for number, row in enumerate(sheets.survey, 2):
        type_, name = row.get("type", ""), row.get("name", "")
        if not type_:
            if name or any(key.startswith("label") for key in row):
                faults.refuse(SURVEY, number, "type", "没有写题型", "the type is missing")
            continue
        if _BEGINS.fullmatch(type_):
            open_.append((number, type_))
        elif _ENDS.fullmatch(type_):
            if not open_:
                faults.refuse(SURVEY, number, "type", f"「{type_}」前面没有 begin", f"“{type_}” without a begin")
                whole = False
            else:
                open_.pop()
            continue
        elif not name and type_ not in ("note", "audit"):
            faults.refuse(SURVEY, number, "name", "没有写名称", "the name is missing")
        if name and not NAME.fullmatch(name):
            faults.refuse(SURVEY, number, "name", f"名称「{name}」要以字母开头，只用字母、数字、_、. 和 -",
                          f"the name “{name}” begins with a letter, and has letters, digits, _, . and -")  # fmt: skip
        list_ = _CHOOSES.fullmatch(type_)
        if list_ and list_[1] not in lists:
            faults.refuse(
                SURVEY, number, "type", f"没有选项表「{list_[1]}」", f"there is no list of choices “{list_[1]}”"
            )
        path = "/".join([str(row_) for row_, _ in open_[: -1 if _BEGINS.fullmatch(type_) else None]]) + f"/{name}"
        if name and path in seen:
            faults.refuse(SURVEY, number, "name", f"名称「{name}」与第 {seen[path]} 行相同",
                          f"the name “{name}” is that of row {seen[path]}")  # fmt: skip
        seen.setdefault(path, number)
    for number, type_ in open_:
        faults.refuse(SURVEY, number, "type", f"「{type_}」没有 end", f"“{type_}” has no end")
        whole = False
    _check_choices(sheets, faults)
    return whole


def _check_choices(sheets: Sheets, faults: Faults) -> None:
    seen: dict[tuple[str, str], int] = {}
    twice = sheets.settings.get("allow_choice_duplicates", "").lower() in ("yes", "true", "true()")
    for number, row in enumerate(sheets.choices, 2):
        name, list_ = row.get("name", row.get("value", "")), listed(row)
        if not list_:
            if name or any(key.startswith("label") for key in row):
                faults.warn(
                    CHOICES, number, "list_name", "没有写选项表名称，这一行不用", "it names no list and is not used"
                )
            continue
        if not name:
            faults.refuse(CHOICES, number, "name", "没有写选项名称", "the choice has no name")
        if len(name.split()) > 1:
            kept = joined(name)
            faults.warn(CHOICES, number, "name", f"选项名称「{name}」含空格，按「{kept}」保存",
                        f"the choice “{name}” has blanks in it, and is kept as “{kept}”")  # fmt: skip
            name = kept
        if name and (list_, name) in seen and not twice:
            faults.refuse(CHOICES, number, "name", f"选项「{name}」与第 {seen[list_, name]} 行相同",
                          f"the choice “{name}” is that of row {seen[list_, name]}")  # fmt: skip
        seen.setdefault((list_, name), number)


__all__ = ["SETTINGS", "SURVEY", "Sheets", "check_sheets", "joined", "listed", "read_sheets"]
