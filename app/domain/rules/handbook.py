"""The handbook 应知应会 (T): its pages, who reads which, what is offered with a record, and which documents have to be
signed as read.

Pages are data of the company, like the price list: the server publishes them, every phone holds those its owner may
read. That somebody signed one is an entry (``subjects/reading.py``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.times import DAY, at_china, china_day
from app.domain.wire.canonical import canonical_hash
from app.domain.writing.folding import sought
from app.domain.writing.pages import HEADING, ITEM, ROW, blocks

PAGE: Final = "page"
"""The type of a page among the reference data of phones, and of what a duty to read is about."""
READING: Final = "reading"
"""The type of the record that somebody signed a document as read, and the name of that duty."""
FACTS, PRICES, PHONES, PHRASES, AVOID, RULES, SOP, HELP = (
    "facts", "prices", "phones", "phrases", "avoid", "rules", "sop", "help",
)  # fmt: skip
KINDS: Final = (PHONES, PRICES, FACTS, PHRASES, AVOID, SOP, RULES, HELP)
"""概况, 收费, 电话, 用语, 忌语, 制度, 规程, 帮助; in the order in which the handbook lists them."""
SUBJECTS: Final = ("ticket", "matter", "visit", "point", "key", "job", "case")
"""What a page can be ``about``: it is offered where somebody works on such a record; ``point``: a patrol point."""
COMPANY: Final = "*"
"""``Page.estate`` of what was published for all estates."""
WITHIN_DAYS: Final = 7
"""Days to read a document in, where nothing else is said."""
MOST_BYTES: Final = 4_000_000
"""Of all pages an estate has: each phone holds them all."""
MOST_TEXT: Final = 60_000
"""Characters of one page in one language."""
_IDS: Final = uuid.UUID("3f0a6c1e-5d0b-4a5f-9c51-0f7d3f3a7e21")
_AVOID_ARROWS: Final = ("→", "->", "=>", "：", ":")


@dataclass(frozen=True, slots=True)
class Page:
    """A page in force. ``id``: the same for all its versions; ``page``: what its author calls it; ``estate``: for which
    one, ``COMPANY``: for all; ``hash``: of what it says; ``about``, ``tags``: where it is offered; ``posts``: who reads
    it, none: everybody; ``must_read``, ``must_people``: posts and persons (staff ids) who sign it as read, within
    ``days`` from ``must_since`` (ms), when version ``must_from`` was published; ``counts``: the hashes of what they may
    have signed, its own and those of versions that hardly differ; ``keys``: by the line of its text, initials and
    pinyin of what stands there, line 0 for the title."""

    id: str
    page: str
    kind: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    version: int = 1
    hash: str = ""
    estate: str = ""
    order: int = 0
    about: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    posts: frozenset[str] = frozenset()
    must_read: frozenset[str] = frozenset()
    must_people: frozenset[str] = frozenset()
    must_from: int = 0
    must_since: int = 0
    counts: frozenset[str] = frozenset()
    days: int = WITHIN_DAYS
    published_at: int = 0
    keys: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def said(self, language: str) -> str:
        """Return its title in a language, else in any."""
        return in_words(self.title, language) or self.page

    def words(self, language: str) -> str:
        """Return its text in a language, else in any."""
        return in_words(self.text, language)

    @property
    def to_sign(self) -> bool:
        """Whether anybody has to sign it as read."""
        return bool(self.must_read or self.must_people)

    @property
    def due(self) -> int:
        """Until when it is signed: the end of the last day, in ms."""
        return at_china(china_day(self.must_since + self.days * DAY), 23, 59)

    def is_for(self, estate: str) -> bool:
        """Tell whether it counts in an estate."""
        return self.estate in (COMPANY, estate)


def in_words(by_language: Mapping[str, str], language: str) -> str:
    """Return what is said in a language (``zh``, ``en``), else in any."""
    return by_language.get(language) or by_language.get("zh") or next(iter(by_language.values()), "")


def digest_of(page: str, title: Mapping[str, str], text: Mapping[str, str]) -> str:
    """Return the hash of what a page says: what somebody signs as read."""
    return canonical_hash({"page": page, "title": dict(title), "text": dict(text)})


def read_page(id_: str, body: Mapping[str, Any]) -> Page | None:
    """Return the page of a reference row; ``None`` for one that this program can't read."""
    title, text = body.get("title"), body.get("text")
    if not isinstance(title, dict) or not isinstance(text, dict):
        return None
    estate = body.get("estate_key", "")
    keys = body.get("keys")
    return Page(
        id=id_,
        page=str(body.get("page") or ""),
        kind=str(body.get("kind") or ""),
        title={str(key): str(value) for key, value in title.items()},
        text={str(key): str(value) for key, value in text.items()},
        version=int(body.get("version") or 1),
        hash=str(body.get("hash") or ""),
        estate=COMPANY if estate is None else str(estate),
        order=int(body.get("order") or 0),
        about=_texts(body, "about"),
        tags=_texts(body, "tags"),
        posts=frozenset(_texts(body, "posts")),
        must_read=frozenset(_texts(body, "must_read")),
        must_people=frozenset(_texts(body, "must_people")),
        must_from=int(body.get("must_from") or 0),
        must_since=int(body.get("must_since") or 0),
        counts=frozenset(_texts(body, "counts")),
        days=int(body.get("days") or WITHIN_DAYS),
        published_at=int(body.get("published_at") or 0),
        keys={int(line): tuple(map(str, ways)) for line, ways in keys.items()} if isinstance(keys, dict) else {},
    )


