"""A workbook made into a definition: everything that is wrong is told at once, where it stands."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import DefinitionData

from app.domain.forms import Form, read, write
from app.domain.forms.definition import NAME
from app.domain.forms.depends import plan_of
from app.domain.wire.errors import Problem
from sync_server.forms.faults import CHOICES, SURVEY, Fault, Faults
from sync_server.forms.sheets import Sheets, check_sheets, read_sheets
from sync_server.forms.translating import Translating

_MOST_FAULTS: Final = 200
_ROW: Final = re.compile(r"\[row : (\d+)\]\s*")
_CELL: Final = re.compile(r"the '([^']+)' value is invalid")
_LACKING: Final = re.compile(r"Could not find the name '([^']+)'")
"""How pyxform says where it stopped, and that a question is not there."""
_WHOLE: Final = ""
"""Instead of a column: the whole row."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of a file: a definition where nothing is refused, and every fault."""

    definition: bytes | None
    form: Form | None
    faults: tuple[Fault, ...]


def compile_form(name: str, content: bytes, beside: Mapping[str, bytes] | None = None) -> Compiled:
    """Make a definition of a file by its name and content; ``beside``: tables (CSV) that the form names."""
    faults = Faults()
    sheets = read_sheets(name, content, faults)
    if sheets is None or not check_sheets(sheets, faults):
        return Compiled(None, None, faults.listed())
    said = _understood(sheets, name, faults)
    if said is None:
        return Compiled(None, None, faults.listed())
    data = _checked(Translating(said, sheets, beside or {}, faults).body(), sheets, faults)
    if data is None or faults.refused:
        return Compiled(None, None, faults.listed())
    return Compiled(data, read(data), faults.listed())


def _understood(sheets: Sheets, name: str, faults: Faults) -> Mapping[str, Any] | None:
    """Return what pyxform makes of the sheets. It stops at the first cell or row it does not like: that is told, and
    left out, and pyxform asked again."""
    left_out: dict[int, set[str]] = {}
    stem = re.sub(r"\W+", "_", name.rpartition(".")[0]) or "form"
    while len(faults.listed()) < _MOST_FAULTS:
        try:
            return dict(workbook_to_json(_copy(sheets, left_out), fallback_form_name=stem))
        except PyXFormError as fault:
            row, column = _tell_of_pyxform(str(fault), sheets, faults)
            refused = [one.row for one in faults.listed() if one.refused and one.sheet == SURVEY and one.row]
            whole = [row] if row else [one for one in refused if _WHOLE not in left_out.get(one, ())]
            if not whole or _WHOLE in left_out.get(row, ()):
                return None
            for one in whole:
                again = column in left_out.get(one, ())
                left_out.setdefault(one, set()).add(_WHOLE if again or not column else column)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError) as fault:
            faults.refuse("", 0, "", f"读不懂：{fault!r}", f"it is not understood: {fault!r}")
            return None
    return None


def _tell_of_pyxform(said: str, sheets: Sheets, faults: Faults) -> tuple[int, str]:
    """Tell what pyxform refuses, unless it is known already; return the row (0: none) and the column's heading."""
    found, cell, lacking = _ROW.search(said), _CELL.search(said), _LACKING.search(said)
    row = int(found[1]) if found else 0
    column = sheets.heading(cell[1]) if cell else ""
    text = _ROW.sub("", said).strip()
    if not any(one.refused and row in (0, one.row) and column in ("", one.column) for one in faults.listed()):
        if lacking:
            zh, en = f"没有题目「{lacking[1]}」", f"there is no question “{lacking[1]}”"
        else:
            zh, en = f"不能用：{text}", text
        faults.refuse(SURVEY if row else "", row, column, zh, en)
    return row, column


def _copy(sheets: Sheets, left_out: Mapping[int, set[str]]) -> DefinitionData:
    """Return the sheets without some cells and, of some rows, with nothing but the name: pyxform changes what it is
    given."""
    made = copy.deepcopy(sheets.data)
    made.survey = [_without(row, left_out.get(number, set())) for number, row in enumerate(made.survey or (), 2)]
    return made


def _without(row: dict[str, Any], columns: set[str]) -> dict[str, Any]:
    """Return a row without some cells; as a question that only has its name where the whole row is left out."""
    if _WHOLE not in columns:
        return {key: value for key, value in row.items() if key not in columns}
    keys = {str(key).strip().lower(): key for key in row}
    if not NAME.fullmatch(str(row.get(keys.get("name", ""), ""))):
        return {}
    return {keys["type"]: "hidden", keys["name"]: row[keys["name"]]} if "type" in keys else {}


def _checked(body: dict[str, Any], sheets: Sheets, faults: Faults) -> bytes | None:
    """Return the definition of a body. What reading it refuses is told, taken out, and reading tried again: so all of
    it is told."""
    for _ in range(_MOST_FAULTS):
        try:
            data = write(body)
            plan_of(read(data))
        except Problem as fault:
            _tell(fault, sheets, faults)
            if not _mended(body, fault):
                return None
        else:
            return data
    return None


def _tell(fault: Problem, sheets: Sheets, faults: Faults) -> None:
    details = fault.details
    zh, en = details["why_zh"], details["why_en"]
    if "list" in details:
        faults.refuse(
            CHOICES,
            sheets.row_of_list(details["list"]),
            "list_name",
            f"「{details['list']}」{zh}",
            f"“{details['list']}” {en}",
        )
    else:
        row = sheets.row_of(details["where"])
        member = details.get("member", "")
        faults.refuse(SURVEY if row else "", row, sheets.heading(member) if member else "", zh, en)


def _mended(body: dict[str, Any], fault: Problem) -> bool:
    """Take what was refused out of the body; return whether there was anything to take out."""
    details = fault.details
    if "list" in details:
        rows: list[dict[str, Any]] = body["choices"][details["list"]]
        body["choices"][details["list"]] = [{"name": "x"}]
        return bool(rows != [{"name": "x"}])
    holder: dict[str, Any] | None = body
    for name in details["where"].split("/"):
        holder = next((one for one in (holder or {}).get("questions", ()) if one["name"] == name), None)
    member = details.get("member", "")
    if holder is None or member not in holder:
        return False
    if member in ("type", "parameters"):
        holder.pop("list", None)
        holder.pop("parameters", None)
        holder["type"] = "hidden"
        return True
    del holder[member]
    return True
