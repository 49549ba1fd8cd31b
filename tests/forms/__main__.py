"""Tell of folders of XLSForms how many are published and run, which questions are covered, and what stops the rest:
``python -m tests.forms FOLDER…``.

``python -m tests.forms.public CHECKOUTS OUT`` gathers the public forms of which docs/forms.md speaks. Tables (CSV)
beside a form are given along with it. A form *runs* if it opens, shows what it lacks, and gives its answers back as it
kept them. A question is a row of the sheet that asks or works something out; it is *covered* if nothing on its row, or
in the list that it chooses from, is refused. Forms that pyxform itself refuses, most of them made for that, are counted
apart.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.domain.forms import Facts, Filling
from sync_server.forms import Compiled, compile_form
from sync_server.forms.faults import CHOICES, SURVEY, Faults
from sync_server.forms.sheets import KINDS, Sheets, listed, read_sheets
from tests.forms.public import found, xform

_NO_QUESTION: Final = re.compile(r"(begin|end)[\s_]+\w+|audit|meta.*", re.IGNORECASE)
_NAMED: Final = re.compile(r"“[^”]*”|\S+\.(?:csv|xml|geojson)|\b\d+\b")


@dataclass
class Found:
    """What came of the forms of some folders."""

    forms: int = 0
    refused_by_pyxform: int = 0
    published: int = 0
    questions: int = 0
    covered: int = 0
    broken: list[str] = field(default_factory=list)
    stops: dict[str, Counter[str]] = field(default_factory=dict)
    """What stops forms that pyxform takes: for each cause, the forms and how many of their rows it stops."""

    def lines(self) -> list[str]:
        """Return the table as Markdown."""
        good = self.forms - self.refused_by_pyxform
        rows = [
            "| forms | |", "| --- | --- |",
            f"| tried | {self.forms} |",
            f"| of these pyxform itself refuses | {self.refused_by_pyxform} |",
            f"| published of the other {good} | {self.published} ({_share(self.published, good)}) |",
            f"| run | {self.published - len(self.broken)} |",
            f"| questions covered | {self.covered} of {self.questions} ({_share(self.covered, self.questions)}) |",
            "", "| what stops the rest | forms | rows |", "| --- | --- | --- |",
        ]  # fmt: skip
        order = sorted(self.stops.items(), key=lambda one: (-len(one[1]), one[0]))
        return rows + [f"| {why} | {len(where)} | {where.total()} |" for why, where in order]


def measure(folders: list[str]) -> Found:
    """Return what comes of the forms in folders."""
    total = Found()
    for file in found(folders):
        total.forms += 1
        tables = {one.name: one.read_bytes() for one in file.parent.glob("*.csv")}
        content = file.read_bytes()
        if file.suffix.lower() not in KINDS or not _is_taken(file):
            total.refused_by_pyxform += 1
            continue
        compiled = compile_form(file.name, content, tables)
        sheets = read_sheets(file.name, content, Faults())
        if sheets is not None:
            asked = _asked(sheets)
            total.questions += len(asked)
            total.covered += len(asked - set(_stopped(compiled, sheets)))
        for fault in compiled.faults:
            if fault.refused:
                total.stops.setdefault(_NAMED.sub("…", fault.en)[:110], Counter())[str(file)] += 1
        if compiled.form is not None:
            total.published += 1
            if trouble := _trouble(compiled):
                total.broken.append(f"{file}: {trouble}")
    return total


def _stopped(compiled: Compiled, sheets: Sheets) -> Iterator[int]:
    """Yield the rows that are refused, and those that choose from a list of which something is."""
    refused = [fault for fault in compiled.faults if fault.refused]
    yield from (fault.row for fault in refused if fault.sheet == SURVEY)
    lists = {listed(sheets.choices[fault.row - 2]) for fault in refused if fault.sheet == CHOICES and fault.row > 1}
    for number, row in enumerate(sheets.survey, 2):
        if set(row.get("type", "").split()) & lists:
            yield number


def _asked(sheets: Sheets) -> set[int]:
    """Return the rows that ask or work something out."""
    return {
        number
        for number, row in enumerate(sheets.survey, 2)
        if row.get("type") and not _NO_QUESTION.fullmatch(row["type"])
    }


def _is_taken(file: Path) -> bool:
    """Tell whether pyxform makes an XForm of it."""
    try:
        return bool(xform(file))
    except ValueError:
        return False


def _trouble(compiled: Compiled) -> str:
    """Return why a published form does not run; "" if it does."""
    assert compiled.form is not None
    try:
        filling = Filling(compiled.form, Facts(0))
        filling.missing()
        kept = filling.kept()
        again = Filling(compiled.form, Facts(0), kept=kept)
        return "" if again.kept() == kept else "what it kept comes back otherwise"
    except Exception as error:  # whatever it is, it is a fault of the runtime, and the table must name the form
        return repr(error)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "—"


def main(folders: list[str]) -> int:
    """Print the table; 1 if a form that was published does not run."""
    total = measure(folders)
    print("\n".join([*total.lines(), "", *total.broken]))
    return 1 if total.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
