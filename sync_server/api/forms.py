"""Forms the office writes: checking and publishing a workbook, what is published, and withdrawing it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from app.domain.subjects.access import may_publish_forms
from app.domain.wire import errors
from app.domain.wire.errors import MALFORMED, ROLE_MAY_NOT, Problem
from sync_server.api import models as m
from sync_server.api.context import Here, Who
from sync_server.api.on_time import TOKEN
from sync_server.api.problems import documented
from sync_server.api.syncing import Digest
from sync_server.api.unpack import ReadAside
from sync_server.store.estate import estates, published_forms
from sync_server.store.people.identity import Identity
from sync_server.store.subjects.case.counting import filled_in

if TYPE_CHECKING:
    from sync_server.forms import Compiled

router = APIRouter(prefix="/v1", route_class=ReadAside, tags=["forms"])
_REFUSED = (*TOKEN, errors.ROLE_MAY_NOT, errors.NOT_FOUND, errors.MALFORMED, errors.FORM_WRONG)


@router.get("/forms", response_model=m.FormsAnswer, responses=documented(*TOKEN))
def listed(here: Here, who: Who) -> Any:
    """List what was published for one's estates, in force or ended, the newest first.

    Who publishes is told how often each was filled in, and ``places``: for which estates they publish.
    """
    with here.store.read() as connection:
        found = published_forms.listed(connection, who.estates)
        mine = [one for one in estates.every(connection) if one.key in who.estates and _may(who, one.key)]
        counts = filled_in(connection, [one.key for one in mine], [one.hash for one in found]) if mine else {}
        everywhere = all(_may(who, key) for key in published_forms.every_estate(connection))
    places: list[dict[str, Any]] = [{"estate_key": None, "estate": None, "name": ""}] if everywhere else []
    places += [{"estate_key": one.key, "estate": one.code, "name": one.name} for one in mine]
    return {"forms": [asdict(one) | {"filled": counts.get(one.hash, 0)} for one in found], "places": places}


@router.post("/forms/check", response_model=m.FormChecked, responses=documented(*_REFUSED))
def check(here: Here, who: Who, sent: m.FormFile) -> Any:
    """Tell everything that is wrong with a form; if nothing is, its definition, to be tried out. Nothing is kept."""
    if not may_publish_forms(who.roles):
        raise Problem(ROLE_MAY_NOT, kind="forms")
    return _told(_compiled(sent))


@router.post("/forms", response_model=m.FormChecked, responses=documented(*_REFUSED))
def publish(here: Here, who: Who, sent: m.FormFile) -> Any:
    """Publish a form, in place of its version in force; ``published`` is empty if something is refused.

    Without ``estate`` it is for the whole company, which only somebody may who may publish in each of its estates.
    """
    with here.store.read() as connection:
        key = _where(who, connection, sent.estate)
    compiled = _compiled(sent)
    if compiled.definition is None or compiled.form is None:
        return _told(compiled)
    with here.store.numbered() as write:
        done = published_forms.publish(write, compiled.definition, compiled.form, key, who.staff_id)
    return _told(compiled) | {"published": asdict(done)}


@router.post("/forms/withdraw", response_model=m.FormPublished, responses=documented(*_REFUSED))
def withdraw(here: Here, who: Who, asked: m.FormWithdrawn) -> Any:
    """Withdraw a form: nobody begins it any more, and what was filled stays."""
    with here.store.numbered() as write:
        key = _where(who, write.connection, asked.estate)
        return asdict(published_forms.withdraw(write, asked.form_id, key, who.staff_id))


@router.get("/forms/{digest}", response_model=m.FormDefinition, responses=documented(*TOKEN, errors.NOT_FOUND))
def definition(here: Here, who: Who, digest: Digest) -> Any:
    """Return a definition by its hash, also of a form that was replaced or withdrawn since."""
    with here.store.read() as connection:
        return {"definition": json.loads(published_forms.definition(connection, digest, who.estates))}


def _where(who: Identity, connection: Any, estate: str | None) -> str | None:
    """Return the estate's key, ``None`` for the company. Raises ``Problem`` where somebody may not publish there."""
    if estate is not None:
        key = estates.called(connection, estate, who.estates).key
        keys = [key]
    else:
        key, keys = None, published_forms.every_estate(connection)
    if not all(_may(who, one) for one in keys):
        raise Problem(ROLE_MAY_NOT, kind="forms")
    return key


def _may(who: Identity, key: str) -> bool:
    return key in who.posts and may_publish_forms(who.at(key).roles)


def _compiled(sent: m.FormFile) -> Compiled:
    from sync_server.forms import compile_form  # takes most of a second to load: no start of the server waits for it

    try:
        content = base64.b64decode(sent.content, validate=True)
        beside = {name: base64.b64decode(one, validate=True) for name, one in sent.beside.items()}
    except (binascii.Error, ValueError) as fault:
        raise Problem(MALFORMED, what="content") from fault
    return compile_form(sent.name, content, beside)


def _told(compiled: Compiled) -> dict[str, Any]:
    return {
        "published": None,
        "definition": None if compiled.definition is None else json.loads(compiled.definition),
        "faults": [asdict(fault) for fault in compiled.faults],
    }
