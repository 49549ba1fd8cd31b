"""The handbook 应知应会 as the office publishes it, asked of the server: what is published, checking and publishing
files, withdrawing, earlier versions (T2)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.domain.rules.handbook import Page, read_page
from app.domain.wire.errors import ANSWER_UNREADABLE, Problem
from app.sync.calls import call, read_json
from app.sync.office_forms import FormPlace
from app.sync.transport import Transport


@dataclass(frozen=True, slots=True)
class PageVersion:
    """A version of a page. ``published_by``: a staff id, "" at the command line; times in ms."""

    version: int
    hash: str
    published_at: int
    published_by: str
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class OfficePage:
    """A page with its versions, the latest first. ``estate_key``: ``None`` for the company; ``ended``: withdrawn, or
    ""."""

    id: str
    estate_key: str | None
    page: str
    kind: str
    title: Mapping[str, str]
    posts: tuple[str, ...]
    must_read: tuple[str, ...]
    must_people: tuple[str, ...]
    ended: str
    versions: tuple[PageVersion, ...]


@dataclass(frozen=True, slots=True)
class OfficeHandbook:
    """What is published, in the order of the handbook, and for whom one may publish."""

    pages: tuple[OfficePage, ...]
    places: tuple[FormPlace, ...]


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file as the office wrote it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PageFault:
    """What is wrong with a file, and where: a line of a text (0: none), or a cell of a workbook."""

    file: str
    line: int
    cell: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PageDone:
    """What publishing does or did with a page: ``new``, ``changed``, ``same``."""

    id: str
    page: str
    version: int
    title: Mapping[str, str]
    what: str


@dataclass(frozen=True, slots=True)
class CheckedPages:
    """What came of files: every fault; if there is none, what is, or would be, done with each page."""

    faults: tuple[PageFault, ...]
    pages: tuple[PageDone, ...]
    published: bool


async def ask_handbook(transport: Transport, token: str) -> OfficeHandbook:
    """Return what is published. Raises ``Problem``: ``no_network``, ..."""
    data = read_json(await call(transport, "GET", "/v1/handbook", token=token))
    try:
        places = tuple(FormPlace(one["estate_key"], one["estate"], str(one["name"])) for one in data["places"])
        return OfficeHandbook(tuple(_page(one) for one in data["pages"]), places)
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


async def ask_version(transport: Transport, token: str, page_id: str, version: int) -> Page:
    """Return a version of a page, in force or not. Raises ``Problem``: ``not_found``, ``no_network``, ..."""
    data = read_json(await call(transport, "GET", f"/v1/handbook/{quote(page_id)}/{version}", token=token))
    found = read_page(page_id, data.get("page") or {})
    if found is None:
        raise Problem(ANSWER_UNREADABLE, what="page")
    return found


async def send_files(
    transport: Transport, token: str, files: Sequence[PageFile], estate: str | None, *, publish: bool
) -> CheckedPages:
    """Have the server check files, or publish them, for an estate by its code, or for the company (``None``).

    Raises ``Problem``: ``handbook_wrong``, ``role_may_not``, ``no_network``, ...
    """
    sent = [{"name": one.name, "content": base64.b64encode(one.content).decode()} for one in files]
    body: dict[str, Any] = {"files": sent} | ({} if estate is None else {"estate": estate})
    path = "/v1/handbook" if publish else "/v1/handbook/check"
    data = read_json(await call(transport, "POST", path, token=token, body=body))
    try:
        faults = tuple(
            PageFault(str(one["file"]), int(one["line"]), str(one["cell"]), {"zh": one["zh"], "en": one["en"]})
            for one in data["faults"]
        )
        return CheckedPages(faults, tuple(_done(one) for one in data["pages"]), bool(data["published"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(ANSWER_UNREADABLE, what=f"{type(error).__name__}: {error}") from error


async def withdraw(transport: Transport, token: str, page: str, estate: str | None) -> None:
    """Withdraw a page of an estate or of the company. Raises ``Problem``: ``not_found``, ``role_may_not``, ..."""
    body = {"page": page} | ({} if estate is None else {"estate": estate})
    await call(transport, "POST", "/v1/handbook/withdraw", token=token, body=body)


def _page(data: Mapping[str, Any]) -> OfficePage:
    versions = tuple(
        PageVersion(int(one["version"]), str(one["hash"]), int(one["published_at"]), str(one["published_by"] or ""),
                    one["ended_at"])
        for one in data["versions"]
    )  # fmt: skip
    return OfficePage(
        str(data["id"]), data["estate_key"], str(data["page"]), str(data["kind"]), dict(data["title"]),
        tuple(data["posts"]), tuple(data["must_read"]), tuple(data["must_people"]), str(data["ended"]), versions,
    )  # fmt: skip


def _done(data: Mapping[str, Any]) -> PageDone:
    return PageDone(
        str(data["id"]), str(data["page"]), int(data["version"]), dict(data["title"]), str(data["what"])
    )  # fmt: skip
