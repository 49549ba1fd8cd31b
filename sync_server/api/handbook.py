"""The handbook 应知应会 (T): what is published, checking and publishing files, withdrawing a page, earlier versions."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath

from app.domain.rules.handbook import may_read
from app.domain.subjects.access import may_publish_pages
from app.domain.wire import errors
from app.domain.wire.errors import MALFORMED, ROLE_MAY_NOT, Problem
from sync_server.api import handbook_models as m
from sync_server.api.context import Here, Who
from sync_server.api.models import Uuid
from sync_server.api.on_time import TOKEN
from sync_server.api.problems import documented
from sync_server.api.unpack import ReadAside
from sync_server.handbook import Compiled, File, compile_files
from sync_server.store.estate import estates, handbook, published_forms
from sync_server.store.people.identity import Identity

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["handbook"])
VersionNumber = Annotated[int, InPath(ge=1, le=1_000_000)]
_REFUSED = (*TOKEN, errors.ROLE_MAY_NOT, errors.NOT_FOUND, errors.MALFORMED, errors.HANDBOOK_WRONG)


@router.get("/handbook", response_model=m.HandbookAnswer, responses=documented(*TOKEN))
def listed(here: Here, who: Who) -> Any:
    """List the pages of one's estates that one may read, withdrawn ones too, with all their versions; ``places``: for
    whom one may publish."""
    with here.store.read() as connection:
        found = handbook.listed(connection, who.estates)
        mine = [one for one in estates.every(connection) if _may(who, one.key)]
        everywhere = all(_may(who, key) for key in published_forms.every_estate(connection))
    places: list[dict[str, Any]] = [{"estate_key": None, "estate": None, "name": ""}] if everywhere else []
    places += [{"estate_key": one.key, "estate": one.code, "name": one.name} for one in mine]
    seen = [one for one in found if places or _reads(who, one)]
    return {"pages": [asdict(one) for one in seen], "places": places}


@router.post("/handbook/check", response_model=m.HandbookChecked, responses=documented(*_REFUSED))
def check(here: Here, who: Who, sent: m.HandbookFiles) -> Any:
    """Tell everything that is wrong with files; if nothing is, what publishing would do with each page. Nothing is
    kept."""
    with here.store.read() as connection:
        key = _where(who, connection, sent.estate)
        compiled = _compiled(sent, handbook.people(connection, key))
        done = handbook.would(connection, compiled.pages, key)
    return _told(compiled) | {"pages": [asdict(one) for one in done]}


@router.post("/handbook", response_model=m.HandbookChecked, responses=documented(*_REFUSED))
def publish(here: Here, who: Who, sent: m.HandbookFiles) -> Any:
    """Publish files, each page in place of its version in force; nothing is published if anything is wrong.

    Without ``estate`` they are for the whole company, which only somebody may who may publish in each of its estates.
    """
    with here.store.read() as connection:
        key = _where(who, connection, sent.estate)
        compiled = _compiled(sent, handbook.people(connection, key))
    if compiled.faults:
        return _told(compiled)
    with here.store.numbered() as write:
        done = handbook.publish(write, compiled.pages, key, who.staff_id)
    return _told(compiled) | {"pages": [asdict(one) for one in done], "published": True}


@router.post("/handbook/withdraw", response_model=m.HandbookDone, responses=documented(*_REFUSED))
def withdraw(here: Here, who: Who, asked: m.HandbookWithdrawn) -> Any:
    """Withdraw a page: it leaves all phones, and its versions stay readable here."""
    with here.store.numbered() as write:
        key = _where(who, write.connection, asked.estate)
        return asdict(handbook.withdraw(write, asked.page, key, who.staff_id))


@router.get(
    "/handbook/{page_id}/{version}", response_model=m.HandbookText, responses=documented(*TOKEN, errors.NOT_FOUND)
)
def version_of(here: Here, who: Who, page_id: Uuid, version: VersionNumber) -> Any:
    """Return a version of a page, also one that was replaced or withdrawn since."""
    with here.store.read() as connection:
        return {"page": handbook.version_of(connection, page_id, version, who.posts)}


def _reads(who: Identity, page: handbook.Listed) -> bool:
    keys = who.estates if page.estate_key is None else [page.estate_key]
    return any(may_read(set(page.posts), who.at(key).roles) for key in keys)


def _where(who: Identity, connection: Any, estate: str | None) -> str | None:
    """Return the estate's key, ``None`` for the company. Raises ``Problem`` where somebody may not publish there."""
    if estate is not None:
        key = estates.called(connection, estate, who.estates).key
        keys = [key]
    else:
        key, keys = None, published_forms.every_estate(connection)
    if not all(_may(who, one) for one in keys):
        raise Problem(ROLE_MAY_NOT, kind="handbook")
    return key


def _may(who: Identity, key: str) -> bool:
    return key in who.posts and may_publish_pages(who.at(key).roles)


def _compiled(sent: m.HandbookFiles, people: dict[str, str]) -> Compiled:
    try:
        files = [File(one.name, base64.b64decode(one.content, validate=True)) for one in sent.files]
    except (binascii.Error, ValueError) as fault:
        raise Problem(MALFORMED, what="content") from fault
    return compile_files(files, people)


def _told(compiled: Compiled) -> dict[str, Any]:
    return {"faults": [asdict(one) for one in compiled.faults], "pages": [], "published": False}
