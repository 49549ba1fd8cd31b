"""What the screens say of missing keys, of people who left, and of a door's history (B5, B8, B13)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from app.actions import Session
from app.actions.models import TicketForm, VisitForm
from app.domain.wire.exchange import Page
from app.domain.writing.tags import KEY, Tag
from tests.actions.phones import DESK, OTHER_WORKER, STAFF, STEWARD, WORKER, phone_of, ref, uid
from tests.support import field_work
from tests.support.screens import screens

HOME = uid("home", "3栋1单元203")


async def _key(session: Session, serial: str, rack: str) -> tuple[str, str]:
    code = Tag(KEY, session.keys.tag_mark or "TST", serial).code
    return await field_work.entrust(session, HOME, code, rack), code


def _play(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_a_count_asks_before_it_saves_what_is_missing_and_the_key_and_today_say_so(tmp_path: Path) -> None:
    """B8: two of three hooks not scanned: named in hook order, asked, told on the key's page and on 今日, found."""
    steward = phone_of(tmp_path, STEWARD)

    async def work() -> None:
        ten, _ = await _key(steward, "0010", "A-10")
        two, _ = await _key(steward, "0002", "A-2")
        _, seen_code = await _key(steward, "0001", "A-1")
        steward.save_draft("key-count", {"rack": "A", "codes": [seen_code], "_once": uid("c")})
        async with screens(steward, "/keys/count") as seen:
            words = seen.words()
            assert words.index("A-2") < words.index("A-10")
            await seen.tap("main-action")
            assert "2 件不在架上" in seen.told() and "A-2  3栋1单元203" in seen.told()
            assert not steward.keys.missed(), "nothing is saved before the question is answered"
            await seen.tap_over("question-yes")
            await seen.rest()
            assert seen.path.startswith("/count/") and [c.id for c in steward.keys.missed()] == [two, ten]
            await seen.go(f"/key/{two}")
            said = seen.words()
            assert "上次盘点未见" in said and "李静" in said and "在架 A-2" not in said
            await seen.tap("main-action")
            assert seen.path == f"/key/{two}/accounted"
            await seen.tap("how-found")
            await seen.tap("main-action")
            await seen.rest()
            assert [c.id for c in steward.keys.missed()] == [ten]
        async with screens(steward, "/") as seen:
            assert "keys-missed" in seen.ids() and f"missed-{ten}" in seen.ids() and f"missed-{two}" not in seen.ids()

    _play(work())


def test_what_people_who_left_have_open_is_given_to_another_from_one_screen(tmp_path: Path) -> None:
    """B5: 今日 says how many, one tap opens the list, one more gives all tickets to a colleague."""
    desk = phone_of(tmp_path, DESK)

    async def work() -> None:
        tickets = [
            (await desk.tickets.open(TicketForm(what, household_id=HOME, channel="phone"), assign_to=WORKER)).subject_id
            for what in ("漏水", "跳闸")
        ]
        name, held, buildings = STAFF[WORKER]
        left = ref("staff", WORKER, number="W", name=name, roles=held, phone="", active=False, building_ids=buildings)
        desk.store.apply_page(Page("estate", 2, False, (left,)))
        async with screens(desk, "/") as seen:
            assert "离职人员还有 2 件未交接" in seen.words()
            await seen.go("/handover")
            assert name in seen.words()
            await seen.tap(f"give-all-{WORKER}")
            await seen.tap_over(f"give-{OTHER_WORKER}")
            await seen.rest()
            assert [desk.tickets.view(one).state.assignee for one in tickets] == [OTHER_WORKER] * 2
            assert "没有未交接的事项" in seen.words()

    _play(work())


def test_a_doors_history_is_folded_opens_by_a_tap_and_is_narrowed_by_kind(tmp_path: Path) -> None:
    """B13: one line for a visit and one for a repair, each with how it stands; 走访 leaves the visit; a tap opens."""
    steward = phone_of(tmp_path, STEWARD)

    async def work() -> None:
        saved = await steward.tickets.open(TicketForm("龙头滴水", household_id=HOME, channel="door"))
        form = VisitForm(steward.new_id(), HOME, met_name="张伟", unsigned_reason="没空", said="一切都好")
        await steward.visits.record(form)
        ticket = saved.subject_id
        async with screens(steward, f"/household/{HOME}") as seen:
            assert {f"line-{ticket}", f"line-{form.visit_id}"} <= set(seen.ids())
            assert "待派工 · 龙头滴水" in seen.words()
            await seen.tap("part-visit")
            await seen.rest()
            assert f"line-{ticket}" not in seen.ids() and f"line-{form.visit_id}" in seen.ids()
            await seen.tap(f"line-{form.visit_id}")
            await seen.rest()
            assert seen.path == f"/visit/{form.visit_id}"

    _play(work())
