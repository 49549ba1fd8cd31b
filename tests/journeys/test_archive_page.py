"""The archive page on several phones of a real server: who lacks a class has neither its lines nor its number (S2)."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from app.actions import Session
from app.actions.archive import PaperForm
from app.actions.form_draft import Where
from app.actions.models import MatterForm
from app.domain.rules.archive import NUMBERS, classes_of, look_at
from app.domain.subjects.archive_paper import PAPER
from app.domain.wire.errors import NOT_FOUND, Problem
from app.store.queries import CardFilter
from sync_server.store import tables as t
from sync_server.store.estate import refs
from sync_server.store.taking.feed import publish_refs
from tests.journeys.conftest import MakeTown, Town
from tests.support.filled import built_in, fill, sign_all
from tests.support.forms import publish

POSTS: Final = {
    "k1": "service_supervisor", "m1": "manager", "a1": "archivist", "g1": "guard", "f1": "finance", "c1": "cleaner",
}  # fmt: skip
CONTACTS: Final = [{"name": "张晓敏", "relation": "child", "phone": "13600136001"}]
SAID: Final[dict[str, dict[str, Any]]] = {
    "customer_file": {},
    "emergency_contacts": {"contact": CONTACTS, "key": "call"},
    "fee_reminder": {},
}
"""What is filled in at the door, in classes 1, 7 and 9."""


@pytest.fixture
def kept(make_town: MakeTown) -> Town:
    """A town with two stewards, of whom one looks after the door, and the office; the forms are published."""
    town = make_town()
    for login, role in POSTS.items():
        town.staff[login] = town.server.add_staff(login, role, name=login.upper())
    other = town.server.add_building("4")
    town.staff["s1"] = town.server.add_staff("s1", "steward", buildings=(town.building,), name="S1")
    town.staff["s2"] = town.server.add_staff("s2", "steward", buildings=(other,), name="S2")
    publish(town.server.store, *built_in(*SAID))
    return town


def shown(session: Session, home: str) -> dict[int, int]:
    """What a phone's archive page shows: how much in which class; nothing where there is no page."""
    try:
        return {one.number: one.count for one in session.shelf.view(home).classes}
    except Problem as problem:
        assert problem.kind is NOT_FOUND
        return {}


@pytest.mark.proves("S1", "S2", "S6")
def test_each_phone_shows_the_classes_of_its_post_and_of_no_other_neither_line_nor_number(kept: Town) -> None:
    town, home = kept, kept.home

    async def play() -> None:
        steward = await town.phone("s1")
        for form, said in SAID.items():
            await sign_all(steward, await fill(steward, form, Where(household_id=home), **said))
        await steward.matters.open(MatterForm("complaint", "夜间装修太吵", household_id=home, contact_name="张伟"))
        await steward.sync_now()
        ticket = await town.ticket()
        manager = await town.phone("m1")
        await manager.archive.file(PaperForm(manager.new_id(), home, 2, "押金收据"))
        await manager.sync_now()

        there = {1: 1, 2: 1, 7: 1, 9: 1, 10: 1, 11: 1}
        everything = {number: there.get(number, 0) for number in NUMBERS}
        expected = {
            "m1": everything,
            "k1": everything,
            "a1": everything,
            "d1": {number: count for number, count in everything.items() if number != 2},
            "s1": {number: count for number, count in everything.items() if number not in (2, 9)},
            "e1": {3: 0, 10: 1, 12: 0},
            "w1": {10: 1, 12: 0},
            "g1": {7: 1},
            "f1": {2: 1, 9: 1},
            "s2": {}, "w2": {}, "c1": {},
        }  # fmt: skip
        phones = {login: await town.phone(login) for login in expected}
        assert {login: shown(phone, home) for login, phone in phones.items()} == expected
        stored = {login for login, phone in phones.items() if phone.store.count(CardFilter(type=PAPER))}
        assert stored == {"m1", "k1", "a1", "f1"}, "of a paper other phones have nothing at all"
        for login, phone in phones.items():
            reads = classes_of(phone.roles, own_building=login == "s1") if expected[login] else frozenset[int]()
            assert reads == set(expected[login])
            for number in set(NUMBERS) - reads:
                with pytest.raises(Problem, match="not_found"):
                    phone.shelf.of_class(home, number)
            lacks = {gap.number for one in phone.shelf.view(home).classes for gap in one.gaps} if reads else set()
            assert lacks == ({4, 6} if login in ("m1", "k1", "a1", "d1", "s1") else set()), login
        assert [card.id for card in phones["w1"].shelf.of_class(home, 10).cards] == [ticket]
        assert phones["g1"].store.households().all == [], "the gate has the contacts, and no register"

        await phones["d1"].doors.looked(home, look_at(9))
        await phones["d1"].sync_now()
        looks = [(look.name, look.what) for look in await phones["k1"].doors.looks(home)]
        assert looks == [("D1", "archive:9")]

        with town.server.store.numbered() as write:  # as the office's register does
            row = dict(write.execute(select(t.households).where(t.households.c.id == home)).one()._mapping)
            moved = {"status": refs.MOVED_OUT, "moved_out_on": "2026-11-29"}
            write.execute(update(t.households).where(t.households.c.id == home).values(**moved))
            publish_refs(write, [("household", home, refs.scopes_of("household", row, ""))])
        for login in ("m1", "k1", "a1", "d1", "s1"):
            assert shown(await town.phone(login), home) == {}, "it moved out: no phone has its archive"
        assert town.server_entries(ticket), "the server keeps it"

    asyncio.run(play())
