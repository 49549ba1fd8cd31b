"""One household's archive as a ZIP (S5): an index by the classes, each record's paper, its photos, a workbook of all
that happened, and a manifest with the SHA-256 of each file.

What is read of the store, and what may be, says ``sync_server/store/exports/household.py``.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.domain.rules.archive import class_words
from app.domain.times import to_china
from sync_server.papers import filed
from sync_server.papers.content import Shot, pieces
from sync_server.papers.paper import Paper
from sync_server.store import Store, printing
from sync_server.store.exports.household import Archive, Record, gather
from sync_server.store.people.identity import Identity
from sync_server.store.subjects.case import exports as requests
from sync_server.workbooks import Book

INDEX, WORKBOOK, MANIFEST = "索引.pdf", "时间线.xlsx", "manifest.json"
_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_LONGEST: Final = 60
"""Characters of a file's name; whole paths stay short enough for Windows."""


@dataclass(frozen=True, slots=True)
class Made:
    """A ZIP that was made, in a temporary file that whoever sends it removes; ``name`` to save it by."""

    path: Path
    name: str
    content_hash: str
    records: int
    files: int


@dataclass(slots=True)
class _Listed:
    """A record in the index: the files that it has."""

    record: Record
    files: list[str] = field(default_factory=list)


def export(
    store: Store, household_id: str, request_id: str, who: Identity | None, server: str = "", company: str = ""
) -> Made:
    """Make the ZIP of a household's archive and record that it was taken. ``who``: the person who asked for it, at
    their device; ``None``: at the server's console. Raises ``Problem`` as ``requests.allowed``: nothing is recorded and
    nothing left behind then."""
    what = requests.allowed(store, household_id, request_id, who)
    archive = gather(store, what, company)
    with tempfile.NamedTemporaryFile(prefix="shangmen-archive-", suffix=".zip", delete=False) as file:
        path = Path(file.name)
    try:
        files = _write(store, path, archive, server, company)
        digest = hashlib.sha256()
        with path.open("rb") as made:
            while part := made.read(1 << 20):
                digest.update(part)
        requests.note(store, what, who, digest.hexdigest(), len(archive.records), files)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    day = to_china(archive.made_at).strftime("%Y%m%d")
    name = f"{_named(f'客户档案 {archive.address}')} {day}.zip"
    return Made(path, name, digest.hexdigest(), len(archive.records), files)


def _write(store: Store, path: Path, archive: Archive, server: str, company: str) -> int:
    listed: list[_Listed] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        place = _Zip(packed)
        for record in archive.records:
            one = _Listed(record)
            listed.append(one)
            for number, called, data in _papers(store, archive, record, server, company):
                one.files.append(place.add(f"{_folder(number)}/{_named(called)}.pdf", data))
            for n, (number, photo) in enumerate(_photos(store, record), 1):
                if photo.data is not None:
                    name = f"{_called(record)} 照片 {n} {photo.caption}"
                    one.files.append(place.add(f"{_folder(number)}/{_named(name)}.jpg", photo.data))
        place.add(WORKBOOK, _workbook(archive, listed))
        place.add(INDEX, _index(archive, listed))
        place.add(MANIFEST, json.dumps(_manifest(archive, place.hashes), ensure_ascii=False, indent=1).encode())
        return len(place.hashes)


