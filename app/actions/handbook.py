"""The handbook 应知应会 on the phone (T): finding in it, what is new, what is offered with a record, documents signed
as read; and publishing it from a desk, which needs the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.actions.models import Saved
from app.actions.records import Records
from app.actions.server import Server
from app.domain import roles
from app.domain.rules import handbook as h
from app.domain.rules.estates import ESTATE, POSTS
from app.domain.rules.handbook import Avoided, Page, Reader, ToRead, offered, reading_id, to_read
from app.domain.rules.handbook_search import Found, find
from app.domain.subjects.access import may_publish_pages
from app.domain.subjects.reading import PAGE_READ, read_of
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import CardFilter
from app.sync import handbook as office
from app.sync.handbook import CheckedPages, OfficeHandbook, PageFile

SEEN: Final = "handbook_seen"
"""Setting: the hash of each page as this person last knew it on this phone, by the page's id; none before the first
look."""
_SHORT: Final = 12
"""Characters kept of a hash: enough to tell that a page says something else."""
_MOST: Final = 20_000
_SUBJECTS: Final = {"place": "point", "thing": "key"}
"""What pages call types of record otherwise."""


class Handbook:
    """The handbook, as one signed-in person reads it."""

    def __init__(self, core: Records, server: Server, changed: Callable[[], None]) -> None:
        self._core = core
        self._server = server
        self._changed = changed
        self._avoided: tuple[list[Page], list[Avoided]] = ([], [])

    # -- reading ---------------------------------------------------------------------------

    def pages(self) -> list[Page]:
        """Return the pages of the estates looked at, in the order of the handbook."""
        keys = self._keys()
        found = (page for page in self._core.store.pages() if any(page.is_for(key) for key in keys))
        return sorted(found, key=h.in_order)

    def page(self, page_id: str) -> Page | None:
        """Return a page in force; ``None`` for one that this phone does not have."""
        return next((page for page in self._core.store.pages() if page.id == page_id), None)

    def find(self, text: str, kind: str = "", language: str = "zh") -> list[Found]:
        """Return the pages that ``text`` may mean, the likeliest first, each with the line that says it (T1); without a
        text those of a kind, or all."""
        pages = self.pages()
        return find([page for page in pages if not kind or page.kind == kind] if not text else pages, text, language)

    def offered(self, subject_type: str, subject_id: str) -> list[Page]:
        """Return the pages for a record: the procedure for this point, the prices for this fault (T3)."""
        card = self._core.store.card(subject_type, subject_id)
        said = " ".join((card.words(), card.kind)) if card is not None else ""
        kind = card.kind if card is not None else ""
        return offered(self.pages(), _SUBJECTS.get(subject_type, subject_type), kind, said)

    def avoided(self) -> list[Avoided]:
        """Return the words not to use, and what can be said instead; asked for at every letter, worked out once."""
        pages = self._core.store.pages()
        if self._avoided[0] is not pages:
            self._avoided = pages, h.avoided(pages)
        return self._avoided[1]

    def phrases(self, language: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the polite phrases by their headings."""
        return h.phrases(self.pages(), language)

    # -- what is new -----------------------------------------------------------------------

    def new(self) -> frozenset[str]:
        """Return the ids of the pages that came or changed since this person looked on this phone (T2); none before
        the first look, when all would be new."""
        seen = self._core.store.setting(SEEN)
        if seen is None:
            return frozenset()
        return frozenset(page.id for page in self.pages() if seen.get(page.id) != page.hash[:_SHORT])

    def looked(self) -> None:
        """Note that this person looked at the list: from now on it says what is new."""
        if self._core.store.setting(SEEN) is None:
            # Nothing was new before and nothing is: no screen has to be drawn again.
            self._core.store.put_settings({SEEN: {page.id: page.hash[:_SHORT] for page in self.pages()}})

    def saw_all(self) -> None:
        """Note that nothing is new to this person any more."""
        seen = self._core.store.setting(SEEN) or {}
        self._keep({**seen, **{page.id: page.hash[:_SHORT] for page in self.pages()}})

    def saw(self, page: Page) -> None:
        """Note that this person has opened a page as it is now; before the first look at the list nothing is new."""
        seen = self._core.store.setting(SEEN)
        if seen is not None and seen.get(page.id) != page.hash[:_SHORT]:
            self._keep({**seen, page.id: page.hash[:_SHORT]})

    def _keep(self, seen: dict[str, str]) -> None:
        known = {page.id for page in self._core.store.pages()}
        self._core.store.put_settings({SEEN: {id_: digest for id_, digest in seen.items() if id_ in known}})
        self._changed()

    # -- documents to be read (T4) -----------------------------------------------------------

    def to_sign(self) -> list[ToRead]:
        """Return the documents that this person has not signed as read yet, the first due first."""
        found = [one for one in self._of((self._me(),), self._to_sign()) if one.read is None]
        return sorted(found, key=lambda one: one.page.due)

    def mine(self, page: Page) -> ToRead | None:
        """Return how it stands with a document and this person; ``None`` if they do not have to read it."""
        return next((one for one in self._of((self._me(),), [page])), None)

    def readers(self, page: Page) -> list[ToRead]:
        """Return who has to sign a document as read, and has: those who have not first. Whoever does not oversee sees
        their own signatures alone."""
        keys = set(self._keys())
        found = [one for one in self._of(self._people(), [page]) if one.estate in keys]
        return sorted(found, key=lambda one: (one.read is not None, self._core.staff_name(one.staff_id)))

    @property
    def oversees(self) -> bool:
        """Whether this person sees who has not read."""
        return bool(self._core.roles & roles.OVERSEERS)

    async def sign(self, page: Page, *, once: str | None = None) -> Saved:
        """Sign a document as read, with or without a network: which version, and the hash of what it says.

        Raises ``Problem``: ``not_found`` where this person does not have to, ``already_noted`` the second time.
        """
        mine = self.mine(page)
        if mine is None:
            raise Problem(NOT_FOUND)
        core = self._core
        subject = (h.READING, reading_id(page.id, page.hash, core.profile.staff_id))
        said = {
            "page_id": page.id, "version": page.version, "digest": page.hash, "title": page.said("zh"),
            ESTATE: mine.estate,
        }  # fmt: skip
        return await core.save([core.entry(subject, PAGE_READ, said, once)])

    def everybody(self) -> list[ToRead]:
        """Return who has to sign which document as read, in the estates looked at."""
        keys = set(self._keys())
        return [one for one in self._of(self._people(), self._to_sign()) if one.estate in keys]

    def _to_sign(self) -> list[Page]:
        return [page for page in self._core.store.pages() if page.to_sign]

    def _of(self, people: Sequence[Reader], pages: Sequence[Page]) -> list[ToRead]:
        if not any(one.to_sign for one in pages):
            return []
        opener = people[0].id if len(people) == 1 else None
        cards = self._core.store.cards(CardFilter(type=h.READING, opener=opener, order="recent"), 0, _MOST)
        return list(to_read(pages, people, [read_of(card) for card in cards]))

    def _me(self) -> Reader:
        return Reader(self._core.profile.staff_id, self._core.posts)

    def _people(self) -> list[Reader]:
        found = []
        for id_, body in self._core.store.refs("staff").items():
            posts = body.get(POSTS) or {"": body.get("roles") or ()}
            if body.get("active", True):
                found.append(Reader(id_, {str(key): frozenset(held) for key, held in posts.items()}))
        return found

    def _keys(self) -> tuple[str, ...]:
        return tuple(self._core.posts) if self._core.estate is None else (self._core.estate,)

    # -- publishing from a desk (T2): each of these needs the network -------------------------

    @property
    def publishes(self) -> bool:
        """Whether this person publishes pages."""
        return may_publish_pages(self._core.roles)

    async def told(self) -> OfficeHandbook:
        """Return what is published, with all versions, and for whom this person publishes."""
        return await office.ask_handbook(*self._server.way)

    async def version(self, page_id: str, version: int) -> Page:
        """Return a version of a page, in force or not. Raises ``Problem`` ``not_found``, ``no_network``, ..."""
        return await office.ask_version(*self._server.way, page_id, version)

    async def check(self, files: Sequence[PageFile], estate: str | None) -> CheckedPages:
        """Return everything that is wrong with files; if nothing is, what publishing would do with each page."""
        return await office.send_files(*self._server.way, files, estate, publish=False)

    async def publish(self, files: Sequence[PageFile], estate: str | None) -> CheckedPages:
        """Publish files for an estate (its code), or for the company (``None``); all of them or none.

        Raises ``Problem`` also ``handbook_wrong``: phones would have to hold too much.
        """
        return await office.send_files(*self._server.way, files, estate, publish=True)

    async def withdraw(self, page: str, estate: str | None) -> None:
        """Withdraw a page. Raises ``Problem`` ``not_found``, ..."""
        await office.withdraw(*self._server.way, page, estate)
