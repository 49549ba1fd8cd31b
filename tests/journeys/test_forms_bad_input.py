"""Forms and what may come between beginning one and reading it: a new version, midnight, an older program.

What a phone says wrongly, forged or of an older program, is in ``test_forms_checked.py``.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from app.actions import Session
from app.actions.form_draft import FormDraft, Where
from app.domain.forms import Filling
from app.domain.times import DAY
from tests.journeys.conftest import Town
from tests.journeys.test_forms import check
from tests.support.definitions import ask, definition
from tests.support.forms import publish, vacant_check
from tests.support.older import without_kind

DAILY = definition(
    "daily", "每日检查",
    ask("date", "day", "哪天", constraint=". = today()", required="true()", initial="today()"),
    ask("calculate", "age", "几天前", calculation="decimal-date-time(today()) - decimal-date-time(${day})"),
)  # fmt: skip


def begun(session: Session) -> FormDraft:
    """The only form of this phone, begun now."""
    (form,) = session.cases.listed()
    return FormDraft(form.hash, session.new_id(), session.new_id(), session.now(), where=Where(address="水泵房"))


async def save(session: Session, draft: FormDraft, filling: Filling) -> None:
    await session.cases.record(draft, filling)
    status = await session.sync_now()
    assert (status.waiting, status.refused) == (0, 0)


def test_what_was_begun_before_a_new_version_is_saved_under_its_own(town: Town) -> None:
    publish(town.server.store, vacant_check())

    async def play() -> None:
        phone = await town.phone("w1")
        draft = begun(phone)
        filling = check(phone.cases.filling(draft))
        publish(town.server.store, vacant_check("2"))
        await phone.sync_now()
        (newer,) = phone.cases.listed()
        assert newer.hash != draft.form
        await save(phone, draft, phone.cases.filling(replace(draft, kept=filling.kept())))
        desk = await town.phone("d1")
        assert desk.flags() == [] and desk.cases.view(draft.case_id).state.last["version"] == "1"

    asyncio.run(play())


def test_midnight_between_filling_and_saving_is_no_difference_to_the_server(town: Town) -> None:
    publish(town.server.store, DAILY)

    async def play() -> None:
        phone = await town.phone("w1")
        draft = begun(phone)
        filling = phone.cases.filling(draft)
        town.clocks["w1"].ahead += DAY
        again = phone.cases.filling(draft)
        assert again.answers() == filling.answers() and again.missing() is None, "today is the day it was begun"
        await save(phone, draft, again)
        assert (await town.phone("d1")).flags() == []

    asyncio.run(play())


def test_a_phone_of_before_forms_keeps_what_it_cannot_read_and_shows_it_once_it_is_updated(town: Town) -> None:
    publish(town.server.store, vacant_check())

    async def play() -> None:
        phone = await town.phone("w1")
        draft = begun(phone)
        await save(phone, draft, check(phone.cases.filling(draft)))
        with without_kind("form_filled"):
            older = await town.phone("e1")
            assert older.cases.recent() == [] or older.cases.recent()[0].stage in ("", "unknown")
        town.phones.pop("e1").close()
        updated = await town.phone("e1")
        assert updated.cases.view(draft.case_id).state.last["answers"]["cold"] == "12"

    asyncio.run(play())
