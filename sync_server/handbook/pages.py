"""Files made into pages: Markdown (one page a file, one file a language) and workbooks; all that is wrong is told at
once, and then there are no pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.roles import ROLES
from app.domain.rules.handbook import MOST_TEXT, WITHIN_DAYS, digest_of
from app.domain.writing.pages import unknown
from sync_server.handbook import workbook
from sync_server.handbook.faults import Fault, Faults, Place
from sync_server.handbook.markdown import Written, read_markdown
from sync_server.handbook.settings import MUST_READ, TEXT_EN, TITLE_EN, Settings

MOST_FILES: Final = 1_000
MOST_FILE_BYTES: Final = 4_000_000
_MOST_TITLE: Final = 120
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
_TEXTS: Final = (".md", ".markdown", ".txt")
LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class File:
    """A file: its name, with the folder that says its language where there is one (``en/phones.md``), and content."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A page as it is to be published; ``must_people``: staff ids; ``minor``: nobody has to sign again."""

    page: str
    kind: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    order: int = 0
    about: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    must_read: tuple[str, ...] = ()
    must_people: tuple[str, ...] = ()
    days: int = WITHIN_DAYS
    minor: bool = False

    @property
    def hash(self) -> str:
        """The hash of what it says."""
        return digest_of(self.page, self.title, self.text)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of the files: the pages where nothing is wrong, and every fault."""

    pages: tuple[Draft, ...] = ()
    faults: tuple[Fault, ...] = ()


def compile_files(files: Sequence[File], people: Mapping[str, str] | None = None) -> Compiled:
    """Make pages of files. ``people``: staff ids by number, who can be named as having to read a document."""
    faults = Faults()
    written: list[Written] = []
    if not files:
        faults.tell(Place("—"), "没有文件", "there are no files")
    if len(files) > MOST_FILES:
        faults.tell(Place(files[0].name), f"一次最多 {MOST_FILES} 个文件", f"at most {MOST_FILES} files at a time")
        files = ()
    for file in files:
        written += _read(file, faults)
    pages = _together(written, people or {}, faults)
    return Compiled((), faults.listed()) if faults else Compiled(pages)


def _read(file: File, faults: Faults) -> Iterable[Written]:
    ending = file.name[file.name.rfind(".") :].lower() if "." in file.name else ""
    at = Place(file.name)
    if ending not in (*_WORKBOOKS, *_TEXTS):
        faults.tell(at, "只收 .md 和 .xlsx 文件", "only .md and .xlsx files are read")
    elif len(file.content) > MOST_FILE_BYTES:
        faults.tell(at, "文件太大（最多 4 MB）", "the file is too large (at most 4 MB)")
    elif ending in _WORKBOOKS:
        return workbook.read_workbook(file.name, file.content, faults)
    else:
        found = read_markdown(file.name, file.content, faults)
        return [found] if found is not None else []
    return []


def _together(written: Sequence[Written], people: Mapping[str, str], faults: Faults) -> tuple[Draft, ...]:
    """Return the pages: what was written of one in two languages belongs together."""
    made: dict[str, Draft] = {}
    places: dict[tuple[str, str], Place] = {}
    # Chinese first: it is there that a page says of which kind it is, and who reads it.
    for one in sorted(written, key=lambda one: LANGUAGES.index(one.language)):
        settings = Settings(one.said, faults)
        name = settings.page(one.name, one.at)
        before = places.get((name, one.language))
        if before is not None:
            faults.tell(one.at, f"编号「{name}」在 {_where(before)} 已有一页",
                        f"there is a page {name!r} already, in {_where(before)}")  # fmt: skip
            continue
        places[name, one.language] = one.at
        title, text = _words(one, faults)
        known = made.get(name)
        if known is not None:
            made[name] = replace(known, title={**known.title, **title}, text={**known.text, **text})
        else:
            made[name] = _draft(name, title, text, one, settings, people, faults)
    return tuple(made.values())


def _words(one: Written, faults: Faults) -> tuple[dict[str, str], dict[str, str]]:
    """Return title and text by language. A workbook may say both languages in one row."""
    title, text = {one.language: one.title}, {one.language: one.text.strip("\n")}
    _check_title(one.title, one.title_at, faults)
    _check_text(one.text, one.text_at, faults)
    if one.language == "zh" and TITLE_EN in one.said:
        title["en"], at = one.said[TITLE_EN]
        _check_title(title["en"], at, faults)
    if one.language == "zh" and TEXT_EN in one.said:
        text["en"], at = one.said[TEXT_EN]
        _check_text(text["en"], at, faults)
    return title, text


def _draft(
    name: str,
    title: Mapping[str, str],
    text: Mapping[str, str],
    one: Written,
    settings: Settings,
    people: Mapping[str, str],
    faults: Faults,
) -> Draft:
    posts = settings.posts()
    held, named = settings.must_read(people)
    lacks = [role for role in held if posts and role not in posts]
    if lacks and len(held) < len(ROLES):
        listed = ", ".join(lacks)
        faults.tell(one.said[MUST_READ][1], f"必读的岗位里有看不到这一页的：{listed}",
                    f"some who have to read it may not: {listed}")  # fmt: skip
    return Draft(
        name, settings.kind(one.at, one.kind), title, text, settings.order(), tuple(settings.about()),
        tuple(settings.tags()), tuple(posts), tuple(role for role in held if role not in lacks), tuple(named),
        settings.days(), settings.minor(),
    )  # fmt: skip


def _check_title(title: str, at: Place, faults: Faults) -> None:
    if not title:
        faults.tell(at, "没有标题：写 标题:，或以 # 标题 开头", "it has no title: write title:, or begin with # title")
    elif len(title) > _MOST_TITLE or "\n" in title:
        faults.tell(
            at, f"标题一行，最多 {_MOST_TITLE} 个字", f"a title is one line of at most {_MOST_TITLE} characters"
        )


def _check_text(text: str, at: Place, faults: Faults) -> None:
    if not text.strip():
        faults.tell(at, "没有正文", "it says nothing")
    elif len(text) > MOST_TEXT:
        faults.tell(at, f"正文最多 {MOST_TEXT} 个字", f"a page has at most {MOST_TEXT} characters")
    for number, zh, en in unknown(text):
        # A line of a text file is named; of a workbook, the cell that holds it all.
        place = at if at.cell else Place(at.file, at.line + number - 1)
        faults.tell(place, f"手机上显示不了：{zh}", f"phones don't show it: {en}")


def _where(at: Place) -> str:
    return " ".join(part for part in (at.file, at.cell) if part)


__all__ = ["LANGUAGES", "MOST_FILES", "Compiled", "Draft", "File", "compile_files"]
