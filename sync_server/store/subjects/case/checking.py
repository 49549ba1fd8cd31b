"""The server works a filled form out again: a difference is told to the desk, and never refuses what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import structlog
from sqlalchemy import Connection, select

from app.domain.forms import Facts, Form, Remembered, check, read
from app.domain.subjects import kinds as all_kinds
from app.domain.subjects.case import kinds
from app.domain.subjects.case.chains import Chain, chain_of
from app.domain.subjects.case.chains.rule import said
from app.domain.subjects.case.chains.services import one_number
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.state import UNDER_WAY, CaseState, Filled
from app.domain.subjects.fold import fold
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.matter.state import ENDED
from app.domain.times import china_day
from app.domain.wire.canonical import canonical_hash
from app.domain.wire.entries import Entry
from app.domain.wire.errors import Problem
from sync_server.store.estate.published_forms import WITHDRAWN
from sync_server.store.subjects.case.tables import cases
from sync_server.store.subjects.matter import matters
from sync_server.store.tables import published_forms, staff_roles
from sync_server.store.types import to_ms

log = structlog.get_logger(__name__)

_MOST: Final = 500
"""Most differences that are told one by one."""


def findings(
    connection: Connection, entry: Entry, history: Sequence[Entry], estate_key: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is wrong with the form that an entry fills in or corrects, as the entry that says so; nothing if it
    is right."""
    filled, body = _said(entry, history)
    if filled is None or body is None:
        return
    try:
        found = _check(connection, body, filled.author)
        lacks = _lacks(connection, entry, history) if entry.kind == "form_filled" else {}
        lacks = lacks or _taken(connection, entry, body, estate_key)
    except Exception:  # a fault of the check must not keep from being taken what somebody did
        log.exception("a form could not be checked", entry=entry.id)
        return
    for one in (lacks, found):
        if one:
            yield "form_checked", {"filled_id": filled.id, "answers_hash": canonical_hash(body["answers"]), **one}


def again(connection: Connection, filled: Filled) -> dict[str, Any]:
    """Return the body of the entry that says how a form stands now that its definition is there."""
    try:
        found = _check(connection, filled.body, filled.entry.author)
    except Exception:  # as above: a fault of the check must not keep a form from being published
        log.exception("a form could not be checked", entry=filled.entry.id)
        found = {"found": kinds.UNKNOWN_FORM}
    return {"filled_id": filled.entry.id, "answers_hash": canonical_hash(filled.body["answers"])} | (
        found or {"found": kinds.RIGHT}
    )


def _said(entry: Entry, history: Sequence[Entry]) -> tuple[Entry | None, Mapping[str, Any] | None]:
    if entry.kind == "form_filled":
        return entry, entry.body
    target = next((one for one in history if one.id == entry.body.get("target_id")), None)
    if entry.kind != "amended" or target is None or target.kind != "form_filled":
        return None, None
    try:
        all_kinds.check_body(target.kind, entry.body["body"])
    except Problem:
        return None, None  # such a correction holds nothing, and is flagged for itself
    return target, entry.body["body"]


def _check(connection: Connection, body: Mapping[str, Any], author: str) -> dict[str, Any]:
    """Return what is found in a form that ``author`` filled in; nothing where it is right."""
    p = published_forms.c
    query = select(p.definition, p.ended, p.ended_at).where(p.hash == body["form"])
    rows = connection.execute(query).all()
    if not rows:
        return {"found": kinds.UNKNOWN_FORM}
    facts = body["facts"]
    try:
        looked_up = Remembered(body.get("looked_up") or [])
        differences = check(_form(rows[0].definition), body["answers"], Facts.read(facts), looked_up)
    except Problem as problem:
        why = {name: str(problem.details.get(name) or "") for name in ("path", "why_zh", "why_en")}
        return {"found": kinds.NOT_ALLOWED, **{name: value for name, value in why.items() if value}}
    if differences:
        told = [{"path": one.path, "said": one.said, "found": one.found} for one in differences[:_MOST]]
        return {"found": kinds.DIFFERS, "differences": told}
    if all(row.ended == WITHDRAWN and to_ms(row.ended_at) < facts["started"] for row in rows):
        return {"found": kinds.WITHDRAWN}
    posts = _form(rows[0].definition).settings.get("posts") or ()
    if posts and not kinds.is_for(posts, held := _held(connection, author)) and held:
        return {"found": kinds.OTHER_POST}
    return {}


def _held(connection: Connection, author: str) -> set[str]:
    """Return the posts that somebody holds in any estate: who fills in a form in another one stands in there."""
    query = select(staff_roles.c.role).where(staff_roles.c.staff_id == author)
    return set(connection.execute(query).scalars())


def _lacks(connection: Connection, entry: Entry, history: Sequence[Entry]) -> dict[str, Any]:
    """Return what the step lacks that other records say: what its case raised and nobody has settled (K5). What the
    case itself says, folding finds out."""
    chain, step = chain_of(entry.body.get("case")), str(entry.body.get("step") or "")
    before = [one for one in history if one.id != entry.id]
    if type(chain).lacks is Chain.lacks or not before:
        return {}
    state = fold(CASE, before)
    assert isinstance(state, CaseState)
    ids = sorted({str(one["id"]) for one in state.raised if one["type"] == MATTER})
    m = matters.c
    query = select(m.content).where(m.id.in_(ids), m.stage.not_in(ENDED)).order_by(m.opened_at)
    still = list(connection.scalars(query)) if ids else []
    day = china_day(entry.at)
    known = chain.lacks(state, step, day)
    found = [one for one in chain.lacks(state, step, day, still) if one not in known]
    if not found:
        return {}
    return {
        "found": kinds.LACKS,
        "why_zh": "；".join(one.zh for one in found),
        "why_en": "; ".join(one.en for one in found),
    }


def _taken(connection: Connection, entry: Entry, body: Mapping[str, Any], estate_key: str) -> dict[str, Any]:
    """Return that another case of the estate that goes on has this number already (Y3)."""
    chain = chain_of(body.get("case"))
    number = one_number(said(body, chain.number_of)) if chain.number_of else ""
    if not number:
        return {}
    c = cases.c
    query = select(c.address).where(
        c.chain == chain.name, c.number == number, c.estate_key == estate_key, c.id != entry.subject_id,
        c.stage.in_(UNDER_WAY),
    )  # fmt: skip
    other = connection.scalars(query.order_by(c.begun_at, c.id)).first()
    if other is None:
        return {}
    return {
        "found": kinds.LACKS, "why_zh": f"号码 {number} 已经发给 {other}",
        "why_en": f"number {number} was given to {other} already",
    }  # fmt: skip


@lru_cache(maxsize=64)
def _form(definition: str) -> Form:
    return read(definition.encode())