def _texts(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = body.get(name)
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def may_read(posts: Set[str], held: Set[str]) -> bool:
    """Tell whether somebody with the roles ``held`` may read a page that is limited to ``posts`` (none: everybody)."""
    return not posts or bool(posts & held)


def in_order(page: Page) -> tuple[int, int, str, str]:
    """Sort key of a page in a list: by kind, by its own order, by title."""
    kind = KINDS.index(page.kind) if page.kind in KINDS else len(KINDS)
    return kind, page.order, page.said("zh"), page.id


# -- where a page is offered -----------------------------------------------------------------------


def offered(pages: Iterable[Page], subject: str, kind: str, said: str) -> list[Page]:
    """Return the pages for a record: of type ``subject``, of ``kind``, whose words are ``said`` (its place, its fault).

    A page with both ``about`` and ``tags`` needs both to fit, a page with one of them that one. Those whose tag fits
    come first, the longest tag before others: 水泵房 says more than 水.
    """
    words = sought(said)
    found = []
    for page in pages:
        if not (page.about or page.tags):
            continue
        tags = [len(tag) for tag in map(sought, page.tags) if tag and tag in words]
        fits = subject in page.about or f"{subject}/{kind}" in page.about
        if (page.about and not fits) or (page.tags and not tags):
            continue
        found.append((-max(tags, default=0), in_order(page), page))
    return [page for _, _, page in sorted(found, key=lambda one: one[:2])]


# -- words -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Avoided:
    """A word not to use, and what can be said instead ("": nothing is offered)."""

    word: str
    instead: str = ""


def avoided(pages: Iterable[Page]) -> list[Avoided]:
    """Return the words not to use of the pages ``AVOID``, in every language: rows ``| 不知道 | 我帮您问一下 |`` and
    items ``不知道 → 我帮您问一下``; the longest first, so that the most telling one is found."""
    found: dict[str, Avoided] = {}
    for page in pages:
        if page.kind != AVOID:
            continue
        for text in page.text.values():
            for block in blocks(text):
                if block.sort == ROW and block.cells[0]:
                    instead = block.cells[1] if len(block.cells) > 1 else ""
                    found.setdefault(sought(block.cells[0]), Avoided(block.cells[0], instead))
                elif block.sort == ITEM:
                    word, instead = _parted(block.text)
                    found.setdefault(sought(word), Avoided(word, instead))
    return sorted((one for key, one in found.items() if key), key=lambda one: -len(one.word))


def _parted(text: str) -> tuple[str, str]:
    for arrow in _AVOID_ARROWS:
        word, mark, instead = text.partition(arrow)
        if mark and word.strip():
            return _unquoted(word), _unquoted(instead)
    return _unquoted(text), ""


def _unquoted(text: str) -> str:
    return text.strip().strip("「」“”\"'。；;，,！!？?").strip()


def to_avoid(text: str, words: Iterable[Avoided]) -> Avoided | None:
    """Return the first word not to use that stands in a text. A Latin word counts only as a whole word."""
    said = sought(text)
    if not said:
        return None
    for one in words:
        word = sought(one.word)
        at = said.find(word)
        while at >= 0:
            if not word.isascii() or (not _letter(said, at - 1) and not _letter(said, at + len(word))):
                return one
            at = said.find(word, at + 1)
    return None


def _letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()


def instead_of(text: str, one: Avoided) -> str:
    """Return a text in which a word not to use is replaced by what can be said; the text itself where it is written in
    another way than on the page."""
    at = text.lower().find(one.word.lower())
    return text if at < 0 or not one.instead else text[:at] + one.instead + text[at + len(one.word) :]


def phrases(pages: Iterable[Page], language: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the polite phrases of the pages ``PHRASES`` by their headings: 道歉, 征询; in the order of the pages."""
    found: dict[str, list[str]] = {}
    for page in pages:
        if page.kind != PHRASES:
            continue
        under = page.said(language)
        for block in blocks(page.words(language)):
            if block.sort == HEADING:
                under = block.text
            elif block.sort in (ITEM, ROW):
                found.setdefault(under, []).append(block.said)
    return [(name, tuple(dict.fromkeys(said))) for name, said in found.items()]


# -- documents to be read (T4) ----------------------------------------------------------------------


def reading_id(page_id: str, digest: str, staff_id: str) -> str:
    """Return the id of the record that somebody signed what a page said as read: the same on each of their phones."""
    return str(uuid.uuid5(_IDS, f"{page_id}/{digest}/{staff_id}"))


@dataclass(frozen=True, slots=True)
class Read:
    """A signature: who read which version of a page, what it said (``digest``), and when (ms). What counts is what it
    said: versions may be numbered anew after a server was restored."""

    page_id: str
    digest: str
    staff_id: str
    at: int
    record: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of staff who is there: the posts they hold in each estate, by its key."""

    id: str
    posts: Mapping[str, Set[str]]


@dataclass(frozen=True, slots=True)
class ToRead:
    """A document that somebody has to sign as read, or has signed. ``estate``: where they hold the post for which it
    is theirs."""

    page: Page
    staff_id: str
    estate: str = ""
    read: Read | None = None


def to_read(pages: Iterable[Page], readers: Iterable[Reader], reads: Iterable[Read]) -> Iterator[ToRead]:
    """Yield who has to sign which document as read, page by page, with their first signature that counts.

    Somebody with posts in several estates signs a document once. Who may not read a page does not have to.
    """
    signed: dict[tuple[str, str], list[Read]] = {}
    for one in reads:
        signed.setdefault((one.page_id, one.staff_id), []).append(one)
    people = list(readers)
    for page in pages:
        if not page.to_sign:
            continue
        for person in people:
            where = _whose(page, person)
            if where is None:
                continue
            mine = [one for one in signed.get((page.id, person.id), ()) if one.digest in page.counts]
            yield ToRead(page, person.id, where, min(mine, key=lambda one: one.at, default=None))


def _whose(page: Page, person: Reader) -> str | None:
    """Return the estate for which somebody has to read a page; ``None`` if they don't have to."""
    here = {key: held for key, held in sorted(person.posts.items()) if held and page.is_for(key)}
    if not any(may_read(page.posts, held) for held in here.values()):
        return None
    if person.id in page.must_people:
        return next(iter(here))
    return next((key for key, held in here.items() if page.must_read & held), None)
