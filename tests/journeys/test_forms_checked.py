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
from tests.support.definitions import ask, definition
from tests.support.forms import publish, vacant_check

FORM = vacant_check()
WHERE = Where(address="水泵房")


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


def test_what_was_taken_without_its_definition_is_checked_once_that_is_published(town: Town) -> None:
    """A server that was restored from an older backup: the phones have the form, and it has not."""
    publish(town.server.store, FORM)
    later = vacant_check("2")

    async def play() -> None:
        session = await town.phone("w1")
        (right, first), (wrong, second), (mended, third) = (body_of(session) for _ in range(3))
        for case_id, body in ((right, first), (wrong, second), (mended, third)):
            body |= {"form": sha256_hex(later), "version": "2"}
            if case_id == wrong:
                total(body)
            if case_id == mended:
                body["form"] = sha256_hex(b"never")
            await session.record(CASE, case_id, "form_filled", body)
        await session.sync_now()
        desk = await town.phone("d1")
        assert [flag.reason for flag in desk.flags()] == ["form_unknown"] * 3
        publish(town.server.store, later)
        await desk.sync_now()
        assert {flag.card.id: flag.reason for flag in desk.flags()} == {wrong: "form_differs", mended: "form_unknown"}
        state = desk.state(CASE, right)
        assert [step.entry.body["found"] for step in state.steps if step.entry.kind == "form_checked"] == [
            "unknown",
            "right",
        ]
        assert state.flags == []
        publish(town.server.store, FORM, later)
        await desk.sync_now()
        assert len(desk.state(CASE, right).steps) == len(state.steps), "nothing is checked twice"

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


def test_a_form_for_another_post_is_not_found_and_kept_and_flagged_where_it_was_filled_in(town: Town) -> None:
    """Posts 岗位: an older phone shows every form; what it fills in is not lost, and the desk sees it."""
    guards = definition("gate", "门岗检查", ask("text", "n", "情况"), settings={"posts": ["guard"]})
    publish(town.server.store, guards)
    town.server.add_staff("g1", "guard")

    async def play() -> None:
        worker, guard, desk = await town.phone("w1"), await town.phone("g1"), await town.phone("d1")
        boss = await town.phone("e1")
        assert [one.id for one in guard.cases.listed()] == ["gate"] == [one.id for one in boss.cases.listed()]
        assert worker.cases.listed() == [] == desk.cases.listed()
        made = {}
        for session in (worker, guard, boss):
            draft = FormDraft(sha256_hex(guards), session.new_id(), session.new_id(), session.now(), where=WHERE)
            await session.cases.record(draft, session.cases.filling(draft))
            status = await session.sync_now()
            assert (status.waiting, status.refused) == (0, 0), "what was done is never refused"
            made[session] = draft.case_id
        await desk.sync_now()
        assert [(flag.card.id, flag.reason) for flag in desk.flags()] == [(made[worker], "form_other_post")]

    asyncio.run(play())


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
