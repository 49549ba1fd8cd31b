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
from app.domain.forms.depends import plan_of
from app.domain.wire.errors import Problem
from sync_server.forms.faults import CHOICES, SURVEY, Fault, Faults
from sync_server.forms.sheets import Sheets, check_sheets, read_sheets
from sync_server.forms.translating import Translating

_MOST_FAULTS: Final = 200
_ROW: Final = re.compile(r"\[row : (\d+)\]\s*")


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
    """Return what pyxform makes of the sheets. It stops at the first row it does not like: that is told, and left
    out, and pyxform asked again."""
    left_out = dict.fromkeys(range(2, len(sheets.survey) + 2), False)
    stem = re.sub(r"\W+", "_", name.rpartition(".")[0]) or "form"
    while True:
        try:
            return dict(workbook_to_json(_copy(sheets.data, left_out), fallback_form_name=stem))
        except PyXFormError as fault:
            found = _ROW.search(str(fault))
            row = int(found[1]) if found else 0
            text = _ROW.sub("", str(fault)).strip()
            told = any(one.row == row and one.sheet == SURVEY for one in faults.listed()) if row else faults.refused
            if not told:
                faults.refuse(SURVEY if row else "", row, "", f"不能用：{text}", text)
            if left_out.get(row, True) or len(faults.listed()) > _MOST_FAULTS:
                return None
            left_out[row] = True
        except (KeyError, TypeError, AttributeError, ValueError, IndexError) as fault:
            faults.refuse("", 0, "", f"读不懂：{fault!r}", f"it is not understood: {fault!r}")
            return None


def _copy(data: DefinitionData, left_out: Mapping[int, bool]) -> DefinitionData:
    """Return the sheets without some rows of questions: pyxform changes what it is given."""
    made = copy.deepcopy(data)
    made.survey = [{} if left_out[number] else row for number, row in enumerate(made.survey or (), 2)]
    return made


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
