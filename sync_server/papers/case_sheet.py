"""Any filled form, or all forms of a case, as a paper: made from the definition and the folded state (A.8).

Facts in two columns, what repeats as a table, photos small with their time, signatures as lines. A form that is to look
otherwise has a layout of its own (``layouts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.domain.rules.archive import class_words
from app.domain.subjects.case import state as st
from app.domain.subjects.case.kinds import CASE
from sync_server.papers import saying
from sync_server.papers.content import Fact, Heading, Note, Piece, Rows, Shot, pieces
from sync_server.papers.layouts import Layout
from sync_server.papers.paper import SIZE, Paper
from sync_server.papers.typeset import ems
from sync_server.store.subjects.case.papers import CasePaper, FormPaper

TYPE: Final = CASE
_NUMBER: Final = re.compile(r"（(\d{4,6})）$")
_PUT_IN: Final = re.compile(r"\{([\w./@]+)\}")
_CORRECTED: Final = "已更正，"
_MOST_COLUMNS: Final = 8
"""Of a table that stands upright; with more, each row is set as facts."""


def record(found: CasePaper, only: str = "") -> bytes:
    """Return a case with all its forms as a PDF, or the form ``only`` (its entry's id) alone."""
    paper = Paper(f"{found.forms[0].title} {found.state.address}".strip())
    draw(paper, found, only)
    return paper.bytes()


def draw(paper: Paper, found: CasePaper, only: str = "") -> None:
    """Draw a case, or one of its forms, on pages of its own."""
    forms = [one for one in found.forms if only in ("", one.id)]
    # Forms that one signature covers are papers by themselves, handed over together (J1).
    several = len(forms) > 1 and not found.together
    if several:
        _begin(paper, found, found.forms[0].title, "")
        _warn(paper, forms)
    for one in forms:
        if several:
            paper.gap(3)
            paper.heading(f"{one.title}　{saying.at(one.at)}　{one.by}", size=11.5)
        else:
            _begin(paper, found, one.title, one.by, one)
            _warn(paper, [one])
        _form(paper, found, one)
        if not several:
            _end(paper, found, [one])
    if several:
        _end(paper, found, forms)


def laid_out(found: CasePaper, layout: Layout, form_id: str, copies: Sequence[str] = ()) -> bytes:
    """Return a paper with a layout of its own, in all its copies or the chosen ones."""
    paper = Paper(f"{layout.title} {found.state.address}".strip())
    form = next(one for one in reversed(found.forms) if one.body["form_id"] == form_id)
    for copy in copies or layout.copies:
        _Laid(paper, found, form, layout).draw(copy)
    return paper.bytes()


# -- a form as it asks ---------------------------------------------------------------------------


def _begin(paper: Paper, found: CasePaper, title: str, by: str, one: FormPaper | None = None) -> None:
    said = _NUMBER.search(title)
    name = _NUMBER.sub("", title)
    number = f"表号 {said[1]}" if said else ""
    filled = f"　填写 {by}　{saying.at(one.at)}" if one is not None else ""

    def head(again: bool) -> None:
        paper.title(f"{name}（续）" if again else name, above=found.office.head, right=number)
        paper.words(f"编号 {found.number}　{st.STAGE_WORDS[found.state.stage][0]}{filled}")

    paper.begin(head)
    if found.state.address:
        paper.facts([("地址", found.state.address)])


def _warn(paper: Paper, forms: Sequence[FormPaper]) -> None:
    if any(one.changed for one in forms):
        paper.words(saying.not_valid([ink for one in forms for ink in one.inks], corrected=_CORRECTED), size=12,
                    heavy=True, worry=True)  # fmt: skip
    elif any(not one.valid for one in forms):
        paper.words("未签名有效：签名校验没有通过", size=12, heavy=True, worry=True)


def _form(paper: Paper, found: CasePaper, one: FormPaper) -> None:
    said = pieces(one.body, one.form, one.private)
    set_pieces(paper, said)
    shots = [piece for piece in said if isinstance(piece, Shot)]
    if shots:
        paper.gap(2)
        paper.pictures([saying.picture(found.photos.get(shot.digest), shot.label) for shot in shots])
    paper.gap(2)
    saying.draw_inks(paper, one.inks)
    lacking = [(saying.SIGNERS.get(signer, signer), "未签名") for signer in one.lacking]
    if one.body.get("unsigned_reason"):
        lacking.append(("未签名原因", str(one.body["unsigned_reason"])))
    paper.facts(lacking)


def _end(paper: Paper, found: CasePaper, forms: Sequence[FormPaper]) -> None:
    if found.opinion and forms[-1] is found.forms[-1]:
        paper.facts([("审阅意见", found.opinion)])
    if found.state.ended is not None:
        paper.facts([("结束原因", str(found.state.ended.body["reason"]))])
    named = {shot.digest for one in found.forms for shot in pieces(one.body, one.form) if isinstance(shot, Shot)}
    others = [photo for digest, photo in found.photos.items() if digest not in named]
    if others and forms[-1] is found.forms[-1]:
        paper.heading("其他照片", size=SIZE)
        paper.pictures([saying.picture(one, one.caption) for one in others])
    classes = dict.fromkeys(one.archive for one in forms if one.archive)
    if classes:
        paper.gap(1.5)
        paper.words("归入客户档案：" + "；".join(f"第 {n} 类 {class_words(n)}" for n in classes), size=8.5)
    saying.draw_code(paper, found.address, found.office)


def set_pieces(paper: Paper, said: Sequence[Piece]) -> None:
    """Draw facts, notes, headings and tables in their order; photos stand elsewhere."""
    facts: list[tuple[str, str]] = []

    def flush() -> None:
        paper.facts(facts)
        facts.clear()

    for piece in said:
        if isinstance(piece, Fact):
            facts.append((piece.label, piece.text))
            continue
        flush()
        if isinstance(piece, Heading):
            paper.gap(1.5)
            paper.heading(piece.text)
        elif isinstance(piece, Note):
            paper.words(piece.text)
        elif isinstance(piece, Rows):
            set_rows(paper, piece)
    flush()


def set_rows(paper: Paper, rows: Rows) -> None:
    """Draw what repeats as a table with its heads."""
    paper.gap(1.5)
    paper.heading(f"{rows.label}　共 {len(rows.rows)} 项")
    if len(rows.columns) > _MOST_COLUMNS:
        for cells in rows.rows.values():
            paper.facts([(rows.columns[name], text) for name, text in cells.items()])
            paper.gap(1.5)
        return
    lines = rows.lines()
    shares = [
        min(max(ems(label), 4.0, *(ems(line[n]) for line in lines)), 22.0)
        for n, label in enumerate(rows.columns.values())
    ]
    columns = [("序号", 3.5), *zip(rows.columns.values(), shares, strict=True)]
    paper.table(columns, [[str(n), *line] for n, line in enumerate(lines, 1)])


# -- a layout of its own -------------------------------------------------------------------------


class _Laid:
    """A case set by a layout: what it names is looked for in its form, then in the others, the last first."""

    def __init__(self, paper: Paper, found: CasePaper, form: FormPaper, layout: Layout) -> None:
        self.paper, self.found, self.form, self.layout = paper, found, form, layout
        self.said = pieces(form.body, form.form, form.private)
        others = [one for one in reversed(found.forms) if one is not form]
        self.all = [*self.said, *(piece for one in others for piece in pieces(one.body, one.form, one.private))]

    def draw(self, copy: str) -> None:
        paper, found, layout = self.paper, self.found, self.layout

        def head(again: bool) -> None:
            paper.title(f"{layout.title}（续）" if again else layout.title, above=found.office.head, right=copy)
            paper.words(f"编号 {found.number}")

        paper.begin(head)
        if layout.warns:
            _warn(paper, [self.form])
        for part in layout.parts:
            self.part(part)
        saying.draw_code(paper, found.address, found.office)

    def part(self, part: Mapping[str, Any]) -> None:
        """Draw one part."""
        paper = self.paper
        if "facts" in part:
            paper.facts([fact for name in part["facts"] if (fact := self.fact(name)) is not None])
        elif "words" in part:
            paper.gap(2)
            paper.words(self.text(part["words"]), size=float(part.get("size", 10.5)), heavy=part.get("heavy") is True)
        elif "large" in part:
            paper.gap(3)
            paper.middle(self.text(part["large"]), size=float(part.get("size", 26)), heavy=True)
        elif "table" in part:
            for rows in self.all:
                if isinstance(rows, Rows) and rows.name == part["table"]:
                    set_rows(paper, rows)
                    break
        elif "notes" in part:
            paper.gap(2)
            for note in self.all:
                if isinstance(note, Note) and note.group == part["notes"]:
                    paper.words(note.text, size=10.5)
        elif "photos" in part:
            shots = [one for one in self.all if isinstance(one, Shot) and one.name in part["photos"]]
            paper.pictures([saying.picture(self.found.photos.get(one.digest), one.label) for one in shots])
        elif "signatures" in part:
            paper.gap(2)
            inks = {one.signer: one for one in self.form.inks}
            saying.draw_inks(paper, (inks[name] for name in part["signatures"] if name in inks))
            missing = [name for name in part["signatures"] if name not in inks and name in self.form.lacking]
            paper.facts([(saying.SIGNERS[name], "未签名") for name in missing if name in saying.SIGNERS])
        elif "boxes" in part:
            paper.gap(2)
            paper.boxes([self.text(one) for one in part["boxes"]])
        elif "code" in part and (code := self.text(part["code"])):
            paper.code(code, self.text(str(part.get("beside", ""))))

    def fact(self, said: str) -> tuple[str, str] | None:
        """Return a field: ``name`` or ``name = label``; nothing where it has no answer."""
        name, _, label = (one.strip() for one in said.partition("="))
        found = self.find(name)
        return (label or found[0], found[1]) if found is not None and found[1] else None

    def find(self, name: str) -> tuple[str, str] | None:
        """Return label and text of what a name means: a question, or with @ what is known of the case."""
        found = self.found
        if name.startswith("@"):
            known = {
                "@address": ("地址", found.state.address),
                "@number": ("编号", found.number),
                "@estate": ("小区", found.office.estate),
                "@phone": ("服务电话", found.office.phone),
                "@filled_by": ("经办人", self.form.by),
                "@filled_at": ("办理时间", saying.at(self.form.at)),
                "@filled_on": ("办理日期", saying.day(self.form.at)),
            }
            # What its chain knows, as until when a decoration was extended.
            return known.get(name) or (name[1:], found.known.get(name[1:], ""))
        return next(((one.label, one.text) for one in self.all if isinstance(one, Fact) and one.name == name), None)

    def text(self, said: str) -> str:
        """Return words with what they name in braces put in."""
        return _PUT_IN.sub(lambda name: (self.find(name[1]) or ("", ""))[1], said)


def titles(found: CasePaper) -> Iterator[tuple[str, str]]:
    """Yield the forms of a case that can be printed by themselves: their ids and names, with the day where one was
    filled in several times."""
    names = [one.title for one in found.forms]
    for one in found.forms:
        day = f"　{saying.day(one.at)}" if names.count(one.title) > 1 else ""
        yield one.id, f"{one.title}{day}"
