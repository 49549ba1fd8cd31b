"""The server works a filled form out again: what differs is kept, told to the desk, and never refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.domain.subjects.case.kinds import CASE
from app.domain.wire.canonical import sha256_hex
from sync_server.store.estate import published_forms
from tests.journeys.conftest import Town
from tests.support.forms import publish, vacant_check

FORM = vacant_check()


def body_of(session: Session) -> tuple[str, dict[str, Any]]:
    """What a phone says of a form that was filled in right, and the id of its case."""
    (form,) = session.cases.listed()
    draft = FormDraft(form.hash, session.new_id(), session.new_id(), session.now(), where=Where(address="水泵房"))
    filling = session.cases.filling(draft)
    for name, value in {"cold": "12", "hot": "30", "windows": "yes", "sign": "OK"}.items():
        filling.answer(filling.find(name), value)
    return draft.case_id, {
        "form": form.hash, "form_id": form.id, "version": form.version, "title": "空置房检查", "address": "水泵房",
        "facts": {"started": draft.started, "seed": draft.once, "username": "W1", "device": "d"},
        "answers": filling.answers(), "shown": filling.shown("zh"),
    }  # fmt: skip


def total(body: dict[str, Any]) -> None:
    body["answers"]["total"] = "99"


def windows(body: dict[str, Any]) -> None:
    body["answers"]["windows"] = "maybe"


def strange(body: dict[str, Any]) -> None:
    body["answers"]["extra"] = "1"


def unknown(body: dict[str, Any]) -> None:
    body["form"] = sha256_hex(b"another")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda _: None, None),
        (total, "form_differs"),
        (windows, "form_not_allowed"),
        (strange, "form_not_allowed"),
        (unknown, "form_unknown"),
    ],
)
def test_what_a_phone_says_wrongly_is_taken_and_flagged(
    town: Town, spoil: Callable[[dict[str, Any]], object], reason: str | None
) -> None:
    publish(town.server.store, FORM)

    async def play() -> None:
        session = await town.phone("w1")
        case_id, body = body_of(session)
        spoil(body)
        await session.record(CASE, case_id, "form_filled", body)
        status = await session.sync_now()
        assert (status.waiting, status.refused) == (0, 0), "what was done is never refused"
        desk = await town.phone("d1")
        assert [flag.reason for flag in desk.flags()] == ([reason] if reason else [])
        await session.sync_now()
        assert [flag.reason for flag in session.state(CASE, case_id).flags] == ([reason] if reason else [])

    asyncio.run(play())


def test_a_form_that_was_withdrawn_before_it_was_begun_is_flagged_and_one_begun_before_is_not(town: Town) -> None:
    publish(town.server.store, FORM)

    async def play() -> None:
        session = await town.phone("w1")
        before, first = body_of(session)
        with town.server.store.numbered() as write:
            published_forms.withdraw(write, "vacant_check", None, None)
        after, second = replace_case(session, first)
        await session.record(CASE, before, "form_filled", first)
        await session.record(CASE, after, "form_filled", second)
        await session.sync_now()
        desk = await town.phone("d1")
        assert [(flag.card.id, flag.reason) for flag in desk.flags()] == [(after, "form_withdrawn")]
        assert session.cases.listed() == [], "nobody begins it any more"

    asyncio.run(play())


def replace_case(session: Session, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The same form for another case, begun a minute from now."""
    return session.new_id(), {**body, "facts": {**body["facts"], "started": session.now() + 60_000}}


def test_a_correction_is_checked_anew_and_what_it_puts_right_is_flagged_no_more(town: Town) -> None:
    publish(town.server.store, FORM)

    async def play() -> None:
        session = await town.phone("w1")
        case_id, body = body_of(session)
        right = {**body, "answers": dict(body["answers"])}
        total(body)
        saved = await session.record(CASE, case_id, "form_filled", body)
        await session.sync_now()
        desk = await town.phone("d1")
        assert [flag.reason for flag in desk.flags()] == ["form_differs"]
        await session.amend(saved.entries[0].id, right, "重算")
        await session.sync_now()
        await desk.sync_now()
        assert desk.flags() == []

    asyncio.run(play())