class _Zip:
    """The archive that is written: each file once, under a name that no other has, with its SHA-256."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.hashes: dict[str, str] = {}
        self._taken: set[str] = set()

    def add(self, name: str, data: bytes) -> str:
        """Add a file; return its name."""
        stem, dot, ending = name.rpartition(".")
        found, n = name, 1
        # Windows tells no capitals apart.
        while found.casefold() in self._taken:
            n += 1
            found = f"{stem} ({n}){dot}{ending}"
        self._taken.add(found.casefold())
        self._packed.writestr(found, data)
        self.hashes[found] = hashlib.sha256(data).hexdigest()
        return found


# -- papers and photos -------------------------------------------------------------------------------


def _papers(
    store: Store, archive: Archive, record: Record, server: str, company: str
) -> Iterator[tuple[int, str, bytes]]:
    """Yield each paper of a record: the class it is filed in, what it is called, the PDF."""
    masked = archive.allowed.masked
    what = filed.Filing(record.subject, record.number, record.parts, masked, server, company)
    for number, title, data in filed.papers(store, what):
        yield number, f"{record.called} {title}" if title else _called(record), data


def _photos(store: Store, record: Record) -> Iterator[tuple[int, printing.Photo]]:
    """Yield a record's photos with the class they are filed in: those that a part of it shows with that part, all
    others only where all of it may be seen; none of a record whose scans are shown no more."""
    found = dict(printing.photos_of(store.files, record.state))
    for step in record.state.steps:
        for one in pieces(step.body, None) if step.entry.id in record.parts else ():
            if isinstance(one, Shot) and one.digest in found:
                yield record.parts[step.entry.id], found.pop(one.digest)
    if record.whole:
        number = min(record.parts.values(), default=record.number)
        yield from ((number, one) for one in found.values())


def _folder(number: int) -> str:
    return f"{number:02} {_named(class_words(number))}"


def _called(record: Record) -> str:
    return f"{record.called} {record.noun}"


def _named(said: str) -> str:
    """Return a name that every system takes for a file."""
    return _NOT_IN_NAMES.sub(" ", said)[:_LONGEST].strip(" .") or "_"


# -- what lists them ---------------------------------------------------------------------------------


def _index(archive: Archive, listed: Sequence[_Listed]) -> bytes:
    what = archive.allowed
    paper = Paper(f"客户档案 {archive.address}")

    def head(again: bool) -> None:
        paper.title("客户档案（续）" if again else "客户档案", above=archive.office.head)
        paper.words(f"{archive.address}　{archive.name}　{to_china(archive.made_at):%Y-%m-%d %H:%M} 导出")

    paper.begin(head)
    until, grant = what.grant.until.isoformat(), what.grant
    paper.facts([
        ("申请人", what.asker), ("批准人", what.decider), ("给谁", what.whom), ("用途", what.why),
        ("第几次", f"{what.use}／{grant.uses}"), ("有效到", until), ("申请编号", what.request_id),
    ])  # fmt: skip
    facts = [(name, said) for name, said in archive.facts if said]
    if facts:
        paper.gap(2)
        paper.facts(facts)
    if archive.people:
        paper.gap(2)
        paper.table((("姓名", 10.0), ("关系", 8.0), ("电话", 14.0)), archive.people)
    for number in sorted(what.classes):
        mine = [one for one in listed if number in one.record.classes]
        paper.gap(3)
        paper.words(f"{number} {class_words(number)}　共 {len(mine)} 件", size=11.5, heavy=True)
        if mine:
            paper.table(
                (("编号", 12.0), ("记录", 10.0), ("内容", 22.0), ("日期", 9.0), ("文件", 24.0)),
                [_row(one) for one in mine], size=8.5,
            )  # fmt: skip
    paper.gap(2)
    paper.words(
        "本次导出只含申请并获批准、且申请人有权看的类别；每次导出都有记录。文件校验值见 manifest.json。", size=8.5
    )
    return paper.bytes()


def _row(one: _Listed) -> list[str]:
    card = one.record.card
    files = "\n".join(name.rpartition("/")[2] for name in one.files)
    return [one.record.called, one.record.noun, one.record.content, f"{to_china(card.opened_at):%Y-%m-%d}", files]


def _workbook(archive: Archive, listed: Sequence[_Listed]) -> bytes:
    made = io.BytesIO()
    with Book(made) as book:
        sheet = book.sheet("时间线")
        sheet.head(("时间", "类别", "记录", "编号", "做了什么", "内容", "经手人", "文件"))
        lines = [(step.at, one, step) for one in listed for step in one.record.steps]
        for at, one, step in sorted(lines, key=lambda line: (line[0], line[1].record.subject)):
            classes = "、".join(str(number) for number in sorted(one.record.classes))
            sheet.row([
                to_china(at), classes, one.record.noun, one.record.called, step.what, step.note or None, step.by,
                one.files[0] if one.files else "",
            ])  # fmt: skip
        sheet.close()
        if archive.people:
            sheet = book.sheet("联络")
            sheet.head(("姓名", "关系", "电话"))
            for person in archive.people:
                sheet.row(person)
            sheet.close()
    return made.getvalue()


def _manifest(archive: Archive, hashes: dict[str, str]) -> dict[str, Any]:
    what = archive.allowed
    return {
        "household": what.grant.household_id, "address": archive.address, "request": what.request_id,
        "asked_by": what.asker, "approved_by": what.decider, "for": what.whom, "why": what.why, "use": what.use,
        "classes": sorted(what.classes), "made_at": to_china(archive.made_at).isoformat(timespec="seconds"),
        "files": {name: {"sha256": digest} for name, digest in sorted(hashes.items())},
    }  # fmt: skip


__all__ = ["INDEX", "MANIFEST", "WORKBOOK", "Made", "export"]
