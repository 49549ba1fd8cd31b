"""A8: a formula whose result the file does not hold is told by its cell, and never read as nothing."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from sync_server.estate.data import EstateData
from sync_server.estate.faults import WorkbookFaults
from sync_server.estate.template import write_workbook
from sync_server.estate.workbook import read_workbook
from tests.estate.small import good, place

ARREARS = place("households", 0, "arrears")
LATER = ' fullCalcOnLoad="1"'
"""What a programme writes that leaves calculating to whoever opens the file."""


def book(tmp_path: Path, where: str, cell: str, *, later: bool = False, strict: bool = False) -> Path:
    """Return a good workbook with one cell's XML put in place of what was there."""
    made, changed = tmp_path / "made.xlsx", tmp_path / "changed.xlsx"
    write_workbook(made, good())
    title, _, spot = where.partition("!")
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w") as new:
        titles = re.findall(r'<sheet name="([^"]+)"', old.read("xl/workbook.xml").decode())
        part = f"xl/worksheets/sheet{titles.index(title) + 1}.xml"
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                whole, count = re.subn(rf'<c r="{spot}"[^>]*?(?:/>|>.*?</c>)', cell, text.decode())
                assert count == 1
                text = whole.encode()
            if name == "xl/workbook.xml" and not later:
                text = text.replace(LATER.encode(), b"")
            if strict and name.endswith((".xml", ".rels")):
                text = text.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", STRICT_MAIN)
                text = text.replace(b"http://schemas.openxmlformats.org/officeDocument/2006/", STRICT_DOCUMENT)
            new.writestr(name, text)
    return changed


STRICT_MAIN = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_DOCUMENT = b"http://purl.oclc.org/ooxml/officeDocument/"


def told(path: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(WorkbookFaults) as refused:
        read_workbook(path)
    return [(fault.kind, fault.place, fault.value) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="{}"><f>700+77</f></c>',
        '<c r="{}"><f>700+77</f><v></v></c>',
        '<c r="{}" t="str"><f>700+77</f></c>',
        '<c r="{}" t="n" s="1"><f t="shared" ref="{}" si="0">700+77</f><v/></c>',
    ],
)
def test_arrears_that_nobody_has_worked_out_are_told_and_are_not_0(tmp_path: Path, cell: str) -> None:
    """A8: the reader gives such a cell as empty, and empty arrears are none."""
    path = book(tmp_path, ARREARS, cell.format("F3", "F3").replace("F3", ARREARS.partition("!")[2]))
    assert told(path) == [("not_calculated", ARREARS, "=700+77")]


@pytest.mark.parametrize(
    ("sheet", "column"), [("households", "moved_in_on"), ("households", "name"), ("people", "phone")]
)
def test_a_formula_without_a_result_is_told_in_any_column(tmp_path: Path, sheet: str, column: str) -> None:
    """A8: days, texts and numbers alike."""
    where = place(sheet, 0, column)
    path = book(tmp_path, where, f'<c r="{where.partition("!")[2]}"><f>TODAY()</f></c>')
    assert told(path) == [("not_calculated", where, "=TODAY()")]


def test_a_zero_of_a_programme_that_does_not_calculate_is_no_result(tmp_path: Path) -> None:
    """A8: a workbook that was never calculated holds zeros and says that they are to be worked out at opening."""
    spot = ARREARS.partition("!")[2]
    never = book(tmp_path, ARREARS, f'<c r="{spot}"><f>700+77</f><v>0</v></c>', later=True)
    assert told(never) == [("not_calculated", ARREARS, "=700+77")]


def test_every_cell_of_an_array_without_results_is_told(tmp_path: Path) -> None:
    """A8: only its first cell has the formula."""
    spot = ARREARS.partition("!")[2]
    below = f"{spot[0]}{int(spot[1:]) + 1}"
    path = book(tmp_path, ARREARS, f'<c r="{spot}"><f t="array" ref="{spot}:{below}">Z1:Z2*2</f></c>')
    assert told(path) == [("not_calculated", f"住户!{cell}", "=Z1:Z2*2") for cell in (spot, below)]


def test_a_strict_workbook_is_looked_through_too(tmp_path: Path) -> None:
    """A8: Excel's “Strict Open XML” has other namespaces; its errors passed as empty cells."""
    spot = ARREARS.partition("!")[2]
    path = book(tmp_path, ARREARS, f'<c r="{spot}"><f>700+77</f></c>', strict=True)
    assert told(path) == [("not_calculated", ARREARS, "=700+77")]


def test_an_error_that_was_copied_as_text_is_an_error(tmp_path: Path) -> None:
    """A8: 粘贴为数值 leaves #N/A as text."""
    where = place("households", 0, "name")
    spot = where.partition("!")[2]
    path = book(tmp_path, where, f'<c r="{spot}" t="inlineStr"><is><t>#N/A</t></is></c>')
    assert told(path)[0] == ("error_cell", where, "#N/A")


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ('<c r="{}"><f>700+77</f><v>777</v></c>', 77_700),
        ('<c r="{}"><f>700-700</f><v>0</v></c>', 0),
        ('<c r="{}" t="str"><f>IF(1,"","x")</f><v></v></c>', 0),
    ],
)
def test_a_result_that_is_there_is_read(tmp_path: Path, cell: str, fen: int) -> None:
    """A8: numbers, a zero that was worked out, and a text that came out empty."""
    data: EstateData = read_workbook(book(tmp_path, ARREARS, cell.format(ARREARS.partition("!")[2])))
    assert data.households[0].arrears_fen == fen
