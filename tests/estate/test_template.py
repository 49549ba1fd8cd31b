"""The template that ships is the one the code makes, and can be filled in and read."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from sync_server.estate.cells import parse_cell
from sync_server.estate.columns import HELP_SHEET, SHEETS, Column
from sync_server.estate.faults import WorkbookFaults
from sync_server.estate.template import make_template, write_workbook
from sync_server.estate.workbook import read_workbook

SHIPPED = Path(__file__).parents[2] / "assets" / "forms" / "estate-template.xlsx"


def parts(path: Path) -> dict[str, str]:
    """Return the XML parts of a workbook, without the program version that wrote it."""
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    return {
        name: re.sub(r"<AppVersion>.*?</AppVersion>|<dcterms:\w+ .*?</dcterms:\w+>", "", text)
        for name, text in texts.items()
    }


def test_the_shipped_template_is_what_the_code_makes(tmp_path: Path) -> None:
    """After a change of ``columns``: python -m sync_server.estate.template assets/forms/estate-template.xlsx"""
    make_template(tmp_path / "made.xlsx")
    made, shipped = parts(tmp_path / "made.xlsx"), parts(SHIPPED)
    assert made.keys() == shipped.keys()
    assert [name for name in made if made[name] != shipped[name]] == []


def test_the_empty_template_has_no_fault_but_its_emptiness() -> None:
    with pytest.raises(WorkbookFaults) as told:
        read_workbook(SHIPPED)
    assert {fault.kind for fault in told.value.faults} == {"sheet_empty"}


def test_drop_downs_and_comments_say_what_is_allowed() -> None:
    found = parts(SHIPPED)
    pages = [text for name, text in sorted(found.items()) if name.startswith("xl/worksheets/sheet")]
    comments = "".join(text for name, text in found.items() if "comments" in name)
    for sheet in SHEETS:
        for column in sheet.columns:
            assert column.en in comments
            if column.choices and column.name != "roles":
                assert any(",".join(choice.zh for choice in column.choices) in page for page in pages)
    assert all('state="frozen"' in page for page in pages[1:])


@pytest.mark.parametrize("column", [column for sheet in SHEETS for column in sheet.columns if column.example])
def test_every_example_is_one_the_reader_takes(column: Column) -> None:
    assert parse_cell(column, column.example) is not None


def test_names_are_unambiguous() -> None:
    titles = [title for sheet in SHEETS for title in (sheet.zh, sheet.en.casefold())]
    assert len({*titles, *HELP_SHEET}) == len(titles) + len(HELP_SHEET)
    for sheet in SHEETS:
        for names in ([c.name for c in sheet.columns], [c.zh for c in sheet.columns], [c.en for c in sheet.columns]):
            assert len(set(names)) == len(names)


def test_an_unknown_sheet_or_column_is_not_written_silently(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_workbook(tmp_path / "a.xlsx", {"rooms": []})
    with pytest.raises(KeyError):
        write_workbook(tmp_path / "b.xlsx", {"units": [{"colour": "red"}]})
