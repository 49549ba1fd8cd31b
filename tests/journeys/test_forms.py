"""Forms on two phones and a real server: defects become tickets once, corrections keep the old words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.domain.forms import Filling
from app.domain.subjects.case.kinds import CASE
from app.domain.subjects.case.raising import raised_id
from app.domain.subjects.matter.kinds import MATTER
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.wire.canonical import sha256_hex
from app.domain.wire.errors import Problem
from app.store.queries import CardFilter
from sync_server.store.subjects.case.tables import case_answers, case_raised, cases
from tests.journeys.conftest import Town
from tests.support.field_work import signature
from tests.support.forms import put_on_phone, vacant_check
from tests.support.pictures import picture

FORM = vacant_check()


def begin(session: Session, where: Where) -> FormDraft:
    """A check that is begun on this phone."""
    put_on_phone(session, FORM)
    (form,) = session.cases.listed()
    return FormDraft(form.hash, session.new_id(), session.new_id(), session.now(), where=where)


def answer(filling: Filling, **answers: str) -> Filling:
    """Answer by path; ``__`` stands for a slash."""
    for path, value in answers.items():
        filling.answer(filling.find(path.replace("__", "/")), value)
    return filling


def check(filling: Filling, *defects: Mapping[str, str]) -> Filling:
    """Answer a check with these defects."""
    answer(filling, cold="12", hot="30", windows="yes", sign="OK")
    for defect in defects:
        row = filling.add_row(filling.root, "defect")
        for name, value in defect.items():
            filling.answer(row.kids[name][0], value)
    return filling


LEAK = {"area": "kitchen", "what": "水管漏水", "fix": "yes"}
SCRATCH = {"area": "room", "what": "墙面划痕", "fix": "no"}


def test_each_defect_that_needs_repair_makes_one_ticket_however_often_it_is_saved(town: Town) -> None:
    """H.3: exactly one, also after a kill and retry."""

    async def play() -> tuple[str, str]:
        session = await town.phone("w1")
        draft = begin(session, Where(building_id=town.building, address="3栋1单元1502"))
        filling = check(session.cases.filling(draft), LEAK, SCRATCH)
        shot = picture(640, 480)
        await session.photos.hold(draft.once, shot, "record", once=session.new_id())
        filling.answer(
            filling.find("defect").kids["photo"][0] if False else _row(filling).kids["photo"][0], sha256_hex(shot.data)
        )
        draft = replace(draft, kept=filling.kept())
        await session.cases.record(draft, filling)
        # As after a kill before the answer was seen: the same form opened again from its draft.
        await session.cases.record(draft, session.cases.filling(draft))
        (ticket,) = session.cards(CardFilter(type=TICKET))
        assert ticket.content == "厨房，水管漏水（空置房检查）"
        assert ticket.id == raised_id(draft.case_id, f"{_row(filling).path}/fix")
        view = session.cases.view(draft.case_id)
        assert [card.id for card in view.raised] == [ticket.id]
        photos = [
            step.entry.body["photo"] for step in session.steps_of(TICKET, ticket.id) if step.kind == "photo_taken"
        ]
        assert photos == [sha256_hex(shot.data)], "the row's photo is on its ticket, too"
        assert session.photos.held(draft.once) == []
        status = await session.sync_now()
        assert (status.waiting, status.refused) == (0, 0)
        other = await town.phone("e1")
        seen = other.cases.view(draft.case_id)
        assert [card.content for card in seen.raised] == [ticket.content]
        return draft.case_id, ticket.id

    case_id, ticket_id = asyncio.run(play())
    with town.server.store.read() as connection:
        assert connection.execute(select(case_raised.c.case_id, case_raised.c.raised_id)).all() == [
            (case_id, ticket_id)
        ]
        assert connection.scalar(select(cases.c.stage)) == "to_sign"
        said = dict(connection.execute(select(case_answers.c.path, case_answers.c.answer)).all())
        assert (said["cold"], said["windows"]) == ("12", "是"), "it reads by SQL without its definition"


def _row(filling: Filling) -> Any:
    return filling.root.kids["defect"][0]


def test_a_correction_keeps_the_old_words_raises_what_is_new_and_asks_for_a_new_signature(town: Town) -> None:
    async def play() -> None:
        session = await town.phone("w1")
        draft = begin(session, Where(address="水泵房"))
        filling = check(session.cases.filling(draft), LEAK)
        (saved,) = [e for e in (await session.cases.record(draft, filling)).entries if e.kind == "form_filled"]
        content = session.signing_content(CASE, draft.case_id, CASE)
        await session.sign(signature(content, "李", "steward", "staff"))
        assert session.cases.view(draft.case_id).card.stage == "done"
        again = session.cases.corrected(draft.case_id, saved.id)
        answer(again, cold="13")
        row = again.add_row(again.root, "defect")
        for name, value in {"area": "bath", "what": "地漏堵", "fix": "yes"}.items():
            again.answer(row.kids[name][0], value)
        await session.cases.correct(draft.case_id, saved.id, again, "抄错", once=session.new_id())
        view = session.cases.view(draft.case_id)
        assert (view.card.stage, view.card.signature, len(view.raised)) == ("to_sign", "changed", 2)
        changed = {one.path: (one.before, one.after) for one in view.changed[saved.id]}
        assert changed["cold"] == ("12", "13") and changed[f"{row.path}/what"] == ("", "地漏堵")
        status = await session.sync_now()
        assert (status.waiting, status.refused) == (0, 0)

    asyncio.run(play())


def test_a_review_is_the_supervisors(town: Town) -> None:
    async def play() -> None:
        session = await town.phone("w1")
        draft = begin(session, Where(address="水泵房"))
        draft = replace(draft, unsigned_reason="没带笔")
        saved = await session.cases.record(draft, check(session.cases.filling(draft)))
        said = {"filled_id": saved.entries[0].id, "opinion": "同意"}
        with pytest.raises(Problem, match="role"):
            await session.record(CASE, draft.case_id, "form_reviewed", said)
        await session.sync_now()
        boss = await town.phone("e1")
        assert [card.id for card in boss.cases.to_review()] == [draft.case_id]
        await boss.record(CASE, draft.case_id, "form_reviewed", said)
        await boss.sync_now()
        await session.sync_now()
        assert session.cases.view(draft.case_id).card.stage == "reviewed"

    asyncio.run(play())


def test_what_may_open_no_ticket_raises_a_matter_instead(town: Town) -> None:
    """A defect is never lost for who found it: finance opens no tickets, and the desk gets a matter."""
    town.server.add_staff("f1", "finance")

    async def play() -> None:
        session = await town.phone("f1")
        draft = begin(session, Where(address="地下车库"))
        await session.cases.record(draft, check(session.cases.filling(draft), LEAK))
        (matter,) = session.cards(CardFilter(type=MATTER))
        assert matter.content == "厨房，水管漏水（空置房检查）"
        status = await session.sync_now()
        assert (status.waiting, status.refused) == (0, 0)
        desk = await town.phone("d1")
        put_on_phone(desk, FORM)
        (filled,) = desk.cases.view(draft.case_id).state.filled
        again = answer(desk.cases.corrected(draft.case_id, filled.entry.id), cold="13")
        await desk.cases.correct(draft.case_id, filled.entry.id, again, "抄错", once=desk.new_id())
        assert [card.id for card in desk.cases.view(draft.case_id).raised] == [matter.id]
        assert desk.cards(CardFilter(type=TICKET)) == [], "what was raised stays what it is, whoever corrects the form"

    asyncio.run(play())
