"""The report of a round as a file (F4): a workbook whose figures are numbers, and a document to be edited before it
goes to the owners.

The document is written as WordprocessingML by hand: headings, paragraphs and tables are all it needs.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

import xlsxwriter

from app.domain.rules import surveys
from app.domain.rules.surveys import TARGET, Figure
from sync_server.store.subjects.survey_round.report import Report

Cell = str | int | Decimal | None
_STAGES: Final = {"closed": "已答复办结"}
ITEMS: Final = ("分组", "项目", "打分人数", "平均分", "上次", "变化", "满意率 %")
BUILDINGS: Final = ("楼栋", "户数", "发放", "有效收回", "收回率 %", "平均分", "上次", "变化", "满意率 %")
REMARKS: Final = ("地址", "题目", "意见", "答复")
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCUMENT: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def heading(found: Report) -> str:
    """Return the report's title."""
    year, _, month = found.period.partition("-")
    return f"{found.estate} {year}年{int(month)}月满意度调查".strip()


def summary(found: Report) -> list[tuple[str, Cell]]:
    """Return the figures of the whole round, by name."""
    whole, all_, last = found.meters[0], found.figures.all, found.last.all
    return [
        ("户数", whole.doors),
        ("发放", whole.issued),
        (f"发放率 %（目标 {TARGET}）", whole.percent("issued")),
        ("有效收回", whole.back),
        (f"有效收回率 %（目标 {TARGET}）", whole.percent("back")),
        ("平均分", all_.mean),
        ("上次平均分", last.mean),
        ("变化", surveys.change(all_, last)),
        ("满意率 %（4 分和 5 分）", all_.share),
        ("意见", len(found.remarks)),
        ("没有答复办结的意见", sum(one.stage not in _STAGES for one in found.remarks)),
    ]


def items(found: Report) -> list[Sequence[Cell]]:
    """Return a row for each item, in the form's order."""
    return [
        (_zh(one.group), _zh(one.label), *_figures(found.figures.items[one.key], found.last.items.get(one.key)))
        for one in found.items
    ]


def low(found: Report) -> list[Sequence[Cell]]:
    """Return the rows of the items whose mean is below 4, the lowest first."""
    rows = {one.key: row for one, row in zip(found.items, items(found), strict=True)}
    return [rows[key] for key in found.figures.low if key in rows]


def buildings(found: Report) -> list[Sequence[Cell]]:
    """Return a row for each building."""
    made: list[Sequence[Cell]] = []
    for meter in found.meters[1:]:
        now = surveys.together(found.figures.buildings.get(meter.building_id, {}).values())
        last = found.last.buildings.get(meter.building_id)
        figures = _figures(now, surveys.together(last.values()) if last else None)
        name = found.buildings.get(meter.building_id, "")
        made.append((name, meter.doors, meter.issued, meter.back, meter.percent("back"), *figures[1:]))
    return made


def remarks(found: Report) -> list[Sequence[Cell]]:
    """Return a row for each remark."""
    return [(one.address, one.question, one.words, _STAGES.get(one.stage, "未办结")) for one in found.remarks]


def _figures(now: Figure, last: Figure | None) -> tuple[Cell, ...]:
    return (now.number, now.mean, last.mean if last is not None else None, surveys.change(now, last), now.share)


def _zh(label: Mapping[str, str]) -> str:
    return label.get("zh") or next(iter(label.values()), "")


def _tables(found: Report) -> Iterator[tuple[str, Sequence[str], list[Sequence[Cell]]]]:
    yield "各项", ITEMS, items(found)
    yield "低于 4 分", ITEMS, low(found)
    yield "各楼", BUILDINGS, buildings(found)
    yield "意见", REMARKS, remarks(found)


def workbook(found: Report) -> bytes:
    """Return the report as an Excel workbook."""
    made = BytesIO()
    # What residents wrote is text, also where it begins like a formula or an address.
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("总体")
    sheet.set_column(0, 0, 28)
    sheet.write_string(0, 0, heading(found), bold)
    for number, (name, value) in enumerate(summary(found), 2):
        sheet.write_string(number, 0, name)
        _write(sheet, number, 1, value)
    if found.opinion:
        sheet.write_string(len(summary(found)) + 3, 0, "正式意见", bold)
        sheet.write_string(len(summary(found)) + 4, 0, found.opinion)
    for name, heads, rows in _tables(found):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 14)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value)
    book.close()
    return made.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Cell) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, float(value))


# -- the document --------------------------------------------------------------------------------

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{DOCUMENT}.main+xml"/></Types>'
)
_RELS: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def document(found: Report) -> bytes:
    """Return the report as a Word document."""
    parts = [_paragraph(heading(found), 36, bold=True), _table(("", ""), summary(found), heads_seen=False)]
    parts += [_paragraph("正式意见", 28, bold=True), *map(_paragraph, (found.opinion or "（未签发）").splitlines())]
    for name, heads, rows in _tables(found):
        parts.append(_paragraph(name, 28, bold=True))
        parts.append(_table(heads, rows) if rows else _paragraph("无"))
    edges = " ".join(f'w:{side}="1134"' for side in ("top", "right", "bottom", "left"))
    page = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {edges}/></w:sectPr>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    body = f"{head}<w:document {_W}><w:body>{''.join(parts)}{page}</w:body></w:document>"
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr("_rels/.rels", _RELS)
        packed.writestr("word/document.xml", body)
    return made.getvalue()


def _paragraph(words: str, size: int = 21, *, bold: bool = False) -> str:
    looks = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr>'
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{_text(line)}</w:t>' for line in words.splitlines() or [""])
    return f"<w:p><w:r>{looks}{lines}</w:r></w:p>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[Cell]], *, heads_seen: bool = True) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="999999"/>' for side in sides)
    listed = [[("" if one is None else str(one)) for one in row] for row in rows]
    made = [_line(heads, bold=True)] if heads_seen else []
    made += [_line(row) for row in listed]
    grid = "<w:gridCol/>" * len(heads)
    looks = f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{lines}</w:tblBorders></w:tblPr>'
    return f"<w:tbl>{looks}<w:tblGrid>{grid}</w:tblGrid>{''.join(made)}</w:tbl>"


def _line(cells: Sequence[str], *, bold: bool = False) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{_paragraph(one, 20, bold=bold)}</w:tc>" for one in cells) + "</w:tr>"


def _text(words: str) -> str:
    """Return text as XML may hold it: without the control characters that no document can have."""
    return escape("".join(char for char in words if char >= " " or char == "\t"))
