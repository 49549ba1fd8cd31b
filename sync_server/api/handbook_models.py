"""The bodies of what is asked and answered about the handbook, with examples for the OpenAPI page."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sync_server.api.examples import HASH, ID, MILLISECONDS, WORKER
from sync_server.api.models import Asked, EstateCode, FormPlace, Model, _with

_FILE = {"name": "zh/phones.md", "content": "LS0tCue8lui+kTogcGhvbmVzCi0tLQo="}
_FAULT = {"file": "zh/phones.md", "line": 3, "cell": "", "zh": "没有正文", "en": "it says nothing"}
_DONE = {"id": ID, "page": "phones", "version": 2, "title": {"zh": "常用电话"}, "what": "changed"}
_VERSION = {
    "version": 2, "hash": HASH, "published_at": MILLISECONDS, "published_by": WORKER, "ended_at": None,
}  # fmt: skip
_PAGE = {
    "id": ID, "estate_key": "", "page": "phones", "kind": "phones", "title": {"zh": "常用电话"}, "posts": [],
    "must_read": ["manager"], "must_people": [], "ended": "", "versions": [_VERSION],
}  # fmt: skip


class HandbookFile(Asked):
    """A file as the office wrote it: its name, with a folder ``zh`` or ``en`` where that says its language, and its
    content in base64."""

    model_config = _with(_FILE)

    name: str = Field(min_length=1, max_length=200)
    content: str = Field(max_length=6_000_000)


class HandbookFiles(Asked):
    """Files to be checked or published. ``estate``: for that one; without it, for the whole company."""

    model_config = _with({"files": [_FILE], "estate": "LY"})

    files: list[HandbookFile] = Field(min_length=1, max_length=1_000)
    estate: EstateCode | None = None


class HandbookFault(Model):
    """What is wrong with a file, and where: a line of a text (0: none), or a cell of a workbook."""

    model_config = _with(_FAULT)

    file: str
    line: int
    cell: str
    zh: str
    en: str


class HandbookDone(Model):
    """What publishing does or did with a page: ``new``, ``changed``, or ``same`` where it says what it said."""

    model_config = _with(_DONE)

    id: str
    page: str
    version: int
    title: dict[str, str]
    what: str


class HandbookChecked(Model):
    """What came of the files: every fault; if there is none, what is, or would be, done with each page."""

    model_config = _with({"faults": [_FAULT], "pages": [], "published": False})

    faults: list[HandbookFault]
    pages: list[HandbookDone]
    published: bool


class HandbookWithdrawn(Asked):
    """Which page is to be withdrawn, of an estate or of the whole company."""

    model_config = _with({"page": "phones", "estate": "LY"})

    page: str = Field(min_length=1, max_length=100)
    estate: EstateCode | None = None


class HandbookVersion(Model):
    """A version of a page; ``published_by`` is empty at the command line, ``ended_at`` while it is in force."""

    model_config = _with(_VERSION)

    version: int
    hash: str
    published_at: int
    published_by: str | None
    ended_at: int | None


class HandbookPage(Model):
    """A page with its versions, the latest first. ``estate_key`` is empty for the company; ``ended``: withdrawn, or
    empty; ``must_read``, ``must_people``: roles and staff ids of who signs it as read."""

    model_config = _with(_PAGE)

    id: str
    estate_key: str | None
    page: str
    kind: str
    title: dict[str, str]
    posts: list[str]
    must_read: list[str]
    must_people: list[str]
    ended: str
    versions: list[HandbookVersion]


class HandbookAnswer(Model):
    """The pages in the order of the handbook, and for whom one may publish."""

    model_config = _with({"pages": [_PAGE], "places": [{"estate_key": "", "estate": "LY", "name": "荔园小区"}]})

    pages: list[HandbookPage]
    places: list[FormPlace]


class HandbookText(Model):
    """A version of a page as phones read it."""

    model_config = _with(
        {"page": {"page": "phones", "version": 1, "title": {"zh": "电话"}, "text": {"zh": "火警 119"}}}
    )

    page: dict[str, Any]
